//! Whether a project is whole: what is on disk, read anew and held against itself.

use rusqlite::{Transaction, TransactionBehavior};

use crate::document::read_history;
use crate::error::Error;
use crate::ids::DocumentId;
use crate::project::Project;
use crate::table;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Documents looked at, thrown away ones among them.
    pub documents: u64,
    /// Edits replayed.
    pub edits: u64,
    /// All that is wrong; nothing in a project that is whole.
    pub problems: Vec<Problem>,
}

/// Something wrong in a project's file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// SQLite's own check of the database finds fault.
    #[error("the database is not whole: {finding}")]
    Database {
        /// SQLite's words.
        finding: String,
    },
    /// A row names one that isn't there.
    #[error("a row of {table} names a row of {parent} that is not there")]
    Dangling {
        /// The table of the row.
        table: String,
        /// The table it points into.
        parent: String,
    },
    /// A history can't be read.
    #[error("the history of document {document} can't be read")]
    History {
        /// The document.
        document: DocumentId,
    },
    /// The history leads to another text than the one on disk.
    #[error("the history of document {document} leads to another text")]
    Text {
        /// The document.
        document: DocumentId,
    },
    /// Some of the text has no author, or one that nothing is known of.
    #[error("{bytes} bytes of document {document} have no author")]
    Origin {
        /// The document.
        document: DocumentId,
        /// How many bytes.
        bytes: u64,
    },
    /// An anchor is told by bytes that never were, or was saved at a place beyond the text.
    #[error("an anchor of document {document} is nowhere")]
    Anchor {
        /// The document.
        document: DocumentId,
    },
}

impl Project {
    /// Reads all that is on disk and checks it: the database's own integrity, references,
    /// that replaying each history gives its text, that every byte of text has an author, that
    /// anchors are inside. Edits not yet flushed are not looked at.
    ///
    /// # Errors
    /// Only if the file can't be read at all; what is wrong in it stands in the report.
    pub fn check(&mut self) -> Result<CheckReport, Error> {
        self.refresh()?;
        // one moment for all tables, whatever another process writes meanwhile
        let moment = Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)?;
        let mut report = CheckReport::default();
        let findings = table::integrity(&self.connection)?;
        report.problems.extend(
            findings
                .into_iter()
                .map(|finding| Problem::Database { finding }),
        );
        let dangling = table::dangling(&self.connection)?;
        report.problems.extend(
            dangling
                .into_iter()
                .map(|(table, parent)| Problem::Dangling { table, parent }),
        );
        for row in table::document::all(&self.connection)? {
            report.documents += 1;
            self.check_document(row.n, row.id, row.edits, &mut report)?;
        }
        drop(moment);
        Ok(report)
    }

    fn check_document(
        &self,
        n: i64,
        document: DocumentId,
        edits: u32,
        report: &mut CheckReport,
    ) -> Result<(), Error> {
        let Ok(history) = read_history(&self.connection, n)? else {
            report.problems.push(Problem::History { document });
            return Ok(());
        };
        report.edits += u64::from(history.version());
        let text = table::document::text_by_view(&self.connection, document)?;
        if history.text() != text.as_bytes() || history.version() != edits || !history.is_sound() {
            report.problems.push(Problem::Text { document });
        }
        let authors = table::author::all(&self.connection)?;
        let known = |n: i64| authors.binary_search_by_key(&n, |row| row.n).is_ok();
        let runs = history.authors_of(&history.living_runs());
        let covered: u64 = runs
            .iter()
            .filter(|(_, n)| known(*n))
            .map(|(len, _)| u64::from(*len))
            .sum();
        let bytes = (text.len() as u64).saturating_sub(covered);
        if bytes > 0 {
            report.problems.push(Problem::Origin { document, bytes });
        }
        for anchor in table::anchor::of(&self.connection, n)? {
            let named = [anchor.left, anchor.right, anchor.witness]
                .into_iter()
                .flatten()
                .all(|byte| history.byte_named(byte).is_some());
            if !named || anchor.position as usize > text.len() {
                report.problems.push(Problem::Anchor { document });
            }
        }
        Ok(())
    }
}
