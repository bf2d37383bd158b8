//! What a play is made of: turns, choices, what went wrong.

use std::time::Duration;

use crate::compile::CompileError;

/// Where to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At the first line.
    Beginning,
    /// At a knot, or at a stitch as `knot.stitch`. Parameters it has are 0.
    At(String),
}

/// What one turn may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long the runtime runs before it is asked whether to go on; a stop acts within it.
    pub slice: Duration,
    /// How long one turn may take.
    pub turn: Duration,
    /// How many bytes one turn may print, and one variable may hold.
    pub output: usize,
    /// How many turns a play may have.
    pub turns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            slice: Duration::from_millis(20),
            turn: Duration::from_secs(2),
            output: 1 << 20,
            turns: 10_000,
        }
    }
}

/// A line that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayLine {
    /// The text, without its line end.
    pub text: String,
    /// Its tags, without `#`.
    pub tags: Vec<String>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// Its tags, without `#`.
    pub tags: Vec<String>,
}

/// A global variable after a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds: a string in quotes, a list as its items, a divert as its target.
    pub value: String,
    /// What it held before the turn, where that differs.
    pub was: Option<String>,
}

/// How often a knot or stitch was seen; only those that were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// `knot` or `knot.stitch`.
    pub path: String,
    /// How often.
    pub count: u32,
}

/// Why a turn did not end as a turn should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuntimeProblem {
    /// The story ran out, at a place without `-> END`, `-> DONE` or a choice.
    RanOut {
        /// Knot or stitch.
        at: Option<String>,
    },
    /// It did not come to an end within the turn's time.
    Endless {
        /// Knot or stitch.
        at: Option<String>,
    },
    /// It printed, or a variable held, more than a turn may.
    TooMuch {
        /// Knot or stitch.
        at: Option<String>,
    },
    /// It was stopped from outside.
    Stopped,
    /// The runtime refused to go on.
    Failed {
        /// Knot or stitch.
        at: Option<String>,
        /// The runtime's words.
        message: String,
    },
    /// The runtime warned and went on.
    Warned {
        /// Knot or stitch.
        at: Option<String>,
        /// The runtime's words.
        message: String,
    },
    /// The runtime broke down.
    Crashed {
        /// Knot or stitch.
        at: Option<String>,
    },
}

/// What happened between two choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The choice that led here; `None` for the first.
    pub chosen: Option<Choice>,
    /// What was printed.
    pub lines: Vec<PlayLine>,
    /// What can be chosen now.
    pub choices: Vec<Choice>,
    /// Whether the story is over.
    pub ended: bool,
    /// What went wrong.
    pub problems: Vec<RuntimeProblem>,
    /// All global variables, by name.
    pub variables: Vec<Variable>,
    /// Knots and stitches seen so far, in source order.
    pub visits: Vec<Visit>,
}

/// A play up to now, to be sent anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// All turns; never empty.
    pub turns: Vec<Turn>,
    /// Where a replay had to stop.
    pub stop: Option<ReplayStop>,
}

/// A replay came to a turn that no longer offers what was chosen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayStop {
    /// Index of the turn that lacks it.
    pub turn: usize,
    /// What was chosen there.
    pub wanted: String,
    /// How many choices after it were dropped.
    pub dropped: usize,
}

/// Why a play can't begin or go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlayError {
    /// The story does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// There is no such knot or stitch.
    #[error("no knot or stitch \"{name}\"")]
    UnknownStart {
        /// The name.
        name: String,
    },
    /// The runtime does not take what the compiler made.
    #[error("the runtime refused the story: {message}")]
    Refused {
        /// Its words.
        message: String,
    },
    /// There is no such choice.
    #[error("no choice {index} of {count}")]
    NoSuchChoice {
        /// What was asked for, from 0.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// The play has as many turns as one may have.
    #[error("more than {limit} turns")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The thread that plays is gone.
    #[error("the player has stopped")]
    Gone,
}
