//! Playing never panics and never hangs, whatever the text.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use story::{Library, Limits, Player, Start, Theatre};

/// Stories made of whole lines, most of which compile.
fn stories() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "=== a",
        "=== b",
        "= c",
        "=== function f(x)",
        "* one [two] three",
        "* 你[好]啊 -> a",
        "+ [stay]",
        "** deeper",
        "- gather",
        "- (label) there",
        "-> a",
        "-> b ->",
        "->->",
        "<- b",
        "-> END",
        "-> DONE",
        "->",
        "Hello.",
        "海<>",
        "<> 上",
        "{x}",
        "{x > 1: yes|no}",
        "{&a|b|c}",
        "{~一|二}",
        "{stopping:",
        "- first",
        "- second",
        "}",
        "{x:",
        "- 1: one",
        "- else: two",
        "~ x = x + 1",
        "~ x++",
        "~ temp y = 2",
        "~ return x",
        "{f(1)}",
        "{\"王\" == s && x > 2}",
        "VAR x = 1",
        "VAR s = \"王\"",
        "LIST l = (p), q",
        "{l}",
        "CONST k = 3",
        "# tag",
        "// note",
        "/*",
        "*/",
        "TODO: more",
        "INCLUDE other",
        "{",
        "~ s = s + s",
        "* {x > 1} maybe",
        "* ->",
        "+ {label} -> c",
        "text -> a.c",
        "\\{ \\}",
        "",
        "{\"{x}\"}",
        "- -> b",
        "- * both",
        "{x: * inner -> a}",
        "~ f(x)",
        "{a.c}",
        "{READ_COUNT(-> a)}",
        "EXTERNAL g(z)",
    ]);
    prop::collection::vec(line, 0..25).prop_map(|lines| lines.join("\n"))
}

/// Texts made of marks, few of which compile.
fn marks() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "=== a",
        "= ",
        "* ",
        "+ ",
        "- ",
        "-> ",
        "->->",
        "<- ",
        "<>",
        "{",
        "}",
        "|",
        ":",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "#",
        "~ ",
        "VAR ",
        "LIST ",
        "\n",
        "\n",
        "\n",
        " ",
        "a",
        "x",
        "1",
        ".5",
        "=",
        "+",
        "==",
        ",",
        "!",
        "&",
        "?",
        "not ",
        "王",
        "é",
        "😮",
        "\\",
        "\t",
        "ref ",
        "function ",
        "else",
        "stopping:",
        "\0",
        "temp ",
        "return ",
        "CONST ",
        "EXTERNAL ",
        "%",
        "*",
        "/",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn play(text: &str) {
    let limits = Limits {
        turn: Duration::from_millis(60),
        output: 1 << 14,
        ..Limits::default()
    };
    let begun = Instant::now();
    let mut library = Library::new();
    library.insert("other", "Other.\n=== d\n-> END\n");
    if let Ok(mut player) = Player::start(text, &library, Start::Beginning, 3, limits) {
        for step in 0..6 {
            let count = player.turn().choices.len();
            if count == 0 {
                break;
            }
            player.choose(step % count).unwrap();
        }
        let before = player.turns().len();
        player.step_back().unwrap();
        assert_eq!(player.turns().len(), before.saturating_sub(1).max(1));
    }
    // Many turns within their budget; far more would be a hang.
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{text:?} took {:?}",
        begun.elapsed()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_story_is_played_or_refused(text in stories()) {
        play(&text);
    }

    #[test]
    fn any_marks_are_played_or_refused(text in marks()) {
        play(&text);
    }
}

#[test]
fn deep_nesting_is_refused_or_played() {
    for mark in [
        "{x:", "{a|", "(", "* ", "- ", "not ", "-", "{x: \n", "1+", "f(", "\"", "{\"", "a.",
        "-> a ", "[", "!",
    ] {
        for times in [30, 90, 2_000] {
            let open = mark.repeat(times);
            let close = if mark.contains('{') { "}" } else { ")" }.repeat(times);
            for text in [
                open.clone(),
                format!("VAR x = 1\n{open}1{close}\n-> END\n"),
                format!("VAR x = 1\n~ x = {open}1\n"),
                format!("VAR x = 1\n~ x = {open}1{close}\n"),
                format!("VAR x = {open}1\n{{x}}"),
            ] {
                let limits = Limits {
                    turn: Duration::from_millis(60),
                    ..Limits::default()
                };
                let _ = Theatre::open(text, Library::new(), Start::Beginning, 1, limits);
            }
        }
    }
}
