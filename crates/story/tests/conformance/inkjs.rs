//! inkjs: each step gives its text, choices and tags.

use serde_json::Value;
use story::{Library, Limits, Player, Start, Turn};

use crate::corpora;

/// Cases that differ, with the reason.
const DIFFERENT: [(&str, &str); 0] = [];

#[test]
fn steps_give_what_they_must() {
    let root = corpora::folder("inkjs");
    let cases: Value =
        serde_json::from_str(&std::fs::read_to_string(root.join("cases.json")).unwrap()).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    let stories = corpora::stories("inkjs");
    let mut passed = 0;
    let mut different = Vec::new();
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let file = root.join("ink").join(case["file"].as_str().unwrap());
        let text = std::fs::read_to_string(&file).unwrap();
        let mut library = Library::new();
        for (path, text) in &stories {
            if let Some(name) = path.strip_prefix("ink/misc/") {
                library.insert(name, text.as_str());
            }
        }
        match run(&text, &library, case["steps"].as_array().unwrap()) {
            Ok(()) => passed += 1,
            Err(_) if DIFFERENT.iter().any(|(known, _)| *known == id) => {}
            Err(difference) => different.push(format!("{id}: {difference}")),
        }
    }
    println!(
        "inkjs: {passed} of {} cases, known to differ {DIFFERENT:?}",
        cases.len()
    );
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

fn run(text: &str, library: &Library, steps: &[Value]) -> Result<(), String> {
    let play = |start| {
        Player::start(text, library, start, 1, Limits::default()).map_err(|error| error.to_string())
    };
    let mut player = play(Start::Beginning)?;
    // How many lines of the turn were read by single steps.
    let mut read = 0;
    for step in steps {
        match (step["do"].as_str(), step["expect"].as_str()) {
            (Some("continue_all"), _) => {
                let lines: Vec<&str> = lines(player.turn()).skip(read).collect();
                read += lines.len();
                same(step, &lines.join("\n"), player.turn())?;
            }
            (Some("continue"), _) => {
                let line = lines(player.turn()).nth(read).unwrap_or("").to_owned();
                read += 1;
                same(step, &line, player.turn())?;
            }
            (Some("choose"), _) => {
                let index = usize::try_from(step["index"].as_u64().unwrap()).unwrap();
                player.choose(index).map_err(|error| error.to_string())?;
                read = 0;
            }
            (Some("go_to"), _) => {
                player = play(Start::At(step["path"].as_str().unwrap().to_owned()))?;
                read = 0;
            }
            (_, Some("choice_count")) => {
                let count = player.turn().choices.len() as u64;
                if step["count"] != count {
                    return Err(format!("{count} choices, not {}", step["count"]));
                }
            }
            (_, Some("choice_text")) => {
                let index = usize::try_from(step["index"].as_u64().unwrap()).unwrap();
                let text = player
                    .turn()
                    .choices
                    .get(index)
                    .map(|choice| choice.text.as_str());
                if step["text"].as_str() != text {
                    return Err(format!("choice {index} is {text:?}, not {}", step["text"]));
                }
            }
            (_, Some("tags")) => {
                let tags = &player.turn().lines[read.saturating_sub(1)].tags;
                let wanted: Vec<&str> = step["tags"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                if wanted != *tags {
                    return Err(format!("tags {tags:?}, not {wanted:?}"));
                }
            }
            other => return Err(format!("unknown step {other:?}")),
        }
    }
    Ok(())
}

fn lines(turn: &Turn) -> impl Iterator<Item = &str> {
    turn.lines.iter().map(|line| line.text.as_str())
}

fn same(step: &Value, printed: &str, turn: &Turn) -> Result<(), String> {
    match step["text"].as_str() {
        Some(wanted) if wanted.trim_end_matches('\n') != printed => Err(format!(
            "printed {printed:?}, not {wanted:?} (problems {:?})",
            turn.problems
        )),
        _ => Ok(()),
    }
}
