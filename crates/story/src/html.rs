//! A story's source as a sheet to read and print.

use crate::element::ElementKind;
use crate::parse::parse;

const STYLE: &str = "@page{margin:20mm}body{font:11pt/1.45 Georgia,\"Noto Serif CJK SC\",serif;max-width:38em;margin:2em auto;padding:0 1em}\
h1{font-size:1.6em}h2{font-size:1.15em;border-top:1px solid #999;padding-top:.8em;margin-top:1.6em;break-after:avoid}\
h3{font-size:1em;break-after:avoid}p{margin:0 0 .35em;white-space:pre-wrap;overflow-wrap:anywhere}\
.logic,.variable,.include,.divert{font-family:Consolas,\"DejaVu Sans Mono\",monospace;font-size:.92em;color:#555}\
.comment,.todo{color:#888;font-style:italic}";

/// A complete page: knots and stitches as headings, every other line as written, indented by its depth.
/// All text is escaped.
pub fn html(text: &str, title: &str, lang: &str) -> String {
    let parse = parse(text);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        escaped(lang),
        escaped(title),
        escaped(title),
    );
    // Text after a choice or gather stands under it.
    let mut depth = 0u8;
    for element in &parse.elements {
        let line = text[element.range.clone()].trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        let heading = match element.kind {
            ElementKind::Knot | ElementKind::Function => Some("h2"),
            ElementKind::Stitch => Some("h3"),
            ElementKind::Blank => continue,
            ElementKind::Choice => {
                depth = element.depth;
                None
            }
            ElementKind::Gather => {
                depth = element.depth - 1;
                None
            }
            ElementKind::Divert
            | ElementKind::Text
            | ElementKind::Logic
            | ElementKind::Variable
            | ElementKind::Include
            | ElementKind::Todo
            | ElementKind::Comment => None,
        };
        if let Some(tag) = heading {
            depth = 0;
            let name = element
                .name
                .clone()
                .map_or(line, |_| &text[element.content.clone()]);
            page.push_str(&format!(
                "<{tag} class=\"{}\">{}</{tag}>\n",
                element.kind.name(),
                escaped(name)
            ));
        } else {
            // A choice's own line stands one step out from what it leads to.
            let steps = if element.kind == ElementKind::Choice {
                depth - 1
            } else {
                depth
            };
            page.push_str(&format!(
                "<p class=\"{}\" style=\"margin-left:{}em\">{}</p>\n",
                element.kind.name(),
                f32::from(steps) * 1.5,
                escaped(line)
            ));
        }
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\0' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_headings_and_text_is_escaped() {
        let page = html(
            "=== deck ===\n<b>Rain</b> & {x}\n* [Go] -> END\n  Gone.\n",
            "A \"ferry\"",
            "en",
        );
        assert!(page.contains("<html lang=\"en\">"));
        assert!(page.contains("<title>A &quot;ferry&quot;</title>"));
        assert!(page.contains("<h2 class=\"knot\">deck</h2>"));
        assert!(page.contains(
            "<p class=\"text\" style=\"margin-left:0em\">&lt;b&gt;Rain&lt;/b&gt; &amp; {x}</p>"
        ));
        assert!(
            page.contains("<p class=\"choice\" style=\"margin-left:0em\">* [Go] -&gt; END</p>")
        );
        assert!(page.contains("<p class=\"text\" style=\"margin-left:1.5em\">Gone.</p>"));
    }
}
