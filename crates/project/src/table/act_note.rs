//! `act_note`: what an act has to say beyond who, when and where.

use rusqlite::{Connection, Transaction, params};

use crate::history::{Act, Note};

/// The notes of a document, by the opening and number of their acts.
pub(crate) fn of(
    connection: &Connection,
    document: i64,
) -> rusqlite::Result<Vec<((i64, u32), Note)>> {
    connection
        .prepare_cached(
            "SELECT opening, act, undoes_opening, undoes_act, restores_opening, restores_act,
                    candidate, taken_from, taken_to, name
             FROM act_note WHERE document = ?",
        )?
        .query_map([document], |row| {
            let pair = |at: usize| -> rusqlite::Result<Option<(i64, u32)>> {
                Ok(row
                    .get::<_, Option<i64>>(at)?
                    .zip(row.get::<_, Option<u32>>(at + 1)?))
            };
            let taken = row
                .get::<_, Option<i64>>(7)?
                .zip(row.get::<_, Option<i64>>(8)?);
            let candidate = row.get::<_, Option<i64>>(6)?.zip(taken);
            let note = Note {
                undoes: pair(2)?,
                restores: pair(4)?,
                candidate: candidate.map(|(n, (from, to))| (n, from as u64..to as u64)),
                name: row.get(9)?,
            };
            Ok(((row.get(0)?, row.get(1)?), note))
        })?
        .collect()
}

pub(crate) fn put(
    tx: &Transaction<'_>,
    document: i64,
    act: &Act,
    note: &Note,
) -> rusqlite::Result<()> {
    let (candidate, taken) = note.candidate.clone().unzip();
    tx.prepare_cached(
        "INSERT OR REPLACE INTO act_note (document, opening, act, kind, undoes_opening, undoes_act,
             restores_opening, restores_act, candidate, taken_from, taken_to, name)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        document,
        act.opening,
        act.number,
        act.kind.word(),
        note.undoes.map(|name| name.0),
        note.undoes.map(|name| name.1),
        note.restores.map(|name| name.0),
        note.restores.map(|name| name.1),
        candidate,
        taken.as_ref().map(|range| range.start as i64),
        taken.as_ref().map(|range| range.end as i64),
        note.name
    ])?;
    Ok(())
}
