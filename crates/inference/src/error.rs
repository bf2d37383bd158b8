//! What can go wrong with a model.

use std::time::Duration;

/// What can go wrong with a model. Fields, not prose: the window's catalogue has the words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The model cannot do this at all.
    #[error("the model does not support {what}")]
    Unsupported {
        /// `raw prompts`, `chat prompts`, `alternatives` …
        what: &'static str,
    },
    /// The prompt and the answer do not fit.
    #[error("{needed} tokens are needed and the model reads {context}")]
    TooLong {
        /// Prompt and answer.
        needed: u32,
        /// What fits.
        context: u32,
    },
    /// The engine ran out of memory.
    #[error("not enough memory for {tokens} tokens")]
    OutOfMemory {
        /// The context that was asked for.
        tokens: u32,
    },
    /// The engine failed.
    #[error("the engine failed while it was {doing}: code {code}")]
    Engine {
        /// `reading the prompt`, `writing` …
        doing: &'static str,
        /// The library's own code.
        code: i32,
    },
    /// The model was closed.
    #[error("the model was closed")]
    Closed,
    /// No connection to the host.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// The host.
        host: String,
        /// What the network said.
        cause: String,
    },
    /// The host did not answer in time.
    #[error("{host} did not answer within {after:?}")]
    TimedOut {
        /// The host.
        host: String,
        /// How long.
        after: Duration,
    },
    /// The key is wrong or missing (401, 403).
    #[error("{host} refused the key")]
    KeyRefused {
        /// The host.
        host: String,
    },
    /// The service does not know this model (404).
    #[error("{host} does not know the model {model}")]
    UnknownModel {
        /// The host.
        host: String,
        /// The model asked for.
        model: String,
    },
    /// Too many requests, after the retries.
    #[error("{host} allows no more requests for now")]
    Busy {
        /// The host.
        host: String,
        /// When to try again, if told.
        retry_after: Option<Duration>,
    },
    /// The account has no quota left.
    #[error("{host} says that the quota is used up")]
    QuotaUsedUp {
        /// The host.
        host: String,
    },
    /// The service refused the request (400 and its like).
    #[error("{host} refused the request: {message}")]
    Refused {
        /// The host.
        host: String,
        /// HTTP status.
        status: u16,
        /// The service's own words, shortened, keys removed.
        message: String,
    },
    /// The service failed (5xx), after the retries.
    #[error("{host} failed with status {status}")]
    ServiceFailed {
        /// The host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// What came back is no model's answer: a proxy's page, broken JSON.
    #[error("{host} answered with something that is no model service")]
    NotAModelService {
        /// The host.
        host: String,
        /// What it looked like: `html`, `broken json`, `empty` …
        found: &'static str,
    },
    /// The stream broke off before its end.
    #[error("the connection to {host} was lost")]
    Truncated {
        /// The host.
        host: String,
    },
    /// The service cut the front of the prompt.
    #[error("{host} read {read} of about {sent} tokens")]
    PromptCut {
        /// The host.
        host: String,
        /// Tokens it says it read.
        read: u32,
        /// Our estimate of what was sent.
        sent: u32,
    },
}
