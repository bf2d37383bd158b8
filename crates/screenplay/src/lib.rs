//! Fountain screenplays: text in, typed elements, outline, length and layout out.
//!
//! Start at [`parse`]. Everything here is a function of text: no I/O, no clock, no state. All offsets
//! are UTF-8 bytes of the source.

mod element;
mod emphasis;
mod heading;
mod lines;
mod parse;
mod title_page;

pub mod check;

pub use element::{
    Diagnostic, DiagnosticCode, Dual, Element, ElementKind, Parse, Span, SpanKind, TextRange,
    TitleField,
};
pub use parse::parse;
