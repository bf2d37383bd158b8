//! Why a model is not opened.

use registry::HeaderError;

/// Why a model is not opened. Nothing stays loaded.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read.
    #[error("the model file cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// It is no model file.
    #[error("this is no GGUF file")]
    NotGguf,
    /// It ends too early: a broken download.
    #[error("the model file is cut short: it has {found} bytes and needs at least {expected}")]
    Truncated {
        /// Bytes that its header promises, at least.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// It may be whole, but this program cannot run it.
    #[error("{what} is not supported")]
    Unsupported {
        /// Architecture, version, or kind of file.
        what: String,
    },
    /// It contradicts itself, or the library refused it or broke on it.
    #[error("the model file is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// Where in the file, in bytes, if known.
        offset: Option<u64>,
    },
    /// It does not fit into memory.
    #[error("the model needs {needs_mib} MiB of memory and {free_mib} MiB are free")]
    TooLarge {
        /// What it needs with the smallest useful context, or with the one asked for.
        needs_mib: u64,
        /// What is free.
        free_mib: u64,
    },
    /// The library could not make a working context.
    #[error("no context of {tokens} tokens could be made")]
    NoContext {
        /// Tokens asked for.
        tokens: u32,
    },
    /// The caller broke it off.
    #[error("loading was stopped")]
    Cancelled,
    /// The engine's thread could not be started.
    #[error("the engine's thread could not be started")]
    NoThread(#[source] std::io::Error),
}

impl From<HeaderError> for OpenError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::NotGguf => Self::NotGguf,
            HeaderError::Truncated { expected, found } => Self::Truncated { expected, found },
            HeaderError::Unsupported { what } => Self::Unsupported { what },
            HeaderError::Damaged { what, offset } => Self::Damaged {
                what,
                offset: Some(offset),
            },
            HeaderError::Unreadable(source) => Self::Unreadable(source),
        }
    }
}
