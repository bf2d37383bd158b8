//! Sessions, versions and names.

use project::{ActKind, Author, Error};

use crate::bench_in::Bench;

const HOUR: i64 = 60 * 60 * 1_000;

#[test]
fn sessions_begin_at_openings_and_long_pauses_and_say_who_wrote_how_much() {
    let mut b = Bench::new();
    let d = b.document("Begun.\n");
    b.type_in(d, 7, "水 water");
    b.later(HOUR);
    b.type_in(d, 7, "after tea ");
    b.restart();
    b.paste(d, 4, 13, ""); // "n.\nafter tea "
    b.paste(d, 4, 3, ""); // "水"
    b.undo(d);
    let sessions = b.p().sessions(d).unwrap();
    let written: Vec<u64> = sessions
        .iter()
        .map(|s| s.written.iter().map(|share| share.chars).sum())
        .collect();
    assert_eq!(written, [14, 10, 0]);
    assert_eq!(sessions[2].deleted, 14, "characters, not bytes");
    assert_eq!(
        sessions[0].written[0].author,
        Author::Person {
            name: "Mara".into()
        }
    );
    assert_eq!(
        b.p().text_at(d, sessions[0].version).unwrap(),
        "Begun.\n水 water"
    );
    assert_eq!(
        b.p().text_at(d, sessions[1].version).unwrap(),
        "Begun.\nafter tea 水 water"
    );
    let kinds: Vec<ActKind> = b.p().versions(d).unwrap().iter().map(|v| v.kind).collect();
    assert_eq!(
        kinds,
        [
            ActKind::Import,
            ActKind::Typing,
            ActKind::Typing,
            ActKind::Undo
        ]
    );
}

#[test]
fn a_named_version_is_found_and_restored_as_a_new_edit() {
    let mut b = Bench::new();
    let d = b.document("first draft");
    let act = b.paste(d, 0, 5, "second").act.unwrap();
    let now = b.now;
    b.p()
        .name_version(d, act, Some("For the producer"), now)
        .unwrap();
    b.paste(d, 6, 6, "");
    b.paste(d, 0, 0, "the ");
    b.restart();
    let named: Vec<_> = b
        .p()
        .versions(d)
        .unwrap()
        .into_iter()
        .filter(|v| v.name.is_some())
        .collect();
    assert_eq!(named[0].name.as_deref(), Some("For the producer"));
    let (id, now) = (named[0].id, b.later(1_000));
    assert_eq!(id, act);
    let restored = b.p().restore(d, id, now).unwrap();
    assert_eq!(b.text(d), "second draft");
    assert_eq!(restored.changes.len(), 2, "only the difference");
    assert_eq!(
        b.p().versions(d).unwrap().last().unwrap().kind,
        ActKind::Restore
    );
    b.undo(d);
    assert_eq!(b.text(d), "the second");
    b.p().name_version(d, act, None, now).unwrap();
    b.restart();
    assert!(
        b.p()
            .acts(d)
            .unwrap()
            .iter()
            .all(|version| version.name.is_none())
    );
}

#[test]
fn a_version_of_the_project_names_every_documents() {
    let mut b = Bench::new();
    let one = b.document("one");
    let two = b.document("two");
    let now = b.later(1_000);
    b.p().name_project_version("Read-through", now).unwrap();
    b.paste(one, 0, 3, "changed");
    b.restart();
    let versions = b.p().project_versions().unwrap();
    assert_eq!(
        (versions.len(), versions[0].name.as_str()),
        (1, "Read-through")
    );
    for (document, text) in [(one, "one"), (two, "two")] {
        let act = versions[0]
            .documents
            .iter()
            .find(|(d, _)| *d == document)
            .unwrap()
            .1;
        assert_eq!(b.p().text_at(document, act).unwrap(), text);
    }
}

#[test]
fn a_version_of_another_document_is_none_of_this_ones() {
    let mut b = Bench::new();
    let one = b.document("one");
    let two = b.document("two");
    let act = b.paste(one, 0, 0, "x").act.unwrap();
    assert!(matches!(b.p().text_at(two, act), Err(Error::NoAct(_))));
    let now = b.now;
    assert!(matches!(b.p().restore(two, act, now), Err(Error::NoAct(_))));
}
