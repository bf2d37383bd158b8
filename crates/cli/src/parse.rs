//! The elements of a text file.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;

use crafts::{Craft, Others, Page, Severity};

use crate::args::Parse;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;

/// Prints elements and findings.
pub(crate) fn parse(command: &Parse, output: &mut Output) -> Result<(), Failure> {
    let from_stdin = command.file.as_os_str() == "-";
    let name = command.file.to_string_lossy();
    let craft = command
        .craft
        .or_else(|| Craft::from_file_name(&name))
        .ok_or_else(|| Failure::NoCraft {
            name: name.clone().into_owned(),
        })?;
    let bytes = if from_stdin {
        let mut bytes = Vec::new();
        io::stdin()
            .read_to_end(&mut bytes)
            .map_err(Failure::Input)?;
        bytes
    } else {
        read(&command.file)?
    };
    let page = Page::new(craft, text(bytes)?);
    let mut others = Others::new();
    if craft == Craft::Story && !from_stdin {
        let folder = command.file.parent().unwrap_or(Path::new(""));
        include(&page, folder, &mut others, &mut BTreeSet::new());
    }
    let problems = page.problems(&others);
    if output.is_json() {
        return output.value(&json::Parsed {
            elements: page.elements().into_iter().map(Into::into).collect(),
            diagnostics: problems.into_iter().map(Into::into).collect(),
        });
    }
    for element in page.elements() {
        let range = &element.range;
        let text = element.text.replace(['\r', '\n'], " ");
        let line = format!(
            "{:>7}..{:<7} {:<14} {text}",
            range.start, range.end, element.kind
        );
        output.line(line.trim_end())?;
    }
    for problem in problems {
        let line = page.text()[..problem.range.start].matches('\n').count() + 1;
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let words = problem.code.replace('_', " ");
        let line = format!("{name}:{line}: {severity}: {words} {}", problem.found);
        output.line(line.trim_end())?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|source| {
        studio::Error::File {
            path: file.to_path_buf(),
            writing: false,
            source,
        }
        .into()
    })
}

/// The text that ranges count in: the bytes as they are where they are UTF-8 (ASCII in UTF-16 is that too,
/// but for its zeros), else what an import would read.
fn text(bytes: Vec<u8>) -> Result<String, Failure> {
    if bytes.contains(&0) {
        return Ok(crafts::decode(&bytes).map_err(studio::Error::from)?.text);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let decoded = crafts::decode(error.as_bytes()).map_err(studio::Error::from)?;
            Ok(decoded.text)
        }
    }
}

/// Reads what a story includes, from the folder of the story; what is not there is a finding of the parser.
fn include(page: &Page, folder: &Path, others: &mut Others, seen: &mut BTreeSet<String>) {
    for element in page.elements() {
        if element.kind != "include" || !seen.insert(element.text.clone()) {
            continue;
        }
        let Ok(bytes) = std::fs::read(folder.join(&element.text)) else {
            continue;
        };
        if let Ok(decoded) = crafts::decode(&bytes) {
            let included = Page::new(Craft::Story, decoded.text.clone());
            others.insert(element.text, decoded.text);
            include(&included, folder, others, seen);
        }
    }
}
