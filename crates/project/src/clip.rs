//! Text copied out of a project, with whose it is.

use crate::history::ByteRef;
use crate::ids::ProjectId;

/// Text copied from a document, to be pasted into this or another document of the same project
/// with its authors. Keep it beside the clipboard; pasted into another project it is just text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    pub(crate) project: ProjectId,
    pub(crate) text: String,
    pub(crate) runs: Vec<ClipRun>,
}

/// Bytes of a clip that stood together at their source and have one author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClipRun {
    pub(crate) len: u32,
    pub(crate) document: i64,
    pub(crate) byte: ByteRef,
    pub(crate) author: i64,
}

impl Clip {
    /// The copied text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
