//! One interface over the crafts: what a page shows, what its keys do, how files come in and go out.
//!
//! Start at [`Page`]: the text of one document with what its craft says of it. All offsets are UTF-8
//! bytes. Kinds are the words that the CLI prints and that the window styles by.

mod page;

pub use page::{
    Completion, CompletionItem, Counts, Craft, Edit, Gutter, Key, KeyAnswer, Line, Mark,
    OutlineItem, Page, Patch, Problem, Severity,
};
