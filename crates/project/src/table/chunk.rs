//! `chunk`: edits, packed.

use rusqlite::{Connection, Transaction, params};

use crate::history::{Block, DecodeError, Format, pack, unpack};

/// A chunk as it was read: the block, or why it can't be had.
pub(crate) type Read = Result<Block, DecodeError>;

/// The chunks of a document in their order.
pub(crate) fn of(connection: &Connection, document: i64) -> rusqlite::Result<Vec<Read>> {
    connection
        .prepare_cached(
            "SELECT opening, first, count, parents, first_act, format, structure, body, acts,
                    origins, sum
             FROM chunk WHERE document = ? ORDER BY n",
        )?
        .query_map([document], |row| {
            let column = |at: usize| -> rusqlite::Result<Result<Vec<u8>, DecodeError>> {
                Ok(row
                    .get_ref(at)?
                    .as_blob()
                    .map_err(|_| DecodeError::Column)
                    .and_then(unpack))
            };
            let mut block = Block {
                opening: row.get(0)?,
                first: row.get(1)?,
                count: row.get(2)?,
                first_act: row.get(4)?,
                ..Block::default()
            };
            let parents: Vec<u8> = row.get(3)?;
            let format: i64 = row.get(5)?;
            let sum: Vec<u8> = row.get(10)?;
            let columns = [column(6)?, column(7)?, column(8)?, column(9)?];
            Ok((|| {
                Format::from_code(format).ok_or(DecodeError::Format)?;
                block.parents = Block::read_parents(&parents)?;
                let [structure, body, acts, origins] = columns;
                (block.structure, block.body) = (structure?, body?);
                (block.acts, block.origins) = (acts?, origins?);
                if block.sum()[..] != sum[..] {
                    return Err(DecodeError::Sum);
                }
                Ok(block)
            })())
        })?
        .collect()
}

pub(crate) fn insert(tx: &Transaction<'_>, document: i64, block: &Block) -> rusqlite::Result<()> {
    let packed = |column: &[u8]| {
        pack(column).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    };
    tx.prepare_cached(
        "INSERT INTO chunk (document, opening, first, count, parents, first_act, format,
                            structure, body, acts, origins, sum)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        document,
        block.opening,
        block.first,
        block.count,
        block.parents_column(),
        block.first_act,
        Format::One.code(),
        packed(&block.structure)?,
        packed(&block.body)?,
        packed(&block.acts)?,
        packed(&block.origins)?,
        block.sum()
    ])?;
    Ok(())
}
