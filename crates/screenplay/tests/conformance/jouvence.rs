//! `jouvence`: YAML cases in a short form. Only the YAML that those files use is read.

use screenplay::{ElementKind, parse};

use crate::compare::{self, Line, same};

struct Case {
    id: String,
    input: String,
    out: Vec<String>,
    title: Option<Vec<(String, String)>>,
}

/// A scalar: plain, in single or in double quotes.
fn scalar(text: &str) -> String {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        return inner.replace("\\n", "\n").replace("\\\"", "\"");
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        return inner.replace("''", "'");
    }
    text.to_owned()
}

fn cases(file: &str, yaml: &str) -> Vec<Case> {
    let documents = yaml
        .split("---\n")
        .filter(|document| !document.trim().is_empty());
    documents
        .enumerate()
        .map(|(index, document)| {
            let mut case = Case {
                id: format!("{file} {}", index + 1),
                input: String::new(),
                out: Vec::new(),
                title: None,
            };
            let mut lines = document.lines().peekable();
            while let Some(line) = lines.next() {
                if let Some(rest) = line.strip_prefix("in:") {
                    if rest.trim() == "|" {
                        while let Some(line) =
                            lines.next_if(|l| l.starts_with("    ") || l.trim().is_empty())
                        {
                            case.input
                                .push_str(line.strip_prefix("    ").unwrap_or_default());
                            case.input.push('\n');
                        }
                        case.input.truncate(case.input.trim_end_matches('\n').len());
                        case.input.push('\n');
                    } else {
                        case.input = scalar(rest);
                    }
                } else if let Some(rest) = line.strip_prefix("title:") {
                    let mut fields = Vec::new();
                    while rest.trim() != "{}" && lines.peek().is_some_and(|l| l.starts_with("    "))
                    {
                        let (key, value) = lines
                            .next()
                            .expect("peeked")
                            .split_once(':')
                            .expect("a pair");
                        fields.push((key.trim().to_owned(), scalar(value)));
                    }
                    case.title = Some(fields);
                } else if let Some(item) = line.trim_start().strip_prefix("- ") {
                    case.out.push(scalar(item));
                }
            }
            case
        })
        .collect()
}

/// The short form as lines with kinds; blank lines say nothing here, as in the other suites.
fn expected(out: &[String]) -> Vec<Line> {
    out.iter()
        .flat_map(|short| {
            if short == "<pagebreak>" {
                return vec![("page_break".to_owned(), String::new())];
            }
            if let Some(text) = short.strip_prefix("!><") {
                return compare::lines("centered", text);
            }
            let kind = match short.chars().next() {
                Some('.') => "scene_heading",
                Some('!') => "action",
                Some('@') => "character",
                Some('=') => "dialogue",
                Some('_') => "parenthetical",
                Some('~') => "lyrics",
                Some('>') => "transition",
                Some('#') => "section",
                Some('+') => "synopsis",
                other => panic!("unknown short form {other:?}"),
            };
            compare::lines(kind, &short[1..])
        })
        .collect()
}

fn case(case: &Case) -> Result<(), String> {
    let parse = parse(&case.input);
    let found: Vec<Line> = compare::of_parse(&parse, &case.input, false)
        .into_iter()
        .filter(|(kind, _)| kind != "boneyard")
        .collect();
    same(&case.id, "elements", &found, &expected(&case.out))?;
    if let Some(title) = &case.title {
        let fields = parse.title_page.iter();
        let found: Vec<(String, String)> = fields
            .map(|field| {
                let values: Vec<_> = field.values.iter().map(|v| v.of(&case.input)).collect();
                (field.key.of(&case.input).to_lowercase(), values.join("\n"))
            })
            .collect();
        same(&case.id, "title page", &found, title)?;
    }
    let titles = parse
        .elements
        .iter()
        .filter(|e| e.kind == ElementKind::TitlePage)
        .count();
    same(&case.id, "title elements", &titles, &parse.title_page.len())
}

#[test]
fn jouvence_reads_the_same() {
    // Against the syntax description: takes a lyric with text under it for action.
    let excluded = ["lyrics 2"];
    let files = [
        "action",
        "boneyard",
        "centered",
        "character",
        "dialogue",
        "lyrics",
        "pagebreak",
        "parenthetical",
        "sceneheading",
        "scripts",
        "synopsis",
        "titlepage",
        "transitions",
    ];
    let mut all = Vec::new();
    for file in files {
        all.extend(cases(
            file,
            &crate::corpus(&format!("jouvence/test_{file}.yaml")),
        ));
    }
    let before = all.len();
    all.retain(|case| !excluded.contains(&case.id.as_str()));
    assert_eq!(
        all.len() + excluded.len(),
        before,
        "each exclusion is still in the suite"
    );
    crate::run("jouvence", &all, case);
}
