//! Game stories in ink: elements, problems, outline and play.
//!
//! Everything about a text starts at [`parse`]: never fails, one element per line, ranges that tile the
//! bytes. [`problems`] reads the names on top of it, all findings at once; [`Library`] holds the other
//! documents that an `INCLUDE` may name. [`Player`] plays a story on the caller's thread, [`Theatre`] on
//! one of its own. All offsets are UTF-8 bytes. Nothing here reads a file.
//!
//! Source of the rules: *Writing with ink* and the parser of inkle's ink; where the runtime used for
//! play is narrower than ink, the text is rewritten before it is compiled (see `compile`).

mod comments;
mod compile;
mod completion;
mod element;
mod expression;
mod fragment;
mod html;
mod library;
mod loose_ends;
mod names;
mod outline;
mod parse;
mod player;
mod problems;
mod scene;
mod spelling;
mod targets;
mod theatre;
mod typing;

pub mod check;

pub use compile::CompileError;
pub use completion::{Completion, Proposal, ProposalKind, complete};
pub use element::{
    Code, Diagnostic, Element, ElementKind, Parse, Severity, Span, SpanKind, TextRange,
};
pub use fragment::{check_fragment, knots_with_first_lines, place_at};
pub use html::html;
pub use library::{Document, Library};
pub use names::{Definition, DefinitionKind, Flow, FlowKind, Reference, ReferenceKind};
pub use outline::{OutlineItem, outline};
pub use parse::parse;
pub use player::Player;
pub use problems::problems;
pub use scene::{
    Choice, Limits, PlayError, PlayLine, ReplayStop, RuntimeProblem, Scene, Start, Turn, Variable,
    Visit,
};
pub use targets::{Target, target_at};
pub use theatre::Theatre;
pub use typing::{Edit, Key, KeyEdit, on_key};
