//! `author`: who can have written.

use rusqlite::{Connection, Transaction, params};

use crate::ids::GenerationId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuthorRow {
    pub(crate) n: i64,
    /// One of `person`, `generation`, `file`, `unknown`.
    pub(crate) kind: String,
    /// The person's, the model's or the file's.
    pub(crate) name: String,
    pub(crate) generation: Option<(i64, GenerationId)>,
}

pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<AuthorRow>> {
    connection
        .prepare_cached(
            "SELECT a.n, a.kind, a.name, g.n, g.id
             FROM author AS a LEFT JOIN generation AS g ON a.generation = g.n ORDER BY a.n",
        )?
        .query_map([], |row| {
            let id = row
                .get::<_, Option<[u8; 16]>>(4)?
                .map(GenerationId::from_bytes);
            Ok(AuthorRow {
                n: row.get(0)?,
                kind: row.get(1)?,
                name: row.get(2)?,
                generation: row.get::<_, Option<i64>>(3)?.zip(id),
            })
        })?
        .collect()
}

pub(crate) fn insert(tx: &Transaction<'_>, row: &AuthorRow) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO author (n, kind, name, generation) VALUES (?, ?, ?, ?)")?
        .execute(params![
            row.n,
            row.kind,
            row.name,
            row.generation.map(|(n, _)| n)
        ])?;
    Ok(())
}
