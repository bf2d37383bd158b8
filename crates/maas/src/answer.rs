//! An answer on its way to its reader: words, thoughts, stop texts, and what it all cost.

use std::sync::Arc;
use std::time::Instant;

use inference::{Ended, Error, Event, Finish, TokenSender, Usage};

use crate::body::Call;
use crate::chunk::{Chunk, Counts};
use crate::estimate;

/// How thoughts begin where a service leaves them in the text.
const THOUGHTS: [&str; 4] = ["<think>", "<thinking>", "[THINK]", "<|channel|>analysis"];

/// Whether the service should go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    GoOn,
    /// The answer is whole as far as we want it.
    Enough(Finish),
}

/// The writing end of a take. Ends its stream when dropped, with [`Ended::Stopped`] if nothing else was said.
pub(crate) struct Answer {
    sender: Arc<TokenSender>,
    stops: Stops,
    /// What the service may repeat at the start, and how much of it came.
    echo: String,
    repeated: String,
    thought_budget: u32,
    asked: Instant,
    first: Option<Instant>,
    last: Option<Instant>,
    words: u32,
    thoughts: u32,
    /// The first characters of the text, as many as tell whether it begins with a thought.
    head: String,
    counts: Counts,
    seed: Option<u64>,
    limit: Option<u32>,
    ended: bool,
}

impl Answer {
    pub(crate) fn new(sender: Arc<TokenSender>, stop: &[String], thought_budget: u32) -> Self {
        Self {
            sender,
            stops: Stops::new(stop),
            echo: String::new(),
            repeated: String::new(),
            thought_budget,
            asked: Instant::now(),
            first: None,
            last: None,
            words: 0,
            thoughts: 0,
            head: String::new(),
            counts: Counts::default(),
            seed: None,
            limit: None,
            ended: false,
        }
    }

    /// Before each attempt: how it is sent, and the text that the service may repeat at the start.
    pub(crate) fn begin(&mut self, call: &Call, echo: Option<&str>) {
        self.seed = call.seed;
        self.limit = call.untold_limit;
        self.echo = echo.unwrap_or_default().into();
        self.thoughts = 0;
    }

    /// Tells the reader that it waits for the service's next free moment.
    pub(crate) fn waits(&self) {
        self.sender.send(Event::Queued);
    }

    /// True once anything came that cannot be taken back by another attempt.
    pub(crate) fn has_begun(&self) -> bool {
        self.words > 0 || self.thoughts > 0
    }

    /// True when only thoughts came.
    pub(crate) fn only_thought(&self) -> bool {
        self.words == 0 && self.thoughts > 0
    }

    /// True when the text itself begins with a thought: it is part of the text, and others take it out.
    pub(crate) fn begins_with_thought(&self) -> bool {
        let head = self.head.trim_start();
        THOUGHTS.iter().any(|tag| head.starts_with(tag))
    }

    /// Takes what an event says.
    pub(crate) fn take(&mut self, chunk: Chunk) -> Flow {
        if let Some(counts) = chunk.counts {
            self.counts = Counts {
                prompt: counts.prompt.or(self.counts.prompt),
                cached: counts.cached.or(self.counts.cached),
                written: counts.written.or(self.counts.written),
                thought: counts.thought.or(self.counts.thought),
            };
        }
        if !chunk.thought.is_empty() {
            self.thoughts += pieces(&chunk.thought);
            self.sender.send(Event::Thinking {
                tokens: self.thoughts,
            });
            if self.thoughts > self.thought_budget && chunk.text.is_empty() && self.words == 0 {
                return Flow::Enough(Finish::Length);
            }
        }
        let text = self.without_echo(chunk.text);
        if text.is_empty() {
            return Flow::GoOn;
        }
        let tokens = match chunk.alternatives.len() {
            0 => pieces(&text),
            tokens => tokens as u32,
        };
        self.words += tokens;
        if self.head.len() < 64 {
            self.head.push_str(&text);
        }
        let now = Instant::now();
        self.first.get_or_insert(now);
        self.last = Some(now);
        let (text, stopped) = self.stops.push(&text);
        if !text.is_empty() {
            self.sender.send(Event::Text {
                text,
                tokens,
                alternatives: chunk.alternatives.into_iter().next().unwrap_or_default(),
            });
        }
        if stopped {
            Flow::Enough(Finish::StopText)
        } else if self.limit.is_some_and(|limit| self.words >= limit) {
            Flow::Enough(Finish::Length)
        } else {
            Flow::GoOn
        }
    }

    /// What the service counted so far.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Ends well.
    pub(crate) fn finish(&mut self, finish: Finish) {
        self.release();
        let usage = self.usage();
        self.end(Ended::Finished(finish, usage));
    }

    /// Ends with an error; what came stands.
    pub(crate) fn fail(&mut self, error: Error) {
        self.release();
        let usage = self.usage();
        self.end(Ended::Failed(error, usage));
    }

    /// Words that were held back in case more would follow are the writer's.
    fn release(&mut self) {
        let held = self.stops.rest() + &std::mem::take(&mut self.repeated);
        if !held.is_empty() {
            self.sender.send(Event::Text {
                text: held,
                tokens: 0,
                alternatives: Vec::new(),
            });
        }
    }

    fn end(&mut self, ended: Ended) {
        self.ended = true;
        self.sender.send(Event::Ended(ended));
    }

    fn usage(&self) -> Usage {
        let thought = self.counts.thought.unwrap_or(self.thoughts);
        let written = match self.counts.written {
            // Thoughts are part of what services call completion.
            Some(written) if written >= thought => written - thought,
            Some(_) | None => self.words,
        };
        let since = |moment: Instant| moment.duration_since(self.asked).as_secs_f64() * 1000.0;
        let span = match (self.first, self.last) {
            (Some(first), Some(last)) => last.duration_since(first).as_secs_f64(),
            _ => 0.0,
        };
        Usage {
            prompt_tokens: self.counts.prompt.unwrap_or(0),
            reused_tokens: self.counts.cached.unwrap_or(0),
            generated_tokens: written,
            thought_tokens: thought,
            ttft_ms: self.first.map_or(0.0, since),
            tokens_per_second: if written > 1 && span > 0.0 {
                f64::from(written - 1) / span
            } else {
                0.0
            },
            seed: self.seed,
        }
    }

    /// Removes the beginning that was given, where a service repeats it whole.
    fn without_echo(&mut self, text: String) -> String {
        if self.echo.is_empty() || text.is_empty() {
            return text;
        }
        self.repeated.push_str(&text);
        if self.repeated.len() < self.echo.len() && self.echo.starts_with(&self.repeated) {
            return String::new();
        }
        let text = std::mem::take(&mut self.repeated);
        let echo = std::mem::take(&mut self.echo);
        match text.strip_prefix(&echo) {
            Some(rest) => rest.into(),
            None => text,
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if !self.ended {
            self.release();
            let usage = self.usage();
            self.end(Ended::Stopped(usage));
        }
    }
}

/// How many tokens an event stands for: one, except where a service sends sentences at a time.
fn pieces(text: &str) -> u32 {
    estimate::tally(text).at_least(Default::default()).max(1)
}

/// Looks for stop texts in what streams by, for services that ignore or refuse them.
#[derive(Debug, Default)]
struct Stops {
    stops: Vec<String>,
    /// The end of what came that may be the beginning of a stop text.
    held: String,
    /// One came: nothing after it is part of the answer.
    over: bool,
}

impl Stops {
    fn new(stops: &[String]) -> Self {
        Self {
            stops: stops
                .iter()
                .filter(|stop| !stop.is_empty())
                .cloned()
                .collect(),
            held: String::new(),
            over: false,
        }
    }

    /// The words that are free to go, and whether a stop text came after them.
    fn push(&mut self, text: &str) -> (String, bool) {
        if self.over {
            return (String::new(), true);
        }
        self.held.push_str(text);
        if let Some(at) = self
            .stops
            .iter()
            .filter_map(|stop| self.held.find(stop))
            .min()
        {
            let mut free = std::mem::take(&mut self.held);
            free.truncate(at);
            self.over = true;
            return (free, true);
        }
        let keep = self
            .held
            .char_indices()
            .map(|(at, _)| at)
            .find(|&at| {
                self.stops
                    .iter()
                    .any(|stop| stop.starts_with(&self.held[at..]))
            })
            .unwrap_or(self.held.len());
        let held = self.held.split_off(keep);
        (std::mem::replace(&mut self.held, held), false)
    }

    fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use inference::{TokenStream, channel};

    fn answer(stop: &[&str], budget: u32) -> (Answer, TokenStream) {
        let (sender, stream) = channel();
        let stop: Vec<String> = stop.iter().map(|s| s.to_string()).collect();
        (Answer::new(Arc::new(sender), &stop, budget), stream)
    }

    fn says(text: &str) -> Chunk {
        Chunk {
            text: text.into(),
            ..Chunk::default()
        }
    }

    fn read(mut stream: TokenStream) -> (String, Ended) {
        let mut text = String::new();
        loop {
            match stream.next_blocking().expect("an end") {
                Event::Text { text: more, .. } => text.push_str(&more),
                Event::Ended(ended) => return (text, ended),
                Event::Queued | Event::Reading { .. } | Event::Thinking { .. } => {}
            }
        }
    }

    #[test]
    fn a_stop_text_ends_the_answer_however_it_is_cut() {
        let whole = "one\n\ntwo";
        for cut in 0..=whole.len() {
            let (mut answer, stream) = answer(&["\n\n", "xyz"], 0);
            let flows = [
                answer.take(says(&whole[..cut])),
                answer.take(says(&whole[cut..])),
            ];
            assert!(flows.contains(&Flow::Enough(Finish::StopText)), "{cut}");
            answer.finish(Finish::StopText);
            assert_eq!(read(stream).0, "one", "{cut}");
        }
    }

    #[test]
    fn words_held_for_a_stop_text_that_never_came_are_kept() {
        let (mut answer, stream) = answer(&["---end"], 0);
        answer.take(says("fog--"));
        answer.take(says("-e"));
        drop(answer);
        let (text, ended) = read(stream);
        assert_eq!(text, "fog---e");
        assert!(matches!(ended, Ended::Stopped(_)));
    }

    #[test]
    fn a_repeated_beginning_is_removed_however_it_is_cut() {
        let whole = "EXT. QUAY - DAWN";
        for cut in 0..=whole.len() {
            let (mut answer, stream) = answer(&[], 0);
            answer.echo = "EXT. QUAY".into();
            answer.take(says(&whole[..cut]));
            answer.take(says(&whole[cut..]));
            answer.finish(Finish::EndOfText);
            assert_eq!(read(stream).0, " - DAWN", "{cut}");
        }
        let (mut answer, stream) = answer(&[], 0);
        answer.echo = "EXT. QUAY".into();
        answer.take(says("EXT. "));
        answer.take(says("DOCK"));
        answer.finish(Finish::EndOfText);
        assert_eq!(read(stream).0, "EXT. DOCK");
    }

    #[test]
    fn thoughts_beyond_their_budget_end_the_take() {
        let (mut answer, stream) = answer(&[], 3);
        let thought = || Chunk {
            thought: "hm".into(),
            ..Chunk::default()
        };
        for _ in 0..3 {
            assert_eq!(answer.take(thought()), Flow::GoOn);
        }
        assert_eq!(answer.take(thought()), Flow::Enough(Finish::Length));
        answer.finish(Finish::Length);
        let (text, ended) = read(stream);
        let Ended::Finished(Finish::Length, usage) = ended else {
            panic!("{ended:?}")
        };
        assert_eq!(
            (text.as_str(), usage.thought_tokens, usage.generated_tokens),
            ("", 4, 0)
        );
    }

    #[test]
    fn the_services_counts_win_over_ours() {
        let (mut answer, stream) = answer(&[], 99);
        answer.take(says("fog"));
        answer.take(Chunk {
            counts: Some(Counts {
                prompt: Some(9),
                cached: Some(4),
                written: Some(30),
                thought: Some(20),
            }),
            ..Chunk::default()
        });
        answer.finish(Finish::EndOfText);
        let (_, Ended::Finished(_, usage)) = read(stream) else {
            panic!("finished")
        };
        assert_eq!(
            (
                usage.prompt_tokens,
                usage.reused_tokens,
                usage.generated_tokens,
                usage.thought_tokens
            ),
            (9, 4, 10, 20)
        );
    }
}
