//! The edits of one document and the bytes they put in.

use super::act::Acts;
use super::living::Living;
use super::order::{Bits, Order, Patch};

/// Characters in some bytes of UTF-8: those that begin one.
pub(crate) fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u64
}

/// Consecutive byte numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) id: u32,
    pub(crate) len: u32,
}

impl Run {
    /// Appends `run` to `runs`, joined to the last where it goes on.
    pub(crate) fn join(runs: &mut Vec<Self>, run: Self) {
        match runs.last_mut() {
            Some(last) if last.id + last.len == run.id => last.len += run.len,
            _ if run.len == 0 => {}
            _ => runs.push(run),
        }
    }
}

/// A byte as the file names it: the opening's number there, the edit in it, the byte in the edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ByteRef {
    pub(crate) opening: i64,
    pub(crate) seq: u32,
    pub(crate) offset: u32,
}

/// Where copied bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    /// The document's number in the file.
    pub(crate) document: i64,
    pub(crate) byte: ByteRef,
    /// The author's number in the file: whose the bytes were at their source.
    pub(crate) author: i64,
}

/// Bytes that were pasted from text of this project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Copied {
    pub(crate) run: Run,
    pub(crate) source: Source,
}

/// What an edit puts in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Insert<'a> {
    /// Bytes that were not there before.
    Fresh(&'a [u8]),
    /// Dead bytes, living again in their old place in the order.
    Back(&'a [Run]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Byte position in the text before the edit.
    pub(super) pos: u32,
    pub(super) del: u32,
    /// Number of the first fresh byte, or of the next one there will be.
    pub(super) text: u32,
    /// Bytes put in, fresh or back.
    pub(super) len: u32,
    /// Index of the first run of the deleted bytes.
    gone: u32,
    /// Index of the first run brought back, or `FRESH`.
    back: u32,
}

const FRESH: u32 = u32::MAX;

impl Edit {
    pub(super) const fn is_back(&self) -> bool {
        self.back != FRESH
    }
}

/// Consecutive edits of one opening.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) edit: u32,
    pub(super) opening: i64,
    pub(super) seq: u32,
}

/// All edits of a document in their order, with the living text they lead to.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(super) edits: Vec<Edit>,
    pub(super) arena: Vec<u8>,
    back: Vec<Run>,
    gone: Vec<Run>,
    pub(super) stretches: Vec<Stretch>,
    pub(super) copied: Vec<Copied>,
    pub(super) order: Order,
    pub(super) alive: Bits,
    living: Living,
    pub(crate) acts: Acts,
}

impl History {
    /// Number of edits, which is the number of the version they lead to.
    pub(crate) fn version(&self) -> u32 {
        self.edits.len() as u32
    }

    /// Position, bytes deleted and bytes put in of edit `n`.
    pub(crate) fn measures(&self, n: u32) -> Option<(u32, u32, u32)> {
        self.edits
            .get(n as usize)
            .map(|edit| (edit.pos, edit.del, edit.len))
    }

    /// Bytes put in for the first time by edits `edits`.
    pub(crate) fn fresh_in(&self, edits: std::ops::Range<u32>) -> Run {
        let text = |n: u32| {
            self.edits
                .get(n as usize)
                .map_or(self.arena.len() as u32, |edit| edit.text)
        };
        Run {
            id: text(edits.start),
            len: text(edits.end) - text(edits.start),
        }
    }

    /// The edit after the last one of the opening that wrote edit `n`, without a break.
    pub(crate) fn end_of_stretch(&self, n: u32) -> u32 {
        let next = self.stretches.partition_point(|stretch| stretch.edit <= n);
        self.stretches
            .get(next)
            .map_or(self.version(), |stretch| stretch.edit)
    }

    /// Whether `whole` begins with all that stands here.
    pub(crate) fn is_prefix_of(&self, whole: &Self) -> bool {
        let starts = |a: &[Run], b: &[Run]| b.starts_with(a);
        whole.edits.starts_with(&self.edits)
            && whole.arena.starts_with(&self.arena)
            && starts(&self.back, &whole.back)
            && starts(&self.gone, &whole.gone)
            && whole.copied.starts_with(&self.copied)
            && self.acts.are_first_of(&whole.acts)
    }

    /// Bytes of living text.
    pub(crate) fn len(&self) -> u32 {
        self.living.len() as u32
    }

    /// Bytes ever put in.
    pub(crate) fn ever(&self) -> usize {
        self.arena.len()
    }

    /// The next edit's sequence number in `opening`.
    pub(crate) fn next_seq(&self, opening: i64) -> u32 {
        match self
            .stretches
            .iter()
            .rfind(|stretch| stretch.opening == opening)
        {
            None => 0,
            Some(stretch) => {
                let end = self
                    .stretches
                    .iter()
                    .map(|s| s.edit)
                    .find(|&e| e > stretch.edit);
                stretch.seq + end.unwrap_or(self.version()) - stretch.edit
            }
        }
    }

    /// Whether an edit of these measures leaves whole characters and a byte only once.
    pub(super) fn admits(&self, pos: u32, del: u32, insert: Insert<'_>) -> bool {
        let Some(end) = pos.checked_add(del).filter(|&end| end <= self.len()) else {
            return false;
        };
        let border = |pos: u32| self.living.get(pos).is_none_or(|id| self.starts(id));
        border(pos)
            && border(end)
            && match insert {
                Insert::Fresh(bytes) => self.arena.len() + bytes.len() < FRESH as usize,
                Insert::Back(runs) => runs.iter().enumerate().all(|(i, run)| {
                    let Some(end) = run.id.checked_add(run.len) else {
                        return false;
                    };
                    run.len > 0
                        && end as usize <= self.arena.len()
                        && self.starts(run.id)
                        && (end as usize == self.arena.len() || self.starts(end))
                        && !self.alive.any(*run)
                        && runs[..i]
                            .iter()
                            .all(|r| r.id + r.len <= run.id || end <= r.id)
                }),
            }
    }

    fn starts(&self, id: u32) -> bool {
        self.arena[id as usize] & 0xC0 != 0x80
    }

    /// Takes an edit of `opening` on. The caller has seen to it that the history `admits` it.
    pub(crate) fn push(&mut self, opening: i64, pos: u32, del: u32, insert: Insert<'_>) {
        debug_assert!(self.admits(pos, del, insert), "edit at {pos} of {del}");
        let seq = match self.stretches.last() {
            Some(last) if last.opening == opening => None,
            _ => Some(self.next_seq(opening)),
        };
        if let Some(seq) = seq {
            self.stretches.push(Stretch {
                edit: self.version(),
                opening,
                seq,
            });
        }
        let gone = self.gone.len() as u32;
        let left = self
            .living
            .delete(pos as usize, del as usize, &mut self.gone);
        for run in &self.gone[gone as usize..] {
            self.alive.set(*run, false);
        }
        let text = self.arena.len() as u32;
        let (len, back) = match insert {
            Insert::Fresh(bytes) => {
                let run = Run {
                    id: text,
                    len: bytes.len() as u32,
                };
                self.arena.extend_from_slice(bytes);
                self.order.insert(left, run.len);
                self.alive.set(run, true);
                self.living.insert(run);
                (run.len, FRESH)
            }
            Insert::Back(runs) => {
                let back = self.back.len() as u32;
                for &run in runs {
                    self.alive.set(run, true);
                    self.living.insert(run);
                }
                self.back.extend_from_slice(runs);
                (runs.iter().map(|run| run.len).sum(), back)
            }
        };
        self.edits.push(Edit {
            pos,
            del,
            text,
            len,
            gone,
            back,
        });
    }

    /// Records that the last `run.len` bytes put in, or some of them, are a copy.
    pub(crate) fn note_copy(&mut self, copied: Copied) {
        debug_assert!(
            self.copied
                .last()
                .is_none_or(|c| c.run.id + c.run.len <= copied.run.id)
        );
        self.copied.push(copied);
    }

    /// The runs that edit `n` deleted.
    pub(crate) fn gone_by(&self, n: usize) -> &[Run] {
        let end = self
            .edits
            .get(n + 1)
            .map_or(self.gone.len(), |e| e.gone as usize);
        &self.gone[self.edits[n].gone as usize..end]
    }

    /// The runs that edit `n` put in, fresh or back.
    pub(super) fn put_in_by(&self, n: usize) -> impl Iterator<Item = Run> + '_ {
        let edit = self.edits[n];
        let fresh = (!edit.is_back()).then_some(Run {
            id: edit.text,
            len: edit.len,
        });
        let mut left = if edit.is_back() { edit.len } else { 0 };
        let back = self.back.get(edit.back as usize..).unwrap_or_default();
        fresh
            .into_iter()
            .chain(back.iter().copied().take_while(move |run| {
                let more = left > 0;
                left = left.saturating_sub(run.len);
                more
            }))
    }

    /// The bytes that live after the first `version` edits.
    pub(crate) fn alive_at(&self, version: u32) -> Bits {
        let version = version as usize;
        if version < self.edits.len() / 2 {
            let mut bits = Bits::default();
            for n in 0..version {
                self.replay(n, &mut bits);
            }
            return bits;
        }
        let mut bits = self.alive.clone();
        for n in (version..self.edits.len()).rev() {
            for run in self.put_in_by(n) {
                bits.set(run, false);
            }
            for run in self.gone_by(n) {
                bits.set(*run, true);
            }
        }
        bits
    }

    fn replay(&self, n: usize, bits: &mut Bits) {
        for run in self.gone_by(n) {
            bits.set(*run, false);
        }
        for run in self.put_in_by(n) {
            bits.set(run, true);
        }
    }

    /// The bytes that live if the acts that stand were all there ever was: for each byte the
    /// last thing that a standing act did to it counts.
    fn alive_by_standing(&self) -> Bits {
        let mut bits = Bits::default();
        for (act, range) in self.acts.with_edits(self.version()) {
            if act.standing && !act.kind.is_undoing() {
                for n in range {
                    self.replay(n as usize, &mut bits);
                }
            }
        }
        bits
    }

    /// What makes the text as it would be if act number `act` had never been, or, where it
    /// doesn't stand, as if it had never been undone. Undone at once it is the text before the
    /// act, byte for byte; later on, nothing of the act is left, what it deleted is back in its
    /// old order unless another standing act deleted it too, and all else stays.
    pub(crate) fn toggled(&mut self, act: u32) -> Vec<Patch> {
        self.acts.flip(act);
        let bits = self.alive_by_standing();
        self.acts.flip(act);
        self.order.patch(&self.alive, &bits)
    }

    /// What turns version `a` into version `b`.
    pub(crate) fn patch_between(&self, a: u32, b: u32) -> Vec<Patch> {
        self.order.patch(&self.alive_at(a), &self.alive_at(b))
    }

    /// The living text.
    pub(crate) fn text(&self) -> Vec<u8> {
        self.living
            .ids()
            .map(|id| self.arena[id as usize])
            .collect()
    }

    /// The text after the first `version` edits.
    pub(crate) fn text_at(&self, version: u32) -> Vec<u8> {
        self.order.text(&self.alive_at(version), &self.arena)
    }

    /// The bytes of `runs`, joined.
    pub(crate) fn bytes_of(&self, runs: &[Run]) -> Vec<u8> {
        let slice = |run: &Run| &self.arena[run.id as usize..(run.id + run.len) as usize];
        runs.iter().flat_map(slice).copied().collect()
    }

    /// Number of the living byte at `pos`; `None` at the end.
    pub(crate) fn byte_at(&self, pos: u32) -> Option<u32> {
        self.living.get(pos)
    }

    /// The living bytes of a range, in runs.
    pub(crate) fn runs_in(&self, pos: u32, len: u32) -> Vec<Run> {
        let mut out = Vec::new();
        for id in self.living.ids().skip(pos as usize).take(len as usize) {
            Run::join(&mut out, Run { id, len: 1 });
        }
        out
    }

    /// Index of the edit that put byte `id` in.
    pub(crate) fn edit_of(&self, id: u32) -> u32 {
        self.edits.partition_point(|edit| edit.text <= id) as u32 - 1
    }

    /// Opening and sequence number of edit `n`.
    pub(crate) fn name_of(&self, n: u32) -> (i64, u32) {
        let stretch = self.stretches[self.stretches.partition_point(|s| s.edit <= n) - 1];
        (stretch.opening, stretch.seq + n - stretch.edit)
    }

    /// Index of an edit by its opening and sequence number.
    pub(crate) fn edit_named(&self, opening: i64, seq: u32) -> Option<u32> {
        self.stretches
            .iter()
            .enumerate()
            .filter(|(_, s)| s.opening == opening)
            .find_map(|(i, s)| {
                let end = self
                    .stretches
                    .get(i + 1)
                    .map_or(self.version(), |next| next.edit);
                let n = s.edit.checked_add(seq.checked_sub(s.seq)?)?;
                (n < end).then_some(n)
            })
    }

    /// How the file names byte `id`.
    pub(crate) fn byte_ref(&self, id: u32) -> ByteRef {
        let n = self.edit_of(id);
        let (opening, seq) = self.name_of(n);
        ByteRef {
            opening,
            seq,
            offset: id - self.edits[n as usize].text,
        }
    }

    /// The number of the byte that the file names so.
    pub(crate) fn byte_named(&self, name: ByteRef) -> Option<u32> {
        let edit = self.edits[self.edit_named(name.opening, name.seq)? as usize];
        (!edit.is_back() && name.offset < edit.len).then(|| edit.text + name.offset)
    }

    /// Author numbers of the bytes of `runs`: lengths in order, neighbours of one author joined.
    pub(crate) fn authors_of(&self, runs: &[Run]) -> Vec<(u32, i64)> {
        let mut out: Vec<(u32, i64)> = Vec::new();
        for run in runs {
            let mut at = *run;
            while at.len > 0 {
                let (author, len) = self.author_from(at);
                match out.last_mut() {
                    Some(last) if last.1 == author => last.0 += len,
                    _ => out.push((len, author)),
                }
                at = Run {
                    id: at.id + len,
                    len: at.len - len,
                };
            }
        }
        out
    }

    /// Author of the first byte of `run`, and for how many of its bytes that holds.
    pub(crate) fn author_from(&self, run: Run) -> (i64, u32) {
        let next = self.copied.partition_point(|c| c.run.id <= run.id);
        if let Some(copied) = next.checked_sub(1).map(|i| self.copied[i])
            && run.id < copied.run.id + copied.run.len
        {
            return (
                copied.source.author,
                run.len.min(copied.run.id + copied.run.len - run.id),
            );
        }
        let act = self.acts.of_edit(self.edit_of(run.id));
        // up to the first byte of the act after it, or to the next copy
        let act_end = self
            .acts
            .get(act + 1)
            .and_then(|next| self.edits.get(next.first as usize))
            .map_or(self.arena.len() as u32, |edit| edit.text);
        let copy = self.copied.get(next).map_or(u32::MAX, |c| c.run.id);
        let author = self.acts.get(act).map_or(0, |act| act.author);
        (author, run.len.min(act_end.min(copy) - run.id))
    }

    /// All living bytes, in runs.
    pub(crate) fn living_runs(&self) -> Vec<Run> {
        self.runs_in(0, self.len())
    }

    /// Whether the order of all bytes agrees with the living text: what no edit can break, and
    /// damage can.
    pub(crate) fn is_sound(&self) -> bool {
        let mut living = self.living.ids();
        self.order
            .runs()
            .flat_map(|run| run.id..run.id + run.len)
            .filter(|&id| self.alive.get(id))
            .all(|id| living.next() == Some(id))
            && living.next().is_none()
    }
}
