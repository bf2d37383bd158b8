//! From bytes of tokens to whole characters, up to a stop text.

/// Joins the bytes of tokens to text, keeps unfinished characters back, and keeps back what may be the
/// beginning of a stop text.
#[derive(Debug)]
pub(crate) struct Joiner {
    stops: Vec<String>,
    bytes: Vec<u8>,
    held: String,
    stopped: bool,
}

impl Joiner {
    /// Empty stop texts are left out.
    pub(crate) fn new(stops: &[String]) -> Self {
        Self {
            stops: stops
                .iter()
                .filter(|stop| !stop.is_empty())
                .cloned()
                .collect(),
            bytes: vec![],
            held: String::new(),
            stopped: false,
        }
    }

    /// Takes a token's bytes; gives the text that is certain.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> String {
        if self.stopped {
            return String::new();
        }
        self.bytes.extend_from_slice(bytes);
        self.decode();
        if let Some(at) = self.first_stop() {
            self.stopped = true;
            self.held.truncate(at);
            return std::mem::take(&mut self.held);
        }
        let keep = self.may_begin_a_stop();
        let rest = self.held.split_off(self.held.len() - keep);
        std::mem::replace(&mut self.held, rest)
    }

    /// True after a stop text.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The end: what was held back is text after all. An unfinished character is none.
    pub(crate) fn finish(&mut self) -> String {
        self.bytes.clear();
        std::mem::take(&mut self.held)
    }

    fn decode(&mut self) {
        let mut rest = self.bytes.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.held.push_str(text);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.held.push_str(&String::from_utf8_lossy(good));
                    match error.error_len() {
                        Some(n) => {
                            self.held.push(char::REPLACEMENT_CHARACTER);
                            rest = &bad[n..];
                        }
                        None => {
                            rest = bad;
                            break;
                        }
                    }
                }
            }
        }
        self.bytes = rest.to_vec();
    }

    fn first_stop(&self) -> Option<usize> {
        self.stops
            .iter()
            .filter_map(|stop| self.held.find(stop.as_str()))
            .min()
    }

    /// Bytes at the end that begin a stop text.
    fn may_begin_a_stop(&self) -> usize {
        self.stops
            .iter()
            .filter_map(|stop| {
                stop.char_indices()
                    .map(|(at, _)| at)
                    .skip(1)
                    .filter(|at| self.held.ends_with(&stop[..*at]))
                    .last()
            })
            .max()
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(stops: &[&str], chunks: &[&[u8]]) -> (Vec<String>, String, bool) {
        let stops: Vec<String> = stops.iter().map(|s| (*s).to_owned()).collect();
        let mut joiner = Joiner::new(&stops);
        let pieces = chunks.iter().map(|chunk| joiner.push(chunk)).collect();
        let rest = joiner.finish();
        (pieces, rest, joiner.is_stopped())
    }

    #[test]
    fn a_character_split_over_tokens_comes_whole() {
        let sea = "海".as_bytes();
        let (pieces, rest, _) = joined(&[], &[&sea[..1], &sea[1..2], &sea[2..], b"!"]);
        assert_eq!(pieces, ["", "", "海", "!"]);
        assert_eq!(rest, "");
    }

    #[test]
    fn every_split_of_a_text_gives_the_text() {
        let text = "a海é😀 b";
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let bytes = text.as_bytes();
                let chunks = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                let (pieces, rest, _) = joined(&["zz"], &chunks);
                assert_eq!(pieces.concat() + &rest, text);
            }
        }
    }

    #[test]
    fn bad_bytes_are_replaced_and_an_unfinished_end_is_dropped() {
        let (pieces, rest, _) = joined(&[], &[b"a\xffb", b"\xe6\xb5"]);
        assert_eq!(pieces, ["a\u{fffd}b", ""]);
        assert_eq!(rest, "");
    }

    #[test]
    fn a_stop_text_over_several_tokens_is_not_shown() {
        let (pieces, rest, stopped) =
            joined(&["\n\nINT."], &[b"Sun.\n", b"\nIN", b"T. HOUSE", b"x"]);
        assert_eq!(pieces, ["Sun.", "", "", ""]);
        assert_eq!(rest, "");
        assert!(stopped);
    }

    #[test]
    fn what_only_looked_like_a_stop_text_comes_after_all() {
        let (pieces, rest, stopped) = joined(&["\n\nINT."], &[b"Sun.\n", b"\nIN", b" the"]);
        assert_eq!(pieces, ["Sun.", "", "\n\nIN the"]);
        assert_eq!(rest, "");
        assert!(!stopped);
        let (pieces, rest, _) = joined(&["###"], &[b"a##"]);
        assert_eq!((pieces[0].as_str(), rest.as_str()), ("a", "##"));
    }

    #[test]
    fn the_earliest_of_several_stop_texts_counts() {
        let (pieces, _, stopped) = joined(&["cd", "b"], &[b"abcd"]);
        assert_eq!(pieces, ["a"]);
        assert!(stopped);
        let (pieces, _, stopped) = joined(&[""], &[b"abcd"]);
        assert_eq!(pieces, ["abcd"]);
        assert!(!stopped);
    }

    #[test]
    fn stop_texts_in_chinese_are_held_by_characters() {
        let (pieces, rest, stopped) =
            joined(&["第二场"], &["灯灭。第二".as_bytes(), "天".as_bytes()]);
        assert_eq!(pieces, ["灯灭。", "第二天"]);
        assert_eq!(rest, "");
        assert!(!stopped);
    }
}
