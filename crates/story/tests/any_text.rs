//! What holds of any text.

use proptest::prelude::*;
use story::check::check;

/// Texts made of the marks of ink, so that most of them nest, break off and cross.
fn inky() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "=== ",
        "== function ",
        "= ",
        "* ",
        "+ ",
        "- ",
        "-> ",
        "->",
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
        "# ",
        "~ ",
        "~ temp ",
        "~ return ",
        "VAR ",
        "CONST ",
        "LIST ",
        "EXTERNAL ",
        "INCLUDE ",
        "TODO: ",
        "//",
        "/*",
        "*/",
        "\\",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "  ",
        "a",
        "b",
        "deck",
        "x",
        "1",
        "2.5",
        "=",
        "+=",
        "++",
        "==",
        ",",
        ".",
        "!",
        "&",
        "$",
        "?",
        "not ",
        "and ",
        "stopping:",
        "else:",
        "王",
        "é",
        "😮",
        "\u{feff}",
        "END",
        "DONE",
        "ref ",
        "true",
        "\u{2028}",
        "\0",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn ranges_tile_and_spans_nest_in_any_ink(text in inky()) {
        check(&text);
    }

    #[test]
    fn ranges_tile_and_spans_nest_in_any_string(text in any::<String>()) {
        check(&text);
    }
}

#[test]
fn deep_nesting_is_no_stack_overflow() {
    for mark in [
        "{", "{a:", "{a|", "(", "* ", "- ", "{x: \n", "-> (", "{\"", "not ",
    ] {
        let text = mark.repeat(20_000);
        check(&text);
        check(&format!("{text}{}", "}".repeat(20_000)));
        check(&format!("~ x = {text}1"));
    }
}

/// A text ten times as long as the longest story; quadratic work on it would take minutes.
#[test]
fn many_knots_are_read_at_once() {
    let mut text = String::from("VAR tide = 1\n");
    for knot in 0..20_000 {
        text.push_str(&format!(
            "=== knot_{knot}\n{{tide: Rain.|Sun.}}\n* (ask_{knot}) [Ask] -> knot_{}\n= stitch\n-> ask_{knot}\n",
            knot / 2
        ));
    }
    assert_eq!(story::problems(&text, &story::Library::new()), []);
}
