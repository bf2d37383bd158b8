//! What a script is made of: elements in source order, spans inside them, findings about them.

use std::ops::Range;

/// A stretch of the source in UTF-8 bytes, end exclusive. Both ends are character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TextRange {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl TextRange {
    /// `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// Bytes in it.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text it covers.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Whether `offset` lies in it or at its end.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Whether `other` lies within it.
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl From<TextRange> for Range<usize> {
    fn from(range: TextRange) -> Self {
        range.start..range.end
    }
}

/// What an element is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// One key of the title page with its values.
    TitlePage,
    /// Where and when a scene plays.
    SceneHeading,
    /// What is seen and heard.
    Action,
    /// Who speaks: the cue.
    Character,
    /// What is said.
    Dialogue,
    /// How it is said, in parentheses of its own line.
    Parenthetical,
    /// What is sung.
    Lyrics,
    /// How one scene goes over into the next.
    Transition,
    /// A line that names the camera's view (`CLOSE ON …`).
    Shot,
    /// Action in the middle of the line.
    Centered,
    /// A forced new page.
    PageBreak,
    /// A heading of the outline; not printed.
    Section,
    /// What a scene or section is about; not printed.
    Synopsis,
    /// A note that has its lines to itself; not printed.
    Note,
    /// Set aside text that has its lines to itself; not printed.
    Boneyard,
    /// Empty lines.
    Blank,
}

impl ElementKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::TitlePage,
        Self::SceneHeading,
        Self::Action,
        Self::Character,
        Self::Dialogue,
        Self::Parenthetical,
        Self::Lyrics,
        Self::Transition,
        Self::Shot,
        Self::Centered,
        Self::PageBreak,
        Self::Section,
        Self::Synopsis,
        Self::Note,
        Self::Boneyard,
        Self::Blank,
    ];

    /// Its word in JSON and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::TitlePage => "title_page",
            Self::SceneHeading => "scene_heading",
            Self::Action => "action",
            Self::Character => "character",
            Self::Dialogue => "dialogue",
            Self::Parenthetical => "parenthetical",
            Self::Lyrics => "lyrics",
            Self::Transition => "transition",
            Self::Shot => "shot",
            Self::Centered => "centered",
            Self::PageBreak => "page_break",
            Self::Section => "section",
            Self::Synopsis => "synopsis",
            Self::Note => "note",
            Self::Boneyard => "boneyard",
            Self::Blank => "blank",
        }
    }

    /// Whether it belongs to a speech, the cue included.
    pub fn is_speech(self) -> bool {
        match self {
            Self::Character | Self::Dialogue | Self::Parenthetical | Self::Lyrics => true,
            Self::TitlePage
            | Self::SceneHeading
            | Self::Action
            | Self::Transition
            | Self::Shot
            | Self::Centered
            | Self::PageBreak
            | Self::Section
            | Self::Synopsis
            | Self::Note
            | Self::Boneyard
            | Self::Blank => false,
        }
    }

    /// Whether its text is printed in the body of the script.
    pub fn is_printed(self) -> bool {
        match self {
            Self::SceneHeading
            | Self::Action
            | Self::Character
            | Self::Dialogue
            | Self::Parenthetical
            | Self::Lyrics
            | Self::Transition
            | Self::Shot
            | Self::Centered => true,
            Self::TitlePage
            | Self::PageBreak
            | Self::Section
            | Self::Synopsis
            | Self::Note
            | Self::Boneyard
            | Self::Blank => false,
        }
    }
}

/// Which speech of two that are spoken at once, and stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dual {
    /// At the left; its cue bears no mark.
    First,
    /// At the right; its cue ends in `^`.
    Second,
}

/// What a stretch inside an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// Text between `**`.
    Bold,
    /// Text between `*`.
    Italic,
    /// Text between `_`.
    Underline,
    /// `[[…]]`, marks included.
    Note,
    /// `/*…*/`, marks included.
    Boneyard,
    /// What says how to read the text and is not printed: forcing marks, emphasis marks, escapes.
    Syntax,
    /// A scene number without its `#`.
    SceneNumber,
    /// An extension of a cue without its parentheses.
    Extension,
    /// A key of the title page.
    Key,
}

impl SpanKind {
    /// Whether what it covers is printed.
    pub fn is_printed(self) -> bool {
        match self {
            Self::Note | Self::Boneyard | Self::Syntax => false,
            Self::Bold
            | Self::Italic
            | Self::Underline
            | Self::SceneNumber
            | Self::Extension
            | Self::Key => true,
        }
    }

    /// Its word in JSON and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Note => "note",
            Self::Boneyard => "boneyard",
            Self::Syntax => "syntax",
            Self::SceneNumber => "scene_number",
            Self::Extension => "extension",
            Self::Key => "key",
        }
    }
}

/// A stretch inside an element. Spans of different kinds may nest and overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Where, in the source.
    pub range: TextRange,
}

/// One element of a script. Elements stand in source order and their ranges tile the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// What it is on the page.
    pub kind: ElementKind,
    /// All of it, line ends included.
    pub range: TextRange,
    /// What a reader sees: `range` without forcing marks, scene number, and white space around.
    /// Emphasis marks, notes and boneyard inside it are told by `spans`; a speech or action of several
    /// lines has its line ends and indents in it.
    pub content: TextRange,
    /// Whether a mark says what it is (`.`, `!`, `@`, `>`).
    pub forced: bool,
    /// The number of a scene heading, without its `#`.
    pub scene_number: Option<TextRange>,
    /// Depth of a section, from 1; 0 elsewhere.
    pub depth: u8,
    /// Extensions of a cue (`V.O.`, `CONT'D`), without parentheses.
    pub extensions: Vec<TextRange>,
    /// Set for a cue whose speech stands beside another.
    pub dual: Option<Dual>,
    /// Stretches inside `range`, sorted by start.
    pub spans: Vec<Span>,
}

impl Element {
    /// What a reader sees, as it stands in `source`.
    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        self.content.of(source)
    }

    /// A cue's name, without extensions.
    pub fn cue_name<'a>(&self, source: &'a str) -> &'a str {
        let text = self.text(source);
        match self.extensions.first() {
            // The parenthesis before it may be a full-width one of three bytes.
            Some(first) => source[self.content.start..first.start]
                .trim_end_matches(['(', '（'])
                .trim_end(),
            None => text,
        }
    }

    /// A cue's extensions as one text (`V.O., CONT'D`), if it has any.
    pub fn extension(&self, source: &str) -> Option<String> {
        let all: Vec<&str> = self
            .extensions
            .iter()
            .map(|range| range.of(source))
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// A cue's name as it is printed.
    pub fn printed_name(&self, source: &str) -> String {
        let end = self.content.start + self.cue_name(source).len();
        self.printed_in(source, TextRange::new(self.content.start, end))
            .trim()
            .to_owned()
    }

    /// The content as it is printed: notes, boneyard, emphasis marks and escapes left out.
    pub fn printed(&self, source: &str) -> String {
        self.printed_in(source, self.content)
    }

    fn printed_in(&self, source: &str, range: TextRange) -> String {
        let mut out = String::with_capacity(range.len());
        let mut at = range.start;
        for span in self.spans.iter().filter(|span| !span.kind.is_printed()) {
            if span.range.end > at && span.range.start < range.end {
                if span.range.start > at {
                    out.push_str(&source[at..span.range.start]);
                }
                at = span.range.end;
            }
        }
        if at < range.end {
            out.push_str(&source[at..range.end]);
        }
        out
    }
}

/// A key of the title page with its values. The fields stand in the order of the `TitlePage` elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleField {
    /// The key without its colon.
    pub key: TextRange,
    /// Its values, one a line.
    pub values: Vec<TextRange>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiagnosticCode {
    /// `/*` that no `*/` ends; it is read as text.
    UnclosedBoneyard,
    /// `[[` that no `]]` ends before an empty line; it is read as text.
    UnclosedNote,
    /// A forced cue with no speech under it.
    CueWithoutSpeech,
}

impl DiagnosticCode {
    /// Its word in JSON and catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnclosedBoneyard => "unclosed_boneyard",
            Self::UnclosedNote => "unclosed_note",
            Self::CueWithoutSpeech => "cue_without_speech",
        }
    }
}

/// A finding: likely not what the writer meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diagnostic {
    /// What.
    pub code: DiagnosticCode,
    /// Where.
    pub range: TextRange,
}

/// A script as read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// Elements in source order; their ranges tile the text.
    pub elements: Vec<Element>,
    /// The title page, one field for each `TitlePage` element.
    pub title_page: Vec<TitleField>,
    /// Findings, sorted by start.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parse {
    /// Index of the element that holds the byte at `offset`; at the end of the text the last one.
    /// `None` only where there is no element.
    pub fn element_at(&self, offset: usize) -> Option<usize> {
        let after = self
            .elements
            .partition_point(|element| element.range.start <= offset);
        after.checked_sub(1)
    }

    /// The source again, put together from the elements.
    pub fn to_text(&self, source: &str) -> String {
        self.elements
            .iter()
            .map(|element| element.range.of(source))
            .collect()
    }
}
