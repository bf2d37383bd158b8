//! Set-up, run, test, lint, bench, package: everything that stands around the code.
//!
//! Needs nothing but cargo, so that it can install the rest. Each step says what it does and does
//! nothing where its work is done already.

mod fuzz;
mod models;
mod packages;
mod peers;
mod run;
mod shell;
mod suite;
mod ui;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  run            install what is missing, build, open the window (in the terminal where there is no display)
  test           install what the tests need and run them all
    --only NAME  one part: lint, ui, rust, e2e, fuzz; or a crate's name
    --fuzz SECS  seconds for each parser (default 60)
  lint           formatter, clippy, type-check, tidy
  bench          figures as ratios, see docs/BENCH.md
  package        an installable package of this system
  codegen        write ui/src/ipc/bindings.ts anew
  setup          install and fetch only
";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    std::env::set_current_dir(shell::root())?;
    match words.as_slice() {
        ["run", rest @ ..] => run::run(rest),
        ["test", rest @ ..] => suite::test(&suite::Options::parse(rest)?),
        ["lint"] => suite::lint(),
        ["bench", rest @ ..] => run::bench(rest),
        ["package"] => run::package(),
        ["codegen"] => run::codegen(),
        ["setup"] => run::setup(packages::For::Tests),
        [] | ["help" | "--help" | "-h"] => {
            shell::say(HELP);
            Ok(())
        }
        other => bail!("no command `{}`\n\n{HELP}", other.join(" ")),
    }
}
