//! The file's schema as numbered steps, and which programs can read and write it.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

/// Marks a SQLite file as ours: "PLMP".
pub(crate) const APPLICATION_ID: i32 = 0x504C_4D50;

/// The schema that this program writes: the number of steps.
pub(crate) const VERSION: i64 = STEPS.len() as i64;

/// The oldest program, by its schema, that can read what this one writes, and the oldest that
/// can write to it. They rise only when older programs must not.
pub(crate) const MIN_READER: i64 = 1;
pub(crate) const MIN_WRITER: i64 = 1;

/// Released steps are never edited; a change of the schema is a new step. A step that only adds
/// leaves `MIN_READER` as it is.
const STEPS: &[M<'static>] = &[M::up(include_str!("schema/1.sql"))];

const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// Brings an older or empty file to this program's schema, all or nothing.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), rusqlite_migration::Error> {
    MIGRATIONS.to_latest(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_run_up() {
        MIGRATIONS.validate().unwrap();
    }

    #[test]
    fn the_schema_is_the_one_released() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let mut rows = connection
            .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
            .unwrap();
        let dump: Vec<String> = rows
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        insta::assert_snapshot!(dump.join(";\n"));
    }
}
