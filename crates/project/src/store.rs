//! The connection to the file: made, opened, checked and set up.
//!
//! Nothing here writes before the file is known to be a project that this program may write.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Damage, OpenError, SaveError};
use crate::lock::{self, Lock};
use crate::schema;
use crate::table;

/// What opens a project under a passphrase. Never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// A passphrase; the key is derived from it, slowly.
    Passphrase(String),
    /// A key of 256 bits.
    Raw([u8; 32]),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What a project is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing, by one process at a time.
    Write,
    /// Reading only, by any number of processes, beside one that writes.
    Read,
}

pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) project: table::project::ProjectRow,
    /// Held for as long as the project is open for writing.
    pub(crate) lock: Option<Lock>,
}

const HEADER: &[u8] = b"SQLite format 3\0";

/// Makes a new project's file.
pub(crate) fn create(
    path: &Path,
    project: &table::project::ProjectRow,
    key: Option<&Key>,
) -> Result<(), OpenError> {
    let _lock = Lock::take(path)?;
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(OpenError::AlreadyThere {
            path: path.to_owned(),
        });
    }
    whole_or_nothing(
        path,
        |unfinished| fill(unfinished, project, key),
        |e| lock::io(e, path),
    )
}

/// Lets `make` write a file under another name and gives it its own when it is whole, so that no
/// crash leaves half of one. Where that fails nothing stays.
pub(crate) fn whole_or_nothing<E>(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), E>,
    refused: impl Fn(std::io::Error) -> E,
) -> Result<(), E> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".new-{}", std::process::id()));
    let unfinished = PathBuf::from(unfinished);
    let made = make(&unfinished).and_then(|()| {
        // on disk before it has its name
        let file = std::fs::OpenOptions::new().write(true).open(&unfinished);
        file.and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&unfinished, path))
            .map_err(refused)
    });
    match made {
        Ok(()) => sync_folder_of(path),
        Err(_) => {
            for suffix in ["", "-journal"] {
                let mut leftover = unfinished.as_os_str().to_owned();
                leftover.push(suffix);
                let _ = std::fs::remove_file(leftover); // there may be none
            }
        }
    }
    made
}

/// Makes a new name last through a power cut. Where the system can't, the name lasts when it
/// gets round to it.
fn sync_folder_of(path: &Path) {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = std::fs::File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

fn fill(
    path: &Path,
    project: &table::project::ProjectRow,
    key: Option<&Key>,
) -> Result<(), OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sorted = |error| sort(error, path);
    let mut connection = Connection::open_with_flags(path, flags).map_err(sorted)?;
    unlock(&connection, key).map_err(sorted)?;
    set_up(&connection).map_err(sorted)?;
    connection
        .pragma_update(None, "application_id", schema::APPLICATION_ID)
        .map_err(sorted)?;
    migrate(&mut connection, path)?;
    let tx = connection.transaction().map_err(sorted)?;
    table::project::insert(&tx, project).map_err(sorted)?;
    tx.commit().map_err(sorted)?;
    connection.close().map_err(|(_, error)| sorted(error))
}

/// Opens a project's file.
pub(crate) fn open(path: &Path, key: Option<&Key>, access: Access) -> Result<Opened, OpenError> {
    let data = std::fs::metadata(path).map_err(|error| lock::io(error, path))?;
    if !data.is_file() {
        return Err(OpenError::NotAProjectOrLocked);
    }
    match access {
        Access::Write => {
            // beside the file itself, whatever links lead to it
            let real = std::fs::canonicalize(path).map_err(|error| lock::io(error, path))?;
            let lock = Lock::take(&real)?;
            if key.is_none() {
                look_at_header(path)?;
            }
            if data.permissions().readonly() {
                return Err(OpenError::ReadOnly);
            }
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection =
                Connection::open_with_flags(path, flags).map_err(|error| sort(error, path))?;
            let (mut connection, project) = examine(connection, path, key, access)?;
            // A file that can't be written to is opened for reading without a word.
            if connection
                .is_readonly("main")
                .map_err(|error| sort(error, path))?
            {
                return Err(OpenError::ReadOnly);
            }
            migrate(&mut connection, path)?;
            keep_a_log(&connection).map_err(|error| sort(error, path))?;
            close_whole(&connection, true).map_err(|error| sort(error, path))?;
            Ok(Opened {
                connection,
                project,
                lock: Some(lock),
            })
        }
        Access::Read => {
            let (connection, project) = open_to_read(path, key, access)?;
            connection
                .pragma_update(None, "query_only", true)
                .and_then(|()| close_whole(&connection, true))
                .map_err(|error| sort(error, path))?;
            Ok(Opened {
                connection,
                project,
                lock: None,
            })
        }
    }
}

/// A file in WAL mode can be read in place only with the two files of its log beside it, which
/// the last to close takes away again if it could write. On a disk that can't be written to, and
/// with no log there, the file is all there is.
fn open_to_read(
    path: &Path,
    key: Option<&Key>,
    access: Access,
) -> Result<(Connection, table::project::ProjectRow), OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let first = Connection::open_with_flags(path, flags)
        .map_err(|error| sort(error, path))
        .and_then(|connection| examine(connection, path, key, access));
    let blocked = matches!(
        first,
        Err(OpenError::ReadOnly | OpenError::Io(_) | OpenError::Database(_) | OpenError::DiskFull)
    );
    if !blocked || has_log(path) {
        return first;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    Connection::open_with_flags(uri, flags)
        .map_err(|error| sort(error, path))
        .and_then(|connection| examine(connection, path, key, access))
}

/// Tells by the first bytes what can't be a plain project, before SQLite touches it. Only with
/// the lock held: closing this handle drops the locks of any other in this process.
fn look_at_header(path: &Path) -> Result<(), OpenError> {
    use std::io::Read;
    let mut head = [0u8; 100];
    let file = std::fs::File::open(path).map_err(|error| lock::io(error, path))?;
    let mut read = 0;
    let mut file = file.take(100);
    while read < head.len() {
        match file.read(&mut head[read..]).map_err(OpenError::Io)? {
            0 => return Err(OpenError::NotAProjectOrLocked),
            n => read += n,
        }
    }
    let application = i32::from_be_bytes([head[68], head[69], head[70], head[71]]);
    if &head[..16] != HEADER || application != schema::APPLICATION_ID {
        return Err(OpenError::NotAProjectOrLocked);
    }
    Ok(())
}

/// Reads what tells whether this program may go on.
fn examine(
    connection: Connection,
    path: &Path,
    key: Option<&Key>,
    access: Access,
) -> Result<(Connection, table::project::ProjectRow), OpenError> {
    let sorted = |error| sort(error, path);
    // with no log there, closing has nothing to write, and takes its own files away again
    close_whole(&connection, !has_log(path)).map_err(sorted)?;
    unlock(&connection, key).map_err(sorted)?;
    let _: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
        .map_err(sorted)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id").map_err(sorted)? != i64::from(schema::APPLICATION_ID) {
        return Err(OpenError::NotAProjectOrLocked);
    }
    let version = pragma("user_version").map_err(sorted)?;
    let damaged = |what| OpenError::Damaged { what };
    let project = table::project::read(&connection)
        .map_err(sorted)?
        .ok_or_else(|| damaged(Damage::ProjectRow))?;
    let needs = match access {
        Access::Write => project.min_writer.max(project.min_reader),
        Access::Read => project.min_reader,
    };
    if needs > schema::VERSION {
        return Err(OpenError::NewerThanProgram { needs });
    }
    if version < 1 {
        return Err(damaged(Damage::Database));
    }
    let whole: String = connection
        .pragma_query_value(None, "quick_check", |row| row.get(0))
        .map_err(sorted)?;
    if whole != "ok" {
        tracing::warn!(finding = %whole, "the database fails its check");
        return Err(damaged(Damage::Database));
    }
    set_up(&connection).map_err(sorted)?;
    Ok((connection, project))
}

/// Whether there is a log beside the file with something in it.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|data| data.len() > 0)
}

/// Whether closing the last connection writes the log into the file. Off until the file is known
/// to be ours.
fn close_whole(connection: &Connection, on: bool) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !on)?;
    Ok(())
}

fn unlock(connection: &Connection, key: Option<&Key>) -> rusqlite::Result<()> {
    if key.is_some() {
        // a wrong key is an answer, not an event for the terminal
        connection.pragma_update_and_check(None, "cipher_log_level", "none", |_| Ok(()))?;
    }
    match key {
        None => Ok(()),
        Some(Key::Passphrase(phrase)) => connection.pragma_update(None, "key", phrase),
        Some(Key::Raw(bytes)) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            connection.pragma_update(None, "key", format!("x'{hex}'"))
        }
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// WAL where the file system carries it; some that are shared over a net don't, and there the
/// older journal is as safe and only slower.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(mode, "no write-ahead log here");
        connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    }
    Ok(())
}

/// Writes the log into the file and leaves it empty. False where a reader is in the way.
pub(crate) fn empty_log(connection: &Connection) -> rusqlite::Result<bool> {
    let mut done = true;
    connection.pragma(None, "wal_checkpoint", "truncate", |row| {
        done = row.get::<_, i64>(0)? == 0;
        Ok(())
    })?;
    Ok(done)
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| sort(error, path))?;
    if version >= schema::VERSION {
        return Ok(());
    }
    schema::migrate(connection).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => sort(err, path),
        _ => OpenError::Damaged {
            what: Damage::Database,
        },
    })
}

/// What an error of SQLite means for the one who wants to open a project.
pub(crate) fn sort(error: rusqlite::Error, path: &Path) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotAProjectOrLocked,
        Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged {
            what: Damage::Database,
        },
        Some(ErrorCode::DiskFull) => OpenError::DiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenError::ReadOnly,
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) if is_full(path) => {
            OpenError::DiskFull
        }
        Some(_) | None => OpenError::Database(error),
    }
}

/// What an error of SQLite means for the one who wants to write to `path`.
pub(crate) fn save_error(error: rusqlite::Error, path: &Path) -> SaveError {
    match SaveError::from(error) {
        SaveError::Io(_) if is_full(path) => SaveError::DiskFull,
        error => error,
    }
}

/// SQLite tells a full disk from other trouble only while it writes pages, not while it makes the
/// files of its log.
fn is_full(path: &Path) -> bool {
    const A_LOG_NEEDS: u64 = 64 * 1024;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    fs4::available_space(folder.unwrap_or(Path::new("."))).is_ok_and(|free| free < A_LOG_NEEDS)
}
