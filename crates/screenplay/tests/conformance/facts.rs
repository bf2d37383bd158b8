//! `fountain-tests`: facts about single elements of whole files.

use std::collections::HashMap;

use screenplay::{Dual, Element, ElementKind, Parse, check::check, parse};
use serde_json::Value;

use crate::compare::same;

/// Facts against the syntax description, with why they are not asserted.
const EXCLUDED: [(&str, &str); 6] = [
    ("F073", "takes `23 (O.S.)` for a cue; a cue has a letter"),
    ("F074", "its index counts on F073"),
    ("F080", "its index counts on F073"),
    ("F084", "its index counts on F073"),
    ("F085", "its index counts on F073"),
    (
        "F155",
        "takes `FADE TO BLACK.` for a transition; one ends in `TO:`",
    ),
];

/// Elements as that project counts them: no blanks, no title page, adjoining action lines one.
fn counted(parse: &Parse) -> Vec<Element> {
    let mut out: Vec<Element> = Vec::new();
    for element in &parse.elements {
        match element.kind {
            ElementKind::Blank | ElementKind::TitlePage => continue,
            kind => match out.last_mut() {
                Some(last)
                    if last.kind == kind
                        && kind == ElementKind::Action
                        && last.range.end == element.range.start =>
                {
                    last.range.end = element.range.end;
                    last.content.end = element.content.end;
                }
                Some(_) | None => out.push(element.clone()),
            },
        }
    }
    out
}

struct Source {
    text: String,
    parse: Parse,
    counted: Vec<Element>,
}

impl Source {
    fn of(text: String) -> Self {
        check(&text);
        let parse = parse(&text);
        let counted = counted(&parse);
        Self {
            text,
            parse,
            counted,
        }
    }
}

fn fact(fact: &Value, sources: &mut HashMap<String, Source>) -> Result<(), String> {
    let id = fact["id"].as_str().expect("id");
    let name = fact["file"]
        .as_str()
        .or(fact["input"].as_str())
        .expect("file or input");
    let source = sources.entry(name.to_owned()).or_insert_with(|| {
        Source::of(match fact["file"].as_str() {
            Some(file) => crate::corpus(&format!("fountain-tests/input/{file}")),
            None => name.to_owned(),
        })
    });
    let index = usize::try_from(fact["index"].as_u64().unwrap_or(0)).expect("an index");
    let field = fact["field"].as_str().expect("field");
    let expected = &fact["expected"];
    let text = source.text.as_str();
    let element = || {
        source
            .counted
            .get(index)
            .ok_or(format!("{id}: no element {index}"))
    };
    let title = || {
        let key = fact["key"].as_str().unwrap_or_default();
        let fields = &source.parse.title_page;
        fields
            .iter()
            .find(|f| f.key.of(text).eq_ignore_ascii_case(key))
            .ok_or(format!("{id}: no key {key}"))
    };
    let found = match field {
        "type" => match element()?.kind {
            ElementKind::Centered => Value::from("action"),
            kind => Value::from(kind.name()),
        },
        // Indents and spaces at the end are left out of `text` by us, and kept by that project.
        "text" => {
            let expected = expected.as_str().expect("text").trim();
            return same(id, "text", &element()?.text(text), &expected);
        }
        "centered" => Value::from(element()?.kind == ElementKind::Centered),
        "dual_dialogue" => Value::from(matches!(element()?.dual, Some(Dual::First | Dual::Second))),
        "scene_number" => Value::from(element()?.scene_number.map(|n| n.of(text))),
        "depth" => Value::from(element()?.depth),
        "title_page_count" => Value::from(source.parse.title_page.len()),
        "title_page_value_count" => Value::from(title()?.values.len()),
        "title_page_first_value" => Value::from(title()?.values[0].of(text)),
        "title_page_text" => {
            let title = source
                .parse
                .elements
                .iter()
                .filter(|e| e.kind == ElementKind::TitlePage);
            Value::from(title.map(|e| e.range.of(text)).collect::<String>())
        }
        "round_trip" => {
            let back = source.parse.to_text(text);
            return same(id, "round trip", &back.as_str(), &text);
        }
        other => return Err(format!("{id}: unknown field {other}")),
    };
    let equal = found == *expected;
    match fact["op"].as_str().expect("op") {
        "equals" if equal => Ok(()),
        "not_equals" if !equal => Ok(()),
        op => Err(format!(
            "{id} {name} {index} {field}: {found} {op} {expected}"
        )),
    }
}

#[test]
fn facts_of_fountain_tests_hold() {
    let excluded = |f: &Value| EXCLUDED.iter().any(|(id, _)| f["id"] == *id);
    let all = crate::json("fountain-tests/cases.json");
    let (left_out, asserted): (Vec<_>, Vec<_>) = all.into_iter().partition(excluded);
    assert_eq!(
        left_out.len(),
        EXCLUDED.len(),
        "each exclusion is still in the suite"
    );
    for (id, reason) in EXCLUDED {
        println!("fountain-tests: {id} left out: {reason}");
    }
    let mut sources = HashMap::new();
    crate::run("fountain-tests", &asserted, |f| fact(f, &mut sources));
}
