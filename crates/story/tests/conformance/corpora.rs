//! Where the conformance data lies, and how the suites read it.

use std::path::PathBuf;

/// The folder of a corpus; fails with the reason where it is missing.
pub(crate) fn folder(name: &str) -> PathBuf {
    let root = std::env::var_os("PALIMPSEST_CORPORA").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../shared/corpora"
            ))
        },
        PathBuf::from,
    );
    let folder = root.join(name);
    assert!(
        folder.is_dir(),
        "no conformance data at {}: set PALIMPSEST_CORPORA to the folder that holds {name}",
        folder.display()
    );
    folder
}

/// Every `.ink` under a folder, by path inside it, sorted.
pub(crate) fn stories(name: &str) -> Vec<(String, String)> {
    let root = folder(name);
    let mut found = Vec::new();
    let mut waiting = vec![root.clone()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "ink") {
                let inside = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.push((inside, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
