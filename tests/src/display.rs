//! A display of the test's own, and the processes that live on it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A process, the leader of a group, that ends with its owner and takes its children along.
pub(crate) struct Owned(Child);

impl Owned {
    /// Starts it.
    pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Self> {
        command.process_group(0).spawn().map(Self)
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

/// A virtual display.
pub(crate) struct Display {
    _server: Owned,
    /// `:7` and its like.
    pub(crate) name: String,
}

impl Display {
    /// Starts one with a screen of this size.
    pub(crate) fn start(width: u32, height: u32) -> Result<Self> {
        let screen = format!("{width}x{height}x24");
        let mut command = Command::new("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &screen,
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Owned::spawn(&mut command)
            .context("Xvfb is missing: `cargo xtask setup` installs it")?;
        let stdout = server.0.stdout.take().context("Xvfb's output")?;
        let mut number = String::new();
        BufReader::new(stdout).read_line(&mut number)?;
        Ok(Self {
            _server: server,
            name: format!(":{}", number.trim()),
        })
    }
}
