//! What the studio tells unasked.

use std::sync::Arc;

use crate::error::Error;

/// Whether a project's text is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// All of it.
    Saved,
    /// Keys wait for the next commit.
    Pending,
    /// The last commit failed; the text is in memory.
    Failed,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub enum StudioNews {
    /// The state of a project's file.
    Saved {
        /// The project.
        project: String,
        /// Its state.
        saved: Saved,
        /// Why the commit failed.
        error: Option<Arc<Error>>,
    },
    /// The local model: see [`crate::Models::state`].
    Model,
    /// A generation changed.
    Generation {
        /// The project.
        project: String,
        /// The generation.
        generation: project::GenerationId,
    },
}

/// Who is told. Called on the studio's threads: hand it on and return.
pub type Listener = dyn Fn(StudioNews) + Send + Sync;
