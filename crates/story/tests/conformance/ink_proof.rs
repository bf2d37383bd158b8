//! ink-proof: played with its choices, a story prints its transcript.

use story::{Library, Limits, Player, RuntimeProblem, Start, Turn};

use crate::corpora;

/// Stories that differ, with the reason.
const EXCLUDED: [(&str, &str); 4] = [
    ("I010", "hidden upstream: a temporary read before it is set"),
    ("I074", "hidden upstream: prints random items"),
    ("I092", "hidden upstream"),
    ("I106", "hidden upstream"),
];

/// Stories whose difference we know and have not mended.
const DIFFERENT: [(&str, &str); 0] = [];

#[test]
fn transcripts_are_equal() {
    let root = corpora::folder("ink-proof").join("ink");
    let mut names: Vec<String> = std::fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    let mut equal = 0;
    let mut excluded = Vec::new();
    let mut different = Vec::new();
    for name in &names {
        let read =
            |file: &str| std::fs::read_to_string(root.join(name).join(file)).unwrap_or_default();
        let mut library = Library::new();
        for entry in std::fs::read_dir(root.join(name)).unwrap() {
            let file = entry.unwrap().file_name().to_string_lossy().into_owned();
            if file.ends_with(".ink") {
                library.insert(file.as_str(), read(&file));
            }
        }
        let printed = transcript(&read("story.ink"), &library, &read("input.txt"));
        let wanted = bare(&read("transcript.txt"));
        let same = printed
            .as_ref()
            .is_ok_and(|printed| bare(printed) == wanted);
        if EXCLUDED.iter().any(|(excluded, _)| excluded == name) {
            excluded.push(name.clone());
        } else if same {
            equal += 1;
        } else if !DIFFERENT.iter().any(|(known, _)| known == name) {
            different.push(match printed {
                Ok(printed) => format!("{name}: printed {:?}, not {wanted:?}", bare(&printed)),
                Err(error) => format!("{name}: {error}"),
            });
        }
    }
    println!(
        "ink-proof: {equal} of {} equal, excluded {excluded:?}, known to differ {DIFFERENT:?}",
        names.len()
    );
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

fn transcript(story: &str, library: &Library, input: &str) -> Result<String, String> {
    let mut player = Player::start(story, library, Start::Beginning, 1, Limits::default())
        .map_err(|error| error.to_string())?;
    let mut printed = String::new();
    print(player.turn(), &mut printed);
    for choice in input.split_whitespace() {
        let index: usize = choice.parse().map_err(|_| format!("choice {choice:?}"))?;
        if index == 0 || index > player.turn().choices.len() {
            break;
        }
        player
            .choose(index - 1)
            .map_err(|error| error.to_string())?;
        print(player.turn(), &mut printed);
    }
    Ok(printed)
}

fn print(turn: &Turn, printed: &mut String) {
    for line in &turn.lines {
        printed.push_str(&line.text);
        printed.push('\n');
    }
    for problem in &turn.problems {
        if !matches!(
            problem,
            RuntimeProblem::Warned { .. } | RuntimeProblem::RanOut { .. }
        ) {
            printed.push_str(&format!("{problem:?}\n"));
        }
    }
    for (index, choice) in turn.choices.iter().enumerate() {
        printed.push_str(&format!("{}: {}\n", index + 1, choice.text));
    }
}

/// White space at line ends, prompts, empty lines and tags aside.
fn bare(transcript: &str) -> Vec<String> {
    transcript
        .lines()
        .map(|line| line.replace("?> ", "").trim().to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with("# tags"))
        .collect()
}
