//! Keys by name.

use thirtyfour::Key;

/// A key with its modifiers, written `Ctrl+Shift+Enter`.
#[derive(Debug, Clone, PartialEq)]
pub struct Chord {
    /// Held down, in order.
    pub modifiers: Vec<char>,
    /// Pressed.
    pub key: char,
}

impl Chord {
    /// Reads `Ctrl+Enter`, `Alt+ArrowDown`, `Escape`, `a`.
    ///
    /// # Panics
    /// On a name that no key has: a mistake in the test.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let mut parts: Vec<&str> = name.split('+').collect();
        let key = parts.pop().unwrap_or_default();
        Self {
            modifiers: parts.into_iter().map(key_named).collect(),
            key: key_named(key),
        }
    }
}

fn key_named(name: &str) -> char {
    let key = match name {
        "Ctrl" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Tab" => Key::Tab,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageDown" => Key::PageDown,
        "PageUp" => Key::PageUp,
        "F2" => Key::F2,
        "F5" => Key::F5,
        "F6" => Key::F6,
        single => {
            let mut chars = single.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => return c,
                (None, _) | (Some(_), Some(_)) => panic!("no key is named {name:?}"),
            }
        }
    };
    key.into()
}
