//! Versions of a document.

use serde::Serialize;

use super::page::Line;

/// A moment in the life of a document.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Version {
    /// Id.
    pub id: String,
    /// `session`, `named`, `restore`, `import`, `draft`.
    pub kind: String,
    /// Name of a named version.
    pub name: String,
    /// Start, milliseconds since 1970.
    #[specta(type = u32)]
    pub from: f64,
    /// End.
    #[specta(type = u32)]
    pub to: f64,
    /// Characters written by people.
    pub person: u32,
    /// Characters written by models.
    pub model: u32,
    /// Characters from files and unknown hands.
    pub other: u32,
    /// Who: names of people and models.
    pub names: Vec<String>,
}

/// A stretch of a comparison.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct DiffRun {
    /// `same`, `added` (in the newer), `removed` (only in the older).
    pub kind: String,
    /// Text.
    pub text: String,
}

/// A version to look at.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Past {
    /// Text then.
    pub text: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// From then to now.
    pub diff: Vec<DiffRun>,
}
