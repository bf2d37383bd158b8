//! `text_piece`: the current text of the documents, in pieces in the order of `place`.

use rusqlite::{Connection, Transaction, params};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PieceRow {
    pub(crate) n: i64,
    pub(crate) place: f64,
    pub(crate) text: String,
}

pub(crate) fn of(connection: &Connection, document: i64) -> rusqlite::Result<Vec<PieceRow>> {
    connection
        .prepare_cached("SELECT n, place, text FROM text_piece WHERE document = ? ORDER BY place")?
        .query_map([document], |row| {
            Ok(PieceRow {
                n: row.get(0)?,
                place: row.get(1)?,
                text: row.get(2)?,
            })
        })?
        .collect()
}

/// Gives the new piece's number.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    document: i64,
    place: f64,
    text: &str,
) -> rusqlite::Result<i64> {
    tx.prepare_cached("INSERT INTO text_piece (document, place, text) VALUES (?, ?, ?)")?
        .insert(params![document, place, text])
}

pub(crate) fn update(tx: &Transaction<'_>, n: i64, text: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE text_piece SET text = ? WHERE n = ?")?
        .execute(params![text, n])?;
    Ok(())
}

pub(crate) fn move_to(tx: &Transaction<'_>, n: i64, place: f64) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE text_piece SET place = ? WHERE n = ?")?
        .execute(params![place, n])?;
    Ok(())
}

pub(crate) fn delete(tx: &Transaction<'_>, n: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM text_piece WHERE n = ?")?
        .execute([n])?;
    Ok(())
}
