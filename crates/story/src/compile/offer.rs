//! Conditions in what a choice offers.
//!
//! In the text of a choice the compiler knows expressions and sequences only: `{cond: a|b}` would be
//! offered as it stands. Each becomes a call of a function of our own that prints it.

use super::escape::OWN_BACKSLASH;
use crate::expression::{TokenKind, condition_colon, tokens};

/// A choice's line with its conditions called, and the functions that print them.
pub(crate) struct Offer {
    pub(crate) line: String,
    pub(crate) functions: Vec<String>,
}

/// `line` is a choice's; `locals` are the temporaries and parameters of its flow, which a function must
/// be given; `named` makes the name of the next function.
pub(crate) fn respell(line: &str, locals: &[String], mut named: impl FnMut() -> String) -> Offer {
    let mut offer = Offer {
        line: String::with_capacity(line.len()),
        functions: Vec::new(),
    };
    let start = text_start(line);
    offer.line.push_str(&line[..start]);
    let mut at = start;
    let mut closed = false;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        if closed || rest.starts_with("->") {
            break;
        }
        let brace = (c == '{').then(|| super::edges::matching(rest)).flatten();
        match (c, brace) {
            (_, Some(close)) => {
                let inner = &rest[1..close];
                let lead = inner.len() - inner.trim_start().len();
                if at == start && !is_condition(inner) {
                    // At the beginning it would be taken for a condition of the choice.
                    offer.line.push(OWN_BACKSLASH);
                    offer.line.push(' ');
                }
                match condition_colon(inner, lead..inner.len()) {
                    Some(colon) if !inner.contains("->") => {
                        let (call, function) =
                            called(&inner[..colon], &inner[colon + 1..], locals, named());
                        offer.line.push_str(&call);
                        offer.functions.extend(function);
                    }
                    Some(_) | None => offer.line.push_str(&rest[..=close]),
                }
                at += close + 1;
            }
            ('\\', None) => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                offer.line.push_str(&rest[..length]);
                at += length;
            }
            (c, None) => {
                closed = c == ']';
                offer.line.push(c);
                at += c.len_utf8();
            }
        }
    }
    offer.line.push_str(&line[at..]);
    offer
}

/// The call, and the function's lines.
fn called(
    condition: &str,
    branches: &str,
    locals: &[String],
    name: String,
) -> (String, [String; 2]) {
    let used: Vec<&str> = locals
        .iter()
        .map(String::as_str)
        .filter(|local| {
            tokens(branches, 0..branches.len()).iter().any(|token| {
                token.kind == TokenKind::Name && &branches[token.range.clone()] == *local
            })
        })
        .collect();
    // What a function prints loses the spaces at its ends: those of all branches go outside.
    let pieces: Vec<&str> = super::edges::bars(branches)
        .into_iter()
        .chain(std::iter::once(branches.len()))
        .scan(0, |from, end| {
            let piece = &branches[*from..end];
            *from = end + 1;
            Some(piece)
        })
        .collect();
    let outside = |has: fn(&str) -> bool| {
        if pieces.len() > 1 && pieces.iter().all(|piece| has(piece)) {
            " "
        } else {
            ""
        }
    };
    let before = outside(|piece| piece.starts_with(' '));
    let after = outside(|piece| piece.ends_with(' '));
    let arguments: String = used.iter().map(|local| format!(", {local}")).collect();
    (
        format!("{before}{{{name}({}{arguments})}}{after}", condition.trim()),
        [
            format!("=== function {name}({name}_holds{arguments})"),
            format!("{{{name}_holds:{branches}}}"),
        ],
    )
}

/// Whether braces at the beginning of a choice are a condition of it: an expression alone.
fn is_condition(inner: &str) -> bool {
    crate::expression::is_expression(&tokens(inner, 0..inner.len()))
}

/// Where the text of a choice begins: after marks, label and conditions.
fn text_start(line: &str) -> usize {
    let blank = [' ', '\t'];
    let mut at = line.len() - line.trim_start_matches(['*', '+', ' ', '\t']).len();
    if line[at..].starts_with('(')
        && let Some(close) = line[at..].find(')')
    {
        at += close + 1;
        at += line[at..].len() - line[at..].trim_start_matches(blank).len();
    }
    while line[at..].starts_with('{') {
        let Some(close) = super::edges::matching(&line[at..]) else {
            break;
        };
        if !is_condition(&line[at + 1..at + close]) {
            break;
        }
        at += close + 1;
        at += line[at..].len() - line[at..].trim_start_matches(blank).len();
    }
    at
}

#[cfg(test)]
mod tests {
    use crate::{Library, Limits, Player, Start};

    #[test]
    fn conditions_in_an_offer_are_offered_as_they_hold() {
        let text = "VAR x = 1\n~ temp who = \"梅\"\n* 五 {x > 0:真|假}[。]！\n* [Ask {x > 1:her|him}, {x: {who}|nobody}]\n* {x > 0} {x == 1: one |more }left\n* {a|b} c\n- -> END\n";
        let mut player = Player::start(
            text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        let offered: Vec<&str> = player
            .turn()
            .choices
            .iter()
            .map(|choice| choice.text.as_str())
            .collect();
        assert_eq!(offered, ["五 真。", "Ask him, 梅", "one left", "a c"]);
        assert_eq!(player.choose(0).unwrap().lines[0].text, "五 真！");
    }
}
