//! The sections of a song with the syllables of their lines.

use std::ops::Range;

use crate::element::{Element, ElementKind, Parse, SectionKind};
use crate::syllables::Syllables;

/// A section: its line and all up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// As written between the brackets; empty for lines before the first section.
    pub name: String,
    /// Which part of a song it is; `None` before the first section.
    pub kind: Option<SectionKind>,
    /// How often it is sung.
    pub times: u32,
    /// From its line to the next section or the end.
    pub range: Range<usize>,
    /// Its lyric lines that have words, in order.
    pub lines: Vec<CountedLine>,
}

/// A lyric line with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedLine {
    /// The line without white space and line end at its ends.
    pub range: Range<usize>,
    /// Its syllables.
    pub syllables: Syllables,
}

impl Section {
    /// Takes in an element that follows.
    fn take(&mut self, element: &Element, syllables: Syllables) {
        if syllables != Syllables::default() {
            self.lines.push(CountedLine {
                range: element.content.clone(),
                syllables,
            });
        }
        self.range.end = element.range.end;
    }

    /// The lead's syllables line by line, as an outline shows them: `8 8 8 10`.
    pub fn pattern(&self) -> String {
        let counts: Vec<String> = self
            .lines
            .iter()
            .map(|line| line.syllables.lead.to_string())
            .collect();
        counts.join(" ")
    }
}

/// The sections in order; `counts` are the syllables of each element, as [`crate::count`] gives them.
/// Lines before the first section are one without a name, if they have words.
pub fn outline(text: &str, parse: &Parse, counts: &[Syllables]) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut current = unnamed(0);
    for (element, syllables) in parse.elements.iter().zip(counts) {
        if element.kind == ElementKind::Section {
            let next = named(text, element);
            close(&mut sections, std::mem::replace(&mut current, next));
        } else {
            current.take(element, *syllables);
        }
    }
    close(&mut sections, current);
    sections
}

/// The section at a place; the one before it at a border. Reads only that section's lines.
pub fn section_at(text: &str, parse: &Parse, counts: &[Syllables], offset: usize) -> Section {
    let here = parse
        .elements
        .partition_point(|e| e.range.start < offset.max(1));
    let from = parse.elements[..here]
        .iter()
        .rposition(|e| e.kind == ElementKind::Section);
    let mut section = match from {
        Some(at) => named(text, &parse.elements[at]),
        None => unnamed(0),
    };
    for (element, syllables) in parse
        .elements
        .iter()
        .zip(counts)
        .skip(from.map_or(0, |at| at + 1))
    {
        if element.kind == ElementKind::Section {
            break;
        }
        section.take(element, *syllables);
    }
    section
}

fn named(text: &str, element: &Element) -> Section {
    Section {
        name: text[element.content.clone()].to_owned(),
        kind: element.heading.as_ref().map(|h| h.kind),
        times: element.heading.as_ref().map_or(1, |h| h.times),
        range: element.range.clone(),
        lines: Vec::new(),
    }
}

fn unnamed(start: usize) -> Section {
    Section {
        name: String::new(),
        kind: None,
        times: 1,
        range: start..start,
        lines: Vec::new(),
    }
}

fn close(sections: &mut Vec<Section>, section: Section) {
    if section.kind.is_some() || !section.lines.is_empty() {
        sections.push(section);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dictionary, count, parse};

    const SONG: &str = "A line before\n\n[Verse 1]\nThe last bus hums a borrowed key\n\nAnd all the windows look like me\n[Chorus x2]\nStay on, stay on, stay on\n(oh) till it is gone\n";

    #[test]
    fn sections_carry_the_counts_of_their_lines() {
        let parse = parse(SONG);
        let counts = count(SONG, &parse, &Dictionary::bundled());
        let found: Vec<_> = outline(SONG, &parse, &counts)
            .iter()
            .map(|s| (s.name.clone(), s.times, s.pattern()))
            .collect();
        let expected = [("", 1, "4"), ("Verse 1", 1, "8 8"), ("Chorus x2", 2, "6 4")];
        assert_eq!(
            found,
            expected.map(|(n, t, p)| (n.to_owned(), t, p.to_owned()))
        );
    }

    #[test]
    fn the_section_at_a_place_is_that_of_the_outline() {
        let parse = parse(SONG);
        let counts = count(SONG, &parse, &Dictionary::bundled());
        let all = outline(SONG, &parse, &counts);
        for offset in 1..=SONG.len() {
            let here = section_at(SONG, &parse, &counts, offset);
            assert!(all.contains(&here), "{offset}: {here:?}");
            assert!(
                here.range.start < offset && offset <= here.range.end,
                "{offset}"
            );
        }
    }
}
