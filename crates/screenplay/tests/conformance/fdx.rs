//! `fdx/screenplain`: the `.fdx` that another converter makes of a script has the same elements.

use screenplay::parse;

use crate::compare::{self, Line, same};

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    tag[start..].split('"').next()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// The paragraphs of an FDX as lines with kinds. Only what that converter writes is read.
fn of_fdx(xml: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let mut kind = String::new();
    let mut text = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, after) = piece.split_once('>').expect("a tag ends");
        if tag.starts_with("Paragraph") {
            kind = match attribute(tag, "Type") {
                Some("Scene Heading") => "scene_heading".to_owned(),
                Some(other) => other.to_lowercase(),
                None => String::new(), // it holds the two speeches of a dual dialogue
            };
            text.clear();
        } else if tag == "/Paragraph" {
            out.extend(compare::lines(&kind, &unescape(&text)));
            text.clear();
        } else if tag.starts_with("Text") {
            text.push_str(after);
        }
    }
    out
}

#[test]
fn the_fdx_of_a_script_has_the_same_elements() {
    let names = [
        "Quay-Four",
        "The Long Haul",
        "dialogue",
        "dialogue-with-blank-line",
        "extended-characters",
        "parenthetical",
    ];
    crate::run("fdx/screenplain", &names, |name| {
        let source = crate::corpus(&format!("fdx/screenplain/{name}.fountain"));
        let fdx = crate::corpus(&format!("fdx/screenplain/{name}.fdx"));
        let left_out = ["section", "synopsis", "note", "boneyard", "page_break"];
        let found: Vec<Line> = compare::of_parse(&parse(&source), &source, true)
            .into_iter()
            .filter(|(kind, _)| !left_out.contains(&kind.as_str()))
            .map(|(kind, text)| match kind.as_str() {
                "centered" => ("action".to_owned(), text),
                "transition" => (kind, text.to_uppercase()),
                _ => (kind, text),
            })
            .collect();
        let expected = of_fdx(&fdx);
        if let Some(at) = found.iter().zip(&expected).position(|(a, b)| a != b) {
            same(name, &format!("line {at}"), &found[at], &expected[at])?;
        }
        same(name, "number of lines", &found.len(), &expected.len())
    });
}
