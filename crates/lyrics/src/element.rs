//! What a lyric sheet is made of.

use std::ops::Range;

/// The type of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// A bracketed section name alone on its line.
    Section,
    /// Words to sing, chords between them.
    LyricLine,
    /// `{…}` alone on its line, as ChordPro has it.
    Directive,
    /// A line that starts with `#`.
    Comment,
    /// Nothing but white space.
    Blank,
}

impl ElementKind {
    /// The word that the CLI prints and the window styles by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::LyricLine => "lyric_line",
            Self::Directive => "directive",
            Self::Comment => "comment",
            Self::Blank => "blank",
        }
    }
}

/// The type of a span inside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// `[Am]`, brackets included. Never a syllable.
    Chord,
    /// `(…)`, parentheses included. Its syllables are counted apart.
    Aside,
    /// `{…}`, braces included. Never a syllable.
    Directive,
    /// Marks that fade: the brackets of a section, the braces of a directive, the `#` of a comment.
    Syntax,
}

impl SpanKind {
    /// The word that the CLI prints and the window styles by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chord => "chord",
            Self::Aside => "aside",
            Self::Directive => "directive",
            Self::Syntax => "syntax",
        }
    }
}

/// A span inside a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its type.
    pub kind: SpanKind,
    /// Bytes of the whole text.
    pub range: Range<usize>,
}

/// The part of a song that a section name names, however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// Verse, 主歌.
    Verse,
    /// Pre-Chorus, 导歌.
    PreChorus,
    /// Chorus, Refrain, 副歌.
    Chorus,
    /// Post-Chorus.
    PostChorus,
    /// Bridge, Middle 8, 桥段.
    Bridge,
    /// Hook, 记忆点.
    Hook,
    /// Intro, 前奏.
    Intro,
    /// Interlude, Break, Solo, Instrumental, 间奏.
    Interlude,
    /// Outro, Coda, 尾奏.
    Outro,
    /// Rap, Spoken, Ad-lib, 说唱.
    Spoken,
}

/// What a section line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Which part of a song it is.
    pub kind: SectionKind,
    /// How often it is sung: 2 for `x2`.
    pub times: u32,
}

/// One line of a lyric sheet. Elements stand in source order and their ranges tile the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its type.
    pub kind: ElementKind,
    /// Its bytes, line end included.
    pub range: Range<usize>,
    /// What a reader sees: `range` without byte order mark, outer marks and line end.
    pub content: Range<usize>,
    /// Spans, sorted by start. A chord may stand inside an aside.
    pub spans: Vec<Span>,
    /// What a section line says; `None` for all other kinds.
    pub heading: Option<Heading>,
}

/// What is doubtful about a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiagnosticKind {
    /// `[` without `]` on its line; it is sung as it stands.
    UnclosedBracket,
    /// `(` without `)` on its line; the aside runs to the end of the line.
    UnclosedParenthesis,
    /// `{` without `}` on its line; it is sung as it stands.
    UnclosedBrace,
}

impl DiagnosticKind {
    /// Its code in the catalogue of messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnclosedBracket => "unclosed_bracket",
            Self::UnclosedParenthesis => "unclosed_parenthesis",
            Self::UnclosedBrace => "unclosed_brace",
        }
    }
}

/// A doubtful place. Nothing in a lyric sheet is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is doubtful.
    pub kind: DiagnosticKind,
    /// Where.
    pub range: Range<usize>,
}

/// A lyric sheet, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// The lines, in order.
    pub elements: Vec<Element>,
    /// What is doubtful, in order.
    pub diagnostics: Vec<Diagnostic>,
}
