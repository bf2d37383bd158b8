//! The binder: order, names, trash, and its own undo.

use project::{BinderActKind, Craft, DocumentId, Error, NewDocument, Origin, Selection};

use crate::bench_in::{Bench, T0};

fn add(b: &mut Bench, title: &str) -> DocumentId {
    let now = b.later(1_000);
    let title = b.p().free_title(title);
    let new = NewDocument {
        craft: Craft::Other("opera".into()),
        title,
        folder: String::new(),
        text: "words\n".into(),
        origin: Origin::File("a.txt".into()),
        now,
    };
    b.p().create_document(new).unwrap()
}

fn titles(b: &mut Bench) -> Vec<String> {
    b.p()
        .documents()
        .unwrap()
        .into_iter()
        .map(|document| document.title)
        .collect()
}

#[test]
fn documents_are_moved_named_and_thrown_away_and_all_of_it_undone_after_a_restart() {
    let mut b = Bench::new();
    let (one, two, three) = (add(&mut b, "One"), add(&mut b, "Two"), add(&mut b, "Three"));
    let now = b.now;
    b.p().move_document(three, "Act 1", Some(one), now).unwrap();
    assert_eq!(titles(&mut b), ["Three", "One", "Two"]);
    b.p().rename_document(one, "First", now).unwrap();
    b.p().trash_document(two, now).unwrap();
    assert_eq!(titles(&mut b), ["Three", "First"]);
    assert_eq!(b.p().trash().unwrap()[0].id, two);
    assert_eq!(b.text(two), "words\n", "nothing of it is lost");
    b.restart();
    let undone = b.p().binder_undo(now).unwrap().unwrap();
    assert_eq!(
        (undone.kind, undone.documents),
        (BinderActKind::Trash, vec![two])
    );
    b.p().binder_undo(now).unwrap().unwrap();
    assert_eq!(titles(&mut b), ["Three", "One", "Two"]);
    b.restart();
    b.p().binder_undo(now).unwrap().unwrap();
    assert_eq!(titles(&mut b), ["One", "Two", "Three"]);
    assert_eq!(b.p().document(three).unwrap().folder, "");
    for _ in 0..3 {
        b.p().binder_redo(now).unwrap().unwrap();
    }
    assert_eq!(b.p().binder_redo(now).unwrap(), None);
    assert_eq!(titles(&mut b), ["Three", "First"]);
    for _ in 0..6 {
        b.p().binder_undo(now).unwrap().unwrap();
    }
    assert_eq!(b.p().binder_undo(now).unwrap(), None);
    assert!(titles(&mut b).is_empty(), "making them is undone too");
    assert_eq!(b.p().trash().unwrap().len(), 3);
}

#[test]
fn a_taken_title_gets_a_number() {
    let mut b = Bench::new();
    add(&mut b, "Song");
    add(&mut b, "Song");
    let third = add(&mut b, "Song");
    assert_eq!(titles(&mut b), ["Song", "Song (2)", "Song (3)"]);
    let now = b.now;
    b.p().trash_document(third, now).unwrap();
    assert_eq!(b.p().free_title("Song"), "Song (3)");
}

#[test]
fn moving_between_two_for_ever_finds_room() {
    let mut b = Bench::new();
    let ids: Vec<DocumentId> = ["a", "b", "c"].map(|title| add(&mut b, title)).to_vec();
    for i in 0..60 {
        let now = b.now;
        let (moved, before) = (ids[1 + i % 2], ids[2 - i % 2]);
        b.p().move_document(moved, "", Some(before), now).unwrap();
        let want = if i % 2 == 0 {
            ["a", "b", "c"]
        } else {
            ["a", "c", "b"]
        };
        assert_eq!(titles(&mut b), want, "after {i} moves");
    }
    // the first of them moved nothing
    for _ in 0..59 {
        let now = b.now;
        b.p().binder_undo(now).unwrap();
    }
    assert_eq!(titles(&mut b), ["a", "b", "c"]);
}

#[test]
fn crafts_attributes_and_carets_are_kept_whatever_they_are() {
    let mut b = Bench::new();
    let d = add(&mut b, "Aria");
    b.p()
        .set_document_attribute(d, "file.encoding", Some("gb18030"))
        .unwrap();
    b.p()
        .set_document_attribute(d, "of.another.program", Some("\u{0}水"))
        .unwrap();
    b.p().set_attribute("page", Some("a4")).unwrap();
    let caret = Selection { anchor: 1, head: 4 };
    let now = b.later(10);
    b.p().set_caret(d, caret, now).unwrap();
    assert_eq!(b.p().next_deadline(), Some(now + 500));
    b.restart();
    assert_eq!(
        b.p().document(d).unwrap().craft,
        Craft::Other("opera".into())
    );
    assert_eq!(b.p().document(d).unwrap().caret, caret);
    let attributes = b.p().document_attributes(d).unwrap();
    assert_eq!(attributes["file.encoding"], "gb18030");
    assert_eq!(attributes["of.another.program"], "\u{0}水");
    assert_eq!(b.p().attributes().unwrap()["page"], "a4");
    b.p()
        .set_document_attribute(d, "file.encoding", None)
        .unwrap();
    assert_eq!(b.p().document_attributes(d).unwrap().len(), 1);
}

#[test]
fn an_id_that_is_no_documents_is_an_error() {
    let mut b = Bench::new();
    let id = DocumentId::new(T0);
    assert!(matches!(b.p().text(id), Err(Error::NoDocument(d)) if d == id));
    assert!(matches!(
        b.p().trash_document(id, T0),
        Err(Error::NoDocument(_))
    ));
    assert!(matches!(b.p().undo(id, T0), Err(Error::NoDocument(_))));
}
