//! `candidate`: the texts that generations brought, and what became of them.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::ids::CandidateId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CandidateRow {
    pub(crate) n: i64,
    pub(crate) id: CandidateId,
    pub(crate) generation: i64,
    pub(crate) index: u32,
    pub(crate) text: String,
    /// A word of `drafts::CandidateState`.
    pub(crate) state: String,
    /// A word of `drafts::Outcome`.
    pub(crate) outcome: String,
    /// JSON: a list of `[from, to]`.
    pub(crate) taken: String,
    pub(crate) open: bool,
}

const COLUMNS: &str = "n, id, generation, idx, text, state, outcome, taken, open";

fn read(row: &Row<'_>) -> rusqlite::Result<CandidateRow> {
    Ok(CandidateRow {
        n: row.get(0)?,
        id: CandidateId::from_bytes(row.get(1)?),
        generation: row.get(2)?,
        index: row.get(3)?,
        text: row.get(4)?,
        state: row.get(5)?,
        outcome: row.get(6)?,
        taken: row.get(7)?,
        open: row.get(8)?,
    })
}

pub(crate) fn of(connection: &Connection, generation: i64) -> rusqlite::Result<Vec<CandidateRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM candidate WHERE generation = ? ORDER BY idx"
        ))?
        .query_map([generation], read)?
        .collect()
}

pub(crate) fn by_id(
    connection: &Connection,
    id: CandidateId,
) -> rusqlite::Result<Option<CandidateRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM candidate WHERE id = ?"))?
        .query_row([id.as_bytes()], read)
        .optional()
}

pub(crate) fn by_n(connection: &Connection, n: i64) -> rusqlite::Result<Option<CandidateRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM candidate WHERE n = ?"))?
        .query_row([n], read)
        .optional()
}

/// The ids of the open candidates of a document, in the order they were asked for.
pub(crate) fn open_of(
    connection: &Connection,
    document: i64,
) -> rusqlite::Result<Vec<CandidateId>> {
    connection
        .prepare_cached(
            "SELECT c.id FROM candidate AS c JOIN generation AS g ON c.generation = g.n
             WHERE g.document = ? AND c.open = 1 ORDER BY g.n, c.idx",
        )?
        .query_map([document], |row| Ok(CandidateId::from_bytes(row.get(0)?)))?
        .collect()
}

/// Gives the new candidate's number; `row.n` is not looked at.
pub(crate) fn insert(tx: &Transaction<'_>, row: &CandidateRow) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO candidate (id, generation, idx, text, state, outcome, taken, open)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .insert(params![
        row.id.as_bytes(),
        row.generation,
        row.index,
        row.text,
        row.state,
        row.outcome,
        row.taken,
        row.open
    ])
}

pub(crate) fn update(tx: &Transaction<'_>, row: &CandidateRow) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE candidate SET text = ?, state = ?, outcome = ?, taken = ?, open = ? WHERE n = ?",
    )?
    .execute(params![
        row.text,
        row.state,
        row.outcome,
        row.taken,
        row.open,
        row.n
    ])?;
    Ok(())
}
