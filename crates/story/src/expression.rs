//! Expressions of ink: tokens, and whether they make one.

use crate::element::TextRange;
use crate::names::{is_name_char, path_at};

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or path that is no word of the language.
    Name,
    Number,
    /// `"…"`.
    String,
    /// `"` without its end.
    OpenString,
    /// `->` before a name.
    Arrow,
    Open,
    Close,
    Comma,
    /// `=`, `+=`, `-=`.
    Assign,
    /// `++`, `--`.
    Step,
    /// `-`: before an operand or between two.
    Minus,
    /// `!`, `not`.
    Not,
    /// Any other operator between two operands.
    Operator,
    /// `true`, `false`.
    Literal,
    /// What no expression holds.
    Unknown,
}

const OPERATORS: [&str; 17] = [
    "==", "!=", "<=", ">=", "&&", "||", "!?", "+=", "-=", "++", "--", "->", "<", ">", "?", "^", "%",
];

/// The tokens of `range`. O(range).
pub(crate) fn tokens(code: &str, range: TextRange) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = range.start;
    while let Some(c) = code[at..range.end].chars().next() {
        let rest = &code[at..range.end];
        if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\u{feff}' {
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = if c == '"' {
            match string_end(rest) {
                Some(length) => (TokenKind::String, length),
                None => (TokenKind::OpenString, rest.trim_end().len()),
            }
        } else if is_name_char(c) {
            let path = path_at(code, at);
            let end = path.end.min(range.end);
            if end > at {
                let word = &code[at..end];
                let kind = match word {
                    "not" => TokenKind::Not,
                    "and" | "or" | "mod" | "has" | "hasnt" => TokenKind::Operator,
                    "true" | "false" => TokenKind::Literal,
                    _ => TokenKind::Name,
                };
                (kind, end - at)
            } else {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let fraction = rest[digits..].strip_prefix('.').map_or(0, |tail| {
                    tail.bytes().take_while(u8::is_ascii_digit).count()
                });
                let length = if fraction > 0 {
                    digits + 1 + fraction
                } else {
                    digits
                };
                if length == 0 {
                    (TokenKind::Unknown, c.len_utf8())
                } else {
                    (TokenKind::Number, length)
                }
            }
        } else if let Some(operator) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
            let kind = match *operator {
                "->" => TokenKind::Arrow,
                "+=" | "-=" => TokenKind::Assign,
                "++" | "--" => TokenKind::Step,
                _ => TokenKind::Operator,
            };
            (kind, operator.len())
        } else {
            let kind = match c {
                '(' => TokenKind::Open,
                ')' => TokenKind::Close,
                ',' => TokenKind::Comma,
                '=' => TokenKind::Assign,
                '-' => TokenKind::Minus,
                '!' => TokenKind::Not,
                '+' | '*' | '/' => TokenKind::Operator,
                _ => TokenKind::Unknown,
            };
            (kind, c.len_utf8())
        };
        tokens.push(Token {
            kind,
            range: at..at + length,
        });
        at += length;
    }
    tokens
}

/// Length of the string that `text` begins with, quotes included. A brace inside may hold quotes of its own.
fn string_end(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        if escaped {
            escaped = false;
            continue;
        }
        match byte {
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'"' if depth == 0 => return Some(index + 1),
            b'\n' | b'\r' => return None,
            _ => {}
        }
    }
    None
}

/// Whether the tokens are one whole expression: operands with operators between, parentheses closed.
pub(crate) fn is_expression(tokens: &[Token]) -> bool {
    // Whether an operand comes next, and how many parentheses are open.
    let mut wants_operand = true;
    let mut open = 0usize;
    let mut previous: Option<TokenKind> = None;
    for token in tokens {
        match token.kind {
            TokenKind::Name | TokenKind::Number | TokenKind::String | TokenKind::Literal => {
                if !wants_operand {
                    return false;
                }
                wants_operand = false;
            }
            TokenKind::Arrow | TokenKind::Minus | TokenKind::Not => {
                // Before an operand they belong to it; between two only minus can stand.
                if !wants_operand && token.kind != TokenKind::Minus {
                    return false;
                }
                wants_operand = true;
            }
            TokenKind::Open => {
                // After a name it is a call, elsewhere a group or a list.
                if !wants_operand && previous != Some(TokenKind::Name) {
                    return false;
                }
                open += 1;
                wants_operand = true;
            }
            TokenKind::Close => {
                let empty = previous == Some(TokenKind::Open);
                if open == 0 || (wants_operand && !empty) {
                    return false;
                }
                open -= 1;
                wants_operand = false;
            }
            TokenKind::Comma => {
                if wants_operand || open == 0 {
                    return false;
                }
                wants_operand = true;
            }
            TokenKind::Assign | TokenKind::Operator => {
                if wants_operand {
                    return false;
                }
                wants_operand = true;
            }
            TokenKind::Step => {
                // `x++`; `a--b` is minus twice.
                if wants_operand {
                    continue;
                }
                let last = std::ptr::eq(token, &tokens[tokens.len() - 1]);
                wants_operand = !last;
            }
            TokenKind::OpenString | TokenKind::Unknown => return false,
        }
        previous = Some(token.kind);
    }
    !wants_operand && open == 0
}

/// Where the colon stands that ends a condition which begins at `range.start`: on its line, outside
/// strings, parentheses and braces, before any single bar; and what stands before it is an expression.
pub(crate) fn condition_colon(code: &str, range: TextRange) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut at = range.start;
    let mut open = 0usize;
    while at < range.end {
        match bytes[at] {
            b'"' => at += string_end(&code[at..range.end])? - 1,
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            b':' if open == 0 => {
                let read = tokens(code, range.start..at);
                return is_expression(&read).then_some(at);
            }
            b'|' if bytes.get(at + 1) == Some(&b'|') => at += 1,
            b'|' | b'{' | b'}' | b'\n' | b'\r' | b'\\' => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(
            is_expression(&tokens(text, 0..text.len())),
            expected,
            "{text}"
        );
    }

    #[test]
    fn operands_and_operators_alternate() {
        for text in [
            "x",
            "x + 1",
            "not x",
            "!x && (y or z)",
            "f()",
            "f(a, -b)",
            "x == -> deck",
            "-> deck",
            "\"王\" == name",
            "list ? (a, b)",
            "()",
            "x == ()",
            "2nd + 2",
            "1.5",
            "a.b.c",
            "x++",
            "a - -b",
            "x += 2",
            "inv !? key",
            "LIST_COUNT (l)",
        ] {
            check(text, true);
        }
        for text in [
            "",
            "x y",
            "x +",
            "(x",
            "x)",
            "f(,)",
            "\"x",
            "x; y",
            "Hello there",
            ", x",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn a_colon_ends_a_condition_only_after_an_expression() {
        let text = "x > 1: yes";
        assert_eq!(condition_colon(text, 0..text.len()), Some(5));
        let text = "Well now: yes | no";
        assert_eq!(condition_colon(text, 0..text.len()), None);
        let text = "x | y: z";
        assert_eq!(condition_colon(text, 0..text.len()), None);
        let text = "x == \":\" || y: z";
        assert_eq!(condition_colon(text, 0..text.len()), Some(13));
    }
}
