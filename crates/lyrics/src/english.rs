//! Syllables of English words that the dictionary lacks, by spelling alone.
//!
//! A word is taken apart where its parts can be heard (contractions, endings, openings, joints of
//! compounds), and the syllables of each part are those of its vowel letters (`vowels`). The lists were
//! drawn from the ordinary words of the CMU Pronouncing Dictionary, names apart, of which the rules alone
//! count 97 in 100 rightly.

use crate::vowels::{self, has_vowel, is_vowel};

/// Words beyond this many bytes are none, and are not taken apart.
const LONGEST: usize = 45;

/// Words in e that open compounds, where the e stays silent before a consonant: `sidecar`, `fireplace`.
const SILENT_JOINT: &[&str] = &[
    "awe", "bare", "base", "bike", "blaze", "blue", "bone", "brace", "brake", "bride", "cake",
    "care", "cheese", "code", "cube", "dare", "date", "dove", "drive", "eye", "fame", "fate",
    "fire", "five", "fore", "frame", "game", "gate", "globe", "glove", "grape", "grave", "hate",
    "here", "hide", "hive", "hodge", "home", "hope", "horse", "house", "ice", "juice", "knife",
    "lake", "lane", "large", "life", "like", "line", "live", "lone", "love", "make", "moose",
    "mouse", "move", "name", "nice", "nine", "noise", "nose", "note", "once", "one", "pace",
    "pale", "pine", "pipe", "place", "plate", "rage", "rare", "rice", "ride", "ripe", "rose",
    "safe", "same", "scape", "score", "shape", "share", "shore", "side", "sledge", "smoke",
    "snake", "some", "space", "spare", "spoke", "stage", "state", "stone", "store", "stove",
    "strange", "stripe", "strike", "take", "there", "time", "tire", "tone", "trade", "tribe",
    "type", "voice", "wake", "ware", "waste", "wave", "were", "where", "while", "white", "whole",
    "wide", "wife", "wine", "wipe", "wire", "wise", "close", "edge", "bridge", "judge", "passage",
    "village", "tune", "verse", "course", "force", "source", "else", "shade", "slave", "brave",
    "crave", "grace", "trace", "pulse", "sense",
];

/// Small words that close compounds with a vowel: `takeaway`, `hideout`.
const VOWEL_CLOSINGS: &[&str] = &[
    "away", "one", "ones", "out", "outs", "over", "overs", "off", "up", "upon", "on", "in",
    "after", "about",
];

/// Openings that are counted alone, whatever vowel follows.
const OPENINGS: &[&str] = &[
    "anti", "auto", "bio", "counter", "electro", "extra", "geo", "hydro", "hyper", "infra",
    "inter", "macro", "mega", "micro", "multi", "neo", "neuro", "non", "over", "photo", "proto",
    "pseudo", "psycho", "radio", "retro", "semi", "socio", "super", "tele", "ultra", "under",
];

/// Endings that add one syllable to what stands before them, whose own silent e stays silent.
const ENDINGS: &[&str] = &[
    "ness", "less", "ful", "ment", "ly", "some", "like", "man", "men", "ship", "hood", "land",
    "ward", "way", "maker", "mate", "work", "wood", "worth", "line", "side", "time", "tide", "let",
    "place", "board", "ground", "house", "stone", "bound", "book", "shot", "shop", "light",
    "night", "stream", "watch", "wave", "walk", "storm", "song", "smith", "sick", "print", "guard",
    "craft", "ball", "back", "town", "ville", "ford", "field", "dom", "maid",
];

/// How many syllables the word has by its spelling. Lower case is expected; marks on letters are read
/// (`é` is sounded, `ï` stands apart), apostrophes are taken as elisions (`o'er`, `heav'n`).
/// At least 1 for any word with a letter.
pub fn syllables_by_rule(word: &str) -> u32 {
    let folded = fold(word);
    let (stem, added) = contraction(&folded);
    let plain: String = stem.chars().filter(|c| *c != '\'').collect();
    (count(&plain) + added).max(1)
}

/// Splits off `n't`, `'ve`, `'ll`, `'d`, `'re`, `'s`, `'m`, with what they add.
pub(crate) fn contraction(word: &str) -> (&str, u32) {
    if word.len() > LONGEST {
        return (word, 0);
    }
    for (ending, adds) in [
        ("n't", Adds::AfterStop),
        ("'ve", Adds::AfterConsonant),
        ("'ll", Adds::AfterConsonant),
        ("'re", Adds::AfterConsonant),
        ("'d", Adds::AfterDental),
        ("'s", Adds::AfterHiss),
        ("'m", Adds::Never),
        ("s'", Adds::Plural),
    ] {
        let Some(stem) = word.strip_suffix(ending) else {
            continue;
        };
        if !stem.bytes().any(is_vowel) {
            continue;
        }
        if matches!(adds, Adds::Plural) {
            return (&word[..word.len() - 1], 0);
        }
        let (inner, before) = contraction(stem);
        let last = stem.bytes().last().unwrap_or(b'a');
        // Behind another contraction (`couldn't've`) it always sounds.
        let sounds = stem.len() != inner.len() || adds.sounds(stem.trim_end_matches('e'), last);
        return (
            inner,
            before + u32::from(sounds && !matches!(adds, Adds::Never)),
        );
    }
    (word, 0)
}

/// When a contracted word is a syllable of its own.
#[derive(Clone, Copy)]
enum Adds {
    AfterStop,
    AfterConsonant,
    AfterDental,
    AfterHiss,
    Plural,
    Never,
}

impl Adds {
    /// `stem` has no silent e; `last` is the letter before the contraction.
    fn sounds(self, stem: &str, last: u8) -> bool {
        let end = stem.bytes().last().unwrap_or(b'a');
        match self {
            Self::AfterStop => matches!(end, b'd' | b's' | b't' | b'v'),
            Self::AfterConsonant => {
                !is_vowel(last) && !matches!(last, b'w' | b'r')
                    || (last == b'e'
                        && stem.len() > 3
                        && !is_vowel(end)
                        && end != b'r'
                        && end != b'h')
            }
            Self::AfterDental => matches!(end, b'd' | b't'),
            Self::AfterHiss => hisses(stem, last),
            Self::Plural | Self::Never => false,
        }
    }
}

/// Whether an s behind the word is a syllable: after s, x, z, sh, ch, soft c and g.
pub(crate) fn hisses(stem: &str, last: u8) -> bool {
    stem.ends_with(['s', 'x', 'z'])
        || stem.ends_with("sh")
        || stem.ends_with("ch")
        || (last == b'e' && stem.ends_with(['c', 'g']))
}

/// Lower-case ASCII with marks read: `é` as a sounded vowel, `ï` and `ë` apart from the vowel before.
pub(crate) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            'a'..='z' | '\'' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '’' | '‘' | 'ʼ' | '＇' => out.push('\''),
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ǎ' => out.push('a'),
            // Inside a word an accent changes no count; at its end it keeps the e from being silent.
            'é' | 'è' | 'ê' | 'ē' | 'ě' | 'ë' | 'ï' => {
                let last = letters.peek().is_none_or(|next| !next.is_alphabetic());
                let apart = matches!(c, 'ë' | 'ï') || last;
                if apart && out.bytes().last().is_some_and(is_vowel) {
                    out.push('h'); // a joint: `nahive`, `zohay`
                }
                out.push_str(match c {
                    'ï' => "i",
                    _ if last => "ay",
                    _ => "e",
                });
            }
            'í' | 'ì' | 'î' | 'ī' | 'ǐ' => out.push('i'),
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' | 'ǒ' => out.push('o'),
            'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ǔ' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ç' => out.push('s'),
            'ñ' => out.push_str("ny"),
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            'ð' | 'þ' => out.push_str("th"),
            _ => out.extend(c.to_lowercase().filter(char::is_ascii_lowercase)),
        }
    }
    out
}

/// Syllables of a folded word without apostrophes.
fn count(word: &str) -> u32 {
    if word.len() <= 3 || word.len() > LONGEST {
        return vowels::count(word);
    }
    if let Some((joint, rest)) = SILENT_JOINT
        .iter()
        .find_map(|joint| Some((joint, word.strip_prefix(joint)?)))
        .filter(|(_, rest)| VOWEL_CLOSINGS.contains(rest))
    {
        return vowels::count(joint) + vowels::count(rest);
    }
    if let Some(counted) = ending(word).or_else(|| word.strip_suffix('s').and_then(ending)) {
        return counted;
    }
    for opening in OPENINGS {
        if let Some(rest) = word.strip_prefix(opening)
            && rest.len() >= 4
            && has_vowel(rest)
            && (is_vowel(rest.as_bytes()[0]) || *opening == "non")
        {
            return vowels::count(opening) + count(rest);
        }
    }
    for joint in SILENT_JOINT {
        if let Some(rest) = word.strip_prefix(joint)
            && rest.len() >= 3
            && opens_a_word(rest)
        {
            return vowels::count(joint) + count(rest);
        }
    }
    vowels::count(word)
}

/// The word by one of [`ENDINGS`]; `None` if it has none.
fn ending(word: &str) -> Option<u32> {
    let (stem, ending) = ENDINGS.iter().find_map(|e| {
        word.strip_suffix(e)
            .filter(|stem| stem.len() >= 3 && has_vowel(stem))
            .map(|stem| (stem, *e))
    })?;
    let own = match ending {
        "maker" => 2,
        "ly" if stem.ends_with("ical") => 0,
        // `allegedly`: the e sounds there.
        "ly" if stem.ends_with("ed") && vowels::ends_silent(stem) => 2,
        _ => 1,
    };
    Some(count(stem) + own)
}

/// Whether letters behind a silent joint may be a word, and no ending (`wid|ening`, `lon|er`).
fn opens_a_word(rest: &str) -> bool {
    let w = rest.as_bytes();
    // A word behind a joint in e begins with r only before a, o, u (`home|room`, not `lone|rer`).
    let onset = !is_vowel(w[0]) && (w[0] != b'r' || matches!(w[1], b'a' | b'o' | b'u'));
    let tail = [
        "ning", "ned", "ner", "nal", "ver", "ty", "ties", "lty", "nt", "nce", "rous", "ral",
        "tary", "tic", "mic", "lla", "llo",
    ];
    let is_tail = tail
        .iter()
        .any(|t| rest.starts_with(t) && rest.len() <= t.len() + 2);
    onset && has_vowel(rest) && !is_tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[(&str, u32)]) {
        let found: Vec<_> = words
            .iter()
            .map(|(w, _)| (*w, syllables_by_rule(w)))
            .collect();
        assert_eq!(found, words);
    }

    #[test]
    fn a_silent_e_stays_silent_at_a_joint() {
        check(&[
            ("sidewalk", 2),
            ("lifeline", 2),
            ("takeaway", 3),
            ("widening", 3),
            ("homeless", 2),
            ("someone", 2),
        ]);
    }

    #[test]
    fn contractions_sound_where_the_mouth_needs_them() {
        check(&[
            ("couldn't", 2),
            ("don't", 1),
            ("she'll", 1),
            ("that'll", 2),
            ("you've", 1),
            ("would've", 2),
            ("it'd", 2),
            ("he'd", 1),
            ("boss's", 2),
            ("dog's", 1),
            ("boys'", 1),
            ("y'all", 1),
            ("o'er", 1),
            ("heav'n", 1),
        ]);
    }

    #[test]
    fn marks_on_letters_are_read() {
        check(&[
            ("naïve", 2),
            ("Zoë", 2),
            ("fiancé", 3),
            ("Chloé", 2),
            ("über", 2),
            ("garçon", 2),
        ]);
    }

    #[test]
    fn openings_keep_their_vowels() {
        check(&[
            ("nonviolent", 4),
            ("microorganism", 6),
            ("overactive", 4),
            ("react", 2),
            ("reach", 1),
        ]);
    }
}
