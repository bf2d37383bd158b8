//! Drives the real window for the end-to-end tests: a display, a session bus, a driver, and the program.
//!
//! Start at [`Studio::launch`]. Everything that a test reads comes from the screen or from the project
//! file; everything that it does goes through keys and the pointer. Nothing sleeps: [`Studio::until`]
//! waits for a condition with a deadline and says what it saw last.

mod display;
mod file;
mod keys;
mod peer;
mod screen;
mod studio;

pub use keys::Chord;
pub use peer::{Peer, corpora, starter};
pub use screen::{PageLine, Shown};
pub use studio::{Options, Studio};
