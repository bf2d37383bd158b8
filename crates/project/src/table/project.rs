//! `project`: the one row about the project itself.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::ids::{Millis, ProjectId};

#[derive(Debug, Clone)]
pub(crate) struct ProjectRow {
    pub(crate) id: ProjectId,
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) created: Millis,
    pub(crate) min_reader: i64,
    pub(crate) min_writer: i64,
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Option<ProjectRow>> {
    connection
        .prepare_cached(
            "SELECT id, title, language, created, min_reader, min_writer FROM project WHERE n = 1",
        )?
        .query_row([], |row| {
            Ok(ProjectRow {
                id: ProjectId::from_bytes(row.get(0)?),
                title: row.get(1)?,
                language: row.get(2)?,
                created: row.get(3)?,
                min_reader: row.get(4)?,
                min_writer: row.get(5)?,
            })
        })
        .optional()
}

pub(crate) fn insert(tx: &Transaction<'_>, row: &ProjectRow) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO project (n, id, title, language, created, min_reader, min_writer)
         VALUES (1, ?, ?, ?, ?, ?, ?)",
        params![
            row.id.as_bytes(),
            row.title,
            row.language,
            row.created,
            row.min_reader,
            row.min_writer
        ],
    )?;
    Ok(())
}

pub(crate) fn set_title(tx: &Transaction<'_>, title: &str) -> rusqlite::Result<()> {
    tx.execute("UPDATE project SET title = ? WHERE n = 1", [title])?;
    Ok(())
}
