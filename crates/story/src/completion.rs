//! What can stand at the caret: targets after an arrow, names in logic, documents after `INCLUDE`.

use std::collections::BTreeSet;

use crate::element::{ElementKind, TextRange};
use crate::library::Library;
use crate::names::{BUILT_IN, DefinitionKind, is_name_char};
use crate::parse::parse;
use crate::targets::World;

/// What a proposal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProposalKind {
    /// A knot.
    Knot,
    /// A stitch.
    Stitch,
    /// A label of a choice or gather.
    Label,
    /// `END` or `DONE`.
    End,
    /// A variable, constant, temporary, parameter or list.
    Variable,
    /// An item of a list.
    ListItem,
    /// A function, the story's own or built in.
    Function,
    /// Another document.
    Document,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is inserted.
    pub text: String,
    /// What it names.
    pub kind: ProposalKind,
}

/// Proposals at a caret, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What the chosen text replaces.
    pub range: TextRange,
    /// The proposals; never empty.
    pub items: Vec<Proposal>,
}

/// Proposals at `caret` (a byte offset at a character's border), or `None` where ink takes free text.
pub fn complete(text: &str, library: &Library, caret: usize) -> Option<Completion> {
    let parse = parse(text);
    let line = parse.elements.get(parse.element_at(caret)?)?;
    // At the very end, after a line end, a new line is empty.
    let start = if text.get(line.range.start..caret)?.ends_with(['\n', '\r']) {
        caret
    } else {
        line.range.start
    };
    let before = text.get(start..caret)?;
    if let Some(name) = before.trim_start().strip_prefix("INCLUDE ") {
        let name = name.trim_start();
        let range = caret - name.len()..caret;
        let items = library
            .iter()
            .filter(|(_, document)| document.text != text)
            .filter(|(other, _)| matches(other, name))
            .map(|(other, _)| Proposal {
                text: other.to_owned(),
                kind: ProposalKind::Document,
            })
            .collect();
        return found(range, items);
    }
    if matches!(line.kind, ElementKind::Comment | ElementKind::Todo) {
        return None;
    }
    let word_length: usize = before
        .chars()
        .rev()
        .take_while(|&c| is_name_char(c) || c == '.')
        .map(char::len_utf8)
        .sum();
    let word = &before[before.len() - word_length..];
    let head = before[..before.len() - word_length].trim_end_matches([' ', '\t']);
    let range = caret - word_length..caret;
    let world = World::new(text, &parse, library);
    let flow = parse.flow_at(caret);
    if head.ends_with("->") || head.ends_with("<-") {
        let mut items: Vec<Proposal> = world
            .targets(flow, word.contains('.'))
            .into_iter()
            .filter(|proposal| matches(&proposal.text, word))
            .collect();
        let mut seen = BTreeSet::new();
        items.retain(|item| seen.insert(item.text.clone()));
        return found(range, items);
    }
    // A name in logic needs a beginning: a list of all names at each brace is in the way.
    if word.is_empty() || !in_logic(before, &line.kind) {
        return None;
    }
    let values = world.value_names(flow).into_iter().map(|name| {
        let kind = if world.is_item(&name) {
            ProposalKind::ListItem
        } else {
            ProposalKind::Variable
        };
        Proposal { text: name, kind }
    });
    let functions = world
        .function_names()
        .into_iter()
        .chain(BUILT_IN.iter().map(|name| (*name).to_owned()))
        .map(|text| Proposal {
            text,
            kind: ProposalKind::Function,
        });
    let seen = world
        .targets(flow, word.contains('.'))
        .into_iter()
        .filter(|proposal| proposal.kind != ProposalKind::End);
    let items = values
        .chain(functions)
        .chain(seen)
        .filter(|proposal| matches(&proposal.text, word))
        .collect();
    found(range, items)
}

/// A name that begins with the word and is not the word itself; letters' case aside.
fn matches(name: &str, word: &str) -> bool {
    name != word && name.to_lowercase().starts_with(&word.to_lowercase())
}

fn found(range: TextRange, items: Vec<Proposal>) -> Option<Completion> {
    (!items.is_empty()).then_some(Completion { range, items })
}

/// Whether the end of `before` stands where an expression does.
fn in_logic(before: &str, kind: &ElementKind) -> bool {
    let line = before.trim_start();
    if line.starts_with('~') || *kind == ElementKind::Variable && line.contains('=') {
        return true;
    }
    // From the innermost open brace, a colon or a bar ends the expression.
    let mut open: Vec<bool> = Vec::new();
    let mut escaped = false;
    for c in before.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => open.push(true),
            '}' => {
                open.pop();
            }
            ':' | '|' => {
                if let Some(logic) = open.last_mut() {
                    *logic = false;
                }
            }
            _ => {}
        }
    }
    open.last().copied().unwrap_or(false)
        // `- condition:` of a block.
        || (*kind == ElementKind::Logic && line.starts_with('-') && !line.contains(':'))
}

impl World<'_> {
    /// Targets seen from a flow, nearest first. With `dotted`, stitches and labels nearby by full name too.
    fn targets(&self, flow: usize, dotted: bool) -> Vec<Proposal> {
        let mut items: Vec<Proposal> = self
            .target_names(flow)
            .into_iter()
            .map(|text| {
                let kind = match self.resolve(flow, &text).map(|found| found.definition.kind) {
                    Some(DefinitionKind::Stitch) => ProposalKind::Stitch,
                    Some(DefinitionKind::Label) => ProposalKind::Label,
                    Some(_) => ProposalKind::Knot,
                    None => ProposalKind::End,
                };
                Proposal { text, kind }
            })
            .collect();
        if dotted {
            items.extend(self.full_names().into_iter().map(|(text, kind)| Proposal {
                text,
                kind: if kind == DefinitionKind::Stitch {
                    ProposalKind::Stitch
                } else {
                    ProposalKind::Label
                },
            }));
        }
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `<|>` is the caret; the answer is what is replaced and the proposals.
    #[track_caller]
    fn check(marked: &str, expected: Option<(&str, &[&str])>) {
        let caret = marked.find("<|>").unwrap();
        let text = marked.replace("<|>", "");
        let mut library = Library::new();
        library.insert("chapter 2", "=== cabin\n-> END\n");
        let found = complete(&text, &library, caret);
        let found = found.as_ref().map(|found| {
            let names: Vec<&str> = found.items.iter().map(|item| item.text.as_str()).collect();
            (&text[found.range.clone()], names)
        });
        assert_eq!(
            found,
            expected.map(|(range, names)| (range, names.to_vec()))
        );
    }

    #[test]
    fn targets_after_an_arrow_nearest_first() {
        check(
            "=== deck\n= bow\n-> <|>\n= stern\n* (rail) x -> END\n=== dock\n= end\n-> END\n",
            Some((
                "",
                &[
                    "bow", "stern", "rail", "deck", "dock", "dock.end", "END", "DONE",
                ],
            )),
        );
        check("-> de<|>\n=== deck\n=== dock\n", Some(("de", &["deck"])));
        check(
            "=== dock\n= end\n-> dock.<|>\n",
            Some(("dock.", &["dock.end"])),
        );
        check("INCLUDE chapter 2\n-> c<|>\n", Some(("c", &["cabin"])));
    }

    #[test]
    fn names_in_logic_but_not_in_text() {
        check("VAR tide = 1\n{ti<|>}\n", Some(("ti", &["tide"])));
        check("VAR tide = 1\n{tide: ti<|>}\n", None);
        check("VAR tide = 1\nti<|>\n", None);
        check(
            "LIST mood = calm, cross\n~ mood = ca<|>\n",
            Some(("ca", &["calm"])),
        );
        check("~ x = ra<|>\n", Some(("ra", &["RANDOM"])));
        check("{<|>}\n", None);
    }

    #[test]
    fn documents_after_include() {
        check("INCLUDE ch<|>", Some(("ch", &["chapter 2"])));
    }
}
