//! The built program against real projects, files and models.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test")]

mod documents;
mod drafts;
mod parsing;
mod refusals;
mod remote;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder of the test's own: its files, and the program's data folder.
struct Desk {
    folder: tempfile::TempDir,
}

/// What a call left.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A path in the folder, for an argument.
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A project with these files as its documents.
    fn project(&self, files: &[(&str, &str)]) -> String {
        let project = self.path("P.palimpsest");
        self.ok(&["new", &project]);
        for (name, text) in files {
            let file = self.file(name, text);
            self.ok(&["import", &project, &file]);
        }
        project
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_palimpsest-cli"));
        command
            .args(arguments)
            .env("PALIMPSEST_HOME", self.folder.path().join("home"))
            .env("PALIMPSEST_MODELS", models())
            .env_remove("PALIMPSEST_API_KEY")
            // No keyring of whoever runs the tests.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        finished(&mut self.command(arguments), None)
    }

    fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        finished(&mut self.command(arguments), Some(input))
    }

    /// Standard output of a call that must do.
    #[track_caller]
    fn ok(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        run.out
    }

    /// The JSON of a call that must do.
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let out = self.ok(&[arguments, &["--json"]].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// The one sentence of a call that must end with `code`.
    #[track_caller]
    fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}{}", run.out, run.err);
        if code == 1 {
            assert_eq!(run.err.lines().count(), 1, "one sentence: {}", run.err);
        }
        run.err
    }

    /// Text of a document.
    #[track_caller]
    fn text(&self, project: &str, title: &str) -> String {
        self.ok(&["show", project, title])
    }
}

fn finished(command: &mut Command, input: Option<&[u8]>) -> Run {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Some(input) = input {
        child.stdin.take().unwrap().write_all(input).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Lines of JSON.
#[track_caller]
fn events(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where the starter model is.
fn models() -> PathBuf {
    std::env::var_os("PALIMPSEST_MODELS").map_or_else(|| repository().join("models"), PathBuf::from)
}

/// The starter model, which must be there.
fn starter() -> PathBuf {
    let file = &registry::Catalog::bundled().starter().unwrap().file;
    let path = models().join(file);
    assert!(
        path.is_file(),
        "the starter model is not at {}: `cargo xtask run` fetches it, or set PALIMPSEST_MODELS",
        path.display()
    );
    path
}
