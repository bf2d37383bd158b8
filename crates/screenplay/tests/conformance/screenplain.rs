//! `screenplain`: the kinds that another converter's HTML shows.

use screenplay::{ElementKind, parse};

use crate::compare::{self, Line, same};

/// The lines of the converter's HTML with the kind that their tags and classes name.
fn of_html(html: &str) -> Vec<Line> {
    const OPENERS: [(&str, &str); 10] = [
        ("<p class=\"character\">", "character"),
        ("<p class=\"parenthetical\">", "parenthetical"),
        ("<div class=\"transition\">", "transition"),
        ("<span class=\"h1-synopsis\">", "synopsis"),
        ("<span class=\"h2-synopsis\">", "synopsis"),
        ("<span class=\"h6-synopsis\">", "synopsis"),
        ("<h6>", "scene_heading"),
        ("<h1>", "section"),
        ("<h2>", "section"),
        ("<div class=\"action\"><p>", "action"),
    ];
    let mut out = Vec::new();
    let mut rest = html
        .replace("<div class=\"dialog\">", "")
        .replace("</div>", "");
    while let Some(at) = rest.find('<') {
        let from = &rest[at..];
        let opener = OPENERS.iter().find(|(tag, _)| from.starts_with(tag));
        let (len, kind) = match opener {
            Some((tag, kind)) => (tag.len(), *kind),
            None if from.starts_with("<p>") => (3, "dialogue"),
            None => (1, ""),
        };
        let body = &from[len..];
        let end = ["</p>", "</h", "</span>", "\n<", "</div>"]
            .iter()
            .filter_map(|close| body.find(close))
            .min()
            .unwrap_or(body.len());
        if !kind.is_empty() {
            out.extend(compare::lines(kind, &unescape(&body[..end])));
        }
        rest = body[if kind.is_empty() { 0 } else { end }..].to_owned();
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = text
        .replace("<br/>", "")
        .replace("&nbsp;", "")
        .replace("&amp;", "&");
    while let Some(at) = out.find("&#") {
        let end = at + out[at..].find(';').expect("an entity ends");
        let code: u32 = out[at + 2..end].parse().expect("a decimal entity");
        let char = char::from_u32(code).expect("a character");
        out.replace_range(at..=end, &char.to_string());
    }
    out
}

#[test]
fn the_html_shows_the_same_kinds() {
    let names = [
        "dialogue",
        "dialogue-with-blank-line",
        "extended-characters",
        "forced-transition",
        "notes",
        "parenthetical",
        "sections",
    ];
    crate::run("screenplain", &names, |name| {
        let source = crate::corpus(&format!("screenplain/{name}.fountain"));
        let html = crate::corpus(&format!("screenplain/{name}.html")).replace("<br/>", "<br/>\n");
        let found: Vec<Line> = compare::of_parse(&parse(&source), &source, false)
            .into_iter()
            .filter(|(kind, _)| kind != "note")
            // The converter prints transitions in capitals.
            .map(|(kind, text)| {
                if kind == "transition" {
                    (kind, text.to_uppercase())
                } else {
                    (kind, text)
                }
            })
            .collect();
        same(name, "lines", &found, &of_html(&html))
    });
}

#[test]
fn a_title_page_ends_at_the_empty_line() {
    let source = crate::corpus("screenplain/title-page.fountain");
    let parse = parse(&source);
    let keys: Vec<_> = parse.title_page.iter().map(|f| f.key.of(&source)).collect();
    assert_eq!(keys, ["Title", "Author", "Contact"]);
    assert_eq!(parse.title_page[2].values.len(), 2);
    let first = parse
        .elements
        .iter()
        .find(|e| e.kind == ElementKind::Action)
        .expect("action");
    assert_eq!(first.text(&source), "FADE IN:");
}
