//! Any sequence of edits, undos, restores, flushes and restarts equals the same on a plain model:
//! a list of characters, the dead among them, each with all that was ever done to it.

use project::{ActId, Author, Batch, Change, Deed, DocumentId, Origin, Side};
use proptest::prelude::*;

use crate::bench_in::{Bench, cases};

#[derive(Debug, Clone)]
enum Step {
    Edit {
        at: usize,
        del: usize,
        text: String,
        author: u8,
    },
    Two {
        at: usize,
        gap: usize,
        text: String,
    },
    Type {
        at: usize,
        text: String,
    },
    Copy {
        from: usize,
        len: usize,
        at: usize,
    },
    Undo,
    Redo,
    UndoAct(usize),
    Restore(usize),
    Anchor {
        at: usize,
        left: bool,
    },
    Flush,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = || {
        proptest::collection::vec(prop_oneof!["[a-z ]", "é", "中", "𝄞", "\n"], 0..6)
            .prop_map(|parts| parts.concat())
    };
    let step = prop_oneof![
        6 => (any::<usize>(), 0usize..6, text(), 0u8..3)
            .prop_map(|(at, del, text, author)| Step::Edit { at, del, text, author }),
        1 => (any::<usize>(), 0usize..4, text()).prop_map(|(at, gap, text)| Step::Two { at, gap, text }),
        2 => (any::<usize>(), text()).prop_map(|(at, text)| Step::Type { at, text }),
        1 => (any::<usize>(), 0usize..8, any::<usize>())
            .prop_map(|(from, len, at)| Step::Copy { from, len, at }),
        3 => Just(Step::Undo),
        2 => Just(Step::Redo),
        2 => any::<usize>().prop_map(Step::UndoAct),
        1 => any::<usize>().prop_map(Step::Restore),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(at, left)| Step::Anchor { at, left }),
        2 => Just(Step::Flush),
        1 => Just(Step::Restart),
    ];
    proptest::collection::vec(step, 1..50)
}

#[derive(Debug, Clone)]
struct Char {
    c: char,
    author: Author,
    /// What ordinary acts did to it: which, and whether it lived after.
    deeds: Vec<(usize, bool)>,
    alive: bool,
}

#[derive(Debug)]
struct Act {
    id: ActId,
    standing: bool,
    /// The text right after it, as it stood then.
    text: String,
    undoing: Option<usize>,
    alive: Vec<usize>,
}

#[derive(Debug, Default)]
struct Model {
    chars: Vec<Char>,
    /// Indices into `chars` in their order.
    order: Vec<usize>,
    acts: Vec<Act>,
    undo: Vec<usize>,
    redo: Vec<usize>,
    anchors: Vec<(project::AnchorId, Option<usize>, Option<usize>, bool)>,
}

impl Model {
    fn living(&self) -> Vec<usize> {
        self.order
            .iter()
            .copied()
            .filter(|&i| self.chars[i].alive)
            .collect()
    }

    fn text(&self) -> String {
        self.living().iter().map(|&i| self.chars[i].c).collect()
    }

    /// Byte position of the `n`th living character.
    fn byte(&self, n: usize) -> u64 {
        self.living()[..n]
            .iter()
            .map(|&i| self.chars[i].c.len_utf8() as u64)
            .sum()
    }

    /// The act that `id` names, a new one unless it is the last.
    fn act(&mut self, id: ActId, undoing: Option<usize>) -> usize {
        if self.acts.last().is_none_or(|act| act.id != id) {
            self.acts.push(Act {
                id,
                standing: true,
                text: String::new(),
                undoing,
                alive: vec![],
            });
            if undoing.is_none() {
                // the first text of a document is not for the undo key
                if self.acts.len() > 1 || !self.first_is_import() {
                    self.undo.push(self.acts.len() - 1);
                }
                self.redo.clear();
            }
        }
        self.acts.len() - 1
    }

    fn first_is_import(&self) -> bool {
        false
    }

    fn edit(&mut self, act: usize, n: usize, del: usize, text: &str, authors: &[Author]) {
        let living = self.living();
        for &i in &living[n..n + del] {
            self.chars[i].alive = false;
            self.chars[i].deeds.push((act, false));
        }
        let at = match n.checked_sub(1) {
            None => 0,
            Some(before) => {
                self.order
                    .iter()
                    .position(|&i| i == living[before])
                    .unwrap()
                    + 1
            }
        };
        for (k, (c, author)) in text.chars().zip(authors).enumerate() {
            self.order.insert(at + k, self.chars.len());
            let deeds = vec![(act, true)];
            self.chars.push(Char {
                c,
                author: author.clone(),
                deeds,
                alive: true,
            });
        }
    }

    fn end(&mut self) {
        let (text, alive) = (self.text(), self.living());
        let last = self.acts.last_mut().unwrap();
        (last.text, last.alive) = (text, alive);
    }

    fn toggle(&mut self, root: usize, id: ActId) {
        let stood = self.acts[root].standing;
        self.acts[root].standing = !stood;
        self.act(id, Some(root));
        let (from, to) = if stood {
            (&mut self.undo, &mut self.redo)
        } else {
            (&mut self.redo, &mut self.undo)
        };
        from.retain(|&act| act != root);
        to.push(root);
        for char in &mut self.chars {
            let last = char.deeds.iter().rfind(|(act, _)| self.acts[*act].standing);
            char.alive = last.is_some_and(|(_, alive)| *alive);
        }
        self.end();
    }

    fn anchor_pos(&self, left: Option<usize>, right: Option<usize>, side: bool) -> u64 {
        let living_before = |end: usize| -> u64 {
            self.order[..end]
                .iter()
                .filter(|&&i| self.chars[i].alive)
                .map(|&i| self.chars[i].c.len_utf8() as u64)
                .sum()
        };
        let at = |i: usize| self.order.iter().position(|&k| k == i).unwrap();
        match (side, left, right) {
            (true, None, _) => 0,
            (true, Some(left), _) => living_before(at(left) + 1),
            (false, _, None) => living_before(self.order.len()),
            (false, _, Some(right)) => living_before(at(right)),
        }
    }
}

fn mara() -> Author {
    Author::Person {
        name: "Mara".into(),
    }
}

fn origin(author: u8) -> (Origin, Author) {
    match author {
        0 => (Origin::Person, mara()),
        1 => (Origin::Unknown, Author::Unknown),
        _ => (
            Origin::File("a.txt".into()),
            Author::File {
                name: "a.txt".into(),
            },
        ),
    }
}

struct Run {
    bench: Bench,
    model: Model,
    document: DocumentId,
}

impl Run {
    fn edit(&mut self, changes: Vec<Change>, deed: Deed, origin: Origin) -> Option<ActId> {
        let now = self
            .bench
            .later(if deed == Deed::Typing { 100 } else { 3_000 });
        let base = self.bench.p().version(self.document).unwrap();
        let batch = Batch::new(base, changes, deed, origin, now);
        self.bench.p().edit(self.document, batch).unwrap().act
    }

    fn step(&mut self, step: Step) {
        let count = self.model.living().len();
        match step {
            Step::Edit {
                at,
                del,
                text,
                author,
            } => {
                let n = at % (count + 1);
                let del = del.min(count - n);
                let (origin, author) = origin(author);
                let pos = self.model.byte(n);
                let change = Change::new(pos, self.model.byte(n + del) - pos, text.as_str());
                if let Some(id) = self.edit(vec![change], Deed::Paste, origin) {
                    let act = self.model.act(id, None);
                    let authors = vec![author; text.len()];
                    self.model.edit(act, n, del, &text, &authors);
                    self.model.end();
                }
            }
            Step::Two { at, gap, text } => {
                let n = at % (count + 1);
                let m = (n + gap).min(count);
                let changes = vec![
                    Change::new(self.model.byte(n), 0, text.as_str()),
                    Change::new(self.model.byte(m), 0, text.as_str()),
                ];
                if let Some(id) = self.edit(changes, Deed::ReplaceAll, Origin::Person) {
                    let act = self.model.act(id, None);
                    let authors = vec![mara(); text.len()];
                    self.model.edit(act, n, 0, &text, &authors);
                    self.model
                        .edit(act, m + text.chars().count(), 0, &text, &authors);
                    self.model.end();
                }
            }
            Step::Type { at, text } => {
                let n = at % (count + 1);
                for (i, c) in text.chars().enumerate() {
                    let change = Change::new(self.model.byte(n + i), 0, c.to_string());
                    let id = self
                        .edit(vec![change], Deed::Typing, Origin::Person)
                        .unwrap();
                    let act = self.model.act(id, None);
                    self.model.edit(act, n + i, 0, &c.to_string(), &[mara()]);
                    self.model.end();
                }
            }
            Step::Copy { from, len, at } => {
                let from = from % (count + 1);
                let len = len.min(count - from);
                let n = at % (count + 1);
                let range = self.model.byte(from)..self.model.byte(from + len);
                let clip = self.bench.p().clip(self.document, range).unwrap();
                let text = clip.text().to_owned();
                let living = self.model.living();
                let authors: Vec<Author> = living[from..from + len]
                    .iter()
                    .map(|&i| self.model.chars[i].author.clone())
                    .collect();
                let change = Change::new(self.model.byte(n), 0, text.as_str());
                if let Some(id) = self.edit(vec![change], Deed::Paste, Origin::Clip(clip)) {
                    let act = self.model.act(id, None);
                    self.model.edit(act, n, 0, &text, &authors);
                    self.model.end();
                }
            }
            Step::Undo | Step::Redo => {
                let undo = matches!(step, Step::Undo);
                // an act whose every trace is gone is passed over, so there may be several
                let before = self.model.text();
                let applied = if undo {
                    self.bench.undo(self.document)
                } else {
                    self.bench.redo(self.document)
                };
                let stack = if undo {
                    &self.model.undo
                } else {
                    &self.model.redo
                };
                assert_eq!(applied.is_some(), !stack.is_empty());
                let Some(applied) = applied else { return };
                let after = Change::apply(&applied.changes, &before).unwrap();
                let acts = self.bench.p().acts(self.document).unwrap();
                for new in &acts[self.model.acts.len()..] {
                    let stack = if undo {
                        &self.model.undo
                    } else {
                        &self.model.redo
                    };
                    let root = *stack.last().unwrap();
                    self.model.toggle(root, new.id);
                }
                assert_eq!(after, self.model.text());
            }
            Step::UndoAct(k) => {
                if self.model.acts.is_empty() {
                    return;
                }
                let k = k % self.model.acts.len();
                let root = self.model.acts[k].undoing.unwrap_or(k);
                let (now, id) = (self.bench.later(1_000), self.model.acts[k].id);
                let before = self.model.text();
                let applied = self.bench.p().undo_act(self.document, id, now).unwrap();
                self.model.toggle(root, applied.act.unwrap());
                assert_eq!(
                    Change::apply(&applied.changes, &before).unwrap(),
                    self.model.text()
                );
            }
            Step::Restore(k) => {
                if self.model.acts.is_empty() {
                    return;
                }
                let k = k % self.model.acts.len();
                let (now, id) = (self.bench.later(1_000), self.model.acts[k].id);
                let before = self.model.text();
                let applied = self.bench.p().restore(self.document, id, now).unwrap();
                let act = self.model.act(applied.act.unwrap(), None);
                let then = self.model.acts[k].alive.clone();
                for i in 0..self.model.chars.len() {
                    let is = then.contains(&i);
                    if self.model.chars[i].alive != is {
                        self.model.chars[i].alive = is;
                        self.model.chars[i].deeds.push((act, is));
                    }
                }
                self.model.end();
                assert_eq!(self.model.text(), self.model.acts[k].text);
                assert_eq!(
                    Change::apply(&applied.changes, &before).unwrap(),
                    self.model.text()
                );
            }
            Step::Anchor { at, left } => {
                let n = at % (count + 1);
                let side = if left { Side::Left } else { Side::Right };
                let (now, pos) = (self.bench.later(1), self.model.byte(n));
                let id = self
                    .bench
                    .p()
                    .add_anchor(self.document, pos, side, "test", now)
                    .unwrap();
                let living = self.model.living();
                let before = n.checked_sub(1).map(|n| living[n]);
                self.model
                    .anchors
                    .push((id, before, living.get(n).copied(), left));
            }
            Step::Flush => self.bench.flush(),
            Step::Restart => self.bench.restart(),
        }
    }

    fn check(&mut self) {
        let text = self.model.text();
        assert_eq!(self.bench.text(self.document), text);
        let authors = self.bench.p().authors(self.document).unwrap();
        let mut at = 0;
        for &i in &self.model.living() {
            let char = &self.model.chars[i];
            let here = authors
                .iter()
                .find(|(range, _)| range.contains(&at))
                .unwrap();
            assert_eq!(here.1, char.author, "at byte {at}");
            at += char.c.len_utf8() as u64;
        }
        assert_eq!(authors.last().map_or(0, |(range, _)| range.end), at);
        for (id, left, right, side) in self.model.anchors.clone() {
            let anchor = self.bench.p().anchor(id).unwrap();
            assert_eq!(anchor.pos, self.model.anchor_pos(left, right, side));
        }
    }

    fn check_versions(&mut self) {
        for act in &self.model.acts {
            let text = self.bench.p().text_at(self.document, act.id).unwrap();
            assert_eq!(text, act.text);
        }
        for pair in self.model.acts.windows(2) {
            let changes = self
                .bench
                .p()
                .diff(self.document, pair[1].id, pair[0].id)
                .unwrap();
            assert_eq!(
                Change::apply(&changes, &pair[1].text).unwrap(),
                pair[0].text
            );
        }
        let report = self.bench.p().check().unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(120), max_shrink_iters: 400, ..Default::default() })]
    #[test]
    fn any_sequence_of_steps_equals_the_plain_model(steps in steps()) {
        let mut bench = Bench::new();
        let document = bench.document("");
        let mut run = Run { bench, model: Model::default(), document };
        for step in steps {
            run.step(step);
            run.check();
        }
        run.check_versions();
        run.bench.restart();
        run.check();
        run.check_versions();
    }
}
