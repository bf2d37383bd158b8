//! `tail`: edits as they were saved, a row for each save of a document.

use rusqlite::{Connection, Transaction, params};

use crate::history::{Block, DecodeError};

/// The tail rows of a document in their order.
pub(crate) fn of(
    connection: &Connection,
    document: i64,
) -> rusqlite::Result<Vec<Result<Block, DecodeError>>> {
    connection
        .prepare_cached(
            "SELECT opening, first, count, parents, first_act, data
             FROM tail WHERE document = ? ORDER BY n",
        )?
        .query_map([document], |row| {
            let mut block = Block {
                opening: row.get(0)?,
                first: row.get(1)?,
                count: row.get(2)?,
                first_act: row.get(4)?,
                ..Block::default()
            };
            let parents: Vec<u8> = row.get(3)?;
            let data: Vec<u8> = row.get(5)?;
            Ok((|| {
                block.parents = Block::read_parents(&parents)?;
                block.fill_from_row(&data)?;
                Ok(block)
            })())
        })?
        .collect()
}

/// Number of edits in a document's tail.
pub(crate) fn edits(connection: &Connection, document: i64) -> rusqlite::Result<u32> {
    connection
        .prepare_cached("SELECT coalesce(sum(count), 0) FROM tail WHERE document = ?")?
        .query_row([document], |row| row.get(0))
}

pub(crate) fn insert(tx: &Transaction<'_>, document: i64, block: &Block) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO tail (document, opening, first, count, parents, first_act, data)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        document,
        block.opening,
        block.first,
        block.count,
        block.parents_column(),
        block.first_act,
        block.to_row()
    ])?;
    Ok(())
}

/// Deletes all tail rows of a document; its edits stand in chunks now.
pub(crate) fn clear(tx: &Transaction<'_>, document: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM tail WHERE document = ?")?
        .execute([document])?;
    Ok(())
}
