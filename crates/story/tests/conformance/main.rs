//! The suites of other tools, over the data in the corpora folder.

#![expect(
    clippy::unwrap_used,
    reason = "a suite fails where its data can't be read"
)]

mod corpora;
mod ink_proof;
mod inkjs;
mod problems;
mod whole_stories;
