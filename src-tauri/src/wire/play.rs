//! Playing a story beside its text.

use serde::Serialize;

/// A line of play.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PlayLine {
    /// Text.
    pub text: String,
    /// Tags.
    pub tags: Vec<String>,
}

/// A turn: what the choice before it brought.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Turn {
    /// Text of the choice that led here; none for the first turn.
    pub chosen: Option<String>,
    /// Lines.
    pub lines: Vec<PlayLine>,
}

/// A variable.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Variable {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// Value before the last choice, if it differs.
    pub was: Option<String>,
}

/// A problem that stops play.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct PlayProblem {
    /// `does_not_compile`, `runtime`, `endless`, `out_of_content`, `choice_gone`.
    pub code: String,
    /// What the story engine said, or the choice that is gone.
    pub found: String,
    /// Line, from 1, if known.
    pub line: Option<u32>,
}

/// State of play.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Play {
    /// From which knot; empty = from the start.
    pub from: String,
    /// Turns so far.
    pub turns: Vec<Turn>,
    /// Choices now.
    pub choices: Vec<String>,
    /// The story has ended.
    pub ended: bool,
    /// What stopped it.
    pub problem: Option<PlayProblem>,
    /// Global variables.
    pub variables: Vec<Variable>,
    /// Step back is possible.
    pub can_step_back: bool,
}
