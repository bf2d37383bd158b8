//! A game story on the page.

use story::{FlowKind, Library, Parse};

use crate::lines::{Block, Lines};
use crate::values::{Element, Line, Mark, Neighbourhood, OutlineItem, Problem, Severity, Target};

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

    pub(crate) fn target(&self, text: &str, others: &Others, offset: usize) -> Option<Target> {
        let found = story::target_at(text, &others.0, offset)?;
        Some(Target {
            document: found.document,
            range: found.range,
        })
    }

    pub(crate) fn neighbourhood(&self, text: &str, offset: usize) -> Neighbourhood {
        let mut around = crate::outline::neighbourhood(&self.outline(), text, offset);
        let flows = &self.parse.flows;
        let here = self.parse.flow_at(offset);
        let knot = flows.get(here).map_or(0, |flow| match flow.kind {
            FlowKind::Stitch => flow.parent,
            FlowKind::Beginning | FlowKind::Knot | FlowKind::Function => here,
        });
        let path = |at: usize| -> Option<(bool, String)> {
            let flow = &flows[at];
            match flow.kind {
                FlowKind::Knot => Some((false, flow.name.clone())),
                FlowKind::Stitch if flow.parent == knot => Some((true, flow.name.clone())),
                FlowKind::Stitch => {
                    Some((false, format!("{}.{}", flows[flow.parent].name, flow.name)))
                }
                FlowKind::Beginning | FlowKind::Function => None,
            }
        };
        let mut names: Vec<(bool, String)> = (0..flows.len()).filter_map(path).collect();
        names.sort_by_key(|(near, _)| !near);
        around.names = names.into_iter().map(|(_, name)| name).collect();
        around
    }
}
