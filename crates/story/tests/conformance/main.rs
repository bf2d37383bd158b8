//! The suites of other tools, over the data in the corpora folder.

mod corpora;
mod ink_proof;
mod inkjs;
mod problems;
mod whole_stories;
