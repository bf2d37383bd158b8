//! From a task to a packed prompt, and from a stream to candidates in pieces one can take.

mod chatter;
pub mod check;
mod clean;
mod ending;
mod language;
mod opening;
pub mod pieces;
mod seam;
mod thoughts;

pub use clean::{Clean, Cleaner, Cleaning, Spent, clean};
pub use language::{Language, han_share, is_mostly_chinese};
pub use seam::{Fit, Seam, join};
