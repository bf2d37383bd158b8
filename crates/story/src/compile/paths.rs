//! Paths that the compiler got wrong.
//!
//! A label deep in a weave, named from another part of the story, is compiled to a path that leaves out
//! the unnamed containers on the way, or to the label itself where choices have numbers only; the
//! runtime refuses the whole story for one such path. Each is looked up anew: by its names in order
//! through unnamed containers, else by the label's place among the choices of its flow.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::element::{Parse, SpanKind};
use crate::names::DefinitionKind;

/// A label of the story, as the compiled form can be asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    /// Names of its flow, then its own.
    path: Vec<String>,
    /// Which choice of its flow it marks, from 0, and how many there are; `None` for a gather.
    choice: Option<(usize, usize)>,
}

/// The labels of a document, with names as `spell` writes them.
pub(crate) fn labels(parse: &Parse) -> Vec<Label> {
    let mut marks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for element in &parse.elements {
        for span in element
            .spans
            .iter()
            .filter(|span| span.kind == SpanKind::ChoiceMark)
        {
            marks
                .entry(parse.flow_at(span.range.start))
                .or_default()
                .push(span.range.start);
        }
    }
    parse
        .definitions
        .iter()
        .filter(|definition| definition.kind == DefinitionKind::Label)
        .map(|definition| {
            let mut path = Vec::new();
            let flow = &parse.flows[definition.flow];
            if flow.parent != 0 {
                path.push(parse.flows[flow.parent].name.clone());
            }
            if definition.flow != 0 {
                path.push(flow.name.clone());
            }
            path.push(definition.name.clone());
            let own = marks.get(&definition.flow).map_or(&[][..], Vec::as_slice);
            // The mark just before the label, if it is on the label's line.
            let line = parse
                .element_at(definition.range.start)
                .map_or(0, |index| parse.elements[index].range.start);
            let before = own.partition_point(|&mark| mark < definition.range.start);
            let choice = before
                .checked_sub(1)
                .filter(|&index| own[index] >= line)
                .map(|index| (index, own.len()));
            Label { path, choice }
        })
        .collect()
}

/// Puts paths right. Whether any was wrong.
/// `spell` writes a name as the compiled form has it.
pub(crate) fn mend(story: &mut Value, labels: &[Label], spell: impl Fn(&str) -> String) -> bool {
    let Some(root) = story.get("root") else {
        return false;
    };
    let mut wrong = Vec::new();
    collect(root, &mut Vec::new(), root, &mut wrong);
    if wrong.is_empty() {
        return false;
    }
    let labels: Vec<Label> = labels
        .iter()
        .map(|label| Label {
            path: label.path.iter().map(|name| spell(name)).collect(),
            choice: label.choice,
        })
        .collect();
    let mended: Vec<(Reference, String)> = wrong
        .into_iter()
        .filter_map(|reference| {
            let right = found(root, &reference, &labels)?;
            Some((reference, right.join(".")))
        })
        .collect();
    let Some(root) = story.get_mut("root") else {
        return false;
    };
    for (reference, right) in mended {
        if let Some(Value::Object(object)) = at_mut(root, &reference.at) {
            object.insert(reference.key, Value::String(right));
        }
    }
    true
}

/// A path that leads nowhere.
struct Reference {
    /// The indices and names that lead to the object that holds it.
    at: Vec<String>,
    key: String,
    path: String,
}

/// Keys under which an object holds a path.
const KEYS: [&str; 6] = ["->", "*", "^->", "CNT?", "->t->", "f()"];

fn collect(node: &Value, at: &mut Vec<String>, root: &Value, wrong: &mut Vec<Reference>) {
    let Value::Array(content) = node else { return };
    for (index, child) in content.iter().enumerate() {
        at.push(index.to_string());
        match child {
            Value::Array(_) => collect(child, at, root, wrong),
            Value::Object(object) if index + 1 == content.len() => {
                for (name, inner) in object {
                    let last = at.len() - 1;
                    at[last].clone_from(name);
                    collect(inner, at, root, wrong);
                }
            }
            Value::Object(object) => {
                for key in KEYS {
                    if let Some(Value::String(path)) = object.get(key)
                        && object.get("var").is_none()
                        && follow(root, at, path).is_none()
                    {
                        wrong.push(Reference {
                            at: at.clone(),
                            key: key.to_owned(),
                            path: path.clone(),
                        });
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        at.pop();
    }
}

/// What a name or number leads to in a container.
fn child<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Array(content) = node else {
        return None;
    };
    if let Ok(index) = name.parse::<usize>() {
        return content.get(index).filter(|_| index + 1 < content.len());
    }
    content.last().and_then(|names| names.get(name)).or_else(|| {
        content.iter().find(|inner| {
            matches!(inner, Value::Array(inner) if inner.last().and_then(|names| names.get("#n")).and_then(Value::as_str) == Some(name))
        })
    })
}

fn at_path<'a>(root: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(root, |node, name| child(node, name))
}

fn at_mut<'a>(root: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(root, |node, name| {
        let Value::Array(content) = node else {
            return None;
        };
        match name.parse::<usize>() {
            Ok(index) => content.get_mut(index),
            Err(_) => content.last_mut().and_then(|names| names.get_mut(name)),
        }
    })
}

/// Where a path leads, as names from the root. `from` is the place of the object that holds it.
fn follow(root: &Value, from: &[String], path: &str) -> Option<Vec<String>> {
    let mut place = if path.starts_with('.') {
        from.to_vec()
    } else {
        Vec::new()
    };
    for name in path.split('.').filter(|name| !name.is_empty()) {
        if name == "^" {
            place.pop()?;
        } else {
            place.push(name.to_owned());
        }
    }
    at_path(root, &place).map(|_| place)
}

/// The right place for a path.
fn found(root: &Value, reference: &Reference, labels: &[Label]) -> Option<Vec<String>> {
    let names: Vec<&str> = reference
        .path
        .split('.')
        .filter(|name| !name.is_empty() && *name != "^")
        .collect();
    // The flow it begins in: of the story, or of the knot that the reference stands in.
    let starts = [
        Vec::new(),
        reference.at.iter().take(1).cloned().collect::<Vec<_>>(),
    ];
    let through = starts.iter().find_map(|start| {
        let mut place = start.clone();
        for name in &names {
            place = descend(root, &place, name)?;
        }
        Some(place)
    });
    through.or_else(|| {
        let label = named(labels, &names, &reference.at)?;
        let (flow, name) = label.path.split_at(label.path.len() - 1);
        match label.choice {
            None => descend(root, flow, &name[0]),
            Some((index, count)) => {
                let mut choices = Vec::new();
                let mut seen = Vec::new();
                choices_of(root, flow, labels, &mut seen, &mut choices);
                choices
                    .get(index)
                    .filter(|_| choices.len() == count)
                    .cloned()
            }
        }
    })
}

/// The label that `names` end in: the one whose flows they name, else the one in the reference's knot.
fn named<'a>(labels: &'a [Label], names: &[&str], at: &[String]) -> Option<&'a Label> {
    let (last, flows) = names.split_last()?;
    let bearing = || {
        labels
            .iter()
            .filter(|label| label.path.last().is_some_and(|name| name == last))
    };
    bearing()
        .find(|label| {
            !flows.is_empty()
                && flows
                    .iter()
                    .all(|flow| label.path.iter().any(|name| name == flow))
        })
        .or_else(|| bearing().find(|label| label.path.first() == at.first()))
        .filter(|_| !flows.is_empty() || !at.is_empty())
}

/// The nearest container of a name below `place`, through containers that have no name.
fn descend(root: &Value, place: &[String], name: &str) -> Option<Vec<String>> {
    let mut waiting = vec![place.to_vec()];
    for _ in 0..10_000 {
        if waiting.is_empty() {
            return None;
        }
        let here = waiting.remove(0);
        let node = at_path(root, &here)?;
        let mut there = here.clone();
        there.push(name.to_owned());
        if child(node, name).is_some() {
            return Some(there);
        }
        let Value::Array(content) = node else {
            continue;
        };
        // At the root itself the knots are not searched: only what is named there.
        if here.is_empty() {
            return None;
        }
        for (index, inner) in content
            .iter()
            .enumerate()
            .take(content.len().saturating_sub(1))
        {
            if inner.is_array() {
                let mut next = here.clone();
                next.push(index.to_string());
                waiting.push(next);
            }
        }
        for inner in names_of(content) {
            let mut next = here.clone();
            next.push(inner);
            waiting.push(next);
        }
    }
    None
}

/// Names of the containers in a container, numbers in them in order.
fn names_of(content: &[Value]) -> Vec<String> {
    let empty = Map::new();
    let names = content.last().and_then(Value::as_object).unwrap_or(&empty);
    let mut names: Vec<String> = names
        .iter()
        .filter(|(_, inner)| inner.is_array())
        .map(|(name, _)| name.clone())
        .collect();
    names.sort_by_key(|name| {
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        (
            name[..name.len() - digits.len()].to_owned(),
            digits.parse::<usize>().unwrap_or(0),
        )
    });
    names
}

/// Where the choices of a flow lead, in the order of the source.
fn choices_of(
    root: &Value,
    place: &[String],
    labels: &[Label],
    seen: &mut Vec<Vec<String>>,
    choices: &mut Vec<Vec<String>>,
) {
    if seen.iter().any(|other| other == place) {
        return;
    }
    seen.push(place.to_vec());
    let Some(Value::Array(content)) = at_path(root, place) else {
        return;
    };
    for (index, inner) in content
        .iter()
        .enumerate()
        .take(content.len().saturating_sub(1))
    {
        let mut next = place.to_vec();
        next.push(index.to_string());
        match inner {
            Value::Array(_) => choices_of(root, &next, labels, seen, choices),
            Value::Object(object) => {
                if let Some(Value::String(path)) = object.get("*")
                    && let Some(target) = follow(root, &next, path)
                {
                    choices.push(target.clone());
                    choices_of(root, &target, labels, seen, choices);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    for name in names_of(content) {
        let mut next = place.to_vec();
        next.push(name);
        if place.len() != 1 || in_weave(&next, labels) {
            choices_of(root, &next, labels, seen, choices);
        }
    }
}

/// Whether a name in a knot is of its own weave (`c-0`, `g-1`, a label) and not a stitch.
fn in_weave(path: &[String], labels: &[Label]) -> bool {
    let numbered = path.last().is_some_and(|name| {
        name.strip_prefix("c-")
            .or_else(|| name.strip_prefix("g-"))
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    });
    numbered || labels.iter().any(|label| label.path == path)
}

#[cfg(test)]
mod tests {
    use crate::{Library, Limits, Player, Start};

    #[test]
    fn labels_deep_in_a_weave_are_found_from_elsewhere() {
        let text = "-> a.one\n=== a\n= one\n+ x\n-\n+ y\n- (prep) {b.deep}{a.two.choice}\n* (fed) [feed] fed\n* [go] -> b\n- -> two\n= two\n* z\n** (choice) [w]\n*** v\n- {a.one.fed} {fed} -> END\n=== b\n* [p]\n** q\n*** (deep) [r]\n- {a.one.fed}{a.two.choice}{deep} -> END\n";
        let mut player = Player::start(
            text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        for _ in 0..10 {
            if player.turn().choices.is_empty() {
                break;
            }
            player.choose(0).unwrap();
        }
        let last = player.turn().lines.last().unwrap();
        assert_eq!(
            (last.text.as_str(), &player.turn().problems[..]),
            ("1 1", &[][..])
        );
    }
}
