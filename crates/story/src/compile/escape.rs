//! Characters outside ASCII as letters and digits, and back.

/// Stands for a backslash of our own in a line that is still to be hidden: the compiler gets the
/// backslash, and the writer's backslashes are gone by then. A character of private use.
pub(crate) const OWN_BACKSLASH: char = '\u{f0100}';

/// A way to write characters that the text itself does not use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Escape {
    prefix: String,
}

impl Escape {
    /// A prefix that stands nowhere in `text`, with or without the backslashes that the compiler drops.
    pub(crate) fn for_text(text: &str) -> Self {
        let bare = text.replace('\\', "");
        let mut prefix = "Uq".to_owned();
        while text.contains(&prefix) || bare.contains(&prefix) {
            prefix.push('q');
        }
        Self { prefix }
    }

    /// Each character outside ASCII becomes the prefix and six hexadecimal digits: it stays one word
    /// with its neighbours, so that names stay names and text stays text. So does a mark after a
    /// backslash, which the compiler drops in some places and prints in others.
    pub(crate) fn hide(&self, text: &str) -> String {
        let mut hidden = String::with_capacity(text.len() * 2);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                OWN_BACKSLASH => hidden.push('\\'),
                '\\' => match chars.next_if(char::is_ascii_punctuation) {
                    Some(mark) => self.hide_one(mark, &mut hidden),
                    None => hidden.push('\\'),
                },
                c if c.is_ascii() => hidden.push(c),
                c => self.hide_one(c, &mut hidden),
            }
        }
        hidden
    }

    fn hide_one(&self, c: char, hidden: &mut String) {
        hidden.push_str(&self.prefix);
        hidden.push_str(&format!("{:06x}", u32::from(c)));
    }

    /// What [`Self::hide`] hid.
    pub(crate) fn show(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&self.prefix) {
            shown.push_str(&rest[..at]);
            let digits = at + self.prefix.len();
            let hidden = rest
                .get(digits..digits + 6)
                .and_then(|code| u32::from_str_radix(code, 16).ok())
                .and_then(char::from_u32);
            match hidden {
                Some(c) => {
                    shown.push(c);
                    rest = &rest[digits + 6..];
                }
                None => {
                    shown.push_str(&self.prefix);
                    rest = &rest[digits..];
                }
            }
        }
        shown.push_str(rest);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_hidden_comes_back() {
        for text in [
            "王 == \"王五\"",
            "Uq00738b",
            "U\\q é",
            "UqUqq 😮😮Uq",
            "plain",
        ] {
            let escape = Escape::for_text(text);
            let hidden = escape.hide(text);
            assert!(hidden.is_ascii());
            assert_eq!(escape.show(&hidden), text);
        }
    }
}
