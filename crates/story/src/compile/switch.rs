//! Switches spelled as conditions.
//!
//! The compiler counts the places in a switch's branch without the instruction that it puts before them,
//! so that a condition or sequence inside one leads nowhere. Such a switch becomes a block of conditions.

use crate::expression::{Token, TokenKind, tokens};
use crate::names::BUILT_IN;
use crate::parse::switches;

/// The text with each switch that holds more braces spelled as conditions, line for line. `None` where
/// there is none.
pub(crate) fn respell(text: &str) -> Option<String> {
    if !text.contains('{') {
        return None;
    }
    let mut edits = Vec::new();
    for switch in switches(text) {
        let value = &text[switch.value.clone()];
        let nested = text[switch.head.end..switch.close].contains('{');
        if !nested || !repeatable(text, &tokens(text, switch.value.clone())) {
            continue;
        }
        let value = operand(value);
        edits.push((switch.head.clone(), "{".to_owned()));
        for case in switch.cases {
            let spelled = format!("{value} == {}", operand(&text[case.clone()]));
            edits.push((case, spelled));
        }
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut respelled = String::with_capacity(text.len());
    let mut at = 0;
    for (range, insert) in edits {
        // A switch in another's head or case is none: braces there are strings.
        if range.start < at {
            return None;
        }
        respelled.push_str(&text[at..range.start]);
        respelled.push_str(&insert);
        at = range.end;
    }
    respelled.push_str(&text[at..]);
    Some(respelled)
}

/// Whether the value may be computed once for each branch: no function that does more than compute.
fn repeatable(text: &str, tokens: &[Token]) -> bool {
    tokens.windows(2).all(|pair| {
        let name = &text[pair[0].range.clone()];
        let call = pair[0].kind == TokenKind::Name && pair[1].kind == TokenKind::Open;
        !call || (BUILT_IN.contains(&name) && !name.contains("RANDOM"))
    })
}

/// In parentheses where it has operators. A single name in parentheses would be a list.
fn operand(expression: &str) -> String {
    let read = tokens(expression, 0..expression.len());
    let simple = read.iter().all(|token| match token.kind {
        TokenKind::Name
        | TokenKind::Number
        | TokenKind::String
        | TokenKind::Literal
        | TokenKind::Open
        | TokenKind::Close
        | TokenKind::Comma
        | TokenKind::Arrow => true,
        TokenKind::OpenString
        | TokenKind::Assign
        | TokenKind::Step
        | TokenKind::Minus
        | TokenKind::Not
        | TokenKind::Operator
        | TokenKind::Unknown => false,
    });
    if simple {
        expression.to_owned()
    } else {
        format!("({expression})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Library, Limits, Player, Start};

    #[test]
    fn a_switch_with_braces_inside_becomes_conditions() {
        assert_eq!(
            respell("{x mod 10:\n- 1: {g: a|b}\n- y+1:\n- else: c\n}\n").as_deref(),
            Some("{\n- (x mod 10) == 1: {g: a|b}\n- (x mod 10) == (y+1):\n- else: c\n}\n")
        );
        assert_eq!(respell("{x:\n- 1: a\n}\n"), None);
        assert_eq!(respell("{x:\n{y}\n- else: b\n}\n"), None);
        assert_eq!(respell("{RANDOM(1, 2):\n- 1: {a}\n}\n"), None);
    }

    #[test]
    fn conditions_inside_a_switch_play() {
        let text = "VAR x = 1\nVAR g = false\n{x:\n- 1: {g: one|other} {&a|b}\n  {x:\n  - 1: inner {g:\n  yes\n  - else:\n  no\n  }\n  }\n- 2: two\n}\n-> END\n";
        let player = Player::start(
            text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        let lines: Vec<&str> = player
            .turn()
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        assert_eq!(lines, ["other a", "inner", "no"]);
        assert_eq!(player.turn().problems, []);
    }
}
