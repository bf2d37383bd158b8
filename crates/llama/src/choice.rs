//! The choice of the next token from the model's logits.
//!
//! Our own, not the library's chain: it cannot throw through C, one seed gives one text on every machine
//! with the same logits, and the alternatives are exact.

use std::cmp::Ordering;

use inference::Sampling;

use crate::raw::Token;

/// Chooses tokens for one take.
#[derive(Debug)]
pub(crate) struct Chooser {
    settings: Sampling,
    dice: Dice,
    logits: Vec<f32>,
    order: Vec<u32>,
}

impl Chooser {
    pub(crate) fn new(settings: Sampling, seed: u64) -> Self {
        Self {
            settings,
            dice: Dice(seed),
            logits: vec![],
            order: vec![],
        }
    }

    /// The next token. `recent`: what was read and written so far. `None` when no logit is a number.
    pub(crate) fn choose(&mut self, logits: &[f32], recent: &[Token]) -> Option<Token> {
        self.logits.clear();
        self.logits.extend_from_slice(logits);
        self.penalise(recent);
        if self.settings.temperature <= 0.0 {
            return likeliest(&self.logits);
        }
        self.draw()
    }

    /// As llama.cpp does: a positive logit is divided, a negative one multiplied, each token once.
    fn penalise(&mut self, recent: &[Token]) {
        let penalty = self.settings.repeat_penalty;
        if penalty == 1.0 || penalty <= 0.0 {
            return;
        }
        let last = usize::try_from(self.settings.repeat_last).unwrap_or(usize::MAX);
        let mut seen = recent[recent.len().saturating_sub(last)..].to_vec();
        seen.sort_unstable();
        seen.dedup();
        for token in seen {
            let Some(logit) = usize::try_from(token)
                .ok()
                .and_then(|i| self.logits.get_mut(i))
            else {
                continue;
            };
            *logit = if *logit > 0.0 {
                *logit / penalty
            } else {
                *logit * penalty
            };
        }
    }

    /// top-k, top-p, min-p, temperature, in this order.
    fn draw(&mut self) -> Option<Token> {
        let logits = &self.logits;
        let best = logits[usize::try_from(likeliest(logits)?).ok()?];
        let order = &mut self.order;
        let by_logit = |a: &u32, b: &u32| compare(logits[*a as usize], *a, logits[*b as usize], *b);
        let top_k = usize::try_from(self.settings.top_k).unwrap_or(usize::MAX);
        top(logits, top_k, order);
        let weight = |i: u32| f64::from(logits[i as usize] - best).exp();
        let all: f64 = if self.settings.top_p < 1.0 {
            order.iter().map(|i| weight(*i)).sum()
        } else {
            0.0
        };
        if self.settings.min_p > 0.0 {
            let least = best + self.settings.min_p.min(1.0).ln();
            order.retain(|i| logits[*i as usize] >= least);
        }
        order.sort_unstable_by(by_logit);
        if self.settings.top_p < 1.0 {
            let share = f64::from(self.settings.top_p.max(0.0)) * all;
            let mut sum = 0.0;
            let mut kept = 0;
            for i in order.iter() {
                kept += 1;
                sum += weight(*i);
                if sum >= share {
                    break;
                }
            }
            order.truncate(kept);
        }
        let temperature = f64::from(self.settings.temperature);
        let heat = |i: u32| (f64::from(logits[i as usize] - best) / temperature).exp();
        let total: f64 = order.iter().map(|i| heat(*i)).sum();
        let mut left = self.dice.unit() * total;
        let mut chosen = *order.first()?;
        for i in order.iter() {
            chosen = *i;
            left -= heat(*i);
            if left < 0.0 {
                break;
            }
        }
        Token::try_from(chosen).ok()
    }
}

/// Larger logits first; the smaller number of two equal ones.
fn compare(a: f32, a_token: u32, b: f32, b_token: u32) -> Ordering {
    b.total_cmp(&a).then(a_token.cmp(&b_token))
}

/// Puts the `k` likeliest tokens into `order`, unsorted; all of them when `k` is 0. One pass over the
/// vocabulary: a token is looked at twice only when it beats the `k`th so far.
fn top(logits: &[f32], k: usize, order: &mut Vec<u32>) {
    order.clear();
    let by_logit = |a: &u32, b: &u32| compare(logits[*a as usize], *a, logits[*b as usize], *b);
    let room = if k == 0 {
        usize::MAX
    } else {
        k.saturating_mul(4).max(256)
    };
    let mut least = f32::NEG_INFINITY;
    for (i, logit) in (0u32..).zip(logits) {
        // Of equals the smaller number counts, so a later one never replaces the `k`th.
        if *logit > least && logit.is_finite() {
            order.push(i);
            if order.len() >= room {
                order.select_nth_unstable_by(k - 1, by_logit);
                order.truncate(k);
                least = logits[order[k - 1] as usize];
            }
        }
    }
    if k > 0 && order.len() > k {
        order.select_nth_unstable_by(k - 1, by_logit);
        order.truncate(k);
    }
}

/// The token with the largest logit.
fn likeliest(logits: &[f32]) -> Option<Token> {
    let mut best: Option<(usize, f32)> = None;
    for (i, logit) in logits.iter().enumerate() {
        if logit.is_finite() && best.is_none_or(|(_, top)| *logit > top) {
            best = Some((i, *logit));
        }
    }
    Token::try_from(best?.0).ok()
}

/// The `n` likeliest tokens with the natural logarithms of their probabilities before any setting.
pub(crate) fn alternatives(logits: &[f32], n: usize) -> Vec<(Token, f32)> {
    let mut order = Vec::new();
    if n > 0 {
        top(logits, n, &mut order);
    }
    if order.is_empty() {
        return vec![];
    }
    order.sort_unstable_by(|a, b| compare(logits[*a as usize], *a, logits[*b as usize], *b));
    let best = f64::from(logits[order[0] as usize]);
    let sum: f64 = logits
        .iter()
        .filter(|logit| logit.is_finite())
        .map(|logit| (f64::from(*logit) - best).exp())
        .sum();
    let log_sum = best + sum.ln();
    order
        .into_iter()
        .map(|i| {
            let logprob = f64::from(logits[i as usize]) - log_sum;
            (i as Token, logprob as f32)
        })
        .collect()
}

/// A seed of 32 random bits: short enough to note down, and whole in JSON.
pub(crate) fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish() & 0xffff_ffff
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 ≤ x < 1, 53 bits.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::LN_2;

    fn sampling() -> Sampling {
        Sampling {
            temperature: 1.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            repeat_penalty: 1.0,
            repeat_last: 0,
        }
    }

    /// How often each of the tokens comes in 20,000 draws.
    fn shares(settings: &Sampling, logits: &[f32], recent: &[Token]) -> Vec<f64> {
        let mut chooser = Chooser::new(settings.clone(), 7);
        let mut counts = vec![0u32; logits.len()];
        for _ in 0..20_000 {
            counts[chooser.choose(logits, recent).unwrap() as usize] += 1;
        }
        counts.iter().map(|n| f64::from(*n) / 20_000.0).collect()
    }

    fn near(got: &[f64], wanted: &[f64]) {
        for (a, b) in got.iter().zip(wanted) {
            assert!((a - b).abs() < 0.02, "{got:?} is not {wanted:?}");
        }
    }

    /// 1/2, 1/4, 1/8, 1/8.
    const HALVES: [f32; 4] = [0.0, -LN_2, -2.0 * LN_2, -2.0 * LN_2];

    #[test]
    fn draws_follow_the_probabilities() {
        near(
            &shares(&sampling(), &HALVES, &[]),
            &[0.5, 0.25, 0.125, 0.125],
        );
        let hot = Sampling {
            temperature: 1e6,
            ..sampling()
        };
        near(&shares(&hot, &HALVES, &[]), &[0.25; 4]);
    }

    #[test]
    fn the_settings_cut_the_tail() {
        let k = Sampling {
            top_k: 2,
            ..sampling()
        };
        near(&shares(&k, &HALVES, &[]), &[0.667, 0.333, 0.0, 0.0]);
        let p = Sampling {
            top_p: 0.7,
            ..sampling()
        };
        near(&shares(&p, &HALVES, &[]), &[0.667, 0.333, 0.0, 0.0]);
        let min = Sampling {
            min_p: 0.4,
            ..sampling()
        };
        near(&shares(&min, &HALVES, &[]), &[0.667, 0.333, 0.0, 0.0]);
    }

    #[test]
    fn the_likeliest_token_at_temperature_zero_skips_what_is_no_number() {
        let mut chooser = Chooser::new(Sampling::greedy(), 0);
        assert_eq!(chooser.choose(&[f32::NAN, 1.0, 3.0, 3.0], &[]), Some(2));
        assert_eq!(chooser.choose(&[f32::NAN, f32::NEG_INFINITY], &[]), None);
        assert_eq!(chooser.choose(&[], &[]), None);
        let mut drawing = Chooser::new(sampling(), 0);
        assert_eq!(drawing.choose(&[f32::NAN], &[]), None);
    }

    #[test]
    fn repeats_are_discouraged_within_the_last_tokens() {
        let settings = Sampling {
            repeat_penalty: 2.0,
            repeat_last: 2,
            ..Sampling::greedy()
        };
        let mut chooser = Chooser::new(settings, 0);
        assert_eq!(chooser.choose(&[3.0, 2.0], &[0, 9, 9]), Some(0));
        assert_eq!(chooser.choose(&[3.0, 2.0], &[0, 9]), Some(1));
        assert_eq!(chooser.choose(&[-1.0, -1.5], &[9, 0]), Some(1));
    }

    #[test]
    fn the_likeliest_of_many_are_found_in_one_pass() {
        let mut dice = Dice(3);
        // Few different values, so that there are many equals.
        let logits: Vec<f32> = (0..5000).map(|_| (dice.next() % 900) as f32).collect();
        let mut all: Vec<u32> = (0..5000).collect();
        all.sort_by(|a, b| compare(logits[*a as usize], *a, logits[*b as usize], *b));
        for k in [1, 2, 40, 300, 5000, 6000] {
            let mut found = vec![];
            top(&logits, k, &mut found);
            found.sort_by(|a, b| compare(logits[*a as usize], *a, logits[*b as usize], *b));
            assert_eq!(found, all[..k.min(5000)], "{k}");
        }
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let draw = |seed| {
            let mut chooser = Chooser::new(sampling(), seed);
            (0..50)
                .map(|_| chooser.choose(&HALVES, &[]).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn alternatives_have_exact_probabilities() {
        let got = alternatives(&HALVES, 3);
        assert_eq!(got.iter().map(|(t, _)| *t).collect::<Vec<_>>(), [0, 1, 2]);
        for ((_, logprob), p) in got.iter().zip([0.5f32, 0.25, 0.125]) {
            assert!((logprob - p.ln()).abs() < 1e-6);
        }
        assert!(alternatives(&HALVES, 0).is_empty());
        assert_eq!(alternatives(&HALVES, 9).len(), 4);
    }
}
