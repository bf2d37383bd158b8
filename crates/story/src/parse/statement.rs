//! Lines that are what they are by their first mark.

use super::{Body, Line, Place, Reader, Step, StepKind};
use crate::element::{Code, ElementKind, SpanKind, TextRange};
use crate::expression::{condition_colon, tokens};
use crate::names::{DefinitionKind, Flow, FlowKind, is_name_char, name_at};

impl Reader<'_> {
    /// `==…` always, `= name` where nothing but parameters follows.
    pub(super) fn is_header(&self, line: Line) -> bool {
        let at = self.skip(line.start, line.end);
        if self.byte(at) != b'=' || at >= line.end {
            return false;
        }
        if self.byte(at + 1) == b'=' {
            return true;
        }
        let name = name_at(self.code, self.skip(at + 1, line.end));
        if name.is_empty() {
            return false;
        }
        let rest = self.code[name.end..line.end].trim_matches([' ', '\t', '=']);
        rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')'))
    }

    /// Opens the flow that a header names.
    pub(super) fn header(&mut self, index: usize, line: Line) {
        let at = self.skip(line.start, line.end);
        let marks = self.code[at..line.end]
            .bytes()
            .take_while(|&byte| byte == b'=')
            .count();
        self.span(SpanKind::HeaderMark, at..at + marks);
        let mut from = self.skip(at + marks, line.end);
        let mut kind = if marks > 1 {
            FlowKind::Knot
        } else {
            FlowKind::Stitch
        };
        let first = name_at(self.code, from);
        if kind == FlowKind::Knot && &self.code[first.clone()] == "function" {
            let next = self.skip(first.end, line.end);
            if !name_at(self.code, next).is_empty() {
                self.span(SpanKind::Keyword, first);
                kind = FlowKind::Function;
                from = next;
            }
        }
        let name = name_at(self.code, from);
        let name = name.start..name.end.min(line.end);
        // What follows the name: parameters, then closing marks.
        let rest = self.trim_end(from..line.end);
        let closing = self.code[rest.clone()]
            .bytes()
            .rev()
            .take_while(|&byte| byte == b'=')
            .count();
        self.span(SpanKind::HeaderMark, rest.end - closing..rest.end);
        let rest = self.trim_end(from..rest.end - closing);
        let parent = match kind {
            FlowKind::Stitch => match self.flows[self.flow].kind {
                FlowKind::Stitch => self.flows[self.flow].parent,
                FlowKind::Beginning | FlowKind::Knot | FlowKind::Function => self.flow,
            },
            FlowKind::Beginning | FlowKind::Knot | FlowKind::Function => 0,
        };
        self.flow = self.flows.len();
        self.flows.push(Flow {
            kind,
            name: self.code[name.clone()].to_owned(),
            name_range: name.clone(),
            range: line.start..line.next,
            parent,
        });
        let element = match kind {
            FlowKind::Function => ElementKind::Function,
            FlowKind::Stitch => ElementKind::Stitch,
            FlowKind::Knot | FlowKind::Beginning => ElementKind::Knot,
        };
        if name.is_empty() {
            let found = self.code[rest.clone()].to_owned();
            let whole = at..self.trim_end(at..line.end).end;
            self.report(Code::BadHeader, whole, &found);
        } else {
            self.define(
                match kind {
                    FlowKind::Function => DefinitionKind::Function,
                    FlowKind::Stitch => DefinitionKind::Stitch,
                    FlowKind::Knot | FlowKind::Beginning => DefinitionKind::Knot,
                },
                name.clone(),
            );
            let after = self.skip(name.end, rest.end.max(name.end));
            let end = if self.byte(after) == b'(' && after < rest.end {
                self.parameters(after, rest.end)
            } else {
                name.end
            };
            if end < rest.end {
                let found = self.code[name.start..rest.end].to_owned();
                self.suggest(
                    Code::BadHeader,
                    name.start..rest.end,
                    &found,
                    joined_name(&found),
                );
            }
        }
        self.kinds[index] = None;
        let name = (!name.is_empty()).then_some(name);
        self.set_kind(line.start, element, 0, rest, name);
    }

    /// `(a, ref b, -> c)`. Returns where it ends, or `at` where it has no end.
    fn parameters(&mut self, at: usize, end: usize) -> usize {
        let Some(length) = self.code[at..end].find(')') else {
            return at;
        };
        let close = at + length;
        let mut from = at + 1;
        while from < close {
            let part_end = self.code[from..close]
                .find(',')
                .map_or(close, |length| from + length);
            let mut start = self.skip(from, part_end);
            if self.starts(start, "->") {
                self.span(SpanKind::Arrow, start..start + 2);
                start = self.skip(start + 2, part_end);
            }
            let mut name = name_at(self.code, start);
            if &self.code[name.clone()] == "ref" {
                self.span(SpanKind::Keyword, name.clone());
                start = self.skip(name.end, part_end);
                if self.starts(start, "->") {
                    self.span(SpanKind::Arrow, start..start + 2);
                    start = self.skip(start + 2, part_end);
                }
                name = name_at(self.code, start);
            }
            let whole = self.trim_end(start..part_end.max(start));
            if name != whole || name.is_empty() {
                let found = self.code[whole.clone()].to_owned();
                if !(found.is_empty() && close == at + 1) {
                    self.report(Code::BadHeader, whole, &found);
                }
            } else {
                self.define(DefinitionKind::Parameter, name);
            }
            from = part_end + 1;
        }
        close + 1
    }

    /// The lines from `from` to the place's limit.
    pub(super) fn body(&mut self, from: usize, place: Place) {
        let mut at = from;
        while at < place.limit {
            let line = self.lines[self.line_at(at)];
            let end = line.end.min(place.limit);
            let first = self.skip(at, end);
            at = if first >= end {
                line.next
            } else {
                let leaving = self.leaving;
                let (kind, depth, next) = self.statement(first, end, place);
                if place.depth == 0 {
                    if let Some(kind) = kind {
                        self.steps.push(Step {
                            kind,
                            flow: self.flow,
                            depth,
                            leaves: self.leaving > leaving,
                            range: first..end,
                        });
                    }
                } else if kind == Some(StepKind::Choice) {
                    // A choice inside braces goes on where we don't follow it.
                    self.leaving += 1;
                }
                next.max(line.end.min(place.limit))
            };
            // The end of a line that a brace carried us to is no line of its own.
            if at < place.limit && matches!(self.byte(at), b'\n' | b'\r') {
                at = self.lines[self.line_at(at)].next;
            }
        }
    }

    /// One statement. Returns what it is in the weave, its depth, and where it ended.
    fn statement(&mut self, at: usize, end: usize, place: Place) -> (Option<StepKind>, u8, usize) {
        let content = self.trim_end(at..end);
        let word = name_at(self.code, at);
        let word_text = &self.code[word.start..word.end.min(end)];
        let spaced = matches!(self.byte(word.end), b' ' | b'\t');
        match self.byte(at) {
            b'V' | b'C' | b'L' | b'E'
                if spaced && matches!(word_text, "VAR" | "CONST" | "LIST" | "EXTERNAL") =>
            {
                let next = self.declaration(word, end, place.limit);
                (None, 0, next)
            }
            b'I' if spaced && word_text == "INCLUDE" => {
                self.span(SpanKind::Keyword, word.clone());
                let name = self.trim_end(self.skip(word.end, end)..end);
                self.set_kind(at, ElementKind::Include, 0, name.clone(), Some(name));
                (None, 0, end)
            }
            b'T' if word_text == "TODO" && self.byte(self.skip(word.end, end)) == b':' => {
                let colon = self.skip(word.end, end);
                self.span(SpanKind::Keyword, at..colon + 1);
                let text = self.trim_end(self.skip(colon + 1, end)..end);
                self.set_kind(at, ElementKind::Todo, 0, text, None);
                (None, 0, end)
            }
            b'~' => {
                self.set_kind(
                    at,
                    ElementKind::Logic,
                    0,
                    self.trim_end(self.skip(at + 1, end)..end),
                    None,
                );
                let next = self.logic_line(at, end, place);
                (Some(StepKind::Content), 0, next)
            }
            b'*' | b'+' => self.choice(at, end, place),
            b'-' if self.byte(at + 1) != b'>' => {
                if place.body == Body::Weave {
                    self.gather(at, end, place)
                } else {
                    self.branch(at, end, place)
                }
            }
            b'-' | b'<' if self.starts(at, "->") || self.starts(at, "<-") => {
                self.set_kind(at, ElementKind::Divert, 0, content, None);
                let next = self.content(at, end, place, false);
                (Some(StepKind::Content), 0, next)
            }
            b'{' => {
                // Nothing but braces on the line where they end makes it logic.
                let alone = self.only_braces(at, end, place.limit);
                let kind = if alone {
                    ElementKind::Logic
                } else {
                    ElementKind::Text
                };
                self.set_kind(at, kind, 0, content, None);
                let next = self.content(at, end, place, false);
                (Some(StepKind::Content), 0, next)
            }
            b'}' => {
                self.set_kind(at, ElementKind::Logic, 0, content, None);
                let next = self.content(at, end, place, false);
                (None, 0, next)
            }
            b'#' => {
                self.set_kind(at, ElementKind::Text, 0, content, None);
                let next = self.content(at, end, place, false);
                (None, 0, next)
            }
            _ => {
                self.set_kind(at, ElementKind::Text, 0, content, None);
                let next = self.content(at, end, place, false);
                (Some(StepKind::Content), 0, next)
            }
        }
    }

    fn only_braces(&self, at: usize, end: usize, limit: usize) -> bool {
        let mut at = at;
        let mut end = end;
        while at < end {
            if self.byte(at) != b'{' {
                return false;
            }
            let Some(close) = self.closing(at).filter(|&close| close < limit) else {
                return true;
            };
            end = self.line_end(close).min(limit);
            at = self.skip(close + 1, end);
        }
        true
    }

    fn choice(&mut self, at: usize, end: usize, place: Place) -> (Option<StepKind>, u8, usize) {
        let mut last = at;
        let mut depth = 1u8;
        loop {
            let next = self.skip(last + 1, end);
            if next < end && matches!(self.byte(next), b'*' | b'+') {
                depth = depth.saturating_add(1);
                last = next;
            } else {
                break;
            }
        }
        self.span(SpanKind::ChoiceMark, at..last + 1);
        let from = self.skip(last + 1, end);
        let (from, label) = self.label(from, end);
        let content = self.trim_end(from..end.max(from));
        if content.is_empty() {
            let mark = self.code[at..last + 1].to_owned();
            self.report(Code::EmptyChoice, at..last + 1, &mark);
        }
        self.set_kind(at, ElementKind::Choice, depth, content, label);
        let next = self.content(from, end, place, true);
        (Some(StepKind::Choice), depth, next)
    }

    fn gather(&mut self, at: usize, end: usize, place: Place) -> (Option<StepKind>, u8, usize) {
        let mut last = at;
        let mut depth = 1u8;
        loop {
            let next = self.skip(last + 1, end);
            if next < end && self.byte(next) == b'-' && self.byte(next + 1) != b'>' {
                depth = depth.saturating_add(1);
                last = next;
            } else {
                break;
            }
        }
        self.span(SpanKind::GatherMark, at..last + 1);
        let from = self.skip(last + 1, end);
        let (from, label) = self.label(from, end);
        self.set_kind(
            at,
            ElementKind::Gather,
            depth,
            self.trim_end(from..end.max(from)),
            label,
        );
        if from < end && matches!(self.byte(from), b'*' | b'+') {
            // `- * choice`: a gather, then a choice on its line.
            if place.depth == 0 {
                self.steps.push(Step {
                    kind: StepKind::Gather,
                    flow: self.flow,
                    depth,
                    leaves: false,
                    range: at..end,
                });
            }
            return self.choice(from, end, place);
        }
        let next = if from < end {
            self.statement(from, end, place).2
        } else {
            from
        };
        (Some(StepKind::Gather), depth, next)
    }

    /// `- condition: text`, `- else: text`, `- text` inside braces.
    fn branch(&mut self, at: usize, end: usize, place: Place) -> (Option<StepKind>, u8, usize) {
        self.set_kind(
            at,
            ElementKind::Logic,
            0,
            self.trim_end(self.skip(at + 1, end)..end),
            None,
        );
        let from = self.skip(at + 1, end);
        let mut rest = from;
        let mut mark = at..at + 1;
        if place.body == Body::Conditional {
            let word = name_at(self.code, from);
            let colon = self.skip(word.end, end);
            if &self.code[word.clone()] == "else" && self.byte(colon) == b':' {
                mark = at..colon + 1;
                rest = self.skip(colon + 1, end);
            } else if let Some(colon) = condition_colon(self.code, from..end) {
                self.expression(from..colon, place);
                let case = self.trim_end(from..colon);
                if let Some(switch) = self
                    .switches
                    .iter_mut()
                    .rev()
                    .find(|switch| switch.head.start == place.block)
                {
                    switch.cases.push(case);
                }
                mark = at..colon + 1;
                rest = self.skip(colon + 1, end);
            }
        }
        self.span(SpanKind::Logic, mark);
        let next = if rest < end {
            self.statement(rest, end, place).2
        } else {
            rest
        };
        (None, 0, next)
    }

    /// `~ temp x = 1`, `~ return x`, `~ x++`, `~ f()`.
    fn logic_line(&mut self, at: usize, end: usize, place: Place) -> usize {
        let mut from = self.skip(at + 1, end);
        let word = name_at(self.code, from);
        match &self.code[word.clone()] {
            "temp" => {
                self.span(SpanKind::Keyword, word.clone());
                let name = name_at(self.code, self.skip(word.end, end));
                let equals = self.skip(name.end, end);
                if name.is_empty() || self.byte(equals) != b'=' || equals >= end {
                    let whole = self.trim_end(at..end);
                    let found = self.code[whole.clone()].to_owned();
                    self.report(Code::BadDeclaration, whole, &found);
                    return end;
                }
                self.define(DefinitionKind::Temp, name);
                from = equals + 1;
            }
            "return" => {
                self.span(SpanKind::Keyword, word.clone());
                from = word.end;
                self.leaving += 1;
            }
            _ => {}
        }
        // A block may begin here and end on a later line.
        if let Some(open) = self.code[from..end].find('{').map(|length| from + length)
            && let Some(close) = self.closing(open)
            && close >= end
            && !self.code[from..open].contains('"')
        {
            self.span(SpanKind::Logic, at..open);
            return self.content(open, end, place, false);
        }
        let range = self.trim_end(at..end);
        self.span(SpanKind::Logic, range.clone());
        let from = self.skip(from, range.end.max(from));
        if from < range.end {
            self.checked_expression(from..range.end, place);
        }
        end
    }

    /// Reads an expression and reports it where it is none.
    pub(super) fn checked_expression(&mut self, range: TextRange, place: Place) {
        let read = tokens(self.code, range.clone());
        let before = self.diagnostics.len();
        self.expression(range.clone(), place);
        if self.diagnostics.len() == before && !crate::expression::is_expression(&read) {
            let found = self.code[range.clone()].to_owned();
            self.report(Code::BadExpression, range, &found);
        }
    }
}

/// `my knot` as `my_knot`, where that makes a name.
fn joined_name(found: &str) -> Option<String> {
    let joined: String = found
        .trim()
        .chars()
        .map(|c| if is_name_char(c) { c } else { '_' })
        .collect();
    let joined = joined.trim_matches('_');
    crate::names::is_name(joined).then(|| joined.to_owned())
}
