//! One take: from its prompt's tokens to its last event.

use std::time::Instant;

use inference::{Alternative, Ended, Error, Event, Finish, Priority, Usage};

use crate::choice::{Chooser, alternatives, random_seed};
use crate::inbox::{Job, Out};
use crate::raw::{Token, Weights};
use crate::text::Joiner;
use crate::thoughts::Thoughts;

/// Control tokens that reasoning models part their thoughts with. They are written out, so that whoever
/// folds thoughts away can see them; any other control token is the end of an answer.
const THOUGHT_MARKS: &[&str] = &[
    "<think>",
    "</think>",
    "<thinking>",
    "</thinking>",
    "[THINK]",
    "[/THINK]",
    "<|channel|>",
    "<|message|>",
    "<|start|>",
    "<|end|>",
];

/// One take.
pub(crate) struct Take {
    /// Earlier takes have smaller numbers.
    pub(crate) order: u64,
    pub(crate) priority: Priority,
    pub(crate) prompt: Vec<Token>,
    /// Tokens that it may write, thoughts included.
    pub(crate) limit: u32,
    max_tokens: u32,
    thought_budget: u32,
    pub(crate) out: Out,
    pub(crate) reused: u32,
    /// The reader was told that it waits.
    pub(crate) queued: bool,
    chooser: Chooser,
    seed: u64,
    joiner: Joiner,
    alternatives: usize,
    /// Of the first token that is not sent yet.
    held_alternatives: Vec<Alternative>,
    unsent: u32,
    generated: u32,
    thought: u32,
    thoughts: Thoughts,
    asked: Instant,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Take {
    /// `thinks`: the model thinks before it answers this prompt.
    pub(crate) fn new(job: Job, order: u64, prompt: Vec<Token>, thinks: bool) -> Self {
        let request = job.request;
        let thought_budget = if thinks { request.thought_budget } else { 0 };
        let seed = request.seed.unwrap_or_else(random_seed);
        Self {
            order,
            priority: request.priority,
            prompt,
            limit: request.max_tokens.saturating_add(thought_budget),
            max_tokens: request.max_tokens,
            thought_budget,
            out: job.out,
            reused: 0,
            queued: false,
            chooser: Chooser::new(request.sampling, seed),
            seed,
            joiner: Joiner::new(&request.stop),
            alternatives: usize::from(request.alternatives),
            held_alternatives: vec![],
            unsent: 0,
            generated: 0,
            thought: 0,
            thoughts: Thoughts::new(thinks),
            asked: job.asked,
            first: None,
            last: None,
        }
    }

    /// Prompt and answer, in tokens.
    pub(crate) fn needed(&self) -> u32 {
        count(self.prompt.len()).saturating_add(self.limit)
    }

    /// Tokens that it may still write.
    pub(crate) fn left(&self) -> usize {
        self.limit.saturating_sub(self.generated + self.thought) as usize
    }

    /// Chooses the next token from `logits` and tells the reader. `None`: the take is over.
    pub(crate) fn go_on(
        &mut self,
        weights: &Weights,
        logits: Option<&[f32]>,
        before: &[Token],
    ) -> Option<Token> {
        let chosen = logits.and_then(|logits| Some((self.chooser.choose(logits, before)?, logits)));
        let Some((token, logits)) = chosen else {
            self.fail(Error::Engine {
                doing: "choosing a word",
                code: 0,
            });
            return None;
        };
        let now = Instant::now();
        self.first.get_or_insert(now);
        let Some(bytes) = written(weights, token) else {
            self.finish(Finish::EndOfText);
            return None;
        };
        self.last = Some(now);
        if self.thoughts.push(&bytes) {
            self.thought += 1;
        } else {
            self.generated += 1;
        }
        if self.alternatives > 0 && self.unsent == 0 {
            self.held_alternatives = alternatives(logits, self.alternatives)
                .into_iter()
                .map(|(token, logprob)| Alternative {
                    piece: String::from_utf8_lossy(&weights.piece(token, true)).into_owned(),
                    logprob,
                })
                .collect();
        }
        self.unsent += 1;
        let text = self.joiner.push(&bytes);
        self.tell(text);
        if self.joiner.is_stopped() {
            self.finish(Finish::StopText);
            return None;
        }
        // Thoughts beyond their budget end the take: no answer will come of them in time.
        if self.generated >= self.max_tokens
            || (self.thought > 0 && self.thought > self.thought_budget)
        {
            self.finish(Finish::Length);
            return None;
        }
        Some(token)
    }

    fn tell(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        self.out.send(Event::Text {
            text,
            tokens: std::mem::take(&mut self.unsent),
            alternatives: std::mem::take(&mut self.held_alternatives),
        });
    }

    pub(crate) fn finish(&mut self, finish: Finish) {
        let text = self.joiner.finish();
        self.tell(text);
        let ended = Ended::Finished(finish, self.usage());
        self.out.send(Event::Ended(ended));
    }

    /// The engine's owner ended it, or it was warming and gave way.
    pub(crate) fn stop(&mut self) {
        let text = self.joiner.finish();
        self.tell(text);
        self.out.send(Event::Ended(Ended::Stopped(self.usage())));
    }

    pub(crate) fn fail(&mut self, error: Error) {
        let text = self.joiner.finish();
        self.tell(text);
        self.out
            .send(Event::Ended(Ended::Failed(error, self.usage())));
    }

    fn usage(&self) -> Usage {
        let seconds = match (self.first, self.last) {
            (Some(first), Some(last)) => (last - first).as_secs_f64(),
            _ => 0.0,
        };
        Usage {
            prompt_tokens: count(self.prompt.len()),
            reused_tokens: self.reused,
            generated_tokens: self.generated,
            thought_tokens: self.thought,
            ttft_ms: self
                .first
                .map_or(0.0, |first| (first - self.asked).as_secs_f64() * 1000.0),
            tokens_per_second: if self.generated + self.thought > 1 && seconds > 0.0 {
                f64::from(self.generated + self.thought - 1) / seconds
            } else {
                0.0
            },
            seed: Some(self.seed),
        }
    }
}

/// What a token writes; `None` for one that ends an answer.
fn written(weights: &Weights, token: Token) -> Option<Vec<u8>> {
    if weights.ends_answer(token) {
        return None;
    }
    if !weights.is_control(token) {
        return Some(weights.piece(token, false));
    }
    let name = weights.piece(token, true);
    THOUGHT_MARKS
        .iter()
        .any(|mark| mark.as_bytes() == name)
        .then_some(name)
}

pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
