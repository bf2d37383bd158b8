//! Reads a text as ink: one element per line, spans in it, the names it gives and uses.
//!
//! Comments are blanked first and braces paired, so that the descent over lines and braces sees the
//! extent of each before it reads it. Nothing here can fail: what is doubtful is text, with a diagnostic.

mod content;
mod declaration;
mod statement;

use crate::comments::blank_comments;
use crate::element::{Code, Diagnostic, Element, ElementKind, Parse, Span, SpanKind, TextRange};
use crate::names::{
    BUILT_IN, Definition, DefinitionKind, Flow, FlowKind, Reference, ReferenceKind,
    is_ink_name_char, name_at,
};

/// Braces nested deeper than this are left unread, with a diagnostic: the descent is recursive.
pub(crate) const MAX_DEPTH: usize = 40;

/// Reads `text` as ink. Never fails. O(text).
pub fn parse(text: &str) -> Parse {
    read(text).0
}

/// What a line does for the question where a story runs out; read by `loose_ends`.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) flow: usize,
    pub(crate) depth: u8,
    /// Whether it holds a divert by which flow may leave.
    pub(crate) leaves: bool,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepKind {
    Choice,
    Gather,
    Content,
}

/// A block over lines that begins with an expression: a switch, where its branches have cases.
#[derive(Debug, Clone)]
pub(crate) struct Switch {
    /// From its brace to the colon.
    pub(crate) head: TextRange,
    /// What is compared.
    pub(crate) value: TextRange,
    pub(crate) close: usize,
    /// The cases of its branches; `else` is none.
    pub(crate) cases: Vec<TextRange>,
}

/// The switches of a text.
pub(crate) fn switches(text: &str) -> Vec<Switch> {
    let uncommented = blank_comments(text);
    let mut reader = Reader::new(&uncommented.code);
    reader.pair_braces();
    reader.story();
    reader.switches.retain(|switch| !switch.cases.is_empty());
    reader.switches
}

/// As [`parse`], with the steps.
pub(crate) fn read(text: &str) -> (Parse, Vec<Step>) {
    let uncommented = blank_comments(text);
    let mut reader = Reader::new(&uncommented.code);
    reader
        .spans
        .extend(uncommented.comments.iter().map(|range| Span {
            kind: SpanKind::Comment,
            range: range.clone(),
        }));
    if let Some(at) = uncommented.unclosed {
        reader.report(Code::UnclosedComment, at..at + 2, "/*");
    }
    reader.pair_braces();
    reader.story();
    reader.finish(text)
}

/// A line: its start, the end of its text, the start of the next.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    next: usize,
}

/// Lines end at LF, CRLF or a lone CR. The last line is without an end, and missing where it is empty.
fn lines_of(code: &str) -> Vec<Line> {
    let bytes = code.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = code[start..]
            .find(['\n', '\r'])
            .map_or(bytes.len(), |length| start + length);
        let next = match bytes.get(end) {
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => end + 2,
            Some(_) => end + 1,
            None => end,
        };
        lines.push(Line { start, end, next });
        start = next;
    }
    lines
}

/// What is known of a line once its statement was read.
#[derive(Debug, Clone)]
struct LineKind {
    kind: ElementKind,
    depth: u8,
    content: TextRange,
    name: Option<TextRange>,
}

/// What the lines of a body are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// A knot's own lines.
    Weave,
    /// `{ cond:` or `{` over several lines: `-` begins a branch with a condition.
    Conditional,
    /// `{stopping:`, `{&`: `-` begins a branch.
    Sequence,
}

/// Where a stretch of text stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    body: Body,
    /// End of what may be read: the closing brace, or the end of the text.
    limit: usize,
    /// How many braces are open.
    depth: usize,
    /// Where the innermost of them stands.
    block: usize,
}

struct Reader<'a> {
    code: &'a str,
    lines: Vec<Line>,
    kinds: Vec<Option<LineKind>>,
    /// Opening braces with their closing ones, sorted.
    braces: Vec<(usize, usize)>,
    spans: Vec<Span>,
    diagnostics: Vec<Diagnostic>,
    flows: Vec<Flow>,
    definitions: Vec<Definition>,
    references: Vec<Reference>,
    steps: Vec<Step>,
    flow: usize,
    /// How many diverts by which flow may leave were read so far.
    leaving: usize,
    switches: Vec<Switch>,
}

impl<'a> Reader<'a> {
    fn new(code: &'a str) -> Self {
        let lines = lines_of(code);
        Self {
            code,
            kinds: vec![None; lines.len()],
            lines,
            braces: Vec::new(),
            spans: Vec::new(),
            diagnostics: Vec::new(),
            flows: vec![Flow {
                kind: FlowKind::Beginning,
                name: String::new(),
                name_range: 0..0,
                range: 0..0,
                parent: 0,
            }],
            definitions: Vec::new(),
            references: Vec::new(),
            steps: Vec::new(),
            flow: 0,
            leaving: 0,
            switches: Vec::new(),
        }
    }
}

impl Reader<'_> {
    fn report(&mut self, code: Code, range: TextRange, found: &str) {
        self.suggest(code, range, found, None);
    }

    fn suggest(&mut self, code: Code, range: TextRange, found: &str, suggestion: Option<String>) {
        self.diagnostics.push(Diagnostic {
            code,
            range,
            found: found.to_owned(),
            suggestion,
        });
    }

    fn span(&mut self, kind: SpanKind, range: TextRange) {
        if !range.is_empty() {
            self.spans.push(Span { kind, range });
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.code.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn starts(&self, at: usize, mark: &str) -> bool {
        self.code.as_bytes()[at..].starts_with(mark.as_bytes())
    }

    /// The first byte from `at` on that is no blank, at most `end`. A BOM counts as a blank.
    fn skip(&self, at: usize, end: usize) -> usize {
        let mut at = at;
        while at < end {
            match self.byte(at) {
                b' ' | b'\t' => at += 1,
                0xef if self.starts(at, "\u{feff}") => at += 3,
                _ => break,
            }
        }
        at.min(end)
    }

    /// As [`Self::skip`], over line ends too.
    fn skip_lines(&self, at: usize, end: usize) -> usize {
        let mut at = self.skip(at, end);
        while at < end && matches!(self.byte(at), b'\n' | b'\r') {
            at = self.skip(at + 1, end);
        }
        at
    }

    /// `range` without blanks at its end.
    fn trim_end(&self, range: TextRange) -> TextRange {
        let length = self.code[range.clone()]
            .trim_end_matches([' ', '\t', '\n', '\r'])
            .len();
        range.start..range.start + length
    }

    fn line_at(&self, at: usize) -> usize {
        self.lines
            .partition_point(|line| line.next <= at)
            .min(self.lines.len().saturating_sub(1))
    }

    fn line_end(&self, at: usize) -> usize {
        self.lines.get(self.line_at(at)).map_or(at, |line| line.end)
    }

    fn closing(&self, open: usize) -> Option<usize> {
        self.braces
            .binary_search_by_key(&open, |pair| pair.0)
            .ok()
            .map(|index| self.braces[index].1)
    }

    /// Pairs braces; a knot's line ends all that are open, so that one forgotten brace spoils one knot.
    fn pair_braces(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let mut unclosed = Vec::new();
        for line in self.lines.clone() {
            if self.is_header(line) {
                unclosed.append(&mut open);
                continue;
            }
            let mut at = line.start;
            while at < line.end {
                match self.byte(at) {
                    b'\\' => at += 1,
                    b'{' => open.push(at),
                    b'}' => match open.pop() {
                        Some(start) => self.braces.push((start, at)),
                        None => {
                            let first = self.skip(line.start, line.end) == at;
                            let code = if first {
                                Code::StrayBrace
                            } else {
                                Code::UnopenedBrace
                            };
                            self.report(code, at..at + 1, "}");
                        }
                    },
                    _ => {}
                }
                at += 1;
            }
        }
        unclosed.append(&mut open);
        for at in unclosed {
            self.report(Code::UnclosedBrace, at..at + 1, "{");
        }
        self.braces.sort_unstable();
    }

    /// The beginning, then each knot and stitch: headers end every statement before them.
    fn story(&mut self) {
        let headers: Vec<usize> = (0..self.lines.len())
            .filter(|&index| self.is_header(self.lines[index]))
            .collect();
        let mut from = 0;
        for &header in headers.iter().chain(std::iter::once(&self.lines.len())) {
            let limit = self
                .lines
                .get(header)
                .map_or(self.code.len(), |line| line.start);
            self.flows[self.flow].range.end = limit;
            self.body(
                from,
                Place {
                    body: Body::Weave,
                    limit,
                    depth: 0,
                    block: 0,
                },
            );
            if let Some(&line) = self.lines.get(header) {
                self.header(header, line);
                self.flows[self.flow].range.end = line.next;
                from = line.next;
            }
        }
    }

    fn define(&mut self, kind: DefinitionKind, range: TextRange) -> usize {
        let name = self.code[range.clone()].to_owned();
        if name.chars().any(|c| !is_ink_name_char(c)) {
            self.report(Code::NameNotInk, range.clone(), &name);
        }
        if BUILT_IN.contains(&name.as_str())
            && matches!(
                kind,
                DefinitionKind::Function | DefinitionKind::Knot | DefinitionKind::External
            )
        {
            self.report(Code::BuiltInName, range.clone(), &name);
        }
        self.definitions.push(Definition {
            kind,
            name,
            range,
            flow: self.flow,
            list: None,
        });
        self.definitions.len() - 1
    }

    fn refer(&mut self, kind: ReferenceKind, range: TextRange) {
        self.references.push(Reference {
            kind,
            path: self.code[range.clone()].to_owned(),
            range,
            flow: self.flow,
        });
    }

    fn set_kind(
        &mut self,
        at: usize,
        kind: ElementKind,
        depth: u8,
        content: TextRange,
        name: Option<TextRange>,
    ) {
        let index = self.line_at(at);
        if let Some(slot) = self.kinds.get_mut(index)
            && slot.is_none()
        {
            *slot = Some(LineKind {
                kind,
                depth,
                content,
                name,
            });
        }
    }

    /// `(label)` at `at`: its definition, and what stands after it.
    fn label(&mut self, at: usize, end: usize) -> (usize, Option<TextRange>) {
        if self.byte(at) != b'(' {
            return (at, None);
        }
        let name = name_at(self.code, self.skip(at + 1, end));
        let close = self.skip(name.end, end);
        if name.is_empty() {
            return (at, None);
        }
        if self.byte(close) != b')' || close >= end {
            let found = self.code[at..name.end].to_owned();
            self.report(Code::BadLabel, at..name.end, &found);
            return (at, None);
        }
        self.span(SpanKind::Label, at..close + 1);
        self.define(DefinitionKind::Label, name.clone());
        (self.skip(close + 1, end), Some(name))
    }

    fn finish(mut self, text: &str) -> (Parse, Vec<Step>) {
        let mut kinds = std::mem::take(&mut self.kinds);
        let mut elements: Vec<Element> = Vec::with_capacity(self.lines.len());
        for (line, kind) in self.lines.iter().zip(&mut kinds) {
            let known = kind.take().unwrap_or_else(|| {
                let from = self.skip(line.start, line.end);
                let content = self.trim_end(from..line.end);
                let kind = if !content.is_empty() {
                    if self.byte(from) == b'}' {
                        ElementKind::Logic
                    } else {
                        ElementKind::Text
                    }
                } else if text[line.start..line.end]
                    .trim_matches([' ', '\t', '\u{feff}'])
                    .is_empty()
                {
                    ElementKind::Blank
                } else {
                    ElementKind::Comment
                };
                // Of a comment the reader sees the comment.
                let content = if kind == ElementKind::Comment {
                    let whole = &text[line.start..line.end];
                    let lead =
                        whole.len() - whole.trim_start_matches([' ', '\t', '\u{feff}']).len();
                    line.start + lead..line.start + whole.trim_end_matches([' ', '\t']).len()
                } else {
                    content
                };
                LineKind {
                    kind,
                    depth: 0,
                    content,
                    name: None,
                }
            });
            elements.push(Element {
                kind: known.kind,
                range: line.start..line.next,
                content: known.content,
                depth: known.depth,
                name: known.name,
                spans: Vec::new(),
            });
        }
        self.deal_spans(&mut elements);
        self.check_texts();
        self.diagnostics.sort_by(|a, b| {
            (a.range.start, a.range.end, a.code.name()).cmp(&(
                b.range.start,
                b.range.end,
                b.code.name(),
            ))
        });
        self.definitions
            .sort_by_key(|definition| definition.range.start);
        self.references
            .sort_by_key(|reference| reference.range.start);
        (
            Parse {
                elements,
                diagnostics: self.diagnostics,
                flows: self.flows,
                definitions: self.definitions,
                references: self.references,
            },
            self.steps,
        )
    }

    /// Cuts spans at line ends and gives each to its line.
    fn deal_spans(&mut self, elements: &mut [Element]) {
        let mut spans = std::mem::take(&mut self.spans);
        spans.sort_by(|a, b| (a.range.start, b.range.end).cmp(&(b.range.start, a.range.end)));
        for span in spans {
            let mut index = self.line_at(span.range.start);
            while let Some(line) = self.lines.get(index) {
                if line.start >= span.range.end {
                    break;
                }
                let range = span.range.start.max(line.start)..span.range.end.min(line.end);
                if !range.is_empty() {
                    elements[index].spans.push(Span {
                        kind: span.kind,
                        range,
                    });
                }
                index += 1;
            }
        }
        for element in elements {
            element
                .spans
                .sort_by(|a, b| (a.range.start, b.range.end).cmp(&(b.range.start, a.range.end)));
        }
    }

    /// Flows without content.
    fn check_texts(&mut self) {
        let mut filled = vec![false; self.flows.len()];
        for step in &self.steps {
            filled[step.flow] = true;
        }
        for flow in &self.flows {
            // A knot may be nothing but its stitches.
            if flow.kind == FlowKind::Stitch {
                filled[flow.parent] = true;
            }
        }
        for (index, filled) in filled.into_iter().enumerate().skip(1) {
            let flow = &self.flows[index];
            let may_be_empty = match flow.kind {
                FlowKind::Knot | FlowKind::Stitch => flow.name.is_empty(),
                FlowKind::Function | FlowKind::Beginning => true,
            };
            if !filled && !may_be_empty {
                let (range, name) = (flow.name_range.clone(), flow.name.clone());
                self.report(Code::EmptyKnot, range, &name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `kind depth "content" name`, one per line of the text.
    #[track_caller]
    fn kinds(text: &str, expected: &[&str]) {
        let shown: Vec<String> = parse(text)
            .elements
            .iter()
            .map(|element| {
                let name = element
                    .name
                    .clone()
                    .map_or(String::new(), |name| format!(" {}", &text[name]));
                format!(
                    "{} {} {:?}{name}",
                    element.kind.name(),
                    element.depth,
                    &text[element.content.clone()]
                )
            })
            .collect();
        assert_eq!(shown, expected);
    }

    /// `kind "text"`, for each span of the text.
    #[track_caller]
    fn spans(text: &str, expected: &[&str]) {
        let shown: Vec<String> = parse(text)
            .elements
            .iter()
            .flat_map(|element| &element.spans)
            .map(|span| format!("{} {:?}", span.kind.name(), &text[span.range.clone()]))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn each_line_is_what_its_first_mark_says() {
        kinds(
            "\u{feff}INCLUDE deck.ink\r\nVAR x = 1\r=== ferry ===\n= bow\n== function f(a) ==\n~ return a\n\n// note\n/* a\nb */\nTODO: more\nRain. # wet\n",
            &[
                "include 0 \"deck.ink\" deck.ink",
                "variable 0 \"x = 1\" x",
                "knot 0 \"ferry\" ferry",
                "stitch 0 \"bow\" bow",
                "function 0 \"f(a)\" f",
                "logic 0 \"return a\"",
                "blank 0 \"\"",
                "comment 0 \"// note\"",
                "comment 0 \"/* a\"",
                "comment 0 \"b */\"",
                "todo 0 \"more\"",
                "text 0 \"Rain. # wet\"",
            ],
        );
    }

    #[test]
    fn choices_gathers_and_diverts_have_their_depth_and_label() {
        kinds(
            "* (ask) [Ask]\n  + + Wait\n- - (on) on\n-> deck\n<- crowd\n- -> END\n- * both\n",
            &[
                "choice 1 \"[Ask]\" ask",
                "choice 2 \"Wait\"",
                "gather 2 \"on\" on",
                "divert 0 \"-> deck\"",
                "divert 0 \"<- crowd\"",
                "gather 1 \"-> END\"",
                "gather 1 \"* both\"",
            ],
        );
    }

    #[test]
    fn lines_of_a_block_are_read_as_lines() {
        kinds(
            "{ tide:\n- 1: low\n  Mud.\n  * [Dig] -> deck\n- else: -> quay\n}\n{tide}\n{tide}.\n",
            &[
                "logic 0 \"{ tide:\"",
                "logic 0 \"1: low\"",
                "text 0 \"Mud.\"",
                "choice 1 \"[Dig] -> deck\"",
                "logic 0 \"else: -> quay\"",
                "logic 0 \"}\"",
                "logic 0 \"{tide}\"",
                "text 0 \"{tide}.\"",
            ],
        );
    }

    #[test]
    fn spans_name_the_marks_in_a_line() {
        spans(
            "* (ask) \"Hm[.\"],\" {x == \"a\": yes <>|no} -> deck.bow # slow // later\n",
            &[
                "choice_mark \"*\"",
                "label \"(ask)\"",
                "bracket \"[\"",
                "bracket \"]\"",
                "logic \"{x == \\\"a\\\":\"",
                "string \"\\\"a\\\"\"",
                "glue \"<>\"",
                "logic \"|\"",
                "logic \"}\"",
                "divert \"->\"",
                "target \"deck.bow\"",
                "tag \"# slow\"",
                "comment \"// later\"",
            ],
        );
    }
}
