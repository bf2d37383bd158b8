//! The living bytes of a document, for edits at a caret: what moves is what lies between two edits.

use super::log::Run;

/// The numbers of the living bytes in their order, with a gap at the last edit.
#[derive(Debug, Clone, Default)]
pub(super) struct Living {
    ids: Vec<u32>,
    start: usize,
    end: usize,
}

impl Living {
    pub(super) fn len(&self) -> usize {
        self.ids.len() - (self.end - self.start)
    }

    pub(super) fn get(&self, pos: u32) -> Option<u32> {
        let pos = pos as usize;
        let at = if pos < self.start {
            pos
        } else {
            pos + (self.end - self.start)
        };
        self.ids.get(at).copied()
    }

    fn move_to(&mut self, pos: usize) {
        if pos < self.start {
            let n = self.start - pos;
            self.ids.copy_within(pos..self.start, self.end - n);
            self.start -= n;
            self.end -= n;
        } else if pos > self.start {
            let n = pos - self.start;
            self.ids.copy_within(self.end..self.end + n, self.start);
            self.start += n;
            self.end += n;
        }
    }

    /// Deletes, appends what went to `gone`, leaves the gap there and gives the byte before it.
    pub(super) fn delete(&mut self, pos: usize, del: usize, gone: &mut Vec<Run>) -> Option<u32> {
        let (from, to);
        if del > 0 && pos + del == self.start {
            // a backspace: what goes lies before the gap
            (from, to) = (pos, self.start);
            self.start = pos;
        } else {
            self.move_to(pos);
            (from, to) = (self.end, self.end + del);
            self.end += del;
        }
        let mut open = false; // a run of an earlier edit is never joined
        for &id in &self.ids[from..to] {
            match gone.last_mut() {
                Some(last) if open && last.id + last.len == id => last.len += 1,
                _ => gone.push(Run { id, len: 1 }),
            }
            open = true;
        }
        self.start.checked_sub(1).map(|at| self.ids[at])
    }

    /// Puts `run` in at the gap.
    pub(super) fn insert(&mut self, run: Run) {
        let len = run.len as usize;
        if self.end - self.start < len {
            let grow = len.max(self.ids.len() / 8).max(256);
            let old = self.ids.len();
            self.ids.resize(old + grow, 0);
            self.ids.copy_within(self.end..old, self.end + grow);
            self.end += grow;
        }
        for (slot, id) in self.ids[self.start..self.start + len]
            .iter_mut()
            .zip(run.id..)
        {
            *slot = id;
        }
        self.start += len;
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.ids[..self.start]
            .iter()
            .chain(&self.ids[self.end..])
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edits_equal_those_of_a_plain_list(edits in proptest::collection::vec((any::<u32>(), 0usize..9, 0u32..400), 0..60)) {
            let (mut living, mut plain, mut next) = (Living::default(), Vec::<u32>::new(), 0);
            for (at, del, len) in edits {
                let pos = at as usize % (plain.len() + 1);
                let del = del.min(plain.len() - pos);
                let mut gone = vec![Run { id: u32::MAX - 1, len: 1 }];
                let left = living.delete(pos, del, &mut gone);
                living.insert(Run { id: next, len });
                let went: Vec<u32> = plain.splice(pos..pos + del, next..next + len).collect();
                next += len;
                let told = gone[1..].iter().flat_map(|run| run.id..run.id + run.len);
                prop_assert_eq!(told.collect::<Vec<_>>(), went);
                prop_assert_eq!(left, pos.checked_sub(1).map(|before| plain[before]));
                prop_assert_eq!(living.len(), plain.len());
                prop_assert_eq!(living.ids().collect::<Vec<_>>(), plain.clone());
                prop_assert_eq!(living.get(pos as u32), plain.get(pos).copied());
            }
        }
    }
}
