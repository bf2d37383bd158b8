//! From a task to a packed prompt, and from a stream to candidates in pieces one can take.
//!
//! Pure: text in, values out; no I/O, no clock, no threads. [`pack`] makes the exact prompt of an [`Ask`]
//! by a [`Task`], which is data; a [`Cleaner`] turns what the model streams into a candidate; [`pieces`]
//! are what the writer takes of it. What the model saw ([`Seen`]) is kept as JSON with the generation.

mod chatter;
pub mod check;
mod clean;
mod ending;
mod error;
mod frame;
mod language;
mod opening;
mod pack;
pub mod pieces;
mod seam;
mod seen;
mod style;
mod task;
mod task_file;
mod thoughts;
mod tokens;
mod window;

pub use clean::{Clean, Cleaner, Cleaning, Spent, clean};
pub use error::Error;
pub use language::{Language, han_share, is_mostly_chinese};
pub use pack::{Ask, Facts, Instruct, Limits, Packed, Spot, pack};
pub use seam::{Fit, Seam, join};
pub use seen::{Left, LeftOut, Part, PartName, Seen, SeenError, Speaker, Why};
pub use style::{Style, Wish};
pub use task::{Instruction, Reads, Settings, Task, TaskError, Tasks, Words};
pub use tokens::{Counts, Tokens};
pub use window::Border;
