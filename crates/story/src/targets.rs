//! What a name means where it stands: ink's scopes, over the included documents.

use std::collections::{BTreeMap, BTreeSet};

use crate::element::{Parse, TextRange};
use crate::library::{Document, Library, included_names};
use crate::names::{Definition, DefinitionKind, FlowKind};
use crate::parse::parse;

/// Where a name is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The document, or `None` for the text itself.
    pub document: Option<String>,
    /// Where the name stands there.
    pub range: TextRange,
    /// What it names.
    pub kind: DefinitionKind,
}

/// Where the name at `offset` is given: of a divert, a variable or a function in use. An `INCLUDE`
/// leads to the start of its document. `None` where no known name stands.
pub fn target_at(text: &str, library: &Library, offset: usize) -> Option<Target> {
    let parse = parse(text);
    let element = parse.elements.get(parse.element_at(offset)?)?;
    if element.kind == crate::ElementKind::Include {
        let name = element.name.clone()?;
        let (document, _) = library.find(&text[name], None)?;
        return Some(Target {
            document: Some(document.to_owned()),
            range: 0..0,
            kind: DefinitionKind::Knot,
        });
    }
    let reference = parse
        .references
        .iter()
        .find(|reference| reference.range.start <= offset && offset <= reference.range.end)?;
    let world = World::new(text, &parse, library);
    let found = world.resolve(reference.flow, &reference.path)?;
    Some(Target {
        document: found.document.map(str::to_owned),
        range: found.definition.range.clone(),
        kind: found.definition.kind,
    })
}

/// A name that was found.
pub(crate) struct Found<'a> {
    pub(crate) document: Option<&'a str>,
    pub(crate) definition: &'a Definition,
    /// The kind of the flow it names, if it names one.
    pub(crate) kind: Option<FlowKind>,
}

struct Part<'a> {
    name: Option<&'a str>,
    parse: &'a Parse,
}

/// The text with all documents whose names it can use. Its own come first.
pub(crate) struct World<'a> {
    parts: Vec<Part<'a>>,
    /// Knots and functions: document and index of the definition.
    knots: BTreeMap<&'a str, (usize, usize)>,
    globals: BTreeMap<&'a str, (usize, usize)>,
    items: BTreeMap<&'a str, (usize, usize)>,
    externals: BTreeMap<&'a str, (usize, usize)>,
    /// Names given by the other documents.
    flows_elsewhere: BTreeSet<&'a str>,
    globals_elsewhere: BTreeSet<&'a str>,
    /// Labels, stitches, temporaries and parameters, by document, flow they are seen in, and name.
    locals: BTreeMap<(usize, usize, &'a str), usize>,
    /// Labels in stitches, by document, knot and name.
    stitch_labels: BTreeMap<(usize, usize, &'a str), usize>,
}

impl<'a> World<'a> {
    pub(crate) fn new(text: &str, parse: &'a Parse, library: &'a Library) -> Self {
        let mut parts = vec![Part { name: None, parse }];
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        // The text may stand in the library as well: it is not its own neighbour.
        let own: Vec<&str> = library
            .iter()
            .filter(|(_, document)| document.text == text)
            .map(|(name, _)| name)
            .collect();
        seen.extend(&own);
        let mut waiting: Vec<(&'a str, &'a Document)> = included_names(text, parse)
            .filter_map(|name| library.find(name, own.first().copied()))
            .map(|(name, document)| (name, document.as_ref()))
            .collect();
        // Whoever includes the text lends it the names of all that it includes.
        let mut inside = own.clone();
        while let Some(child) = inside.pop() {
            for (name, document) in library.iter() {
                let includes_child =
                    included_names(&document.text, &document.parse).any(|included| {
                        library
                            .find(included, Some(name))
                            .is_some_and(|(found, _)| found == child)
                    });
                if includes_child
                    && !seen.contains(name)
                    && !waiting.iter().any(|(other, _)| *other == name)
                {
                    waiting.push((name, document));
                    inside.push(name);
                }
            }
        }
        while let Some((name, document)) = waiting.pop() {
            if !seen.insert(name) {
                continue;
            }
            for included in included_names(&document.text, &document.parse) {
                if let Some((next, document)) = library.find(included, Some(name)) {
                    waiting.push((next, document));
                }
            }
            parts.push(Part {
                name: Some(name),
                parse: &document.parse,
            });
        }
        let mut world = Self {
            parts,
            knots: BTreeMap::new(),
            globals: BTreeMap::new(),
            items: BTreeMap::new(),
            externals: BTreeMap::new(),
            flows_elsewhere: BTreeSet::new(),
            globals_elsewhere: BTreeSet::new(),
            locals: BTreeMap::new(),
            stitch_labels: BTreeMap::new(),
        };
        for index in 0..world.parts.len() {
            world.index(index);
        }
        world
    }

    fn index(&mut self, part: usize) {
        let parse: &'a Parse = self.parts[part].parse;
        for (index, definition) in parse.definitions.iter().enumerate() {
            let name = definition.name.as_str();
            let place = (part, index);
            match definition.kind {
                DefinitionKind::Knot | DefinitionKind::Function => {
                    self.knots.entry(name).or_insert(place);
                    if part > 0 {
                        self.flows_elsewhere.insert(name);
                    }
                }
                DefinitionKind::Variable | DefinitionKind::Constant | DefinitionKind::List => {
                    self.globals.entry(name).or_insert(place);
                    if part > 0 {
                        self.globals_elsewhere.insert(name);
                    }
                }
                DefinitionKind::ListItem => {
                    self.items.entry(name).or_insert(place);
                }
                DefinitionKind::External => {
                    self.externals.entry(name).or_insert(place);
                }
                DefinitionKind::Stitch => {
                    let knot = parse.flows[definition.flow].parent;
                    self.locals.entry((part, knot, name)).or_insert(index);
                }
                DefinitionKind::Label | DefinitionKind::Temp | DefinitionKind::Parameter => {
                    self.locals
                        .entry((part, definition.flow, name))
                        .or_insert(index);
                    let flow = &parse.flows[definition.flow];
                    if flow.kind == FlowKind::Stitch && definition.kind == DefinitionKind::Label {
                        self.stitch_labels
                            .entry((part, flow.parent, name))
                            .or_insert(index);
                    }
                }
            }
        }
    }

    fn definition(&self, (part, index): (usize, usize)) -> Found<'a> {
        let Part { name, parse } = &self.parts[part];
        let definition = &parse.definitions[index];
        let kind = match definition.kind {
            DefinitionKind::Knot | DefinitionKind::Stitch | DefinitionKind::Function => {
                Some(parse.flows[definition.flow].kind)
            }
            DefinitionKind::Label
            | DefinitionKind::Variable
            | DefinitionKind::Constant
            | DefinitionKind::List
            | DefinitionKind::ListItem
            | DefinitionKind::External
            | DefinitionKind::Temp
            | DefinitionKind::Parameter => None,
        };
        Found {
            document: *name,
            definition,
            kind,
        }
    }

    /// A label, stitch, temporary or parameter seen directly in a flow.
    fn local(&self, part: usize, flow: usize, name: &'a str) -> Option<(usize, usize)> {
        self.locals
            .get(&(part, flow, name))
            .map(|&index| (part, index))
    }

    /// A stitch of a knot, or a label anywhere in it.
    fn inside(&self, part: usize, knot: usize, name: &'a str) -> Option<(usize, usize)> {
        self.local(part, knot, name).or_else(|| {
            let index = self.stitch_labels.get(&(part, knot, name))?;
            Some((part, *index))
        })
    }

    /// What `path` means in a flow of the text itself.
    pub(crate) fn resolve<'b>(&'b self, flow: usize, path: &'b str) -> Option<Found<'a>>
    where
        'a: 'b,
    {
        let world: &'b World<'b> = self;
        let place = world.place(flow, path)?;
        Some(self.definition(place))
    }

    fn place(&self, flow: usize, path: &'a str) -> Option<(usize, usize)> {
        let names: Vec<&str> = path.split('.').collect();
        match names.as_slice() {
            [name] => self
                .near(flow, name)
                .or_else(|| self.knots.get(name).copied())
                .or_else(|| self.globals.get(name).copied())
                .or_else(|| self.items.get(name).copied())
                .or_else(|| self.at_the_beginning(name))
                .or_else(|| self.externals.get(name).copied()),
            [first, rest @ ..] => self
                .near(flow, first)
                .and_then(|place| self.walk(place, rest))
                .or_else(|| {
                    self.knots
                        .get(first)
                        .and_then(|&place| self.walk(place, rest))
                })
                .or_else(|| {
                    self.at_the_beginning(first)
                        .and_then(|place| self.walk(place, rest))
                })
                .or_else(|| {
                    self.globals
                        .get(first)
                        .and_then(|&place| self.item(place, rest))
                }),
            [] => None,
        }
    }

    /// From the flow outwards: its own names, then those of its knot, labels of its stitches included
    /// (ink allows these from inside the knot).
    fn near(&self, flow: usize, name: &'a str) -> Option<(usize, usize)> {
        let knot = match self.parts[0].parse.flows.get(flow)?.kind {
            FlowKind::Stitch => self.parts[0].parse.flows[flow].parent,
            FlowKind::Beginning | FlowKind::Knot | FlowKind::Function => flow,
        };
        let own = self.local(0, flow, name);
        own.or_else(|| {
            self.inside(0, knot, name).filter(|&place| {
                // A temporary of the knot is not seen in its stitches.
                flow == knot
                    || !matches!(
                        self.definition(place).definition.kind,
                        DefinitionKind::Temp | DefinitionKind::Parameter
                    )
            })
        })
    }

    fn at_the_beginning(&self, name: &'a str) -> Option<(usize, usize)> {
        (0..self.parts.len()).find_map(|part| {
            self.local(part, 0, name).filter(|&place| {
                !matches!(
                    self.definition(place).definition.kind,
                    DefinitionKind::Temp | DefinitionKind::Parameter
                )
            })
        })
    }

    /// The rest of a path, inside the flow that its beginning names.
    fn walk(&self, place: (usize, usize), rest: &[&'a str]) -> Option<(usize, usize)> {
        let found = self.definition(place);
        found.kind?;
        let (first, rest) = rest.split_first()?;
        let next = self.inside(place.0, found.definition.flow, first)?;
        if rest.is_empty() {
            Some(next)
        } else {
            self.walk(next, rest)
        }
    }

    /// `List.item`.
    fn item(&self, list: (usize, usize), rest: &[&str]) -> Option<(usize, usize)> {
        let [name] = rest else { return None };
        let parse = self.parts[list.0].parse;
        parse
            .definitions
            .iter()
            .position(|definition| definition.list == Some(list.1) && definition.name == *name)
            .map(|index| (list.0, index))
    }

    pub(crate) fn knot(&self, name: &str) -> Option<(usize, usize)> {
        self.knots.get(name).copied()
    }

    /// Whether a global has this name.
    pub(crate) fn global(&self, name: &str) -> bool {
        self.globals.contains_key(name)
    }

    /// Whether another document gives a knot this name.
    pub(crate) fn flow_elsewhere(&self, name: &str) -> bool {
        self.flows_elsewhere.contains(name)
    }

    /// Whether another document gives a global this name.
    pub(crate) fn global_elsewhere(&self, name: &str) -> bool {
        self.globals_elsewhere.contains(name)
    }

    pub(crate) fn callable(&self, name: &str) -> bool {
        let function = self
            .knots
            .get(name)
            .is_some_and(|&place| self.definition(place).kind == Some(FlowKind::Function));
        let list = self
            .globals
            .get(name)
            .is_some_and(|&place| self.definition(place).definition.kind == DefinitionKind::List);
        function || list || self.externals.contains_key(name)
    }

    /// Where a label or stitch of another knot bears this name, what it is called from here.
    pub(crate) fn full_name(&self, name: &str) -> Option<String> {
        self.parts.iter().find_map(|part| {
            let definition = part.parse.definitions.iter().find(|definition| {
                definition.name == name
                    && matches!(
                        definition.kind,
                        DefinitionKind::Label | DefinitionKind::Stitch
                    )
            })?;
            Some(full_name(part.parse, definition))
        })
    }

    /// Every stitch and label of the story by its full name.
    pub(crate) fn full_names(&self) -> Vec<(String, DefinitionKind)> {
        self.parts
            .iter()
            .flat_map(|part| {
                part.parse
                    .definitions
                    .iter()
                    .filter(|definition| {
                        matches!(
                            definition.kind,
                            DefinitionKind::Label | DefinitionKind::Stitch
                        )
                    })
                    .map(|definition| (full_name(part.parse, definition), definition.kind))
            })
            .collect()
    }

    /// Names that can stand after `->` in a flow, nearest first.
    pub(crate) fn target_names(&self, flow: usize) -> Vec<String> {
        let own = self.parts[0].parse;
        let knot = own.flows.get(flow).map_or(0, |found| match found.kind {
            FlowKind::Stitch => found.parent,
            FlowKind::Beginning | FlowKind::Knot | FlowKind::Function => flow,
        });
        let mut names = Vec::new();
        let mut far = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            for definition in &part.parse.definitions {
                let home = &part.parse.flows[definition.flow];
                let here =
                    index == 0 && (definition.flow == knot || home.parent == knot) && knot != 0;
                match definition.kind {
                    DefinitionKind::Knot => far.push(definition.name.clone()),
                    DefinitionKind::Stitch if here => names.push(definition.name.clone()),
                    DefinitionKind::Label if here || definition.flow == 0 => {
                        names.push(definition.name.clone());
                    }
                    DefinitionKind::Stitch if home.parent == 0 => far.push(definition.name.clone()),
                    DefinitionKind::Stitch | DefinitionKind::Label => {
                        far.push(full_name(part.parse, definition));
                    }
                    DefinitionKind::Function
                    | DefinitionKind::Variable
                    | DefinitionKind::Constant
                    | DefinitionKind::List
                    | DefinitionKind::ListItem
                    | DefinitionKind::External
                    | DefinitionKind::Temp
                    | DefinitionKind::Parameter => {}
                }
            }
        }
        names.append(&mut far);
        names.push("END".to_owned());
        names.push("DONE".to_owned());
        names
    }

    /// Names that can stand in an expression of a flow: those of the flow, then globals and list items.
    pub(crate) fn value_names(&self, flow: usize) -> Vec<String> {
        let mut names: Vec<String> = self.parts[0]
            .parse
            .definitions
            .iter()
            .filter(|definition| {
                definition.flow == flow
                    && matches!(
                        definition.kind,
                        DefinitionKind::Temp | DefinitionKind::Parameter
                    )
            })
            .map(|definition| definition.name.clone())
            .collect();
        names.extend(self.globals.keys().map(|name| (*name).to_owned()));
        names.extend(self.items.keys().map(|name| (*name).to_owned()));
        names
    }

    /// Functions that the story has.
    pub(crate) fn function_names(&self) -> Vec<String> {
        self.knots
            .iter()
            .filter(|&(_, &place)| self.definition(place).kind == Some(FlowKind::Function))
            .map(|(name, _)| (*name).to_owned())
            .chain(self.externals.keys().map(|name| (*name).to_owned()))
            .collect()
    }

    /// Whether a name that can stand in an expression is a list's item.
    pub(crate) fn is_item(&self, name: &str) -> bool {
        self.items.contains_key(name) && !self.globals.contains_key(name)
    }
}

/// A stitch or label with the names of the flows round it.
fn full_name(parse: &Parse, definition: &Definition) -> String {
    let home = &parse.flows[definition.flow];
    let mut names = vec![definition.name.as_str()];
    match definition.kind {
        DefinitionKind::Label => names.push(&home.name),
        DefinitionKind::Knot
        | DefinitionKind::Stitch
        | DefinitionKind::Function
        | DefinitionKind::Variable
        | DefinitionKind::Constant
        | DefinitionKind::List
        | DefinitionKind::ListItem
        | DefinitionKind::External
        | DefinitionKind::Temp
        | DefinitionKind::Parameter => {}
    }
    if home.kind == FlowKind::Stitch {
        names.push(&parse.flows[home.parent].name);
    }
    names.retain(|name| !name.is_empty());
    names.reverse();
    names.join(".")
}
