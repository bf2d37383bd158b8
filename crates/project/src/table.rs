//! The tables of the file, a module each. What reads takes a connection, what writes a
//! transaction, so that no write can stand outside of one. There is no SQL elsewhere but the
//! settings of the connection in `store`.

pub(crate) mod act_note;
pub(crate) mod anchor;
pub(crate) mod attribute;
pub(crate) mod author;
pub(crate) mod binder_act;
pub(crate) mod candidate;
pub(crate) mod chunk;
pub(crate) mod document;
pub(crate) mod generation;
pub(crate) mod opening;
pub(crate) mod project;
pub(crate) mod project_version;
pub(crate) mod tail;
pub(crate) mod text_piece;

use rusqlite::Connection;

/// What SQLite finds wrong in the database; nothing where it is whole.
pub(crate) fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut findings: Vec<String> = connection
        .prepare("PRAGMA integrity_check")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    findings.retain(|finding| finding != "ok");
    Ok(findings)
}

/// Rows that name rows that aren't there: their table and the one they point into.
pub(crate) fn dangling(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare("PRAGMA foreign_key_check")?
        .query_map([], |row| Ok((row.get(0)?, row.get(2)?)))?
        .collect()
}

/// A copy of the whole database, packed, in a file that isn't there yet.
pub(crate) fn copy_into(connection: &Connection, path: &std::path::Path) -> rusqlite::Result<()> {
    let path = path
        .to_str()
        .ok_or_else(|| rusqlite::Error::InvalidPath(path.to_owned()))?;
    connection.execute("VACUUM INTO ?", [path])?;
    Ok(())
}

/// Whether the connection refuses to write.
pub(crate) fn set_query_only(connection: &Connection, on: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "query_only", on)
}
