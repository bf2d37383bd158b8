//! `anchor`: places that move with the text.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::anchor::Side;
use crate::history::ByteRef;
use crate::ids::{AnchorId, DocumentId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnchorRow {
    pub(crate) n: i64,
    pub(crate) id: AnchorId,
    pub(crate) document: i64,
    pub(crate) kind: String,
    pub(crate) side: Side,
    /// As of the last save.
    pub(crate) position: u32,
    pub(crate) deleted: bool,
    pub(crate) left: Option<ByteRef>,
    pub(crate) right: Option<ByteRef>,
    pub(crate) witness: Option<ByteRef>,
}

const COLUMNS: &str = "n, id, document, kind, side, position, deleted, \
                       left_opening, left_seq, left_offset, \
                       right_opening, right_seq, right_offset, \
                       witness_opening, witness_seq, witness_offset";

fn read(row: &Row<'_>) -> rusqlite::Result<AnchorRow> {
    let byte = |at: usize| -> rusqlite::Result<Option<ByteRef>> {
        let Some(opening) = row.get(at)? else {
            return Ok(None);
        };
        Ok(Some(ByteRef {
            opening,
            seq: row.get(at + 1)?,
            offset: row.get(at + 2)?,
        }))
    };
    let side: String = row.get(4)?;
    Ok(AnchorRow {
        n: row.get(0)?,
        id: AnchorId::from_bytes(row.get(1)?),
        document: row.get(2)?,
        kind: row.get(3)?,
        side: if side == "left" {
            Side::Left
        } else {
            Side::Right
        },
        position: row.get(5)?,
        deleted: row.get(6)?,
        left: byte(7)?,
        right: byte(10)?,
        witness: byte(13)?,
    })
}

pub(crate) fn of(connection: &Connection, document: i64) -> rusqlite::Result<Vec<AnchorRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM anchor WHERE document = ? ORDER BY n"
        ))?
        .query_map([document], read)?
        .collect()
}

/// The document that an anchor is in.
pub(crate) fn document_of(
    connection: &Connection,
    id: AnchorId,
) -> rusqlite::Result<Option<DocumentId>> {
    connection
        .prepare_cached(
            "SELECT d.id FROM anchor AS a JOIN document AS d ON a.document = d.n WHERE a.id = ?",
        )?
        .query_row([id.as_bytes()], |row| {
            Ok(DocumentId::from_bytes(row.get(0)?))
        })
        .optional()
}

/// Gives the new anchor's number; `row.n` is not looked at.
pub(crate) fn insert(tx: &Transaction<'_>, row: &AnchorRow) -> rusqlite::Result<i64> {
    let part = |byte: &Option<ByteRef>| {
        (
            byte.map(|b| b.opening),
            byte.map(|b| b.seq),
            byte.map(|b| b.offset),
        )
    };
    let (left, right, witness) = (part(&row.left), part(&row.right), part(&row.witness));
    tx.prepare_cached(
        "INSERT INTO anchor (id, document, kind, side, position, deleted,
             left_opening, left_seq, left_offset, right_opening, right_seq, right_offset,
             witness_opening, witness_seq, witness_offset)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .insert(params![
        row.id.as_bytes(),
        row.document,
        row.kind,
        row.side.word(),
        row.position,
        row.deleted,
        left.0,
        left.1,
        left.2,
        right.0,
        right.1,
        right.2,
        witness.0,
        witness.1,
        witness.2
    ])
}

pub(crate) fn update(
    tx: &Transaction<'_>,
    n: i64,
    position: u32,
    deleted: bool,
) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE anchor SET position = ?, deleted = ? WHERE n = ?")?
        .execute(params![position, deleted, n])?;
    Ok(())
}

pub(crate) fn delete(tx: &Transaction<'_>, n: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM anchor WHERE n = ?")?
        .execute([n])?;
    Ok(())
}
