//! A project and its binder.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::models::ModelState;
use super::page::{Craft, Span};
use super::settings::Settings;

/// A row of the binder.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct DocumentRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Craft.
    pub craft: Craft,
    /// Candidates that are neither taken nor dismissed.
    pub open_candidates: u32,
}

/// The binder.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Binder {
    /// Documents in order.
    pub documents: Vec<DocumentRow>,
    /// Whether the binder has something to undo.
    pub can_undo: bool,
    /// Whether it has something to redo.
    pub can_redo: bool,
}

/// Remote service settings of a project on this machine.
#[derive(Debug, Clone, Default, Serialize, Deserialize, specta::Type)]
pub struct Remote {
    /// Whether text may leave. Off until the writer turns it on.
    pub enabled: bool,
    /// Base URL as the writer gave it.
    pub url: String,
    /// Host of it.
    pub host: String,
    /// Model id at the service.
    pub model: String,
}

/// An open project.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Project {
    /// Id.
    pub id: String,
    /// Title: the file's name.
    pub title: String,
    /// Path of the file.
    pub path: String,
    /// Its documents.
    pub binder: Binder,
    /// The document that was open last.
    pub last_document: Option<String>,
    /// Remote service.
    pub remote: Remote,
    /// Another program holds it: reading only.
    pub read_only: bool,
}

/// A project opened before.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Recent {
    /// Title.
    pub title: String,
    /// Path.
    pub path: String,
}

/// What a window needs at its start.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Start {
    /// `linux`, `macos`, `windows`.
    pub platform: String,
    /// Program's version.
    pub version: String,
    /// Settings.
    pub settings: Settings,
    /// Language of the system, `en` or `zh-CN`.
    pub system_language: String,
    /// Whether the desktop is dark.
    pub system_dark: bool,
    /// The project of this window.
    pub project: Option<Project>,
    /// Why there is none.
    pub problem: Option<Error>,
    /// Projects opened before, newest first.
    pub recents: Vec<Recent>,
    /// The very first start: show the hints card.
    pub first_start: bool,
    /// The model.
    pub model: ModelState,
    /// Under WebDriver: animations off.
    pub automation: bool,
}

/// State of what is on disk.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Saved {
    /// All is on disk.
    Saved,
    /// Keys wait for the next commit.
    Pending,
    /// The last commit failed; the text is in memory and the next try comes.
    Failed {
        /// Why.
        error: Error,
    },
}

/// Sent to the project's windows: `saved-changed`.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SavedChanged {
    /// The project.
    pub project: String,
    /// The state.
    pub saved: Saved,
}

/// What came of an import.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Imported {
    /// The binder now.
    pub binder: Binder,
    /// Ids of what came in.
    pub documents: Vec<String>,
    /// File name and reason of each file that did not.
    pub refused: Vec<(String, Error)>,
}

/// What to look for.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct Query {
    /// Text.
    pub text: String,
    /// Case matters.
    pub case: bool,
    /// Whole words only.
    pub word: bool,
}

/// A place where it was found.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Hit {
    /// Document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Line, from 1.
    pub line: u32,
    /// Place in the text.
    pub span: Span,
    /// The line's text, shortened around the hit.
    pub excerpt: String,
    /// The hit in the excerpt.
    pub mark: Span,
}
