//! Places that move with the edits, told by the bytes beside them.
//!
//! Since dead bytes keep their place in the order, a place needs no moving: where it is now
//! follows from where its neighbours stand, and when they come back by undo, so does the place.

use std::collections::BTreeMap;

use crate::anchor::Side;

use super::log::History;

/// What a place is told by. `None` is the start or the end of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Neighbours {
    /// The byte before it.
    pub(crate) left: Option<u32>,
    /// The byte after it.
    pub(crate) right: Option<u32>,
    /// At a border of the text, where one neighbour is missing, the far end of the nearest line
    /// with words stands in for it as a witness that the place still is.
    pub(crate) witness: Option<u32>,
}

/// Where a place is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) pos: u32,
    /// The text on both sides of it is gone.
    pub(crate) deleted: bool,
}

impl History {
    /// What tells the place at `pos` of the living text, which is `text`.
    pub(crate) fn neighbours(&self, pos: u32, text: &str) -> Neighbours {
        let left = pos.checked_sub(1).and_then(|before| self.byte_at(before));
        let right = self.byte_at(pos);
        let witness = match (left, right) {
            (Some(_), None) => {
                let words = text.trim_end();
                let line = words.rfind('\n').map_or(0, |at| at + 1);
                self.byte_at(line as u32)
            }
            (None, Some(_)) => {
                let start = text.len() - text.trim_start().len();
                let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
                end.checked_sub(1)
                    .and_then(|last| self.byte_at(last as u32))
            }
            (None, None) | (Some(_), Some(_)) => None,
        };
        Neighbours {
            left,
            right,
            witness,
        }
    }

    /// Where places are now. One pass for all of them.
    pub(crate) fn places(&self, places: &[(Neighbours, Side)]) -> Vec<Place> {
        let mut before: BTreeMap<u32, u32> = places
            .iter()
            .flat_map(|(near, _)| [near.left, near.right])
            .flatten()
            .map(|id| (id, 0))
            .collect();
        let mut living = 0u32;
        for run in self.order.runs() {
            let mut wanted = before.range_mut(run.id..run.id + run.len).peekable();
            for id in run.id..run.id + run.len {
                if let Some((_, count)) = wanted.next_if(|(at, _)| **at == id) {
                    *count = living;
                }
                living += u32::from(self.alive.get(id));
            }
        }
        let count = |id: u32| before.get(&id).copied().unwrap_or(living);
        let alive = |id: Option<u32>| id.is_some_and(|id| self.alive.get(id));
        places
            .iter()
            .map(|(near, side)| {
                let pos = match side {
                    Side::Left => near
                        .left
                        .map_or(0, |id| count(id) + u32::from(alive(Some(id)))),
                    Side::Right => near.right.map_or(living, count),
                };
                let told = near.left.is_some() || near.right.is_some();
                let deleted = told
                    && !alive(near.left.or(near.witness))
                    && !alive(near.right.or(near.witness));
                Place { pos, deleted }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Insert;

    fn typed(text: &str) -> History {
        let mut history = History::default();
        history.push(1, 0, 0, Insert::Fresh(text.as_bytes()));
        history
    }

    #[test]
    fn a_place_moves_with_the_text_around_it() {
        let mut history = typed("one two");
        let near = history.neighbours(3, "one two");
        history.push(1, 0, 0, Insert::Fresh(b"zero "));
        history.push(1, 8, 0, Insert::Fresh(b"!"));
        let at = history.places(&[(near, Side::Left), (near, Side::Right)]);
        assert_eq!(
            at,
            [
                Place {
                    pos: 8,
                    deleted: false
                },
                Place {
                    pos: 9,
                    deleted: false
                }
            ]
        );
    }

    #[test]
    fn a_deleted_place_is_marked_and_comes_back() {
        let mut history = typed("one two three");
        let near = history.neighbours(5, "one two three");
        let was = history.alive.clone();
        history.push(1, 2, 9, Insert::Fresh(b""));
        assert_eq!(
            history.places(&[(near, Side::Left)]),
            [Place {
                pos: 2,
                deleted: true
            }]
        );
        let patch = history.order.patch(&history.alive.clone(), &was);
        history.push(1, patch[0].pos, patch[0].del, Insert::Back(&patch[0].back));
        assert_eq!(history.text(), b"one two three");
        assert_eq!(
            history.places(&[(near, Side::Left)]),
            [Place {
                pos: 5,
                deleted: false
            }]
        );
    }

    #[test]
    fn at_the_end_a_backspace_leaves_the_place_and_deleting_its_line_does_not() {
        let mut history = typed("EXT. QUAY\n\n");
        let near = history.neighbours(11, "EXT. QUAY\n\n");
        history.push(1, 10, 1, Insert::Fresh(b""));
        assert_eq!(
            history.places(&[(near, Side::Right)]),
            [Place {
                pos: 10,
                deleted: false
            }]
        );
        history.push(1, 0, 10, Insert::Fresh(b""));
        assert_eq!(
            history.places(&[(near, Side::Right)]),
            [Place {
                pos: 0,
                deleted: true
            }]
        );
    }
}
