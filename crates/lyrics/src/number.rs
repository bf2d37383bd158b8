//! How figures are read aloud, in English and in Chinese.

use crate::english::syllables_by_rule;

/// Syllables of the English reading of a figure with what stands at it: `24`, `1,000`, `3.5`, `21st`,
/// `90s`, `1999`, `007`, `3:30`, `24/7`, `$5`, `50%`. `token` begins with a digit or a currency sign.
pub(crate) fn english(token: &str) -> u32 {
    let (token, currency) = match token.chars().next() {
        Some('$' | '€' | '£' | '¥') => {
            let sign = token.chars().next().map_or(0, char::len_utf8);
            // dollars, euros; pounds, yuan or yen count near enough as one and two
            (&token[sign..], if token.starts_with('£') { 1 } else { 2 })
        }
        _ => (token, 0),
    };
    let (token, percent) = match token.strip_suffix('%') {
        Some(token) => (token, 2),
        None => (token, 0),
    };
    currency + percent + token.split([':', '/', '-', '–']).map(plain).sum::<u32>()
}

/// One figure with its suffix.
fn plain(token: &str) -> u32 {
    let suffix_at = token
        .find(|c: char| c.is_alphabetic() || c == '\'')
        .unwrap_or(token.len());
    let (figure, suffix) = token.split_at(suffix_at);
    let grouped = figure.contains(',');
    let figure: String = figure.chars().filter(|c| *c != ',').collect();
    let (whole, fraction) = figure.split_once('.').unwrap_or((&figure, ""));
    let mut count = match whole {
        "" => 0,
        w if w.len() > 15 || w.len() > 1 && w.starts_with('0') => digits(w),
        w => whole_number(
            w.parse().unwrap_or(0),
            grouped || !suffix.is_empty() && suffix != "s",
        ),
    };
    if fraction.bytes().any(|b| b.is_ascii_digit()) {
        count += 1 + digits(fraction); // point
    }
    let suffix = suffix.trim_matches('\'').to_ascii_lowercase();
    count
        + match suffix.as_str() {
            // first, third and others keep the count, but for `twentieth` and `nineties`
            "th" => u32::from(ends_in_tens(whole)),
            "" | "s" | "st" | "rd" | "d" => 0,
            "nd" => u32::from(whole.ends_with('2')),
            "k" | "m" => 1,
            "am" | "pm" => 2,
            word => syllables_by_rule(word), // 2nite, 4ever
        }
}

/// `20`, `90`, `130`: what makes an ordinal in -tieth.
fn ends_in_tens(whole: &str) -> bool {
    whole.len() >= 2 && whole.ends_with('0') && !whole.ends_with("00") && !whole.ends_with("10")
}

/// Digit by digit: zero and seven have two syllables.
fn digits(figure: &str) -> u32 {
    figure
        .bytes()
        .map(|b| match b {
            b'0' | b'7' => 2,
            b'1'..=b'9' => 1,
            _ => 0,
        })
        .sum()
}

fn whole_number(n: u64, cardinal: bool) -> u32 {
    // A bare figure of four digits is a year: nineteen ninety-nine, twenty ten.
    if !cardinal && (1100..2100).contains(&n) && !(2000..2010).contains(&n) {
        let (century, year) = (n / 100, n % 100);
        return match year {
            0 => below_hundred(century) + 2,
            1..=9 => below_hundred(century) + 1 + below_hundred(year), // nineteen oh five
            _ => below_hundred(century) + below_hundred(year),
        };
    }
    if n == 0 {
        return 2;
    }
    // thousand, million, billion, trillion have two syllables each
    let mut count = 0;
    let mut rest = n;
    let mut group = 0;
    while rest > 0 {
        let part = rest % 1000;
        if part > 0 {
            count += below_thousand(part) + if group > 0 { 2 } else { 0 };
        }
        rest /= 1000;
        group += 1;
    }
    count
}

fn below_thousand(n: u64) -> u32 {
    let hundreds = if n >= 100 {
        below_hundred(n / 100) + 2
    } else {
        0
    };
    hundreds + below_hundred(n % 100)
}

fn below_hundred(n: u64) -> u32 {
    const SMALL: [u32; 20] = [0, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2];
    match n {
        0..20 => SMALL[usize::try_from(n).unwrap_or(0)],
        70..80 => 3 + SMALL[usize::try_from(n % 10).unwrap_or(0)],
        _ => 2 + SMALL[usize::try_from(n % 10).unwrap_or(0)],
    }
}

/// Syllables of the Chinese reading of a figure: 24 is 二十四, 1999 before 年 is read digit by digit.
pub(crate) fn chinese(token: &str, before_year: bool) -> u32 {
    token
        .split([':', '/', '-', '–'])
        .map(|figure| {
            let percent = if figure.ends_with('%') { 3 } else { 0 }; // 百分之
            let figure: String = figure
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '.')
                .collect();
            let (whole, fraction) = figure.split_once('.').unwrap_or((&figure, ""));
            let length = |f: &str| u32::try_from(f.len()).unwrap_or(u32::MAX);
            let read =
                if before_year && whole.len() == 4 || whole.starts_with('0') || whole.len() > 16 {
                    length(whole)
                } else {
                    han_number(whole)
                };
            let fraction: String = fraction.chars().filter(char::is_ascii_digit).collect();
            percent
                + read
                + if fraction.is_empty() {
                    0
                } else {
                    1 + length(&fraction)
                }
        })
        .sum()
}

/// `whole` has digits alone, at most 16.
fn han_number(whole: &str) -> u32 {
    let n = whole.len();
    let mut count = 0;
    for group_end in (0..n.div_ceil(4)).rev() {
        let to = n - group_end * 4;
        let group = &whole[to.saturating_sub(4)..to];
        let first = to <= 4;
        let mut zero = false;
        let mut any = false;
        for (at, b) in group.bytes().enumerate() {
            let place = group.len() - at; // 4: 千, 3: 百, 2: 十
            if b == b'0' {
                zero = any || !first;
                continue;
            }
            count += u32::from(zero);
            zero = false;
            // 十 at the very start needs no 一 before it
            let bare_ten = place == 2 && b == b'1' && first && !any;
            count += u32::from(!bare_ten) + u32::from(place > 1);
            any = true;
        }
        if any && group_end > 0 {
            count += 1; // 万, 亿
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_in_english() {
        for (figure, spoken, expected) in [
            ("24", "twenty-four", 3),
            ("7", "seven", 2),
            ("0", "zero", 2),
            ("11", "eleven", 3),
            ("17", "seventeen", 3),
            ("70", "seventy", 3),
            ("100", "one hundred", 3),
            ("365", "three hundred sixty-five", 6),
            ("1,000", "one thousand", 3),
            ("1999", "nineteen ninety-nine", 5),
            ("1905", "nineteen oh five", 4),
            ("2000", "two thousand", 3),
            ("2001", "two thousand one", 4),
            ("2024", "twenty twenty-four", 5),
            ("1,000,000", "one million", 3),
            ("3.5", "three point five", 3),
            ("007", "zero zero seven", 6),
            ("1st", "first", 1),
            ("2nd", "second", 2),
            ("20th", "twentieth", 3),
            ("21st", "twenty-first", 3),
            ("90s", "nineties", 2),
            ("3:30", "three thirty", 3),
            ("24/7", "twenty-four seven", 5),
            ("$5", "five dollars", 3),
            ("50%", "fifty percent", 4),
            ("5am", "five a m", 3),
            ("2nite", "tonight", 2),
        ] {
            assert_eq!(english(figure), expected, "{figure}: {spoken}");
        }
    }

    #[test]
    fn figures_are_read_in_chinese() {
        for (figure, year, spoken, expected) in [
            ("24", false, "二十四", 3),
            ("10", false, "十", 1),
            ("15", false, "十五", 2),
            ("100", false, "一百", 2),
            ("105", false, "一百零五", 4),
            ("110", false, "一百一十", 4),
            ("1000", false, "一千", 2),
            ("1005", false, "一千零五", 4),
            ("10000", false, "一万", 2),
            ("100000", false, "十万", 2),
            ("1999", true, "一九九九", 4),
            ("1999", false, "一千九百九十九", 7),
            ("3.14", false, "三点一四", 4),
            ("50%", false, "百分之五十", 5),
            ("0", false, "零", 1),
        ] {
            assert_eq!(chinese(figure, year), expected, "{figure}: {spoken}");
        }
    }

    #[test]
    fn no_figure_is_too_long() {
        let long = "9".repeat(10_000);
        assert_eq!(english(&long), 10_000);
        assert_eq!(chinese(&long, false), 10_000);
    }
}
