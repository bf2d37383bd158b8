//! Comments, taken out before anything else is read, as ink does it: inside strings too.

use crate::element::TextRange;

/// A text without its comments.
pub(crate) struct Uncommented {
    /// As long as the text, byte for byte; each byte of a comment is a space, line ends stay.
    pub(crate) code: String,
    /// Where the comments stand; one over several lines is one range.
    pub(crate) comments: Vec<TextRange>,
    /// Start of a `/*` that has no end.
    pub(crate) unclosed: Option<usize>,
}

/// Blanks the comments of `text`. O(text).
pub(crate) fn blank_comments(text: &str) -> Uncommented {
    let bytes = text.as_bytes();
    let mut comments = Vec::new();
    let mut unclosed = None;
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] != b'/' {
            at += 1;
            continue;
        }
        let end = match bytes[at + 1] {
            b'/' => text[at..]
                .find(['\n', '\r'])
                .map_or(bytes.len(), |length| at + length),
            b'*' => match text[at + 2..].find("*/") {
                Some(length) => at + 2 + length + 2,
                None => {
                    unclosed = Some(at);
                    bytes.len()
                }
            },
            _ => {
                at += 1;
                continue;
            }
        };
        comments.push(at..end);
        at = end;
    }
    let mut code = String::with_capacity(text.len());
    let mut from = 0;
    for comment in &comments {
        code.push_str(&text[from..comment.start]);
        for byte in text[comment.clone()].bytes() {
            code.push(if matches!(byte, b'\n' | b'\r') {
                byte as char
            } else {
                ' '
            });
        }
        from = comment.end;
    }
    code.push_str(&text[from..]);
    Uncommented {
        code,
        comments,
        unclosed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_spaces_of_the_same_length() {
        let text = "a /* é\nb */ c // d\ne";
        let read = blank_comments(text);
        assert_eq!(read.code, "a      \n     c     \ne");
        assert_eq!(read.comments, [2..12, 15..19]);
        assert_eq!(read.unclosed, None);
    }

    #[test]
    fn an_unclosed_comment_takes_the_rest() {
        let read = blank_comments("a /* b\nc");
        assert_eq!(read.code, "a     \n ");
        assert_eq!(read.unclosed, Some(2));
    }
}
