//! What is asked of a model, and what it answers.

use crate::{Error, Sampling};

/// Who speaks in a chat prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Standing instructions.
    System,
    /// The writer.
    User,
    /// The model.
    Assistant,
}

/// One message of a chat prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// What the model reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// Text to go on with, without any wrapper. Special tokens in it are plain text.
    Raw(String),
    /// Messages in the model's own chat form.
    Chat {
        /// The messages, oldest first.
        messages: Vec<Message>,
        /// How the answer begins; it is not repeated in the stream. May be empty.
        answer_prefix: String,
    },
}

/// How results relate to the number of takes and the batches they ran in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Quickest settings; equal requests may part by rounding when batched together.
    #[default]
    Fast,
    /// The same tokens for the same request on the same machine and build, however it was batched.
    Exact,
}

/// How urgent a request is. Said at each call, without a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Evaluated ahead of time; gives way to everything else.
    Warm,
    /// Nobody waits for it in front of the screen.
    Background,
    /// The writer waits.
    Foreground,
}

/// One take to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What the model reads.
    pub prompt: Prompt,
    /// How it chooses words.
    pub sampling: Sampling,
    /// Most tokens it writes.
    pub max_tokens: u32,
    /// Texts that end the answer; they are not part of it.
    pub stop: Vec<String>,
    /// Seed of the choice of words. `None` lets the model choose; [`Usage::seed`] tells which.
    pub seed: Option<u64>,
    /// How urgent.
    pub priority: Priority,
    /// Most tokens that a reasoning model may think before it answers; thoughts never become text events.
    pub thought_budget: u32,
    /// How many alternatives to report per token; 0 = none.
    pub alternatives: u8,
}

/// A token that could have stood there.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Its text.
    pub piece: String,
    /// Natural logarithm of its probability before sampling settings.
    pub logprob: f32,
}

/// Why a take ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model said so.
    EndOfText,
    /// A stop text came.
    StopText,
    /// `max_tokens` were written.
    Length,
    /// The service kept something back by its own rules.
    Filtered,
}

/// What a take cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Usage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Of those, how many were not evaluated anew.
    pub reused_tokens: u32,
    /// Tokens written, thoughts apart.
    pub generated_tokens: u32,
    /// Tokens thought.
    pub thought_tokens: u32,
    /// Milliseconds from the request to the first token.
    pub ttft_ms: f64,
    /// Tokens a second after the first one; 0 when fewer than two came.
    pub tokens_per_second: f64,
    /// The seed in use, if the model has one.
    pub seed: Option<u64>,
}

/// How a take ended. Exactly one per stream, and last.
#[derive(Debug, Clone)]
pub enum Ended {
    /// It is whole.
    Finished(Finish, Usage),
    /// It was cancelled by the model's owner (unloaded, shut down); a dropped stream gets no event.
    Stopped(Usage),
    /// It failed; what came before stands.
    Failed(Error, Usage),
}

/// What a stream says.
#[derive(Debug, Clone)]
pub enum Event {
    /// It waits for others before it.
    Queued,
    /// The prompt is being read: of `total` tokens, `done` are known, `reused` of them from before.
    Reading {
        /// Known by now.
        done: u32,
        /// All.
        total: u32,
        /// Known from before.
        reused: u32,
    },
    /// The model thinks; its thoughts are not shown.
    Thinking {
        /// Tokens so far.
        tokens: u32,
    },
    /// Words, in whole characters.
    Text {
        /// The new text.
        text: String,
        /// Tokens it is made of.
        tokens: u32,
        /// Alternatives of the first of them, if asked for.
        alternatives: Vec<Alternative>,
    },
    /// The end.
    Ended(Ended),
}
