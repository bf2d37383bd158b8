//! The order of all bytes ever put into a document, the dead among them, and what follows from it.

use super::log::Run;

const END: u32 = u32::MAX;

/// A set of byte numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(crate) fn get(&self, id: u32) -> bool {
        self.words
            .get(id as usize / 64)
            .is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, run: Run, on: bool) {
        if run.len == 0 {
            return;
        }
        let (from, to) = (run.id as usize, run.id as usize + run.len as usize);
        if self.words.len() * 64 < to {
            self.words.resize(to.div_ceil(64), 0);
        }
        let (first, last) = (from / 64, (to - 1) / 64);
        for word in first..=last {
            let low = if word == first { from % 64 } else { 0 };
            let high = if word == last { (to - 1) % 64 } else { 63 };
            let mask = (u64::MAX >> (63 - (high - low))) << low;
            if on {
                self.words[word] |= mask;
            } else {
                self.words[word] &= !mask;
            }
        }
    }

    pub(crate) fn any(&self, run: Run) -> bool {
        let (on, len) = self.stretch(run);
        run.len > 0 && (on || len < run.len)
    }

    /// Whether the first of `run` is in the set, and for how many of `run` on that holds.
    fn stretch(&self, run: Run) -> (bool, u32) {
        let on = self.get(run.id);
        let (mut at, end) = (run.id, run.id + run.len);
        while at < end {
            let word = self.words.get(at as usize / 64).copied().unwrap_or(0);
            let rest = (if on { !word } else { word }) >> (at % 64);
            let left = 64 - at % 64;
            if rest != 0 {
                at += rest.trailing_zeros();
                break;
            }
            at += left;
        }
        (on, at.min(end) - run.id)
    }
}

/// A singly linked list over byte numbers. A new byte goes right after the living byte before
/// its place, ahead of the dead ones there, as the list orders of merges have it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    first: u32,
    next: Vec<u32>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            first: END,
            next: Vec::new(),
        }
    }
}

impl Order {
    /// Puts in the next `len` bytes, numbered on from the last, behind `left` or at the start.
    pub(crate) fn insert(&mut self, left: Option<u32>, len: u32) {
        if len == 0 {
            return;
        }
        let id = self.next.len() as u32;
        self.next.extend(id + 1..id + len);
        let link = match left {
            Some(left) => &mut self.next[left as usize],
            None => &mut self.first,
        };
        let after = std::mem::replace(link, id);
        self.next.push(after);
    }

    /// All bytes in their order, in runs of consecutive numbers.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        let mut at = self.first;
        std::iter::from_fn(move || {
            if at == END {
                return None;
            }
            let id = at;
            let mut len = 1;
            loop {
                let next = self.next[at as usize];
                if next != at.wrapping_add(1) {
                    at = next;
                    return Some(Run { id, len });
                }
                at = next;
                len += 1;
            }
        })
    }

    /// The bytes of `living`, in their order.
    pub(crate) fn text(&self, living: &Bits, arena: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for mut run in self.runs() {
            while run.len > 0 {
                let (on, len) = living.stretch(run);
                if on {
                    out.extend_from_slice(&arena[run.id as usize..(run.id + len) as usize]);
                }
                run = Run {
                    id: run.id + len,
                    len: run.len - len,
                };
            }
        }
        out
    }

    /// What turns the text of the bytes `from` into that of the bytes `to`.
    pub(crate) fn patch(&self, from: &Bits, to: &Bits) -> Vec<Patch> {
        let mut out: Vec<Patch> = Vec::new();
        let (mut pos, mut open) = (0u32, false);
        for mut run in self.runs() {
            while run.len > 0 {
                let ((was, a), (is, b)) = (from.stretch(run), to.stretch(run));
                let len = a.min(b);
                if was && is {
                    open = false;
                } else if was || is {
                    if !open {
                        out.push(Patch {
                            pos,
                            del: 0,
                            back: Vec::new(),
                        });
                        open = true;
                    }
                    let patch = out.last_mut().expect("one was pushed when it was opened");
                    if was {
                        patch.del += len;
                    } else {
                        Run::join(&mut patch.back, Run { id: run.id, len });
                    }
                }
                pos += if was { len } else { 0 };
                run = Run {
                    id: run.id + len,
                    len: run.len - len,
                };
            }
        }
        out
    }
}

/// One place where two versions differ. Positions are bytes in the first one's text; patches
/// ascend and neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Patch {
    pub(crate) pos: u32,
    pub(crate) del: u32,
    /// The bytes that the second version has here.
    pub(crate) back: Vec<Run>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_bits_are_set_and_cleared_at_word_borders() {
        for (id, len) in [(0, 1), (0, 64), (63, 2), (10, 200), (128, 64), (5, 0)] {
            let mut bits = Bits::default();
            bits.set(Run { id, len }, true);
            assert!(
                (0..400).all(|k| bits.get(k) == (id..id + len).contains(&k)),
                "{id} {len}"
            );
            bits.set(
                Run {
                    id: id + 1,
                    len: len.saturating_sub(2),
                },
                false,
            );
            assert!((0..400).all(|k| bits.get(k) == (len > 0 && (k == id || k == id + len - 1))));
        }
    }

    #[test]
    fn stretches_of_bits_are_as_long_as_they_say() {
        for (id, len) in [(0, 1), (0, 64), (63, 2), (10, 200), (128, 64)] {
            let mut bits = Bits::default();
            bits.set(Run { id, len }, true);
            for at in 0..400 {
                let want = (at..400)
                    .take_while(|&k| bits.get(k) == bits.get(at))
                    .count() as u32;
                let run = Run {
                    id: at,
                    len: 400 - at,
                };
                assert_eq!(
                    bits.stretch(run),
                    (bits.get(at), want),
                    "{id} {len} from {at}"
                );
                assert_eq!(bits.any(run), (at..400).any(|k| bits.get(k)));
            }
        }
    }

    #[test]
    fn a_byte_goes_before_the_dead_ones_at_its_place() {
        let mut order = Order::default();
        order.insert(None, 3); // 0 1 2
        order.insert(Some(0), 2); // 1 may be dead or not: 0 3 4 1 2
        let ids: Vec<u32> = order
            .runs()
            .flat_map(|run| run.id..run.id + run.len)
            .collect();
        assert_eq!(ids, [0, 3, 4, 1, 2]);
    }
}
