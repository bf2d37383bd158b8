//! The current text as it stands in the file: in pieces of 1,500 to 4,000 characters.
//!
//! Writing a long text whole every half second is the dearest part of saving; only the pieces
//! that an edit touched are written.

use rusqlite::Transaction;

use crate::table::text_piece::{self, PieceRow};

const MIN: usize = 1_500;
/// Two pieces of this length share a page of the file where characters are bytes.
const AIM: usize = 1_900;
const MAX: usize = 4_000;

#[derive(Debug, Clone, PartialEq)]
struct Piece {
    /// Its number in the file, once it has one.
    n: Option<i64>,
    place: f64,
    /// Bytes.
    len: usize,
    /// Its text is not the file's.
    dirty: bool,
}

/// How a text is cut.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pieces {
    list: Vec<Piece>,
    /// Pieces of the file that the text has no more.
    gone: Vec<i64>,
}

impl Pieces {
    /// The pieces of the file, and their text.
    pub(crate) fn read(rows: Vec<PieceRow>) -> (Self, String) {
        let mut text = String::with_capacity(rows.iter().map(|row| row.text.len()).sum());
        let mut list = Vec::with_capacity(rows.len());
        for row in rows {
            text.push_str(&row.text);
            list.push(Piece {
                n: Some(row.n),
                place: row.place,
                len: row.text.len(),
                dirty: false,
            });
        }
        (
            Self {
                list,
                gone: Vec::new(),
            },
            text,
        )
    }

    /// Follows an edit of the text.
    pub(crate) fn splice(&mut self, pos: usize, del: usize, insert: usize) {
        let (mut at, mut start) = (0, 0);
        while at + 1 < self.list.len() && start + self.list[at].len < pos {
            start += self.list[at].len;
            at += 1;
        }
        if self.list.is_empty() {
            self.list.push(Piece {
                n: None,
                place: 1.0,
                len: 0,
                dirty: true,
            });
        }
        let (mut left, mut from, mut i) = (del, pos - start, at);
        while left > 0 {
            let here = left.min(self.list[i].len - from);
            if here > 0 {
                self.list[i].len -= here;
                self.list[i].dirty = true;
                left -= here;
            }
            from = 0;
            i += 1;
        }
        self.list[at].len += insert;
        self.list[at].dirty |= insert > 0;
        let gone = &mut self.gone;
        self.list.retain(|piece| {
            if piece.len == 0 {
                gone.extend(piece.n);
            }
            piece.len > 0
        });
    }

    /// Writes what changed and gives the pieces as the file then has them, to be kept once the
    /// transaction is committed.
    pub(crate) fn write(
        &self,
        tx: &Transaction<'_>,
        document: i64,
        text: &str,
    ) -> rusqlite::Result<Self> {
        let mut next = self.recut(text);
        for n in next.gone.drain(..) {
            text_piece::delete(tx, n)?;
        }
        next.renumber(tx)?;
        let mut at = 0;
        for piece in &mut next.list {
            let slice = &text[at..at + piece.len];
            at += piece.len;
            match piece.n {
                Some(n) if piece.dirty => text_piece::update(tx, n, slice)?,
                Some(_) => {}
                None => piece.n = Some(text_piece::insert(tx, document, piece.place, slice)?),
            }
            piece.dirty = false;
        }
        debug_assert_eq!(at, text.len());
        Ok(next)
    }

    /// Joins what became too short and cuts what became too long.
    fn recut(&self, text: &str) -> Self {
        let mut gone = self.gone.clone();
        let mut joined: Vec<Piece> = Vec::with_capacity(self.list.len());
        let mut at = 0;
        let short = |piece: &Piece, end: usize| {
            piece.dirty && text[end - piece.len..end].chars().take(MIN).count() < MIN
        };
        for piece in &self.list {
            let mut piece = piece.clone();
            let end = at + piece.len;
            if let Some(last) = joined.last()
                && (short(last, at) || short(&piece, end))
            {
                // the longer one's row stays, so that less is rewritten
                let (row, lost) = if last.len >= piece.len {
                    (last, &piece)
                } else {
                    (&piece, last)
                };
                gone.extend(if row.n.is_some() { lost.n } else { None });
                let n = row.n.or(lost.n);
                piece = Piece {
                    n,
                    place: row.place,
                    len: last.len + piece.len,
                    dirty: true,
                };
                joined.pop();
            }
            joined.push(piece);
            at = end;
        }
        let mut list = Vec::with_capacity(joined.len());
        let mut at = 0;
        for mut piece in joined {
            let end = at + piece.len;
            if piece.dirty {
                for cut in cuts(&text[at..end]) {
                    list.push(Piece {
                        n: piece.n.take(),
                        place: piece.place,
                        len: cut,
                        dirty: true,
                    });
                    piece.len -= cut;
                }
            }
            list.push(piece);
            at = end;
        }
        Self { list, gone }
    }

    /// Gives places to pieces that have none of their own yet, between those that have.
    fn renumber(&mut self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut at = 0;
        let mut before = 0.0;
        while at < self.list.len() {
            if self.list[at].n.is_some() {
                before = self.list[at].place;
                at += 1;
                continue;
            }
            let end = at
                + self.list[at..]
                    .iter()
                    .take_while(|piece| piece.n.is_none())
                    .count();
            let after = self
                .list
                .get(end)
                .map_or(before + (end - at + 1) as f64, |p| p.place);
            let step = (after - before) / (end - at + 1) as f64;
            if !(step.is_finite() && before + step > before && after - step < after && step > 1e-9)
            {
                return self.renumber_all(tx);
            }
            for (i, piece) in self.list[at..end].iter_mut().enumerate() {
                piece.place = before + step * (i + 1) as f64;
            }
            before = self.list[end - 1].place;
            at = end;
        }
        Ok(())
    }

    fn renumber_all(&mut self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        for (i, piece) in self.list.iter_mut().enumerate() {
            piece.place = (i + 1) as f64;
            if let Some(n) = piece.n {
                text_piece::move_to(tx, n, piece.place)?;
            }
        }
        Ok(())
    }
}

/// Lengths, in bytes, of the pieces that `text` must be cut into before its last one.
fn cuts(text: &str) -> Vec<usize> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut chars = rest.chars().count();
    while chars > MAX {
        let latest = MAX.min(chars - MIN);
        let (mut best, mut aim_at, mut byte) = (None::<(usize, usize, usize)>, rest.len(), 0);
        for (n, c) in rest.chars().take(latest).enumerate() {
            byte += c.len_utf8();
            let n = n + 1;
            if n == AIM.min(latest) {
                aim_at = byte;
            }
            if c == '\n' && n >= MIN && best.is_none_or(|(far, ..)| n.abs_diff(AIM) < far) {
                best = Some((n.abs_diff(AIM), n, byte));
            }
        }
        let (n, cut) = best.map_or((AIM.min(latest), aim_at), |(_, n, byte)| (n, byte));
        out.push(cut);
        rest = &rest[cut..];
        chars -= n;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_texts_are_cut_at_line_ends_into_pieces_of_the_right_size() {
        let line = "INT. 房间 - NIGHT\n";
        let text = line.repeat(2_000);
        let mut at = 0;
        let cut = cuts(&text);
        assert!(cut.len() > 5);
        for len in cut {
            let piece = &text[at..at + len];
            assert!((MIN..=MAX).contains(&piece.chars().count()));
            assert!(piece.ends_with('\n'));
            at += len;
        }
        assert!((MIN..=MAX).contains(&text[at..].chars().count()));
    }

    #[test]
    fn a_line_longer_than_a_piece_is_cut_between_characters() {
        let text = "字".repeat(10_000);
        let cut = cuts(&text);
        assert!(cut.iter().all(|&len| text.is_char_boundary(len)));
        assert!(cut.iter().all(|&len| (MIN..=MAX).contains(&(len / 3))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn pieces_follow_any_edits(edits in proptest::collection::vec((0usize..20_000, 0usize..9_000, 0usize..9_000, any::<bool>()), 1..40)) {
            let mut connection = rusqlite::Connection::open_in_memory().unwrap();
            crate::schema::migrate(&mut connection).unwrap();
            connection.pragma_update(None, "foreign_keys", false).unwrap();
            let (mut pieces, mut text) = (Pieces::default(), String::new());
            for (pos, del, insert, flush) in edits {
                let pos = pos.min(text.len());
                let del = del.min(text.len() - pos);
                let insert = "abcdefg\n".repeat(insert / 8);
                text.replace_range(pos..pos + del, &insert);
                pieces.splice(pos, del, insert.len());
                if flush {
                    let tx = connection.transaction().unwrap();
                    pieces = pieces.write(&tx, 1, &text).unwrap();
                    tx.commit().unwrap();
                    let rows = text_piece::of(&connection, 1).unwrap();
                    if rows.len() > 1 {
                        prop_assert!(rows.iter().all(|row| row.text.len() <= MAX));
                    }
                    let (read, joined) = Pieces::read(rows);
                    prop_assert_eq!(&joined, &text);
                    prop_assert_eq!(&read, &pieces);
                }
            }
        }
    }
}
