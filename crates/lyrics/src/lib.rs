//! Lyrics: sections, chords and syllables of a plain-text song.
//!
//! Text in, values out: no I/O, no clock, no globals; the dictionary of pronunciations comes in as an
//! argument. Start at [`parse`]; [`count`] and [`outline`] count what it found. All offsets are
//! UTF-8 bytes.

pub mod check;
mod dictionary;
mod element;
mod english;
mod html;
mod number;
mod outline;
mod parse;
mod section;
mod syllables;
mod typing;
mod vowels;

pub use dictionary::{Dictionary, DictionaryError, compile};
pub use element::{
    Diagnostic, DiagnosticKind, Element, ElementKind, Heading, Parse, SectionKind, Span, SpanKind,
};
pub use english::syllables_by_rule;
pub use html::html;
pub use outline::{CountedLine, Section, outline, section_at};
pub use parse::parse;
pub use syllables::{Syllables, count, line_syllables, syllables, word_readings, word_syllables};
pub use typing::{Completion, complete};
