//! Names of ink: which characters they have, who gives them, who uses them.

use crate::element::TextRange;

/// A part of the story that flow can go to: the beginning, a knot, a stitch or a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// What it is.
    pub kind: FlowKind,
    /// Its name; empty for the beginning.
    pub name: String,
    /// Where its name stands; empty for the beginning.
    pub name_range: TextRange,
    /// From its header's line to the next header (a knot's own text, without its stitches).
    pub range: TextRange,
    /// The knot of a stitch; the beginning for all else, itself for the beginning.
    pub parent: usize,
}

/// What a flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlowKind {
    /// The text before any knot.
    Beginning,
    /// A knot.
    Knot,
    /// A stitch.
    Stitch,
    /// A function.
    Function,
}

/// A name that the text gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// To what.
    pub kind: DefinitionKind,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub range: TextRange,
    /// The flow it is given in: its own for a knot, stitch or function.
    pub flow: usize,
    /// The list of a list's item, as an index of `Parse::definitions`.
    pub list: Option<usize>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DefinitionKind {
    /// A knot.
    Knot,
    /// A stitch.
    Stitch,
    /// A function.
    Function,
    /// A label of a choice or gather.
    Label,
    /// A `VAR`.
    Variable,
    /// A `CONST`.
    Constant,
    /// A `LIST`.
    List,
    /// An item of a `LIST`.
    ListItem,
    /// An `EXTERNAL`.
    External,
    /// A `~ temp`.
    Temp,
    /// A parameter of a knot, stitch or function.
    Parameter,
}

/// A name that the text uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// As what.
    pub kind: ReferenceKind,
    /// The name with its dots.
    pub path: String,
    /// Where it stands.
    pub range: TextRange,
    /// The flow it stands in.
    pub flow: usize,
}

/// What a name is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// After `->` in text.
    Divert,
    /// After `->` in an expression: a target as a value.
    Address,
    /// After `->` and before another, `-> here ->`.
    Tunnel,
    /// After `<-`.
    Thread,
    /// In an expression.
    Value,
    /// Before `(` in an expression.
    Call,
}

/// Whether our own reader takes `c` into a name: wider than ink, so that a name in a script that ink
/// lacks is read as one name and can be reported once.
pub(crate) fn is_name_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || (!c.is_ascii() && is_mark(c))
}

/// Combining marks of the scripts that write with them (Indic, Thai, Arabic vowels): part of a name.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
}

/// Whether ink itself takes `c` into a name.
/// Source: inkle/ink, InkParser_CharacterRanges.cs and `GenerateIdentifierCharSet`.
pub(crate) fn is_ink_name_char(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '0'..='9' | '_'
        | '\u{0100}'..='\u{024f}' // Latin Extended A and B
        | '\u{0370}'..='\u{03ff}' // Greek
        | '\u{0400}'..='\u{04ff}' // Cyrillic
        | '\u{0530}'..='\u{058f}' // Armenian
        | '\u{0590}'..='\u{05ff}' // Hebrew
        | '\u{0600}'..='\u{06ff}' // Arabic
        | '\u{ac00}'..='\u{d7af}' // Korean
        | '\u{0080}'..='\u{00ff}' // Latin 1 Supplement
    )
}

/// Whether `name` is one: not empty and not a number.
pub(crate) fn is_name(name: &str) -> bool {
    name.chars().all(is_name_char) && name.chars().any(|c| !c.is_ascii_digit())
}

/// The name that begins at `at`, without dots; empty where none does.
pub(crate) fn name_at(text: &str, at: usize) -> TextRange {
    let length: usize = text[at..]
        .chars()
        .take_while(|&c| is_name_char(c))
        .map(char::len_utf8)
        .sum();
    if is_name(&text[at..at + length]) {
        at..at + length
    } else {
        at..at
    }
}

/// The path that begins at `at`: names joined by dots.
pub(crate) fn path_at(text: &str, at: usize) -> TextRange {
    let mut end = name_at(text, at).end;
    while end > at && text[end..].starts_with('.') {
        let next = name_at(text, end + 1);
        if next.is_empty() {
            break;
        }
        end = next.end;
    }
    at..end
}

/// Functions that ink has built in.
pub(crate) const BUILT_IN: [&str; 21] = [
    "CEILING",
    "CHOICE_COUNT",
    "FLOAT",
    "FLOOR",
    "INT",
    "LIST_ALL",
    "LIST_COUNT",
    "LIST_INVERT",
    "LIST_MAX",
    "LIST_MIN",
    "LIST_RANDOM",
    "LIST_RANGE",
    "LIST_VALUE",
    "MAX",
    "MIN",
    "POW",
    "RANDOM",
    "READ_COUNT",
    "SEED_RANDOM",
    "TURNS",
    "TURNS_SINCE",
];
