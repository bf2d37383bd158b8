//! A game story on the page.

use std::ops::Range;

use story::{FlowKind, Library, Parse, ProposalKind};

use crate::lines::{Block, Lines};
use crate::values::{
    Completion, CompletionItem, Edit, Element, Key, KeyAnswer, Line, Mark, Neighbourhood,
    OutlineItem, Problem, Severity, Target,
};

/// A story, read.
#[derive(Debug, Clone)]
pub(crate) struct Ink {
    parse: Parse,
}

/// The project's other stories, by the names that an `INCLUDE` may give. Cloning is cheap: texts and
/// what was read of them are shared.
#[derive(Debug, Clone, Default)]
pub struct Others(pub(crate) Library);

impl Others {
    /// No other documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document, or puts its new text in place of the old. It is read once, here.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name, text);
    }

    /// Takes a document out.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }
}

impl Ink {
    pub(crate) fn read(text: &str) -> Self {
        Self {
            parse: story::parse(text),
        }
    }

    pub(crate) fn lines(&self, text: &str) -> Vec<Line> {
        let mut lines = Lines::new(text);
        for element in &self.parse.elements {
            lines.push(Block {
                kind: element.kind.name(),
                depth: element.depth,
                range: element.range.clone(),
                gutter: None,
                spans: &mut element
                    .spans
                    .iter()
                    .map(|s| (s.range.clone(), s.kind.name())),
            });
        }
        lines.finish()
    }

    pub(crate) fn elements(&self, text: &str) -> Vec<Element> {
        let element = |element: &story::Element| Element {
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
            depth: (element.depth > 0).then_some(element.depth),
            extension: None,
            dual: false,
        };
        self.parse.elements.iter().map(element).collect()
    }

    pub(crate) fn outline(&self) -> Vec<OutlineItem> {
        story::outline(&self.parse)
            .into_iter()
            .map(|item| OutlineItem {
                kind: item.kind.name(),
                depth: item.depth,
                title: item.title,
                detail: String::new(),
                range: item.range,
            })
            .collect()
    }

    pub(crate) fn borders(&self) -> impl Iterator<Item = usize> {
        let flows = self
            .parse
            .flows
            .iter()
            .filter(|flow| flow.kind != FlowKind::Beginning);
        flows.map(|flow| flow.range.start)
    }

    pub(crate) fn problems(&self, text: &str, others: &Others) -> Vec<Problem> {
        story::problems(text, &others.0)
            .into_iter()
            .map(|diagnostic| Problem {
                code: diagnostic.code.name(),
                severity: match diagnostic.severity() {
                    story::Severity::Error => Severity::Error,
                    story::Severity::Warning => Severity::Warning,
                },
                range: diagnostic.range,
                found: diagnostic.found,
                suggestion: diagnostic.suggestion,
            })
            .collect()
    }

    pub(crate) fn complete(&self, text: &str, others: &Others, caret: usize) -> Option<Completion> {
        let found = story::complete(text, &others.0, caret)?;
        let item = |item: story::Proposal| CompletionItem {
            text: item.text,
            kind: match item.kind {
                ProposalKind::Knot => "knot",
                ProposalKind::Stitch => "stitch",
                ProposalKind::Label => "label",
                ProposalKind::End => "end",
                ProposalKind::Variable => "variable",
                ProposalKind::ListItem => "list_item",
                ProposalKind::Function => "function",
                ProposalKind::Document => "document",
            },
        };
        let items = found.items.into_iter().map(item).collect();
        Some(Completion {
            range: found.range,
            items,
        })
    }

    /// A selection is the window's own to replace.
    pub(crate) fn key(&self, text: &str, key: Key, selection: Range<usize>) -> Option<KeyAnswer> {
        if !selection.is_empty() {
            return None;
        }
        let key = match key {
            Key::Tab => story::Key::Tab,
            Key::ShiftTab => story::Key::ShiftTab,
            Key::Enter => story::Key::Enter,
        };
        let answer = story::on_key(text, &self.parse, selection.start, key)?;
        let edit = |edit: story::Edit| Edit {
            range: edit.range,
            insert: edit.insert,
        };
        Some(KeyAnswer {
            edits: answer.edits.into_iter().map(edit).collect(),
            anchor: answer.caret,
            caret: answer.caret,
            intent: None,
        })
    }

    pub(crate) fn html(text: &str, title: &str, lang: &str) -> String {
        story::html(text, title, lang)
    }

    pub(crate) fn target(&self, text: &str, others: &Others, offset: usize) -> Option<Target> {
        let found = story::target_at(text, &others.0, offset)?;
        Some(Target {
            document: found.document,
            range: found.range,
        })
    }

    pub(crate) fn neighbourhood(&self, text: &str, offset: usize) -> Neighbourhood {
        let mut around = crate::outline::neighbourhood(&self.outline(), text, offset);
        let here = story::place_at(&self.parse, offset).map(|item| item.range.start);
        let knot = self
            .outline()
            .into_iter()
            .rfind(|item| item.depth == 0 && here.is_some_and(|start| item.range.contains(&start)));
        let inside = knot
            .map(|knot| format!("{}.", knot.title))
            .unwrap_or_default();
        let mut names: Vec<String> = story::knots_with_first_lines(text, &self.parse)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.sort_by_key(|name| inside.is_empty() || !name.starts_with(&inside));
        around.names = names;
        around
    }
}
