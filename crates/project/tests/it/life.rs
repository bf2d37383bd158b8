//! Examples of a writer's day, in order.

use project::{Access, Author, Batch, Change, Deed, Error, Origin, Project, Selection, Side};

use crate::bench_in::Bench;

#[test]
fn text_typed_is_there_after_a_restart_and_undo_still_works() {
    let mut b = Bench::new();
    let d = b.document("EXT. QUAY\n");
    b.type_in(d, 10, "Fog over 水.");
    assert_eq!(b.text(d), "EXT. QUAY\nFog over 水.");
    assert!(b.p().next_deadline().is_some());
    b.flush();
    assert!(b.p().next_deadline().is_none());
    b.restart();
    assert_eq!(b.text(d), "EXT. QUAY\nFog over 水.");
    let applied = b.undo(d).unwrap();
    assert_eq!(b.text(d), "EXT. QUAY\n");
    assert_eq!(applied.changes, [Change::new(10, 13, "")]);
    assert_eq!(applied.selection, Selection::caret(10));
    b.restart();
    let applied = b.redo(d).unwrap();
    assert_eq!(b.text(d), "EXT. QUAY\nFog over 水.");
    assert_eq!(applied.selection, Selection::caret(23));
    assert_eq!(b.undo(d).map(|_| b.text(d)).as_deref(), Some("EXT. QUAY\n"));
    assert_eq!(
        b.undo(d),
        None,
        "the text that a document began with is not for the undo key"
    );
}

#[test]
fn a_typing_act_ends_at_a_pause_a_jump_a_new_line_200_characters_and_a_change_of_kind() {
    let acts = |steps: &[(u64, u64, &str, i64)]| {
        let mut b = Bench::new();
        let d = b.document("0123456789\n");
        let mut ids = Vec::new();
        for &(pos, del, text, wait) in steps {
            let now = b.later(wait);
            let base = b.p().version(d).unwrap();
            let deed = if text.is_empty() {
                Deed::Delete
            } else {
                Deed::Typing
            };
            let change = vec![Change::new(pos, del, text)];
            let batch = Batch::new(base, change, deed, Origin::Person, now);
            ids.push(b.p().edit(d, batch).unwrap().act.unwrap());
        }
        ids.dedup();
        ids.len()
    };
    assert_eq!(
        acts(&[(3, 0, "a", 100), (4, 0, "b", 1_000), (5, 0, "c", 100)]),
        1
    );
    assert_eq!(acts(&[(3, 0, "a", 100), (4, 0, "b", 1_001)]), 2, "pause");
    assert_eq!(acts(&[(3, 0, "a", 100), (5, 0, "b", 100)]), 2, "jump");
    assert_eq!(
        acts(&[(3, 0, "a", 100), (4, 0, "\n", 100), (5, 0, "b", 100)]),
        2,
        "new line"
    );
    assert_eq!(acts(&[(3, 0, "a", 100), (3, 1, "", 100)]), 2, "kind");
    assert_eq!(
        acts(&[(5, 1, "", 100), (4, 1, "", 100), (3, 1, "", 100)]),
        1,
        "backspaces"
    );
    assert_eq!(
        acts(&[(5, 1, "", 100), (5, 1, "", 100)]),
        1,
        "forward deletes"
    );
    let long: Vec<(u64, u64, &str, i64)> = (0..201).map(|i| (i, 0, "x", 10)).collect();
    assert_eq!(acts(&long[..200]), 1, "200 characters");
    assert_eq!(acts(&long), 2, "201 characters");
}

#[test]
fn batches_of_one_group_are_one_act() {
    let mut b = Bench::new();
    let d = b.document("");
    for (pos, del, text) in [(0, 0, "n"), (0, 1, "ni"), (0, 2, "你")] {
        let now = b.later(5_000);
        let base = b.p().version(d).unwrap();
        let change = vec![Change::new(pos, del, text)];
        let mut batch = Batch::new(base, change, Deed::Composition, Origin::Person, now);
        batch.group = Some(7);
        b.p().edit(d, batch).unwrap();
    }
    assert_eq!(b.text(d), "你");
    b.undo(d);
    assert_eq!(b.text(d), "");
}

#[test]
fn a_replace_all_is_one_step_and_its_selection_comes_back() {
    let mut b = Bench::new();
    let d = b.document("tea and tea and tea");
    let now = b.later(5_000);
    let changes = [0, 8, 16].map(|pos| Change::new(pos, 3, "coffee")).to_vec();
    let base = b.p().version(d).unwrap();
    let mut batch = Batch::new(base, changes, Deed::ReplaceAll, Origin::Person, now);
    batch.before = Some(Selection {
        anchor: 8,
        head: 11,
    });
    b.p().edit(d, batch).unwrap();
    assert_eq!(b.text(d), "coffee and coffee and coffee");
    b.restart();
    let undone = b.undo(d).unwrap();
    assert_eq!(b.text(d), "tea and tea and tea");
    assert_eq!(
        undone.selection,
        Selection {
            anchor: 8,
            head: 11
        }
    );
    assert_eq!(
        Change::apply(&undone.changes, "coffee and coffee and coffee").unwrap(),
        b.text(d)
    );
}

#[test]
fn an_edit_that_does_not_fit_changes_nothing() {
    let mut b = Bench::new();
    let d = b.document("aé\n");
    let base = b.p().version(d).unwrap();
    let mut refused = |base, changes: Vec<Change>| {
        let batch = Batch::new(base, changes, Deed::Paste, Origin::Person, 0);
        b.p().edit(d, batch).unwrap_err()
    };
    assert!(matches!(
        refused(base + 1, vec![]),
        Error::StaleVersion { .. }
    ));
    assert!(matches!(
        refused(base, vec![Change::new(2, 0, "x")]),
        Error::NotABoundary { pos: 2 }
    ));
    assert!(matches!(
        refused(base, vec![Change::new(1, 1, "")]),
        Error::NotABoundary { pos: 2 }
    ));
    assert!(matches!(
        refused(base, vec![Change::new(4, 1, "")]),
        Error::OutOfBounds { .. }
    ));
    assert!(matches!(
        refused(base, vec![Change::new(u64::MAX, 1, "")]),
        Error::OutOfBounds { .. }
    ));
    let twice = vec![Change::new(1, 2, "x"), Change::new(0, 1, "y")];
    assert!(matches!(refused(base, twice), Error::Disorder { pos: 0 }));
    assert!(matches!(
        refused(base, vec![Change::new(0, 0, "a\r\n")]),
        Error::CarriageReturn
    ));
    assert_eq!(b.text(d), "aé\n");
    assert_eq!(b.p().version(d).unwrap(), base);
    assert!(b.p().is_saved());
}

#[test]
fn undoing_an_act_after_many_later_edits_takes_only_that_act_back() {
    let mut b = Bench::new();
    let d = b.document("The harbour sleeps. A gull.\n");
    let draft = b
        .paste(d, 20, 0, "The model adds a whole line here. ")
        .act
        .unwrap();
    let mut expect = "The harbour sleeps. A gull.\n".to_owned();
    for i in 0..1_000u64 {
        let end = b.text(d).len() as u64;
        b.paste(d, if i % 2 == 0 { 0 } else { end }, 0, "x");
        if i % 2 == 0 {
            expect.insert(0, 'x')
        } else {
            expect.push('x')
        }
    }
    b.restart();
    let now = b.later(1);
    b.p().undo_act(d, draft, now).unwrap();
    assert_eq!(b.text(d), expect);
    b.p().undo_act(d, draft, now).unwrap();
    assert!(b.text(d).contains("The model adds a whole line here. "));
}

#[test]
fn a_byte_comes_back_only_if_the_act_that_wrote_it_stands() {
    let mut b = Bench::new();
    let d = b.document("");
    let written = b.paste(d, 0, 0, "one two three").act.unwrap();
    let deleted = b.paste(d, 4, 4, "").act.unwrap();
    let now = b.later(1);
    b.p().undo_act(d, written, now).unwrap();
    assert_eq!(b.text(d), "");
    b.p().undo_act(d, deleted, now).unwrap();
    assert_eq!(b.text(d), "", "its writing is undone");
    b.p().undo_act(d, written, now).unwrap();
    assert_eq!(b.text(d), "one two three");
}

#[test]
fn what_was_deleted_in_two_acts_comes_back_in_its_old_order_whichever_is_undone_first() {
    let mut b = Bench::new();
    let d = b.document("ab");
    let a = b.paste(d, 0, 1, "").act.unwrap();
    let c = b.paste(d, 0, 1, "").act.unwrap();
    let now = b.later(1);
    b.p().undo_act(d, a, now).unwrap();
    b.p().undo_act(d, c, now).unwrap();
    assert_eq!(b.text(d), "ab");
}

#[test]
fn a_second_window_reads_and_does_not_write() {
    let mut b = Bench::new();
    let d = b.document("shared");
    let mut reader = Project::open(&b.path(), None, Access::Read).unwrap();
    assert_eq!(reader.text(d).unwrap(), "shared");
    let batch = Batch::typing(1, 0, "x", 0);
    assert!(matches!(reader.edit(d, batch), Err(Error::ReadOnly)));
    b.paste(d, 6, 0, " text");
    b.flush();
    assert_eq!(
        reader.text(d).unwrap(),
        "shared text",
        "the reader follows the writer"
    );
    assert_eq!(
        reader.authors(d).unwrap(),
        [(
            0..11,
            Author::Person {
                name: "Mara".into()
            }
        )]
    );
}

#[test]
fn pasted_text_of_the_project_keeps_its_authors() {
    let mut b = Bench::new();
    let d = b.document("mine ");
    let now = b.later(1);
    let base = b.p().version(d).unwrap();
    let change = vec![Change::new(5, 0, "theirs")];
    let from = Origin::File("old.txt".into());
    b.p()
        .edit(d, Batch::new(base, change, Deed::Paste, from, now))
        .unwrap();
    let clip = b.p().clip(d, 3..8).unwrap();
    assert_eq!(clip.text(), "e the");
    let other = b.document("");
    let batch = |text: &str, clip| {
        Batch::new(
            1,
            vec![Change::new(0, 0, text)],
            Deed::Paste,
            Origin::Clip(clip),
            now,
        )
    };
    // an empty document has no edit yet
    let mut first = batch("e the", clip.clone());
    first.base = b.p().version(other).unwrap();
    b.p().edit(other, first).unwrap();
    b.restart();
    let mara = Author::Person {
        name: "Mara".into(),
    };
    let file = Author::File {
        name: "old.txt".into(),
    };
    assert_eq!(b.p().authors(other).unwrap(), [(0..2, mara), (2..5, file)]);
    let mut altered = batch("e xxx", clip);
    altered.base = b.p().version(other).unwrap();
    b.p().edit(other, altered).unwrap();
    assert_eq!(b.p().authors(other).unwrap()[0], (0..5, Author::Unknown));
}

#[test]
fn an_anchor_follows_is_marked_and_comes_back() {
    let mut b = Bench::new();
    let d = b.document("one two three");
    let now = b.now;
    let id = b.p().add_anchor(d, 7, Side::Left, "note", now).unwrap();
    b.paste(d, 0, 0, "zero ");
    assert_eq!(b.p().anchor(id).unwrap().pos, 12);
    b.paste(d, 9, 8, "");
    let anchor = b.p().anchor(id).unwrap();
    assert_eq!((anchor.pos, anchor.deleted), (9, true));
    b.restart();
    let anchor = b.p().anchor(id).unwrap();
    assert_eq!((anchor.pos, anchor.deleted), (9, true));
    b.undo(d);
    let anchor = b.p().anchor(id).unwrap();
    assert_eq!((anchor.pos, anchor.deleted), (12, false));
}

#[test]
fn a_reader_never_sees_half_a_save() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let mut b = Bench::new();
    let d = b.document("0\n");
    b.flush();
    let (path, done) = (b.path(), std::sync::Arc::new(AtomicBool::new(false)));
    let stop = done.clone();
    let reader = std::thread::Builder::new()
        .name("reader".into())
        .spawn(move || {
            let mut reads = 0;
            while !stop.load(Ordering::Relaxed) {
                let mut project = Project::open(&path, None, Access::Read).unwrap();
                for _ in 0..5 {
                    assert_eq!(project.check().unwrap().problems, []);
                    let authors = project.authors(d).unwrap();
                    assert!(authors.iter().all(|(_, author)| *author != Author::Unknown));
                    reads += 1;
                }
            }
            reads
        });
    for i in 0..300 {
        b.paste(d, 0, 0, &format!("{i} and on\n").repeat(40));
        if i % 7 == 0 {
            b.undo(d);
        }
        b.flush();
    }
    done.store(true, Ordering::Relaxed);
    assert!(reader.unwrap().join().unwrap() > 0);
}
