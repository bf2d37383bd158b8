//! Settings of this machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Settings of this machine. Stored as one file in the data folder; unknown keys in it are kept.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
#[serde(default)]
pub struct Settings {
    /// `system`, `en`, `zh-CN`.
    pub language: String,
    /// `system`, `light`, `dark`.
    pub theme: String,
    /// Page zoom in per cent, 80–200.
    pub zoom: u32,
    /// Interface size in per cent, 90–200.
    pub interface_size: u32,
    /// Capitals in cues and headings while typing.
    pub capitals: bool,
    /// Typewriter scrolling.
    pub typewriter: bool,
    /// No desk colour around the page.
    pub flat: bool,
    /// Face of story and notes: `serif`, `interface`.
    pub page_face: String,
    /// Name of the writer in authorship; empty = "you".
    pub author: String,
    /// Use the instruct form for Continue where the model has one.
    pub instruct: bool,
    /// Most tokens of a take; 0 = the task's own.
    pub answer_tokens: u32,
    /// Temperature; 0 = the task's own.
    #[specta(type = u32)]
    pub temperature: f32,
    /// Seed; none = random.
    pub seed: Option<u32>,
    /// What the screen reader is told of candidates: `state`, `sentences`, `whole`.
    pub announce: String,
    /// Model file in use; empty = the starter.
    pub model: String,
    /// Shortcuts that differ from the table: command id → keys.
    pub shortcuts: BTreeMap<String, String>,
    /// Sizes of panes and such, kept by the window itself: name → value.
    pub layout: BTreeMap<String, String>,
    /// Notes said once already (`starter_chinese`, `no_keyring`, `first_hints`).
    pub said: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: "system".into(),
            theme: "system".into(),
            zoom: 100,
            interface_size: 100,
            capitals: true,
            typewriter: false,
            flat: false,
            page_face: "serif".into(),
            author: String::new(),
            instruct: true,
            answer_tokens: 0,
            temperature: 0.0,
            seed: None,
            announce: "state".into(),
            model: String::new(),
            shortcuts: BTreeMap::new(),
            layout: BTreeMap::new(),
            said: Vec::new(),
        }
    }
}

/// The newest part of the log.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct LogTail {
    /// Folder.
    pub path: String,
    /// Text.
    pub text: String,
}
