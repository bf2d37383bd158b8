//! Places in the text that move with the edits.

use crate::ids::{AnchorId, DocumentId};

/// Which neighbour a place keeps to when text comes in exactly there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// It stays with the text before it.
    Left,
    /// It stays with the text after it.
    Right,
}

impl Side {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// A kept place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Its id.
    pub id: AnchorId,
    /// The document it is in.
    pub document: DocumentId,
    /// What it is for, in the caller's words.
    pub kind: String,
    /// Which neighbour it keeps to.
    pub side: Side,
    /// Where it is now, in UTF-8 bytes.
    pub pos: u64,
    /// The text on both sides of it is gone; it lies where they were. Comes back with them.
    pub deleted: bool,
}
