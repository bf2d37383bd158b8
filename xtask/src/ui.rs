//! The user interface's own tools.

use std::path::PathBuf;

use anyhow::Result;

use crate::shell;

fn folder() -> PathBuf {
    shell::root().join("ui")
}

/// Installs the packages of the lock file, once for each lock file.
pub(crate) fn ensure() -> Result<()> {
    let ui = folder();
    if shell::is_stale(
        &ui.join("node_modules/.package-lock.json"),
        &[ui.join("package-lock.json")],
    ) {
        shell::step("Installing the user interface's packages");
        shell::run_in(
            &ui,
            &["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        )?;
    }
    Ok(())
}

/// Builds the user interface, which the program embeds.
pub(crate) fn build() -> Result<()> {
    ensure()?;
    let ui = folder();
    let sources =
        ["src", "index.html", "package-lock.json", "vite.config.ts"].map(|name| ui.join(name));
    if shell::is_stale(&ui.join("dist/index.html"), &sources) {
        shell::step("Building the user interface");
        npm("build")?;
    }
    Ok(())
}

/// Runs one of its scripts.
pub(crate) fn npm(script: &str) -> Result<()> {
    shell::run_in(&folder(), &["npm", "run", "--silent", script])
}
