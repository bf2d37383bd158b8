//! From ink to what the runtime plays.
//!
//! The compiler (`bladeink-compiler` 2.1) reads less than ink, so it gets a text of our own making: one
//! text with all documents in it, as ink joins them (what stands before the first knot in its place, knots
//! at the end); declarations on top, since it refuses them inside a choice; no comments; choices
//! spelled so that it joins their halves right; and every character outside ASCII escaped, since its
//! tokenizer counts characters and slices bytes. The runtime plays it escaped too, for its glue slices
//! bytes as well. Each line remembers where it came from.

use std::collections::BTreeSet;

use bladeink_compiler::{Compiler, CompilerError, CompilerOptions};

use crate::element::{Code, Element, ElementKind, SpanKind};
use crate::library::{Document, Library};
use crate::loose_ends::loose_ends;
use crate::names::DefinitionKind;
use crate::parse::{parse, read};

mod blocks;
mod choice;
mod edges;
mod escape;
mod lists;
mod offer;
mod paths;
mod switch;

pub(crate) use escape::Escape;

/// Parentheses and choice marks nested deeper than this are not given to the compiler: it is recursive.
const MAX_NESTING: usize = 100;
/// A longer line of logic is not given to it either.
const MAX_LOGIC_LINE: usize = 20_000;
/// Its own stack, deep enough for what the limits let through in an unoptimised build.
const STACK_BYTES: usize = 64 << 20;

/// Why a story could not be compiled. Lines count from 0; a document is `None` for the text itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The compiler refused it. Its first reason, in its words; there may be more: see [`crate::problems`].
    #[error("{}line {}: {message}", of(.document), shown(.line))]
    Refused {
        /// Where.
        document: Option<String>,
        /// The line, where the compiler knows it.
        line: Option<usize>,
        /// The compiler's words.
        message: String,
    },
    /// Braces, parentheses or choices nested too deep, or a line of logic too long.
    #[error("{}line {}: nested too deep", of(.document), line + 1)]
    TooDeep {
        /// Where.
        document: Option<String>,
        /// The line.
        line: usize,
    },
    /// An `INCLUDE` of a document that is not there.
    #[error("{}line {}: no document \"{name}\"", of(.document), line + 1)]
    MissingInclude {
        /// Where.
        document: Option<String>,
        /// The line.
        line: usize,
        /// The name it gives.
        name: String,
    },
    /// The compiler broke down.
    #[error("the compiler broke down")]
    Crashed,
}

fn of(document: &Option<String>) -> String {
    document
        .as_ref()
        .map_or(String::new(), |name| format!("{name}, "))
}

fn shown(line: &Option<usize>) -> String {
    line.map_or("?".to_owned(), |line| (line + 1).to_string())
}

/// A story as the runtime takes it, with the names a player asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compiled {
    /// All ASCII: names and texts as `escape` writes them.
    pub(crate) json: String,
    pub(crate) escape: Escape,
    /// Knots and stitches by path, with how many parameters each has.
    pub(crate) places: Vec<(String, usize)>,
    /// Those of them that run out somewhere.
    pub(crate) loose: Vec<String>,
}

/// Compiles a text with the documents it includes.
pub(crate) fn compile(text: &str, library: &Library) -> Result<Compiled, CompileError> {
    let mut merger = Merger::default();
    let own = Document {
        text: text.to_owned(),
        parse: parse(text),
    };
    merger.document(None, &own, library)?;
    let (places, loose, labels) = (
        merger.places.clone(),
        merger.loose.clone(),
        merger.labels.clone(),
    );
    let origins: Vec<Origin> = merger.lines().map(|line| line.origin.clone()).collect();
    let plain: String = merger
        .lines()
        .map(|line| format!("{}\n", line.text))
        .collect();
    // Nothing at all is a story that is over; the compiler wants a line.
    let plain = if plain.trim().is_empty() {
        "-> DONE\n".to_owned()
    } else {
        plain
    };
    let escape = Escape::for_text(&plain);
    let source = escape.hide(&plain);
    // A thread of its own for its stack; a panic ends there.
    let compiled = std::thread::Builder::new()
        .name("story-compiler".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let options = CompilerOptions {
                count_all_visits: true,
                source_filename: None,
            };
            Compiler::with_options(options).compile(&source)
        })
        .map_err(|_| CompileError::Crashed)?
        .join()
        .map_err(|_| CompileError::Crashed)?;
    match compiled {
        Ok(json) => Ok(Compiled {
            json: mend(json, &labels, &escape),
            escape,
            places,
            loose,
        }),
        Err(error) => {
            let (CompilerError::InvalidSource { line, .. }
            | CompilerError::UnsupportedFeature { line, .. }) = &error;
            let origin = line.and_then(|line| origins.get(line.saturating_sub(1)));
            Err(CompileError::Refused {
                document: origin.and_then(|origin| origin.document.clone()),
                line: origin.map(|origin| origin.line),
                message: escape.show(error.message()),
            })
        }
    }
}

/// Puts right what the compiler got wrong.
fn mend(json: String, labels: &[paths::Label], escape: &Escape) -> String {
    let Ok(mut story) = serde_json::from_str(&json) else {
        // Too deep to be read at once; the runtime says what it thinks of it.
        return json;
    };
    let lists = lists::mend(&mut story);
    let paths = paths::mend(&mut story, labels, |name| escape.hide(name));
    if lists || paths {
        story.to_string()
    } else {
        json
    }
}

#[derive(Debug, Clone)]
struct Origin {
    document: Option<String>,
    line: usize,
}

#[derive(Debug, Clone)]
struct SourceLine {
    text: String,
    origin: Origin,
}

/// Joins documents as ink does.
#[derive(Default)]
struct Merger {
    declarations: Vec<SourceLine>,
    /// Before the first knot.
    beginning: Vec<SourceLine>,
    /// Knots of the document itself, then of what it includes.
    knots: Vec<SourceLine>,
    included: Vec<SourceLine>,
    places: Vec<(String, usize)>,
    loose: Vec<String>,
    labels: Vec<paths::Label>,
    /// Functions of our own, for conditions in offers.
    functions: Vec<SourceLine>,
    functions_made: usize,
    seen: BTreeSet<String>,
}

impl Merger {
    fn lines(&self) -> impl Iterator<Item = &SourceLine> {
        [
            &self.declarations,
            &self.beginning,
            &self.knots,
            &self.included,
            &self.functions,
        ]
        .into_iter()
        .flatten()
    }

    fn document(
        &mut self,
        name: Option<&str>,
        document: &Document,
        library: &Library,
    ) -> Result<(), CompileError> {
        let respelled = switch::respell(&document.text).map(|text| Document {
            parse: parse(&text),
            text,
        });
        let document = respelled.as_ref().unwrap_or(document);
        let mut in_knot = false;
        self.labels.extend(paths::labels(&document.parse));
        let (parse, steps) = read(&document.text);
        let loose: BTreeSet<usize> = loose_ends(&parse, &steps)
            .iter()
            .map(|range| parse.flow_at(range.start))
            .collect();
        let mut locals = vec![Vec::new(); document.parse.flows.len()];
        let mut parameters = vec![0; document.parse.flows.len()];
        for definition in &document.parse.definitions {
            if definition.kind == DefinitionKind::Parameter {
                parameters[definition.flow] += 1;
            }
            if matches!(
                definition.kind,
                DefinitionKind::Parameter | DefinitionKind::Temp
            ) {
                locals[definition.flow].push(definition.name.clone());
            }
        }
        for (flow, place) in crate::outline::flow_paths(&document.parse) {
            if loose.contains(&flow) {
                self.loose.push(place.clone());
            }
            self.places.push((place, parameters[flow]));
        }
        for (line, element) in document.parse.elements.iter().enumerate() {
            let origin = Origin {
                document: name.map(str::to_owned),
                line,
            };
            check_depth(document, element, &origin)?;
            let lines = match element.kind {
                ElementKind::Include => {
                    let wanted = &document.text[element.content.clone()];
                    let Some((found, included)) = library.find(wanted, name) else {
                        return Err(CompileError::MissingInclude {
                            document: origin.document,
                            line,
                            name: wanted.to_owned(),
                        });
                    };
                    // Included twice or by itself: once is enough, and ends.
                    if self.seen.insert(found.to_owned()) {
                        self.include(in_knot, found, included, library)?;
                    }
                    continue;
                }
                ElementKind::Variable => {
                    let text = uncommented(document, element);
                    self.declare(text, &document.text, element, origin);
                    continue;
                }
                ElementKind::Todo | ElementKind::Comment | ElementKind::Blank => {
                    vec![String::new()]
                }
                ElementKind::Choice => {
                    let flow = document.parse.flow_at(element.range.start);
                    let locals = &locals[flow];
                    let diverts_next = document.parse.elements[line + 1..]
                        .iter()
                        .find(|next| {
                            !matches!(
                                next.kind,
                                ElementKind::Blank | ElementKind::Comment | ElementKind::Todo
                            )
                        })
                        .is_some_and(|next| next.kind == ElementKind::Divert);
                    choice::respell(&document.text, element, diverts_next)
                        .into_iter()
                        .map(|line| self.offer(&line, locals, &origin))
                        .collect()
                }
                ElementKind::Knot | ElementKind::Stitch | ElementKind::Function => {
                    in_knot = true;
                    vec![uncommented(document, element)]
                }
                ElementKind::Gather
                | ElementKind::Divert
                | ElementKind::Text
                | ElementKind::Logic => blocks::respell(&uncommented(document, element)),
            };
            let target = if in_knot {
                &mut self.knots
            } else {
                &mut self.beginning
            };
            target.extend(lines.iter().map(|text| SourceLine {
                text: edges::respell(text),
                origin: origin.clone(),
            }));
        }
        Ok(())
    }

    /// A choice's line, once what it offers needs no condition.
    fn offer(&mut self, line: &str, locals: &[String], origin: &Origin) -> String {
        // A name that no writer gives; the number keeps it apart from the others.
        let made = &mut self.functions_made;
        let offer = offer::respell(line, locals, || {
            *made += 1;
            format!("own_offer_{made}_")
        });
        self.functions
            .extend(offer.functions.iter().map(|text| SourceLine {
                text: edges::respell(text),
                origin: origin.clone(),
            }));
        offer.line
    }

    /// The beginning of an included document goes where its `INCLUDE` stands, its knots to the end.
    fn include(
        &mut self,
        in_knot: bool,
        name: &str,
        document: &Document,
        library: &Library,
    ) -> Result<(), CompileError> {
        let mut inner = Merger {
            seen: std::mem::take(&mut self.seen),
            functions_made: self.functions_made,
            ..Merger::default()
        };
        inner.document(Some(name), document, library)?;
        self.seen = inner.seen;
        self.functions_made = inner.functions_made;
        self.functions.append(&mut inner.functions);
        self.declarations.append(&mut inner.declarations);
        self.places.append(&mut inner.places);
        self.loose.append(&mut inner.loose);
        self.labels.append(&mut inner.labels);
        let here = if in_knot {
            &mut self.knots
        } else {
            &mut self.beginning
        };
        here.append(&mut inner.beginning);
        self.included.append(&mut inner.knots);
        self.included.append(&mut inner.included);
        Ok(())
    }

    /// A list that goes on over lines becomes one line.
    fn declare(&mut self, text: String, source: &str, element: &Element, origin: Origin) {
        let begins = ["VAR", "CONST", "LIST", "EXTERNAL"].iter().any(|keyword| {
            element.spans.iter().any(|span| {
                span.kind == SpanKind::Keyword && &source[span.range.clone()] == *keyword
            })
        });
        match self.declarations.last_mut() {
            Some(last) if !begins => {
                last.text.push(' ');
                last.text.push_str(text.trim());
            }
            _ => self.declarations.push(SourceLine {
                text: text.trim().to_owned(),
                origin,
            }),
        }
    }
}

/// The line without comments, line end, and blanks at its end.
fn uncommented(document: &Document, element: &Element) -> String {
    let mut line = String::new();
    let mut at = element.range.start;
    for comment in element
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Comment)
    {
        line.push_str(&document.text[at.min(comment.range.start)..comment.range.start]);
        at = comment.range.end;
    }
    line.push_str(&document.text[at..element.range.end]);
    line.trim_start_matches('\u{feff}')
        .trim_end_matches([' ', '\t', '\r', '\n'])
        .to_owned()
}

fn check_depth(
    document: &Document,
    element: &Element,
    origin: &Origin,
) -> Result<(), CompileError> {
    let line = &document.text[element.range.clone()];
    let mut depth = 0usize;
    let mut deepest = usize::from(element.depth);
    for byte in line.bytes() {
        match byte {
            b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let logic = element
        .spans
        .iter()
        .any(|span| span.kind == SpanKind::Logic);
    let braces = document
        .parse
        .diagnostics
        .iter()
        .any(|found| found.code == Code::TooDeep && element.range.contains(&found.range.start));
    if deepest > MAX_NESTING || braces || (logic && line.len() > MAX_LOGIC_LINE) {
        return Err(CompileError::TooDeep {
            document: origin.document.clone(),
            line: origin.line,
        });
    }
    Ok(())
}
