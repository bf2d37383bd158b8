//! Which tokens each sequence holds, what they share, and where a new prompt finds most of itself.
//!
//! Plain bookkeeping beside the library's cache: it decides, the scheduler carries out.

use std::collections::HashMap;

use crate::raw::Token;

/// A sequence of the library's cache.
#[derive(Debug, Default)]
struct Slot {
    tokens: Vec<Token>,
    /// The cell of each token; sequences that share a token share its cell.
    cells: Vec<u64>,
    taken: bool,
    last_used: u64,
}

/// What to do before a prompt is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    /// The sequence to read it into.
    pub(crate) slot: usize,
    /// Tokens at its beginning that are known.
    pub(crate) reused: usize,
    /// Where they come from, if from another sequence.
    pub(crate) from: Option<usize>,
    /// Sequences to empty first.
    pub(crate) evict: Vec<usize>,
}

/// The sequences of a context.
#[derive(Debug)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    /// How many sequences share each cell.
    shared: HashMap<u64, u32>,
    room: usize,
    next_cell: u64,
    clock: u64,
    /// The model keeps one state per sequence, which cannot be cut back.
    whole_states: bool,
}

impl Slots {
    pub(crate) fn new(count: usize, room: usize, whole_states: bool) -> Self {
        Self {
            slots: (0..count).map(|_| Slot::default()).collect(),
            shared: HashMap::new(),
            room,
            next_cell: 0,
            clock: 0,
            whole_states,
        }
    }

    pub(crate) fn tokens(&self, slot: usize) -> &[Token] {
        &self.slots[slot].tokens
    }

    /// Cells in use.
    #[cfg(test)]
    fn used(&self) -> usize {
        self.shared.len()
    }

    /// The sequence that knows most of `prompt`, and how much. The last token is left to evaluate, since
    /// its logits are wanted.
    pub(crate) fn best_prefix(&self, prompt: &[Token]) -> Option<(usize, usize)> {
        let most = prompt.len().saturating_sub(1);
        let mut best: Option<(usize, usize)> = None;
        for (i, slot) in self.slots.iter().enumerate() {
            let mut len = common_prefix(&slot.tokens, prompt).min(most);
            if self.whole_states && len < slot.tokens.len() {
                len = 0;
            }
            // Of equals the free one, which can be gone on with in place.
            let better = best.is_none_or(|(j, longest)| {
                len > longest || (len == longest && self.slots[j].taken && !slot.taken)
            });
            if len > 0 && better {
                best = Some((i, len));
            }
        }
        best
    }

    /// Finds a place for `prompt` and `answer` tokens behind it. `reserved`: cells that running takes will
    /// still need. `None` when there is no place now.
    pub(crate) fn place(
        &self,
        prompt: &[Token],
        answer: usize,
        reserved: usize,
    ) -> Option<Placement> {
        let found = self.best_prefix(prompt);
        let (from, reused) = found.map_or((None, 0), |(i, len)| (Some(i), len));
        // Nothing is lost by going on in place when the whole sequence is a prefix of the prompt.
        let in_place =
            from.filter(|i| !self.slots[*i].taken && self.slots[*i].tokens.len() == reused);
        let mut free: Vec<usize> = (0..self.slots.len())
            .filter(|i| !self.slots[*i].taken)
            .collect();
        free.sort_by_key(|i| (!self.slots[*i].tokens.is_empty(), self.slots[*i].last_used));
        let mut slot = match in_place {
            Some(i) => i,
            None => free
                .iter()
                .copied()
                .find(|i| Some(*i) != from)
                .or_else(|| free.first().copied())?,
        };

        let need = prompt.len() - reused + answer + reserved;
        let mut shared = self.shared.clone();
        let mut evict = Vec::new();
        let drop_cells = |shared: &mut HashMap<u64, u32>, cells: &[u64]| {
            for cell in cells {
                release(shared, *cell);
            }
        };
        if Some(slot) != from {
            drop_cells(&mut shared, &self.slots[slot].cells);
            if let Some(from) = from {
                for cell in &self.slots[from].cells[..reused] {
                    *shared.entry(*cell).or_default() += 1;
                }
            }
        } else {
            drop_cells(&mut shared, &self.slots[slot].cells[reused..]);
        }
        for i in free
            .iter()
            .copied()
            .filter(|i| *i != slot && Some(*i) != from)
        {
            if shared.len() + need <= self.room {
                break;
            }
            if !self.slots[i].tokens.is_empty() {
                drop_cells(&mut shared, &self.slots[i].cells);
                evict.push(i);
            }
        }
        if shared.len() + need > self.room
            && let Some(source) = from.filter(|i| *i != slot && !self.slots[*i].taken)
        {
            // Last, the tail of the source itself: go on in it. The place chosen before is emptied.
            if !self.slots[slot].tokens.is_empty() {
                evict.push(slot);
            }
            drop_cells(&mut shared, &self.slots[source].cells);
            slot = source;
        }
        (shared.len() + need <= self.room).then(|| Placement {
            slot,
            reused,
            from: from.filter(|i| *i != slot),
            evict,
        })
    }

    /// Notes that a sequence belongs to a take, with the first `reused` tokens of `from` or of its own.
    pub(crate) fn take(&mut self, placement: &Placement) {
        for slot in &placement.evict {
            self.truncate(*slot, 0);
        }
        match placement.from {
            Some(from) => {
                self.truncate(placement.slot, 0);
                let tokens = self.slots[from].tokens[..placement.reused].to_vec();
                let cells = self.slots[from].cells[..placement.reused].to_vec();
                for cell in &cells {
                    *self.shared.entry(*cell).or_default() += 1;
                }
                self.touch(from);
                self.slots[placement.slot].tokens = tokens;
                self.slots[placement.slot].cells = cells;
            }
            None => self.truncate(placement.slot, placement.reused),
        }
        self.slots[placement.slot].taken = true;
        self.touch(placement.slot);
    }

    /// Notes that a take is over. Its tokens stay until their room is needed.
    pub(crate) fn free(&mut self, slot: usize) {
        self.slots[slot].taken = false;
        self.touch(slot);
    }

    /// Notes an evaluated token.
    pub(crate) fn push(&mut self, slot: usize, token: Token) {
        let cell = self.next_cell;
        self.next_cell += 1;
        self.shared.insert(cell, 1);
        self.slots[slot].tokens.push(token);
        self.slots[slot].cells.push(cell);
    }

    /// Notes that a sequence was cut back.
    pub(crate) fn truncate(&mut self, slot: usize, len: usize) {
        let slot = &mut self.slots[slot];
        slot.tokens.truncate(len);
        for cell in slot.cells.drain(len.min(slot.cells.len())..) {
            release(&mut self.shared, cell);
        }
    }

    /// Free sequences that hold something.
    pub(crate) fn kept(&self) -> Vec<usize> {
        (0..self.slots.len())
            .filter(|i| !self.slots[*i].taken && !self.slots[*i].tokens.is_empty())
            .collect()
    }

    fn touch(&mut self, slot: usize) {
        self.clock += 1;
        self.slots[slot].last_used = self.clock;
    }
}

fn release(shared: &mut HashMap<u64, u32>, cell: u64) {
    if let Some(count) = shared.get_mut(&cell) {
        *count -= 1;
        if *count == 0 {
            shared.remove(&cell);
        }
    }
}

/// How many tokens two texts have in common at their beginning.
pub(crate) fn common_prefix(a: &[Token], b: &[Token]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(slots: &mut Slots, prompt: &[Token], answer: usize) -> (Placement, usize) {
        let placement = slots.place(prompt, answer, 0).unwrap();
        slots.take(&placement);
        for token in &prompt[placement.reused..] {
            slots.push(placement.slot, *token);
        }
        (placement.clone(), placement.slot)
    }

    fn count(n: Token) -> Vec<Token> {
        (0..n).collect()
    }

    #[test]
    fn takes_of_one_prompt_share_its_cells() {
        let mut slots = Slots::new(4, 100, false);
        let prompt = count(50);
        let (first, a) = read(&mut slots, &prompt, 10);
        assert_eq!(first.reused, 0);
        let (second, b) = read(&mut slots, &prompt, 10);
        assert_eq!((second.reused, second.from), (49, Some(a)));
        assert_ne!(a, b);
        assert_eq!(slots.used(), 51);
        assert_eq!(slots.tokens(b), prompt);
    }

    #[test]
    fn an_append_goes_on_in_place_and_an_edit_keeps_the_old_text() {
        let mut slots = Slots::new(4, 200, false);
        let (_, a) = read(&mut slots, &count(50), 0);
        slots.free(a);
        let (append, b) = read(&mut slots, &count(60), 0);
        assert_eq!((append.slot, append.reused, append.from), (a, 50, None));
        slots.free(b);
        let mut edited = count(60);
        edited[40] = 999;
        let (edit, c) = read(&mut slots, &edited, 0);
        assert_eq!((edit.reused, edit.from), (40, Some(a)));
        assert_ne!(c, a);
        assert_eq!(slots.used(), 80);
    }

    #[test]
    fn the_oldest_kept_text_makes_room() {
        let mut slots = Slots::new(4, 100, false);
        for start in [0, 1000, 2000] {
            let prompt: Vec<Token> = (start..start + 30).collect();
            let (_, slot) = read(&mut slots, &prompt, 0);
            slots.free(slot);
        }
        let prompt: Vec<Token> = (3000..3030).collect();
        let (placement, slot) = read(&mut slots, &prompt, 10);
        assert_eq!(placement.evict, [0]);
        slots.free(slot);
        assert_eq!(slots.used(), 90);
    }

    #[test]
    fn the_tail_of_the_source_is_given_up_last() {
        let mut slots = Slots::new(4, 100, false);
        let (_, a) = read(&mut slots, &count(80), 0);
        slots.free(a);
        let mut edited = count(80);
        edited[40] = 999;
        let placement = slots.place(&edited, 20, 0).unwrap();
        assert_eq!(
            (placement.slot, placement.reused, placement.from),
            (a, 40, None)
        );
        slots.take(&placement);
        assert_eq!(slots.used(), 40);
    }

    #[test]
    fn a_prompt_waits_when_running_takes_hold_the_room() {
        let mut slots = Slots::new(2, 100, false);
        let (_, a) = read(&mut slots, &count(60), 0);
        let other: Vec<Token> = (1000..1030).collect();
        assert_eq!(slots.place(&other, 5, 20), None);
        assert!(slots.place(&other, 5, 0).is_some());
        slots.free(a);
        assert!(slots.place(&other, 5, 20).is_some());
        let (_, _) = read(&mut slots, &count(60), 0);
        let (_, _) = read(&mut slots, &count(60), 0);
        assert_eq!(
            slots.place(&count(60), 0, 0),
            None,
            "all sequences are taken"
        );
    }

    #[test]
    fn a_state_that_cannot_be_cut_is_only_gone_on_with() {
        let mut slots = Slots::new(2, 100, true);
        let (_, a) = read(&mut slots, &count(30), 0);
        slots.free(a);
        assert_eq!(slots.best_prefix(&count(40)), Some((a, 30)));
        assert_eq!(slots.best_prefix(&count(20)), None);
    }

    #[test]
    fn the_books_balance_after_many_acts() {
        let mut slots = Slots::new(5, 120, false);
        let mut taken: Vec<usize> = vec![];
        let mut dice = 12345u64;
        for _ in 0..2000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let len = 1 + (dice >> 33) as usize % 50;
            let mut prompt = count(len as Token);
            let edit = (dice >> 40) as usize % 50;
            if edit < len {
                prompt[edit] = 1000 + ((dice >> 50) % 3) as Token;
            }
            if let Some(placement) = slots.place(&prompt, 3, 0) {
                slots.take(&placement);
                assert_eq!(slots.tokens(placement.slot), &prompt[..placement.reused]);
                for token in &prompt[placement.reused..] {
                    slots.push(placement.slot, *token);
                }
                taken.push(placement.slot);
            }
            if (taken.len() > 2 || dice.is_multiple_of(3))
                && let Some(slot) = taken.pop()
            {
                slots.free(slot);
            }
            let distinct: std::collections::HashSet<u64> = slots
                .slots
                .iter()
                .flat_map(|slot| slot.cells.clone())
                .collect();
            assert_eq!(distinct.len(), slots.used());
            assert!(slots.used() <= 120);
        }
    }
}
