//! Drafts with the real starter model.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Desk, events, starter};

const SCENE: &str = "INT. FERRY CABIN - NIGHT\n\nRain on the glass. MARA counts the life jackets.\n\nMARA\nThere were twelve";

/// Texts of the takes, and the last event.
fn outcome(events: &[Value]) -> (Vec<String>, &Value) {
    let candidates = events[0]["candidates"].as_array().unwrap().len();
    let mut texts = vec![String::new(); candidates];
    for event in events.iter().filter(|event| event["event"] == "text") {
        let take = event["take"].as_u64().unwrap() as usize - 1;
        texts[take].push_str(event["text"].as_str().unwrap());
    }
    (texts, events.last().unwrap())
}

#[test]
fn a_draft_streams_and_the_text_changes_only_when_a_take_is_accepted() {
    starter();
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let draft = |more: &[&str]| {
        let arguments = [
            "draft", &project, "Ferry", "--task", "continue", "--seed", "7",
        ];
        let out = desk.ok(&[&arguments, more, &["--max-tokens", "12", "--json"]].concat());
        events(&out)
    };
    let first = draft(&[]);
    assert_eq!(first[0]["event"], "started");
    assert_eq!(first[0]["style"], "raw");
    assert!(first[0]["host"].is_null());
    let (texts, end) = outcome(&first);
    assert!(!texts[0].trim().is_empty());
    assert_eq!(end["event"], "finished");
    assert_eq!(end["generation"], first[0]["generation"]);
    assert_eq!(end["mode"], "fast");
    assert_eq!(end["seed"], 7);
    for figure in [
        "prompt_tokens",
        "generated_tokens",
        "ttft_ms",
        "tokens_per_second",
    ] {
        assert!(end[figure].as_f64().unwrap() > 0.0, "{figure}: {end}");
    }
    assert!(end["reused_tokens"].is_u64());
    assert!(end["generated_tokens"].as_u64().unwrap() <= 12);
    assert_eq!(desk.text(&project, "Ferry"), SCENE);

    let second = draft(&["--takes", "2", "--accept", "2"]);
    let (texts_of_two, end) = outcome(&second);
    assert_eq!(texts_of_two.len(), 2);
    assert_eq!(end["event"], "finished");
    assert_eq!(end["accepted"], 2);
    assert_eq!(
        desk.text(&project, "Ferry"),
        format!("{SCENE}{}", texts_of_two[1])
    );

    let history = desk.json(&["history", &project, "Ferry"]);
    let last = history["versions"].as_array().unwrap().last().unwrap();
    assert_eq!(last["act"], "accept");
    assert_eq!(last["author"]["kind"], "model");
    assert_eq!(last["author"]["generation"], second[0]["generation"]);
    assert_eq!(desk.json(&["check", &project])["ok"], true);

    // The same seed on the same page writes the same words.
    let imported = history["versions"][0]["id"].as_str().unwrap();
    desk.ok(&["restore", &project, "Ferry", imported]);
    assert_eq!(outcome(&draft(&[])).0, texts);
}

#[test]
fn a_draft_goes_on_where_it_is_told() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let model = starter();
    let at = SCENE.find("\n\nMARA").unwrap();
    let arguments = [
        "draft",
        &project,
        "Ferry",
        "--task",
        "continue",
        "--at",
        &at.to_string(),
        "--model",
        model.to_str().unwrap(),
        "--max-tokens",
        "8",
        "--seed",
        "3",
        "--accept",
        "1",
        "--json",
    ];
    let events = events(&desk.ok(&arguments));
    let (texts, _) = outcome(&events);
    let accepted = events
        .iter()
        .find(|event| event["event"] == "accepted")
        .unwrap();
    assert_eq!(accepted["start"], at);
    let text = desk.text(&project, "Ferry");
    assert_eq!(
        text,
        format!("{}{}{}", &SCENE[..at], texts[0], &SCENE[at..])
    );

    let beyond = (text.len() + 1).to_string();
    let said = desk.refused(
        1,
        &[
            "draft", &project, "Ferry", "--task", "continue", "--at", &beyond,
        ],
    );
    assert!(said.contains(&beyond), "{said}");
}

#[test]
fn a_rewrite_takes_the_place_of_the_selection() {
    starter();
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let from = SCENE.find("Rain").unwrap();
    let to = from + "Rain on the glass.".len();
    let select = format!("{from}..{to}");
    let arguments = [
        "draft",
        &project,
        "Ferry",
        "--task",
        "rewrite",
        "--select",
        &select,
        "--instruction",
        "shorter",
        "--seed",
        "5",
        "--max-tokens",
        "16",
        "--accept",
        "1",
        "--json",
    ];
    let run = desk.run(&arguments);
    let events = events(&run.out);
    let (texts, end) = outcome(&events);
    if texts[0].trim().is_empty() {
        // So small a model may have nothing to say.
        assert_eq!((run.code, &end["event"]), (1, &"failed".into()));
        assert_eq!(desk.text(&project, "Ferry"), SCENE);
    } else {
        assert_eq!(run.code, 0, "{}", run.err);
        let text = format!("{}{}{}", &SCENE[..from], texts[0], &SCENE[to..]);
        assert_eq!(desk.text(&project, "Ferry"), text);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_draft_and_keeps_what_came() {
    starter();
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let mut child = desk
        .command(&[
            "draft",
            &project,
            "Ferry",
            "--task",
            "continue",
            "--max-tokens",
            "4000",
            "--seed",
            "1",
            "--accept",
            "1",
            "--json",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut heard = Vec::new();
    let mut interrupted = false;
    for line in &mut lines {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if event["event"] == "text" && !interrupted {
            interrupted = true;
            let id = child.id().to_string();
            assert!(
                Command::new("kill")
                    .args(["-INT", &id])
                    .status()
                    .unwrap()
                    .success()
            );
        }
        heard.push(event);
    }
    let status = child.wait().unwrap();
    let (texts, end) = outcome(&heard);
    assert_eq!(status.code(), Some(0));
    assert_eq!(end["event"], "stopped");
    assert!(end["generated_tokens"].as_u64().unwrap() > 0, "{end}");
    assert!(!texts[0].is_empty());
    assert_eq!(desk.text(&project, "Ferry"), SCENE);

    let generation = end["generation"].as_str().unwrap().parse().unwrap();
    let mut open = project::Project::open(project.as_ref(), None, project::Access::Read).unwrap();
    let kept = &open.generation(generation).unwrap().candidates[0];
    assert_eq!(kept.text, texts[0]);
    assert_eq!(kept.state, project::CandidateState::Stopped);
}

#[test]
fn a_file_that_is_no_model_is_told() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let arguments = ["draft", &project, "Ferry", "--task", "continue", "--model"];
    let text = desk.file("text.gguf", "no model at all, whatever its name says");
    desk.refused(1, &[&arguments[..], &[&text]].concat());
    let head = &std::fs::read(starter()).unwrap()[..1 << 20];
    let cut = desk.file("cut.gguf", head);
    let said = desk.refused(1, &[&arguments[..], &[&cut]].concat());
    assert!(said.len() > 20, "{said}");
    desk.refused(1, &[&arguments[..], &[&desk.path("none.gguf")]].concat());
    assert_eq!(desk.text(&project, "Ferry"), SCENE);
}

#[test]
fn the_sample_goes_on_in_the_writers_own_copy() {
    starter();
    let desk = Desk::new();
    let out = desk.ok(&["sample", "--max-tokens", "10", "--seed", "3"]);
    let project = desk.path("home/projects/At the harbour.palimpsest");
    assert!(out.contains(&project), "{out}");
    let once = desk.text(&project, "The Ferry");
    let events = events(&desk.ok(&["sample", "--max-tokens", "10", "--seed", "4", "--json"]));
    assert_eq!(events.last().unwrap()["event"], "finished");
    let twice = desk.text(&project, "The Ferry");
    assert!(twice.starts_with(&once) && twice.len() > once.len());
    let history = desk.json(&["history", &project, "The Ferry"]);
    assert_eq!(
        history["versions"].as_array().unwrap().last().unwrap()["author"]["kind"],
        "model"
    );
}
