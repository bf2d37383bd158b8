//! How consecutive edits of one opening stand in the file.
//!
//! Four columns, each a row of varints but `body`:
//! - `structure`: for each run of edits `count << 2 | kind`, the signed distance of its place from
//!   the caret that the run before left, then by kind: 0, characters typed one by one, nothing;
//!   1, backspaces of one width, the width; 2, one edit, bytes deleted and bytes put in; 3, one
//!   edit that brings bytes back, bytes deleted and number of runs brought back;
//! - `body`: the fresh bytes in their order, whole characters;
//! - `acts`: the number of acts, then for all of them their numbers of edits here, their kinds
//!   with flags, their authors, the times since the act before, their lengths in tenths of a
//!   second, and last the selections that aren't plain;
//! - `origins`: for each edit of kind 3 its runs (opening, sequence, offset, length); then for
//!   each copied run (edit, offset, length, document, opening, sequence, offset, author).
//!
//! In a chunk each column is packed by zstd; in the tail they stand as they are. The layouts are
//! for ever: a new one takes a new `Format` and the readers of old ones stay.

use std::io::Read;

use sha2::{Digest, Sha256};

use super::act_columns::read_acts;
use super::log::{ByteRef, Copied, Edit, History, Insert, Run, Source, characters};
use super::varint::{Reader, put, put_signed};

/// The layout of a block's columns, as the file numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The layout described above.
    One,
}

impl Format {
    pub(crate) const fn code(self) -> i64 {
        match self {
            Self::One => 1,
        }
    }

    pub(crate) const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::One),
            _ => None,
        }
    }
}

/// Edits that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("a column ends too early or holds a senseless number")]
    Column,
    #[error("a column can't be unpacked")]
    Packing,
    #[error("the columns are not the ones that were written")]
    Sum,
    #[error("the edits are in a layout that this program doesn't know")]
    Format,
    #[error("an edit doesn't fit the text before it")]
    Misfit,
    #[error("the edits don't follow the ones before them")]
    Order,
}

/// Consecutive edits of one opening, encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// The opening's number in the file.
    pub(crate) opening: i64,
    /// Sequence number of the first edit in its document and opening.
    pub(crate) first: u32,
    /// Number of edits.
    pub(crate) count: u32,
    /// The edits that the first one follows, by opening and sequence: none at the beginning of a
    /// document, one on a straight line, more after a merge.
    pub(crate) parents: Vec<(i64, u32)>,
    /// Number of the first act; it may have begun in the block before.
    pub(crate) first_act: u32,
    pub(crate) structure: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) acts: Vec<u8>,
    pub(crate) origins: Vec<u8>,
}

const TYPED: u64 = 0;
const BACKSPACES: u64 = 1;
const EDIT: u64 = 2;
const BACK: u64 = 3;

impl Block {
    /// The columns with a byte of layout, a check sum and their lengths: the tail's form.
    pub(crate) fn to_row(&self) -> Vec<u8> {
        let mut out = vec![Format::One.code() as u8];
        out.extend_from_slice(&self.sum()[..4]);
        for column in [&self.structure, &self.body, &self.acts, &self.origins] {
            put(&mut out, column.len() as u64);
            out.extend_from_slice(column);
        }
        out
    }

    /// Fills the columns from the tail's form.
    pub(crate) fn fill_from_row(&mut self, row: &[u8]) -> Result<(), DecodeError> {
        let (head, columns) = row.split_at_checked(5).ok_or(DecodeError::Column)?;
        Format::from_code(i64::from(head[0])).ok_or(DecodeError::Format)?;
        self.fill(columns).ok_or(DecodeError::Column)?;
        if self.sum()[..4] != head[1..] {
            return Err(DecodeError::Sum);
        }
        Ok(())
    }

    /// As `fill_from_row`, whatever the layout and the sum say, and as far as it goes.
    pub(crate) fn fill_unchecked(&mut self, row: &[u8]) {
        let _ = row.get(5..).and_then(|columns| self.fill(columns));
    }

    fn fill(&mut self, columns: &[u8]) -> Option<()> {
        let mut reader = Reader::new(columns);
        for column in [
            &mut self.structure,
            &mut self.body,
            &mut self.acts,
            &mut self.origins,
        ] {
            let len = reader.get()?;
            *column = reader.take(usize::try_from(len).ok()?)?.to_vec();
        }
        Some(())
    }

    /// What proves that the columns are the ones that were written.
    pub(crate) fn sum(&self) -> [u8; 16] {
        let mut hash = Sha256::new();
        for column in [&self.structure, &self.body, &self.acts, &self.origins] {
            hash.update((column.len() as u64).to_le_bytes());
            hash.update(column);
        }
        let mut out = [0; 16];
        out.copy_from_slice(&hash.finalize()[..16]);
        out
    }

    /// The parents as they stand in the file.
    pub(crate) fn parents_column(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for &(opening, seq) in &self.parents {
            put(&mut out, opening as u64);
            put(&mut out, u64::from(seq));
        }
        out
    }

    /// Reads `parents_column`.
    pub(crate) fn read_parents(bytes: &[u8]) -> Result<Vec<(i64, u32)>, DecodeError> {
        let mut reader = Reader::new(bytes);
        let mut out = Vec::new();
        while !reader.is_empty() {
            let parent = reader
                .get_i64()
                .zip(reader.get_u32())
                .ok_or(DecodeError::Column)?;
            out.push(parent);
        }
        Ok(out)
    }
}

/// Packs a column for a chunk: its length, then zstd. Level 9 of zstd: 19 gains two in a
/// hundred and takes ten times as long.
pub(crate) fn pack(column: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    put(&mut out, column.len() as u64);
    out.extend(zstd::bulk::compress(column, 9)?);
    Ok(out)
}

/// Unpacks what `pack` made. Memory grows with what really comes out, never with what the
/// length claims.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut reader = Reader::new(packed);
    let len = reader.get_u32().ok_or(DecodeError::Packing)?;
    let used = packed.len() - reader.rest().len();
    let decoder = zstd::Decoder::with_buffer(&packed[used..]).map_err(|_| DecodeError::Packing)?;
    let mut out = Vec::new();
    decoder
        .take(u64::from(len) + 1)
        .read_to_end(&mut out)
        .map_err(|_| DecodeError::Packing)?;
    if out.len() != len as usize {
        return Err(DecodeError::Packing);
    }
    Ok(out)
}

impl History {
    fn fresh(&self, edit: &Edit) -> &[u8] {
        if edit.is_back() {
            return &[];
        }
        &self.arena[edit.text as usize..(edit.text + edit.len) as usize]
    }

    /// Encodes the edits `from..to`, which must be of one opening.
    pub(crate) fn encode(&self, from: u32, to: u32) -> Block {
        let (opening, first) = self.name_of(from);
        let (mut structure, mut body, mut origins) = (Vec::new(), Vec::new(), Vec::new());
        let mut caret = 0i64;
        let mut at = from as usize;
        let edits = &self.edits[..to as usize];
        let typed = |edit: &Edit| edit.del == 0 && characters(self.fresh(edit)) == 1;
        let backspace = |edit: &Edit| edit.len == 0 && (1..=4).contains(&edit.del);
        while at < edits.len() {
            let edit = edits[at];
            let mut end = at + 1;
            let place = |structure: &mut Vec<u8>, pos: u32| {
                put_signed(structure, i64::from(pos) - caret);
            };
            if typed(&edit) {
                while end < edits.len()
                    && typed(&edits[end])
                    && edits[end].pos == edits[end - 1].pos + edits[end - 1].len
                {
                    end += 1;
                }
                put(&mut structure, ((end - at) as u64) << 2 | TYPED);
                place(&mut structure, edit.pos);
                for edit in &edits[at..end] {
                    body.extend_from_slice(self.fresh(edit));
                }
                caret = i64::from(edits[end - 1].pos + edits[end - 1].len);
            } else if backspace(&edit) {
                while end < edits.len()
                    && edits[end].len == 0
                    && edits[end].del == edit.del
                    && edits[end].pos + edit.del == edits[end - 1].pos
                {
                    end += 1;
                }
                put(&mut structure, ((end - at) as u64) << 2 | BACKSPACES);
                place(&mut structure, edit.pos + edit.del);
                put(&mut structure, u64::from(edit.del));
                caret = i64::from(edits[end - 1].pos);
            } else if edit.is_back() {
                let runs = self.named_runs(at);
                put(&mut structure, 1 << 2 | BACK);
                place(&mut structure, edit.pos);
                put(&mut structure, u64::from(edit.del));
                put(&mut structure, runs.len() as u64);
                for (byte, len) in runs {
                    put_byte(&mut origins, byte);
                    put(&mut origins, u64::from(len));
                }
                caret = i64::from(edit.pos + edit.len);
            } else {
                put(&mut structure, 1 << 2 | EDIT);
                place(&mut structure, edit.pos);
                put(&mut structure, u64::from(edit.del));
                put(&mut structure, u64::from(edit.len));
                body.extend_from_slice(self.fresh(&edit));
                caret = i64::from(edit.pos + edit.len);
            }
            at = end;
        }
        self.encode_copies(from, to, &mut origins);
        let first_act = self.acts.of_edit(from);
        let parents = from
            .checked_sub(1)
            .map(|before| self.name_of(before))
            .into_iter()
            .collect();
        Block {
            opening,
            first,
            count: to - from,
            parents,
            first_act: self.acts.get(first_act).map_or(0, |act| act.number),
            structure,
            body,
            acts: self.encode_acts(from, to),
            origins,
        }
    }

    /// The runs that edit `n` brings back, each within one opening's consecutive edits.
    fn named_runs(&self, n: usize) -> Vec<(ByteRef, u32)> {
        let mut out = Vec::new();
        for mut run in self.put_in_by(n) {
            while run.len > 0 {
                let edit = self.edit_of(run.id);
                let next = self.stretches.partition_point(|s| s.edit <= edit);
                let border = self
                    .stretches
                    .get(next)
                    .map_or(self.arena.len() as u32, |s| {
                        self.edits[s.edit as usize].text
                    });
                let len = run.len.min(border - run.id);
                out.push((self.byte_ref(run.id), len));
                run = Run {
                    id: run.id + len,
                    len: run.len - len,
                };
            }
        }
        out
    }

    fn encode_copies(&self, from: u32, to: u32, out: &mut Vec<u8>) {
        let text = |n: u32| {
            self.edits
                .get(n as usize)
                .map_or(self.arena.len() as u32, |edit| edit.text)
        };
        let copies = self.copied.partition_point(|c| c.run.id < text(from));
        for copied in &self.copied[copies..] {
            if copied.run.id >= text(to) {
                break;
            }
            let edit = self.edit_of(copied.run.id);
            put(out, u64::from(edit - from));
            put(
                out,
                u64::from(copied.run.id - self.edits[edit as usize].text),
            );
            put(out, u64::from(copied.run.len));
            put(out, copied.source.document as u64);
            put_byte(out, copied.source.byte);
            put(out, copied.source.author as u64);
        }
    }
}

fn put_byte(out: &mut Vec<u8>, byte: ByteRef) {
    put(out, byte.opening as u64);
    put(out, u64::from(byte.seq));
    put(out, u64::from(byte.offset));
}

fn get_byte(reader: &mut Reader<'_>) -> Option<ByteRef> {
    Some(ByteRef {
        opening: reader.get_i64()?,
        seq: reader.get_u32()?,
        offset: reader.get_u32()?,
    })
}

/// Appends the edits of a block to a history. On an error the history holds part of them and is
/// good for nothing but a look at what is left.
pub(crate) fn read_block(history: &mut History, block: &Block) -> Result<(), DecodeError> {
    let from = history.version();
    let parents: Vec<_> = from
        .checked_sub(1)
        .map(|n| history.name_of(n))
        .into_iter()
        .collect();
    if block.parents != parents || history.next_seq(block.opening) != block.first {
        return Err(DecodeError::Order);
    }
    read_acts(history, block)?;
    let body = std::str::from_utf8(&block.body).map_err(|_| DecodeError::Column)?;
    let mut decoder = Decoder {
        history,
        opening: block.opening,
        left: block.count,
        body,
        origins: Reader::new(&block.origins),
    };
    decoder.structure(&block.structure)?;
    if decoder.left > 0 || !decoder.body.is_empty() {
        return Err(DecodeError::Column);
    }
    let origins = decoder.origins;
    read_copies(history, from, origins)
}

struct Decoder<'h, 'a> {
    history: &'h mut History,
    opening: i64,
    /// Edits still to come.
    left: u32,
    body: &'a str,
    origins: Reader<'a>,
}

impl Decoder<'_, '_> {
    fn structure(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        const BAD: DecodeError = DecodeError::Column;
        let mut reader = Reader::new(bytes);
        let mut caret = 0i64;
        let place = |at: i64| u32::try_from(at).map_err(|_| DecodeError::Misfit);
        while !reader.is_empty() {
            let head = reader.get().ok_or(BAD)?;
            let count = head >> 2;
            let distance = reader.get_signed().ok_or(BAD)?;
            let mut at = caret.checked_add(distance).ok_or(BAD)?;
            match head & 3 {
                TYPED => {
                    for _ in 0..count {
                        let typed = self.body.chars().next().ok_or(BAD)?.len_utf8();
                        self.edit(place(at)?, 0, typed)?;
                        at += typed as i64;
                    }
                }
                BACKSPACES => {
                    let width = reader.get_u32().filter(|&width| width > 0).ok_or(BAD)?;
                    for _ in 0..count {
                        at -= i64::from(width);
                        self.edit(place(at)?, width, 0)?;
                    }
                }
                EDIT => {
                    let del = reader.get_u32().ok_or(BAD)?;
                    let len = reader.get_u32().ok_or(BAD)?;
                    self.edit(place(at)?, del, len as usize)?;
                    at += i64::from(len);
                }
                _ => {
                    let del = reader.get_u32().ok_or(BAD)?;
                    let count = reader.get_u32().ok_or(BAD)?;
                    at += i64::from(self.back(place(at)?, del, count)?);
                }
            }
            caret = at;
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), DecodeError> {
        self.left = self.left.checked_sub(1).ok_or(DecodeError::Column)?;
        Ok(())
    }

    fn edit(&mut self, pos: u32, del: u32, len: usize) -> Result<(), DecodeError> {
        self.count()?;
        let (text, rest) = self.body.split_at_checked(len).ok_or(DecodeError::Column)?;
        self.body = rest;
        self.push(pos, del, Insert::Fresh(text.as_bytes()))
    }

    fn back(&mut self, pos: u32, del: u32, count: u32) -> Result<u32, DecodeError> {
        self.count()?;
        let mut runs = Vec::new();
        for _ in 0..count {
            let byte = get_byte(&mut self.origins).ok_or(DecodeError::Column)?;
            let len = self.origins.get_u32().ok_or(DecodeError::Column)?;
            let id = self.history.byte_named(byte).ok_or(DecodeError::Misfit)?;
            Run::join(&mut runs, Run { id, len });
        }
        let len = runs
            .iter()
            .try_fold(0u32, |sum, run| sum.checked_add(run.len));
        let len = len.ok_or(DecodeError::Misfit)?;
        self.push(pos, del, Insert::Back(&runs))?;
        Ok(len)
    }

    fn push(&mut self, pos: u32, del: u32, insert: Insert<'_>) -> Result<(), DecodeError> {
        if !self.history.admits(pos, del, insert) {
            return Err(DecodeError::Misfit);
        }
        self.history.push(self.opening, pos, del, insert);
        Ok(())
    }
}

fn read_copies(
    history: &mut History,
    from: u32,
    mut reader: Reader<'_>,
) -> Result<(), DecodeError> {
    const BAD: DecodeError = DecodeError::Column;
    let mut past = history.copied.last().map_or(0, |c| c.run.id + c.run.len);
    while !reader.is_empty() {
        let edit = reader
            .get_u32()
            .and_then(|n| from.checked_add(n))
            .ok_or(BAD)?;
        let offset = reader.get_u32().ok_or(BAD)?;
        let len = reader.get_u32().ok_or(BAD)?;
        let document = reader.get_i64().ok_or(BAD)?;
        let byte = get_byte(&mut reader).ok_or(BAD)?;
        let author = reader.get_i64().ok_or(BAD)?;
        let edit = history.edits.get(edit as usize).ok_or(BAD)?;
        let inside = offset.checked_add(len).is_some_and(|end| end <= edit.len);
        let id = edit.text + offset;
        if edit.is_back() || !inside || len == 0 || id < past {
            return Err(BAD);
        }
        past = id + len;
        history.note_copy(Copied {
            run: Run { id, len },
            source: Source {
                document,
                byte,
                author,
            },
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::fixture;
    use proptest::prelude::*;

    /// Encodes in blocks that end at `borders` and reads them back.
    fn round_trip(history: &History, borders: &[u32]) -> History {
        let mut again = History::default();
        let (mut from, mut rows) = (0, Vec::new());
        let mut ends: Vec<u32> = borders
            .iter()
            .map(|at| at % (history.version() + 1))
            .collect();
        ends.extend(history.stretches.iter().map(|stretch| stretch.edit));
        ends.push(history.version());
        ends.sort_unstable();
        for end in ends.into_iter().filter(|&end| end > 0) {
            if end > from {
                rows.push(history.encode(from, end));
                from = end;
            }
        }
        for mut block in rows {
            let (row, columns) = (block.to_row(), block.clone());
            (block.structure, block.body) = (Vec::new(), Vec::new());
            (block.acts, block.origins) = (Vec::new(), Vec::new());
            block.fill_from_row(&row).unwrap();
            assert_eq!(block, columns);
            block.body = unpack(&pack(&block.body).unwrap()).unwrap();
            read_block(&mut again, &block).unwrap();
        }
        again
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn histories_read_back_from_blocks_of_any_size(
            steps in fixture::steps(),
            borders in proptest::collection::vec(any::<u32>(), 0..6),
        ) {
            let history = fixture::run(&steps);
            let again = round_trip(&history, &borders);
            prop_assert!(again.is_prefix_of(&history) && history.is_prefix_of(&again));
            prop_assert_eq!(again.text(), history.text());
            prop_assert!(again.is_sound());
            let authors = |h: &History| h.authors_of(&h.living_runs());
            prop_assert_eq!(authors(&again), authors(&history));
        }
    }

    #[test]
    fn typing_takes_about_one_byte_a_character_and_backspaces_none() {
        let mut history = History::default();
        fixture::write(&mut history, &"a typed line of text".repeat(50));
        let block = history.encode(0, history.version());
        assert_eq!(block.count, 1_000);
        assert!(block.to_row().len() < 1_040, "{}", block.to_row().len());
    }

    #[test]
    fn a_changed_byte_is_found_by_its_sum() {
        let mut history = History::default();
        fixture::write(&mut history, "harbour");
        let mut block = history.encode(0, history.version());
        let mut row = block.to_row();
        let last = row.iter().rposition(|&byte| byte == b'r').unwrap();
        row[last] = b'x';
        assert_eq!(block.fill_from_row(&row), Err(DecodeError::Sum));
    }

    #[test]
    fn a_packed_column_that_claims_more_than_it_holds_is_refused() {
        let mut packed = Vec::new();
        put(&mut packed, u64::from(u32::MAX));
        packed.extend(zstd::bulk::compress(b"short", 9).unwrap());
        assert_eq!(unpack(&packed), Err(DecodeError::Packing));
        assert_eq!(unpack(b"\x05not zstd"), Err(DecodeError::Packing));
    }
}
