//! `opening`: each time the project was opened and written to.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, params};

use crate::ids::{Millis, OpeningId};

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, OpeningId>> {
    connection
        .prepare_cached("SELECT n, id FROM opening")?
        .query_map([], |row| {
            Ok((row.get(0)?, OpeningId::from_bytes(row.get(1)?)))
        })?
        .collect()
}

pub(crate) fn insert(
    tx: &Transaction<'_>,
    n: i64,
    id: OpeningId,
    started: Millis,
    program: &str,
) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO opening (n, id, started, program) VALUES (?, ?, ?, ?)")?
        .execute(params![n, id.as_bytes(), started, program])?;
    Ok(())
}
