//! One document in memory: its history, its text, and what of both is not on disk yet.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::act::{ActKind, Batch, Change, Selection};
use crate::clip::{Clip, ClipRun};
use crate::error::{Damage, Error};
use crate::history::{
    Act, Copied, DecodeError, History, Insert, Note, Patch, Run, Source, read_block,
};
use crate::ids::{ActId, DocumentId, Millis, OpeningId};
use crate::pieces::Pieces;
use crate::table;
use crate::table::anchor::AnchorRow;

/// A pause that ends a typing act, in milliseconds.
const PAUSE: Millis = 1_000;
/// Characters that end one.
const LONGEST: u32 = 200;
/// Edits in the tail that make a chunk.
const CHUNK: u32 = 4_096;
/// Bytes written since the last chunk that make one too: a large import is packed soon.
const HEAVY: usize = 1 << 20;

/// What an edit is checked and recorded with.
pub(crate) struct Hand<'a> {
    /// The opening's number in the file.
    pub(crate) opening: i64,
    /// The author's number in the file.
    pub(crate) author: i64,
    /// Whose the runs of the inserted text are, where it is copied.
    pub(crate) clip: Option<&'a Clip>,
    pub(crate) note: Option<Note>,
}

/// The act that the next edit may go on with.
#[derive(Debug, Clone)]
struct Going {
    group: Option<u64>,
    /// Where the caret was left, in bytes.
    caret: u64,
    chars: u32,
    /// When its last edit came.
    last: Millis,
    ended: bool,
}

/// Text that stands on disk beside a history that doesn't lead to it.
pub(crate) struct Stranger(pub(crate) String);

#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) n: i64,
    pub(crate) id: DocumentId,
    pub(crate) history: History,
    pub(crate) text: String,
    pub(crate) anchors: Vec<AnchorRow>,
    pieces: Pieces,
    /// Edits on disk, and acts whose notes are.
    saved: u32,
    noted: u32,
    /// Edits in the tail, and bytes ever written when the last chunk was made.
    tail: u32,
    packed: usize,
    going: Option<Going>,
    changed: Millis,
}

/// Reads a document's history from its chunks and tail.
pub(crate) fn read_history(
    connection: &Connection,
    n: i64,
) -> rusqlite::Result<Result<History, DecodeError>> {
    let mut blocks = table::chunk::of(connection, n)?;
    blocks.extend(table::tail::of(connection, n)?);
    let notes = table::act_note::of(connection, n)?;
    let mut history = History::default();
    for block in blocks {
        if let Err(error) = block.and_then(|block| read_block(&mut history, &block)) {
            return Ok(Err(error));
        }
    }
    history.acts.settle(notes);
    Ok(Ok(history))
}

impl Document {
    /// A document with nothing in it and nothing on disk but its row.
    pub(crate) fn new(n: i64, id: DocumentId) -> Self {
        Self {
            n,
            id,
            history: History::default(),
            text: String::new(),
            anchors: Vec::new(),
            pieces: Pieces::default(),
            saved: 0,
            noted: 0,
            tail: 0,
            packed: 0,
            going: None,
            changed: 0,
        }
    }

    /// Reads a document whole. Where its text is not what its history leads to, the history
    /// counts, and the text is given beside.
    pub(crate) fn read(
        connection: &Connection,
        n: i64,
        id: DocumentId,
    ) -> Result<(Self, Option<Stranger>), Error> {
        let damaged = || Error::Damaged(Damage::History { document: id });
        // one moment for all tables, whatever another process writes meanwhile
        let connection = &Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
        let (pieces, text) = Pieces::read(table::text_piece::of(connection, n)?);
        let history = read_history(connection, n)?.map_err(|error| {
            tracing::warn!(%error, document = %id, "a history can't be read");
            damaged()
        })?;
        let mut document = Self {
            saved: history.version(),
            noted: history.acts.len(),
            tail: table::tail::edits(connection, n)?,
            packed: history.ever(),
            history,
            text,
            pieces,
            anchors: table::anchor::of(connection, n)?,
            ..Self::new(n, id)
        };
        let told = document.history.text();
        if told == document.text.as_bytes() {
            return Ok((document, None));
        }
        let told = String::from_utf8(told).map_err(|_| damaged())?;
        document.pieces.splice(0, document.text.len(), told.len());
        let stranger = std::mem::replace(&mut document.text, told);
        Ok((document, Some(Stranger(stranger))))
    }

    pub(crate) fn version(&self) -> u64 {
        u64::from(self.history.version())
    }

    pub(crate) fn is_dirty(&self) -> bool {
        self.history.version() > self.saved
    }

    /// Checks changes against the text; nothing is changed.
    fn check(&self, changes: &[Change]) -> Result<(), Error> {
        let len = self.text.len() as u64;
        let (mut past, mut fresh) = (0u64, 0u64);
        for change in changes {
            let end = change.pos.checked_add(change.del);
            let Some(end) = end.filter(|&end| end <= len) else {
                return Err(Error::OutOfBounds {
                    pos: change.pos.saturating_add(change.del),
                    len,
                });
            };
            if change.pos < past {
                return Err(Error::Disorder { pos: change.pos });
            }
            for pos in [change.pos, end] {
                if !self.text.is_char_boundary(pos as usize) {
                    return Err(Error::NotABoundary { pos });
                }
            }
            if change.insert.contains('\r') {
                return Err(Error::CarriageReturn);
            }
            past = end;
            fresh += change.insert.len() as u64;
        }
        if self.history.ever() as u64 + fresh >= u64::from(u32::MAX) {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    /// Takes a batch on. Gives the index of its act, or nothing where the batch changes nothing.
    pub(crate) fn edit(&mut self, batch: &Batch, hand: Hand<'_>) -> Result<Option<u32>, Error> {
        let now = self.version();
        if batch.base != now {
            return Err(Error::StaleVersion {
                base: batch.base,
                now,
            });
        }
        self.check(&batch.changes)?;
        let is_nothing = |change: &&Change| change.del == 0 && change.insert.is_empty();
        let real: Vec<&Change> = batch.changes.iter().filter(|c| !is_nothing(c)).collect();
        let Some(first) = real.first() else {
            return Ok(None);
        };
        let kind = batch.deed.kind();
        let goes_on = self.goes_on(batch, kind, hand.author, &real);
        let before = batch
            .before
            .filter(|&s| s != Selection::caret(first.pos + first.del));
        let caret = Self::caret_after(real.iter().copied());
        let after = batch.after.filter(|&s| s != Selection::caret(caret));
        if goes_on {
            if let Some(act) = self.history.acts.last_mut() {
                // as the file tells it: in tenths of a second from its beginning
                act.until = act.at + (batch.now - act.at) / 100 * 100;
                act.after = after;
            }
        } else {
            self.begin(kind, &hand, batch.now, before, after);
        }
        let mut shift = 0i64;
        for change in &real {
            let pos = (change.pos as i64 + shift) as u32;
            let fresh = self.history.ever() as u32;
            let insert = Insert::Fresh(change.insert.as_bytes());
            self.history
                .push(hand.opening, pos, change.del as u32, insert);
            if let Some(clip) = hand.clip.filter(|clip| clip.text == change.insert) {
                self.note_copies(clip, fresh);
            }
            self.follow(pos as usize, change.del as usize, &change.insert);
            shift += change.insert.len() as i64 - change.del as i64;
        }
        self.changed = batch.now;
        let chars: usize = real.iter().map(|c| c.insert.chars().count().max(1)).sum();
        let so_far = self
            .going
            .as_ref()
            .filter(|_| goes_on)
            .map_or(0, |going| going.chars);
        self.going = Some(Going {
            group: batch.group,
            caret,
            chars: so_far + chars as u32,
            last: batch.now,
            ended: kind == ActKind::Typing && real.iter().any(|c| c.insert.contains('\n')),
        });
        Ok(Some(self.history.acts.len() - 1))
    }

    /// Notes whose the bytes from number `id` on are: they are the clip's.
    fn note_copies(&mut self, clip: &Clip, mut id: u32) {
        for &ClipRun {
            len,
            document,
            byte,
            author,
        } in &clip.runs
        {
            let source = Source {
                document,
                byte,
                author,
            };
            self.history.note_copy(Copied {
                run: Run { id, len },
                source,
            });
            id += len;
        }
    }

    /// Whether a batch belongs to the act before it; the rule stands at `Batch`.
    fn goes_on(&self, batch: &Batch, kind: ActKind, author: i64, changes: &[&Change]) -> bool {
        let (Some(going), Some(act)) = (&self.going, self.history.acts.last()) else {
            return false;
        };
        if act.kind != kind || act.author != author || going.group != batch.group {
            return false;
        }
        if going.group.is_some() {
            // each piece taken has a note of its own
            return kind != ActKind::Accept;
        }
        let [change] = changes else { return false };
        let chars = change.insert.chars().count().max(1) as u32;
        let at_caret = match kind {
            ActKind::Typing => change.del == 0 && change.pos == going.caret,
            ActKind::Delete => {
                change.insert.is_empty()
                    && (change.pos + change.del == going.caret || change.pos == going.caret)
            }
            ActKind::Composition
            | ActKind::Paste
            | ActKind::Cut
            | ActKind::Drop
            | ActKind::Accept
            | ActKind::ReplaceAll
            | ActKind::Import
            | ActKind::Restore
            | ActKind::Reorder
            | ActKind::Format
            | ActKind::Undo
            | ActKind::Redo
            | ActKind::Unknown(_) => false,
        };
        at_caret
            && !going.ended
            && (0..=PAUSE).contains(&(batch.now - going.last))
            && going.chars + chars <= LONGEST
    }

    fn begin(
        &mut self,
        kind: ActKind,
        hand: &Hand<'_>,
        now: Millis,
        before: Option<Selection>,
        after: Option<Selection>,
    ) {
        let acts = &mut self.history.acts;
        let number = acts
            .last()
            .filter(|act| act.opening == hand.opening)
            .map_or(0, |act| act.number + 1);
        let act = Act {
            first: self.history.version(),
            kind,
            author: hand.author,
            at: now,
            until: now,
            opening: hand.opening,
            number,
            before,
            after,
            standing: true,
        };
        self.history.acts.push(act, hand.note.clone());
    }

    fn follow(&mut self, pos: usize, del: usize, insert: &str) {
        self.text.replace_range(pos..pos + del, insert);
        self.pieces.splice(pos, del, insert.len());
    }

    /// Records patches as a new act and gives them as changes. Where there are none the act still
    /// gets an edit, of nothing, so that it has a place in the history.
    pub(crate) fn patch(
        &mut self,
        kind: ActKind,
        patches: &[Patch],
        hand: &Hand<'_>,
        now: Millis,
    ) -> Vec<Change> {
        self.begin(kind, hand, now, None, None);
        if patches.is_empty() {
            self.history.push(hand.opening, 0, 0, Insert::Fresh(&[]));
        }
        let mut shift = 0i64;
        let mut changes = Vec::with_capacity(patches.len());
        for patch in patches {
            let pos = (i64::from(patch.pos) + shift) as u32;
            let insert = String::from_utf8(self.history.bytes_of(&patch.back))
                .expect("acts add and take away whole characters");
            let back = if patch.back.is_empty() {
                Insert::Fresh(&[])
            } else {
                Insert::Back(&patch.back)
            };
            self.history.push(hand.opening, pos, patch.del, back);
            self.follow(pos as usize, patch.del as usize, &insert);
            shift += insert.len() as i64 - i64::from(patch.del);
            changes.push(Change {
                pos: patch.pos.into(),
                del: patch.del.into(),
                insert,
            });
        }
        self.changed = now;
        self.going = None;
        changes
    }

    /// The caret that the last of some changes leaves.
    pub(crate) fn caret_after<'a>(changes: impl IntoIterator<Item = &'a Change>) -> u64 {
        let caret = |(end, shift): (i64, i64)| (end + shift) as u64;
        let after = |(_, shift), change: &Change| {
            let grown = change.insert.len() as i64 - change.del as i64;
            ((change.pos + change.del) as i64, shift + grown)
        };
        caret(changes.into_iter().fold((0, 0), after))
    }

    /// The selection before or after an act, the plain caret filled in.
    pub(crate) fn selection(&self, act: u32, after: bool) -> Selection {
        let version = self.history.version();
        let edits = self.history.acts.edits_of(act, version);
        let Some(kept) = self.history.acts.get(act) else {
            return Selection::default();
        };
        let plain = if after {
            self.history
                .measures(edits.end - 1)
                .map(|(pos, _, len)| pos + len)
        } else {
            self.history
                .measures(edits.start)
                .map(|(pos, del, _)| pos + del)
        };
        let kept = if after { kept.after } else { kept.before };
        kept.unwrap_or(Selection::caret(plain.unwrap_or(0).into()))
    }

    /// The id of an act: its time, and a hash of its opening, document and number.
    pub(crate) fn act_id(&self, opening: &OpeningId, act: &Act) -> ActId {
        let mut hash = Sha256::new();
        hash.update(b"palimpsest act");
        hash.update(opening.as_bytes());
        hash.update(self.id.as_bytes());
        hash.update(act.number.to_le_bytes());
        ActId::derived(act.at, &hash.finalize().into())
    }

    /// Writes what is not on disk. What it gives is to be handed to `wrote` after the commit.
    pub(crate) fn write(&self, tx: &Transaction<'_>) -> rusqlite::Result<Wrote> {
        let version = self.history.version();
        if version > self.saved {
            table::tail::insert(tx, self.n, &self.history.encode(self.saved, version))?;
            let last = self.history.name_of(version - 1);
            table::document::update_head(tx, self.n, version, last, self.changed)?;
        }
        for (act, note) in self.history.acts.notes_from(self.noted) {
            if let Some(act) = self.history.acts.get(act) {
                table::act_note::put(tx, self.n, act, note)?;
            }
        }
        let pieces = self.pieces.write(tx, self.n, &self.text)?;
        let mut anchors = self.anchors.clone();
        for (row, place) in anchors.iter_mut().zip(self.anchor_places()) {
            if (row.position, row.deleted) != (place.pos, place.deleted) {
                (row.position, row.deleted) = (place.pos, place.deleted);
                table::anchor::update(tx, row.n, row.position, row.deleted)?;
            }
        }
        Ok(Wrote {
            version,
            acts: self.history.acts.len(),
            pieces,
            anchors,
        })
    }

    /// Keeps in mind what is on disk now.
    pub(crate) fn wrote(&mut self, wrote: Wrote) {
        self.tail += wrote.version - self.saved;
        self.saved = wrote.version;
        self.noted = wrote.acts;
        self.pieces = wrote.pieces;
        self.anchors = wrote.anchors;
    }

    /// Whether the tail has grown enough for a chunk; at the end of the day a smaller one does.
    pub(crate) fn wants_packing(&self, at_close: bool) -> bool {
        let written = self.history.ever() - self.packed;
        let (edits, bytes) = if at_close {
            (CHUNK / 4, HEAVY / 16)
        } else {
            (CHUNK, HEAVY)
        };
        self.tail > 0 && (self.tail >= edits || written >= bytes)
    }

    /// Makes chunks of the tail, one for each opening that wrote it, and takes the tail away once
    /// what was written reads back as the same history.
    pub(crate) fn pack(&self, tx: &Transaction<'_>) -> rusqlite::Result<bool> {
        let mut from = self.saved - self.tail;
        while from < self.saved {
            let end = self.history.end_of_stretch(from).min(self.saved);
            table::chunk::insert(tx, self.n, &self.history.encode(from, end))?;
            from = end;
        }
        table::tail::clear(tx, self.n)?;
        let read = read_history(tx, self.n)?;
        Ok(read.is_ok_and(|read| read.is_prefix_of(&self.history)))
    }

    pub(crate) fn packed(&mut self) {
        self.tail = 0;
        self.packed = self.history.ever();
    }
}

/// What a transaction wrote of a document.
pub(crate) struct Wrote {
    version: u32,
    acts: u32,
    pieces: Pieces,
    anchors: Vec<AnchorRow>,
}
