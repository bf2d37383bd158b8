//! How a model chooses words.

/// Sampling settings. A remote model ignores what its service does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// 0 = always the likeliest token.
    pub temperature: f32,
    /// Keep the likeliest `top_k` tokens; 0 = all.
    pub top_k: u32,
    /// Keep the likeliest tokens that make up this share; 1 = all.
    pub top_p: f32,
    /// Drop tokens less likely than this share of the likeliest; 0 = none.
    pub min_p: f32,
    /// Divide the odds of recent tokens by this; 1 = leave them.
    pub repeat_penalty: f32,
    /// How many recent tokens the penalty sees.
    pub repeat_last: u32,
}

impl Default for Sampling {
    /// For prose: lively, without the long tail, repeats discouraged mildly.
    fn default() -> Self {
        Self {
            temperature: 0.8,
            top_k: 40,
            top_p: 0.95,
            min_p: 0.05,
            repeat_penalty: 1.1,
            repeat_last: 64,
        }
    }
}

impl Sampling {
    /// Always the likeliest token.
    pub fn greedy() -> Self {
        Self {
            temperature: 0.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            repeat_penalty: 1.0,
            repeat_last: 0,
        }
    }
}
