//! What stands in a line: diverts, braces, tags, glue, choice brackets.

use super::{Body, MAX_DEPTH, Place, Reader, Switch};
use crate::element::{Code, SpanKind, TextRange};
use crate::expression::{TokenKind, condition_colon, is_expression, tokens};
use crate::names::{ReferenceKind, name_at, path_at};

impl Reader<'_> {
    /// Reads text from `at` to the end of its line, where a brace may carry it over lines.
    /// Returns where it ended: a line end, or the place's limit.
    pub(super) fn content(&mut self, at: usize, end: usize, place: Place, choice: bool) -> usize {
        let mut at = at;
        let mut end = end;
        let mut bracket: Option<usize> = None;
        while at < end {
            match self.byte(at) {
                b'\\' => at += 2,
                b'{' => match self.closing(at).filter(|&close| close < place.limit) {
                    Some(close) => {
                        self.braces(at, close, place);
                        at = close + 1;
                        end = end.max(self.line_end(close).min(place.limit));
                    }
                    None => {
                        self.span(SpanKind::Logic, at..at + 1);
                        at += 1;
                    }
                },
                b'|' if place.depth > 0 => {
                    self.span(SpanKind::Logic, at..at + 1);
                    at += 1;
                }
                b'-' if self.starts(at, "->") => at = self.divert(at, end, place, choice),
                b'<' if self.starts(at, "<-") => {
                    // `<-` before no name is prose: an arrow to the left.
                    let name = path_at(self.code, self.skip(at + 2, end));
                    at = if name.is_empty() || name.end > end {
                        at + 2
                    } else {
                        self.thread(at, name, end, place)
                    };
                }
                b'<' if self.starts(at, "<>") => {
                    self.span(SpanKind::Glue, at..at + 2);
                    at += 2;
                }
                b'#' => at = self.tag(at, end, place, bracket.is_some()),
                b'[' if choice && bracket.is_none() => {
                    self.span(SpanKind::Bracket, at..at + 1);
                    bracket = Some(at);
                    at += 1;
                }
                b']' if choice && bracket.is_some_and(|open| open < usize::MAX) => {
                    self.span(SpanKind::Bracket, at..at + 1);
                    // Only one pair: a later `[` is text.
                    bracket = Some(usize::MAX);
                    at += 1;
                }
                b']' if choice && bracket.is_none() => {
                    self.report(Code::StrayBracket, at..at + 1, "]");
                    at += 1;
                }
                _ => at += 1,
            }
        }
        if let Some(open) = bracket.filter(|&open| open < usize::MAX) {
            self.report(Code::UnclosedBracket, open..open + 1, "[");
        }
        at.min(end.max(at.min(place.limit)))
    }

    /// `# tag` to the end of the line, the next tag, the bar or brace that ends its place, or `]`.
    fn tag(&mut self, at: usize, end: usize, place: Place, in_bracket: bool) -> usize {
        let start = at;
        let mut at = at + 1;
        while at < end {
            match self.byte(at) {
                b'\\' => at += 1,
                b'#' => break,
                b'|' if place.depth > 0 => break,
                b']' if in_bracket => break,
                b'-' if self.starts(at, "->") => break,
                b'{' => {
                    if let Some(close) = self.closing(at).filter(|&close| close < end) {
                        self.braces(at, close, place);
                        at = close;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let at = at.min(end);
        self.span(SpanKind::Tag, self.trim_end(start..at));
        at
    }

    /// `-> a`, `-> a -> b ->`, `->->`, `-> a(1)`. Returns where it ended.
    fn divert(&mut self, at: usize, end: usize, place: Place, choice: bool) -> usize {
        let first = at;
        let mut at = at;
        let mut targets = 0;
        let mut last: Option<usize> = None;
        let mut returns = false;
        while at < end && self.starts(at, "->") {
            if self.starts(at, "->->") {
                self.span(SpanKind::Arrow, at..at + 4);
                at += 4;
                returns = true;
            } else {
                self.span(SpanKind::Arrow, at..at + 2);
                at += 2;
                // `-> a ->`: the target before this arrow is a tunnel.
                if let Some(index) = last.take() {
                    self.references[index].kind = ReferenceKind::Tunnel;
                }
            }
            let from = self.skip(at, end);
            let path = path_at(self.code, from);
            if path.is_empty() || path.end > end {
                at = from;
                continue;
            }
            self.span(SpanKind::Target, path.clone());
            self.refer(ReferenceKind::Divert, path.clone());
            last = Some(self.references.len() - 1);
            targets += 1;
            at = self.skip(path.end, end);
            if self.byte(at) == b'(' && at < end {
                let close = self.arguments(at, end, place);
                at = self.skip(close, end);
            }
        }
        let ends_in_target = last.is_some();
        if ends_in_target || returns {
            self.leaving += 1;
        }
        if targets == 0 && !returns {
            if at >= end || matches!(self.byte(at), b'|' | b'#') {
                // A choice may end in a bare arrow: its text follows on the next lines.
                if !choice {
                    self.report(Code::EmptyDivert, first..first + 2, "->");
                }
            } else if choice {
                // `* -> {cond} text`: the arrow is all; the rest is content.
            } else {
                let found = self.trim_end(at..end);
                let found_text = self.code[found.clone()].to_owned();
                self.report(Code::EmptyDivert, first..found.end, &found_text);
            }
            return at;
        }
        // Nothing but a tag, a bar, a bracket or the end can follow.
        let stands_free = at >= end
            || matches!(self.byte(at), b'|' | b'#' | b']' | b'}')
            || self.starts(at, "<-")
            || self.starts(at, "<>");
        if !stands_free {
            let rest = self.trim_end(at..end);
            if !rest.is_empty() {
                let found = self.code[rest.clone()].to_owned();
                self.report(Code::TextAfterDivert, rest, &found);
            }
            return end;
        }
        at
    }

    fn thread(&mut self, at: usize, path: TextRange, end: usize, place: Place) -> usize {
        self.span(SpanKind::Arrow, at..at + 2);
        self.span(SpanKind::Target, path.clone());
        self.refer(ReferenceKind::Thread, path.clone());
        // What a thread brings may hold the choices by which flow goes on.
        self.leaving += 1;
        let next = self.skip(path.end, end);
        if self.byte(next) == b'(' && next < end {
            self.arguments(next, end, place)
        } else {
            path.end
        }
    }

    /// `(…)` of a divert. Returns where it ends.
    fn arguments(&mut self, at: usize, end: usize, place: Place) -> usize {
        let mut open = 0usize;
        let mut close = None;
        for token in tokens(self.code, at..end) {
            match token.kind {
                TokenKind::Open => open += 1,
                TokenKind::Close => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        close = Some(token.range.end);
                        break;
                    }
                }
                TokenKind::Name
                | TokenKind::Number
                | TokenKind::String
                | TokenKind::OpenString
                | TokenKind::Arrow
                | TokenKind::Comma
                | TokenKind::Assign
                | TokenKind::Step
                | TokenKind::Minus
                | TokenKind::Not
                | TokenKind::Operator
                | TokenKind::Literal
                | TokenKind::Unknown => {}
            }
        }
        let Some(close) = close else {
            let range = self.trim_end(at..end);
            let found = self.code[range.clone()].to_owned();
            self.report(Code::BadExpression, range, &found);
            return end;
        };
        self.span(SpanKind::Logic, at..close);
        self.expression(at + 1..close - 1, place);
        close
    }

    /// `{…}`: a condition, a sequence, or an expression.
    fn braces(&mut self, open: usize, close: usize, place: Place) {
        if place.depth >= MAX_DEPTH {
            self.report(Code::TooDeep, open..open + 1, "{");
            self.span(SpanKind::Logic, open..close + 1);
            return;
        }
        let inner = |body: Body| Place {
            body,
            limit: close,
            depth: place.depth + 1,
            block: open,
        };
        self.span(SpanKind::Logic, close..close + 1);
        let from = self.skip_lines(open + 1, close);
        if from >= close {
            self.span(SpanKind::Logic, open..open + 1);
            self.report(Code::EmptyLogic, open..close + 1, "{}");
            return;
        }
        // `{&a|b}`, `{!…`, `{~…`, `{$…`, and the words `{stopping:`, `{shuffle once:`.
        let marks = self.code[from..close]
            .bytes()
            .take_while(|byte| matches!(byte, b'&' | b'!' | b'~' | b'$'))
            .count();
        let words = self.sequence_words(from, close);
        let start = if marks > 0 { Some(from + marks) } else { words };
        if let Some(start) = start {
            self.span(SpanKind::Logic, open..start);
            self.pieces(start, close, inner(Body::Sequence));
            return;
        }
        // A dash on a line of its own begins a branch; it is no minus.
        let on_next_line = self.code[open..from].contains(['\n', '\r']);
        if on_next_line && self.byte(from) == b'-' && !self.starts(from, "->") {
            self.span(SpanKind::Logic, open..open + 1);
            self.pieces(open + 1, close, inner(Body::Conditional));
            return;
        }
        if let Some(colon) = condition_colon(self.code, from..close) {
            self.span(SpanKind::Logic, open..colon + 1);
            self.expression(from..colon, place);
            let end = self.line_end(colon).min(close);
            if end < close && self.skip(colon + 1, end) == end {
                self.switches.push(Switch {
                    head: open..colon + 1,
                    value: self.trim_end(from..colon),
                    close,
                    cases: Vec::new(),
                });
            }
            self.pieces(colon + 1, close, inner(Body::Conditional));
            return;
        }
        if self.has_bar(open + 1, close) {
            self.span(SpanKind::Logic, open..open + 1);
            self.pieces(open + 1, close, inner(Body::Sequence));
            return;
        }
        let range = self.trim_end(from..close);
        let read = tokens(self.code, range.clone());
        self.span(SpanKind::Logic, open..close);
        if is_expression(&read) {
            self.expression(range, place);
        } else if self.code[range.clone()].contains(['{', '\n', '\r']) {
            // Prose in braces, likely a sequence in the making: read on for what stands inside.
            self.report(Code::BadExpression, open..open + 1, "{");
            self.pieces(open + 1, close, inner(Body::Sequence));
        } else {
            let before = self.diagnostics.len();
            self.expression(range.clone(), place);
            if self.diagnostics.len() == before {
                let found = self.code[range.clone()].to_owned();
                self.report(Code::BadExpression, range, &found);
            }
        }
    }

    /// Where the words of a sequence end, after their colon.
    fn sequence_words(&self, from: usize, close: usize) -> Option<usize> {
        let mut at = from;
        let mut any = false;
        loop {
            let word = name_at(self.code, at);
            match &self.code[word.clone()] {
                "stopping" | "once" | "cycle" | "shuffle" => any = true,
                _ => break,
            }
            at = self.skip(word.end, close);
        }
        (any && at < close && self.byte(at) == b':').then_some(at + 1)
    }

    /// Whether a bar stands between `from` and `close` outside inner braces.
    fn has_bar(&self, from: usize, close: usize) -> bool {
        let mut at = from;
        while at < close {
            match self.byte(at) {
                b'\\' => at += 1,
                b'|' => return true,
                b'{' => at = self.closing(at).unwrap_or(at),
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// The pieces of a condition or sequence: on one line with bars, or over lines with dashes.
    fn pieces(&mut self, from: usize, close: usize, place: Place) {
        let end = self.line_end(from).min(close);
        let first = self.skip(from, end);
        let next = if first < end {
            // On the line of the opening brace a dash is prose, unless lines follow.
            if end < close && self.byte(first) == b'-' && !self.starts(first, "->") {
                first
            } else {
                self.inline(first, end, place)
            }
        } else {
            end
        };
        self.body(next, place);
    }

    /// Text after a colon: a statement where it begins with `~`, else content.
    fn inline(&mut self, at: usize, end: usize, place: Place) -> usize {
        self.content(at, end, place, false)
    }

    /// Records strings, names, calls and divert targets of an expression.
    pub(super) fn expression(&mut self, range: TextRange, place: Place) {
        let read = tokens(self.code, range.clone());
        let mut index = 0;
        while let Some(token) = read.get(index) {
            match token.kind {
                TokenKind::String => {
                    self.span(SpanKind::String, token.range.clone());
                    self.string(token.range.clone(), place);
                }
                TokenKind::OpenString => {
                    self.span(SpanKind::String, token.range.clone());
                    let found = self.code[token.range.clone()].to_owned();
                    self.report(Code::UnclosedString, token.range.clone(), &found);
                }
                TokenKind::Arrow => {
                    self.span(SpanKind::Arrow, token.range.clone());
                    if let Some(target) = read
                        .get(index + 1)
                        .filter(|next| next.kind == TokenKind::Name)
                    {
                        self.span(SpanKind::Target, target.range.clone());
                        self.refer(ReferenceKind::Address, target.range.clone());
                        index += 1;
                    }
                }
                TokenKind::Name => {
                    let call = read
                        .get(index + 1)
                        .is_some_and(|next| next.kind == TokenKind::Open);
                    let kind = if call {
                        ReferenceKind::Call
                    } else {
                        ReferenceKind::Value
                    };
                    self.refer(kind, token.range.clone());
                }
                TokenKind::Number
                | TokenKind::Open
                | TokenKind::Close
                | TokenKind::Comma
                | TokenKind::Assign
                | TokenKind::Step
                | TokenKind::Minus
                | TokenKind::Not
                | TokenKind::Operator
                | TokenKind::Literal
                | TokenKind::Unknown => {}
            }
            index += 1;
        }
    }

    /// A string may hold logic of its own.
    fn string(&mut self, range: TextRange, place: Place) {
        let mut at = range.start + 1;
        while at < range.end {
            match self.byte(at) {
                b'\\' => at += 1,
                b'{' => {
                    if let Some(close) = self.closing(at).filter(|&close| close < range.end) {
                        self.braces(at, close, place);
                        at = close;
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}
