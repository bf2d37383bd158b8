//! The text of one document with what its craft says of it.

use std::ops::Range;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Craft {
    /// A film script in Fountain.
    Screenplay,
    /// A song as plain text.
    Lyrics,
    /// A game story in ink.
    Story,
    /// Anything, in Markdown.
    Notes,
}

/// Replaces `range` (bytes of the text before) by `insert`. Edits of one call are sorted and disjoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: Range<usize>,
    /// What comes.
    pub insert: String,
}

/// What the margin says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gutter {
    /// Syllables of a lyric line, those in parentheses apart.
    Syllables {
        /// Sung by the lead.
        lead: u32,
        /// In parentheses.
        aside: u32,
    },
    /// A scene number as written between `#`.
    SceneNumber(String),
}

/// A span inside a line: emphasis, note, forcing mark, chord, divert…
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes from the line's start.
    pub range: Range<usize>,
    /// `bold`, `italic`, `underline`, `note`, `boneyard`, `syntax` (marks that fade), `chord`, `aside`,
    /// `directive`, `divert`, `target`, `choice_mark`, `logic`, `tag`, `comment`, `label`, `extension`, `scene_number` …
    pub kind: &'static str,
}

/// One line of the page (lines end at LF), as its craft reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Element type of the line, as `parse --json` names it (`scene_heading`, `lyric_line`, `choice`, `blank` …).
    pub kind: &'static str,
    /// Depth of a section, choice, gather or list item; 0 otherwise.
    pub depth: u8,
    /// Spans in the line, sorted by start; they may nest.
    pub marks: Vec<Mark>,
    /// What the margin says.
    pub gutter: Option<Gutter>,
}

/// Lines `from..from + removed` of the page before are now `lines`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Index of the first line that differs.
    pub from: usize,
    /// How many lines of the page before it replaces.
    pub removed: usize,
    /// What stands there now.
    pub lines: Vec<Line>,
}

/// An entry of the outline: a scene, section, knot, stitch or heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineItem {
    /// `scene_heading`, `section`, `knot`, `stitch`, `function`, `heading`.
    pub kind: &'static str,
    /// Indent in the outline, from 0.
    pub depth: u8,
    /// What a reader sees.
    pub title: String,
    /// Scene number, or line counts of a lyric section (`8 8 8 8`).
    pub detail: String,
    /// Where it starts and ends in the text (to the start of the next one of the same or a lower depth).
    pub range: Range<usize>,
}

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It will not play, or not as written.
    Error,
    /// It will, and is likely not meant.
    Warning,
}

/// A finding of the craft's parser: a code and facts; the sentence is the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Snake case: `unknown_target`, `unclosed_brace`, `empty_choice`, `unclosed_boneyard` …
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// Where.
    pub range: Range<usize>,
    /// What was found there (a name), or empty.
    pub found: String,
    /// What was likely meant, if known.
    pub suggestion: Option<String>,
}

/// Sizes of a text. A word is a run of letters, digits and apostrophes of an alphabet, or one Han character.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Counts {
    /// Words.
    pub words: usize,
    /// Characters (Unicode scalars), line ends apart.
    pub characters: usize,
    /// Pages of a screenplay, estimated.
    pub pages: Option<f32>,
}

/// A key that belongs to the craft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Tab.
    Tab,
    /// Shift+Tab.
    ShiftTab,
    /// Enter.
    Enter,
}

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAnswer {
    /// To apply as one act.
    pub edits: Vec<Edit>,
    /// Caret in the text afterwards.
    pub caret: usize,
    /// The element that the writer now means on the caret's line although its text does not say so yet
    /// (`character` on an empty line); the window sets its margins and capitals by it until the parser agrees.
    pub intent: Option<&'static str>,
}

/// One proposal at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionItem {
    /// What is inserted.
    pub text: String,
    /// `character`, `scene_heading`, `knot`, `stitch`, `variable`, `section`, `time`.
    pub kind: &'static str,
}

/// Proposals at the caret, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the chosen text replaces.
    pub range: Range<usize>,
    /// The proposals.
    pub items: Vec<CompletionItem>,
}

/// The text of one document and what its craft says of it.
#[derive(Debug, Clone)]
pub struct Page {
    craft: Craft,
    text: String,
}

impl Page {
    /// The page's craft.
    pub fn craft(&self) -> Craft {
        self.craft
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}
