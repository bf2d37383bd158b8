//! How many tokens a text is, without the service's tokenizer.
//!
//! Tokenizers differ: an English word is 1 to 1.5 tokens, a Chinese character 0.6 (large multilingual
//! vocabularies) to 2.3 (small English ones). So a text is tallied in two units, one for alphabetic text and
//! one for Chinese, Japanese and Korean, and each service has its own measured weight for each, learned
//! from the prompt sizes it reports. Before that the weights are cautious ones.

/// Weight of an alphabetic unit before a service was measured.
const LATIN: f32 = 1.1;
/// Weight of a CJK unit before a service was measured: above every multilingual tokenizer in wide use.
const HAN: f32 = 1.3;
/// Lowest weights that a tokenizer in use comes to; a prompt below 85 % of these was cut for certain.
const LEAST: (f32, f32) = (0.8, 0.55);
/// Estimates are never too low by more than a tenth; measured weights vary by about that with the text.
const MARGIN: f32 = 1.05;
/// Shorter prompts say too little: a chat's wrapper outweighs them.
const LEARNS_FROM: f32 = 60.0;

/// Tokens per unit that a service was seen to count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Weights {
    pub(crate) latin: Option<f32>,
    pub(crate) han: Option<f32>,
}

/// A text in units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Tally {
    latin: f32,
    han: f32,
}

/// Counts the units of `text`. O(text).
pub(crate) fn tally(text: &str) -> Tally {
    let mut tally = Tally::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            'a'..='z' | 'A'..='Z' => {
                let (mut length, mut capitals) = (1_u32, u32::from(c.is_ascii_uppercase()));
                while let Some(next) = chars.next_if(char::is_ascii_alphabetic) {
                    length += 1;
                    capitals += u32::from(next.is_ascii_uppercase());
                }
                // Capitals are rare in training text and break into short pieces.
                tally.latin += if length > 2 && capitals * 2 > length {
                    (length as f32 / 2.8).max(1.0)
                } else {
                    1.0 + length.saturating_sub(7) as f32 / 5.0
                };
            }
            '0'..='9' => tally.latin += 1.0,
            '\n' | '\r' => {
                while chars.next_if(|&c| c == '\n' || c == '\r').is_some() {}
                tally.latin += 1.0;
            }
            ' ' | '\t' => {
                // One space belongs to the word after it.
                if chars.next_if(|&c| c == ' ' || c == '\t').is_some() {
                    while chars.next_if(|&c| c == ' ' || c == '\t').is_some() {}
                    tally.latin += 1.0;
                }
            }
            '\'' | '’' if chars.peek().is_some_and(char::is_ascii_alphabetic) => {}
            c if c.is_ascii() => {
                let mut run = 1.0;
                while chars.next_if_eq(&c).is_some() {
                    run += 0.2;
                }
                tally.latin += run;
            }
            c if is_cjk(c) => tally.han += 1.0,
            // Accented and other alphabets: two letters a token; signs and pictures more than one.
            c if c.is_alphabetic() => tally.latin += 0.6,
            c if u32::from(c) < 0x3000 => tally.latin += 1.0,
            _ => tally.latin += 2.5,
        }
    }
    tally
}

impl Tally {
    /// Tokens at a service with these weights, rather too many than too few.
    pub(crate) fn tokens(self, weights: Weights) -> u32 {
        let plain = |measured: Option<f32>, cautious| measured.map_or(cautious, |w| w * MARGIN);
        let tokens = self.latin * plain(weights.latin, LATIN) + self.han * plain(weights.han, HAN);
        tokens.ceil() as u32
    }

    /// What the service would report for the whole text: the measured number where it is known, else the
    /// least that any tokenizer makes of it. Comparing with it raises no false alarm.
    pub(crate) fn at_least(self, weights: Weights) -> u32 {
        let tokens = self.latin * weights.latin.unwrap_or(LEAST.0)
            + self.han * weights.han.unwrap_or(LEAST.1);
        tokens.floor() as u32
    }

    /// Learns from a prompt that is mostly of one kind of text and was `read` tokens to the service.
    pub(crate) fn teach(self, read: u32, weights: &mut Weights) {
        let (latin, han) = (
            self.latin * weights.latin.unwrap_or(LATIN),
            self.han * weights.han.unwrap_or(HAN),
        );
        if latin + han < LEARNS_FROM {
            return;
        }
        let blend = |old: Option<f32>, new: f32| {
            let new = new.clamp(0.4, 3.0);
            Some(old.map_or(new, |old| old * 0.7 + new * 0.3))
        };
        if latin >= (latin + han) * 0.85 {
            weights.latin = blend(weights.latin, (read as f32 - han) / self.latin);
        } else if han >= (latin + han) * 0.85 {
            weights.han = blend(weights.han, (read as f32 - latin) / self.han);
        }
    }
}

fn is_cjk(c: char) -> bool {
    matches!(u32::from(c),
        0x3000..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF
        | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
        || matches!(c, '“' | '”' | '‘' | '—' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "The fog rolled in over the quay and the old man threw his cigarette into the water. \
        She didn't answer. She only put the suitcase down beside her feet and listened to the horns, one \
        after another, far out. Then the rain began: a few drops first, and soon the whole street was loud with it.";
    const ZH: &str = "深夜的码头上，雾气从河面升起来。老王把烟头扔进水里，转身看着她，说：你不该回来的。她没有回答，\
        只是把箱子放在脚边，听远处的汽笛一声接一声地响。雨开始下了，先是几滴，后来整条街都在响。";

    #[test]
    fn english_is_near_what_tokenizers_say() {
        // 67 by SmolLM2's tokenizer; others lie between 65 and 75.
        let tokens = tally(EN).tokens(Weights::default());
        assert!((65..=90).contains(&tokens), "{tokens}");
    }

    #[test]
    fn chinese_is_above_multilingual_tokenizers() {
        // 60 to 65 by large vocabularies, up to 110 by older multilingual ones.
        let tokens = tally(ZH).tokens(Weights::default());
        assert!((100..=130).contains(&tokens), "{tokens}");
    }

    #[test]
    fn a_measured_service_is_met_within_a_tenth() {
        let mut weights = Weights::default();
        tally(ZH).teach(167, &mut weights); // SmolLM2's count
        tally(EN).teach(67, &mut weights);
        let zh = tally(ZH).tokens(weights);
        let en = tally(EN).tokens(weights);
        assert!((167..=184).contains(&zh), "{zh}");
        assert!((67..=74).contains(&en), "{en}");
    }

    #[test]
    fn nothing_is_learned_from_a_few_words() {
        let mut weights = Weights::default();
        tally("hello there").teach(40, &mut weights);
        assert_eq!(weights, Weights::default());
    }

    #[test]
    fn the_least_is_below_every_tokenizer() {
        assert!(tally(EN).at_least(Weights::default()) <= 65);
        assert!(tally(ZH).at_least(Weights::default()) <= 58);
        assert_eq!(tally("").tokens(Weights::default()), 0);
    }
}
