//! A parse in a form that says nothing about how finely elements are cut.

use screenplay::{Element, ElementKind, Parse, SpanKind};

/// A line of text with the kind of its element.
pub(crate) type Line = (String, String);

/// The content of `element` without the notes and boneyard in it, and without syntax where `printed`.
pub(crate) fn bare(element: &Element, source: &str, printed: bool) -> String {
    let mut out = String::new();
    let mut at = element.content.start;
    for span in &element.spans {
        let hidden = match span.kind {
            SpanKind::Note | SpanKind::Boneyard => true,
            SpanKind::Syntax => printed,
            SpanKind::Bold
            | SpanKind::Italic
            | SpanKind::Underline
            | SpanKind::SceneNumber
            | SpanKind::Extension
            | SpanKind::Key => false,
        };
        if hidden && span.range.start >= at && span.range.start < element.content.end {
            out.push_str(&source[at..span.range.start]);
            at = span.range.end;
        }
    }
    out.push_str(source.get(at..element.content.end).unwrap_or_default());
    out
}

/// Splits text into lines as `fountain-spec/README.md` says.
pub(crate) fn lines(kind: &str, text: &str) -> Vec<Line> {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .split('\n')
        .map(|line| line.replace('\t', "    "))
        .map(|line| {
            if kind == "action" {
                line.trim_end().to_owned()
            } else {
                line.trim().to_owned()
            }
        })
        .filter(|line| !line.is_empty() || kind == "page_break")
        .map(|line| {
            (
                kind.to_owned(),
                if kind == "page_break" {
                    String::new()
                } else {
                    line
                },
            )
        })
        .collect()
}

/// All lines of a parse. Blanks and the title page are left out.
pub(crate) fn of_parse(parse: &Parse, source: &str, printed: bool) -> Vec<Line> {
    let elements = parse
        .elements
        .iter()
        .filter(|e| !matches!(e.kind, ElementKind::Blank | ElementKind::TitlePage));
    elements
        .flat_map(|e| lines(e.kind.name(), &bare(e, source, printed)))
        .collect()
}

/// The text of every note or boneyard that stands inside another element.
pub(crate) fn comments(parse: &Parse, source: &str, kind: SpanKind) -> Vec<String> {
    let spans = parse.elements.iter().flat_map(|element| &element.spans);
    spans
        .filter(|span| span.kind == kind)
        .map(|span| source[span.range.start + 2..span.range.end - 2].replace("\r\n", "\n"))
        .collect()
}

/// Every emphasised stretch as style and text, sorted.
pub(crate) fn emphasis(parse: &Parse, source: &str, printed: bool) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    for element in &parse.elements {
        for span in &element.spans {
            if matches!(
                span.kind,
                SpanKind::Bold | SpanKind::Italic | SpanKind::Underline
            ) {
                let part = Element {
                    content: span.range,
                    ..element.clone()
                };
                found.push((span.kind.name().to_owned(), bare(&part, source, printed)));
            }
        }
    }
    found.sort();
    found
}

/// Asserts that two lists are equal, showing both.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
    id: &str,
    what: &str,
    found: &T,
    expected: &T,
) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!(
        "{id} {what}\n  found    {found:?}\n  expected {expected:?}"
    ))
}
