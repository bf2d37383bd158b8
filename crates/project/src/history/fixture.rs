//! Histories for the tests of this folder.

use proptest::prelude::*;

use crate::act::{ActKind, Selection};

use super::log::{ByteRef, Copied, History, Insert, Run, Source};
use super::{Act, Note};

fn begin(history: &mut History, opening: i64, kind: ActKind, author: i64, note: Option<Note>) {
    let acts = &history.acts;
    let number = acts
        .last()
        .filter(|act| act.opening == opening)
        .map_or(0, |act| act.number + 1);
    let at = 1_790_000_000_000 + i64::from(acts.len()) * 997;
    let odd = acts.len() % 3 == 1;
    let act = Act {
        first: history.version(),
        kind,
        author,
        at,
        until: at + 400,
        opening,
        number,
        before: odd.then_some(Selection { anchor: 3, head: 1 }),
        after: (!odd).then_some(Selection { anchor: 0, head: 9 }),
        standing: true,
    };
    history.acts.push(act, note);
}

/// Types `text` at the end, a character an edit, as one act.
pub(crate) fn write(history: &mut History, text: &str) {
    begin(history, 1, ActKind::Typing, 1, None);
    for c in text.chars() {
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).as_bytes();
        history.push(1, history.len(), 0, Insert::Fresh(bytes));
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Type(usize, String),
    Backspace(usize, usize),
    Replace(usize, usize, String),
    Copy(usize, usize, usize),
    Toggle(usize),
    Restore(usize),
    Open,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = || "[ab é中\n]{0,6}";
    proptest::collection::vec(
        prop_oneof![
            4 => (any::<usize>(), text()).prop_map(|(at, text)| Step::Type(at, text)),
            2 => (any::<usize>(), 1usize..6).prop_map(|(at, n)| Step::Backspace(at, n)),
            2 => (any::<usize>(), 0usize..8, text()).prop_map(|(a, n, t)| Step::Replace(a, n, t)),
            1 => (any::<usize>(), any::<usize>(), any::<usize>())
                .prop_map(|(from, len, at)| Step::Copy(from, len, at)),
            3 => any::<usize>().prop_map(Step::Toggle),
            1 => any::<usize>().prop_map(Step::Restore),
            1 => Just(Step::Open),
        ],
        0..40,
    )
}

/// Byte positions where characters begin, and the end.
fn borders(history: &History) -> Vec<u32> {
    let text = String::from_utf8(history.text()).unwrap();
    text.char_indices()
        .map(|(at, _)| at as u32)
        .chain([text.len() as u32])
        .collect()
}

pub(crate) fn run(steps: &[Step]) -> History {
    let mut history = History::default();
    let mut opening = 1;
    for step in steps {
        let at = borders(&history);
        match step {
            Step::Type(n, text) if !text.is_empty() => {
                begin(&mut history, opening, ActKind::Typing, 1, None);
                let mut pos = at[n % at.len()];
                for c in text.chars() {
                    history.push(opening, pos, 0, Insert::Fresh(c.to_string().as_bytes()));
                    pos += c.len_utf8() as u32;
                }
            }
            Step::Backspace(n, count) if at.len() > 1 => {
                begin(&mut history, opening, ActKind::Delete, 1, None);
                let mut n = 1 + n % (at.len() - 1);
                for _ in 0..*count {
                    if n == 0 {
                        break;
                    }
                    history.push(opening, at[n - 1], at[n] - at[n - 1], Insert::Fresh(b""));
                    n -= 1;
                }
            }
            Step::Replace(n, del, text) => {
                begin(&mut history, opening, ActKind::Paste, 2, None);
                let n = n % at.len();
                let end = at[(n + del).min(at.len() - 1)];
                history.push(opening, at[n], end - at[n], Insert::Fresh(text.as_bytes()));
            }
            Step::Copy(from, len, to) if at.len() > 1 => {
                begin(&mut history, opening, ActKind::Paste, 3, None);
                let from = from % (at.len() - 1);
                let end = from + 1 + len % (at.len() - 1 - from);
                let runs = history.runs_in(at[from], at[end] - at[from]);
                let bytes = history.bytes_of(&runs);
                let id = history.ever() as u32;
                history.push(opening, at[to % at.len()], 0, Insert::Fresh(&bytes));
                let byte = ByteRef {
                    opening: 1,
                    seq: 0,
                    offset: 0,
                };
                let source = Source {
                    document: 4,
                    byte,
                    author: 2,
                };
                let run = Run {
                    id,
                    len: bytes.len() as u32,
                };
                history.note_copy(Copied { run, source });
            }
            Step::Toggle(n) if history.acts.len() > 0 => {
                let root = history.acts.root(*n as u32 % history.acts.len()).unwrap();
                let patches = history.toggled(root);
                let act = history.acts.get(root).unwrap();
                let kind = if act.standing {
                    ActKind::Undo
                } else {
                    ActKind::Redo
                };
                let undoes = Some((act.opening, act.number));
                let note = Note {
                    undoes,
                    ..Note::default()
                };
                begin(&mut history, opening, kind, 1, Some(note));
                apply(&mut history, opening, &patches);
            }
            Step::Restore(n) => {
                let version = *n as u32 % (history.version() + 1);
                let patches = history.patch_between(history.version(), version);
                begin(&mut history, opening, ActKind::Restore, 1, None);
                apply(&mut history, opening, &patches);
            }
            Step::Open => opening += 1,
            Step::Type(..) | Step::Backspace(..) | Step::Copy(..) | Step::Toggle(_) => {}
        }
    }
    history
}

fn apply(history: &mut History, opening: i64, patches: &[super::Patch]) {
    if patches.is_empty() {
        history.push(opening, 0, 0, Insert::Fresh(b""));
    }
    let mut shift = 0i64;
    for patch in patches {
        let back = if patch.back.is_empty() {
            Insert::Fresh(b"")
        } else {
            Insert::Back(&patch.back)
        };
        history.push(
            opening,
            (i64::from(patch.pos) + shift) as u32,
            patch.del,
            back,
        );
        shift +=
            patch.back.iter().map(|run| i64::from(run.len)).sum::<i64>() - i64::from(patch.del);
    }
}
