//! How many tokens a text is, counted seldom.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What counts tokens. Any function of a text does: `&|text: &str| model.count_tokens(text)`.
pub trait Tokens {
    /// How many tokens `text` is.
    fn count(&self, text: &str) -> u32;
}

impl<F: Fn(&str) -> u32> Tokens for F {
    fn count(&self, text: &str) -> u32 {
        self(text)
    }
}

/// Counts known from before. Keep one per model between asks: most of a page is the same the next time.
#[derive(Debug, Clone, Default)]
pub struct Counts(HashMap<(u64, usize), u32>);

/// About 200 KB. A long script is some hundred pieces.
const MOST: usize = 8192;

impl Counts {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn of(&mut self, text: &str, tokens: &dyn Tokens) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let key = (hasher.finish(), text.len());
        if let Some(count) = self.0.get(&key) {
            return *count;
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let count = tokens.count(text);
        self.0.insert(key, count);
        count
    }
}
