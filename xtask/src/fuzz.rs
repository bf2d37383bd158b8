//! Fuzzing: every parser for a while, seeded from the conformance data, crashes kept.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{peers, shell};

/// Targets of `fuzz/`, with the conformance folders and the endings of files that seed them, beside what lies
/// in `fuzz/seeds`.
const TARGETS: &[(&str, &[&str], &[&str])] = &[
    (
        "fountain",
        &["fountain-tests", "screenplain", "afterwriting"],
        &["fountain"],
    ),
    (
        "lyrics",
        &["chordpro", "lrc"],
        &["cho", "crd", "txt", "lrc"],
    ),
    (
        "ink",
        &["ink-proof", "ink-samples", "ink-library", "inkjs"],
        &["ink"],
    ),
    (
        "text_file",
        &["fountain-tests", "chordpro"],
        &["fountain", "cho", "txt"],
    ),
    ("cleaner", &["fountain-tests"], &["fountain"]),
    ("gguf", &[], &[]),
    ("sse", &[], &[]),
    ("chunk", &[], &[]),
];

/// Runs each target for `seconds`, two at a time. How many held and how many did not.
pub(crate) fn run(seconds: u32) -> Result<(u32, u32)> {
    let folder = shell::root().join("fuzz");
    let tool = peers::tools().join("cargo-fuzz");
    let tool = tool.to_string_lossy();
    shell::run_in(
        &folder,
        &[&tool, "fuzz", "build", "-s", "none", "--fuzz-dir", "."],
    )?;
    let limit = format!("-max_total_time={seconds}");
    let (mut passed, mut failed) = (0, 0);
    for pair in TARGETS.chunks(2) {
        let mut running = Vec::new();
        for (name, corpora, ends) in pair {
            let seeds = folder.join("corpus").join(name);
            fs::create_dir_all(&seeds)?;
            seed(&seeds, corpora, ends)?;
            own_seeds(&folder.join("seeds").join(name), &seeds)?;
            let log = fs::File::create(shell::root().join(format!("target/fuzz-{name}.log")))?;
            let child = shell::command(&[
                &tool,
                "fuzz",
                "run",
                "-s",
                "none",
                "--fuzz-dir",
                ".",
                name,
                "--",
                &limit,
                "-timeout=10",
                "-rss_limit_mb=4096",
                "-max_len=65536",
            ])
            .current_dir(&folder)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
            running.push((name, child));
        }
        for (name, mut child) in running {
            let status = child.wait()?;
            let log = fs::read_to_string(shell::root().join(format!("target/fuzz-{name}.log")))
                .unwrap_or_default();
            let done = log
                .lines()
                .rev()
                .find(|line| line.contains("Done "))
                .unwrap_or_default();
            if status.success() {
                shell::say(&format!("fuzz {name}: holds. {done}"));
                passed += 1;
            } else {
                let tail: Vec<&str> = log.lines().rev().take(40).collect();
                shell::say(&format!("fuzz {name}: FAILED ({status})"));
                for line in tail.iter().rev() {
                    shell::say(line);
                }
                keep_crashes(&folder, name)?;
                failed += 1;
            }
        }
    }
    Ok((passed, failed))
}

/// What broke a target becomes one of its seeds, to be committed: every later run tries it first.
fn keep_crashes(folder: &Path, name: &str) -> Result<()> {
    let kept = folder.join("seeds").join(name);
    fs::create_dir_all(&kept)?;
    for found in fs::read_dir(folder.join("artifacts").join(name))
        .into_iter()
        .flatten()
        .flatten()
    {
        fs::copy(found.path(), kept.join(found.file_name()))?;
        shell::say(&format!(
            "kept as fuzz/seeds/{name}/{}",
            found.file_name().to_string_lossy()
        ));
    }
    Ok(())
}

/// Copies small conformance files as seeds. The corpora are never copied into the repository: `fuzz/corpus` is ignored.
fn seed(into: &Path, corpora: &[&str], ends: &[&str]) -> Result<()> {
    let root = corpora_folder();
    for corpus in corpora {
        let folder = root.join(corpus);
        if !folder.is_dir() {
            bail!(
                "{} is missing: set PALIMPSEST_CORPORA to the conformance data",
                folder.display()
            );
        }
        let mut stack = vec![folder];
        while let Some(folder) = stack.pop() {
            for entry in fs::read_dir(&folder).context("conformance data")?.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    stack.push(path);
                } else if path
                    .extension()
                    .is_some_and(|end| ends.iter().any(|e| end == *e))
                    && entry.metadata()?.len() < 65_536
                {
                    let name = path
                        .strip_prefix(&root)?
                        .to_string_lossy()
                        .replace(['/', '\\'], "_");
                    fs::write(into.join(name), fs::read(&path)?)?;
                }
            }
        }
    }
    Ok(())
}

/// Copies the seeds of our own, for forms that no conformance data has.
fn own_seeds(from: &Path, into: &Path) -> Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(from)?.flatten() {
        fs::copy(entry.path(), into.join(entry.file_name()))?;
    }
    Ok(())
}

fn corpora_folder() -> PathBuf {
    std::env::var_os("PALIMPSEST_CORPORA")
        .map_or_else(|| shell::root().join("../shared/corpora"), PathBuf::from)
}
