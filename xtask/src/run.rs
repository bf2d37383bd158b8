//! Building and starting the program, benches, packages.

use std::process::Stdio;

use anyhow::{Context, Result};

use crate::{models, packages, peers, shell, ui};

/// Installs and fetches what is missing.
pub(crate) fn setup(what: packages::For) -> Result<()> {
    packages::ensure(what)?;
    match what {
        packages::For::Terminal => models::ensure(),
        packages::For::Running => {
            models::ensure()?;
            ui::build()
        }
        packages::For::Tests => {
            models::ensure()?;
            ui::build()?;
            peers::ensure_tools()?;
            peers::ensure()
        }
    }
}

fn has_display() -> bool {
    cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}

/// Opens the window; or does the same main job in the terminal where there is no display.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let (features, rest) = features(words);
    if has_display() {
        setup(packages::For::Running)?;
        build(&features, "palimpsest")?;
        return start("palimpsest", &rest);
    }
    shell::say("There is no display here: the same main job follows in the terminal.");
    setup(packages::For::Terminal)?;
    build(&features, "palimpsest-cli")?;
    start("palimpsest-cli", &["sample"])
}

/// `--features cuda` and its like go to cargo; everything else to the program.
fn features<'a>(words: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    match words {
        ["--features", names, rest @ ..] => (vec!["--features", names], rest.to_vec()),
        rest => (Vec::new(), rest.to_vec()),
    }
}

fn build(features: &[&str], name: &str) -> Result<()> {
    shell::step("Building (the first time takes some minutes: llama.cpp is compiled)");
    // `--workspace` keeps one feature set, so that the tests find llama.cpp compiled.
    shell::run(
        &[
            &["cargo", "build", "--workspace", "--bin", name, "--locked"],
            features,
        ]
        .concat(),
    )
}

fn start(name: &str, words: &[&str]) -> Result<()> {
    let program = shell::root()
        .join("target/debug")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    let program = program.to_string_lossy();
    shell::run(&[&[&*program], words].concat())
}

/// Prints the figures of docs/BENCH.md anew.
pub(crate) fn bench(words: &[&str]) -> Result<()> {
    setup(packages::For::Tests)?;
    shell::run(&["cargo", "build", "--workspace", "--locked"])?;
    start("bench", words)
}

/// Writes the TypeScript side of the commands anew.
pub(crate) fn codegen() -> Result<()> {
    ui::build()?;
    let status = shell::command(&[
        "cargo",
        "test",
        "--workspace",
        "--test",
        "bindings",
        "--locked",
    ])
    .env("UPDATE_BINDINGS", "1")
    .stdout(Stdio::null())
    .status()
    .context("cargo")?;
    anyhow::ensure!(status.success(), "the bindings could not be written");
    Ok(())
}

/// Makes this system's package: a .deb here, a .dmg or .msi on theirs.
pub(crate) fn package() -> Result<()> {
    setup(packages::For::Running)?;
    shell::step("Building the package (release)");
    let kind = match std::env::consts::OS {
        "macos" => "dmg",
        "windows" => "msi",
        _ => "deb",
    };
    shell::run(&[
        "cargo",
        "build",
        "--workspace",
        "--release",
        "--bin",
        "palimpsest-cli",
        "--locked",
    ])?;
    let tauri = shell::root().join("ui/node_modules/.bin/tauri");
    shell::run_in(
        &shell::root().join("src-tauri"),
        &[&tauri.to_string_lossy(), "build", "--bundles", kind, "--ci"],
    )?;
    shell::say("The package lies under target/release/bundle.");
    Ok(())
}
