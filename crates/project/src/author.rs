//! Who wrote.

use rusqlite::{Connection, Transaction};

use crate::history::characters;
use crate::ids::GenerationId;
use crate::table::author::{self, AuthorRow};

/// Who wrote a stretch of text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Author {
    /// A person.
    Person {
        /// The name set when it was written; may be empty.
        name: String,
    },
    /// A model.
    Generation {
        /// What it was asked, and how.
        id: GenerationId,
        /// The model's name.
        model: String,
    },
    /// A file that was imported.
    File {
        /// Its name.
        name: String,
    },
    /// Nobody we know.
    Unknown,
}

/// How much of a text is whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub author: Author,
    /// UTF-8 bytes.
    pub bytes: u64,
    /// Characters.
    pub chars: u64,
}

/// Adds to the shares of authors, in the order they first came.
pub(crate) fn add_share(shares: &mut Vec<Share>, author: Author, text: &[u8]) {
    let (bytes, chars) = (text.len() as u64, characters(text));
    match shares.iter_mut().find(|share| share.author == author) {
        Some(share) => {
            share.bytes += bytes;
            share.chars += chars;
        }
        None => shares.push(Share {
            author,
            bytes,
            chars,
        }),
    }
}

/// The authors of a project by their numbers in the file; new ones wait for the next save.
#[derive(Debug, Default)]
pub(crate) struct Authors {
    rows: Vec<AuthorRow>,
    saved: usize,
}

impl Authors {
    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let rows = author::all(connection)?;
        Ok(Self {
            saved: rows.len(),
            rows,
        })
    }

    pub(crate) fn get(&self, n: i64) -> Author {
        let at = self.rows.binary_search_by_key(&n, |row| row.n);
        let Ok(row) = at.map(|at| &self.rows[at]) else {
            return Author::Unknown;
        };
        match (row.kind.as_str(), row.generation) {
            ("person", _) => Author::Person {
                name: row.name.clone(),
            },
            ("file", _) => Author::File {
                name: row.name.clone(),
            },
            ("generation", Some((_, id))) => Author::Generation {
                id,
                model: row.name.clone(),
            },
            _ => Author::Unknown,
        }
    }

    pub(crate) fn person(&mut self, name: &str) -> i64 {
        self.named("person", name)
    }

    pub(crate) fn file(&mut self, name: &str) -> i64 {
        self.named("file", name)
    }

    pub(crate) fn unknown(&mut self) -> i64 {
        self.named("unknown", "")
    }

    fn named(&mut self, kind: &str, name: &str) -> i64 {
        let known = self
            .rows
            .iter()
            .rfind(|row| row.generation.is_none() && row.kind == kind && row.name == name)
            .map(|row| row.n);
        known.unwrap_or_else(|| self.add(kind, name, None))
    }

    pub(crate) fn generation(&mut self, n: i64, id: GenerationId, model: &str) -> i64 {
        let known = self
            .rows
            .iter()
            .rfind(|row| row.generation == Some((n, id)))
            .map(|row| row.n);
        known.unwrap_or_else(|| self.add("generation", model, Some((n, id))))
    }

    fn add(&mut self, kind: &str, name: &str, generation: Option<(i64, GenerationId)>) -> i64 {
        let n = self.rows.last().map_or(1, |row| row.n + 1);
        self.rows.push(AuthorRow {
            n,
            kind: kind.into(),
            name: name.into(),
            generation,
        });
        n
    }

    /// Writes the new ones; `saved` says that the transaction was committed.
    pub(crate) fn write(&self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        self.rows[self.saved..]
            .iter()
            .try_for_each(|row| author::insert(tx, row))
    }

    pub(crate) fn saved(&mut self) {
        self.saved = self.rows.len();
    }
}
