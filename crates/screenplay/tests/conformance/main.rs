//! The suites of other Fountain projects, and our own after the syntax description.
//!
//! They lie outside the repository: in `PALIMPSEST_CORPORA`, or in `shared/corpora` beside it.

mod compare;
mod facts;
mod fdx;
mod jouvence;
mod numbers;
mod screenplain;
mod syntax;
mod whole;

use std::path::PathBuf;

/// The text of a file of the corpora. Fails where they are missing: a suite that did not run is no pass.
fn corpus(path: &str) -> String {
    let root = std::env::var_os("PALIMPSEST_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let path = root.join(path);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("conformance data {} is needed: {error}", path.display()))
}

fn json(path: &str) -> Vec<serde_json::Value> {
    serde_json::from_str(&corpus(path)).expect("a list of cases")
}

/// Runs `case` on every item, prints the count, and fails with all that differ.
#[track_caller]
#[expect(clippy::print_stdout, reason = "the count is what a suite reports")]
fn run<T>(suite: &str, cases: &[T], mut case: impl FnMut(&T) -> Result<(), String>) {
    let failures: Vec<String> = cases.iter().filter_map(|item| case(item).err()).collect();
    println!(
        "{suite}: {} of {}",
        cases.len() - failures.len(),
        cases.len()
    );
    assert!(failures.is_empty(), "{suite}:\n{}", failures.join("\n"));
    assert!(!cases.is_empty(), "{suite} has cases");
}
