//! What a line of ink is, and what stands in it.

use std::ops::Range;

use crate::names::{Definition, Flow, Reference};

/// A range of UTF-8 bytes of the text.
pub type TextRange = Range<usize>;

/// What a line of ink is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElementKind {
    /// `=== name ===`.
    Knot,
    /// `= name`.
    Stitch,
    /// `=== function name(a) ===`.
    Function,
    /// `* text`, `+ text`.
    Choice,
    /// `- text`.
    Gather,
    /// A line that begins with `->`, `->->` or `<-`.
    Divert,
    /// A line of the story.
    Text,
    /// `~ …`, a line that is nothing but `{…}`, a branch of such a block.
    Logic,
    /// `VAR`, `CONST`, `LIST`, `EXTERNAL`.
    Variable,
    /// `INCLUDE name`.
    Include,
    /// `TODO: …`.
    Todo,
    /// A line that holds nothing but a comment.
    Comment,
    /// An empty line.
    Blank,
}

impl ElementKind {
    /// The kind as one word in snake case, as the CLI prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Knot => "knot",
            Self::Stitch => "stitch",
            Self::Function => "function",
            Self::Choice => "choice",
            Self::Gather => "gather",
            Self::Divert => "divert",
            Self::Text => "text",
            Self::Logic => "logic",
            Self::Variable => "variable",
            Self::Include => "include",
            Self::Todo => "todo",
            Self::Comment => "comment",
            Self::Blank => "blank",
        }
    }
}

/// One line of a story. Elements stand in source order and their ranges tile the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub kind: ElementKind,
    /// The whole line with its line end (LF, CRLF or CR); the first holds a BOM.
    pub range: TextRange,
    /// What a reader sees: without the marks that make the line what it is, indent and line end.
    pub content: TextRange,
    /// How many marks a choice or gather has; 0 for all else.
    pub depth: u8,
    /// Name of a knot, stitch, function, variable, labelled choice or gather, or the included document.
    pub name: Option<TextRange>,
    /// Spans in the line, sorted by start (outer before inner); they may nest but never cross.
    pub spans: Vec<Span>,
}

/// What a span in a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// `===`, `=` round a name.
    HeaderMark,
    /// `*`, `+` before a choice.
    ChoiceMark,
    /// `-` before a gather.
    GatherMark,
    /// `[` or `]` of a choice.
    Bracket,
    /// `->`, `->->`, `<-`.
    Arrow,
    /// The name after an arrow.
    Target,
    /// Syntax of logic: `{cond:`, `|`, `}`, `{expression}`, `~ x = 1`, `- else:`.
    Logic,
    /// `# tag`.
    Tag,
    /// `(name)` of a choice or gather.
    Label,
    /// `<>`.
    Glue,
    /// `// …` or `/* … */`.
    Comment,
    /// `"…"` in an expression.
    String,
    /// `VAR`, `CONST`, `LIST`, `EXTERNAL`, `INCLUDE`, `TODO:`, `function`, `return`, `temp`.
    Keyword,
}

impl SpanKind {
    /// The kind as one word in snake case, as the CLI prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::HeaderMark => "header_mark",
            Self::ChoiceMark => "choice_mark",
            Self::GatherMark => "gather_mark",
            Self::Bracket => "bracket",
            Self::Arrow => "divert",
            Self::Target => "target",
            Self::Logic => "logic",
            Self::Tag => "tag",
            Self::Label => "label",
            Self::Glue => "glue",
            Self::Comment => "comment",
            Self::String => "string",
            Self::Keyword => "keyword",
        }
    }
}

/// A span inside a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Where, in bytes of the text. Never past its line.
    pub range: TextRange,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// It will not play, or not as written.
    Error,
    /// It will, and is likely not meant.
    Warning,
}

/// What was found. The sentence is the catalogue's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// `{` without its `}`.
    UnclosedBrace,
    /// `}` that begins its line without its `{`: ink lets it pass.
    StrayBrace,
    /// `}` within a line without its `{`.
    UnopenedBrace,
    /// `"` without its end in an expression.
    UnclosedString,
    /// `/*` without `*/`.
    UnclosedComment,
    /// `[` of a choice without `]`.
    UnclosedBracket,
    /// `]` of a choice without `[`.
    StrayBracket,
    /// `(name` before the text of a choice or gather without `)`: ink takes it for a label.
    BadLabel,
    /// `{}`.
    EmptyLogic,
    /// Braces, a `~` line or an argument that is no expression.
    BadExpression,
    /// Braces or parentheses nested deeper than is read.
    TooDeep,
    /// A choice without text, divert or condition.
    EmptyChoice,
    /// A knot or stitch without content.
    EmptyKnot,
    /// A knot's line without a name, or with more than its name.
    BadHeader,
    /// A declaration without name or value.
    BadDeclaration,
    /// A name outside the letters that ink takes: plays here, not elsewhere.
    NameNotInk,
    /// A name of a function that ink has built in, taken for another.
    BuiltInName,
    /// A second knot of a name.
    DuplicateKnot,
    /// A second stitch of a name in a knot.
    DuplicateStitch,
    /// A second variable of a name, or one that has the name of a knot.
    DuplicateVariable,
    /// A second label of a name in a knot.
    DuplicateLabel,
    /// A divert to nothing that is there.
    UnknownTarget,
    /// A divert to a function.
    FunctionAsTarget,
    /// `->` without a name, outside a choice.
    EmptyDivert,
    /// Text after a divert, where nothing can stand.
    TextAfterDivert,
    /// A variable that nobody declared.
    UnknownVariable,
    /// A call of a function that is not there.
    UnknownFunction,
    /// An `INCLUDE` of a document that is not there.
    MissingInclude,
    /// A document that includes itself, in the end.
    CircularInclude,
    /// The story runs out here without a divert.
    LooseEnd,
    /// The compiler refused it, and none of the above says why.
    DoesNotCompile,
}

impl Code {
    /// The code as one word in snake case, as catalogues and the CLI name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnclosedBrace => "unclosed_brace",
            Self::StrayBrace => "stray_brace",
            Self::UnopenedBrace => "unopened_brace",
            Self::UnclosedString => "unclosed_string",
            Self::UnclosedComment => "unclosed_comment",
            Self::UnclosedBracket => "unclosed_bracket",
            Self::StrayBracket => "stray_bracket",
            Self::BadLabel => "bad_label",
            Self::EmptyLogic => "empty_logic",
            Self::BadExpression => "bad_expression",
            Self::TooDeep => "too_deep",
            Self::EmptyChoice => "empty_choice",
            Self::EmptyKnot => "empty_knot",
            Self::BadHeader => "bad_header",
            Self::BadDeclaration => "bad_declaration",
            Self::NameNotInk => "name_not_ink",
            Self::BuiltInName => "built_in_name",
            Self::DuplicateKnot => "duplicate_knot",
            Self::DuplicateStitch => "duplicate_stitch",
            Self::DuplicateVariable => "duplicate_variable",
            Self::DuplicateLabel => "duplicate_label",
            Self::UnknownTarget => "unknown_target",
            Self::FunctionAsTarget => "function_as_target",
            Self::EmptyDivert => "empty_divert",
            Self::TextAfterDivert => "text_after_divert",
            Self::UnknownVariable => "unknown_variable",
            Self::UnknownFunction => "unknown_function",
            Self::MissingInclude => "missing_include",
            Self::CircularInclude => "circular_include",
            Self::LooseEnd => "loose_end",
            Self::DoesNotCompile => "does_not_compile",
        }
    }

    /// How grave a finding of this code is.
    pub fn severity(self) -> Severity {
        match self {
            Self::UnclosedBrace
            | Self::UnopenedBrace
            | Self::UnclosedString
            | Self::UnclosedComment
            | Self::UnclosedBracket
            | Self::StrayBracket
            | Self::BadLabel
            | Self::EmptyLogic
            | Self::BadExpression
            | Self::TooDeep
            | Self::BadHeader
            | Self::BadDeclaration
            | Self::BuiltInName
            | Self::DuplicateKnot
            | Self::DuplicateStitch
            | Self::DuplicateVariable
            | Self::UnknownTarget
            | Self::FunctionAsTarget
            | Self::EmptyDivert
            | Self::TextAfterDivert
            | Self::UnknownVariable
            | Self::UnknownFunction
            | Self::MissingInclude
            | Self::CircularInclude
            | Self::DoesNotCompile => Severity::Error,
            Self::StrayBrace
            | Self::EmptyChoice
            | Self::EmptyKnot
            | Self::NameNotInk
            | Self::DuplicateLabel
            | Self::LooseEnd => Severity::Warning,
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What.
    pub code: Code,
    /// Where, in bytes of the text.
    pub range: TextRange,
    /// What was found there (a name, a mark, the compiler's words), or empty.
    pub found: String,
    /// What was likely meant, if known: a text that can stand in place of `range`.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// How grave it is.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A text read as ink.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// One per line, in source order; their ranges tile the text. An empty text has none.
    pub elements: Vec<Element>,
    /// What the text alone shows, sorted by place; names are looked up by [`crate::problems`].
    pub diagnostics: Vec<Diagnostic>,
    /// The parts of the story. The first is the text before any knot.
    pub flows: Vec<Flow>,
    /// Every name that the text gives, in source order.
    pub definitions: Vec<Definition>,
    /// Every name that the text uses, in source order.
    pub references: Vec<Reference>,
}

impl Parse {
    /// Index of the element that holds `offset`; the last one for the end of the text.
    pub fn element_at(&self, offset: usize) -> Option<usize> {
        let index = self
            .elements
            .partition_point(|element| element.range.end <= offset);
        if index < self.elements.len() {
            Some(index)
        } else {
            self.elements.len().checked_sub(1)
        }
    }

    /// Index of the flow that holds `offset`.
    pub fn flow_at(&self, offset: usize) -> usize {
        self.flows
            .partition_point(|flow| flow.range.start <= offset)
            .saturating_sub(1)
    }

    /// The text again, from its elements.
    pub fn to_text(&self, text: &str) -> String {
        self.elements
            .iter()
            .map(|element| &text[element.range.clone()])
            .collect()
    }
}
