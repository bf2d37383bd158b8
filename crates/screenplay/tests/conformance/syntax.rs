//! `fountain-spec` and `fountain-js`: elements, numbers, depths, title page, emphasis, comments.

use screenplay::{Dual, ElementKind, SpanKind, check::check, parse};
use serde_json::Value;

use crate::compare::{self, same};

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(string).collect()
}

fn expected_lines(case: &Value) -> Vec<compare::Line> {
    let elements = case["elements"].as_array().expect("elements");
    let of = |e: &Value| {
        let kind = string(&e["type"]);
        let mut lines = compare::lines(&kind, &string(&e["text"]));
        if kind == "page_break" {
            lines = vec![(kind, String::new())];
        }
        lines
    };
    elements.iter().flat_map(of).collect()
}

fn expected_emphasis(case: &Value) -> Option<Vec<compare::Line>> {
    let all = case.get("emphasis")?.as_array()?;
    let mut all: Vec<_> = all
        .iter()
        .map(|e| (string(&e["style"]), string(&e["text"])))
        .collect();
    all.sort();
    Some(all)
}

fn spec_case(case: &Value) -> Result<(), String> {
    let id = string(&case["id"]);
    let input = string(&case["input"]);
    check(&input);
    let parse = parse(&input);
    same(
        &id,
        "elements",
        &compare::of_parse(&parse, &input, false),
        &expected_lines(case),
    )?;

    let wanted = case["elements"].as_array().expect("elements");
    let of = |kind: ElementKind| parse.elements.iter().filter(move |e| e.kind == kind);
    let wanted_of = |kind: &'static str| wanted.iter().filter(move |e| e["type"] == kind);
    let numbers: Vec<_> = of(ElementKind::SceneHeading)
        .map(|e| e.scene_number.map(|n| n.of(&input)))
        .collect();
    let expected: Vec<_> = wanted_of("scene_heading")
        .map(|e| e["scene_number"].as_str())
        .collect();
    same(&id, "scene numbers", &numbers, &expected)?;
    let depths: Vec<_> = of(ElementKind::Section)
        .map(|e| u64::from(e.depth))
        .collect();
    let expected: Vec<_> = wanted_of("section")
        .map(|e| e["depth"].as_u64().unwrap_or(0))
        .collect();
    same(&id, "depths", &depths, &expected)?;
    let duals: Vec<_> = of(ElementKind::Character)
        .map(|e| e.dual == Some(Dual::Second))
        .collect();
    let expected: Vec<_> = wanted_of("character").map(|e| e["dual"] == true).collect();
    same(&id, "dual", &duals, &expected)?;
    for (found, wanted) in of(ElementKind::Character).zip(wanted_of("character")) {
        if let Some(extension) = wanted["extension"].as_str() {
            same(
                &id,
                "extension",
                &found.extension(&input).as_deref(),
                &Some(extension),
            )?;
        }
    }
    if let Some(title) = case.get("title_page") {
        let found: Vec<(String, Vec<String>)> = parse
            .title_page
            .iter()
            .map(|field| {
                let values = field
                    .values
                    .iter()
                    .map(|v| v.of(&input).to_owned())
                    .collect();
                (field.key.of(&input).to_owned(), values)
            })
            .collect();
        let fields = title.as_array().expect("fields");
        let expected: Vec<_> = fields
            .iter()
            .map(|f| (string(&f["key"]), strings(&f["values"])))
            .collect();
        same(&id, "title page", &found, &expected)?;
    }
    if let Some(expected) = expected_emphasis(case) {
        same(
            &id,
            "emphasis",
            &compare::emphasis(&parse, &input, false),
            &expected,
        )?;
    }
    for (field, kind) in [("notes", SpanKind::Note), ("boneyard", SpanKind::Boneyard)] {
        if let Some(expected) = case.get(field) {
            same(
                &id,
                field,
                &compare::comments(&parse, &input, kind),
                &strings(expected),
            )?;
        }
    }
    Ok(())
}

#[test]
fn the_syntax_description_holds() {
    crate::run(
        "fountain-spec",
        &crate::json("fountain-spec/cases.json"),
        spec_case,
    );
}

fn js_case(case: &Value) -> Result<(), String> {
    let id = string(&case["id"]);
    let input = string(&case["input"]);
    check(&input);
    let parse = parse(&input);
    let outline = ["section", "synopsis", "note", "boneyard"];
    let found: Vec<_> = compare::of_parse(&parse, &input, true)
        .into_iter()
        .filter(|(kind, _)| !outline.contains(&kind.as_str()))
        .collect();
    same(&id, "elements", &found, &expected_lines(case))?;
    let headings = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::SceneHeading);
    let numbers: Vec<_> = headings
        .map(|e| e.scene_number.map(|n| n.of(&input)))
        .collect();
    let wanted = case["elements"].as_array().expect("elements");
    let expected: Vec<_> = wanted
        .iter()
        .filter(|e| e["type"] == "scene_heading")
        .map(|e| e["scene_number"].as_str())
        .collect();
    same(&id, "scene numbers", &numbers, &expected)?;
    let cues = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::Character);
    let duals: Vec<_> = cues.map(|e| e.dual == Some(Dual::Second)).collect();
    let expected: Vec<_> = wanted
        .iter()
        .filter(|e| e["type"] == "character")
        .map(|e| e["dual"] == true)
        .collect();
    same(&id, "dual", &duals, &expected)?;
    if let Some(expected) = expected_emphasis(case) {
        same(
            &id,
            "emphasis",
            &compare::emphasis(&parse, &input, true),
            &expected,
        )?;
    }
    if let Some(expected) = case.get("notes") {
        let alone = parse
            .elements
            .iter()
            .filter(|e| e.kind == ElementKind::Note);
        let mut found = compare::comments(&parse, &input, SpanKind::Note);
        found.extend(alone.map(|e| e.text(&input).to_owned()));
        found.sort();
        let mut expected = strings(expected);
        expected.sort();
        same(&id, "notes", &found, &expected)?;
    }
    Ok(())
}

#[test]
fn fountain_js_reads_the_same() {
    crate::run(
        "fountain-js",
        &crate::json("fountain-js/cases.json"),
        js_case,
    );
}
