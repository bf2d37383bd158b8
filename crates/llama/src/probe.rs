//! A trial load in a child process: the library ends the process on some damaged files, and that must not
//! be the writer's window.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::OpenError;
use crate::raw::{Attention, Context, Decoded, Row, Settings, Weights};

/// The argument that asks a program for a trial load.
const ARGUMENT: &str = "--probe-model";
/// The child loaded the file and wrote a token.
const SOUND: u8 = 0;
/// The library refused the file.
const REFUSED: u8 = 61;
/// How often the caller is asked whether to go on.
const TICK: Duration = Duration::from_millis(50);
/// Longest trial, plus a second for every so many bytes.
const LONGEST: Duration = Duration::from_secs(60);
const BYTES_PER_SECOND: u64 = 20 << 20;

/// The program that tries a file: one whose `main` begins with [`probe_main`].
#[derive(Debug, Clone)]
pub struct Probe {
    /// The program, usually this one.
    pub program: PathBuf,
    /// Arguments before `--probe-model FILE`.
    pub arguments: Vec<OsString>,
}

impl Probe {
    /// This program.
    ///
    /// # Errors
    /// When the system does not tell where it is.
    pub fn this_program() -> std::io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            arguments: vec![],
        })
    }
}

/// Answers a trial load: to be called first in `main`. `None`: this is an ordinary start.
///
/// With `--probe-model FILE` among the arguments it loads the file, evaluates one token, and gives the code
/// to end the process with.
pub fn probe_main() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    arguments.find(|argument| argument == ARGUMENT)?;
    let file = PathBuf::from(arguments.next()?);
    Some(ExitCode::from(if try_file(&file) {
        SOUND
    } else {
        REFUSED
    }))
}

fn try_file(file: &Path) -> bool {
    let Some(weights) = Weights::load(file, 0, &mut |_| true) else {
        return false;
    };
    let weights = Arc::new(weights);
    let settings = Settings {
        cells: 256,
        sequences: 1,
        attention: Attention::Plain,
        threads: 1,
    };
    let token = weights.begin().unwrap_or(0);
    let Some(mut context) = Context::new(weights, settings) else {
        return false;
    };
    let row = Row {
        token,
        position: 0,
        sequence: 0,
        logits: true,
    };
    context.decode(&[row], &|| false) == Decoded::Done
        && context
            .logits(0)
            .is_some_and(|logits| logits.iter().any(|logit| logit.is_finite()))
}

/// Lets the child try `file`. `go_on` is asked while it works.
pub(crate) fn try_in_a_child(
    probe: &Probe,
    file: &Path,
    size: u64,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<(), OpenError> {
    let mut child = Command::new(&probe.program)
        .args(&probe.arguments)
        .arg(ARGUMENT)
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(OpenError::Unreadable)?;
    // Its output ends when it ends, which wakes us without asking for it again and again.
    let (ended, end) = channel();
    let output = child.stdout.take();
    let listener = std::thread::Builder::new()
        .name("probe".into())
        .spawn(move || {
            let mut sink = Vec::new();
            if let Some(mut output) = output {
                // An error is an end as well.
                let _ = output.read_to_end(&mut sink);
            }
            let _ = ended.send(());
        })
        .map_err(OpenError::NoThread)?;
    let limit = LONGEST + Duration::from_secs(size / BYTES_PER_SECOND);
    let started = Instant::now();
    let outcome = loop {
        match end.recv_timeout(TICK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break Ok(()),
            Err(RecvTimeoutError::Timeout) if !go_on() => break Err(OpenError::Cancelled),
            Err(RecvTimeoutError::Timeout) if started.elapsed() > limit => {
                break Err(OpenError::Damaged {
                    what: "a trial load did not end",
                    offset: None,
                });
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    };
    if outcome.is_err() {
        // It may have ended by itself in this moment.
        let _ = child.kill();
    }
    let status = child.wait().map_err(OpenError::Unreadable);
    // Cannot fail: the thread does not panic.
    let _ = listener.join();
    outcome?;
    match status?.code() {
        Some(code) if code == i32::from(SOUND) => Ok(()),
        Some(code) if code == i32::from(REFUSED) => Err(OpenError::Damaged {
            what: "the library refused it",
            offset: None,
        }),
        Some(_) | None => Err(OpenError::Damaged {
            what: "the library broke on it in a trial",
            offset: None,
        }),
    }
}
