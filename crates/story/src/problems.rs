//! All findings of a story at once: what the text alone shows, and names that lead nowhere.

use std::collections::BTreeSet;

use crate::element::{Code, Diagnostic, Parse};
use crate::library::{Library, included_names};
use crate::loose_ends::loose_ends;
use crate::names::{BUILT_IN, DefinitionKind, FlowKind, ReferenceKind};
use crate::parse::read;
use crate::spelling::nearest;
use crate::targets::{Found, World};

/// Every problem of `text`, sorted by place. `library` holds the other documents of the project: those
/// that it includes, and those that include it, whose names it may use; it may hold the text itself too.
/// Reads the text once more (O(text)), then looks up each name.
pub fn problems(text: &str, library: &Library) -> Vec<Diagnostic> {
    let (parse, steps) = read(text);
    let world = World::new(text, &parse, library);
    let mut found = parse.diagnostics.clone();
    found.extend(
        loose_ends(&parse, &steps)
            .into_iter()
            .map(|range| Diagnostic {
                code: Code::LooseEnd,
                found: text[range.clone()].trim().to_owned(),
                range,
                suggestion: None,
            }),
    );
    duplicates(&parse, &world, &mut found);
    includes(text, &parse, library, &mut found);
    references(&parse, &world, &mut found);
    found.sort_by(|a, b| {
        (a.range.start, a.range.end, a.code.name()).cmp(&(
            b.range.start,
            b.range.end,
            b.code.name(),
        ))
    });
    found.dedup();
    found
}

fn duplicates(parse: &Parse, world: &World<'_>, found: &mut Vec<Diagnostic>) {
    let mut knots: BTreeSet<&str> = BTreeSet::new();
    let mut stitches: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut globals: BTreeSet<&str> = BTreeSet::new();
    let mut labels: BTreeSet<(usize, &str)> = BTreeSet::new();
    for definition in &parse.definitions {
        let name = definition.name.as_str();
        let code = match definition.kind {
            DefinitionKind::Knot | DefinitionKind::Function => {
                (!knots.insert(name) || world.flow_elsewhere(name)).then_some(Code::DuplicateKnot)
            }
            DefinitionKind::Stitch => {
                let knot = parse.flows[definition.flow].parent;
                (!stitches.insert((knot, name))).then_some(Code::DuplicateStitch)
            }
            DefinitionKind::Variable | DefinitionKind::Constant | DefinitionKind::List => {
                let taken = !globals.insert(name)
                    || world.global_elsewhere(name)
                    || world.knot(name).is_some();
                taken.then_some(Code::DuplicateVariable)
            }
            DefinitionKind::Label => {
                (!labels.insert((definition.flow, name))).then_some(Code::DuplicateLabel)
            }
            // Items of two lists may share a name, and a temporary is set again by its own line.
            DefinitionKind::ListItem | DefinitionKind::External | DefinitionKind::Temp => None,
            DefinitionKind::Parameter => world.global(name).then_some(Code::DuplicateVariable),
        };
        if let Some(code) = code {
            found.push(Diagnostic {
                code,
                range: definition.range.clone(),
                found: name.to_owned(),
                suggestion: None,
            });
        }
    }
}

fn includes(text: &str, parse: &Parse, library: &Library, found: &mut Vec<Diagnostic>) {
    for element in &parse.elements {
        let Some(range) = element.name.clone() else {
            continue;
        };
        if element.kind != crate::ElementKind::Include {
            continue;
        }
        let name = &text[range.clone()];
        let code = match library.find(name, None) {
            None => Code::MissingInclude,
            Some((own, document)) if leads_back(text, own, document, library) => {
                Code::CircularInclude
            }
            Some(_) => continue,
        };
        let suggestion = (code == Code::MissingInclude)
            .then(|| nearest(name, library.iter().map(|(name, _)| name)))
            .flatten();
        found.push(Diagnostic {
            code,
            range,
            found: name.to_owned(),
            suggestion,
        });
    }
}

/// Whether an included document includes `text` again, or itself.
fn leads_back(text: &str, name: &str, document: &crate::Document, library: &Library) -> bool {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![(name.to_owned(), document)];
    while let Some((name, document)) = waiting.pop() {
        if document.text == text {
            return true;
        }
        if !seen.insert(name.clone()) {
            continue;
        }
        for included in included_names(&document.text, &document.parse) {
            if let Some((own, next)) = library.find(included, Some(&name)) {
                waiting.push((own.to_owned(), next));
            }
        }
    }
    false
}

/// Whether a divert can lead to what a name stands for, or to what it holds.
fn can_hold_target(kind: DefinitionKind) -> bool {
    match kind {
        DefinitionKind::Knot
        | DefinitionKind::Stitch
        | DefinitionKind::Label
        | DefinitionKind::Variable
        | DefinitionKind::Constant
        | DefinitionKind::Temp
        | DefinitionKind::Parameter => true,
        DefinitionKind::Function
        | DefinitionKind::List
        | DefinitionKind::ListItem
        | DefinitionKind::External => false,
    }
}

fn references(parse: &Parse, world: &World<'_>, found: &mut Vec<Diagnostic>) {
    for reference in &parse.references {
        let path = reference.path.as_str();
        let place = world.resolve(reference.flow, path);
        let code = match reference.kind {
            ReferenceKind::Divert | ReferenceKind::Tunnel | ReferenceKind::Thread => match place {
                Some(Found {
                    kind: Some(FlowKind::Function),
                    ..
                }) => Some(Code::FunctionAsTarget),
                Some(found) if !can_hold_target(found.definition.kind) => Some(Code::UnknownTarget),
                Some(_) => None,
                None if matches!(path, "END" | "DONE") => None,
                None => Some(Code::UnknownTarget),
            },
            ReferenceKind::Address => place.is_none().then_some(Code::UnknownTarget),
            ReferenceKind::Value => match place {
                Some(_) => None,
                None => Some(Code::UnknownVariable),
            },
            ReferenceKind::Call => {
                let known = BUILT_IN.contains(&path) || world.callable(path);
                // A parameter that holds a divert can't be called, but a knot's name before `(…)`
                // in a divert's own arguments is read as a call too.
                (!known && place.is_none()).then_some(Code::UnknownFunction)
            }
        };
        if let Some(code) = code {
            let suggestion = match code {
                Code::UnknownTarget => world.full_name(path).or_else(|| {
                    nearest(
                        path,
                        world
                            .target_names(reference.flow)
                            .iter()
                            .map(String::as_str),
                    )
                }),
                Code::UnknownVariable => nearest(
                    path,
                    world.value_names(reference.flow).iter().map(String::as_str),
                ),
                _ => nearest(
                    path,
                    world
                        .function_names()
                        .iter()
                        .map(String::as_str)
                        .chain(BUILT_IN),
                ),
            };
            found.push(Diagnostic {
                code,
                range: reference.range.clone(),
                found: path.to_owned(),
                suggestion,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `code "what stands at its range" > suggestion`, one per problem.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        check_with(text, &[], expected);
    }

    #[track_caller]
    fn check_with(text: &str, others: &[(&str, &str)], expected: &[&str]) {
        let mut library = Library::new();
        for (name, text) in others {
            library.insert(*name, *text);
        }
        let found: Vec<String> = problems(text, &library)
            .iter()
            .map(|problem| {
                let suggestion = problem
                    .suggestion
                    .as_ref()
                    .map_or(String::new(), |suggestion| format!(" > {suggestion}"));
                format!(
                    "{} {:?}{suggestion}",
                    problem.code.name(),
                    &text[problem.range.clone()]
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn all_problems_come_at_once() {
        check(
            "-> dekc\n=== deck\n*\n{ tide > 1: low\n=== deck\n-> END\n",
            &[
                "unknown_target \"dekc\" > deck",
                "empty_choice \"*\"",
                "unclosed_brace \"{\"",
                "loose_end \"{ tide > 1: low\"",
                "duplicate_knot \"deck\"",
            ],
        );
    }

    #[test]
    fn a_target_is_sought_in_its_knot_then_outside() {
        let story = "-> a.two\n=== a\n= one\n-> two\n= two\n* (here) x\n- -> a.here\n-> b\n=== b\n-> here\n-> two\n-> a.two.here\n-> DONE\n";
        check(
            story,
            &[
                "unknown_target \"here\" > a.two.here",
                "unknown_target \"two\" > a.two",
            ],
        );
    }

    #[test]
    fn a_variable_may_hold_the_target() {
        check(
            "VAR next = -> a\n-> next\n=== a(-> back)\n-> back\n=== b\n-> nxet\n",
            &["unknown_target \"nxet\""],
        );
    }

    #[test]
    fn tunnels_threads_and_arguments_are_read() {
        check(
            "-> a(1, x) -> b ->\n<- c\n->-> b\n=== a(p, q)\n{p}{q}->->\n=== b\n->->\n",
            &["unknown_variable \"x\"", "unknown_target \"c\" > a"],
        );
    }

    #[test]
    fn unknown_names_in_logic() {
        check(
            "VAR tide = 1\n~ tdie = 2\n{laugh(tide)}\n{RANDOM(1, 2)}\n~ temp t = tide\n{t}\n=== function laughs(x)\n~ return x\n",
            &[
                "unknown_variable \"tdie\" > tide",
                "unknown_function \"laugh\" > laughs",
            ],
        );
    }

    #[test]
    fn strings_and_comments_need_their_end() {
        check(
            "{name == \"a}\n/* b",
            &[
                "unknown_variable \"name\"",
                "unclosed_string \"\\\"a\"",
                "unclosed_comment \"/*\"",
            ],
        );
    }

    #[test]
    fn a_name_outside_ink_plays_here_only() {
        check("VAR 潮 = 1\n{潮}\n", &["name_not_ink \"潮\""]);
        check("VAR прилив = 1\n{прилив}\n", &[]);
    }

    #[test]
    fn a_knots_name_is_one_word() {
        check(
            "-> END\n=== my knot ===\n-> END\n",
            &["bad_header \"my knot\" > my_knot"],
        );
        check("===\n-> END\n", &["bad_header \"===\""]);
    }

    #[test]
    fn loose_ends_are_where_flow_runs_out() {
        check("=== a\nHello.\n", &["loose_end \"Hello.\""]);
        check("=== a\nHello. -> END\n", &[]);
        check("=== a\n* b -> END\n* c\n  d\n", &["loose_end \"d\""]);
        check("=== a\n* b\n* c\n- d -> END\n", &[]);
        check(
            "=== a\n* b\n** c\n** d\n-- e\n* f -> END\n",
            &["loose_end \"-- e\""],
        );
        check(
            "=== a\n{x: -> b}\n=== b\n-> END\n",
            &["unknown_variable \"x\""],
        );
        check("=== a\n= b\n-> END\n", &[]);
        check("The end of the beginning is no loose end.\n", &[]);
    }

    #[test]
    fn an_empty_knot_is_said() {
        check(
            "-> a\n=== a\n// soon\n=== b\n-> END\n",
            &["empty_knot \"a\""],
        );
    }

    #[test]
    fn a_divert_ends_its_line() {
        check("=== a\n-> a and on\n", &["text_after_divert \"and on\""]);
        check("=== a\nSo ->\n-> a\n", &["empty_divert \"->\""]);
        check("=== a\n* ->\n-> a\n", &[]);
        check("-> a # tag\n=== a\n-> END\n", &[]);
    }

    #[test]
    fn includes_lend_their_names_both_ways() {
        let main = "INCLUDE deck.ink\nVAR tide = 1\n-> deck\n=== quay\n-> END\n";
        let deck = "=== deck\n{tide}\n-> quay\n";
        let both = [("main.ink", main), ("deck.ink", deck)];
        check_with(main, &both, &[]);
        check_with(deck, &both, &[]);
        check_with(
            "INCLUDE dekc.ink\n",
            &both,
            &["missing_include \"dekc.ink\" > deck.ink"],
        );
    }

    #[test]
    fn a_document_that_includes_itself_is_said() {
        let a = "INCLUDE b\n";
        let b = "INCLUDE a\n";
        check_with(a, &[("a", a), ("b", b)], &["circular_include \"b\""]);
    }

    #[test]
    fn brackets_and_labels_need_both_halves() {
        check(
            "* a] b -> END\n* c [d -> END\n",
            &["stray_bracket \"]\"", "unclosed_bracket \"[\""],
        );
        check("- (She waits.) Hm.\n-> END\n", &["bad_label \"(She\""]);
        check("* (“Well”) -> END\n", &[]);
        check("a} b\n}\n", &["unopened_brace \"}\"", "stray_brace \"}\""]);
        check("LIST l = b\n-> b\n", &["unknown_target \"b\""]);
    }

    #[test]
    fn prose_is_left_alone() {
        check(
            "He said: \"No.\" (Yes.) [maybe] 100% <3 a - b = c; \\{ \\} 5 < 6 -- done.\n",
            &[],
        );
        check("{Now|Then|}, {~one|two} and {&a|b} {!once|never}.\n", &[]);
    }

    #[test]
    fn blocks_over_lines() {
        check(
            "VAR x = 0\n{ x:\n- 0: zero\n- 1:\n  one -> END\n- else: many\n}\n{\n- x > 1: a\n- not x: b\n}\n{stopping:\n- first: it is\n- second\n}\n{x == 1:\n  ~ x = 2\n- else:\n  * choice -> END\n}\n",
            &[],
        );
    }
}
