//! What a script holds: scenes, sections, who speaks, where it plays, and where a prompt may be cut.

use std::collections::HashMap;

use crate::element::{ElementKind, Parse, TextRange};
use crate::heading;

/// An entry of the outline: a scene or a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineItem {
    /// `SceneHeading` or `Section`.
    pub kind: ElementKind,
    /// Indent, from 0: a section by its marks, a scene one deeper than the section it is in.
    pub depth: u8,
    /// The heading as it is printed.
    pub title: String,
    /// A scene's number, where it has one.
    pub scene_number: Option<String>,
    /// Synopses under it, joined by line feeds.
    pub synopsis: String,
    /// From its heading to the next entry that is no part of it, or to the end.
    pub range: TextRange,
}

/// Scenes and sections in source order. O(elements), but for sections that lie deep in each other.
pub fn outline(parse: &Parse, text: &str) -> Vec<OutlineItem> {
    let mut items: Vec<OutlineItem> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut section_depth = 0;
    for element in &parse.elements {
        let depth = match element.kind {
            ElementKind::Section => {
                section_depth = element.depth;
                element.depth - 1
            }
            ElementKind::SceneHeading => section_depth,
            ElementKind::Synopsis => {
                if let Some(&last) = open.last() {
                    let synopsis = &mut items[last].synopsis;
                    if !synopsis.is_empty() {
                        synopsis.push('\n');
                    }
                    synopsis.push_str(&element.printed(text));
                }
                continue;
            }
            ElementKind::TitlePage
            | ElementKind::Action
            | ElementKind::Character
            | ElementKind::Dialogue
            | ElementKind::Parenthetical
            | ElementKind::Lyrics
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::PageBreak
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => continue,
        };
        while let Some(&last) = open.last()
            && items[last].depth >= depth
        {
            items[last].range.end = element.range.start;
            open.pop();
        }
        open.push(items.len());
        items.push(OutlineItem {
            kind: element.kind,
            depth,
            title: element.printed(text),
            scene_number: element
                .scene_number
                .map(|number| number.of(text).to_owned()),
            synopsis: String::new(),
            range: TextRange::new(element.range.start, text.len()),
        });
    }
    items
}

/// The scene that `offset` lies in: from its heading to the next heading or section; before the first
/// heading, what stands there.
pub fn scene_at(parse: &Parse, text: &str, offset: usize) -> TextRange {
    let borders = scene_starts(parse);
    let next = borders.partition_point(|&start| start <= offset);
    let start = next.checked_sub(1).map_or(0, |index| borders[index]);
    TextRange::new(start, borders.get(next).copied().unwrap_or(text.len()))
}

/// Where scenes and sections start, in order: the borders at which a prompt may be cut.
pub fn scene_starts(parse: &Parse) -> Vec<usize> {
    let heads = parse
        .elements
        .iter()
        .filter(|e| matches!(e.kind, ElementKind::SceneHeading | ElementKind::Section));
    heads.map(|element| element.range.start).collect()
}

/// The last border at or before `offset` at which a prompt may be cut: the start of a scene or section, else
/// of the paragraph or speech that `offset` lies in.
pub fn break_before(parse: &Parse, text: &str, offset: usize) -> usize {
    let scene = scene_at(parse, text, offset).start;
    if scene > 0
        || parse
            .elements
            .first()
            .is_some_and(|e| e.kind == ElementKind::SceneHeading)
    {
        return scene;
    }
    paragraph_before(parse, offset)
}

/// The start of the paragraph or speech that `offset` lies in.
pub fn paragraph_before(parse: &Parse, offset: usize) -> usize {
    let Some(mut index) = parse.element_at(offset) else {
        return 0;
    };
    while index > 0 {
        let (before, element) = (&parse.elements[index - 1], &parse.elements[index]);
        let joined = element.kind.is_speech()
            && element.kind != ElementKind::Character
            && before.kind.is_speech();
        if !joined {
            break;
        }
        index -= 1;
    }
    parse.elements[index].range.start
}

/// A name, place or time, with how often it stands in the script and where last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// As it is written, without emphasis and extensions.
    pub name: String,
    /// How often.
    pub count: usize,
    /// Start of the last element that has it.
    pub last: usize,
}

/// Who speaks, most often first; among equals who spoke last.
pub fn characters(parse: &Parse, text: &str) -> Vec<Mention> {
    let cues = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::Character);
    tally(cues.map(|element| (element.printed_name(text), element.range.start)))
}

/// Scene headings as they are printed, most often first.
pub fn scene_headings(parse: &Parse, text: &str) -> Vec<Mention> {
    tally(headings(parse, text))
}

/// The places of scene headings, most often first.
pub fn locations(parse: &Parse, text: &str) -> Vec<Mention> {
    tally(headings(parse, text).map(|(title, at)| (heading::parts(&title).1.to_owned(), at)))
}

/// The times of scene headings, most often first.
pub fn times(parse: &Parse, text: &str) -> Vec<Mention> {
    tally(headings(parse, text).map(|(title, at)| (heading::parts(&title).2.to_owned(), at)))
}

fn headings<'a>(parse: &'a Parse, text: &'a str) -> impl Iterator<Item = (String, usize)> + 'a {
    let headings = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::SceneHeading);
    headings.map(|element| (element.printed(text).trim().to_owned(), element.range.start))
}

fn tally(names: impl Iterator<Item = (String, usize)>) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (name, at) in names.filter(|(name, _)| !name.is_empty()) {
        let place = *places.entry(name.to_uppercase()).or_insert_with(|| {
            out.push(Mention {
                name: name.clone(),
                count: 0,
                last: at,
            });
            out.len() - 1
        });
        out[place].count += 1;
        out[place].last = at;
    }
    out.sort_by(|a, b| b.count.cmp(&a.count).then(b.last.cmp(&a.last)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    const SCRIPT: &str = "# Act\n\n= They meet.\n\nINT. HALL - DAY #1#\n\nMARA\nHi.\n\nBO (V.O.)\nHo.\n\n## Late\n\nEXT. QUAY - NIGHT\n\nMARA (O.S.)\n(low)\nHey.\n\nint. hall - night\n\nRain.\n";

    #[test]
    fn scenes_lie_in_their_sections() {
        let found: Vec<_> = outline(&parse(SCRIPT), SCRIPT)
            .into_iter()
            .map(|item| {
                (
                    item.depth,
                    item.title,
                    item.range
                        .of(SCRIPT)
                        .lines()
                        .last()
                        .unwrap_or("")
                        .to_owned(),
                )
            })
            .collect();
        let last = "Rain.".to_owned();
        assert_eq!(
            found,
            [
                (0, "Act".to_owned(), last.clone()),
                (1, "INT. HALL - DAY".to_owned(), String::new()),
                (1, "Late".to_owned(), last.clone()),
                (2, "EXT. QUAY - NIGHT".to_owned(), String::new()),
                (2, "int. hall - night".to_owned(), last),
            ]
        );
        let items = outline(&parse(SCRIPT), SCRIPT);
        assert_eq!(items[0].synopsis, "They meet.");
        assert_eq!(items[1].scene_number.as_deref(), Some("1"));
    }

    #[test]
    fn who_speaks_most_comes_first() {
        let names: Vec<_> = characters(&parse(SCRIPT), SCRIPT)
            .into_iter()
            .map(|mention| (mention.name, mention.count))
            .collect();
        assert_eq!(names, [("MARA".to_owned(), 2), ("BO".to_owned(), 1)]);
    }

    #[test]
    fn places_and_times_are_told_whatever_their_case() {
        let parse = parse(SCRIPT);
        let names = |all: Vec<Mention>| all.into_iter().map(|m| m.name).collect::<Vec<_>>();
        assert_eq!(names(locations(&parse, SCRIPT)), ["HALL", "QUAY"]);
        assert_eq!(names(times(&parse, SCRIPT)), ["NIGHT", "DAY"]);
    }

    #[test]
    fn a_prompt_is_cut_at_scenes_and_else_at_paragraphs() {
        let parse = parse(SCRIPT);
        let at = SCRIPT.find("Hey").expect("the line");
        assert!(SCRIPT[break_before(&parse, SCRIPT, at)..].starts_with("EXT. QUAY"));
        assert!(SCRIPT[paragraph_before(&parse, at)..].starts_with("MARA (O.S.)"));
        assert!(
            scene_at(&parse, SCRIPT, at)
                .of(SCRIPT)
                .ends_with("Hey.\n\n")
        );
    }
}
