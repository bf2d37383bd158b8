//! What the window is told of a failure: a code and facts. Sentences live in its catalogue.

use std::collections::BTreeMap;

use serde::Serialize;

/// A failure. The catalogue has `error.<code>` (what happened), `error.<code>.kept` and `error.<code>.do`.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Error {
    /// Snake case.
    pub code: String,
    /// Names and figures for the sentence.
    pub facts: BTreeMap<String, String>,
    /// The chain of causes, for Details.
    pub detail: String,
}
