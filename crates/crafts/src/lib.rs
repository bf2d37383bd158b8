//! One interface over the crafts: what a page shows, what its keys do, how files come in and go out.
//!
//! Start at [`Page`]: the text of one document with what its craft says of it. All offsets are UTF-8
//! bytes, but those that say [`Utf16Offset`]. Kinds are the words that the CLI prints and that the window
//! styles by. [`decode`] and [`encode`] are the door for text files.

mod bytes;
pub mod check;
mod craft;
mod ink;
mod lines;
mod markdown;
mod note;
mod outline;
mod page;
mod script;
mod song;
mod utf16;
mod values;
mod words;

pub use bytes::{BytesError, Decoded, FileForm, LineEnds, TextEncoding, decode, encode};
pub use craft::Craft;
pub use ink::Others;
pub use page::Page;
pub use utf16::{Utf16Index, Utf16Offset, utf16_len};
pub use values::{
    Completion, CompletionItem, Counts, Edit, Element, Emphasis, Gutter, Key, KeyAnswer, Line,
    Mark, Neighbourhood, OutlineItem, Patch, Problem, Severity, Target,
};
pub use words::{characters, is_han, word_ranges, words};
