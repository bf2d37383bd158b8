//! `project_attribute` and `document_attribute`: named values, unknown ones kept as they are.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, params};

type Attributes = BTreeMap<String, String>;

pub(crate) fn of_project(connection: &Connection) -> rusqlite::Result<Attributes> {
    connection
        .prepare_cached("SELECT name, value FROM project_attribute")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

pub(crate) fn of_document(connection: &Connection, document: i64) -> rusqlite::Result<Attributes> {
    connection
        .prepare_cached("SELECT name, value FROM document_attribute WHERE document = ?")?
        .query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

pub(crate) fn set_of_project(
    tx: &Transaction<'_>,
    name: &str,
    value: Option<&str>,
) -> rusqlite::Result<()> {
    match value {
        Some(value) => tx.execute(
            "INSERT INTO project_attribute (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = ?2",
            [name, value],
        )?,
        None => tx.execute("DELETE FROM project_attribute WHERE name = ?", [name])?,
    };
    Ok(())
}

pub(crate) fn set_of_document(
    tx: &Transaction<'_>,
    document: i64,
    name: &str,
    value: Option<&str>,
) -> rusqlite::Result<()> {
    match value {
        Some(value) => tx.execute(
            "INSERT INTO document_attribute (document, name, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (document, name) DO UPDATE SET value = ?3",
            params![document, name, value],
        )?,
        None => tx.execute(
            "DELETE FROM document_attribute WHERE document = ? AND name = ?",
            params![document, name],
        )?,
    };
    Ok(())
}
