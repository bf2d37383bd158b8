//! The local engine: one thread that owns a llama.cpp context and serves token streams.
//!
//! [`Engine::open`] checks a file, loads it and starts the thread; the [`Engine`] is an
//! [`inference::Model`]. Takes that run at the same time share one batch, takes of one prompt share its
//! evaluation, and what was evaluated before is kept for the next request as far as there is room.

mod cache;
mod chat;
mod choice;
mod engine;
mod error;
mod inbox;
mod probe;
mod raw;
mod schedule;
mod take;
mod text;
mod thoughts;
mod threads;

pub use engine::{Counters, Engine, OpenOptions, Opening, Threads};
pub use error::OpenError;
pub use probe::{Probe, probe_main};
