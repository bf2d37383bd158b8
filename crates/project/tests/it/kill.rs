//! `kill -9` in the middle of work: at most the last half second is lost, and nothing is broken.
//!
//! The child works on a clock of its own, 50 ms a step without waiting, so that a kill after some
//! real milliseconds hits edits, saves, packing and the moments between as they come.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use project::{
    Access, Batch, CandidateId, CandidateState, Change, Craft, Deed, DocumentId, NewDocument,
    NewGeneration, NewProject, Origin, Project, Side,
};

use crate::bench_in::T0;

const STEP: i64 = 50;
const CHILD: &str = "PALIMPSEST_KILL_CHILD";

/// A small generator of its own: the same numbers for the same seed, for ever.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below.max(1)
    }
}

fn letter(n: usize) -> char {
    ['F', 'o', 'g', ' ', 'é', '水', '\n'][n % 7]
}

fn line_of_letters(n: usize) -> String {
    (0..n).map(letter).collect()
}

fn make(path: &Path) {
    let new = NewProject {
        title: "Quay".into(),
        language: "en".into(),
        now: T0,
    };
    let mut project = Project::create(path, &new, None).unwrap();
    for title in ["typed", "worked", "drafted"] {
        let new = NewDocument {
            craft: Craft::Notes,
            title: title.into(),
            folder: String::new(),
            text: if title == "worked" {
                "A line that was there.\n".repeat(40)
            } else {
                String::new()
            },
            origin: Origin::Person,
            now: T0,
        };
        project.create_document(new).unwrap();
    }
    project.close(T0).map_err(|(_, error)| error).unwrap();
}

fn document(project: &mut Project, title: &str) -> DocumentId {
    project.documents_titled(title).unwrap()[0].id
}

fn draft(project: &mut Project, now: i64) -> CandidateId {
    let document = document(project, "drafted");
    if let Some(open) = project.open_candidates(document).unwrap().first() {
        return open.id;
    }
    let new = NewGeneration {
        document,
        pos: 0,
        side: Side::Left,
        task: "continue".into(),
        model: "test".into(),
        model_hash: None,
        prompt: "[]".into(),
        settings: "{}".into(),
        seed: Some(1),
        candidates: 1,
        now,
    };
    project.start_generation(&new).unwrap().candidates[0]
}

fn edit(project: &mut Project, id: DocumentId, change: Change, deed: Deed, now: i64) {
    let base = project.version(id).unwrap();
    project
        .edit(
            id,
            Batch::new(base, vec![change], deed, Origin::Person, now),
        )
        .unwrap();
}

/// What the child does for ever: types into one document, does all sorts of things to another,
/// streams a candidate for a third. Says after each step what it did and what is saved.
fn work(path: &Path) {
    let mut project = Project::open(path, None, Access::Write).unwrap();
    let (typed, worked) = (
        document(&mut project, "typed"),
        document(&mut project, "worked"),
    );
    let mut now = T0 + 1_000 * i64::from(std::process::id());
    let candidate = draft(&mut project, now);
    let mut n = project.text(typed).unwrap().chars().count();
    let mut streamed = project.candidate(candidate).unwrap().text.chars().count();
    let (mut saved, mut saved_stream) = (n, streamed);
    let mut dice = Dice(0x9E37_79B9 ^ u64::from(std::process::id()));
    let mut out = std::io::stdout().lock();
    loop {
        now += STEP;
        let end = project.text(typed).unwrap().len() as u64;
        edit(
            &mut project,
            typed,
            Change::new(end, 0, letter(n)),
            Deed::Typing,
            now,
        );
        n += 1;
        project
            .append_to_candidate(candidate, &letter(streamed).to_string(), now)
            .unwrap();
        streamed += 1;
        let text = project.text(worked).unwrap();
        match dice.roll(10) {
            0 => drop(project.undo(worked, now).unwrap()),
            1 => drop(project.redo(worked, now).unwrap()),
            2 if text.len() > 400 => {
                let pos = dice.roll(text.len() as u64 - 200);
                edit(
                    &mut project,
                    worked,
                    Change::new(pos, dice.roll(120), ""),
                    Deed::Cut,
                    now,
                );
            }
            3 => {
                let acts = project.acts(worked).unwrap();
                let act = acts[dice.roll(acts.len() as u64) as usize].id;
                if dice.roll(20) == 0 {
                    project.restore(worked, act, now).unwrap();
                }
            }
            _ => {
                let pos = dice.roll(text.len() as u64 + 1);
                let text = "words and words ".repeat(1 + dice.roll(4) as usize);
                edit(
                    &mut project,
                    worked,
                    Change::new(pos, 0, text),
                    Deed::Paste,
                    now,
                );
            }
        }
        if project
            .next_deadline()
            .is_some_and(|deadline| deadline <= now)
        {
            project.flush(now).unwrap();
            (saved, saved_stream) = (n, streamed);
        }
        writeln!(out, "step {n} {saved} {streamed} {saved_stream}").unwrap();
        out.flush().unwrap();
    }
}

/// Not a test but the child of the next one; by itself it does nothing.
#[test]
fn child() {
    if let Some(path) = std::env::var_os(CHILD) {
        work(Path::new(&path));
    }
}

#[test]
fn a_kill_at_any_moment_loses_at_most_half_a_second_and_breaks_nothing() {
    let kills: u64 = std::env::var("PALIMPSEST_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(100);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Quay.palimpsest");
    make(&path);
    let mut dice = Dice(5);
    let (mut edits, mut ahead) = (0, 0);
    for _ in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["kill::child", "--exact", "--nocapture"])
            .env(CHILD, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // the clock runs from the first step, whatever starting took
        let mut last = [0usize; 4];
        let mut read = |line: &str| {
            let numbers = line
                .strip_prefix("step ")?
                .split(' ')
                .map(|n| n.parse().ok());
            let numbers: Vec<usize> = numbers.collect::<Option<_>>()?;
            last = numbers.try_into().ok()?;
            Some(())
        };
        while lines
            .next()
            .is_some_and(|line| read(&line.unwrap()).is_none())
        {}
        let until = Instant::now() + Duration::from_micros(dice.roll(60_000));
        while Instant::now() < until {
            match lines.next() {
                Some(line) => drop(read(&line.unwrap())),
                None => panic!("the child ended by itself"),
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            let _ = read(&line);
        }
        let [typed, saved, streamed, saved_stream] = last;

        let mut project = Project::open(&path, None, Access::Write).unwrap();
        let report = project.check().unwrap();
        assert_eq!(report.problems, [], "after a kill");
        edits = report.edits;
        let id = document(&mut project, "typed");
        let text = project.text(id).unwrap();
        let on_disk = text.chars().count();
        assert_eq!(text, line_of_letters(on_disk));
        assert!(
            on_disk >= saved,
            "{saved} were said to be saved, {on_disk} are there"
        );
        let lost = typed.saturating_sub(on_disk);
        assert!(
            lost as i64 * STEP <= 500,
            "{lost} steps of {STEP} ms are lost"
        );
        ahead += usize::from(on_disk > saved);
        let id = document(&mut project, "drafted");
        let candidate = &project.open_candidates(id).unwrap()[0];
        let came = candidate.text.chars().count();
        assert_eq!(candidate.text, line_of_letters(came));
        assert!(came >= saved_stream && (streamed.saturating_sub(came)) as i64 * STEP <= 500);
        assert_eq!(candidate.state, CandidateState::Stopped);
        // half of the time the next child finds what a kill left, not what a close did
        if dice.roll(2) == 0 {
            drop(project);
        } else {
            project.close(T0).map_err(|(_, error)| error).unwrap();
        }
    }
    eprintln!("{kills} kills, {edits} edits in the end, {ahead} times more was saved than said");
}
