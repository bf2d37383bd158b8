//! Fountain screenplays: text in, typed elements, outline, length and layout out.
//!
//! Start at [`parse`]. Everything here is a function of text: no I/O, no clock, no state. All offsets
//! are UTF-8 bytes of the source.
//!
//! ```
//! let text = "INT. FERRY CABIN - NIGHT\n\nRain on the glass.\n";
//! let script = screenplay::parse(text);
//! assert_eq!(script.elements[0].kind.name(), "scene_heading");
//! assert_eq!(script.elements[0].text(text), "INT. FERRY CABIN - NIGHT");
//! assert_eq!(script.to_text(text), text);
//! ```

mod completion;
mod edit;
mod element;
mod emphasis;
#[cfg(test)]
mod fixture;
mod heading;
mod html;
mod length;
mod lines;
mod outline;
mod parse;
mod rules;
mod styling;
mod title_page;
mod typing;

pub mod check;

pub use completion::{Completion, CompletionItem, CompletionKind, complete};
pub use edit::{Edit, apply};
pub use element::{
    Diagnostic, DiagnosticCode, Dual, Element, ElementKind, Parse, Span, SpanKind, TextRange,
    TitleField,
};
pub use html::{HtmlOptions, html};
pub use length::length;
pub use outline::{
    Mention, OutlineItem, break_before, characters, locations, outline, paragraph_before, scene_at,
    scene_headings, scene_starts, times,
};
pub use parse::parse;
pub use styling::{Emphasis, StyleEdit, toggle_emphasis};
pub use typing::{Key, KeyEdit, capitals, on_key, pending_cue};
