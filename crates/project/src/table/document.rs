//! `document`: a row for each document, the thrown away ones among them.

use rusqlite::{Connection, Row, Transaction, params};

use crate::act::Selection;
use crate::ids::{DocumentId, Millis};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DocumentRow {
    pub(crate) n: i64,
    pub(crate) id: DocumentId,
    pub(crate) craft: String,
    pub(crate) title: String,
    pub(crate) folder: String,
    pub(crate) place: f64,
    pub(crate) trashed: bool,
    pub(crate) created: Millis,
    pub(crate) changed: Millis,
    pub(crate) edits: u32,
    pub(crate) caret: Selection,
}

const COLUMNS: &str = "n, id, craft, title, folder, place, trashed, created, changed, edits, \
                       caret_anchor, caret_head";

fn read(row: &Row<'_>) -> rusqlite::Result<DocumentRow> {
    Ok(DocumentRow {
        n: row.get(0)?,
        id: DocumentId::from_bytes(row.get(1)?),
        craft: row.get(2)?,
        title: row.get(3)?,
        folder: row.get(4)?,
        place: row.get(5)?,
        trashed: row.get(6)?,
        created: row.get(7)?,
        changed: row.get(8)?,
        edits: row.get(9)?,
        caret: Selection {
            anchor: row.get::<_, i64>(10)? as u64,
            head: row.get::<_, i64>(11)? as u64,
        },
    })
}

/// All documents in the binder's order.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<DocumentRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM document ORDER BY place, n"))?
        .query_map([], read)?
        .collect()
}

pub(crate) fn insert(tx: &Transaction<'_>, row: &DocumentRow) -> rusqlite::Result<()> {
    tx.prepare_cached(&format!(
        "INSERT INTO document ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))?
    .execute(params![
        row.n,
        row.id.as_bytes(),
        row.craft,
        row.title,
        row.folder,
        row.place,
        row.trashed,
        row.created,
        row.changed,
        row.edits,
        row.caret.anchor as i64,
        row.caret.head as i64
    ])?;
    Ok(())
}

/// What the binder's acts change.
pub(crate) fn update_binder(
    tx: &Transaction<'_>,
    n: i64,
    title: &str,
    folder: &str,
    place: f64,
    trashed: bool,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE document SET title = ?, folder = ?, place = ?, trashed = ? WHERE n = ?",
    )?
    .execute(params![title, folder, place, trashed, n])?;
    Ok(())
}

/// The version that text and history now hold, by its number of edits and its last edit.
pub(crate) fn update_head(
    tx: &Transaction<'_>,
    n: i64,
    edits: u32,
    last: (i64, u32),
    changed: Millis,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE document SET edits = ?, opening = ?, seq = ?, changed = ? WHERE n = ?",
    )?
    .execute(params![edits, last.0, last.1, changed, n])?;
    Ok(())
}

pub(crate) fn update_caret(tx: &Transaction<'_>, n: i64, caret: Selection) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE document SET caret_anchor = ?, caret_head = ? WHERE n = ?")?
        .execute(params![caret.anchor as i64, caret.head as i64, n])?;
    Ok(())
}

/// Reads the text of every document through the view that other programs use.
pub(crate) fn text_by_view(connection: &Connection, id: DocumentId) -> rusqlite::Result<String> {
    connection
        .prepare_cached("SELECT text FROM document_text WHERE id = ?")?
        .query_row([id.as_bytes()], |row| row.get(0))
}
