//! Server-sent events from bytes, however they were cut and whatever servers make of the format.
//!
//! Differs from the standard where servers do: an event is handed out as soon as its JSON is whole, without
//! waiting for the empty line (some servers never send one, or glue two events into one line); a line
//! that begins with `{` is data (some put the payload on the line after `data:`); the last event needs no
//! empty line. A byte is looked at once, so a long line costs no more than its length.

use serde_json::Value;

/// Longest line and longest event, in bytes. A token's event is under a kilobyte; this only stops floods.
const CAP: usize = 4 << 20;

/// What a stream says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Payload {
    /// One JSON value.
    Json(Value),
    /// `[DONE]`.
    Done,
    /// Anything else that was sent as data.
    Other(String),
}

/// A line or an event is longer than any answer could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Turns bytes into payloads.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// The line that is being read, without its end.
    line: Vec<u8>,
    /// The data lines of the event that is being read.
    data: String,
    /// The last byte was CR: a LF now belongs to it.
    after_cr: bool,
    /// A byte-order mark may still come.
    started: bool,
    ready: std::collections::VecDeque<Payload>,
}

impl Reader {
    /// Reads the next bytes.
    ///
    /// # Errors
    /// [`TooLong`] when a line or an event exceeds [`CAP`].
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_cr) && rest[0] == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let Some(end) = rest.iter().position(|&b| b == b'\n' || b == b'\r') else {
                self.line.extend_from_slice(rest);
                if self.line.len() > CAP {
                    return Err(TooLong);
                }
                break;
            };
            self.line.extend_from_slice(&rest[..end]);
            if self.line.len() > CAP {
                return Err(TooLong);
            }
            self.after_cr = rest[end] == b'\r';
            rest = &rest[end + 1..];
            self.end_line()?;
        }
        Ok(())
    }

    /// The bytes are over: a last line or event without its end counts.
    ///
    /// # Errors
    /// [`TooLong`], as [`Self::push`].
    pub(crate) fn finish(&mut self) -> Result<(), TooLong> {
        if !self.line.is_empty() {
            self.end_line()?;
        }
        self.end_event();
        Ok(())
    }

    /// The next payload that is whole.
    pub(crate) fn next(&mut self) -> Option<Payload> {
        self.ready.pop_front()
    }

    fn end_line(&mut self) -> Result<(), TooLong> {
        let bytes = std::mem::take(&mut self.line);
        // A whole line: no character can be cut here, so what is replaced was wrong at its source.
        let text = String::from_utf8_lossy(&bytes);
        let mut line = text.as_ref();
        if !std::mem::replace(&mut self.started, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            self.end_event();
        } else if line.starts_with(['{', '[']) {
            self.add(line)?;
        } else if let Some(data) = line.strip_prefix("data:") {
            self.add(data.strip_prefix(' ').unwrap_or(data))?;
        } else if line.starts_with('<') {
            self.add(line)?; // a page in place of a stream: let the caller see it
        }
        // Comments, `event:`, `id:`, `retry:` carry nothing that the payload does not say.
        let mut reuse = bytes;
        reuse.clear();
        self.line = reuse;
        Ok(())
    }

    fn add(&mut self, data: &str) -> Result<(), TooLong> {
        if !self.data.is_empty() && !self.data.starts_with(['{', '[']) && data.starts_with('{') {
            self.end_event(); // a stray word before an event must not spoil it
        }
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(data);
        if self.data.len() > CAP {
            return Err(TooLong);
        }
        self.take_whole_values();
        Ok(())
    }

    /// Hands out what is complete, and keeps the rest for the lines to come.
    fn take_whole_values(&mut self) {
        let mut at = 0;
        loop {
            let rest = &self.data[at..];
            let skipped = rest.len() - rest.trim_start().len();
            let rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("data:") {
                at += skipped + (rest.len() - after.len());
            } else if rest.starts_with("[DONE]") {
                self.ready.push_back(Payload::Done);
                at += skipped + "[DONE]".len();
            } else if rest.starts_with(['{', '[']) {
                let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
                match values.next() {
                    Some(Ok(value)) => {
                        at += skipped + values.byte_offset();
                        self.ready.push_back(Payload::Json(value));
                    }
                    Some(Err(_)) | None => break,
                }
            } else {
                break;
            }
        }
        self.data.drain(..at);
        if self.data.trim().is_empty() {
            self.data.clear();
        }
    }

    fn end_event(&mut self) {
        let data = std::mem::take(&mut self.data);
        let data = data.trim();
        if !data.is_empty() {
            self.ready.push_back(Payload::Other(data.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(pieces: &[&[u8]]) -> Vec<Payload> {
        let mut reader = Reader::default();
        for piece in pieces {
            reader.push(piece).unwrap();
        }
        reader.finish().unwrap();
        std::iter::from_fn(|| reader.next()).collect()
    }

    #[track_caller]
    fn check(stream: &str, expected: &[Payload]) {
        assert_eq!(read(&[stream.as_bytes()]), expected, "{stream:?}");
    }

    fn n(n: u32) -> Payload {
        Payload::Json(json!({ "n": n }))
    }

    #[test]
    fn every_line_end_and_every_form_of_a_field() {
        for end in ["\n", "\r", "\r\n"] {
            check(
                &format!(
                    "data: {{\"n\":1}}{end}{end}data:{{\"n\":2}}{end}{end}data: [DONE]{end}{end}"
                ),
                &[n(1), n(2), Payload::Done],
            );
        }
    }

    #[test]
    fn comments_marks_and_other_fields_say_nothing() {
        check(
            "\u{feff}: hello\n\n:\n\nevent: message\nid: 7\nretry: 100\ndata: {\"n\":1}\n\n: PROCESSING\n\ndata\n\n",
            &[n(1)],
        );
    }

    #[test]
    fn data_over_lines_is_one_value() {
        check("data: {\"n\":\ndata: 1}\n\n", &[n(1)]);
        check("data:\n{\"n\":1}\n\n", &[n(1)]);
    }

    #[test]
    fn glued_events_are_two() {
        check("data: {\"n\":1}\ndata: {\"n\":2}\n\n", &[n(1), n(2)]);
        check("data: {\"n\":1}data: {\"n\":2}\n\n", &[n(1), n(2)]);
        check(
            "data: {\"n\":1}{\"n\":2}[DONE]\n\n",
            &[n(1), n(2), Payload::Done],
        );
    }

    #[test]
    fn an_event_comes_when_its_line_is_whole() {
        let mut reader = Reader::default();
        reader.push(b"data: {\"n\":1}").unwrap();
        assert_eq!(reader.next(), None);
        reader.push(b"\n").unwrap();
        assert_eq!(reader.next(), Some(n(1)));
    }

    #[test]
    fn the_last_event_needs_no_end() {
        check("data: {\"n\":1}", &[n(1)]);
        check("data: {\"n\":", &[Payload::Other("{\"n\":".into())]);
    }

    #[test]
    fn what_is_no_json_is_handed_on() {
        check(
            "data: : PROCESSING\n\n",
            &[Payload::Other(": PROCESSING".into())],
        );
        check(
            "data: : PROCESSING\ndata: {\"n\":1}\n\n",
            &[Payload::Other(": PROCESSING".into()), n(1)],
        );
        check("<html>\n\n", &[Payload::Other("<html>".into())]);
    }

    #[test]
    fn a_flood_without_an_end_is_refused() {
        let mut reader = Reader::default();
        let flood = vec![b'x'; CAP / 2];
        reader.push(b"data: ").unwrap();
        reader.push(&flood).unwrap();
        assert_eq!(reader.push(&flood), Err(TooLong));
    }

    #[test]
    fn every_cut_gives_the_same() {
        let stream = "\u{feff}: c\r\ndata: {\"t\":\"码头🚢\"}\r\n\r\ndata:{\"n\":1}\rdata: {\"n\":2}\n\ndata: [DONE]\r\n\r\n";
        let bytes = stream.as_bytes();
        let whole = read(&[bytes]);
        assert_eq!(whole.len(), 4);
        for i in 0..=bytes.len() {
            for j in i..=bytes.len() {
                assert_eq!(
                    read(&[&bytes[..i], &bytes[i..j], &bytes[j..]]),
                    whole,
                    "{i} {j}"
                );
            }
        }
    }

    #[test]
    fn ten_thousand_random_cuttings_of_chinese_lose_no_character() {
        let text = "深夜的码头上，雾气从河面升起来。“你不该回来的。”🚢";
        let mut stream = String::new();
        for c in text.chars() {
            stream.push_str(&format!("data: {}\n\n", json!({ "t": c.to_string() })));
        }
        let mut state = 7_u64;
        for _ in 0..10_000 {
            let mut reader = Reader::default();
            let (mut got, mut rest) = (String::new(), stream.as_bytes());
            while !rest.is_empty() {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let cut = (1 + (state >> 33) as usize % 97).min(rest.len());
                reader.push(&rest[..cut]).unwrap();
                rest = &rest[cut..];
                while let Some(Payload::Json(value)) = reader.next() {
                    got.push_str(value["t"].as_str().unwrap());
                }
            }
            assert_eq!(got, text);
        }
    }

    #[test]
    fn no_stream_of_bytes_breaks_it() {
        let seed = "data: {\"choices\":[{\"delta\":{\"content\":\"雾\"},\"finish_reason\":null}],\"usage\":{}}\r\n\r\n: c\nevent: e\ndata: [DONE]\n\n";
        let mut state = 11_u64;
        let mut next = move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize
        };
        for _ in 0..5_000 {
            let mut bytes = seed.as_bytes().to_vec();
            for _ in 0..1 + next() % 8 {
                let at = next() % bytes.len();
                match next() % 3 {
                    0 => bytes[at] = next() as u8,
                    1 => bytes.insert(at, b"{}[]\":,\r\n "[next() % 10]),
                    _ => drop(bytes.remove(at)),
                }
            }
            for payload in read(&[&bytes]) {
                if let Payload::Json(value) = payload {
                    crate::chunk::read(&value);
                    crate::fault::find(&value);
                }
            }
        }
    }
}
