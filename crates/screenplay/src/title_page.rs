//! The title page: `Key: value` lines at the very start, up to the first empty line.

use crate::element::{Element, ElementKind, Span, SpanKind, TextRange, TitleField};
use crate::emphasis;
use crate::heading;
use crate::lines::{Comment, Line, Lines, Shape, trim};

/// Keys that make a title page where they stand alone, in lower case. Fountain names the first eight
/// and allows any other; the rest are in use, among them those of Chinese scripts.
const KNOWN_KEYS: [&str; 29] = [
    "title",
    "credit",
    "author",
    "authors",
    "source",
    "draft date",
    "contact",
    "notes",
    "date",
    "copyright",
    "revision",
    "draft",
    "format",
    "episode",
    "series",
    "language",
    "标题",
    "片名",
    "剧名",
    "作者",
    "编剧",
    "原著",
    "来源",
    "日期",
    "稿次",
    "联系方式",
    "联系",
    "版权",
    "备注",
];

/// Reads the title page. Returns its elements and fields, and how many lines it takes; nothing where there is none.
///
/// Since "any key" would make a title page of every script that begins with `He says: no.`, a key that
/// is not among the known ones counts only beside a second one, both with values.
pub(crate) fn read(text: &str, lines: &Lines) -> (Vec<Element>, Vec<TitleField>, usize) {
    let all = &lines.comments;
    let taken = lines
        .lines
        .iter()
        .position(|line| matches!(line.shape(text, all), Shape::Empty | Shape::Spaces))
        .unwrap_or(lines.lines.len());
    let block = &lines.lines[..taken];
    let none = (Vec::new(), Vec::new(), 0);
    let Some(first) = block.first() else {
        return none;
    };
    let Some((key, _)) = split(text, first) else {
        return none;
    };
    if heading::has_prefix(first.body.of(text)) {
        return none;
    }

    let mut elements: Vec<Element> = Vec::new();
    let mut fields: Vec<TitleField> = Vec::new();
    for line in block {
        match (split(text, line), fields.last_mut(), elements.last_mut()) {
            (Some((key, value)), _, _) => {
                let mut element = Element {
                    range: TextRange::new(line.body.start, line.end),
                    content: trim(text, line.body),
                    ..Element::of_kind(ElementKind::TitlePage)
                };
                let colon = TextRange::new(key.end, value.start);
                element.spans.push(Span {
                    kind: SpanKind::Key,
                    range: key,
                });
                element.spans.push(Span {
                    kind: SpanKind::Syntax,
                    range: colon,
                });
                let value = trim(text, value);
                inline(text, value, line, all, &mut element.spans);
                elements.push(element);
                let values = if value.is_empty() {
                    Vec::new()
                } else {
                    vec![value]
                };
                fields.push(TitleField { key, values });
            }
            (None, Some(field), Some(element)) => {
                let value = trim(text, line.body);
                element.range.end = line.end;
                element.content.end = value.end;
                inline(text, value, line, all, &mut element.spans);
                field.values.push(value);
            }
            (None, None, _) | (None, _, None) => return none,
        }
    }
    let known = KNOWN_KEYS.contains(&key.of(text).trim().to_lowercase().as_str());
    let several = fields.len() > 1 && fields.iter().all(|field| !field.values.is_empty());
    if known || several {
        (elements, fields, taken)
    } else {
        none
    }
}

/// A line's key and what follows its colon; `None` for an indented line and one without a key.
/// The full-width colon of Chinese input methods counts as well.
fn split(text: &str, line: &Line) -> Option<(TextRange, TextRange)> {
    let body = line.body.of(text);
    if body.starts_with([
        ' ', '\t', '\u{3000}', '.', '!', '@', '~', '#', '=', '>', '[', '(', '/',
    ]) {
        return None;
    }
    let at = body.find([':', '：'])?;
    let colon = body[at..].chars().next()?.len_utf8();
    let key = TextRange::new(line.body.start, line.body.start + at);
    let value = TextRange::new(key.end + colon, line.body.end);
    (!key.of(text).trim().is_empty()).then_some((key, value))
}

fn inline(text: &str, value: TextRange, line: &Line, all: &[Comment], spans: &mut Vec<Span>) {
    emphasis::read(text, value, line.comments(all), spans);
    spans.extend(line.comments(all).iter().map(|c| Span {
        kind: c.kind,
        range: c.range,
    }));
}
