//! Drafts and candidates.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::page::{Applied, Span};

/// What is asked of the model.
#[derive(Debug, Clone, Serialize, Deserialize, specta::Type)]
pub struct DraftRequest {
    /// `continue` or `rewrite`, or another task's name.
    pub task: String,
    /// Version of the text that the span counts in.
    pub version: u32,
    /// The caret (empty) or the selection.
    pub span: Span,
    /// Instruction of a rewrite; a ready one by its id (`shorter`, `longer`, `subtext`, `tone`) or free words.
    pub instruction: String,
    /// How many takes, 1–8.
    pub takes: u32,
}

/// State of a candidate's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum CandidateState {
    /// Words still come.
    Streaming,
    /// It is whole.
    Ready,
    /// It was stopped; what came is kept.
    Stopped,
    /// It failed; what came is kept.
    Failed,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing yet.
    Open,
    /// Some of it was taken.
    Partly,
    /// All of it was taken.
    Taken,
    /// Put away.
    Dismissed,
}

/// A candidate.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Candidate {
    /// Id.
    pub id: String,
    /// Generation it belongs to.
    pub generation: String,
    /// Number in the generation, from 1.
    pub take: u32,
    /// Text so far.
    pub text: String,
    /// How much of the text was taken (UTF-16 units from its start).
    pub taken: u32,
    /// What the next keys would take: ends of the next word, line, paragraph.
    pub next: Pieces,
    /// State.
    pub state: CandidateState,
    /// Why it failed.
    pub error: Option<Error>,
    /// What became of it.
    pub outcome: Outcome,
    /// Words.
    pub words: u32,
    /// How its lines read, in the page's own kinds, for styling: one per line of the text.
    pub kinds: Vec<String>,
}

/// Ends (UTF-16 units from the text's start) of what the next key would take; equal to `taken` where nothing is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
pub struct Pieces {
    /// After the next word.
    pub word: u32,
    /// After the next line.
    pub line: u32,
    /// After the next paragraph.
    pub paragraph: u32,
    /// The end.
    pub all: u32,
}

/// One ask with its candidates.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Generation {
    /// Id.
    pub id: String,
    /// Document.
    pub document: String,
    /// Task name.
    pub task: String,
    /// Instruction of a rewrite.
    pub instruction: String,
    /// Model's name.
    pub model: String,
    /// Host where it ran; none = this machine.
    pub host: Option<String>,
    /// When, in milliseconds since 1970.
    #[specta(type = u32)]
    pub started: f64,
    /// Where its candidates belong; none = the place is gone.
    pub place: Option<Span>,
    /// A few words before the place, for the card's head.
    pub after: String,
    /// Its takes.
    pub candidates: Vec<Candidate>,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Seed.
    pub seed: Option<String>,
    /// Whether takes still stream.
    pub running: bool,
}

/// What streams while a draft runs; batched per frame; `done` comes exactly once and last.
#[derive(Debug, Clone, Serialize, specta::Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DraftEvent {
    /// It waits for the model.
    Waiting {
        /// Why: `model_loading`, `busy`.
        reason: String,
    },
    /// The prompt is read.
    Reading {
        /// Take, from 1.
        take: u32,
        /// Tokens known.
        done: u32,
        /// All tokens.
        total: u32,
        /// Known from before.
        reused: u32,
    },
    /// The model thinks.
    Thinking {
        /// Take.
        take: u32,
        /// Tokens thought.
        tokens: u32,
    },
    /// The candidate now (text grows at its end only).
    Text {
        /// Take.
        take: u32,
        /// New text.
        text: String,
        /// Tokens a second so far.
        #[specta(type = u32)]
        rate: f32,
        /// Kinds of the candidate's lines, when they changed.
        kinds: Option<Vec<String>>,
    },
    /// The candidate is empty again: what came was a thought.
    Retracted {
        /// Take.
        take: u32,
    },
    /// A take ended.
    Ended {
        /// Take.
        take: u32,
        /// The candidate as it stands.
        candidate: Candidate,
    },
    /// All takes ended.
    Done {
        /// The generation as it stands.
        generation: Generation,
    },
}

/// How much to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// The next word.
    Word,
    /// The next line.
    Line,
    /// The next paragraph.
    Paragraph,
    /// All that is left.
    All,
}

/// What came of taking a piece.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Took {
    /// What to apply to the page.
    pub applied: Applied,
    /// The generation now.
    pub generation: Generation,
}

/// A part of a prompt.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SawPart {
    /// `instructions`, `before`, `after`, `selection`, `instruction`, `knots`, `syllables`, `wrapper` … ; the catalogue has `saw.part.<name>`.
    pub name: String,
    /// The exact text.
    pub text: String,
    /// Tokens.
    pub tokens: u32,
}

/// Something that was left out of a prompt.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct SawLeftOut {
    /// What: titles of scenes, sections, knots, or `before` / `after`.
    pub what: String,
    /// Tokens, estimated.
    pub tokens: u32,
    /// `did_not_fit`, `not_possible`.
    pub reason: String,
}

/// What the model saw, or would see.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Saw {
    /// Task name.
    pub task: String,
    /// Model's name.
    pub model: String,
    /// Host; none = never left this machine.
    pub host: Option<String>,
    /// When, in milliseconds since 1970; none = a preview.
    #[specta(type = Option<u32>)]
    pub started: Option<f64>,
    /// Parts in order; joined they are what was sent.
    pub parts: Vec<SawPart>,
    /// What was left out.
    pub left_out: Vec<SawLeftOut>,
    /// Tokens kept for the answer.
    pub answer_tokens: u32,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Of those, reused.
    pub reused_tokens: u32,
    /// Temperature.
    #[specta(type = u32)]
    pub temperature: f32,
    /// Seed.
    pub seed: Option<String>,
    /// Tokens a second.
    #[specta(type = u32)]
    pub rate: f32,
}
