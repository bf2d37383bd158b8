//! Notes: Markdown read line by line, as far as an outline and a list of elements need; the page itself is
//! styled by the editor's own Markdown, and exported by a full reader.

use std::ops::Range;

/// The kind of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum LineKind {
    Heading,
    Paragraph,
    ListItem,
    Quote,
    Code,
    Blank,
}

impl LineKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Paragraph => "paragraph",
            Self::ListItem => "list_item",
            Self::Quote => "quote",
            Self::Code => "code",
            Self::Blank => "blank",
        }
    }
}

/// One line of notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoteLine {
    pub(crate) kind: LineKind,
    /// Level of a heading, depth of a list item or quote, from 1; 0 otherwise.
    pub(crate) depth: u8,
    /// Line end included.
    pub(crate) range: Range<usize>,
    /// Without marks and white space at its ends.
    pub(crate) content: Range<usize>,
    /// Marks that begin the line, then emphasis and code inside it.
    pub(crate) spans: Vec<(Range<usize>, &'static str)>,
}

/// Reads notes. Lines end at LF, CR LF or CR. O(text).
pub(crate) fn parse(text: &str) -> Vec<NoteLine> {
    let mut lines = Vec::new();
    let mut fence: Option<(u8, usize)> = None;
    let mut before = LineKind::Blank;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < text.len() {
        let end = bytes[at..]
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map_or(text.len(), |found| at + found);
        let next = match bytes.get(end) {
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => end + 2,
            Some(_) => end + 1,
            None => end,
        };
        let start = if at == 0 && text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            at
        };
        let line = read(text, at..next, start..end, &mut fence, before);
        before = line.kind;
        lines.push(line);
        at = next;
    }
    lines
}

fn read(
    text: &str,
    range: Range<usize>,
    body: Range<usize>,
    fence: &mut Option<(u8, usize)>,
    before: LineKind,
) -> NoteLine {
    let raw = &text[body.clone()];
    let trim = raw.trim();
    let inner = body.start + (raw.len() - raw.trim_start().len());
    let inner = inner..inner + trim.len();
    let line = |kind, depth, content, spans| NoteLine {
        kind,
        depth,
        range: range.clone(),
        content,
        spans,
    };
    let whole = || vec![(inner.clone(), "syntax")];

    let indent = raw.len() - raw.trim_start_matches([' ', '\t']).len();
    let mark = trim.bytes().next().unwrap_or(b' ');
    let run = trim.bytes().take_while(|b| *b == mark).count();
    if let Some((open, length)) = *fence {
        let closes = mark == open && run >= length && run == trim.len();
        if closes {
            *fence = None;
            return line(LineKind::Code, 0, inner.end..inner.end, whole());
        }
        return line(LineKind::Code, 0, body, Vec::new());
    }
    if matches!(mark, b'`' | b'~') && run >= 3 && !(mark == b'`' && trim[run..].contains('`')) {
        *fence = Some((mark, run));
        return line(LineKind::Code, 0, inner.end..inner.end, whole());
    }
    if trim.is_empty() {
        return line(LineKind::Blank, 0, body.start..body.start, Vec::new());
    }
    let deep = raw.starts_with('\t') || indent >= 4;
    if deep && matches!(before, LineKind::Blank | LineKind::Code) {
        return line(LineKind::Code, 0, body, Vec::new());
    }
    if mark == b'#'
        && run <= 6
        && trim[run..]
            .chars()
            .next()
            .is_none_or(|c| matches!(c, ' ' | '\t'))
    {
        let depth = u8::try_from(run).unwrap_or(6);
        return marked(text, line, LineKind::Heading, depth, inner, run);
    }
    if mark == b'>' {
        let length = trim.len() - trim.trim_start_matches(['>', ' ']).len();
        let depth = trim[..length].bytes().filter(|b| *b == b'>').count();
        let depth = u8::try_from(depth).unwrap_or(u8::MAX);
        return marked(text, line, LineKind::Quote, depth, inner, length);
    }
    if let Some(length) = list_mark(trim) {
        let depth = u8::try_from(indent / 2 + 1).unwrap_or(u8::MAX);
        return marked(text, line, LineKind::ListItem, depth, inner, length);
    }
    if before == LineKind::ListItem && indent >= 2 {
        // Goes on with the item above.
        let depth = u8::try_from(indent / 2).unwrap_or(u8::MAX);
        let spans = inline(text, &inner);
        return line(LineKind::ListItem, depth, inner, spans);
    }
    let spans = inline(text, &inner);
    line(LineKind::Paragraph, 0, inner, spans)
}

/// A line with a mark of `length` bytes before its content.
fn marked(
    text: &str,
    line: impl Fn(LineKind, u8, Range<usize>, Vec<(Range<usize>, &'static str)>) -> NoteLine,
    kind: LineKind,
    depth: u8,
    inner: Range<usize>,
    length: usize,
) -> NoteLine {
    let mark = inner.start..inner.start + text[inner.start..inner.start + length].trim_end().len();
    let rest = &text[inner.start + length..inner.end];
    let from = inner.start + length + (rest.len() - rest.trim_start().len());
    let content = from..from + rest.trim().len();
    let mut spans = vec![(mark, "syntax")];
    spans.extend(inline(text, &content));
    line(kind, depth, content, spans)
}

/// Length of the mark of a list item: `-`, `*`, `+`, `1.`, `1)`, and a box behind it.
fn list_mark(trim: &str) -> Option<usize> {
    let digits = trim.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match trim.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let rest = &trim[mark..];
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let spaces = rest.len() - rest.trim_start().len();
    let boxed = ["[ ]", "[x]", "[X]"]
        .iter()
        .any(|b| rest[spaces..].starts_with(b));
    Some(if boxed { mark + spaces + 3 } else { mark })
}

/// Emphasis and code in one line, sorted by start: `**bold**`, `*italic*`, `_italic_`, `` `code` ``.
fn inline(text: &str, content: &Range<usize>) -> Vec<(Range<usize>, &'static str)> {
    let line = &text[content.clone()];
    let bytes = line.as_bytes();
    let mut spans = Vec::new();
    // The last place where a mark was opened: `*`, `_`, `**`, `__`.
    let mut open: [Option<usize>; 4] = [None; 4];
    let mut at = 0;
    while at < bytes.len() {
        let b = bytes[at];
        match b {
            b'\\' => at += 2,
            b'`' => {
                let run = bytes[at..].iter().take_while(|b| **b == b'`').count();
                let ticks = &line[at..at + run];
                match line[at + run..].find(ticks) {
                    Some(length) => {
                        let end = at + run + length + run;
                        spans.push((content.start + at..content.start + end, "code"));
                        at = end;
                    }
                    None => at = bytes.len(),
                }
            }
            b'*' | b'_' => {
                let kind = usize::from(b == b'_');
                let run = bytes[at..].iter().take_while(|next| **next == b).count();
                if run > 3 {
                    at += run;
                    continue;
                }
                // In `**b *c***` what was opened last closes first.
                let inner = open[kind].is_some_and(|i| open[kind + 2].is_none_or(|o| o < i));
                let double = run >= 2 && !(run == 3 && inner);
                let length = if double { 2 } else { 1 };
                let slot = kind + 2 * usize::from(double);
                let before = line[..at].chars().next_back();
                let after = line[at + length..].chars().next();
                let closes = before.is_some_and(|c| !c.is_whitespace())
                    && (b == b'*' || after.is_none_or(|c| !c.is_alphanumeric()));
                let opens = after.is_some_and(|c| !c.is_whitespace())
                    && (b == b'*' || before.is_none_or(|c| !c.is_alphanumeric()));
                match open[slot] {
                    Some(from) if closes && from + length < at => {
                        open[slot] = None;
                        let kind = if double { "bold" } else { "italic" };
                        let (from, end) = (content.start + from, content.start + at);
                        spans.push((from..from + length, "syntax"));
                        spans.push((from + length..end, kind));
                        spans.push((end..end + length, "syntax"));
                    }
                    _ if opens => open[slot] = Some(at),
                    _ => {}
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    spans.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    spans
}

const STYLE: &str = "\
:root { color-scheme: light; }
body { margin: 2.5rem auto; max-width: 40rem; padding: 0 1.5rem; font: 1.0625rem/1.65 \"Source Serif 4\", Georgia, \"Source Han Serif SC\", \"Noto Serif CJK SC\", \"Songti SC\", SimSun, serif; color: #211d19; background: #fff; overflow-wrap: anywhere; }
h1, h2, h3, h4, h5, h6 { font-family: system-ui, sans-serif; line-height: 1.3; margin: 1.6em 0 0.5em; break-after: avoid; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 2px solid #dbd9d3; color: #514c46; }
code, pre { font-family: ui-monospace, Consolas, \"DejaVu Sans Mono\", monospace; font-size: 0.92em; }
pre { white-space: pre-wrap; }
table { border-collapse: collapse; } th, td { border: 1px solid #dbd9d3; padding: 0.2em 0.6em; }
@page { margin: 2cm; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
";

/// A complete page. HTML inside the notes is shown as text, and links lead nowhere but to the web, mail
/// and places of the page; images are named, not loaded.
pub(crate) fn html(text: &str, title: &str, lang: &str) -> String {
    use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

    let text = text.trim_start_matches('\u{feff}');
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let dest_url = if is_safe(&dest_url) {
                dest_url
            } else {
                CowStr::Borrowed("#")
            };
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            })
        }
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        other => other,
    });
    let mut out = String::with_capacity(text.len() * 2 + STYLE.len() + 512);
    out.push_str("<!DOCTYPE html>\n<html lang=\"");
    escape(&mut out, lang);
    out.push_str("\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    escape(&mut out, title);
    out.push_str("</title>\n<style>\n");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n");
    pulldown_cmark::html::push_html(&mut out, events);
    out.push_str("</body>\n</html>\n");
    out
}

fn is_safe(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().unwrap_or("");
    match scheme.split_once(':') {
        Some((scheme, _)) => ["http", "https", "mailto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known)),
        None => true,
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, u8, &str)]) {
        let found: Vec<_> = parse(text)
            .iter()
            .map(|l| (l.kind.name(), l.depth, &text[l.content.clone()]))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_are_told_apart_by_their_marks() {
        check(
            "\u{feff}# Harbour\r\n\nMei counts coins.\n- one\n  - [x] two\n    and on\n3) three\n> said\n> > twice\n#not\n",
            &[
                ("heading", 1, "Harbour"),
                ("blank", 0, ""),
                ("paragraph", 0, "Mei counts coins."),
                ("list_item", 1, "one"),
                ("list_item", 2, "two"),
                ("list_item", 2, "and on"),
                ("list_item", 1, "three"),
                ("quote", 1, "said"),
                ("quote", 2, "twice"),
                ("paragraph", 0, "#not"),
            ],
        );
    }

    #[test]
    fn code_stands_in_fences_or_behind_an_indent() {
        check(
            "```ink\n# no heading\n```\n\n    let x\nafter\n",
            &[
                ("code", 0, ""),
                ("code", 0, "# no heading"),
                ("code", 0, ""),
                ("blank", 0, ""),
                ("code", 0, "    let x"),
                ("paragraph", 0, "after"),
            ],
        );
    }

    #[test]
    fn emphasis_is_a_span_with_its_marks() {
        let text = "a **b *c*** `*d*` snake_case_name";
        let found: Vec<_> = parse(text)[0]
            .spans
            .iter()
            .map(|(r, kind)| (*kind, &text[r.clone()]))
            .collect();
        assert!(found.contains(&("italic", "c")), "{found:?}");
        assert!(found.contains(&("code", "`*d*`")), "{found:?}");
        assert!(!found.iter().any(|(_, t)| t.contains("case")), "{found:?}");
    }

    #[test]
    fn html_carries_no_markup_of_its_own() {
        let page = html(
            "# A <b>\n\n<script>x</script>\n\n[l](javascript:x) ![i](http://x/y.png)",
            "T&",
            "en",
        );
        assert!(page.contains("<title>T&amp;</title>"));
        assert!(page.contains("<h1>A &lt;b&gt;</h1>"), "{page}");
        assert!(
            !page.contains("<script") && !page.contains("javascript:") && !page.contains("<img")
        );
    }
}
