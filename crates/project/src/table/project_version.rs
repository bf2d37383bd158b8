//! `project_version` and `project_version_document`: named versions of the whole project.

use rusqlite::{Connection, Transaction, params};

use crate::ids::{Millis, ProjectVersionId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectVersionRow {
    pub(crate) n: i64,
    pub(crate) id: ProjectVersionId,
    pub(crate) name: String,
    pub(crate) at: Millis,
}

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<ProjectVersionRow>> {
    connection
        .prepare_cached("SELECT n, id, name, at FROM project_version ORDER BY n")?
        .query_map([], |row| {
            Ok(ProjectVersionRow {
                n: row.get(0)?,
                id: ProjectVersionId::from_bytes(row.get(1)?),
                name: row.get(2)?,
                at: row.get(3)?,
            })
        })?
        .collect()
}

/// The last edits, by opening and sequence, of the documents in a version.
pub(crate) fn documents(
    connection: &Connection,
    version: i64,
) -> rusqlite::Result<Vec<(i64, (i64, u32))>> {
    connection
        .prepare_cached(
            "SELECT document, opening, seq FROM project_version_document WHERE version = ?",
        )?
        .query_map([version], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
        })?
        .collect()
}

/// Keeps the version that every document is at as of this transaction.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    id: ProjectVersionId,
    name: &str,
    at: Millis,
) -> rusqlite::Result<()> {
    let n = tx
        .prepare_cached("INSERT INTO project_version (id, name, at) VALUES (?, ?, ?)")?
        .insert(params![id.as_bytes(), name, at])?;
    tx.prepare_cached(
        "INSERT INTO project_version_document (version, document, opening, seq)
         SELECT ?, n, opening, seq FROM document WHERE opening IS NOT NULL AND trashed = 0",
    )?
    .execute([n])?;
    Ok(())
}
