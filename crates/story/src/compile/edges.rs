//! Spaces at the edges of `{one |two }`, which the compiler trims and ink prints.

use crate::expression::condition_colon;
use crate::names::is_name_char;

/// A space that no trimming takes: a string that is printed.
const SPACE: &str = "{\" \"}";

/// The line with such spaces spelled out, in braces that close on it.
pub(crate) fn respell(line: &str) -> String {
    let line = spelled(line, 0);
    // The head of a block or a branch of it.
    if line.ends_with(':') && line.trim_start().starts_with(['{', '-']) {
        return head(&line);
    }
    line
}

/// A condition that the compiler takes for a condition: `x == ()` it takes for a call, by its end.
fn head(condition: &str) -> String {
    let mut out = String::with_capacity(condition.len());
    let mut rest = condition;
    while let Some(at) = rest.find("()") {
        out.push_str(&rest[..at]);
        let call = out
            .trim_end()
            .ends_with(|c: char| is_name_char(c) || c == ')');
        out.push_str(if call { "()" } else { "( )" });
        rest = &rest[at + 2..];
    }
    out.push_str(rest);
    out
}

fn spelled(text: &str, depth: usize) -> String {
    // Deeper braces are refused before it comes to this.
    if depth > 60 || !text.contains('{') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(open) = next_open(&text[at..]).map(|open| at + open) {
        out.push_str(&text[at..open]);
        let Some(close) = matching(&text[open..]).map(|length| open + length) else {
            out.push_str(&text[open..]);
            return out;
        };
        out.push('{');
        out.push_str(&inside(&text[open + 1..close], depth));
        out.push('}');
        at = close + 1;
    }
    out.push_str(&text[at..]);
    out
}

fn inside(inner: &str, depth: usize) -> String {
    let lead = inner.len() - inner.trim_start().len();
    let marks = inner[lead..]
        .bytes()
        .take_while(|byte| matches!(byte, b'&' | b'!' | b'~' | b'$'))
        .count();
    if marks > 0 {
        let start = lead + marks;
        // The compiler does not know `$`, which is what a sequence without a mark is.
        if inner[lead..start] == *"$" {
            return pieces(&inner[start..], true, depth);
        }
        return format!(
            "{}{}",
            &inner[..start],
            pieces(&inner[start..], true, depth)
        );
    }
    // `{cycle: a|b}`: of the words the compiler knows only those over several lines.
    for (word, mark) in [
        ("stopping", ""),
        ("cycle", "&"),
        ("once", "!"),
        ("shuffle", "~"),
    ] {
        if let Some(rest) = inner[lead..].strip_prefix(word)
            && let Some(rest) = rest.trim_start_matches(' ').strip_prefix(':')
        {
            return format!(
                "{mark}{}",
                pieces(rest.trim_start_matches(' '), true, depth)
            );
        }
    }
    if let Some(colon) = condition_colon(inner, lead..inner.len()) {
        return format!(
            "{}{}",
            head(&inner[..=colon]),
            pieces(&inner[colon + 1..], false, depth)
        );
    }
    if bars(inner).is_empty() {
        return inner.to_owned();
    }
    pieces(inner, true, depth)
}

/// The branches, with their trailing spaces spelled out; the leading ones too where `leading`.
fn pieces(text: &str, leading: bool, depth: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for end in bars(text).into_iter().chain(std::iter::once(text.len())) {
        let piece = &text[from..end];
        let core = piece.trim_matches([' ', '\t']);
        let before = piece.len() - piece.trim_start_matches([' ', '\t']).len();
        let diverts = core.contains("->");
        if core.is_empty() {
            if !piece.is_empty() {
                out.push_str(SPACE);
            }
        } else {
            if before > 0 {
                out.push_str(if leading { SPACE } else { &piece[..before] });
            }
            out.push_str(&spelled(core, depth + 1));
            if before + core.len() < piece.len() && !diverts {
                out.push_str(SPACE);
            }
        }
        if end < text.len() {
            out.push('|');
        }
        from = end + 1;
    }
    out
}

/// Where bars stand outside inner braces and parentheses.
pub(crate) fn bars(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => found.push(index),
            _ => {}
        }
    }
    found
}

fn next_open(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'{',
    })
}

/// Where the brace that `text` begins with is closed.
pub(crate) fn matching(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::{Library, Limits, Player, Start};

    #[track_caller]
    fn check(line: &str, printed: &str) {
        let text = format!("VAR x = true\n{line}\n-> END\n");
        let player = Player::start(
            &text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        assert_eq!(player.turn().lines[0].text, printed, "{line}");
    }

    #[test]
    fn spaces_at_the_edges_are_printed() {
        check("{One |Two }three.", "One three.");
        check("{x: Hello }world.", "Hello world.");
        check("A{x: b} c", "A b c");
        check("A{&b | c}d", "Ab d");
        check("A{not x:b | c }d", "A c d");
        check("A{x:{&b |c} |d}e", "Ab e");
        check("{x}{x: y}", "true y");
        check("A{| }b", "Ab");
        check("A{$b|c}", "Ab");
        check("A{cycle: b|c}d{once:e|f}", "Abde");
    }

    #[test]
    fn escaped_characters_are_text_everywhere() {
        check(
            "5 \\{ \\[ \\| \\# \\~ \\\\ http:\\/\\/a",
            "5 { [ | # ~ \\ http://a",
        );
        check("{x:a\\|b|c}", "a|b");
        check("\\- no gather", "- no gather");
        let text = "* \\[a\\] \\{b\\}[\\*] c\n- -> END\n";
        let mut player = Player::start(
            text,
            &Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        assert_eq!(player.turn().choices[0].text, "[a] {b}*");
        assert_eq!(player.choose(0).unwrap().lines[0].text, "[a] {b} c");
    }
}
