//! The body of a fuzz target, which the tests call too.

use crate::history::{Block, History, read_block};

/// Reads any bytes as tail rows of one document. Never panics, and takes memory in proportion to
/// the bytes; what reads must read back the same once encoded anew.
///
/// # Panics
/// If edits that were read are lost or changed by encoding them again: a defect.
pub fn check(bytes: &[u8]) {
    let mut history = History::default();
    let mut rest = bytes;
    // one byte of opening, two of length and two of count before each row
    while let Some((head, after)) = rest.split_at_checked(5) {
        let len = usize::from(u16::from_le_bytes([head[1], head[2]])).min(after.len());
        let (row, after) = after.split_at(len);
        rest = after;
        let opening = i64::from(head[0]);
        let mut block = Block {
            opening,
            first: history.next_seq(opening),
            count: u32::from(u16::from_le_bytes([head[3], head[4]])),
            parents: history
                .version()
                .checked_sub(1)
                .map(|n| history.name_of(n))
                .into_iter()
                .collect(),
            first_act: history.acts.last().map_or(0, |act| act.number),
            ..Block::default()
        };
        // a row whose check sum is wrong is refused: fuzzing goes on behind that door
        block.fill_unchecked(row);
        let mut next = history.clone();
        if read_block(&mut next, &block).is_ok() {
            history = next;
        }
    }
    history.acts.settle([]);
    let mut again = History::default();
    let mut from = 0;
    while from < history.version() {
        let end = history.end_of_stretch(from);
        let block = history.encode(from, end);
        read_block(&mut again, &block).expect("what was encoded reads back");
        from = end;
    }
    assert!(
        history.is_prefix_of(&again) && again.is_prefix_of(&history),
        "edits are lost"
    );
    let _ = String::from_utf8(history.text()).expect("whole characters");
    let _ = history.authors_of(&history.living_runs());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            check(&bytes);
        }

        /// Rows that begin well and are then damaged get deeper than noise does.
        #[test]
        fn damaged_rows_are_read_or_refused(
            text in "[a-zé中\n]{1,40}",
            hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        ) {
            let mut history = History::default();
            crate::history::fixture::write(&mut history, &text);
            let block = history.encode(0, history.version());
            let mut row = block.to_row();
            for (at, byte) in hits {
                let at = at.index(row.len());
                row[at] = byte;
            }
            let mut bytes = vec![1];
            bytes.extend((row.len() as u16).to_le_bytes());
            bytes.extend((block.count as u16).to_le_bytes());
            bytes.extend(&row);
            check(&bytes);
        }
    }
}
