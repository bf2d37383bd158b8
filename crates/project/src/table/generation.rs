//! `generation`: what a model was asked, and how.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::ids::{GenerationId, Millis};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GenerationRow {
    pub(crate) n: i64,
    pub(crate) id: GenerationId,
    pub(crate) document: Option<i64>,
    pub(crate) task: String,
    pub(crate) model: String,
    pub(crate) model_hash: Option<String>,
    pub(crate) prompt: String,
    pub(crate) settings: String,
    pub(crate) seed: Option<u64>,
    pub(crate) started: Millis,
    pub(crate) anchor: Option<i64>,
}

const COLUMNS: &str =
    "n, id, document, task, model, model_hash, prompt, settings, seed, started, anchor";

fn read(row: &Row<'_>) -> rusqlite::Result<GenerationRow> {
    Ok(GenerationRow {
        n: row.get(0)?,
        id: GenerationId::from_bytes(row.get(1)?),
        document: row.get(2)?,
        task: row.get(3)?,
        model: row.get(4)?,
        model_hash: row.get(5)?,
        prompt: row.get(6)?,
        settings: row.get(7)?,
        seed: row.get::<_, Option<i64>>(8)?.map(|seed| seed as u64),
        started: row.get(9)?,
        anchor: row.get(10)?,
    })
}

pub(crate) fn by_id(
    connection: &Connection,
    id: GenerationId,
) -> rusqlite::Result<Option<GenerationRow>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM generation WHERE id = ?"))?
        .query_row([id.as_bytes()], read)
        .optional()
}

pub(crate) fn by_n(connection: &Connection, n: i64) -> rusqlite::Result<GenerationRow> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM generation WHERE n = ?"))?
        .query_row([n], read)
}

/// The generations of a document, the oldest first.
pub(crate) fn of(connection: &Connection, document: i64) -> rusqlite::Result<Vec<GenerationRow>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM generation WHERE document = ? ORDER BY n"
        ))?
        .query_map([document], read)?
        .collect()
}

/// Gives the new generation's number; `row.n` is not looked at.
pub(crate) fn insert(tx: &Transaction<'_>, row: &GenerationRow) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO generation (id, document, task, model, model_hash, prompt, settings, seed,
                                 started, anchor)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .insert(params![
        row.id.as_bytes(),
        row.document,
        row.task,
        row.model,
        row.model_hash,
        row.prompt,
        row.settings,
        row.seed.map(|seed| seed as i64),
        row.started,
        row.anchor
    ])
}
