//! What a scene heading is made of: a prefix (inside or outside), a place, a time.

/// Prefixes of scene headings, longest first where one begins another. A dot or a space follows.
/// Fountain names all but `I./E`, which scripts have as well.
const PREFIXES: [&str; 8] = [
    "INT./EXT", "INT/EXT", "EXT./INT", "I./E", "I/E", "INT", "EXT", "EST",
];

/// Inside and outside in Chinese scripts. Fountain is silent on them; as Chinese has no capitals and
/// often no space after the word, a line that begins with one is a heading unless it ends as a sentence does.
const HAN_PREFIXES: [&str; 6] = ["内外景", "内/外景", "外内景", "内景", "外景", "内／外景"];

/// Bytes of the prefix at the start of `line`, its dot and the white space after it included.
pub(crate) fn prefix_len(line: &str) -> Option<usize> {
    let rest_after = |len: usize| {
        let rest = &line[len..];
        let dot = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '.' | '。' | '．'));
        let rest = &rest[dot.map_or(0, char::len_utf8)..];
        line.len() - rest.trim_start().len()
    };
    for prefix in PREFIXES {
        let Some(head) = line.get(..prefix.len()) else {
            continue;
        };
        if head.eq_ignore_ascii_case(prefix)
            && line[prefix.len()..].starts_with([' ', '\t', '.', '。', '．', '\u{3000}'])
        {
            return Some(rest_after(prefix.len()));
        }
    }
    HAN_PREFIXES
        .iter()
        .find(|prefix| line.starts_with(**prefix))
        .filter(|_| !line.ends_with(['。', '！', '？', '…', '，', '；', '”']))
        .map(|prefix| rest_after(prefix.len()))
}

/// Whether `line`, without white space around it, begins as a scene heading does.
pub(crate) fn has_prefix(line: &str) -> bool {
    prefix_len(line.trim()).is_some()
}

/// Prefix, place and time of a heading's text, each without white space around it; what is missing is empty.
/// The time stands after the last dash with spaces around it.
pub(crate) fn parts(text: &str) -> (&str, &str, &str) {
    let (prefix, rest) = text.split_at(prefix_len(text).unwrap_or(0));
    match last_dash(rest) {
        Some((start, end)) => (prefix.trim(), rest[..start].trim(), rest[end..].trim()),
        None => (prefix.trim(), rest.trim(), ""),
    }
}

/// The last dash that parts place and time: one with spaces around it, or two full-width ones.
pub(crate) fn last_dash(text: &str) -> Option<(usize, usize)> {
    [" - ", " – ", " — ", " -- ", "——"]
        .iter()
        .filter_map(|dash| text.rfind(dash).map(|at| (at, at + dash.len())))
        .max()
}

/// The scene number at the end of `text`: byte offsets of the first `#` and the end after the second.
/// Letters, digits, dashes and periods may stand between them.
pub(crate) fn scene_number(text: &str) -> Option<(usize, usize)> {
    let inner = text.strip_suffix('#')?;
    let open = inner.rfind('#')?;
    let number = &inner[open + 1..];
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    (!number.is_empty() && number.chars().all(allowed)).then_some((open, text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_needs_a_dot_or_a_space() {
        assert!(has_prefix("INT. HALL"));
        assert!(has_prefix("ext hall"));
        assert!(has_prefix("INT./EXT. CAR"));
        assert!(!has_prefix("Extremely slow"));
        assert!(!has_prefix("INT"));
    }

    #[test]
    fn chinese_headings_begin_with_inside_or_outside() {
        assert!(has_prefix("内景 渡轮船舱 - 夜"));
        assert!(has_prefix("外景。码头 - 日"));
        assert!(has_prefix("内外景 车里 - 夜"));
        assert!(!has_prefix("外景拍摄很难。"));
        assert_eq!(parts("内景 渡轮船舱 - 夜"), ("内景", "渡轮船舱", "夜"));
    }

    #[test]
    fn a_heading_has_prefix_place_and_time() {
        assert_eq!(
            parts("INT. FERRY - CABIN - NIGHT"),
            ("INT.", "FERRY - CABIN", "NIGHT")
        );
        assert_eq!(parts("EXT. QUAY"), ("EXT.", "QUAY", ""));
        assert_eq!(parts("SNIPER SCOPE POV"), ("", "SNIPER SCOPE POV", ""));
    }
}
