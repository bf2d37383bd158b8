//! The column of a block that tells its acts; `codec` describes it.

use crate::act::{ActKind, Selection};

use super::act::Act;
use super::codec::{Block, DecodeError};
use super::log::History;
use super::varint::{Reader, put, put_signed, signed};

const CONTINUES: u64 = 1;
const HAS_BEFORE: u64 = 2;
const HAS_AFTER: u64 = 4;

/// The unit of an act's length in time, in milliseconds.
const LENGTH: i64 = 100;

impl History {
    /// The acts of the edits `from..to`, as a column.
    pub(super) fn encode_acts(&self, from: u32, to: u32) -> Vec<u8> {
        let mut rows: [Vec<u8>; 6] = Default::default();
        let [counts, heads, authors, times, lengths, selections] = &mut rows;
        let (mut edit, mut time, mut acts) = (from, 0, 0u64);
        while edit < to {
            let n = self.acts.of_edit(edit);
            let Some(act) = self.acts.get(n) else { break };
            let end = self.acts.edits_of(n, to).end.min(to);
            let continues = act.first < from;
            let before = act.before.filter(|_| !continues);
            let mut flags = 0;
            for (set, flag) in [
                (continues, CONTINUES),
                (before.is_some(), HAS_BEFORE),
                (act.after.is_some(), HAS_AFTER),
            ] {
                flags |= if set { flag } else { 0 };
            }
            put(counts, u64::from(end - edit));
            put(heads, u64::from(act.kind.code()) << 3 | flags);
            put(authors, act.author as u64);
            put_signed(times, act.at - time);
            put_signed(lengths, (act.until - act.at) / LENGTH);
            for selection in before.iter().chain(&act.after) {
                put(selections, selection.anchor);
                put_signed(selections, selection.head as i64 - selection.anchor as i64);
            }
            (time, edit, acts) = (act.at, end, acts + 1);
        }
        let mut out = Vec::new();
        put(&mut out, acts);
        out.extend(rows.concat());
        out
    }
}

/// Appends the acts of a block, whose edits are to follow.
pub(super) fn read_acts(history: &mut History, block: &Block) -> Result<(), DecodeError> {
    const BAD: DecodeError = DecodeError::Column;
    let mut reader = Reader::new(&block.acts);
    let acts = reader
        .get()
        .filter(|&acts| acts <= u64::from(block.count))
        .ok_or(BAD)? as usize;
    let mut row = || -> Option<Vec<u64>> { (0..acts).map(|_| reader.get()).collect() };
    let mut rows = || Some([row()?, row()?, row()?, row()?, row()?]);
    let [counts, heads, authors, times, lengths] = rows().ok_or(BAD)?;
    let (mut edit, mut number, mut time) = (history.version(), block.first_act, 0i64);
    let end = edit.checked_add(block.count).ok_or(BAD)?;
    for i in 0..acts {
        let count = u32::try_from(counts[i])
            .ok()
            .filter(|&count| count > 0)
            .ok_or(BAD)?;
        let head = heads[i];
        let kind = ActKind::from_code(u8::try_from(head >> 3).map_err(|_| BAD)?);
        let author = i64::try_from(authors[i]).map_err(|_| BAD)?;
        let at = time.checked_add(signed(times[i])).ok_or(BAD)?;
        let length = signed(lengths[i]).checked_mul(LENGTH);
        let until = length
            .and_then(|length| at.checked_add(length))
            .ok_or(BAD)?;
        let mut selection = |flag| {
            if head & flag == 0 {
                return Ok(None);
            }
            let anchor = reader.get().ok_or(BAD)?;
            let head = reader.get_signed().ok_or(BAD)?;
            let head = anchor.checked_add_signed(head).ok_or(BAD)?;
            Ok(Some(Selection { anchor, head }))
        };
        let before = selection(HAS_BEFORE)?;
        let after = selection(HAS_AFTER)?;
        if head & CONTINUES != 0 {
            let last = history.acts.last_mut().ok_or(DecodeError::Order)?;
            if (last.opening, last.number) != (block.opening, number) || last.first >= edit {
                return Err(DecodeError::Order);
            }
            last.until = until;
            last.after = after;
        } else {
            let opening = block.opening;
            let standing = true;
            history.acts.push_loaded(Act {
                first: edit,
                kind,
                author,
                at,
                until,
                opening,
                number,
                before,
                after,
                standing,
            });
        }
        edit = edit
            .checked_add(count)
            .filter(|&edit| edit <= end)
            .ok_or(BAD)?;
        number = number.checked_add(1).ok_or(BAD)?;
        time = at;
    }
    if edit == end && reader.is_empty() {
        Ok(())
    } else {
        Err(BAD)
    }
}
