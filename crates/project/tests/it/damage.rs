//! Whatever bytes are changed in a project's file, it is refused, or read without a panic, and the
//! check does not call a project whole whose text can't be trusted.

use project::{Access, Batch, Change, Deed, NewGeneration, Origin, Project, Side};
use proptest::prelude::*;

use crate::bench_in::{Bench, T0, cases};

/// A closed project with something in every table, and its bytes.
fn whole() -> (Bench, Vec<u8>) {
    let mut b = Bench::new();
    let d = b.document(&"A line that was there, 水.\n".repeat(60));
    for i in 0..40u64 {
        b.paste(d, 0, if i % 3 == 2 { 2 } else { 0 }, "é");
        if i % 5 == 0 {
            b.undo(d);
        }
        b.flush();
    }
    let now = b.later(1_000);
    let new = NewGeneration {
        document: d,
        pos: 0,
        side: Side::Left,
        task: "continue".into(),
        model: "m".into(),
        model_hash: None,
        prompt: "[]".into(),
        settings: "{}".into(),
        seed: None,
        candidates: 2,
        now,
    };
    let started = b.p().start_generation(&new).unwrap();
    b.p()
        .append_to_candidate(started.candidates[0], "Fog.", now)
        .unwrap();
    let acts = b.p().acts(d).unwrap();
    b.p()
        .name_version(d, acts[3].id, Some("named"), now)
        .unwrap();
    b.p().name_project_version("all", now).unwrap();
    let clip = b.p().clip(d, 0..40).unwrap();
    let base = b.p().version(d).unwrap();
    let change = vec![Change::new(0, 0, clip.text().to_owned())];
    b.p()
        .edit(
            d,
            Batch::new(base, change, Deed::Paste, Origin::Clip(clip), now),
        )
        .unwrap();
    b.shut();
    let bytes = std::fs::read(b.path()).unwrap();
    (b, bytes)
}

/// Asks a project everything; only panics matter.
fn ask(project: &mut Project) -> bool {
    let mut fine = project
        .check()
        .is_ok_and(|report| report.problems.is_empty());
    for document in project.documents().unwrap_or_default() {
        let id = document.id;
        let text = project.text(id);
        let authors = project.authors(id);
        fine &= text.is_ok() && authors.is_ok();
        let acts = project.acts(id).unwrap_or_default();
        for act in acts.iter().take(10) {
            let _ = project.text_at(id, act.id);
            let _ = project.diff(id, act.id, acts[0].id);
        }
        let _ = project.sessions(id);
        let _ = project.anchors(id);
        let _ = project.open_candidates(id);
        let _ = project.generations(id);
        if project.access() == Access::Write {
            let base = project.version(id).unwrap_or(0);
            let _ = project.edit(id, Batch::typing(base, 0, "x", T0));
            let _ = project.undo(id, T0);
            let _ = project.undo(id, T0);
            if let Some(act) = acts.first() {
                let _ = project.restore(id, act.id, T0);
            }
        }
    }
    let _ = project.project_versions();
    let _ = project.binder_undo(T0);
    let _ = project.flush(T0);
    fine
}

#[test]
fn a_project_that_is_whole_is_called_so() {
    let (mut b, _) = whole();
    b.open();
    assert!(ask(b.p()));
}

#[test]
fn any_damage_is_refused_or_read_without_a_panic() {
    let (b, bytes) = whole();
    let hits = || proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6);
    let cases = ProptestConfig {
        cases: cases(160),
        failure_persistence: None,
        ..Default::default()
    };
    proptest!(cases, |(hits in hits(), cut in proptest::option::weighted(0.1, any::<prop::sample::Index>()))| {
        let mut damaged = bytes.clone();
        for (at, byte) in hits {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        if let Some(cut) = cut {
            damaged.truncate(cut.index(damaged.len()));
        }
        for access in [Access::Read, Access::Write] {
            std::fs::write(b.path(), &damaged).unwrap();
            if let Ok(mut project) = Project::open(&b.path(), None, access) {
                ask(&mut project);
            }
            for name in ["-wal", "-shm", "-journal"] {
                let mut path = b.path().into_os_string();
                path.push(name);
                let _ = std::fs::remove_file(path);
            }
        }
    });
}
