//! Settings of this machine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Settings of this machine, as they lie in the data folder. Unknown keys are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `system`, `en`, `zh-CN`.
    pub language: String,
    /// `system`, `light`, `dark`.
    pub theme: String,
    /// Page zoom in per cent.
    pub zoom: u32,
    /// Interface size in per cent.
    pub interface_size: u32,
    /// Capitals in cues and headings while typing.
    pub capitals: bool,
    /// Typewriter scrolling.
    pub typewriter: bool,
    /// No desk around the page.
    pub flat: bool,
    /// Face of story and notes: `serif`, `interface`.
    pub page_face: String,
    /// Name of the writer; empty = "you".
    pub author: String,
    /// Use the instruct form for Continue where the model has one.
    pub instruct: bool,
    /// Most tokens of a take; 0 = the task's own.
    pub answer_tokens: u32,
    /// Temperature; 0 = the task's own.
    pub temperature: f32,
    /// Seed; none = random.
    pub seed: Option<u32>,
    /// What a screen reader is told of candidates.
    pub announce: String,
    /// Model file in use; empty = the starter.
    pub model: String,
    /// Shortcuts that differ from the table.
    pub shortcuts: BTreeMap<String, String>,
    /// Sizes of panes, kept by the window itself.
    pub layout: BTreeMap<String, String>,
    /// Notes said once already.
    pub said: Vec<String>,
    /// The webview paints nothing with the DMABUF renderer here: it is off.
    pub no_dmabuf: bool,
    /// What a later version keeps here.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
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
            no_dmabuf: false,
            unknown: BTreeMap::new(),
        }
    }
}
