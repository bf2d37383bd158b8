//! `scene-numbers`: what is read from headings. The letter-first scheme there is for inserting, which is not ours yet.

use screenplay::{ElementKind, parse};
use serde_json::Value;

use crate::compare::same;

fn case(case: &Value) -> Result<(), String> {
    let input = case["input"].as_str().expect("input");
    let parse = parse(input);
    let headings = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::SceneHeading);
    let found: Vec<_> = headings
        .map(|e| (e.text(input), e.scene_number.map(|n| n.of(input))))
        .collect();
    let wanted = case["headings"].as_array().expect("headings");
    let expected: Vec<_> = wanted
        .iter()
        .map(|h| {
            (
                h["text"].as_str().expect("text"),
                h["scene_number"].as_str(),
            )
        })
        .collect();
    same(
        case["id"].as_str().expect("id"),
        "headings",
        &found,
        &expected,
    )
}

#[test]
fn scene_numbers_are_read() {
    crate::run(
        "scene-numbers",
        &crate::json("scene-numbers/cases.json"),
        case,
    );
}
