//! `binder_act`: what was done in the binder, with its own undo.

use rusqlite::{Connection, Transaction, params};

use crate::ids::{BinderActId, Millis};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BinderActRow {
    pub(crate) n: i64,
    pub(crate) id: BinderActId,
    pub(crate) opening: i64,
    pub(crate) at: Millis,
    /// A word of `binder_act::BinderActKind`.
    pub(crate) kind: String,
    /// JSON: a list of `binder_act::Shift`.
    pub(crate) changes: String,
    pub(crate) undoes: Option<i64>,
}

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<BinderActRow>> {
    connection
        .prepare_cached(
            "SELECT n, id, opening, at, kind, changes, undoes FROM binder_act ORDER BY n",
        )?
        .query_map([], |row| {
            Ok(BinderActRow {
                n: row.get(0)?,
                id: BinderActId::from_bytes(row.get(1)?),
                opening: row.get(2)?,
                at: row.get(3)?,
                kind: row.get(4)?,
                changes: row.get(5)?,
                undoes: row.get(6)?,
            })
        })?
        .collect()
}

/// Gives the new act's number; `row.n` is not looked at.
pub(crate) fn insert(tx: &Transaction<'_>, row: &BinderActRow) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO binder_act (id, opening, at, kind, changes, undoes) VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .insert(params![
        row.id.as_bytes(),
        row.opening,
        row.at,
        row.kind,
        row.changes,
        row.undoes
    ])
}
