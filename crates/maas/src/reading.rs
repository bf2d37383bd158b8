//! Reading one answer: a stream of events, or one piece, and every way in which it can go wrong.

use std::time::{Duration, Instant};

use inference::{Error, Finish};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::answer::{Answer, Flow};
use crate::body::Call;
use crate::chunk::{self, End};
use crate::client::Line;
use crate::fault::{self, Fault};
use crate::known::PrefixForm;
use crate::sse::{Payload, Reader};
use crate::verdict::{self, Asked, Meaning};

/// Longest answer that may come in one piece, in bytes.
const WHOLE: usize = 16 << 20;

/// Why an attempt gave no answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It may pass; the service asks to wait so long.
    Passing(Error, Option<Duration>),
    /// It stands.
    Standing(Error),
    /// Something was learned: ask again at once.
    Learned,
    /// The call isn't offered at this base address. What was found there, if it is no service's answer.
    Elsewhere(Option<&'static str>),
}

/// Reading an answer that began with success.
pub(crate) struct Reading<'a> {
    line: &'a Line,
    call: &'a Call,
    answer: &'a mut Answer,
    /// An event came.
    begun: bool,
    /// How it says that it ended, and when that was said.
    end: Option<(Finish, Instant)>,
}

enum Form {
    /// Nothing but white space so far.
    Unknown(Vec<u8>),
    Events(Reader),
    Whole(Vec<u8>),
}

impl<'a> Reading<'a> {
    pub(crate) fn new(line: &'a Line, call: &'a Call, answer: &'a mut Answer) -> Self {
        Self {
            line,
            call,
            answer,
            begun: false,
            end: None,
        }
    }

    /// Reads to the end.
    pub(crate) async fn read(&mut self, mut response: Response) -> Result<Finish, Trouble> {
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.starts_with("text/html")) {
            return Err(Trouble::Elsewhere(Some("html")));
        }
        let mut form = Form::Unknown(Vec::new());
        loop {
            let limit = self.limit();
            let bytes = match tokio::time::timeout(limit, response.chunk()).await {
                Ok(Ok(Some(bytes))) => bytes,
                Ok(Ok(None)) => return self.over(form, true),
                Ok(Err(_)) => return self.over(form, false),
                Err(_) => {
                    return match self.end {
                        Some((finish, _)) => Ok(finish), // its counts never came
                        None => Err(Trouble::Standing(Error::TimedOut {
                            host: self.line.host(),
                            after: limit,
                        })),
                    };
                }
            };
            form = match form {
                Form::Unknown(mut head) => {
                    head.extend_from_slice(&bytes);
                    recognise(head)
                }
                Form::Events(mut reader) => {
                    self.push(&mut reader, &bytes)?;
                    Form::Events(reader)
                }
                Form::Whole(mut body) => {
                    body.extend_from_slice(&bytes);
                    Form::Whole(body)
                }
            };
            // What was recognised just now has its first events still unread.
            if let Form::Events(reader) = &mut form {
                if let Some(finish) = self.events(reader)? {
                    return Ok(finish);
                }
            } else if let Form::Whole(body) = &form
                && body.len() > WHOLE
            {
                return Err(self.odd("endless answer"));
            }
        }
    }

    /// The longest silence allowed now.
    fn limit(&self) -> Duration {
        let options = &self.line.options;
        match self.end {
            Some((_, when)) => options.linger.saturating_sub(when.elapsed()),
            None if self.begun => options.idle,
            None => options.first_byte,
        }
    }

    fn push(&self, reader: &mut Reader, bytes: &[u8]) -> Result<(), Trouble> {
        reader.push(bytes).map_err(|_| self.odd("endless line"))
    }

    /// Takes the events that are whole. A finish when the answer is over.
    fn events(&mut self, reader: &mut Reader) -> Result<Option<Finish>, Trouble> {
        while let Some(payload) = reader.next() {
            match payload {
                Payload::Done => {
                    return match self.end {
                        Some((finish, _)) => Ok(Some(finish)),
                        None if self.begun => Ok(Some(Finish::EndOfText)),
                        None => Err(self.odd("empty")),
                    };
                }
                Payload::Json(value) => {
                    if let Some(finish) = self.event(&value)? {
                        return Ok(Some(finish));
                    }
                }
                // Keep-alive comments that a gateway sent on as data.
                Payload::Other(text)
                    if text.starts_with(':') || text.eq_ignore_ascii_case("ping") => {}
                Payload::Other(text) if fault::is_html(&text) => {
                    return Err(if self.begun {
                        self.odd("html")
                    } else {
                        Trouble::Elsewhere(Some("html"))
                    });
                }
                Payload::Other(_) => match self.end {
                    Some((finish, _)) => return Ok(Some(finish)),
                    None => return Err(self.odd("broken json")),
                },
            }
        }
        Ok(None)
    }

    fn event(&mut self, value: &serde_json::Value) -> Result<Option<Finish>, Trouble> {
        // Errors come first: some services put them beside an empty answer.
        if let Some(mut fault) = fault::find(value) {
            if let Some((finish, _)) = self.end {
                return Ok(Some(finish)); // the answer was whole already
            }
            if fault.status == 0 {
                fault.status = 200;
            }
            return Err(match lesson(self.line, &fault, self.call, None) {
                // Words that came cannot be asked for again.
                Trouble::Learned | Trouble::Elsewhere(_) if self.answer.has_begun() => {
                    Trouble::Standing(verdict::refusal(
                        &fault,
                        &self.line.host(),
                        self.line.key.as_ref(),
                    ))
                }
                trouble => trouble,
            });
        }
        let chunk = chunk::read(value);
        self.begun |= chunk.is_answer;
        if !chunk.thought.is_empty() {
            self.line.learn(|known| known.thinks = true);
        }
        let (end, refusal) = (chunk.end, chunk.refusal);
        if let Flow::Enough(finish) = self.answer.take(chunk) {
            return Ok(Some(finish));
        }
        if refusal {
            self.end = Some((Finish::Filtered, Instant::now()));
        }
        match end {
            Some(End::Whole(finish)) => {
                let finish = if refusal || self.is_refused() {
                    Finish::Filtered
                } else {
                    finish
                };
                self.end = Some((finish, Instant::now()));
            }
            Some(End::Broken) => {
                return Err(Trouble::Passing(
                    Error::ServiceFailed {
                        host: self.line.host(),
                        status: 200,
                    },
                    None,
                ));
            }
            None => {}
        }
        Ok(None)
    }

    fn is_refused(&self) -> bool {
        matches!(self.end, Some((Finish::Filtered, _)))
    }

    /// The bytes are over, properly or by a cut.
    fn over(&mut self, form: Form, properly: bool) -> Result<Finish, Trouble> {
        match form {
            Form::Unknown(_) if properly => Err(self.odd("empty")),
            Form::Unknown(_) => Err(self.cut()),
            Form::Whole(body) => self.whole(&body),
            Form::Events(mut reader) => {
                reader.finish().map_err(|_| self.odd("endless line"))?;
                if properly || self.end.is_none() {
                    // A cut may leave half an event; it then says nothing.
                    let rest = self.events(&mut reader);
                    match rest {
                        Ok(Some(finish)) => return Ok(finish),
                        Ok(None) => {}
                        Err(Trouble::Standing(Error::NotAModelService { .. })) if self.begun => {
                            return Err(self.cut());
                        }
                        Err(trouble) => return Err(trouble),
                    }
                }
                match self.end {
                    Some((finish, _)) => Ok(finish),
                    None if properly && !self.begun => Err(self.odd("empty")),
                    None => Err(self.cut()),
                }
            }
        }
    }

    /// An answer in one piece, though a stream was asked for.
    fn whole(&mut self, body: &[u8]) -> Result<Finish, Trouble> {
        let text = String::from_utf8_lossy(body);
        if fault::is_html(&text) {
            return Err(Trouble::Elsewhere(Some("html")));
        }
        let text = text.trim_start_matches('\u{feff}');
        let mut any = false;
        for value in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
            match value {
                Ok(value) => {
                    any = true;
                    if let Some(finish) = self.event(&value)? {
                        return Ok(finish);
                    }
                }
                Err(error) if error.is_eof() => return Err(self.cut()),
                Err(_) => return Err(self.odd("broken json")),
            }
        }
        if !any || !self.begun {
            return Err(self.odd("other json"));
        }
        Ok(self.end.map_or(Finish::EndOfText, |(finish, _)| finish))
    }

    fn cut(&self) -> Trouble {
        let error = Error::Truncated {
            host: self.line.host(),
        };
        if self.answer.has_begun() {
            Trouble::Standing(error)
        } else {
            Trouble::Passing(error, None)
        }
    }

    fn odd(&self, found: &'static str) -> Trouble {
        Trouble::Standing(Error::NotAModelService {
            host: self.line.host(),
            found,
        })
    }
}

/// Tells a stream of events from a whole answer by its first character: the header is often wrong.
fn recognise(head: Vec<u8>) -> Form {
    let skipped = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&head);
    match skipped.iter().find(|byte| !byte.is_ascii_whitespace()) {
        // The mark itself may be cut.
        None | Some(0xEF) if head.len() < 3 => Form::Unknown(head),
        None => Form::Unknown(head),
        Some(b'{' | b'[' | b'<') => Form::Whole(head),
        Some(_) => {
            let mut reader = Reader::default();
            match reader.push(&head) {
                Ok(()) => Form::Events(reader),
                Err(_) => Form::Whole(head), // its size is refused there
            }
        }
    }
}

/// Turns a refusal into what to do next, and remembers it.
pub(crate) fn lesson(
    line: &Line,
    fault: &Fault,
    call: &Call,
    retry_after: Option<Duration>,
) -> Trouble {
    let host = line.host();
    let asked = Asked {
        host: &host,
        model: &line.model,
        key: line.key.as_ref(),
        sent: &call.sent,
        prefix: call.prefix.is_some_and(|form| form != PrefixForm::Refused),
        raw: call.name == "completions",
        retry_after,
    };
    match verdict::judge(fault, &asked) {
        Meaning::Passing(error) => Trouble::Passing(error, retry_after),
        Meaning::Standing(error) => Trouble::Standing(error),
        Meaning::NoSuchCall => Trouble::Elsewhere(None),
        Meaning::Parameter(parameter) => {
            tracing::info!(host, ?parameter, "refused, left out from now on");
            line.learn(|known| {
                known.refused.insert(parameter);
            });
            Trouble::Learned
        }
        Meaning::PrefixUnmarked if call.prefix != Some(PrefixForm::MarkedPrefix) => {
            line.learn(|known| known.prefix = Some(PrefixForm::MarkedPrefix));
            Trouble::Learned
        }
        Meaning::Prefix | Meaning::PrefixUnmarked => {
            tracing::info!(host, "does not go on from a begun answer");
            line.learn(|known| known.prefix = Some(PrefixForm::Refused));
            Trouble::Learned
        }
    }
}
