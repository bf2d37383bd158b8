//! A display of the test's own, and the processes that live on it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
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

/// A window manager and ibus with the pinyin engine, on a display. Input methods want focus events, and
/// those come from a window manager.
pub(crate) struct InputMethod {
    _manager: Owned,
    _daemon: Owned,
}

impl InputMethod {
    /// Starts both; ibus keeps its address in `config`.
    pub(crate) fn start(display: &Display, config: &Path) -> Result<Self> {
        let manager = Owned::spawn(quiet(Command::new("openbox").env("DISPLAY", &display.name)))
            .context("openbox is missing: `cargo xtask setup` installs it")?;
        let daemon = Owned::spawn(quiet(
            Command::new("dbus-run-session")
                .args(["--", "ibus-daemon", "--replace", "--xim", "--panel=disable"])
                .env("DISPLAY", &display.name)
                .env("XDG_CONFIG_HOME", config),
        ))
        .context("ibus-daemon is missing: `cargo xtask setup` installs it")?;
        Ok(Self {
            _manager: manager,
            _daemon: daemon,
        })
    }

    /// Chooses the pinyin engine; whether ibus has it now. Not before a field has the keys.
    pub(crate) fn choose_pinyin(display: &Display, config: &Path) -> bool {
        let mut ask = Command::new("ibus");
        ask.arg("engine")
            .env("DISPLAY", &display.name)
            .env("XDG_CONFIG_HOME", config)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let has = |ask: &mut Command| {
            let answer = ask.output();
            answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).trim() == "libpinyin")
        };
        // Its exit status tells nothing: it is 1 where the engine was chosen, too.
        has(&mut ask) || {
            let _ = ask.arg("libpinyin").status();
            false
        }
    }
}

fn quiet(command: &mut Command) -> &mut Command {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}
