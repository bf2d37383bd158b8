//! What can go wrong, told so that callers can match on it.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::ids::{ActId, CandidateId, DocumentId, GenerationId};

/// Why a project can't be opened or made. Nothing on disk was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no file at the path.
    #[error("there is no file at {}", path.display())]
    NotFound {
        /// The path asked for.
        path: PathBuf,
    },
    /// A project was to be made where there already is a file.
    #[error("there already is a file at {}", path.display())]
    AlreadyThere {
        /// The path asked for.
        path: PathBuf,
    },
    /// The file's head can't be read as a project's: it is another kind of file, or a project
    /// under a passphrase, or under another one.
    #[error("this is not a Palimpsest project, or it is under a passphrase")]
    NotAProjectOrLocked,
    /// A newer program wrote it, in a way that this one can't read (or write, if it was to).
    #[error("this project needs a newer version of Palimpsest (file version {needs})")]
    NewerThanProgram {
        /// The file version that the program must know.
        needs: i64,
    },
    /// Another process has it open for writing.
    #[error("this project is open in another window or program")]
    LockedBy {
        /// The process that holds it, where that can be read.
        pid: Option<u32>,
    },
    /// The file, its folder or its disk can't be written to.
    #[error("this project can't be written to: its file or folder is read-only")]
    ReadOnly,
    /// The disk has no room for what opening needs.
    #[error("the disk is full")]
    DiskFull,
    /// It is a project, and part of it can't be read.
    #[error("this project is damaged: {what}")]
    Damaged {
        /// Which part.
        what: Damage,
    },
    /// The system refused.
    #[error("the system refused access to the project")]
    Io(#[source] std::io::Error),
    /// SQLite refused, for a reason that has no case of its own.
    #[error("the project's database refused to open")]
    Database(#[source] rusqlite::Error),
}

/// Which part of a project can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The database itself.
    #[error("its database is malformed")]
    Database,
    /// The row about the project is missing.
    #[error("its title row is missing")]
    ProjectRow,
    /// The history of a document. Its current text is whole.
    #[error("the history of document {document} can't be read")]
    History {
        /// The document.
        document: DocumentId,
    },
}

/// Why something asked of an open project was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No document has the id.
    #[error("there is no document {0}")]
    NoDocument(DocumentId),
    /// No act of the document has the id.
    #[error("there is no version {0} of this document")]
    NoAct(ActId),
    /// No generation has the id.
    #[error("there is no generation {0}")]
    NoGeneration(GenerationId),
    /// No candidate has the id.
    #[error("there is no candidate {0}")]
    NoCandidate(CandidateId),
    /// No anchor has the id.
    #[error("there is no anchor {0}")]
    NoAnchor(crate::ids::AnchorId),
    /// The edit was made to another version of the text.
    #[error("the edit is for version {base}, the document is at {now}")]
    StaleVersion {
        /// The version that the edit names.
        base: u64,
        /// The version that the document is at.
        now: u64,
    },
    /// A position or a length reaches beyond the text.
    #[error("position {pos} is beyond the text's {len} bytes")]
    OutOfBounds {
        /// The position in bytes.
        pos: u64,
        /// The length of the text in bytes.
        len: u64,
    },
    /// A position is inside a character.
    #[error("position {pos} is inside a character")]
    NotABoundary {
        /// The position in bytes.
        pos: u64,
    },
    /// Changes of a batch overlap or don't ascend.
    #[error("changes overlap or are out of order at position {pos}")]
    Disorder {
        /// The position of the change that comes too early, in bytes.
        pos: u64,
    },
    /// Text in a project has line feeds only; files bring carriage returns as an attribute.
    #[error("the text holds a carriage return")]
    CarriageReturn,
    /// The document would outgrow its history: 4 GiB ever written.
    #[error("the document has no room for this text")]
    TooLarge,
    /// The range is not inside the candidate's text.
    #[error("bytes {from}..{to} are not in the candidate")]
    NotInCandidate {
        /// First byte.
        from: u64,
        /// End.
        to: u64,
    },
    /// The project is open for reading only.
    #[error("the project is open for reading only")]
    ReadOnly,
    /// Part of the project can't be read.
    #[error("this project is damaged: {0}")]
    Damaged(Damage),
    /// What had to be written at once could not be.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// Reading failed.
    #[error("the project's file can't be read")]
    Read(#[source] rusqlite::Error),
}

/// Why something is not on disk. All of it is kept in memory; `flush` can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// No room.
    #[error("the disk is full")]
    DiskFull,
    /// The file or disk can't be written to any more.
    #[error("the project's file can't be written to")]
    ReadOnly,
    /// Another program holds the database.
    #[error("another program holds the project's file")]
    Busy,
    /// The file is gone or has become something else.
    #[error("the project's file is damaged or was replaced")]
    Damaged,
    /// The system refused to write.
    #[error("the disk refused to write")]
    Io(#[source] rusqlite::Error),
    /// SQLite refused, for a reason that has no case of its own.
    #[error("the project's database refused to write")]
    Database(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for SaveError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Io(error),
            Some(_) | None => Self::Database(error),
        }
    }
}

impl From<rusqlite::Error> for Error {
    /// For reads: what a write says goes through `SaveError`.
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(Damage::Database)
            }
            Some(_) | None => Self::Read(error),
        }
    }
}
