//! Generations and candidates: kept, anchored, taken from, taken back.

use project::{
    Author, Batch, CandidateId, CandidateState, Change, Deed, DocumentId, Error, NewGeneration,
    Origin, Outcome, Side, Started,
};

use crate::bench_in::Bench;

fn start(b: &mut Bench, document: DocumentId, pos: u64, candidates: u32) -> Started {
    let now = b.later(5_000);
    let new = NewGeneration {
        document,
        pos,
        side: Side::Right,
        task: "continue".into(),
        model: "SmolLM2".into(),
        model_hash: Some("b179".into()),
        prompt: r#"[{"part":"near","text":"EXT. QUAY"}]"#.into(),
        settings: r#"{"temperature":0.8}"#.into(),
        seed: Some(u64::MAX),
        candidates,
        now,
    };
    b.p().start_generation(&new).unwrap()
}

fn stream(b: &mut Bench, candidate: CandidateId, text: &str) {
    for word in text.split_inclusive(' ') {
        let now = b.later(50);
        b.p().append_to_candidate(candidate, word, now).unwrap();
    }
}

fn take(
    b: &mut Bench,
    started: &Started,
    document: DocumentId,
    k: usize,
    at: u64,
    from: u64,
    to: u64,
) {
    let candidate = b.p().candidate(started.candidates[k]).unwrap();
    let text = &candidate.text[from as usize..to as usize];
    let (now, base) = (b.later(2_000), b.p().version(document).unwrap());
    let change = vec![Change::new(at, 0, text)];
    let deed = Deed::Accept {
        candidate: candidate.id,
        taken: from..to,
    };
    let batch = Batch::new(base, change, deed, Origin::Generation(started.id), now);
    b.p().edit(document, batch).unwrap();
}

#[test]
fn what_came_is_kept_when_the_window_closes_while_it_streams() {
    let mut b = Bench::new();
    let d = b.document("EXT. QUAY\n");
    let started = start(&mut b, d, 10, 3);
    stream(&mut b, started.candidates[1], "Fog rolls in. ");
    b.restart();
    let open = b.p().open_candidates(d).unwrap();
    assert_eq!(open.len(), 3);
    assert_eq!(open[1].id, started.candidates[1]);
    assert_eq!(open[1].text, "Fog rolls in. ");
    assert_eq!(open[1].state, CandidateState::Stopped, "the program ended");
    assert_eq!(open[1].anchor.as_ref().unwrap().pos, 10);
    let generation = b.p().generation(started.id).unwrap();
    assert_eq!(generation.seed, Some(u64::MAX));
    assert_eq!(generation.model_hash.as_deref(), Some("b179"));
    assert_eq!(generation.prompt, r#"[{"part":"near","text":"EXT. QUAY"}]"#);
    assert_eq!(generation.candidates, open);
    assert_eq!(b.p().generations(d).unwrap(), [generation]);
}

#[test]
fn a_piece_taken_is_the_models_text_and_one_undo_step() {
    let mut b = Bench::new();
    let d = b.document("EXT. QUAY\n");
    let started = start(&mut b, d, 10, 2);
    stream(
        &mut b,
        started.candidates[1],
        "Fog rolls in.\nA gull cries.\n",
    );
    let now = b.later(10);
    b.p()
        .finish_candidate(started.candidates[1], CandidateState::Ready, now)
        .unwrap();
    take(&mut b, &started, d, 1, 10, 0, 14);
    assert_eq!(b.text(d), "EXT. QUAY\nFog rolls in.\n");
    let candidate = b.p().candidate(started.candidates[1]).unwrap();
    assert_eq!((candidate.outcome, candidate.open), (Outcome::Partly, true));
    let end = b.text(d).len() as u64;
    assert_eq!(
        candidate.anchor.unwrap().pos,
        end,
        "the next piece goes behind the first"
    );
    take(&mut b, &started, d, 1, end, 14, 28);
    let candidate = b.p().candidate(started.candidates[1]).unwrap();
    assert_eq!((candidate.outcome, candidate.open), (Outcome::Taken, false));
    assert_eq!(candidate.taken, [0..14, 14..28]);
    b.restart();
    let model = Author::Generation {
        id: started.id,
        model: "SmolLM2".into(),
    };
    let mara = Author::Person {
        name: "Mara".into(),
    };
    assert_eq!(
        b.p().authors(d).unwrap(),
        [(0..10, mara), (10..38, model.clone())]
    );
    let shares = b.p().shares(d).unwrap();
    assert_eq!((shares[1].author.clone(), shares[1].chars), (model, 28));
    b.undo(d);
    assert_eq!(b.text(d), "EXT. QUAY\nFog rolls in.\n");
    let candidate = b.p().candidate(started.candidates[1]).unwrap();
    assert_eq!(
        (candidate.outcome, candidate.open),
        (Outcome::Partly, true),
        "it is back"
    );
    assert_eq!((candidate.taken.len(), &candidate.taken[0]), (1, &(0..14)));
    assert_eq!(b.p().open_candidates(d).unwrap().len(), 2);
    b.redo(d);
    b.restart();
    let candidate = b.p().candidate(started.candidates[1]).unwrap();
    assert_eq!((candidate.outcome, candidate.open), (Outcome::Taken, false));
    assert_eq!(b.p().check().unwrap().problems, []);
}

#[test]
fn a_candidate_whose_place_is_deleted_stays_in_the_list_marked() {
    let mut b = Bench::new();
    let d = b.document("EXT. QUAY\n\nFog.\n");
    let started = start(&mut b, d, 16, 1);
    stream(&mut b, started.candidates[0], "A gull.");
    b.paste(d, 0, 16, "");
    let anchor = b.p().open_candidates(d).unwrap()[0].anchor.clone().unwrap();
    assert_eq!((anchor.pos, anchor.deleted), (0, true));
    b.undo(d);
    let anchor = b.p().open_candidates(d).unwrap()[0].anchor.clone().unwrap();
    assert_eq!((anchor.pos, anchor.deleted), (16, false));
}

#[test]
fn a_dismissed_candidate_is_kept_and_not_open() {
    let mut b = Bench::new();
    let d = b.document("x");
    let started = start(&mut b, d, 1, 2);
    let now = b.later(10);
    b.p().dismiss_candidate(started.candidates[0], now).unwrap();
    b.restart();
    assert_eq!(b.p().open_candidates(d).unwrap().len(), 1);
    let candidate = b.p().candidate(started.candidates[0]).unwrap();
    assert_eq!(
        (candidate.outcome, candidate.open),
        (Outcome::Dismissed, false)
    );
}

#[test]
fn a_range_that_is_not_in_the_candidate_is_refused() {
    let mut b = Bench::new();
    let d = b.document("");
    let started = start(&mut b, d, 0, 1);
    stream(&mut b, started.candidates[0], "水");
    for taken in [0..4, 0..1, 4..5] {
        let base = b.p().version(d).unwrap();
        let deed = Deed::Accept {
            candidate: started.candidates[0],
            taken,
        };
        let change = vec![Change::new(0, 0, "水")];
        let batch = Batch::new(base, change, deed, Origin::Generation(started.id), 0);
        let refused = b.p().edit(d, batch);
        assert!(
            matches!(refused, Err(Error::NotInCandidate { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(b.text(d), "");
}

#[test]
fn a_retracted_candidate_is_empty_unless_a_part_of_it_was_taken() {
    let mut b = Bench::new();
    let d = b.document("");
    let started = start(&mut b, d, 0, 2);
    for &candidate in &started.candidates {
        stream(&mut b, candidate, "Hmm, the user wants fog. ");
    }
    take(&mut b, &started, d, 1, 0, 0, 4);
    let now = b.later(10);
    for &candidate in &started.candidates {
        b.p().retract_candidate(candidate, now).unwrap();
    }
    b.restart();
    let text = |b: &mut Bench, k: usize| b.p().candidate(started.candidates[k]).unwrap().text;
    assert_eq!(text(&mut b, 0), "");
    assert_eq!(text(&mut b, 1), "Hmm, the user wants fog. ");
}
