//! The trait that every model answers to.

use crate::{Error, Mode, Prompt, Request, TokenStream};

/// Where a model runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In this process.
    ThisMachine,
    /// At a service; text leaves this machine to that host.
    Remote {
        /// Host name and port as the writer gave them.
        host: String,
    },
}

/// What computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// The processor.
    Cpu,
    /// A graphics card, with the name its driver gives.
    Gpu(String),
    /// Not known: a remote service.
    Unknown,
}

/// What an opened model can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Goes on with plain text (`Prompt::Raw`).
    pub raw: bool,
    /// Has a chat form (`Prompt::Chat`).
    pub chat: bool,
    /// Takes `answer_prefix` and goes on from it.
    pub answer_prefix: bool,
    /// Follows a seed.
    pub seed: bool,
    /// Reports alternatives.
    pub alternatives: bool,
    /// Writes thoughts before it answers.
    pub thinks: bool,
    /// Tokens of prompt and answer together; `None` = not told.
    pub context: Option<u32>,
}

/// What an opened model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Stable id: the file's name without its end, or the service's model id.
    pub id: String,
    /// What a reader calls it.
    pub name: String,
    /// sha256 of the file in hex, if known.
    pub hash: Option<String>,
    /// Parameters, if known.
    pub parameters: Option<u64>,
    /// Where it runs.
    pub place: Place,
    /// What computes.
    pub device: Device,
    /// How results relate to batching.
    pub mode: Mode,
}

/// An opened model. Cheap to share behind an `Arc`; its own threads do the work.
pub trait Model: Send + Sync + 'static {
    /// What it is.
    fn info(&self) -> ModelInfo;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// How many tokens `text` is. Exact for a local model; an estimate (never too low by more than a
    /// tenth for English or Chinese) for a remote one. May take milliseconds: not for the window's thread.
    fn count_tokens(&self, text: &str) -> u32;

    /// The exact text that the model would read for `prompt`, wrappers included, if this model can tell.
    fn rendered(&self, prompt: &Prompt) -> Option<String>;

    /// Starts a take. Returns at once.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the model cannot do what is asked; all else comes in the stream.
    fn start(&self, request: Request) -> Result<TokenStream, Error>;
}
