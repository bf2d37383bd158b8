//! What ends a command early, and how that is told.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use project::OpenError;

/// What ends a command early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The studio could not.
    #[error(transparent)]
    Studio(#[from] studio::Error),
    /// The same, of something that is shared.
    #[error(transparent)]
    Shared(#[from] Arc<studio::Error>),
    /// There is no data folder.
    #[error("the data folder cannot be used")]
    Home(#[source] io::Error),
    /// The terminal or pipe failed.
    #[error("the output cannot be written")]
    Output(#[source] io::Error),
    /// Standard input failed.
    #[error("standard input cannot be read")]
    Input(#[source] io::Error),
    /// Who read the output went away, which is their right.
    #[error("nobody reads the output")]
    NobodyReads,
    /// The runtime for the draft cannot be started.
    #[error("the system gives no thread for the draft")]
    NoRuntime(#[source] io::Error),
    /// No version of the document has the id.
    #[error("there is no version {version} of {title}")]
    NoVersion { version: String, title: String },
    /// The document is not one that is played.
    #[error("{title} is {craft}, and only game stories are played")]
    NotAStory { title: String, craft: &'static str },
    /// The turn does not offer the choice.
    #[error("turn {turn} has no choice {choice}: there are {count}")]
    NoSuchChoice {
        turn: usize,
        choice: u32,
        count: usize,
    },
    /// A check found something.
    #[error("{} is not whole: {problems} found", path.display())]
    NotWhole { path: PathBuf, problems: Problems },
    /// The model wrote nothing that could be taken.
    #[error("the model wrote nothing, so there is nothing to take")]
    NothingWritten,
    /// The craft of a file is not known by its name.
    #[error("the craft of {name} is not known by its name: say it with --craft")]
    NoCraft { name: String },
    /// A continuation has no selection.
    #[error("--select is for --task rewrite; say with --at where to continue")]
    SelectToContinue,
    /// A rewrite has a selection, not an offset.
    #[error("--at is for --task continue; say with --select what to rewrite")]
    AtToRewrite,
    /// There are not that many takes.
    #[error("--accept {accept} is more than --takes {takes}")]
    AcceptBeyondTakes { accept: u32, takes: u32 },
}

/// A number of problems, in words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problems(pub(crate) usize);

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            1 => f.write_str("1 problem was"),
            n => write!(f, "{n} problems were"),
        }
    }
}

impl From<studio::Gone> for Failure {
    fn from(gone: studio::Gone) -> Self {
        Self::Studio(gone.into())
    }
}

impl From<project::Error> for Failure {
    fn from(error: project::Error) -> Self {
        Self::Studio(error.into())
    }
}

impl Failure {
    /// Tells it on standard error, and gives the code to end with.
    pub(crate) fn tell(&self, verbose: bool) -> ExitCode {
        let code = match self {
            Self::NobodyReads => return ExitCode::SUCCESS,
            Self::NoCraft { .. }
            | Self::SelectToContinue
            | Self::AtToRewrite
            | Self::AcceptBeyondTakes { .. } => 2,
            Self::Studio(_)
            | Self::Shared(_)
            | Self::Home(_)
            | Self::Output(_)
            | Self::Input(_)
            | Self::NoRuntime(_)
            | Self::NoVersion { .. }
            | Self::NotAStory { .. }
            | Self::NoSuchChoice { .. }
            | Self::NotWhole { .. }
            | Self::NothingWritten => 1,
        };
        let mut stderr = io::stderr().lock();
        // Nobody is left to tell where standard error cannot be written.
        let _ = writeln!(stderr, "error: {}", self.sentence());
        if verbose {
            let mut said = self.to_string();
            let mut cause = self.source();
            while let Some(error) = cause {
                let words = error.to_string();
                if words != said {
                    let _ = writeln!(stderr, "  because: {}", one_line(&words));
                }
                said = words;
                cause = error.source();
            }
        }
        ExitCode::from(code)
    }

    /// One sentence on one line.
    pub(crate) fn sentence(&self) -> String {
        let error: Option<&studio::Error> = match self {
            Self::Studio(error) => Some(error),
            Self::Shared(error) => Some(error),
            Self::Home(_)
            | Self::Output(_)
            | Self::Input(_)
            | Self::NobodyReads
            | Self::NoRuntime(_)
            | Self::NoVersion { .. }
            | Self::NotAStory { .. }
            | Self::NoSuchChoice { .. }
            | Self::NotWhole { .. }
            | Self::NothingWritten
            | Self::NoCraft { .. }
            | Self::SelectToContinue
            | Self::AtToRewrite
            | Self::AcceptBeyondTakes { .. } => None,
        };
        match error {
            Some(studio::Error::Open(OpenError::LockedBy { pid })) => {
                let by = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
                format!(
                    "this project is open in another window or program{by}: it can be read here, not changed"
                )
            }
            Some(_) | None => one_line(&self.to_string()),
        }
    }
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
