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

    /// These counts with the one who counts what is missing.
    pub(crate) fn with<'a>(&'a mut self, tokens: &'a dyn Tokens) -> Counter<'a> {
        Counter {
            tokens,
            counts: self,
        }
    }
}

/// Counts what is not known yet.
pub(crate) struct Counter<'a> {
    tokens: &'a dyn Tokens,
    counts: &'a mut Counts,
}

impl Counter<'_> {
    pub(crate) fn of(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let key = (hasher.finish(), text.len());
        let known = &mut self.counts.0;
        if let Some(count) = known.get(&key) {
            return *count;
        }
        if known.len() >= MOST {
            known.clear();
        }
        let count = self.tokens.count(text);
        known.insert(key, count);
        count
    }
}
