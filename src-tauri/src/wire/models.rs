//! Models on this machine and at a service.

use serde::{Deserialize, Serialize};

use super::error::Error;

/// An opened model.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct OpenModel {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Host where it runs; none = this machine.
    pub host: Option<String>,
    /// `CPU` or the card's name.
    pub device: String,
    /// Tokens it reads.
    pub context: Option<u32>,
    /// Whether it has a chat form.
    pub instruct: bool,
    /// The starter: small, mainly English.
    pub starter: bool,
}

/// State of the model.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ModelState {
    /// None is open, and none is asked for.
    None,
    /// Being opened.
    Opening {
        /// Name.
        name: String,
        /// Per cent.
        percent: u32,
    },
    /// Open.
    Ready {
        /// The model.
        model: OpenModel,
    },
    /// It could not be opened.
    Failed {
        /// Name.
        name: String,
        /// Why.
        error: Error,
    },
}

/// Sent to all windows: `model-changed`.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct ModelChanged {
    /// The state.
    pub model: ModelState,
}

/// A model one could use.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct CatalogEntry {
    /// Name.
    pub name: String,
    /// What it is good for, in the window's language.
    pub note: String,
    /// Bytes of the file.
    #[specta(type = u32)]
    pub bytes: f64,
    /// Memory it needs, in MiB.
    pub memory_mib: u32,
    /// Whether that fits this machine.
    pub fits: bool,
    /// Licence.
    pub licence: String,
    /// Languages (`en`, `zh`).
    pub languages: Vec<String>,
    /// Where to get it, in words.
    pub from: String,
    /// Path if it is here already.
    pub path: Option<String>,
    /// The starter.
    pub starter: bool,
}

/// The model panel.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Models {
    /// Memory of this machine, MiB.
    pub memory_mib: Option<u32>,
    /// Free of it, MiB.
    pub free_mib: Option<u32>,
    /// Catalogue with the starter first.
    pub catalog: Vec<CatalogEntry>,
    /// Files opened by the writer before.
    pub files: Vec<CatalogEntry>,
}

/// A remote service to test or to use. The key goes to the system keyring, never into a file.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct RemoteInput {
    /// Base URL.
    pub url: String,
    /// Model id; empty = not chosen yet.
    pub model: String,
    /// A new key; none = the one stored.
    pub key: Option<String>,
}

/// What a test of the connection found.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct RemoteReport {
    /// Host.
    pub host: String,
    /// Base that answered.
    pub base: String,
    /// Models it lists.
    pub models: Vec<String>,
    /// `/v1/completions` answers: Continue goes on with the page itself.
    pub completions: bool,
    /// Chat answers.
    pub chat: bool,
    /// Milliseconds of the round trip.
    pub latency_ms: u32,
    /// The connection is not encrypted.
    pub plaintext: bool,
    /// Where the key is: `keyring`, `memory`, `none`.
    pub key_place: String,
}
