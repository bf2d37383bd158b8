//! Running other programs and talking to the person in front.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Prints a line.
#[expect(
    clippy::print_stdout,
    reason = "a command-line tool talks to its terminal"
)]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Announces a step.
pub(crate) fn step(name: &str) {
    say(&format!("\n== {name}"));
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// A command by its words.
pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// Runs a command with this terminal; an error when it fails.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    run_in(&root(), words)
}

/// The same in a folder.
pub(crate) fn run_in(folder: &Path, words: &[&str]) -> Result<()> {
    let status = command(words)
        .current_dir(folder)
        .status()
        .with_context(|| format!("`{}` could not be started", words[0]))?;
    if !status.success() {
        bail!("`{}` failed: {status}", words.join(" "));
    }
    Ok(())
}

/// What a command prints, if it succeeds.
pub(crate) fn output(words: &[&str]) -> Option<String> {
    let output = command(words).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program can be started.
pub(crate) fn has(program: &str) -> bool {
    command(&[program, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Asks a yes-or-no question. No terminal = no.
pub(crate) fn ask(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    say(&format!("{question} [y/N]"));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("y")
}

/// Whether the newest of `sources` is newer than `target`, or `target` is missing.
pub(crate) fn is_stale(target: &Path, sources: &[PathBuf]) -> bool {
    let Ok(made) = target.metadata().and_then(|meta| meta.modified()) else {
        return true;
    };
    sources.iter().any(|source| newer_than(source, made))
}

fn newer_than(path: &Path, made: std::time::SystemTime) -> bool {
    let Ok(meta) = path.metadata() else {
        return false;
    };
    if meta.is_dir() {
        let skipped = path
            .file_name()
            .is_some_and(|name| name == "node_modules" || name == "dist");
        return !skipped
            && std::fs::read_dir(path)
                .is_ok_and(|entries| entries.flatten().any(|e| newer_than(&e.path(), made)));
    }
    meta.modified().is_ok_and(|changed| changed > made)
}
