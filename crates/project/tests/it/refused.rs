//! What can't be opened or saved says what it is, and is as it was.

use std::path::Path;

use project::{
    Access, Batch, Change, CopyError, Damage, Deed, Error, Key, NewProject, OpenError, Origin,
    Project,
};

use crate::bench_in::{Bench, T0, contents};

fn new() -> NewProject {
    NewProject {
        title: "Quay".into(),
        language: "en".into(),
        now: T0,
    }
}

/// Opens `path` both ways; what is in its folder must be as before.
#[track_caller]
fn refused(path: &Path, key: Option<&Key>) -> [OpenError; 2] {
    let before = contents(path.parent().unwrap());
    let errors = [Access::Write, Access::Read].map(|access| {
        Project::open(path, key.cloned(), access)
            .map(|_| ())
            .unwrap_err()
    });
    assert_eq!(
        contents(path.parent().unwrap()),
        before,
        "opening changed something"
    );
    errors
}

#[test]
fn what_is_not_there_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    for error in refused(&folder.path().join("No.palimpsest"), None) {
        assert!(matches!(error, OpenError::NotFound { .. }), "{error:?}");
    }
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    for error in refused(&folder.path().join("folder"), None) {
        assert!(
            matches!(error, OpenError::NotAProjectOrLocked),
            "a folder: {error:?}"
        );
    }
}

#[test]
fn another_kind_of_file_is_not_a_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("A.palimpsest");
    let foreign = {
        let path = folder.path().join("foreign");
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            .unwrap();
        drop(connection);
        std::fs::read(&path).unwrap()
    };
    let long = b"INT. QUAY - NIGHT\n\nFog.\n".repeat(500);
    for bytes in [
        &b""[..],
        b"SQLite format 3\0",
        b"hello",
        &long,
        &foreign,
        &[0; 5_000],
    ] {
        std::fs::write(&path, bytes).unwrap();
        for error in refused(&path, None) {
            assert!(matches!(error, OpenError::NotAProjectOrLocked), "{error:?}");
        }
    }
}

#[test]
fn a_project_under_a_key_opens_with_that_key_only() {
    for key in [Key::Raw([7; 32]), Key::Passphrase("it's \"fog\" 水".into())] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("A.palimpsest");
        let mut project = Project::create(&path, &new(), Some(key.clone())).unwrap();
        let document = project
            .create_document(project::NewDocument {
                craft: project::Craft::Notes,
                title: "A".into(),
                folder: String::new(),
                text: "unmistakable words".into(),
                origin: Origin::Person,
                now: T0,
            })
            .unwrap();
        let copy = folder.path().join("Copy.palimpsest");
        project.save_copy(&copy, T0).unwrap();
        project.close(T0).map_err(|(_, error)| error).unwrap();
        for path in [&path, &copy] {
            let bytes = std::fs::read(path).unwrap();
            let found = bytes.windows(12).any(|window| window == b"unmistakable");
            assert!(!found, "the text stands in plain");
            for wrong in [
                None,
                Some(Key::Raw([8; 32])),
                Some(Key::Passphrase("fog".into())),
            ] {
                for error in refused(path, wrong.as_ref()) {
                    assert!(matches!(error, OpenError::NotAProjectOrLocked), "{error:?}");
                }
            }
            let mut again = Project::open(path, Some(key.clone()), Access::Write).unwrap();
            assert_eq!(again.text(document).unwrap(), "unmistakable words");
            assert!(again.check().unwrap().problems.is_empty());
        }
        assert!(!format!("{key:?}").contains("fog"));
    }
}

#[test]
fn a_project_of_a_newer_program_is_told_by_what_it_needs() {
    let mut b = Bench::new();
    b.document("x");
    b.shut();
    let set = |sql: &str| {
        let connection = rusqlite::Connection::open(b.path()).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    set("PRAGMA user_version = 9; UPDATE project SET min_writer = 9, min_reader = 9");
    for error in refused(&b.path(), None) {
        assert!(
            matches!(error, OpenError::NewerThanProgram { needs: 9 }),
            "{error:?}"
        );
    }
    set("UPDATE project SET min_reader = 1");
    let before = std::fs::read(b.path()).unwrap();
    let write = Project::open(&b.path(), None, Access::Write).map(|_| ());
    assert!(
        matches!(write, Err(OpenError::NewerThanProgram { needs: 9 })),
        "{write:?}"
    );
    Project::open(&b.path(), None, Access::Read).unwrap();
    assert_eq!(std::fs::read(b.path()).unwrap(), before);
    set("UPDATE project SET min_writer = 1; ALTER TABLE document ADD COLUMN mood TEXT");
    let mut newer = Project::open(&b.path(), None, Access::Write).unwrap();
    newer.set_title("Still writable").unwrap();
}

#[test]
fn an_open_project_is_locked_by_its_process() {
    let mut b = Bench::new();
    let error = Project::open(&b.path(), None, Access::Write)
        .map(|_| ())
        .unwrap_err();
    let pid = std::process::id();
    assert!(
        matches!(error, OpenError::LockedBy { pid: Some(p) } if p == pid),
        "{error:?}"
    );
    b.shut();
    Project::open(&b.path(), None, Access::Write).unwrap();
    assert_eq!(
        contents(b.folder.path()).len(),
        1,
        "no lock, no log is left"
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_an_open_project_is_locked_too() {
    let b = Bench::new();
    let link = b.folder.path().join("Link.palimpsest");
    std::os::unix::fs::symlink(b.path(), &link).unwrap();
    let error = Project::open(&link, None, Access::Write)
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, OpenError::LockedBy { .. }), "{error:?}");
}

#[test]
fn a_project_that_is_dropped_still_writes_what_it_has() {
    let mut b = Bench::new();
    let d = b.document("one");
    b.paste(d, 3, 0, " two");
    b.forget();
    b.open();
    assert_eq!(b.text(d), "one two");
}

#[test]
fn a_file_marked_read_only_is_refused_for_writing_and_opens_for_reading() {
    let mut b = Bench::new();
    let d = b.document("kept");
    b.shut();
    let mut permissions = std::fs::metadata(b.path()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(b.path(), permissions).unwrap();
    let before = contents(b.folder.path());
    let error = Project::open(&b.path(), None, Access::Write)
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly), "{error:?}");
    let mut reader = Project::open(&b.path(), None, Access::Read).unwrap();
    assert_eq!(reader.text(d).unwrap(), "kept");
    drop(reader);
    assert_eq!(contents(b.folder.path()), before);
}

#[test]
fn a_damaged_file_says_so_and_is_not_touched() {
    let mut b = Bench::new();
    b.document(&"A line of text that fills pages.\n".repeat(3_000));
    b.shut();
    let whole = std::fs::read(b.path()).unwrap();
    let half = whole[..whole.len() / 2 / 4096 * 4096].to_vec();
    let mut holed = whole.clone();
    holed[8_192..whole.len() - 4_096].fill(0xA5);
    for bytes in [half, holed] {
        std::fs::write(b.path(), bytes).unwrap();
        for error in refused(&b.path(), None) {
            let damaged = matches!(
                error,
                OpenError::Damaged {
                    what: Damage::Database
                }
            );
            assert!(damaged, "{error:?}");
        }
    }
}

#[test]
fn a_damaged_history_leaves_the_text_readable_and_is_found_by_the_check() {
    let mut b = Bench::new();
    let d = b.document("The text is whole.\n");
    b.shut();
    let connection = rusqlite::Connection::open(b.path()).unwrap();
    connection
        .execute_batch("UPDATE tail SET data = x'01000000000100'")
        .unwrap();
    drop(connection);
    b.open();
    assert_eq!(b.text(d), "The text is whole.\n");
    let batch = Batch::typing(1, 0, "x", T0);
    let refused = b.p().edit(d, batch);
    assert!(
        matches!(refused, Err(Error::Damaged(Damage::History { document })) if document == d),
        "{refused:?}"
    );
    let problems = b.p().check().unwrap().problems;
    assert_eq!(problems, [project::Problem::History { document: d }]);
}

#[test]
fn text_changed_by_another_program_becomes_a_version_and_the_history_counts() {
    let mut b = Bench::new();
    let d = b.document("as it was written");
    b.shut();
    let connection = rusqlite::Connection::open(b.path()).unwrap();
    connection
        .execute_batch("UPDATE text_piece SET text = 'as another wrote it'")
        .unwrap();
    drop(connection);
    b.open();
    assert!(!b.p().check().unwrap().problems.is_empty());
    let acts = b.p().acts(d).unwrap();
    assert_eq!(b.text(d), "as it was written");
    assert_eq!(b.p().text_at(d, acts[1].id).unwrap(), "as another wrote it");
    b.flush();
    assert_eq!(b.p().check().unwrap().problems, []);
}

#[test]
fn a_project_is_not_made_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("A.palimpsest");
    std::fs::write(&path, "mine").unwrap();
    let error = Project::create(&path, &new(), None)
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, OpenError::AlreadyThere { .. }), "{error:?}");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    assert_eq!(contents(folder.path()).len(), 1);
    let nowhere = folder.path().join("none/A.palimpsest");
    let error = Project::create(&nowhere, &new(), None)
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, OpenError::NotFound { .. }), "{error:?}");
}

#[test]
fn a_copy_is_whole_and_is_never_made_over_a_file() {
    let mut b = Bench::new();
    let d = b.document("one");
    b.paste(d, 3, 0, " two"); // not flushed
    let copy = b.folder.path().join("Copy.palimpsest");
    let now = b.now;
    b.p().save_copy(&copy, now).unwrap();
    let over = b.p().save_copy(&copy, now).unwrap_err();
    assert!(matches!(over, CopyError::AlreadyThere { .. }));
    let own = b.path();
    assert!(matches!(
        b.p().save_copy(&own, now),
        Err(CopyError::AlreadyThere { .. })
    ));
    let mut copied = Project::open(&copy, None, Access::Write).unwrap();
    assert_eq!(copied.text(d).unwrap(), "one two");
    assert!(copied.check().unwrap().problems.is_empty());
    assert!(copied.undo(d, now).unwrap().is_some());
}

#[test]
fn backups_take_turns() {
    let mut b = Bench::new();
    let d = b.document("one");
    let folder = b.folder.path().join("backups");
    let mut last = None;
    for _ in 0..5 {
        b.paste(d, 0, 0, "x");
        let now = b.later(1_000);
        last = Some(b.p().back_up(&folder, 3, now).unwrap());
    }
    assert_eq!(contents(&folder).len(), 3);
    let mut backup = Project::open(&last.unwrap(), None, Access::Read).unwrap();
    assert_eq!(backup.text(d).unwrap(), "xxxxxone");
}

#[test]
fn closing_empties_the_log_even_while_somebody_reads() {
    let mut b = Bench::new();
    let d = b.document("one");
    b.paste(d, 3, 0, " two");
    b.flush();
    let mut reader = Project::open(&b.path(), None, Access::Read).unwrap();
    assert_eq!(reader.text(d).unwrap(), "one two");
    b.shut();
    let log = contents(b.folder.path())
        .into_iter()
        .find(|(name, ..)| name.ends_with("-wal"));
    assert_eq!(log.map(|(_, len, _)| len), Some(0));
    assert_eq!(reader.text(d).unwrap(), "one two");
}

#[test]
fn a_log_left_by_a_killed_program_is_read() {
    let mut b = Bench::new();
    let d = b.document("one");
    b.paste(d, 3, 0, " two");
    b.flush();
    // what a kill leaves: the file and its log as they are in the middle of work
    let crashed = tempfile::tempdir().unwrap();
    for (name, ..) in contents(b.folder.path()) {
        std::fs::copy(b.folder.path().join(&name), crashed.path().join(&name)).unwrap();
    }
    let mut project =
        Project::open(&crashed.path().join("Quay.palimpsest"), None, Access::Write).unwrap();
    assert_eq!(project.text(d).unwrap(), "one two");
    assert!(project.check().unwrap().problems.is_empty());
    let change = Change::new(0, 0, "zero ");
    let base = project.version(d).unwrap();
    project
        .edit(
            d,
            Batch::new(base, vec![change], Deed::Paste, Origin::Person, T0),
        )
        .unwrap();
    project.close(T0).map_err(|(_, error)| error).unwrap();
}
