//! Lyrics on the page.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use lyrics::{Dictionary, ElementKind, Parse, Syllables};

use crate::lines::{Block, Lines};
use crate::values::{
    Completion, CompletionItem, Element, Gutter, Line, Mark, Neighbourhood, OutlineItem, Problem,
    Severity,
};

/// Read once: its table costs some tens of microseconds.
static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::bundled);

/// A lyric sheet, read and counted.
#[derive(Debug, Clone)]
pub(crate) struct Song {
    parse: Parse,
    /// Syllables of each element.
    counts: Vec<Syllables>,
}

impl Song {
    pub(crate) fn read(text: &str) -> Self {
        let parse = lyrics::parse(text);
        let counts = lyrics::count(text, &parse, &DICTIONARY);
        Self { parse, counts }
    }

    /// Reads a changed text; lines that stood in the text before are not counted again.
    pub(crate) fn reread(&self, before: &str, text: &str) -> Self {
        let known: HashMap<&str, Syllables> = self
            .parse
            .elements
            .iter()
            .zip(&self.counts)
            .filter(|(element, _)| element.kind == ElementKind::LyricLine)
            .map(|(element, counts)| (&before[element.content.clone()], *counts))
            .collect();
        let parse = lyrics::parse(text);
        let counts = parse
            .elements
            .iter()
            .map(|element| match element.kind {
                ElementKind::LyricLine => known
                    .get(&text[element.content.clone()])
                    .copied()
                    .unwrap_or_else(|| lyrics::line_syllables(text, element, &DICTIONARY)),
                ElementKind::Section
                | ElementKind::Directive
                | ElementKind::Comment
                | ElementKind::Blank => Syllables::default(),
            })
            .collect();
        Self { parse, counts }
    }

    pub(crate) fn lines(&self, text: &str) -> Vec<Line> {
        let mut lines = Lines::new(text);
        for (element, counts) in self.parse.elements.iter().zip(&self.counts) {
            let Syllables { lead, aside } = *counts;
            lines.push(Block {
                kind: element.kind.name(),
                depth: 0,
                range: element.range.clone(),
                gutter: (lead + aside > 0).then_some(Gutter::Syllables { lead, aside }),
                spans: &mut element
                    .spans
                    .iter()
                    .map(|s| (s.range.clone(), s.kind.name())),
            });
        }
        lines.finish()
    }

    pub(crate) fn elements(&self, text: &str) -> Vec<Element> {
        let element = |element: &lyrics::Element| Element {
            kind: element.kind.name(),
            text: text[element.content.clone()].to_owned(),
            range: element.range.clone(),
            spans: element
                .spans
                .iter()
                .map(|s| Mark {
                    range: s.range.clone(),
                    kind: s.kind.name(),
                })
                .collect(),
            scene_number: None,
            depth: None,
            extension: None,
            dual: false,
        };
        self.parse.elements.iter().map(element).collect()
    }

    pub(crate) fn outline(&self, text: &str) -> Vec<OutlineItem> {
        lyrics::outline(text, &self.parse, &self.counts)
            .into_iter()
            .filter(|section| section.kind.is_some())
            .map(|section| OutlineItem {
                kind: "section",
                depth: 0,
                detail: section.pattern(),
                title: section.name,
                range: section.range,
            })
            .collect()
    }

    pub(crate) fn borders(&self) -> impl Iterator<Item = usize> {
        let sections = self
            .parse
            .elements
            .iter()
            .filter(|e| e.kind == ElementKind::Section);
        sections.map(|e| e.range.start)
    }

    pub(crate) fn problems(&self) -> Vec<Problem> {
        let problem = |diagnostic: &lyrics::Diagnostic| Problem {
            code: diagnostic.kind.name(),
            severity: Severity::Warning,
            range: diagnostic.range.clone(),
            found: String::new(),
            suggestion: None,
        };
        self.parse.diagnostics.iter().map(problem).collect()
    }

    pub(crate) fn complete(&self, text: &str, caret: usize) -> Option<Completion> {
        let found = lyrics::complete(text, &self.parse, caret)?;
        let item = |text| CompletionItem {
            text,
            kind: "section",
        };
        Some(Completion {
            range: found.range,
            items: found.names.into_iter().map(item).collect(),
        })
    }

    pub(crate) fn neighbourhood(&self, text: &str, offset: usize) -> Neighbourhood {
        let section = lyrics::section_at(text, &self.parse, &self.counts, offset);
        let lines: Vec<(Range<usize>, u32)> = section
            .lines
            .into_iter()
            .map(|line| (line.range, line.syllables.lead))
            .collect();
        Neighbourhood {
            range: section.range,
            title: section.name,
            syllables: lines,
            names: Vec::new(),
        }
    }

    pub(crate) fn html(&self, text: &str, title: &str, lang: &str) -> String {
        lyrics::html(text, &self.parse, title, lang)
    }
}
