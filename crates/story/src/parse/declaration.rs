//! `VAR`, `CONST`, `LIST`, `EXTERNAL`.

use super::{Body, Place, Reader};
use crate::element::{Code, ElementKind, SpanKind, TextRange};
use crate::names::{DefinitionKind, name_at};

impl Reader<'_> {
    /// Reads the declaration that `word` begins. Returns where it ends: a list goes on after a comma.
    pub(super) fn declaration(&mut self, word: TextRange, end: usize, limit: usize) -> usize {
        let keyword = self.code[word.clone()].to_owned();
        self.span(SpanKind::Keyword, word.clone());
        let name = name_at(self.code, self.skip(word.end, end));
        let content = self.trim_end(self.skip(word.end, end)..end);
        self.set_kind(
            word.start,
            ElementKind::Variable,
            0,
            content.clone(),
            (!name.is_empty()).then(|| name.clone()),
        );
        let after = self.skip(name.end, end);
        if keyword == "EXTERNAL" {
            if name.is_empty() {
                self.bad_declaration(word.start, end);
            } else {
                self.define(DefinitionKind::External, name);
            }
            return end;
        }
        if name.is_empty() || self.byte(after) != b'=' || after >= end {
            self.bad_declaration(word.start, end);
            return end;
        }
        let kind = match keyword.as_str() {
            "VAR" => DefinitionKind::Variable,
            "CONST" => DefinitionKind::Constant,
            _ => DefinitionKind::List,
        };
        let index = self.define(kind, name);
        let value = self.skip(after + 1, end);
        if kind == DefinitionKind::List {
            return self.list_items(index, value, end, limit);
        }
        let place = Place {
            body: Body::Weave,
            limit,
            depth: 0,
            block: 0,
        };
        let range = self.trim_end(value..end.max(value));
        if range.is_empty() {
            self.bad_declaration(word.start, end);
        } else {
            self.span(SpanKind::Logic, range.clone());
            self.checked_expression(range, place);
        }
        end
    }

    fn bad_declaration(&mut self, at: usize, end: usize) {
        let range = self.trim_end(at..end);
        let found = self.code[range.clone()].to_owned();
        self.report(Code::BadDeclaration, range, &found);
    }

    /// `a, (b), c = 3`; after a comma it may go on on the next line.
    fn list_items(&mut self, list: usize, from: usize, end: usize, limit: usize) -> usize {
        let mut end = end;
        // Comments are blank by now, so that a line of them only counts as an empty one.
        let mut next = end;
        while self.code[from..end].trim_end().ends_with(',') {
            let line = self.line_at(next);
            let Some(following) = self.lines.get(line + 1).copied() else {
                break;
            };
            if following.start >= limit {
                break;
            }
            next = following.start;
            let text = self.trim_end(self.skip(following.start, following.end)..following.end);
            if text.is_empty() {
                continue;
            }
            self.set_kind(following.start, ElementKind::Variable, 0, text, None);
            end = following.end.min(limit);
        }
        let mut at = from;
        let code = self.code;
        for part in code[from..end].split(',') {
            let part_end = at + part.len();
            let mut start = self.skip_lines(at, part_end);
            if self.byte(start) == b'(' && start < part_end {
                start = self.skip(start + 1, part_end);
            }
            let name = name_at(self.code, start);
            let name = name.start..name.end.min(part_end);
            if name.is_empty() {
                if !part.trim().is_empty() && part.trim() != "()" {
                    let from = self.skip_lines(at, part_end);
                    self.bad_declaration(from, part_end);
                }
            } else {
                let item = self.define(DefinitionKind::ListItem, name);
                self.definitions[item].list = Some(list);
            }
            at = part_end + 1;
        }
        end
    }
}
