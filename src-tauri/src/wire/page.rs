//! A document on the page.

use serde::{Deserialize, Serialize};

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Craft {
    /// Fountain.
    Screenplay,
    /// Plain-text song.
    Lyrics,
    /// ink.
    Story,
    /// Markdown.
    Notes,
}

/// A span in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Span {
    /// First unit.
    pub from: u32,
    /// After the last unit.
    pub to: u32,
}

/// The caret or a selection: `head` moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Selection {
    /// Where it was begun.
    pub anchor: u32,
    /// Where the caret is.
    pub head: u32,
}

/// Replaces `from..to` by `insert`. Changes of one set are sorted, disjoint, and count in the text before all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Change {
    /// First unit that goes.
    pub from: u32,
    /// After the last unit that goes.
    pub to: u32,
    /// What comes.
    pub insert: String,
}

/// One line as its craft reads it.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Line {
    /// Element type, as the CLI's `parse` names it.
    pub kind: String,
    /// Depth of a section, choice, gather or list item.
    pub depth: u8,
    /// Spans from the line's start: from, to, kind. Sorted by start; they may nest.
    pub marks: Vec<(u32, u32, String)>,
    /// Syllables (`8`, `4+1`) or a scene number.
    pub gutter: Option<String>,
}

/// Lines `from..from + removed` are now `lines`.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Patch {
    /// First line that differs, from 0.
    pub from: u32,
    /// How many lines it replaces.
    pub removed: u32,
    /// What stands there now.
    pub lines: Vec<Line>,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct OutlineItem {
    /// `scene_heading`, `section`, `knot`, `stitch`, `function`, `heading`.
    pub kind: String,
    /// Indent.
    pub depth: u8,
    /// What a reader sees.
    pub title: String,
    /// Scene number, or the syllables of a section's lines.
    pub detail: String,
    /// Where it starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
}

/// A finding of the craft's parser. The catalogue has `problem.<code>`.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct Problem {
    /// Snake case.
    pub code: String,
    /// An error, or else a warning.
    pub error: bool,
    /// Where it starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Line, from 1.
    pub line: u32,
    /// What was found there.
    pub found: String,
    /// What was likely meant.
    pub suggestion: Option<String>,
}

/// Sizes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, specta::Type)]
pub struct Counts {
    /// Words: Latin words and Han characters.
    pub words: u32,
    /// Characters.
    pub characters: u32,
    /// Pages of a screenplay, estimated.
    #[specta(type = Option<u32>)]
    pub pages: Option<f32>,
}

/// What changed on the page with an edit. Outline and problems stand only when they changed.
#[derive(Debug, Clone, PartialEq, Serialize, specta::Type)]
pub struct PageNews {
    /// Version of the text it speaks of.
    pub version: u32,
    /// Lines that changed.
    pub patch: Patch,
    /// The new outline.
    pub outline: Option<Vec<OutlineItem>>,
    /// The new list of problems.
    pub problems: Option<Vec<Problem>>,
    /// The new counts.
    pub counts: Counts,
}

/// What kind of act an edit belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Typed.
    Typing,
    /// A composition of an input method.
    Composition,
    /// Deleted by key.
    Delete,
    /// Cut.
    Cut,
    /// Pasted.
    Paste,
    /// Dropped text.
    Drop,
    /// Replaced everywhere.
    ReplaceAll,
    /// A craft's key or command: Tab, emphasis.
    Format,
}

/// An edit from the window.
#[derive(Debug, Clone, Deserialize, Serialize, specta::Type)]
pub struct Edit {
    /// The version it applies to; another one is refused with `stale_version`.
    pub base: u32,
    /// What changes.
    pub changes: Vec<Change>,
    /// Which act.
    pub act: Act,
    /// Selection before.
    pub before: Selection,
    /// Selection after.
    pub after: Selection,
}

/// What came of undo, redo, a taken candidate or a restore: the window applies it to its text.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Applied {
    /// The changes, in the text before.
    pub changes: Vec<Change>,
    /// The selection to show.
    pub selection: Selection,
    /// What is new on the page.
    pub news: PageNews,
}

/// A document, opened.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Document {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Craft.
    pub craft: Craft,
    /// The whole text.
    pub text: String,
    /// Its version.
    pub version: u32,
    /// Every line.
    pub lines: Vec<Line>,
    /// Outline.
    pub outline: Vec<OutlineItem>,
    /// Problems.
    pub problems: Vec<Problem>,
    /// Counts.
    pub counts: Counts,
    /// Where the caret was.
    pub selection: Selection,
    /// Language of the text, `en` or `zh-CN`.
    pub language: String,
    /// Whether there is something to undo.
    pub can_undo: bool,
    /// Whether there is something to redo.
    pub can_redo: bool,
}

/// A key that belongs to the craft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Tab.
    Tab,
    /// Shift+Tab.
    ShiftTab,
    /// Enter.
    Enter,
}

/// Emphasis to set or take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Emphasis {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underline.
    Underline,
}

/// What a key does: changes for the window to apply (and to send back as an edit of act `format`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct KeyAnswer {
    /// The changes.
    pub changes: Vec<Change>,
    /// The selection afterwards.
    pub selection: Selection,
    /// Element that the writer means on the caret's line though the text does not say so yet.
    pub intent: Option<String>,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct CompletionItem {
    /// What is inserted.
    pub text: String,
    /// `character`, `scene_heading`, `knot`, `stitch`, `variable`, `section`, `time`.
    pub kind: String,
}

/// Proposals at the caret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Completion {
    /// What the chosen text replaces.
    pub from: u32,
    /// Its end.
    pub to: u32,
    /// Best first.
    pub items: Vec<CompletionItem>,
}

/// Where something is defined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct Target {
    /// The document.
    pub document: String,
    /// The place.
    pub span: Span,
}

/// A run of text of one author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, specta::Type)]
pub struct AuthorRun {
    /// Where.
    pub span: Span,
    /// `person` (you), `other`, `model`, `file`, `unknown`.
    pub kind: String,
    /// Name of the person, model or file.
    pub name: String,
    /// The generation it came from.
    pub generation: Option<String>,
}

/// Sent to the project's windows when a command that did not come from a page changed its text: `page-changed`.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PageChanged {
    /// The project.
    pub project: String,
    /// The document.
    pub document: String,
    /// What to apply.
    pub applied: Applied,
}
