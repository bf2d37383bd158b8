//! Which language a text is in, as far as prompts care: English or Chinese.

/// A language that prompts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, and whatever else is written in an alphabet.
    English,
    /// Chinese.
    Chinese,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language of `text`; `None` when it has no words.
    pub fn of(text: &str) -> Option<Self> {
        han_share(text).map(|share| {
            if share >= MOSTLY {
                Self::Chinese
            } else {
                Self::English
            }
        })
    }

    /// The tag used in task files: `en`, `zh`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// Reads a [`tag`](Self::tag).
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// From this share on a text counts as Chinese. Chinese scripts keep some English (INT., names of songs),
/// English ones hardly any Han, so the middle decides well.
const MOSTLY: f32 = 0.5;

/// The share of Han characters among the words of `text`, a Han character counting as one word and a run
/// of other letters as one. `None` when there are no words. O(text).
pub fn han_share(text: &str) -> Option<f32> {
    let (mut han, mut runs, mut in_run) = (0u32, 0u32, false);
    for c in text.chars() {
        if is_han(c) {
            han += 1;
            in_run = false;
        } else if c.is_alphabetic() {
            runs += u32::from(!in_run);
            in_run = true;
        } else if c != '\'' && c != '’' {
            in_run = false;
        }
    }
    let words = han + runs;
    (words > 0).then(|| han as f32 / words as f32)
}

/// True when `text` is mostly Chinese: the moment to say that a model is mainly English.
pub fn is_mostly_chinese(text: &str) -> bool {
    Language::of(text) == Some(Language::Chinese)
}

/// Han ideographs: the unified block, its extensions and the compatibility blocks, `〇` and `々`.
pub(crate) fn is_han(c: char) -> bool {
    matches!(u32::from(c),
        0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_scene_with_english_headings_is_chinese() {
        let text = "INT. 码头 - NIGHT\n\n雨下得很大。王五站在灯下。\n\nWANG WU\n你来晚了。\n";
        assert!(is_mostly_chinese(text));
    }

    #[test]
    fn an_english_scene_with_a_chinese_name_is_english() {
        assert!(!is_mostly_chinese(
            "She wrote 王五 on the wall and didn't look back."
        ));
    }

    #[test]
    fn a_text_without_words_has_no_language() {
        assert_eq!(Language::of(" \n12 – 34\n"), None);
        assert!(!is_mostly_chinese(""));
    }

    #[test]
    fn tags_are_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::from_tag("fr"), None);
    }
}
