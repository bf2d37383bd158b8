//! Syllables of vowel letters: one for those that touch, less the silent e, more where letters touch and
//! do not melt.

/// Openings whose first two vowels stand apart although such letters mostly melt.
const HIATUS_OPENINGS: &[&str] = &[
    "react", "reass", "reapp", "reaff", "rearm", "rearr", "readj", "readm", "realit", "realig",
    "reaw", "reem", "reen", "reex", "reim", "reinf", "reinv", "reins", "reint", "reiss", "reiter",
    "reo", "reu", "preem", "preex", "preo", "deact", "deodor", "cooperat", "coopt", "coord",
    "coex", "coau", "coed", "coinc", "preamb", "meand", "biolog", "dial", "diame", "giant", "lion",
    "riot", "triang", "viol", "poet", "poem", "duet", "chaos", "neon", "leon", "theat", "theol",
    "theor", "museum", "naive", "oasis", "oceani",
];

/// Syllables of a part of a word in lower-case ASCII letters; at least 1.
pub(crate) fn count(word: &str) -> u32 {
    let w = word.as_bytes();
    let mut count = 0;
    let mut at = 0;
    while at < w.len() {
        let start = at;
        while at < w.len() && vowel_at(w, at) {
            at += 1;
        }
        if at > start {
            count += if parts(word, start, at) { 2 } else { 1 };
        } else {
            at += 1;
        }
    }
    // A last m that nothing carries: rhythm, prism.
    count += u32::from(ends(word, &["thm", "thms", "sm", "sms"]));
    // Mc is said before a consonant.
    count += u32::from(word.starts_with("mc") && w.len() > 3 && !vowel_at(w, 2));
    count += u32::from(
        HIATUS_OPENINGS
            .iter()
            .any(|o| word.starts_with(o) && melted(o)),
    );
    count.saturating_sub(u32::from(ends_silent(word))).max(1)
}

/// Any of the vowel letters, y among them.
pub(crate) fn is_vowel(b: u8) -> bool {
    is_plain_vowel(b) || b == b'y'
}

pub(crate) fn has_vowel(word: &str) -> bool {
    word.bytes().any(is_vowel)
}

fn is_plain_vowel(b: u8) -> bool {
    matches!(b, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Whether the letter is a vowel where it stands: y is none at the start of a word before a vowel, nor
/// between two; u is none after q, nor between g and another vowel.
fn vowel_at(w: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|i| w[i]);
    let next = w.get(at + 1).copied();
    match w[at] {
        b'u' => match before {
            Some(b'q') => false,
            Some(b'g') => !next.is_some_and(|b| b != b'u' && is_vowel(b)),
            _ => true,
        },
        b'y' => !(next.is_some_and(is_plain_vowel) && before.is_none_or(is_plain_vowel)),
        b => is_plain_vowel(b),
    }
}

/// Whether the first pair of vowels in a hiatus opening was counted as one.
fn melted(opening: &str) -> bool {
    let w = opening.as_bytes();
    (1..w.len()).any(|i| vowel_at(w, i - 1) && vowel_at(w, i) && !parts(opening, i - 1, i + 1))
}

/// Whether the vowel group `start..end` of the word is two syllables.
fn parts(word: &str, start: usize, end: usize) -> bool {
    let w = word.as_bytes();
    let before = if start > 0 { w[start - 1] } else { b' ' };
    // No vowel before this group.
    let first = !w[..start].iter().any(|b| is_vowel(*b));
    let rest = &word[end..];
    match &word[start..end] {
        "ia" => match before {
            // special, musician; associate, appreciate
            b'c' | b't' if !rest.is_empty() && !first => begins(rest, &["te", "ti"]),
            b'g' => !rest.starts_with('n'),           // Belgian
            b'r' => first || !rest.starts_with("ge"), // marriage
            _ => true,
        },
        "io" => match before {
            // nation, gracious, fashion
            b't' | b's' | b'c' | b'x' | b'g' | b'h' => !begins(rest, &["n", "us"]),
            b'l' | b'n' => first || !rest.starts_with('n'), // million, onion
            _ => true,
        },
        "ie" => {
            if begins(rest, &["nc", "nt"]) {
                // audience, orient; ancient, patient
                if first {
                    before != b'r'
                } else {
                    !matches!(before, b'c' | b't')
                }
            } else if rest.starts_with('t') {
                // diet, quiet, variety, soviet; thief has no t
                start <= 2 && w.get(1) != Some(&b'h')
                    || matches!(before, b'r' | b'v')
                    || is(rest, &["ty", "ties"])
            } else {
                // happier; twentieth, sierra, vienna, fiesta; alien
                !first && is(rest, &["r", "rs", "st", "n"])
                    || begins(rest, &["th", "rr", "nn", "sta", "na"])
            }
        }
        "ea" => {
            !first
                && (is(rest, &["", "s"]) || is(rest, &["n", "ns"]) && before != b'c'                       // area, Chilean; ocean
                    || is(rest, &["r", "rs"]) && matches!(before, b'l' | b'n') // nuclear
                    || is(rest, &["l", "ls"]) && before == b'r')          // cereal
                || begins(rest, &["te", "ti", "to"]) && creates(w, start, first)
        }
        // people, pigeon, leopard, vaudeville's beaut-
        "eo" => !(begins(rest, &["pl", "pard", "ut"]) || before == b'g' && rest.starts_with('n')),
        "ua" => !(matches!(before, b'q' | b'g') || before == b's' && rest.starts_with("de")),
        // cruel, duet, fluent
        "ue" => begins(rest, &["l", "nc", "nt", "nd"]) || first && rest.starts_with('t'),
        // ruin, fluid, suing, intuition, genuine
        "ui" => begins(rest, &["ti", "ty", "no", "ne"]) || is(rest, &["n", "ns", "ng", "d", "ds"]),
        "uo" => matches!(before, b'd' | b'l'), // duo, fluorine
        "oe" => rest.starts_with('m') || rest.starts_with('t') && !first, // poem
        "oi" => is(rest, &["ng", "ngs"]) || before == b'g' && rest.starts_with("st"), // going, egoist
        "oa" => before != b'h' && (rest.is_empty() || rest.starts_with("nn")), // boa, Joanna; whoa
        "eu" => is(rest, &["m", "ms"]) || !first && rest == "s",               // museum, nucleus
        "ei" => is(rest, &["ng", "ngs"]) || rest.starts_with("ty"),            // being, deity
        "iou" => !matches!(before, b't' | b'c' | b'x' | b'g'),                 // serious; precious
        "eou" => !matches!(before, b'g' | b'c'), // courteous; gorgeous
        "ya" | "yo" | "yu" => start > 0 && first, // cyan; canyon
        "ye" => !is(rest, &["", "s", "d"]),      // dryer; bye
        "ao" | "iu" | "ii" | "yi" | "uou" => true,
        "eei" | "eea" | "ooi" | "iei" | "iai" | "aei" | "oei" | "yei" | "uei" | "aia" | "eia"
        | "oia" | "uia" | "aio" | "eio" | "oio" | "uio" | "iao" | "iae" => true,
        _ => false,
    }
}

/// `create`, `recreation`, `lineation` against `treat`, `great`, `neat`, `pleated`.
fn creates(w: &[u8], start: usize, first: bool) -> bool {
    match start.checked_sub(1).map(|i| w[i]) {
        Some(b'r') => {
            !(start >= 2 && matches!(w[start - 2], b't' | b'h' | b'b' | b'w' | b'd' | b'p'))
        }
        Some(b'n' | b'l') => !first,
        _ => false,
    }
}

/// Whether the e of a last `e`, `es` or `ed` was counted and is silent.
pub(crate) fn ends_silent(word: &str) -> bool {
    let w = word.as_bytes();
    if (0..w.len()).filter(|at| vowel_at(w, *at)).count() < 2 {
        return false;
    }
    let Some(stem) = ["es", "ed", "e"].iter().find_map(|e| word.strip_suffix(e)) else {
        return false;
    };
    let s = stem.as_bytes();
    if s.len() < 2 || vowel_at(w, s.len() - 1) {
        return false; // part of a group
    }
    // table, acre, rambles, ambled, sacred: a consonant carries l or r
    let carried = !vowel_at(w, s.len() - 2)
        && match s[s.len() - 1] {
            b'l' => !matches!(s[s.len() - 2], b'l' | b'r' | b'w' | b'h'),
            b'r' if word.ends_with("ed") => s[s.len() - 2] != b'r',
            b'r' => matches!(s[s.len() - 2], b'c' | b't' | b'g' | b'b'),
            _ => false,
        };
    let sounded = match &word[stem.len()..] {
        "es" => ends(stem, &["s", "x", "z", "c", "g", "sh", "ch"]),
        "ed" => ends(stem, &["d", "t"]),
        _ => false,
    };
    !carried && !sounded
}

fn is(text: &str, any: &[&str]) -> bool {
    any.contains(&text)
}

fn begins(text: &str, any: &[&str]) -> bool {
    any.iter().any(|begin| text.starts_with(begin))
}

fn ends(text: &str, any: &[&str]) -> bool {
    any.iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[(&str, u32)]) {
        let found: Vec<_> = words.iter().map(|(w, _)| (*w, count(w))).collect();
        assert_eq!(found, words);
    }

    #[test]
    fn a_last_e_is_silent_unless_it_carries_a_consonant() {
        check(&[
            ("came", 1),
            ("the", 1),
            ("table", 2),
            ("acre", 2),
            ("roses", 2),
            ("times", 1),
            ("rambles", 2),
            ("wanted", 2),
            ("loved", 1),
            ("called", 1),
            ("ambled", 2),
        ]);
    }

    #[test]
    fn vowels_that_touch_melt_or_part() {
        check(&[
            ("nation", 2),
            ("lion", 2),
            ("serious", 3),
            ("precious", 2),
            ("create", 2),
            ("great", 1),
            ("people", 2),
            ("video", 3),
            ("going", 2),
            ("coin", 1),
            ("ocean", 2),
            ("idea", 3),
            ("quiet", 2),
            ("friend", 1),
            ("cruel", 2),
            ("guess", 1),
        ]);
    }

    #[test]
    fn y_is_a_vowel_where_nothing_else_is() {
        check(&[
            ("yes", 1),
            ("rhythm", 2),
            ("beyond", 2),
            ("canyon", 2),
            ("trying", 2),
            ("my", 1),
        ]);
    }
}
