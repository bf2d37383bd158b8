//! Standard output: lines for people, or JSON for scripts.

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Where results go.
pub(crate) struct Output {
    json: bool,
    stdout: io::Stdout,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            stdout: io::stdout(),
        }
    }

    /// Whether a script reads.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// A line.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.piece(line)?;
        self.piece("\n")
    }

    /// Text as it is, shown at once.
    pub(crate) fn piece(&mut self, text: &str) -> Result<(), Failure> {
        let mut stdout = self.stdout.lock();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .map_err(failed)
    }

    /// A value on a line of its own.
    pub(crate) fn value(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(value).map_err(|error| Failure::Output(error.into()))?;
        line.push(b'\n');
        let mut stdout = self.stdout.lock();
        stdout
            .write_all(&line)
            .and_then(|()| stdout.flush())
            .map_err(failed)
    }

    /// A word to whoever sits at the terminal; not to scripts, nor into files.
    pub(crate) fn remark(&self, remark: &str) {
        if !self.json && io::stderr().is_terminal() {
            // A remark that cannot be written is not worth a failure.
            let _ = writeln!(io::stderr(), "{remark}");
        }
    }
}

fn failed(error: io::Error) -> Failure {
    if error.kind() == ErrorKind::BrokenPipe {
        Failure::NobodyReads
    } else {
        Failure::Output(error)
    }
}
