//! Fountain screenplays: text in, typed elements, outline, length and layout out.
//!
//! Start at [`parse`]. Everything here is a function of text: no I/O, no clock, no state. All offsets
//! are UTF-8 bytes of the source.

mod edit;
mod element;
mod emphasis;
#[cfg(test)]
mod fixture;
mod heading;
mod lines;
mod parse;
mod title_page;
mod typing;

pub mod check;

pub use edit::{Edit, apply};
pub use element::{
    Diagnostic, DiagnosticCode, Dual, Element, ElementKind, Parse, Span, SpanKind, TextRange,
    TitleField,
};
pub use parse::parse;
pub use typing::{Key, KeyEdit, capitals, on_key, pending_cue};
