//! No false alarm: a story that compiles elsewhere has no problem of the grade `Error`.

use story::{Code, Library, Severity, check, problems};

use crate::corpora;

/// Stories that have an error, with what it is.
const FAULTY: [(&str, Code, &str); 1] = [
    // Takes the name of a function that ink has built in since.
    ("LIST_RANDOM.ink", Code::BuiltInName, "LIST_RANDOM"),
];

#[test]
fn stories_that_compile_have_no_errors() {
    let mut read = 0;
    let mut warnings = 0;
    let mut alarms = Vec::new();
    for corpus in ["ink-samples", "ink-library", "ink-proof", "inkjs"] {
        let stories = corpora::stories(corpus);
        assert!(!stories.is_empty(), "no stories in {corpus}");
        for (path, text) in &stories {
            read += 1;
            check::check(text);
            let mut library = Library::new();
            // An included file is named from the folder of the story that is played.
            let folder = path.split("/includes/").next().unwrap();
            let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
            let folders = [folder, path.split("/includes/").next().unwrap()];
            for (other, text) in stories.iter().filter(|_| text.contains("INCLUDE")) {
                for name in folders
                    .iter()
                    .filter_map(|folder| other.strip_prefix(folder))
                {
                    library.insert(name.trim_start_matches('/'), text.as_str());
                }
            }
            for problem in problems(text, &library) {
                let line = text[..problem.range.start].matches('\n').count() + 1;
                if problem.severity() == Severity::Warning {
                    warnings += 1;
                    println!(
                        "{corpus}/{path}:{line}: {} {:?}",
                        problem.code.name(),
                        problem.found
                    );
                    continue;
                }
                let known = FAULTY.iter().any(|(name, code, found)| {
                    path == name && problem.code == *code && problem.found == *found
                });
                if !known {
                    alarms.push(format!(
                        "{corpus}/{path}:{line}: {} {:?} ({:?})",
                        problem.code.name(),
                        problem.found,
                        problem.suggestion
                    ));
                }
            }
        }
    }
    println!(
        "{read} stories, {warnings} warnings, {} false alarms",
        alarms.len()
    );
    assert!(
        alarms.is_empty(),
        "{} false alarms:\n{}",
        alarms.len(),
        alarms.join("\n")
    );
}
