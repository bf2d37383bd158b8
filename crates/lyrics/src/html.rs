//! A lyric sheet to print: sections, chords above their words.

use std::fmt::Write;

use crate::element::{Element, ElementKind, Parse, SpanKind};

const STYLE: &str = "\
:root { color-scheme: light; }
body { margin: 2.5rem auto; max-width: 40rem; padding: 0 1.5rem; font: 1.125rem/1.6 \"Source Serif 4\", Georgia, \"Source Han Serif SC\", \"Noto Serif CJK SC\", \"Songti SC\", SimSun, serif; color: #211d19; background: #fff; }
h1 { font-size: 1.5rem; margin: 0 0 2rem; }
h2 { font: 600 0.9rem/1.4 system-ui, sans-serif; margin: 0 0 0.25rem; }
section { margin: 0 0 1.75rem; break-inside: avoid; }
p { margin: 0; white-space: pre-wrap; }
p.gap { height: 0.8em; }
p.chords { line-height: 1.3; padding-top: 0.35em; }
.piece { display: inline-block; vertical-align: bottom; white-space: pre-wrap; }
.chord { display: block; min-height: 1.3em; padding-right: 0.4em; font: 600 0.8rem/1.3 system-ui, sans-serif; color: #035f74; }
.aside { color: #514c46; }
.note { font: italic 0.9rem/1.6 system-ui, sans-serif; color: #514c46; }
@page { margin: 2cm; }
@media print { body { margin: 0; max-width: none; padding: 0; } }
";

/// A complete page. Chords stand above the words that they are sung with; comments are left out, as are
/// directives but `comment` and `c`, which are printed as notes. `lang` is a BCP 47 tag.
pub fn html(text: &str, parse: &Parse, title: &str, lang: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2 + STYLE.len() + 512);
    out.push_str("<!DOCTYPE html>\n<html lang=\"");
    escape(&mut out, lang);
    out.push_str("\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    escape(&mut out, title);
    let _ = write!(
        out,
        "</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>"
    );
    escape(&mut out, title);
    out.push_str("</h1>\n<section>\n");
    let mut empty = true; // nothing in this section yet
    let mut gap = false;
    for element in &parse.elements {
        match element.kind {
            ElementKind::Section => {
                if empty {
                    // An empty section before the first name needs no box of its own.
                    out.truncate(out.len() - "<section>\n".len());
                } else {
                    out.push_str("</section>\n");
                }
                out.push_str("<section>\n<h2>");
                escape(&mut out, &text[element.content.clone()]);
                let times = element.heading.as_ref().map_or(1, |h| h.times);
                if times > 1 && element.spans.len() > 2 {
                    let _ = write!(out, " ×{times}");
                }
                out.push_str("</h2>\n");
                (empty, gap) = (false, false);
            }
            ElementKind::LyricLine => {
                if gap {
                    out.push_str("<p class=\"gap\"></p>\n");
                }
                line(&mut out, text, element);
                (empty, gap) = (false, false);
            }
            ElementKind::Directive => {
                let content = &text[element.content.clone()];
                if let Some(("comment" | "c", note)) = content.split_once(':') {
                    out.push_str("<p class=\"note\">");
                    escape(&mut out, note.trim());
                    out.push_str("</p>\n");
                    empty = false;
                }
            }
            ElementKind::Blank => gap = !empty,
            ElementKind::Comment => {}
        }
    }
    out.push_str("</section>\n</body>\n</html>\n");
    out
}

fn line(out: &mut String, text: &str, element: &Element) {
    let chords = element.spans.iter().any(|s| s.kind == SpanKind::Chord);
    out.push_str(if chords {
        "<p class=\"chords\">"
    } else {
        "<p>"
    });
    // Asides are disjoint and sorted.
    let asides: Vec<_> = element
        .spans
        .iter()
        .filter(|s| s.kind == SpanKind::Aside)
        .map(|s| s.range.clone())
        .collect();
    let aside = |at: usize| {
        let after = asides.partition_point(|range| range.start <= at);
        after > 0 && at < asides[after - 1].end
    };
    let mut at = element.content.start;
    if chords {
        out.push_str("<span class=\"piece\"><span class=\"chord\"></span>");
    }
    let skipped = element.spans.iter().filter(|s| s.kind != SpanKind::Aside);
    for span in skipped {
        words(out, text, at, span.range.start, &aside);
        at = span.range.end;
        if span.kind == SpanKind::Chord {
            out.push_str("</span><span class=\"piece\"><span class=\"chord\">");
            escape(out, text[span.range.start + 1..span.range.end - 1].trim());
            out.push_str("</span>");
        }
    }
    words(out, text, at, element.content.end, &aside);
    if chords {
        out.push_str("</span>");
    }
    out.push_str("</p>\n");
}

/// `from..to`, asides in a span of their own.
fn words(out: &mut String, text: &str, from: usize, to: usize, aside: &impl Fn(usize) -> bool) {
    let mut inside = false;
    let mut start = from;
    for (offset, _) in text[from..to].char_indices() {
        let at = from + offset;
        if aside(at) != inside {
            escape(out, &text[start..at]);
            out.push_str(if inside {
                "</span>"
            } else {
                "<span class=\"aside\">"
            });
            inside = !inside;
            start = at;
        }
    }
    escape(out, &text[start..to]);
    if inside {
        out.push_str("</span>");
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let page = html(text, &parse(text), "Night Bus", "en");
        let body = page.split_once("</h1>\n").unwrap().1;
        assert_eq!(body.trim_end_matches("</body>\n</html>\n"), expected);
    }

    #[test]
    fn chords_stand_above_their_words() {
        check(
            "[Verse 1]\nYou [Am]count (the [G]stops)\n",
            "<section>\n<h2>Verse 1</h2>\n<p class=\"chords\"><span class=\"piece\"><span class=\"chord\"></span>You </span><span class=\"piece\"><span class=\"chord\">Am</span>count <span class=\"aside\">(the </span></span><span class=\"piece\"><span class=\"chord\">G</span><span class=\"aside\">stops)</span></span></p>\n</section>\n",
        );
    }

    #[test]
    fn all_text_is_escaped_and_comments_are_left_out() {
        check(
            "# hidden\n<script>\n\n{c: softly & slow}\n[Chorus] x2\n",
            "<section>\n<p>&lt;script&gt;</p>\n<p class=\"note\">softly &amp; slow</p>\n</section>\n<section>\n<h2>Chorus ×2</h2>\n</section>\n",
        );
    }
}
