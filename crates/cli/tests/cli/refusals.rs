//! What the program refuses, with which code, and that it changes nothing then.

use project::{Access, Project};

use crate::Desk;

#[test]
fn wrong_usage_is_told_apart() {
    let desk = Desk::new();
    let project = desk.project(&[("A.fountain", "INT. A\n\nRain.\n")]);
    let wrong: &[&[&str]] = &[
        &[],
        &["nonsense"],
        &["list"],
        &["import", &project],
        &["new", &project, "--craft", "poem"],
        &["export", &project, "A"],
        &["draft", &project, "A"],
        &["draft", &project, "A", "--task", "sing"],
        &["draft", &project, "A", "--task", "rewrite"],
        &[
            "draft", &project, "A", "--task", "rewrite", "--select", "0..3",
        ],
        &[
            "draft",
            &project,
            "A",
            "--task",
            "rewrite",
            "--select",
            "5..3",
            "--instruction",
            "x",
        ],
        &[
            "draft", &project, "A", "--task", "continue", "--select", "0..3",
        ],
        &["draft", &project, "A", "--task", "continue", "--takes", "0"],
        &[
            "draft", &project, "A", "--task", "continue", "--takes", "2", "--accept", "3",
        ],
        &[
            "draft",
            &project,
            "A",
            "--task",
            "continue",
            "--endpoint",
            "http://localhost",
        ],
        &[
            "draft",
            &project,
            "A",
            "--task",
            "continue",
            "--remote-model",
            "m",
        ],
        &[
            "draft",
            &project,
            "A",
            "--task",
            "continue",
            "--model",
            "a",
            "--endpoint",
            "b",
            "--remote-model",
            "c",
        ],
        &["play", &project, "A", "--choices", "0"],
        &["play", &project, "A", "--choices", "a"],
    ];
    for arguments in wrong {
        let run = desk.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.out.is_empty(), "{arguments:?}");
        if arguments.is_empty() {
            assert!(run.err.contains("Commands:"), "{}", run.err);
        } else {
            assert!(run.err.starts_with("error: "), "{}", run.err);
            assert_eq!(run.err.lines().count(), 1, "one sentence: {}", run.err);
        }
    }
}

#[test]
fn every_command_has_help() {
    let desk = Desk::new();
    for command in [
        "new", "list", "import", "export", "show", "parse", "draft", "play", "history", "restore",
        "check", "sample",
    ] {
        let help = desk.ok(&[command, "--help"]);
        assert!(help.contains("Usage:") && help.contains("--json"), "{help}");
    }
    assert!(desk.ok(&["draft", "--help"]).contains("Ctrl+C stops"));
    assert!(
        desk.ok(&["parse", "--help"])
            .contains("tile the file's bytes")
    );
    assert!(desk.ok(&["--help"]).contains("PALIMPSEST_HOME"));
    assert!(desk.ok(&["--version"]).starts_with("palimpsest-cli "));
}

#[test]
fn an_ambiguous_title_lists_the_ids() {
    let desk = Desk::new();
    let project = desk.project(&[("A.md", "one\n"), ("B.md", "two\n")]);
    let list = desk.json(&["list", &project]);
    let ids: Vec<&str> = list["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap())
        .collect();
    {
        // A title is the writer's: a window lets two documents have one.
        let mut open = Project::open(project.as_ref(), None, Access::Write).unwrap();
        let id = open.documents_titled("B").unwrap()[0].id;
        open.rename_document(id, "A", 1_800_000_000_000).unwrap();
        open.flush(1_800_000_000_000).unwrap();
    }
    let said = desk.refused(1, &["show", &project, "A"]);
    assert!(ids.iter().all(|id| said.contains(id)), "{said}");
    assert_eq!(desk.text(&project, ids[1]), "two\n");
}

#[test]
fn what_is_not_there_is_named() {
    let desk = Desk::new();
    let project = desk.project(&[("A.md", "one\n")]);
    let said = desk.refused(1, &["show", &project, "Nope"]);
    assert!(said.contains("Nope"), "{said}");
    let said = desk.refused(1, &["list", &desk.path("none.palimpsest")]);
    assert!(said.contains("none.palimpsest"), "{said}");
    let said = desk.refused(1, &["new", &project]);
    assert!(said.contains("already"), "{said}");
    for version in ["soon", "0190a5b0-0000-7000-8000-000000000000"] {
        let said = desk.refused(1, &["restore", &project, "A", version]);
        assert!(said.contains(version), "{said}");
    }
    let said = desk.refused(1, &["import", &project, &desk.path("none.md")]);
    assert!(said.contains("none.md"), "{said}");
    let run = desk.run(&["import", &project, &desk.path("none.md"), "-v"]);
    assert!(run.err.contains("because: "), "{}", run.err);
    let plain = desk.file(
        "plain.palimpsest",
        "This is only text, and long enough to have a header of its own.",
    );
    let said = desk.refused(1, &["list", &plain]);
    assert!(said.contains("not a Palimpsest project"), "{said}");
    assert!(
        std::fs::read(&plain)
            .unwrap()
            .starts_with(b"This is only text")
    );
}

#[test]
fn of_several_files_none_is_imported_where_one_cannot_be() {
    let desk = Desk::new();
    let project = desk.project(&[]);
    let good = desk.file("a.md", "one\n");
    let bad = desk.file("b.png", "two\n");
    desk.refused(1, &["import", &project, &good, &bad]);
    assert_eq!(
        desk.json(&["list", &project])["documents"],
        serde_json::json!([])
    );
}

#[test]
fn a_project_that_is_open_elsewhere_is_read_and_not_written() {
    let desk = Desk::new();
    let project = desk.project(&[("A.md", "one\n")]);
    let file = desk.file("b.md", "two\n");
    let open = Project::open(project.as_ref(), None, Access::Write).unwrap();
    assert_eq!(desk.text(&project, "A"), "one\n");
    assert_eq!(desk.json(&["check", &project])["ok"], true);
    let version = desk.json(&["history", &project, "A"])["versions"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.ok(&["export", &project, "A", "--to", &desk.path("out.md")]);
    for arguments in [
        &["import", &project, &file] as &[&str],
        &["restore", &project, "A", &version],
        &["draft", &project, "A", "--task", "continue"],
    ] {
        let said = desk.refused(1, arguments);
        assert!(said.contains("open in another window or program"), "{said}");
    }
    drop(open);
    desk.ok(&["import", &project, &file]);
}

#[test]
fn reading_leaves_nothing_beside_a_project() {
    let desk = Desk::new();
    let project = desk.project(&[("A.md", "one\n")]);
    let before = std::fs::read(&project).unwrap();
    desk.ok(&["list", &project]);
    desk.ok(&["check", &project]);
    desk.text(&project, "A");
    assert_eq!(std::fs::read(&project).unwrap(), before);
    assert!(!std::path::Path::new(&format!("{project}.lock")).exists());
}
