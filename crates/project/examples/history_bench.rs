//! What a project's file costs: size, opening, saving, any version, pastes, late undo, 500 documents.
//!
//! `cargo run --release -p project --example history_bench [full|small]`. The work is a
//! seeded program that writes "The Long Haul" with single characters, typing errors taken back,
//! pieces moved away and back, drafts of 200 bytes by a model, and carets that jump.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and ends at any error"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use project::{
    Access, ActId, Batch, Change, Craft, Deed, DocumentId, NewDocument, NewProject, Origin, Project,
};

const T0: i64 = 1_790_000_000_000;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, from: u64, to: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        from + self.0 % (to - from).max(1)
    }

    fn chance(&mut self, per_mille: u64) -> bool {
        self.roll(0, 1_000) < per_mille
    }
}

struct Edit {
    pos: u64,
    del: u64,
    insert: String,
    deed: Deed,
    drafted: bool,
    now: i64,
}

/// How many bytes of the pieces before each piece are written by now.
struct Sums(Vec<i64>);

impl Sums {
    fn add(&mut self, i: usize, by: i64) {
        let mut k = i + 1;
        while k < self.0.len() {
            self.0[k] += by;
            k += k & k.wrapping_neg();
        }
    }

    fn before(&self, i: usize) -> u64 {
        let (mut k, mut sum) = (i, 0);
        while k > 0 {
            sum += self.0[k];
            k -= k & k.wrapping_neg();
        }
        sum as u64
    }
}

fn workload(target: &str, edits: usize, seed: u64) -> Vec<Edit> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let typed = (edits as f64 / 1.10 / target.len() as f64).min(1.0);
    let (mut pieces, mut at, mut debt) = (Vec::new(), 0usize, 0f64);
    while at < target.len() {
        let draft = debt > 200.0;
        let len = if draft {
            200
        } else {
            dice.roll(8, 180) as usize
        };
        let mut end = (at + len).min(target.len());
        while !target.is_char_boundary(end) {
            end += 1;
        }
        pieces.push((at, end, draft));
        let len = (end - at) as f64;
        debt += if draft {
            -len * typed
        } else {
            len * (1.0 - typed)
        };
        at = end;
    }
    let n = pieces.len();
    let mut sums = Sums(vec![0; n + 1]);
    let (mut done, mut written) = (vec![false; n], Vec::new());
    let (mut out, mut now, mut at, mut left) = (Vec::new(), T0, 0usize, n);
    while left > 0 {
        if dice.chance(150) || at >= n || done[at] {
            let mut k = dice.roll(0, n as u64) as usize;
            while done[k] {
                k = (k + 1) % n;
            }
            if at >= n || done[at] || dice.chance(500) {
                at = k;
            }
        }
        let (from, to, draft) = pieces[at];
        let mut pos = sums.before(at);
        now += dice.roll(800, 6_000) as i64;
        let mut push = |pos, del, insert: &str, deed, drafted, now| {
            out.push(Edit {
                pos,
                del,
                insert: insert.to_owned(),
                deed,
                drafted,
                now,
            });
        };
        if draft {
            push(pos, 0, &target[from..to], Deed::Paste, true, now);
        } else {
            for c in target[from..to].chars() {
                if dice.chance(45) {
                    now += dice.roll(90, 240) as i64;
                    push(pos, 0, "x", Deed::Typing, false, now);
                    now += dice.roll(90, 240) as i64;
                    push(pos, 1, "", Deed::Delete, false, now);
                }
                now += dice.roll(90, 240) as i64;
                push(pos, 0, &c.to_string(), Deed::Typing, false, now);
                pos += c.len_utf8() as u64;
            }
        }
        sums.add(at, (to - from) as i64);
        (done[at], left) = (true, left - 1);
        written.push(at);
        at += 1;
        if written.len() > 10 && dice.chance(50) {
            let mut pick = || written[dice.roll(0, written.len() as u64) as usize];
            let (i, j) = (pick(), pick());
            let len = (pieces[i].1 - pieces[i].0) as u64;
            let (from, to) = (sums.before(i), sums.before(j));
            let to = if to > from {
                to.saturating_sub(len).max(from)
            } else {
                to
            };
            for (from, to) in [(from, to), (to, from)] {
                now += 2_500;
                push(from, len, "", Deed::Cut, false, now);
                push(
                    to,
                    0,
                    &target[pieces[i].0..pieces[i].1],
                    Deed::Paste,
                    false,
                    now,
                );
            }
        }
    }
    out
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
    format!(
        "{:.2} median, {:.2} p95, {:.2} p99 ms (n={})",
        at(0.5),
        at(0.95),
        at(0.99),
        times.len()
    )
}

fn corpus() -> String {
    let folder = std::env::var("PALIMPSEST_CORPORA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    );
    let path = folder.join("fountain-tests/input/The Long Haul.fountain");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn make(path: &Path) -> Project {
    let new = NewProject {
        title: "Bench".into(),
        language: "en".into(),
        now: T0,
    };
    Project::create(path, &new, None).unwrap()
}

fn document(project: &mut Project, title: &str) -> DocumentId {
    let new = NewDocument {
        craft: Craft::Screenplay,
        title: title.into(),
        folder: String::new(),
        text: String::new(),
        origin: Origin::Person,
        now: T0,
    };
    project.create_document(new).unwrap()
}

fn apply(project: &mut Project, id: DocumentId, edit: Edit) -> ActId {
    let base = project.version(id).unwrap();
    let origin = if edit.drafted {
        Origin::File("model".into())
    } else {
        Origin::Person
    };
    let change = Change {
        pos: edit.pos,
        del: edit.del,
        insert: edit.insert,
    };
    let batch = Batch::new(base, vec![change], edit.deed, origin, edit.now);
    project.edit(id, batch).unwrap().act.unwrap()
}

/// Pastes at `pos` or, where that is inside a character, a little before.
fn paste(project: &mut Project, id: DocumentId, pos: u64, text: String, now: i64) -> ActId {
    let pos = project.text(id).unwrap().floor_char_boundary(pos as usize) as u64;
    let edit = Edit {
        pos,
        del: 0,
        insert: text,
        deed: Deed::Paste,
        drafted: false,
        now,
    };
    apply(project, id, edit)
}

fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
}

fn main() {
    let small = std::env::args().nth(1).as_deref() == Some("small");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.palimpsest");
    let text = corpus();
    let edits = workload(&text, if small { 20_000 } else { 100_000 }, 1);
    let count = edits.len();
    let ever: usize = edits.iter().map(|edit| edit.insert.len()).sum();

    let mut project = make(&path);
    let id = document(&mut project, "The Long Haul");
    let mut yard = std::fs::File::create(folder.path().join("yard")).unwrap();
    let (mut flushes, mut appends, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let (start, mut unsaved) = (Instant::now(), 0);
    for edit in edits {
        let now = edit.now;
        let key = Instant::now();
        apply(&mut project, id, edit);
        keys.push(ms(key));
        // after some thousand half seconds the rest goes faster: their times are known
        unsaved += 1;
        let due = project
            .next_deadline()
            .is_some_and(|deadline| deadline <= now);
        if due && (flushes.len() < 4_000 || unsaved > 200) {
            unsaved = 0;
            let flush = Instant::now();
            project.flush(now).unwrap();
            flushes.push(ms(flush));
            if flushes.len() % 20 == 0 {
                let append = Instant::now();
                yard.write_all(&[7; 4096]).unwrap();
                yard.sync_data().unwrap();
                appends.push(ms(append));
            }
        }
    }
    println!(
        "workload: {count} edits, {ever} bytes ever put in, {} batches, {:.1} s",
        flushes.len(),
        ms(start) / 1e3
    );
    println!("edit in memory: {}", spread(keys));
    println!(
        "batch to disk, text of {} KB changing: {}",
        text.len() / 1024,
        spread(flushes)
    );
    println!("4 KiB append and fdatasync beside it: {}", spread(appends));
    assert_eq!(
        project.text(id).unwrap(),
        text,
        "the workload leads to the text"
    );
    let acts = project.acts(id).unwrap().len();
    project.close(T0).map_err(|(_, error)| error).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let history: i64 = {
        let connection = rusqlite::Connection::open(&path).unwrap();
        let sql = "SELECT (SELECT coalesce(sum(length(structure) + length(body) + length(acts)
                     + length(origins)), 0) FROM chunk)
                   + (SELECT coalesce(sum(length(data)), 0) FROM tail)";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    println!(
        "{acts} acts; file {size} bytes, of it history {history} ({:.3} per edit beyond text ever put in)",
        (history - ever as i64) as f64 / count as f64
    );

    let packed = folder.path().join("packed.palimpsest");
    let mut project = Project::open(&path, None, Access::Write).unwrap();
    project.save_copy(&packed, T0).unwrap();
    drop(project);
    println!(
        "a copy of it, packed: {} bytes",
        std::fs::metadata(&packed).unwrap().len()
    );

    let (mut opens, mut texts, mut histories) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..9 {
        let start = Instant::now();
        let mut project = Project::open(&path, None, Access::Write).unwrap();
        opens.push(ms(start));
        assert_eq!(project.text(id).unwrap().len(), text.len());
        texts.push(ms(start));
        project.can_undo(id).unwrap();
        histories.push(ms(start));
    }
    println!("open: {}", spread(opens));
    println!("open and current text: {}", spread(texts));
    println!(
        "open, text and whole history replayed and compared: {}",
        spread(histories)
    );

    let mut project = Project::open(&path, None, Access::Write).unwrap();
    let versions: Vec<ActId> = project
        .acts(id)
        .unwrap()
        .into_iter()
        .map(|act| act.id)
        .collect();
    let mut dice = Dice(77);
    let mut random = || versions[dice.roll(0, versions.len() as u64) as usize];
    let (mut reads, mut diffs) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        let (a, b) = (random(), random());
        let start = Instant::now();
        let older = project.text_at(id, a).unwrap();
        reads.push(ms(start));
        let start = Instant::now();
        let changes = project.diff(id, a, b).unwrap();
        diffs.push(ms(start));
        assert_eq!(
            Change::apply(&changes, &older).unwrap(),
            project.text_at(id, b).unwrap()
        );
    }
    println!("text at a random version: {}", spread(reads));
    println!("difference of two random versions: {}", spread(diffs));
    let start = Instant::now();
    let sessions = project.sessions(id).unwrap().len();
    println!("sessions listed: {:.1} ms ({sessions})", ms(start));
    let start = Instant::now();
    let runs = project.authors(id).unwrap().len();
    println!("authors: {:.1} ms ({runs} runs)", ms(start));
    drop(project);

    for size in [150_000usize, 1_200_000] {
        let file = folder.path().join(format!("paste{size}.palimpsest"));
        copy(&path, &file);
        let mut project = Project::open(&file, None, Access::Write).unwrap();
        project.can_undo(id).unwrap();
        let before = project.acts(id).unwrap().last().unwrap().id;
        let big: String = text.repeat(9).chars().take(size).collect();
        let middle = text.len() / 2;
        let start = Instant::now();
        let after = paste(&mut project, id, middle as u64, big, T0 + 1);
        let inserted = ms(start);
        let start = Instant::now();
        project.flush(T0 + 2).unwrap();
        let saved = ms(start);
        let mut now = after;
        let mut dice = Dice(3);
        for i in 0..100 {
            let pos = dice.roll(0, middle as u64);
            now = paste(&mut project, id, pos, "y".into(), T0 + 5_000 * (i + 1));
        }
        let time = |project: &mut Project, version| {
            let mut times: Vec<f64> = (0..7)
                .map(|_| {
                    let start = Instant::now();
                    project.text_at(id, version).unwrap();
                    ms(start)
                })
                .collect();
            times.sort_by(f64::total_cmp);
            times[3]
        };
        let (b, a, n) = (
            time(&mut project, before),
            time(&mut project, after),
            time(&mut project, now),
        );
        let start = Instant::now();
        project.diff(id, before, now).unwrap();
        println!(
            "paste of {size}: in memory {inserted:.1}, saved {saved:.1}; text before {b:.1}, after {a:.1}, 100 edits on {n:.1}; difference across {:.1} ms",
            ms(start)
        );
    }

    let late = folder.path().join("late.palimpsest");
    copy(&path, &late);
    let mut project = Project::open(&late, None, Access::Write).unwrap();
    let draft = paste(
        &mut project,
        id,
        70_000,
        "A draft of two hundred characters. ".repeat(6)[..200].into(),
        T0 + 1,
    );
    let mut dice = Dice(4);
    for i in 0..1_000 {
        let pos = dice.roll(0, 140_000);
        paste(&mut project, id, pos, "z".into(), T0 + 2_000 * (i + 1));
    }
    project.close(T0).map_err(|(_, error)| error).unwrap();
    let start = Instant::now();
    let mut project = Project::open(&late, None, Access::Write).unwrap();
    project.can_undo(id).unwrap();
    let loaded = ms(start);
    let start = Instant::now();
    let undone = project.undo_act(id, draft, T0 + 1).unwrap();
    println!(
        "undo an act after 1,000 edits and reopening: open and load {loaded:.1}, undo {:.1} ms ({} changes)",
        ms(start),
        undone.changes.len()
    );
    drop(project);

    let many = folder.path().join("many.palimpsest");
    let (documents, each) = if small { (50, 2_000) } else { (500, 10_000) };
    let start = Instant::now();
    let mut project = make(&many);
    let piece = &text[..10_000.min(each)];
    let (mut total, mut put_in) = (0, 0);
    let ids: Vec<DocumentId> = (0..documents)
        .map(|i| {
            let id = document(&mut project, &format!("Scene {i}"));
            let edits = workload(piece, each, i + 2);
            let last = edits.len() - 1;
            for (k, edit) in edits.into_iter().enumerate() {
                total += 1;
                put_in += edit.insert.len();
                let now = edit.now;
                apply(&mut project, id, edit);
                if k % 500 == 499 || k == last {
                    project.flush(now).unwrap();
                }
            }
            id
        })
        .collect();
    project.close(T0).map_err(|(_, error)| error).unwrap();
    let built = ms(start) / 1e3;
    let size = std::fs::metadata(&many).unwrap().len();
    let texts = (documents * piece.len() as u64) as i64;
    println!(
        "{documents} documents, {total} edits: built in {built:.1} s; file {size} bytes: {:.2} per edit beyond the texts, {:.2} beyond all text ever put in",
        (size as i64 - texts) as f64 / total as f64,
        (size as i64 - texts - put_in as i64) as f64 / total as f64
    );
    let start = Instant::now();
    let mut project = Project::open(&many, None, Access::Write).unwrap();
    let opened = ms(start);
    let start = Instant::now();
    let acts = project.acts(ids[ids.len() / 2]).unwrap();
    let loaded = ms(start);
    let start = Instant::now();
    project
        .text_at(ids[ids.len() / 2], acts[acts.len() / 2].id)
        .unwrap();
    println!(
        "open it {opened:.1}; load one history {loaded:.2}; its middle version {:.2} ms",
        ms(start)
    );
    let start = Instant::now();
    project.name_project_version("here", T0).unwrap();
    println!("a version of the whole project: {:.1} ms", ms(start));
    let start = Instant::now();
    let report = project.check().unwrap();
    println!(
        "check all of it: {:.0} ms, {} problems",
        ms(start),
        report.problems.len()
    );
}
