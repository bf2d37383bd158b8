//! What a page says of itself: values that the window, the CLI and prompts are made of.

use std::ops::Range;

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
    /// Bytes from the line's start; in [`Element::spans`] from the start of the text.
    pub range: Range<usize>,
    /// `bold`, `italic`, `underline`, `note`, `boneyard`, `syntax` (marks that fade), `chord`, `aside`,
    /// `directive`, `extension`, `scene_number`, `key`; of ink `header_mark`, `choice_mark`, `gather_mark`, `bracket`,
    /// `divert` (an arrow), `target`, `logic`, `tag`, `label`, `glue`, `comment`, `string`, `keyword`; `code` of notes.
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
    /// Where the selection begins in the text afterwards; the caret, where nothing is selected.
    pub anchor: usize,
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

/// What is put round a selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emphasis {
    /// `**bold**`.
    Bold,
    /// `*italic*`.
    Italic,
    /// `_underlined_`; Fountain only.
    Underline,
}

/// An element of a document as the CLI lists it. Elements stand in order and their ranges tile the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// `scene_heading`, `lyric_line`, `choice`, `heading` … the same words as [`Line::kind`].
    pub kind: &'static str,
    /// Its text without forcing marks.
    pub text: String,
    /// All its bytes, line ends included.
    pub range: Range<usize>,
    /// Spans inside it, sorted by start; bytes of the whole text.
    pub spans: Vec<Mark>,
    /// Number of a scene heading.
    pub scene_number: Option<String>,
    /// Depth of a section, choice, gather, heading or list item.
    pub depth: Option<u8>,
    /// Extension of a cue.
    pub extension: Option<String>,
    /// Whether a cue's speech stands beside the one before it.
    pub dual: bool,
}

/// What stands round a place, for a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Neighbourhood {
    /// The scene, section, knot or part under a heading that holds the place.
    pub range: Range<usize>,
    /// Its name as the outline shows it; empty before the first.
    pub title: String,
    /// Its lines with the syllables that the lead sings; lyrics only.
    pub syllables: Vec<(Range<usize>, u32)>,
    /// Names that fit here, most fitting first: characters of a script, knots and stitches of a story.
    pub names: Vec<String>,
}

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The included document, by the name that it has among [`Others`](crate::Others); `None` for the page itself.
    pub document: Option<String>,
    /// Where the name is given there.
    pub range: Range<usize>,
}
