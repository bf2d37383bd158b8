//! What drafting asks of a story: where a text goes on, what there is to go to, and whether a piece fits.

use crate::compile::{CompileError, compile};
use crate::element::{Code, Diagnostic, ElementKind, Parse, Severity};
use crate::library::Library;
use crate::outline::{OutlineItem, outline};
use crate::problems::problems;

/// The stitch, or else the knot or function, that `offset` stands in; `None` before the first.
pub fn place_at(parse: &Parse, offset: usize) -> Option<OutlineItem> {
    outline(parse)
        .into_iter()
        .rfind(|item| item.range.start <= offset)
}

/// Every knot and stitch with the first line of text in it (empty where it has none): what a model can
/// be told of where a divert may lead.
pub fn knots_with_first_lines(text: &str, parse: &Parse) -> Vec<(String, String)> {
    crate::outline::flow_paths(parse)
        .map(|(flow, path)| {
            let range = &parse.flows[flow].range;
            let line = parse
                .elements
                .iter()
                .filter(|element| range.contains(&element.range.start))
                .find(|element| matches!(element.kind, ElementKind::Text | ElementKind::Gather))
                .map_or("", |element| &text[element.content.clone()]);
            (path, line.to_owned())
        })
        .collect()
}

/// What would be wrong with the story if `fragment` stood at `offset` and is not wrong now: our own
/// problems, and where these find no error, the compiler's. Places are those of the text with the
/// fragment in it. Loose ends are left out: a draft goes on.
///
/// # Panics
/// Where `offset` is no character's border of `text`.
pub fn check_fragment(
    text: &str,
    library: &Library,
    offset: usize,
    fragment: &str,
) -> Vec<Diagnostic> {
    let changed = format!("{}{fragment}{}", &text[..offset], &text[offset..]);
    let mut before: Vec<Diagnostic> = problems(text, library);
    for known in &mut before {
        // What stands after the fragment has moved.
        if known.range.start >= offset {
            known.range = known.range.start + fragment.len()..known.range.end + fragment.len();
        }
    }
    let after = problems(&changed, library);
    let sound = !after
        .iter()
        .any(|found| found.severity() == Severity::Error);
    let mut new: Vec<Diagnostic> = after
        .into_iter()
        .filter(|found| !before.contains(found) && found.code != Code::LooseEnd)
        .collect();
    if sound
        && let Err(error) = compile(&changed, library)
        && compile(text, library).is_ok()
    {
        let (line, found) = match error {
            CompileError::Refused {
                document: None,
                line: Some(line),
                message,
            } => (line, message),
            CompileError::TooDeep {
                document: None,
                line,
            }
            | CompileError::MissingInclude {
                document: None,
                line,
                ..
            } => (line, error.to_string()),
            CompileError::Refused { .. }
            | CompileError::TooDeep { .. }
            | CompileError::MissingInclude { .. }
            | CompileError::Crashed => (changed[..offset].matches('\n').count(), error.to_string()),
        };
        let range = crate::parse(&changed)
            .elements
            .get(line)
            .map_or(offset..offset + fragment.len(), |element| {
                element.content.clone()
            });
        new.push(Diagnostic {
            code: Code::DoesNotCompile,
            range,
            found,
            suggestion: None,
        });
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "-> deck\n=== deck ===\nRain.\n= bow\nSpray. -> nowhere\n";

    #[test]
    fn a_place_has_its_name_and_first_line() {
        let parse = crate::parse(STORY);
        assert_eq!(place_at(&parse, 3), None);
        assert_eq!(place_at(&parse, 25).unwrap().title, "deck");
        assert_eq!(place_at(&parse, STORY.len()).unwrap().title, "bow");
        assert_eq!(
            knots_with_first_lines(STORY, &parse),
            [
                ("deck".to_owned(), "Rain.".to_owned()),
                ("deck.bow".to_owned(), "Spray. -> nowhere".to_owned()),
            ]
        );
    }

    #[test]
    fn only_what_the_fragment_brings_is_said() {
        let offset = STORY.find("= bow").unwrap();
        let codes = |fragment: &str| -> Vec<&str> {
            check_fragment(STORY, &Library::new(), offset, fragment)
                .iter()
                .map(|found| found.code.name())
                .collect()
        };
        assert_eq!(codes("* [Look] -> deck\n"), [""; 0]);
        assert_eq!(codes("* [Look] -> dekc\n"), ["unknown_target"]);
        assert_eq!(codes("{tide:\n"), ["unclosed_brace"]);
    }

    #[test]
    fn what_only_the_compiler_knows_is_said_too() {
        let text = "-> deck\n=== deck\n-> END\n=== function f()\n~ return 1\n";
        let found = check_fragment(
            text,
            &Library::new(),
            text.len(),
            "* no choice in a function\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code, Code::DoesNotCompile);
    }
}
