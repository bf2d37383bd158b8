//! Blocks over several lines, spelled as the compiler understands them.
//!
//! It takes a block only where its `{` begins a line and its `}` begins one; ink takes both anywhere.
//! A line is cut at such a brace: in ink too a block begins a line of its own in what is printed, and
//! only what follows its `}` may go on in the line.

/// The lines that the compiler gets for one line of the source (no comments, no line end).
pub(crate) fn respell(line: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line;
    while let Some(cut) = next_cut(rest) {
        let (head, tail) = rest.split_at(cut.at);
        if cut.glued {
            lines.push(format!("{head}<>"));
        } else {
            lines.push(head.trim_end().to_owned());
        }
        rest = tail;
        if lines.len() > 200 {
            break;
        }
    }
    lines.push(rest.to_owned());
    lines
}

struct Cut {
    at: usize,
    glued: bool,
}

/// Where the line must be cut first.
fn next_cut(line: &str) -> Option<Cut> {
    let indent = line.len() - line.trim_start().len();
    let mut open: Vec<usize> = Vec::new();
    let mut closing = None;
    let mut escaped = false;
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => open.push(index),
            // One that was not opened here ends a block.
            b'}' if open.pop().is_none() => {
                closing = Some(index);
                break;
            }
            _ => {}
        }
    }
    if let Some(at) = closing {
        let after = line[at + 1..].trim();
        if at > indent {
            // `text }`: what follows it goes on in the line.
            return Some(Cut {
                at,
                glued: !after.is_empty() && !after.starts_with('}'),
            });
        }
        let stays = after.is_empty() || after.starts_with("<>") || after.starts_with("->");
        return (!stays).then_some(Cut {
            at: at + 1,
            glued: false,
        });
    }
    let at = open.first().copied()?;
    let before = line[indent..at].trim();
    // `- {` begins a branch without a condition, which the compiler takes.
    (!before.is_empty() && before != "-").then_some(Cut { at, glued: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Library, Limits, Player, Start};

    #[test]
    fn lines_are_cut_at_braces_of_blocks_only() {
        assert_eq!(respell("a {b} c"), ["a {b} c"]);
        assert_eq!(respell("  {x:"), ["  {x:"]);
        assert_eq!(respell("- 1: {g:"), ["- 1:", "{g:"]);
        assert_eq!(respell("Hello {x:"), ["Hello", "{x:"]);
        assert_eq!(respell("} and on"), ["}", " and on"]);
        assert_eq!(respell("} -> deck"), ["} -> deck"]);
        assert_eq!(respell("one }"), ["one", "}"]);
        assert_eq!(respell("}}"), ["}", "}"]);
        assert_eq!(respell("\\{ \\}"), ["\\{ \\}"]);
    }

    #[test]
    fn a_block_may_begin_in_a_line_or_a_branch() {
        let text = "VAR x = 1\nVAR g = true\nHello {x:\n- 1: {g:\n  one\n  - else:\n  other\n  }\n- 2: two\n}\nLast {x == 1:\n  was one }\nDone.\n-> END\n";
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
        assert_eq!(lines, ["Hello", "one", "Last", "was one", "Done."]);
    }
}
