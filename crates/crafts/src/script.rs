//! A screenplay on the page.

use std::ops::Range;

use screenplay::{Dual, ElementKind, Parse, TextRange};

use crate::lines::{Block, Lines};
use crate::values::{
    Completion, CompletionItem, Edit, Element, Emphasis, Gutter, Key, KeyAnswer, Line, Mark,
    Neighbourhood, OutlineItem, Problem, Severity,
};

/// A script, read.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    parse: Parse,
}

impl Script {
    pub(crate) fn read(text: &str) -> Self {
        Self {
            parse: screenplay::parse(text),
        }
    }

    pub(crate) fn lines(&self, text: &str) -> Vec<Line> {
        let mut lines = Lines::new(text);
        for element in &self.parse.elements {
            let number = element
                .scene_number
                .map(|n| Gutter::SceneNumber(n.of(text).to_owned()));
            lines.push(Block {
                kind: element.kind.name(),
                depth: element.depth,
                range: element.range.into(),
                gutter: number,
                spans: &mut element
                    .spans
                    .iter()
                    .map(|s| (s.range.into(), s.kind.name())),
            });
        }
        lines.finish()
    }

    pub(crate) fn elements(&self, text: &str) -> Vec<Element> {
        let element = |element: &screenplay::Element| Element {
            kind: element.kind.name(),
            text: element.text(text).to_owned(),
            range: element.range.into(),
            spans: element
                .spans
                .iter()
                .map(|s| Mark {
                    range: s.range.into(),
                    kind: s.kind.name(),
                })
                .collect(),
            scene_number: element.scene_number.map(|n| n.of(text).to_owned()),
            depth: (element.depth > 0).then_some(element.depth),
            extension: element.extension(text),
            dual: element.dual == Some(Dual::Second),
        };
        self.parse.elements.iter().map(element).collect()
    }

    pub(crate) fn outline(&self, text: &str) -> Vec<OutlineItem> {
        screenplay::outline(&self.parse, text)
            .into_iter()
            .map(|item| OutlineItem {
                kind: item.kind.name(),
                depth: item.depth,
                title: item.title,
                detail: item.scene_number.unwrap_or_default(),
                range: item.range.into(),
            })
            .collect()
    }

    pub(crate) fn borders(&self) -> Vec<usize> {
        screenplay::scene_starts(&self.parse)
    }

    pub(crate) fn problems(&self, text: &str) -> Vec<Problem> {
        let problem = |diagnostic: &screenplay::Diagnostic| Problem {
            code: diagnostic.code.name(),
            severity: Severity::Warning,
            range: diagnostic.range.into(),
            found: match diagnostic.code {
                screenplay::DiagnosticCode::CueWithoutSpeech => {
                    diagnostic.range.of(text).trim().to_owned()
                }
                screenplay::DiagnosticCode::UnclosedBoneyard
                | screenplay::DiagnosticCode::UnclosedNote => String::new(),
            },
            suggestion: None,
        };
        self.parse.diagnostics.iter().map(problem).collect()
    }

    pub(crate) fn complete(
        &self,
        text: &str,
        caret: usize,
        intent: Option<&str>,
    ) -> Option<Completion> {
        let found = screenplay::complete(text, &self.parse, caret, intent.and_then(kind))?;
        let items = found
            .items
            .into_iter()
            .map(|item| CompletionItem {
                text: item.text,
                kind: item.kind.name(),
            })
            .collect();
        Some(Completion {
            range: found.range.into(),
            items,
        })
    }

    pub(crate) fn key(
        &self,
        text: &str,
        key: Key,
        selection: Range<usize>,
        intent: Option<&str>,
    ) -> KeyAnswer {
        let key = match key {
            Key::Tab => screenplay::Key::Tab,
            Key::ShiftTab => screenplay::Key::ShiftTab,
            Key::Enter => screenplay::Key::Enter,
        };
        let selection = TextRange::new(selection.start, selection.end);
        let answer = screenplay::on_key(text, &self.parse, selection, intent.and_then(kind), key);
        KeyAnswer {
            edits: edits(answer.edits),
            anchor: answer.caret,
            caret: answer.caret,
            intent: answer.intent.map(ElementKind::name),
        }
    }

    pub(crate) fn emphasis(
        &self,
        text: &str,
        selection: Range<usize>,
        emphasis: Emphasis,
    ) -> KeyAnswer {
        let style = match emphasis {
            Emphasis::Bold => screenplay::Emphasis::Bold,
            Emphasis::Italic => screenplay::Emphasis::Italic,
            Emphasis::Underline => screenplay::Emphasis::Underline,
        };
        let selection = TextRange::new(selection.start, selection.end);
        let answer = screenplay::toggle_emphasis(text, &self.parse, selection, style);
        KeyAnswer {
            edits: edits(answer.edits),
            anchor: answer.selection.start,
            caret: answer.selection.end,
            intent: None,
        }
    }

    pub(crate) fn pages(&self, text: &str) -> f32 {
        screenplay::length(&self.parse, text)
    }

    pub(crate) fn html(&self, text: &str, title: &str, lang: &str) -> String {
        let options = screenplay::HtmlOptions { title, lang };
        screenplay::html(&self.parse, text, &options)
    }

    pub(crate) fn pending_cue(&self, text: &str, caret: usize) -> Option<Range<usize>> {
        screenplay::pending_cue(text, &self.parse, caret).map(Range::from)
    }

    pub(crate) fn neighbourhood(&self, text: &str, offset: usize) -> Neighbourhood {
        let mut around = crate::outline::neighbourhood(&self.outline(text), text, offset);
        // Who speaks in this scene is likelier to speak next than who speaks most.
        let speaks_here: Vec<&str> = self
            .parse
            .elements
            .iter()
            .filter(|e| e.kind == ElementKind::Character && around.range.contains(&e.range.start))
            .map(|e| e.cue_name(text))
            .collect();
        let mut names: Vec<String> = screenplay::characters(&self.parse, text)
            .into_iter()
            .map(|m| m.name)
            .collect();
        names.sort_by_key(|name| !speaks_here.contains(&name.as_str()));
        around.names = names;
        around
    }
}

fn edits(edits: Vec<screenplay::Edit>) -> Vec<Edit> {
    edits
        .into_iter()
        .map(|e| Edit {
            range: e.range.into(),
            insert: e.insert,
        })
        .collect()
}

fn kind(name: &str) -> Option<ElementKind> {
    ElementKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name)
}
