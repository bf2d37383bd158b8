//! What chat models say about their answer before and after it.
//!
//! Word lists, English and Chinese. A line counts as chatter only if it begins like chatter *and* speaks of
//! the work (`scene`, `version`, `续写`) *and* ends as an announcement does, since any of these alone is
//! also a line of dialogue.

/// What the first line of a text is; lengths in bytes, line ends and spaces after it included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// `Sure!`: chatter only if more of it or a fence follows.
    Assent(usize),
    /// An announcement that fills its line.
    Chatter(usize),
    /// An announcement whose line goes on with the text.
    Label(usize),
    /// The text itself.
    Text,
}

/// Beginnings of an announcement.
const OPENERS: [&str; 24] = [
    "here is",
    "here's",
    "here are",
    "sure",
    "certainly",
    "of course",
    "absolutely",
    "okay",
    "ok",
    "alright",
    "below is",
    "below are",
    "the following",
    "no problem",
    "当然",
    "好的",
    "好，",
    "以下",
    "下面",
    "这里是",
    "没问题",
    "接下来",
    "明白",
    "为您",
];

/// Beginnings that a page has as often; they need a word that speaks of the task.
const WEAK_OPENERS: [&str; 21] = [
    "this is",
    "i've",
    "i have",
    "i'll",
    "i will",
    "let me",
    "let's",
    "gladly",
    "happy to",
    "i'd be",
    "yes",
    "understood",
    "got it",
    "great",
    "这是",
    "可以",
    "我将",
    "我会",
    "我来",
    "根据",
    "是的",
];

/// Words that speak of the task and of nothing else.
const TASK: [&str; 14] = [
    "continuation",
    "rewritten",
    "rewrite",
    "revised",
    "rewording",
    "reworded",
    "续写",
    "改写",
    "重写",
    "润色",
    "扩写",
    "缩写",
    "精简后",
    "修改后",
];

/// Words that speak of the work.
const WORK: [&str; 43] = [
    "version",
    "continue",
    "continued",
    "continues",
    "scene",
    "script",
    "screenplay",
    "lyric",
    "lyrics",
    "verse",
    "chorus",
    "song",
    "passage",
    "text",
    "story",
    "line",
    "lines",
    "dialogue",
    "draft",
    "shorter",
    "longer",
    "ink",
    "fountain",
    "page",
    "selection",
    "tone",
    "subtext",
    "paragraph",
    "版本",
    "场景",
    "剧本",
    "歌词",
    "正文",
    "内容",
    "段落",
    "故事",
    "结果",
    "下文",
    "文本",
    "台词",
    "文字",
    "接下来",
    "部分",
];

/// Whole headings.
const LABELS: [&str; 22] = [
    "continuation",
    "the continuation",
    "continued",
    "rewrite",
    "rewritten",
    "rewritten text",
    "rewritten version",
    "rewritten passage",
    "rewritten selection",
    "revised",
    "revised version",
    "revised text",
    "shorter version",
    "longer version",
    "续写",
    "改写",
    "改写后",
    "续写内容",
    "续写如下",
    "改写如下",
    "改写结果",
    "修改后",
];

/// Said before an announcement, on a line of its own.
const ASSENTS: [&str; 16] = [
    "sure",
    "sure thing",
    "certainly",
    "of course",
    "absolutely",
    "okay",
    "ok",
    "alright",
    "great",
    "got it",
    "understood",
    "当然",
    "好的",
    "没问题",
    "当然可以",
    "可以",
];

/// The longest announcement, in characters.
const LONGEST: usize = 200;

/// Judges the first line of `body`, which begins with a word; `None` asks for more.
pub(crate) fn line(body: &str, whole: bool) -> Option<Line> {
    let end = body.find('\n');
    let text = &body[..end.unwrap_or(body.len())];
    let complete = end.is_some() || whole;
    if text.chars().count() > LONGEST {
        return Some(Line::Text);
    }
    let plain = plain(text);
    let opens = OPENERS.iter().any(|opener| begins(&plain, opener));
    let opens_weakly = opens || WEAK_OPENERS.iter().any(|opener| begins(&plain, opener));
    if let Some(colon) = text.find([':', '：']) {
        let clause = self::plain(&text[..colon]);
        let mark = text[colon..].chars().next().map_or(0, char::len_utf8);
        let rest = &text[colon + mark..];
        let empty = rest.trim_matches(['*', ' ', '\t', '_']).is_empty();
        let task = LABELS.contains(&clause.as_str()) || (opens_weakly && speaks_of(&clause, &TASK));
        let work = opens && speaks_of(&clause, &WORK);
        if !task && !work {
            return Some(Line::Text);
        }
        return if !empty {
            let spaces = rest.len() - rest.trim_start_matches(['*', ' ', '\t']).len();
            Some(if task {
                Line::Label(colon + mark + spaces)
            } else {
                Line::Text
            })
        } else if complete {
            Some(Line::Chatter(end.map_or(body.len(), |end| end + 1)))
        } else {
            None
        };
    }
    if !complete {
        let may = |list: &[&str]| list.iter().any(|known| known.starts_with(plain.as_str()));
        return if opens_weakly
            || plain.is_empty()
            || may(&OPENERS)
            || may(&WEAK_OPENERS)
            || may(&LABELS)
            || may(&ASSENTS)
            || LABELS.iter().any(|label| begins(&plain, label))
        {
            None
        } else {
            Some(Line::Text)
        };
    }
    let len = end.map_or(body.len(), |end| end + 1);
    if ASSENTS.contains(&plain.trim_end_matches(['.', '!', ',', '。', '！', '，', '~', '～'])) {
        return Some(Line::Assent(len));
    }
    if LABELS.contains(&plain.as_str()) && text.trim_start().starts_with("**") {
        return Some(Line::Chatter(len));
    }
    let announces = opens_weakly
        && speaks_of(&plain, &TASK)
        && plain.ends_with(['.', '!', '。', '！'])
        && end.is_some();
    if !announces {
        return Some(Line::Text);
    }
    // An announcement without a colon is one only when an empty line sets it off.
    match body[len..]
        .chars()
        .find(|c| *c == '\n' || !c.is_whitespace())
    {
        Some('\n') => Some(Line::Chatter(len)),
        Some(_) => Some(Line::Text),
        None if whole => Some(Line::Text),
        None => None,
    }
}

const TRAILERS: [&str; 48] = [
    "the song is",
    "this song",
    "the lyrics",
    "these lyrics",
    "this poem",
    "the poem",
    "this scene shows",
    "the story is about",
    "这首歌",
    "这段歌词",
    "以上内容",
    "let me know",
    "i hope",
    "hope this",
    "hope that",
    "hope you",
    "feel free",
    "would you like",
    "do you want",
    "if you'd like",
    "if you would like",
    "if you want",
    "if you need",
    "is there anything",
    "please let me",
    "please feel",
    "note:",
    "note that",
    "this continuation",
    "this version",
    "this rewrite",
    "in this version",
    "in this continuation",
    "i've kept",
    "i kept",
    "i tried",
    "请告诉我",
    "希望",
    "如果您",
    "如果你",
    "如需",
    "您可以",
    "需要我",
    "还需要",
    "请随时",
    "注：",
    "以上是",
    "以上就是",
];

const TRAILER_WORDS: [&str; 44] = [
    "themes",
    "theme",
    "explores",
    "explore",
    "about",
    "主题",
    "表达",
    "adjust",
    "adjusted",
    "adjustments",
    "changes",
    "revise",
    "revisions",
    "rewrite",
    "continue",
    "continuation",
    "version",
    "scene",
    "script",
    "lyrics",
    "story",
    "tone",
    "feedback",
    "further",
    "else",
    "help",
    "helps",
    "assist",
    "different",
    "suggestions",
    "expand",
    "shorten",
    "original",
    "style",
    "meets",
    "修改",
    "调整",
    "续写",
    "改写",
    "继续写",
    "帮助",
    "满意",
    "版本",
    "反馈",
];

/// The longest talk after an answer, in bytes.
const LONGEST_TRAILER: usize = 600;

/// Judges paragraphs at the end of an answer: true when all of `rest` is talk about it; `None` asks for more.
pub(crate) fn trails(rest: &str, whole: bool) -> Option<bool> {
    if rest.len() > LONGEST_TRAILER {
        return Some(false);
    }
    let mut found = false;
    let mut after_blank = true;
    let mut lines = rest.split('\n').peekable();
    let mut paragraph_end = ' ';
    while let Some(text) = lines.next() {
        let complete = lines.peek().is_some() || whole;
        let plain = plain(text);
        if text.trim().is_empty() {
            after_blank = true;
            continue;
        }
        if !after_blank {
            paragraph_end = last_mark(text);
            continue;
        }
        let rule = text.trim();
        if !found && rule.len() <= 5 && rule.chars().all(|c| matches!(c, '-' | '*' | '_')) {
            continue; // a rule before the talk
        }
        let opens = TRAILERS.iter().any(|opener| begins(&plain, opener));
        if complete {
            if !(opens && speaks_of(&plain, &TRAILER_WORDS)) {
                return Some(false);
            }
            if found && !is_mark(paragraph_end) {
                return Some(false);
            }
            found = true;
            after_blank = false;
            paragraph_end = last_mark(text);
        } else if !opens
            && !TRAILERS
                .iter()
                .any(|opener| opener.starts_with(plain.as_str()))
        {
            return Some(false);
        }
    }
    whole.then_some(found && is_mark(paragraph_end))
}

fn last_mark(text: &str) -> char {
    text.trim_end_matches([' ', '*', '_', ')', '）', ']'])
        .chars()
        .next_back()
        .unwrap_or(' ')
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '~')
}

/// Without the marks of Markdown around it, in lower case, apostrophes straight.
fn plain(text: &str) -> String {
    text.trim_start_matches(['*', '#', '_', '>', '(', '[', '（', '【', ' ', '\t'])
        .trim_end_matches(['*', '_', ')', ']', '）', '】', ' ', '\t', '\r'])
        .chars()
        .map(|c| if c == '’' { '\'' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// True when `text` begins with the words of `opener`, not with a longer word.
fn begins(text: &str, opener: &str) -> bool {
    text.strip_prefix(opener).is_some_and(|rest| {
        !opener.is_ascii() || !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
    })
}

fn speaks_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        if word.is_ascii() {
            text.split(|c: char| !c.is_alphanumeric())
                .any(|token| token == *word)
        } else {
            text.contains(word)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talk_after_an_answer_is_known() {
        for talk in [
            "Let me know if you'd like any changes!",
            "---\n\nI hope this continuation helps.",
            "*Feel free to adjust the tone.*",
            "希望这个版本让您满意。",
            "如果您需要修改，请告诉我。",
            "The song is about the power of love, and how it can shape our lives.",
            "Note: The original sentence had another rhythm.",
        ] {
            assert_eq!(trails(talk, true), Some(true), "{talk}");
            for (at, _) in talk.char_indices() {
                assert_ne!(trails(&talk[..at], false), Some(false), "{talk} at {at}");
            }
        }
    }

    #[test]
    fn verses_that_resemble_it_are_not() {
        for verse in [
            "Let me know you",
            "If you want my help\nthen call",
            "I hope the rain will end.",
            "希望你明天来。",
            "---",
            "The song is over\nand so are we",
            "Let me know if you want changes!\n\nMARA\nNo.",
        ] {
            assert_eq!(trails(verse, true), Some(false), "{verse}");
        }
    }

    #[test]
    fn a_line_is_judged_as_soon_as_it_can_be() {
        assert_eq!(line("Rain", false), Some(Line::Text));
        assert_eq!(line("Here is the", false), None);
        assert_eq!(line("Here is the scene:", false), None);
        assert_eq!(line("Here is the scene:\n", false), Some(Line::Chatter(19)));
        assert_eq!(line("Here is the scene: now", false), Some(Line::Text));
        assert_eq!(line("The think tank", false), Some(Line::Text));
    }
}
