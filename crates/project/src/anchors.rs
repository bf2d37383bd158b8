//! The anchors of a project: made, found, taken away.

use std::collections::BTreeMap;

use crate::anchor::{Anchor, Side};
use crate::document::Document;
use crate::error::Error;
use crate::history::{Neighbours, Place};
use crate::ids::{AnchorId, DocumentId, Millis};
use crate::project::Project;
use crate::table;
use crate::table::anchor::AnchorRow;

impl Document {
    /// Where the document's anchors are now, in their order.
    pub(crate) fn anchor_places(&self) -> Vec<Place> {
        let named = |byte: Option<_>| byte.and_then(|byte| self.history.byte_named(byte));
        let near: Vec<(Neighbours, Side)> = self
            .anchors
            .iter()
            .map(|row| {
                let (left, right) = (named(row.left), named(row.right));
                (
                    Neighbours {
                        left,
                        right,
                        witness: named(row.witness),
                    },
                    row.side,
                )
            })
            .collect();
        if near.is_empty() {
            Vec::new()
        } else {
            self.history.places(&near)
        }
    }
}

impl Project {
    /// Anchors a place of a document. On disk when this returns, with all edits before it.
    /// `kind` says what it is for, in the caller's words.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, `OutOfBounds`, `NotABoundary`, or why it could not be written.
    pub fn add_anchor(
        &mut self,
        document: DocumentId,
        pos: u64,
        side: Side,
        kind: &str,
        now: Millis,
    ) -> Result<AnchorId, Error> {
        self.check_writable()?;
        // the bytes that tell the place must be on disk before it
        self.flush(now)?;
        let row = self.new_anchor(document, pos, side, kind, now)?;
        let n = self.write(|tx| table::anchor::insert(tx, &row))?;
        let id = row.id;
        self.keep_anchor(document, AnchorRow { n, ..row })?;
        Ok(id)
    }

    /// All anchors of a document, where they are now.
    ///
    /// # Errors
    /// `NoDocument`, or if the document can't be read.
    pub fn anchors(&mut self, document: DocumentId) -> Result<Vec<Anchor>, Error> {
        self.refresh()?;
        let loaded = self.load(document)?;
        let places = loaded.anchor_places();
        Ok(loaded
            .anchors
            .iter()
            .zip(places)
            .map(|(row, at)| shown(row, document, at))
            .collect())
    }

    /// One anchor, where it is now.
    ///
    /// # Errors
    /// `NoAnchor`, or if its document can't be read.
    pub fn anchor(&mut self, id: AnchorId) -> Result<Anchor, Error> {
        self.refresh()?;
        let document = table::anchor::document_of(&self.connection, id)?;
        let anchors = self.anchors(document.ok_or(Error::NoAnchor(id))?)?;
        anchors
            .into_iter()
            .find(|anchor| anchor.id == id)
            .ok_or(Error::NoAnchor(id))
    }

    /// Takes an anchor away.
    ///
    /// # Errors
    /// `ReadOnly`, `NoAnchor`, or why it could not be written.
    pub fn remove_anchor(&mut self, id: AnchorId) -> Result<(), Error> {
        let document = table::anchor::document_of(&self.connection, id)?;
        let loaded = self.load(document.ok_or(Error::NoAnchor(id))?)?;
        let found = loaded
            .anchors
            .iter()
            .find(|row| row.id == id)
            .map(|row| row.n);
        let (n, document) = (found.ok_or(Error::NoAnchor(id))?, loaded.id);
        self.write(|tx| table::anchor::delete(tx, n))?;
        self.load(document)?.anchors.retain(|row| row.id != id);
        Ok(())
    }

    pub(crate) fn new_anchor(
        &mut self,
        document: DocumentId,
        pos: u64,
        side: Side,
        kind: &str,
        now: Millis,
    ) -> Result<AnchorRow, Error> {
        let loaded = self.load(document)?;
        let len = loaded.text.len() as u64;
        if pos > len {
            return Err(Error::OutOfBounds { pos, len });
        }
        if !loaded.text.is_char_boundary(pos as usize) {
            return Err(Error::NotABoundary { pos });
        }
        let near = loaded.history.neighbours(pos as u32, &loaded.text);
        let name = |id: Option<u32>| id.map(|id| loaded.history.byte_ref(id));
        Ok(AnchorRow {
            n: 0,
            id: AnchorId::new(now),
            document: loaded.n,
            kind: kind.to_owned(),
            side,
            position: pos as u32,
            deleted: false,
            left: name(near.left),
            right: name(near.right),
            witness: name(near.witness),
        })
    }

    pub(crate) fn keep_anchor(
        &mut self,
        document: DocumentId,
        row: AnchorRow,
    ) -> Result<(), Error> {
        self.load(document)?.anchors.push(row);
        Ok(())
    }

    /// The anchors of a document by their numbers, given the document's own in the file.
    pub(crate) fn anchors_by_number(
        &mut self,
        document: Option<i64>,
    ) -> Result<BTreeMap<i64, Anchor>, Error> {
        let id = self
            .binder
            .iter()
            .find(|row| Some(row.n) == document)
            .map(|row| row.id);
        let Some(id) = id else {
            return Ok(BTreeMap::new());
        };
        let loaded = self.load(id)?;
        let places = loaded.anchor_places();
        Ok(loaded
            .anchors
            .iter()
            .zip(places)
            .map(|(row, at)| (row.n, shown(row, id, at)))
            .collect())
    }
}

fn shown(row: &AnchorRow, document: DocumentId, at: Place) -> Anchor {
    Anchor {
        id: row.id,
        document,
        kind: row.kind.clone(),
        side: row.side,
        pos: u64::from(at.pos),
        deleted: at.deleted,
    }
}
