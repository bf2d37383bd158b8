//! The test command: every check there is, one after another, with one count at the end.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::{fuzz, packages, peers, run, shell, ui};

/// What of the suite to run.
pub(crate) struct Options {
    only: Option<String>,
    fuzz_seconds: u32,
}

impl Options {
    /// Reads the words after `test`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self {
            only: None,
            fuzz_seconds: 60,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match (*word, words.next()) {
                ("--only", Some(name)) => options.only = Some((*name).to_owned()),
                ("--fuzz", Some(seconds)) => options.fuzz_seconds = seconds.parse()?,
                (other, _) => bail!("`test` does not know `{other}`; see `cargo xtask help`"),
            }
        }
        Ok(options)
    }
}

/// What passed and what failed.
#[derive(Default)]
struct Tally {
    passed: u32,
    failed: u32,
    broken: Vec<String>,
}

impl Tally {
    /// Runs a check that passes or fails as a whole.
    fn check(&mut self, name: &str, check: impl FnOnce() -> Result<()>) {
        shell::step(name);
        match check() {
            Ok(()) => self.passed += 1,
            Err(error) => {
                shell::say(&format!("{name}: {error:#}"));
                self.failed += 1;
                self.broken.push(name.to_owned());
            }
        }
    }

    /// Runs a suite that counts for itself.
    fn suite(&mut self, name: &str, suite: impl FnOnce() -> Result<(u32, u32)>) {
        shell::step(name);
        match suite() {
            Ok((passed, failed)) => {
                self.passed += passed;
                self.failed += failed;
                if failed > 0 {
                    self.broken.push(name.to_owned());
                }
            }
            Err(error) => {
                shell::say(&format!("{name}: {error:#}"));
                self.failed += 1;
                self.broken.push(name.to_owned());
            }
        }
    }

    /// The closing line; an error when anything failed or nothing ran.
    fn close(self) -> Result<()> {
        for name in &self.broken {
            shell::say(&format!("FAILED: {name}"));
        }
        shell::say(&format!("{} passed, {} failed", self.passed, self.failed));
        if self.failed > 0 || self.passed == 0 {
            std::process::exit(1);
        }
        Ok(())
    }
}

/// Formatter, clippy, type-check.
pub(crate) fn lint() -> Result<()> {
    run::setup(packages::For::Running)?;
    let mut tally = Tally::default();
    lints(&mut tally);
    tally.close()
}

fn lints(tally: &mut Tally) {
    tally.check("Format: Rust", || {
        shell::run(&["cargo", "fmt", "--all", "--check"])
    });
    tally.check("Format: user interface", || ui::npm("format:check"));
    tally.check("Types: user interface", || ui::npm("check"));
    tally.check("Clippy", || {
        shell::run(&[
            "cargo",
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])
    });
    tally.check("Docs", || {
        shell::run(&[
            "env",
            "RUSTDOCFLAGS=-D warnings",
            "cargo",
            "doc",
            "--workspace",
            "--no-deps",
            "--locked",
            "--quiet",
        ])
    });
    tally.check("One build of llama.cpp", one_llama);
}

/// A second profile or feature set would compile llama.cpp again, and take minutes.
fn one_llama() -> Result<()> {
    let builds = fs::read_dir(shell::root().join("target/debug/build"))?
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("llama-cpp-sys-2-")
        })
        .filter(|entry| entry.path().join("out").is_dir())
        .count();
    if builds > 1 {
        shell::say(&format!(
            "note: llama.cpp stands in target/debug {builds} times: something built with other features or flags"
        ));
    }
    Ok(())
}

/// Everything.
pub(crate) fn test(options: &Options) -> Result<()> {
    let only = options.only.as_deref();
    let wants = |part: &str| only.is_none_or(|name| name == part);
    run::setup(packages::For::Tests)?;
    let mut tally = Tally::default();
    if wants("lint") {
        lints(&mut tally);
    }
    if wants("ui") {
        tally.suite("Unit tests: user interface", vitest);
    }
    let parts = ["lint", "ui", "rust", "e2e", "fuzz"];
    let a_crate = only.filter(|name| !parts.contains(name));
    if wants("rust") || wants("e2e") || a_crate.is_some() {
        tally.check("Build", || {
            shell::run(&["cargo", "build", "--workspace", "--all-targets", "--locked"])
        });
    }
    if let Some(name) = a_crate {
        tally.suite(&format!("Tests: {name}"), || {
            nextest(&format!("package({name})"))
        });
    }
    if wants("rust") {
        tally.suite("Tests: Rust", || nextest("not package(e2e)"));
        tally.suite("Doc tests", doctests);
    }
    if wants("fuzz") && options.fuzz_seconds > 0 {
        tally.suite("Fuzz", || fuzz::run(options.fuzz_seconds));
    }
    if wants("e2e") {
        tally.suite("Tests: the window", || nextest("package(e2e)"));
    }
    tally.close()
}

fn vitest() -> Result<(u32, u32)> {
    let report = shell::root().join("target/vitest.json");
    let _ = fs::remove_file(&report);
    let out = format!("--outputFile.json={}", report.display());
    let ran = shell::run_in(
        &shell::root().join("ui"),
        &[
            "npx",
            "--no-install",
            "vitest",
            "run",
            "--reporter=default",
            "--reporter=json",
            &out,
        ],
    );
    let text = fs::read_to_string(&report)?;
    let count = |key: &str| -> u32 {
        text.split(&format!("\"{key}\":"))
            .nth(1)
            .and_then(|rest| rest.split([',', '}']).next()?.trim().parse().ok())
            .unwrap_or(0)
    };
    let (passed, failed) = (count("numPassedTests"), count("numFailedTests"));
    if ran.is_err() && failed == 0 {
        ran?;
    }
    Ok((passed, failed))
}

/// Runs the tests that a filter names; each in its own process, hung ones ended (see .config/nextest.toml).
fn nextest(filter: &str) -> Result<(u32, u32)> {
    let path = std::env::join_paths(std::iter::once(peers::tools()).chain(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    )))?;
    let mut child = shell::command(&[
        "cargo",
        "nextest",
        "run",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--color",
        "never",
        "-E",
        filter,
    ])
    .env("PATH", path)
    .env("INSTA_UPDATE", "no")
    .stderr(Stdio::piped())
    .spawn()?;
    let mut tally = (0, 0);
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            if let Some(counts) = summary(&line) {
                tally = counts;
            }
            shell::say(&line);
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.1 == 0 {
        bail!("the test runner ended with {status}");
    }
    Ok(tally)
}

/// `Summary [ 2.3s] 120 tests run: 118 passed (1 slow), 1 failed, 1 timed out, 0 skipped`.
fn summary(line: &str) -> Option<(u32, u32)> {
    let counts = line
        .trim_start()
        .strip_prefix("Summary [")?
        .split_once("run: ")?
        .1;
    let mut tally = (0, 0);
    for count in counts.split(", ") {
        let mut words = count.split_whitespace();
        let number: u32 = words.next()?.parse().ok()?;
        match words.next()? {
            "passed" => tally.0 += number,
            "skipped" => {}
            _ => tally.1 += number,
        }
    }
    Some(tally)
}

fn doctests() -> Result<(u32, u32)> {
    let output = shell::command(&["cargo", "test", "--doc", "--workspace", "--locked"])
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    shell::say(&text);
    let mut tally = (0, 0);
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        let number = |word: &str| -> u32 {
            line.split(word)
                .next()
                .and_then(|head| head.split_whitespace().last()?.parse().ok())
                .unwrap_or(0)
        };
        tally.0 += number(" passed");
        tally.1 += number(" failed");
    }
    if !output.status.success() && tally.1 == 0 {
        bail!("doc tests ended with {}", output.status);
    }
    Ok(tally)
}
