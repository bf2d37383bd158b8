//! The suites of other tools, over the data in the corpora folder.

mod corpora;
mod problems;
