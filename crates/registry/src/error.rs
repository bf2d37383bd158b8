//! Why a model file is refused.

/// Why a model file is refused before it is loaded.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// It does not begin as a GGUF file does.
    #[error("this is no GGUF file")]
    NotGguf,
    /// It ends too early: a broken download.
    #[error("the file ends at byte {found} and needs at least {expected}")]
    Truncated {
        /// Bytes that its header promises, at least.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// It may be whole, but this program cannot run it.
    #[error("{what} is not supported")]
    Unsupported {
        /// The architecture (`bert`), the version (`GGUF 1`), or the kind (`a part of a split file`).
        what: String,
    },
    /// It contradicts itself.
    #[error("the file is damaged: {what} at byte {offset}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// Where, in bytes from the file's beginning.
        offset: u64,
    },
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Unreadable(#[from] std::io::Error),
}
