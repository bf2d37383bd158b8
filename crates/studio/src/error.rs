//! What can go wrong in the studio: a code and facts for the window's catalogue, `Display` for the terminal.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::path::PathBuf;

use project::{OpenError as ProjectOpenError, SaveError};

/// What can go wrong in the studio.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A project cannot be opened or made.
    #[error(transparent)]
    Open(#[from] project::OpenError),
    /// A project refused.
    #[error(transparent)]
    Project(#[from] project::Error),
    /// A commit failed; everything is kept in memory.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// A copy could not be made.
    #[error(transparent)]
    Copy(#[from] project::CopyError),
    /// A model cannot be opened.
    #[error(transparent)]
    Model(#[from] llama::OpenError),
    /// A model failed.
    #[error(transparent)]
    Inference(#[from] inference::Error),
    /// A prompt cannot be packed.
    #[error(transparent)]
    Pack(#[from] drafting::Error),
    /// A text file cannot be read as text.
    #[error(transparent)]
    Text(#[from] crafts::BytesError),
    /// A story cannot be played.
    #[error(transparent)]
    Play(#[from] story::PlayError),
    /// An address is none.
    #[error(transparent)]
    Endpoint(#[from] maas::EndpointError),
    /// The keyring failed.
    #[error(transparent)]
    Key(#[from] maas::KeyError),
    /// A file outside a project cannot be read or written.
    #[error("{} cannot be {}", path.display(), if *writing { "written" } else { "read" })]
    File {
        /// The file.
        path: PathBuf,
        /// Writing, or reading.
        writing: bool,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// No model is open.
    #[error("no model is open")]
    NoModel,
    /// The starter model is not here.
    #[error(
        "the starter model is missing: `cargo xtask setup` fetches it, or open another model file"
    )]
    NoStarter,
    /// Nothing is open under that name.
    #[error("there is no {what} {id}")]
    Unknown {
        /// `project`, `document`, `candidate` …
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Several documents have the title.
    #[error("several documents are called {title}: {}", ids.join(", "))]
    Ambiguous {
        /// The title.
        title: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// A commit failed; everything is kept in memory.
    #[error(transparent)]
    NotSaved(std::sync::Arc<Error>),
    /// The candidate's place was deleted.
    #[error("the place of this candidate is gone")]
    PlaceGone,
    /// Nothing is left to take.
    #[error("nothing is left to take of this candidate")]
    NothingLeft,
    /// A file of a kind that no craft reads.
    #[error("{name} is no .fountain, .txt, .ink or .md file")]
    NotACraft {
        /// The file's name.
        name: String,
    },
    /// Remote service without an address or a model.
    #[error("no remote model is chosen")]
    NoRemoteModel,
    /// The owner's thread did not answer.
    #[error(transparent)]
    Gone(#[from] crate::owner::Gone),
}

/// A code for the catalogue and the facts of its sentence.
pub struct Told {
    /// Snake case.
    pub code: &'static str,
    /// Names and figures.
    pub facts: BTreeMap<&'static str, String>,
}

impl Error {
    /// The chain of causes, one a line.
    pub fn chain(&self) -> String {
        let mut lines = vec![self.to_string()];
        let mut cause = self.source();
        while let Some(error) = cause {
            lines.push(error.to_string());
            cause = error.source();
        }
        lines.dedup();
        lines.join("\n")
    }

    /// What the window's catalogue needs to say it.
    pub fn told(&self) -> Told {
        let mut facts = BTreeMap::new();
        let mut fact = |name: &'static str, value: &dyn ToString| {
            facts.insert(name, value.to_string());
        };
        let code = match self {
            Self::Open(error) => match error {
                ProjectOpenError::NotFound { path } => {
                    fact("path", &path.display());
                    "not_found"
                }
                ProjectOpenError::AlreadyThere { path } => {
                    fact("path", &path.display());
                    "already_there"
                }
                ProjectOpenError::NotAProjectOrLocked => "not_a_project",
                ProjectOpenError::NewerThanProgram { .. } => "newer_than_program",
                ProjectOpenError::LockedBy { pid } => {
                    fact("pid", &pid.map_or_else(String::new, |pid| pid.to_string()));
                    "project_locked"
                }
                ProjectOpenError::ReadOnly => "project_read_only",
                ProjectOpenError::DiskFull => "disk_full",
                ProjectOpenError::Damaged { .. } => "project_damaged",
                ProjectOpenError::Io(_) | ProjectOpenError::Database(_) => "project_unreadable",
            },
            Self::Project(error) => match error {
                project::Error::StaleVersion { .. } => "stale_version",
                project::Error::ReadOnly => "project_read_only",
                project::Error::Save(error) => save_code(error),
                project::Error::Damaged(_) => "project_damaged",
                project::Error::TooLarge => "document_too_large",
                project::Error::NoDocument(_)
                | project::Error::NoAct(_)
                | project::Error::NoGeneration(_)
                | project::Error::NoCandidate(_)
                | project::Error::NoAnchor(_) => "unknown_id",
                project::Error::OutOfBounds { .. }
                | project::Error::NotABoundary { .. }
                | project::Error::Disorder { .. }
                | project::Error::CarriageReturn
                | project::Error::NotInCandidate { .. } => "edit_refused",
                project::Error::Read(_) => "project_unreadable",
            },
            Self::Save(error) => save_code(error),
            Self::Copy(error) => match error {
                project::CopyError::AlreadyThere { path } => {
                    fact("path", &path.display());
                    "already_there"
                }
                project::CopyError::Unsaved(error) | project::CopyError::Write(error) => {
                    save_code(error)
                }
                project::CopyError::Io(_) => "file_unwritable",
            },
            Self::Model(error) => match error {
                llama::OpenError::Unreadable(_) => "model_unreadable",
                llama::OpenError::NotGguf => "model_not_gguf",
                llama::OpenError::Truncated { expected, found } => {
                    fact("expected", &(expected / 1_000_000));
                    fact("found", &(found / 1_000_000));
                    "model_truncated"
                }
                llama::OpenError::Unsupported { what } => {
                    fact("what", what);
                    "model_unsupported"
                }
                llama::OpenError::Damaged { .. } => "model_damaged",
                llama::OpenError::TooLarge {
                    needs_mib,
                    free_mib,
                } => {
                    fact("needs", needs_mib);
                    fact("free", free_mib);
                    "model_too_large"
                }
                llama::OpenError::NoContext { tokens } => {
                    fact("tokens", tokens);
                    "model_no_context"
                }
                llama::OpenError::Cancelled => "model_cancelled",
                llama::OpenError::NoThread(_) => "model_unreadable",
            },
            Self::Inference(error) => inference_code(error, &mut fact),
            Self::Pack(_) => "prompt_too_long",
            Self::Text(_) => "not_text",
            Self::Play(_) => "not_playable",
            Self::Endpoint(_) => "not_an_address",
            Self::Key(_) => "keyring_failed",
            Self::File { path, writing, .. } => {
                fact("path", &path.display());
                if *writing {
                    "file_unwritable"
                } else {
                    "file_unreadable"
                }
            }
            Self::NoModel => "no_model",
            Self::NoStarter => "no_starter",
            Self::Unknown { .. } => "unknown_id",
            Self::Ambiguous { title, .. } => {
                fact("title", title);
                "ambiguous_title"
            }
            Self::NotSaved(error) => return error.told(),
            Self::PlaceGone => "place_gone",
            Self::NothingLeft => "nothing_left",
            Self::NotACraft { name } => {
                fact("name", name);
                "not_a_craft"
            }
            Self::NoRemoteModel => "no_remote_model",
            Self::Gone(_) => "internal",
        };
        Told { code, facts }
    }
}

fn save_code(error: &SaveError) -> &'static str {
    match error {
        SaveError::DiskFull => "disk_full",
        SaveError::ReadOnly => "project_read_only",
        SaveError::Busy => "project_busy",
        SaveError::Damaged => "project_damaged",
        SaveError::Io(_) | SaveError::Database(_) => "not_saved",
    }
}

fn inference_code(
    error: &inference::Error,
    fact: &mut dyn FnMut(&'static str, &dyn ToString),
) -> &'static str {
    use inference::Error as E;
    match error {
        E::Unsupported { what } => {
            fact("what", what);
            "unsupported"
        }
        E::TooLong { needed, context } => {
            fact("needed", needed);
            fact("context", context);
            "prompt_too_long"
        }
        E::OutOfMemory { tokens } => {
            fact("tokens", tokens);
            "out_of_memory"
        }
        E::Engine { code, .. } => {
            fact("number", code);
            "engine_failed"
        }
        E::Closed => "model_closed",
        E::Unreachable { host, .. } => {
            fact("host", host);
            "unreachable"
        }
        E::TimedOut { host, after } => {
            fact("host", host);
            fact("seconds", &after.as_secs());
            "timed_out"
        }
        E::KeyRefused { host } => {
            fact("host", host);
            "key_refused"
        }
        E::UnknownModel { host, model } => {
            fact("host", host);
            fact("model", model);
            "unknown_model"
        }
        E::Busy { host, .. } => {
            fact("host", host);
            "service_busy"
        }
        E::QuotaUsedUp { host } => {
            fact("host", host);
            "quota_used_up"
        }
        E::Refused { host, message, .. } => {
            fact("host", host);
            fact("message", message);
            "request_refused"
        }
        E::ServiceFailed { host, status } => {
            fact("host", host);
            fact("status", status);
            "service_failed"
        }
        E::NotAModelService { host, .. } => {
            fact("host", host);
            "not_a_model_service"
        }
        E::Truncated { host } => {
            fact("host", host);
            "connection_lost"
        }
        E::PromptCut { host, read, sent } => {
            fact("host", host);
            fact("read", read);
            fact("sent", sent);
            "prompt_cut"
        }
    }
}
