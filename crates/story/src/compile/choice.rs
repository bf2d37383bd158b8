//! Choices spelled as the compiler understands them.
//!
//! It joins `before` and `after` of `before[only]after` by a guess: a space unless `after` begins with
//! punctuation, which is wrong in Chinese and after an open bracket; it adds a quote that begins `after`
//! to what is only offered; and it ends the line before a divert on the choice's own line, where ink
//! goes on in the same line. Each is taken out of its hands by a mark that prints nothing.

use super::escape::OWN_BACKSLASH;
use crate::element::{Element, SpanKind, TextRange};

/// The lines that the compiler gets for a choice's line, without comments and line end. A way over
/// several tunnels (`-> a -> b`) it takes only on a line of its own. After `[only]after` it takes a
/// divert on the next line (`diverts_next`) for one on this line, unless something stands between.
pub(crate) fn respell(text: &str, element: &Element, diverts_next: bool) -> Vec<String> {
    let line = line_of(text, element);
    let arrows = element
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Arrow);
    let outer: Vec<usize> = arrows
        .map(|span| span.range.start)
        .filter(|&arrow| arrow > element.content.start && !in_braces(&text[line.start..arrow]))
        .collect();
    match outer.as_slice() {
        [first, _, ..] => {
            let head = &text[line.start..*first];
            // Glue after the brackets, since in the offer it would be text.
            let head = if head.contains(']') {
                format!("{head}<>")
            } else {
                format!("{}[]{OWN_BACKSLASH} <>", head.trim_end())
            };
            vec![head, text[*first..line.end].trim_end().to_owned()]
        }
        [] if diverts_next && begins_with_brackets(text, element) => {
            vec![one_line(text, element), "~ temp own_step_ = 0".to_owned()]
        }
        _ => vec![one_line(text, element)],
    }
}

fn begins_with_brackets(text: &str, element: &Element) -> bool {
    let from = after_conditions(text, element.content.clone());
    let mut brackets = element
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Bracket);
    brackets.next().is_some_and(|open| open.range.start == from)
}

fn one_line(text: &str, element: &Element) -> String {
    let line = line_of(text, element);
    let whole = || text[line.clone()].trim_end_matches([' ', '\t']).to_owned();
    let inside = |kind: SpanKind| {
        element
            .spans
            .iter()
            .filter(move |span| span.kind == kind)
            .map(|span| span.range.clone())
    };
    // A comment in the middle or a tag on it: left as it is.
    let plain = inside(SpanKind::Comment).all(|comment| comment.start >= line.end)
        && inside(SpanKind::Tag).next().is_none();
    let content = element.content.start..line.end;
    if !plain || content.is_empty() || text[content.clone()].starts_with("->") {
        return whole();
    }
    let from = after_conditions(text, content);
    let arrow = inside(SpanKind::Arrow)
        .map(|arrow| arrow.start)
        .find(|&arrow| arrow >= from && !in_braces(&text[from..arrow]))
        .unwrap_or(line.end);
    let brackets: Vec<TextRange> = inside(SpanKind::Bracket).collect();
    let head = &text[line.start..from];
    let divert = &text[arrow..line.end];
    let respelled = match brackets.as_slice() {
        [open, close] if open.start >= from && close.end <= arrow => {
            let before = &text[from..open.start];
            let only = &text[open.end..close.start];
            let after = &text[close.end..arrow];
            if before.trim().is_empty() {
                return whole();
            }
            let joined = joined(before, only, after, !divert.is_empty());
            // The compiler drops the space that the offer begins with, not the one before it.
            let space = if only.starts_with([' ', '\t']) && !before.ends_with([' ', '\t']) {
                " "
            } else {
                ""
            };
            format!(
                "{before}{space}[{}]{joined}{divert}",
                only.trim_start_matches([' ', '\t'])
            )
        }
        [] if !divert.is_empty() && !text[from..arrow].trim().is_empty() => {
            // An empty pair of brackets makes the compiler keep the space before the divert.
            format!("{}[]{OWN_BACKSLASH} {divert}", text[from..arrow].trim_end())
        }
        _ => return whole(),
    };
    format!("{head}{}", respelled.trim_end())
}

/// What stands after the brackets, so that it is joined as written.
fn joined(before: &str, only: &str, after: &str, diverts: bool) -> String {
    let spaced = before.ends_with([' ', '\t']) || after.starts_with([' ', '\t']);
    let rest = after.trim();
    let escaped = match rest.chars().next() {
        None if !diverts => return String::new(),
        // A space that is written out, and glue: the line goes on at the divert's target.
        None if only.is_empty() => return format!("{OWN_BACKSLASH} "),
        None => return format!("{OWN_BACKSLASH} <> "),
        Some(_) if spaced => format!("{OWN_BACKSLASH} {rest}"),
        // These begin logic, glue and escapes: no backslash before them, but they join as they are.
        Some('{' | '<' | '\\') => format!("<>{rest}"),
        Some(first) if first.is_ascii_punctuation() && quoted(rest) => {
            // A condition that never holds keeps the quote from being taken for the offer's.
            format!("<>{{false:.}}{rest}")
        }
        Some(_) => format!("{OWN_BACKSLASH}{rest}"),
    };
    if !diverts {
        escaped
    } else if only.is_empty() {
        // The compiler sees the space before the divert and keeps the line open.
        format!("{escaped} ")
    } else {
        format!("{escaped} <> ")
    }
}

/// Whether the punctuation that `text` begins with holds a closing mark.
fn quoted(text: &str) -> bool {
    text.chars()
        .take_while(char::is_ascii_punctuation)
        .any(|c| matches!(c, '"' | '\'' | ')' | ']'))
}

/// The line up to a comment at its end.
fn line_of(text: &str, element: &Element) -> TextRange {
    let mut end = element.range.start
        + text[element.range.clone()]
            .trim_end_matches(['\r', '\n'])
            .len();
    for span in element
        .spans
        .iter()
        .rev()
        .filter(|span| span.kind == SpanKind::Comment)
    {
        if text[span.range.end.min(end)..end].trim().is_empty() {
            end = span.range.start;
        }
    }
    let start = element.range.start
        + (element.range.len()
            - text[element.range.clone()]
                .trim_start_matches('\u{feff}')
                .len());
    start..end.max(start)
}

/// Where the text begins after the conditions `{…}` of a choice.
fn after_conditions(text: &str, content: TextRange) -> usize {
    let mut at = content.start;
    while text[at..content.end].starts_with('{') {
        let Some(close) = text[at..content.end].find('}') else {
            break;
        };
        let next = at + close + 1;
        at = next + text[next..content.end].len()
            - text[next..content.end]
                .trim_start_matches([' ', '\t'])
                .len();
    }
    at
}

/// Whether `text` ends inside a brace.
fn in_braces(text: &str) -> bool {
    let mut depth = 0usize;
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use crate::{Library, Limits, Player, Start};

    /// What the choice offers, and what is printed when it is taken.
    #[track_caller]
    fn check(line: &str, offered: &str, printed: &[&str]) {
        let text = format!("{line}\n- -> END\n=== t\nworld\n-> END\n=== u\ntunnel\n->->\n");
        let mut player = Player::start(
            &text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        assert_eq!(player.turn().choices[0].text, offered, "offer of {line}");
        let turn = player.choose(0).unwrap();
        let lines: Vec<&str> = turn.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, printed, "after {line}");
    }

    #[test]
    fn halves_join_as_written() {
        check("* Hello[.], he said", "Hello.", &["Hello, he said"]);
        check(
            "* Hello [back!] right back",
            "Hello back!",
            &["Hello right back"],
        );
        check(
            "* Hello[ back!] right back",
            "Hello back!",
            &["Hello right back"],
        );
        check("* 你好[。]啊", "你好。", &["你好啊"]);
        check("* 你好[]啊", "你好", &["你好啊"]);
        check("* Sun[]flower", "Sun", &["Sunflower"]);
        check(
            "* \"I am tired[.\"],\" I said.",
            "\"I am tired.\"",
            &["\"I am tired,\" I said."],
        );
        check("* 'So[.'],' he said", "'So.'", &["'So,' he said"]);
        check("* A[b]{1+1}", "Ab", &["A2"]);
        check("* A [b] {1+1}", "A b", &["A 2"]);
        check("* [Only] this", "Only", &["this"]);
        check("* [Only]", "Only", &[]);
        check("* Both", "Both", &["Both"]);
        check("* {true} Both // comment", "Both", &["Both"]);
    }

    #[test]
    fn a_divert_on_the_next_line_begins_a_line() {
        check("* [wait]go.\n-> t", "wait", &["go.", "world"]);
        check("* [wait] go.\n\n  -> t", "wait", &["go.", "world"]);
        check("* [wait]\n-> t", "wait", &["world"]);
        check("* wait[]\n-> t", "wait", &["wait", "world"]);
        check("* wait\n-> t", "wait", &["wait", "world"]);
    }

    #[test]
    fn a_divert_on_the_line_goes_on_in_the_line() {
        check("* hello -> t", "hello", &["hello world"]);
        check("* hello[!] my -> t", "hello!", &["hello my world"]);
        check("* hello[] my -> t", "hello", &["hello my world"]);
        check("* hello [there] -> t", "hello there", &["hello world"]);
        check("* [hello] -> t", "hello", &["world"]);
        check("* 你好[。]啊 -> t", "你好。", &["你好啊 world"]);
        check("* [hello] -> u -> t", "hello", &["tunnel", "world"]);
        check("* hello -> u -> t", "hello", &["hello tunnel", "world"]);
    }
}
