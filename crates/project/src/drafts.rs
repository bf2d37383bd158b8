//! What models were asked, what they brought, and what became of it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::anchor::{Anchor, Side};
use crate::error::Error;
use crate::ids::{AnchorId, CandidateId, DocumentId, GenerationId, Millis};
use crate::project::Project;
use crate::store::Access;
use crate::table;
use crate::table::candidate::CandidateRow;
use crate::table::generation::GenerationRow;

/// A request to a model, as it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGeneration {
    /// The document it is for.
    pub document: DocumentId,
    /// Where in its text, in UTF-8 bytes: candidates are anchored there.
    pub pos: u64,
    /// Which neighbour the place keeps to.
    pub side: Side,
    /// The task's name.
    pub task: String,
    /// The model's name.
    pub model: String,
    /// What tells the model's very version, where that is known.
    pub model_hash: Option<String>,
    /// The prompt in its parts, as JSON.
    pub prompt: String,
    /// The settings, as JSON.
    pub settings: String,
    /// The seed of the first candidate.
    pub seed: Option<u64>,
    /// How many candidates were asked for.
    pub candidates: u32,
    /// The clock.
    pub now: Millis,
}

/// A generation that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Its id.
    pub id: GenerationId,
    /// Its candidates, in the order they will be shown.
    pub candidates: Vec<CandidateId>,
    /// Where it was asked for.
    pub anchor: AnchorId,
}

/// A generation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Its id.
    pub id: GenerationId,
    /// The task's name.
    pub task: String,
    /// The model's name.
    pub model: String,
    /// What tells the model's very version, where that is known.
    pub model_hash: Option<String>,
    /// The prompt in its parts, as JSON.
    pub prompt: String,
    /// The settings, as JSON.
    pub settings: String,
    /// The seed of the first candidate.
    pub seed: Option<u64>,
    /// When it started.
    pub started: Millis,
    /// All that it brought.
    pub candidates: Vec<Candidate>,
}

/// How far a candidate's text has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CandidateState {
    /// Text is still coming.
    Streaming,
    /// It is whole.
    Ready,
    /// It was stopped, or the program ended; what came is kept.
    Stopped,
    /// The model failed; what came is kept.
    Failed,
}

impl CandidateState {
    const fn word(self) -> &'static str {
        match self {
            Self::Streaming => "streaming",
            Self::Ready => "ready",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "streaming" => Self::Streaming,
            "ready" => Self::Ready,
            "failed" => Self::Failed,
            _ => Self::Stopped,
        }
    }
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing yet.
    Untouched,
    /// A part was taken.
    Partly,
    /// All of its words were taken.
    Taken,
    /// It was put away with nothing taken.
    Dismissed,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Partly => "partly",
            Self::Taken => "taken",
            Self::Dismissed => "dismissed",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "partly" => Self::Partly,
            "taken" => Self::Taken,
            "dismissed" => Self::Dismissed,
            _ => Self::Untouched,
        }
    }
}

/// One of the texts that a generation brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: CandidateId,
    /// What brought it.
    pub generation: GenerationId,
    /// Its place among the candidates of its generation, from 0.
    pub index: u32,
    /// What has come.
    pub text: String,
    /// How far it has come.
    pub state: CandidateState,
    /// What became of it.
    pub outcome: Outcome,
    /// The bytes of its text that stand in the document, in the order they were taken.
    pub taken: Vec<Range<u64>>,
    /// Whether the writer has not settled it.
    pub open: bool,
    /// Where it was asked for.
    pub anchor: Option<Anchor>,
}

/// A candidate in memory.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) row: CandidateRow,
    pub(crate) dirty: bool,
}

impl Project {
    /// Records a generation as it starts, with its candidates still empty. On disk when this
    /// returns, with all edits before it.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, `OutOfBounds`, `NotABoundary`, or why it could not be written.
    pub fn start_generation(&mut self, new: &NewGeneration) -> Result<Started, Error> {
        self.check_writable()?;
        self.flush(new.now)?;
        let anchor = self.new_anchor(new.document, new.pos, new.side, "generation", new.now)?;
        let mut row = GenerationRow {
            n: 0,
            id: GenerationId::new(new.now),
            document: Some(self.row_of(new.document)?.n),
            task: new.task.clone(),
            model: new.model.clone(),
            model_hash: new.model_hash.clone(),
            prompt: new.prompt.clone(),
            settings: new.settings.clone(),
            seed: new.seed,
            started: new.now,
            anchor: None,
        };
        let mut candidates: Vec<CandidateRow> = (0..new.candidates)
            .map(|index| CandidateRow {
                n: 0,
                id: CandidateId::new(new.now),
                generation: 0,
                index,
                text: String::new(),
                state: CandidateState::Streaming.word().into(),
                outcome: Outcome::Untouched.word().into(),
                taken: "[]".into(),
                open: true,
            })
            .collect();
        let anchored = self.write(|tx| {
            let anchored = table::anchor::insert(tx, &anchor)?;
            row.anchor = Some(anchored);
            let generation = table::generation::insert(tx, &row)?;
            for candidate in &mut candidates {
                candidate.generation = generation;
                candidate.n = table::candidate::insert(tx, candidate)?;
            }
            Ok(anchored)
        })?;
        let started = Started {
            id: row.id,
            candidates: candidates.iter().map(|candidate| candidate.id).collect(),
            anchor: anchor.id,
        };
        self.keep_anchor(
            new.document,
            crate::table::anchor::AnchorRow {
                n: anchored,
                ..anchor
            },
        )?;
        for row in candidates {
            self.candidates.insert(row.id, Held { row, dirty: false });
        }
        Ok(started)
    }

    /// Adds text that came to a candidate. On disk after the next flush.
    ///
    /// # Errors
    /// `ReadOnly`, `NoCandidate`, or if the file can't be read.
    pub fn append_to_candidate(
        &mut self,
        id: CandidateId,
        text: &str,
        now: Millis,
    ) -> Result<(), Error> {
        self.change_candidate(id, now, |row| row.text.push_str(text))
    }

    /// Empties a candidate of which nothing was taken: what had come was a thought. Does nothing to
    /// one of which a part stands in the text. On disk after the next flush.
    ///
    /// # Errors
    /// As `append_to_candidate`.
    pub fn retract_candidate(&mut self, id: CandidateId, now: Millis) -> Result<(), Error> {
        self.change_candidate(id, now, |row| {
            if ranges(&row.taken).is_empty() {
                row.text.clear();
            }
        })
    }

    /// Says that no more text comes. On disk after the next flush.
    ///
    /// # Errors
    /// As `append_to_candidate`.
    pub fn finish_candidate(
        &mut self,
        id: CandidateId,
        state: CandidateState,
        now: Millis,
    ) -> Result<(), Error> {
        self.change_candidate(id, now, |row| row.state = state.word().into())
    }

    /// Puts a candidate away: it is open no more, and kept. On disk after the next flush.
    ///
    /// # Errors
    /// As `append_to_candidate`.
    pub fn dismiss_candidate(&mut self, id: CandidateId, now: Millis) -> Result<(), Error> {
        self.change_candidate(id, now, |row| {
            row.open = false;
            if Outcome::from_word(&row.outcome) == Outcome::Untouched {
                row.outcome = Outcome::Dismissed.word().into();
            }
        })
    }

    /// One candidate.
    ///
    /// # Errors
    /// `NoCandidate`, or if the file can't be read.
    pub fn candidate(&mut self, id: CandidateId) -> Result<Candidate, Error> {
        self.refresh()?;
        let generation = self.hold(id)?.row.generation;
        let generation = table::generation::by_n(&self.connection, generation)?;
        let anchors = self.anchors_by_number(generation.document)?;
        self.shown(id, &generation, &anchors)
    }

    /// The candidates of a document that the writer has not settled, in the order they were asked
    /// for, each with where that is now.
    ///
    /// # Errors
    /// `NoDocument`, or if the file can't be read.
    pub fn open_candidates(&mut self, document: DocumentId) -> Result<Vec<Candidate>, Error> {
        self.refresh()?;
        let n = self.row_of(document)?.n;
        self.load(document)?;
        let mut ids = table::candidate::open_of(&self.connection, n)?;
        // what is not on disk yet may have opened one again, by undo
        for (id, held) in self
            .candidates
            .iter()
            .filter(|(_, held)| held.dirty && held.row.open)
        {
            let row = table::generation::by_n(&self.connection, held.row.generation)?;
            if row.document == Some(n) && !ids.contains(id) {
                ids.push(*id);
            }
        }
        let anchors = self.anchors_by_number(Some(n))?;
        let mut open = Vec::new();
        for id in ids {
            let (of, is_open) = {
                let row = &self.hold(id)?.row;
                (row.generation, row.open)
            };
            if is_open {
                let generation = table::generation::by_n(&self.connection, of)?;
                open.push(self.shown(id, &generation, &anchors)?);
            }
        }
        open.sort_by_key(|candidate| (candidate.generation, candidate.index));
        Ok(open)
    }

    /// One generation with all that it brought.
    ///
    /// # Errors
    /// `NoGeneration`, or if the file can't be read.
    pub fn generation(&mut self, id: GenerationId) -> Result<Generation, Error> {
        self.refresh()?;
        let row = table::generation::by_id(&self.connection, id)?.ok_or(Error::NoGeneration(id))?;
        self.told(row)
    }

    /// The generations of a document, the oldest first.
    ///
    /// # Errors
    /// `NoDocument`, or if the file can't be read.
    pub fn generations(&mut self, document: DocumentId) -> Result<Vec<Generation>, Error> {
        self.refresh()?;
        let n = self.row_of(document)?.n;
        let rows = table::generation::of(&self.connection, n)?;
        rows.into_iter().map(|row| self.told(row)).collect()
    }

    fn told(&mut self, row: GenerationRow) -> Result<Generation, Error> {
        let anchors = self.anchors_by_number(row.document)?;
        let mut candidates = Vec::new();
        for candidate in table::candidate::of(&self.connection, row.n)? {
            self.hold(candidate.id)?;
            candidates.push(self.shown(candidate.id, &row, &anchors)?);
        }
        Ok(Generation {
            id: row.id,
            task: row.task,
            model: row.model,
            model_hash: row.model_hash,
            prompt: row.prompt,
            settings: row.settings,
            seed: row.seed,
            started: row.started,
            candidates,
        })
    }

    fn shown(
        &self,
        id: CandidateId,
        generation: &GenerationRow,
        anchors: &BTreeMap<i64, Anchor>,
    ) -> Result<Candidate, Error> {
        let row = self
            .candidates
            .get(&id)
            .ok_or(Error::NoCandidate(id))?
            .row
            .clone();
        let anchor = generation.anchor.and_then(|n| anchors.get(&n)).cloned();
        Ok(Candidate {
            id,
            generation: generation.id,
            index: row.index,
            state: CandidateState::from_word(&row.state),
            outcome: Outcome::from_word(&row.outcome),
            taken: ranges(&row.taken),
            open: row.open,
            text: row.text,
            anchor,
        })
    }

    /// Reads a candidate into memory. One that was streaming when another opening ended has been
    /// stopped by that.
    fn hold(&mut self, id: CandidateId) -> Result<&mut Held, Error> {
        if !self.candidates.contains_key(&id) {
            let row = table::candidate::by_id(&self.connection, id)?;
            let mut row = row.ok_or(Error::NoCandidate(id))?;
            let streaming = CandidateState::from_word(&row.state) == CandidateState::Streaming;
            if streaming && self.access == Access::Write {
                row.state = CandidateState::Stopped.word().into();
            }
            self.candidates.insert(id, Held { row, dirty: false });
        }
        self.candidates.get_mut(&id).ok_or(Error::NoCandidate(id))
    }

    fn change_candidate(
        &mut self,
        id: CandidateId,
        now: Millis,
        change: impl FnOnce(&mut CandidateRow),
    ) -> Result<(), Error> {
        self.check_writable()?;
        let held = self.hold(id)?;
        change(&mut held.row);
        held.dirty = true;
        self.unsaved(now);
        Ok(())
    }

    /// Checks a range of a candidate; gives the candidate's number in the file.
    pub(crate) fn check_taken(
        &mut self,
        id: CandidateId,
        taken: &Range<u64>,
    ) -> Result<i64, Error> {
        let row = &self.hold(id)?.row;
        let inside = row
            .text
            .get(taken.start as usize..taken.end as usize)
            .is_some();
        if inside {
            Ok(row.n)
        } else {
            Err(Error::NotInCandidate {
                from: taken.start,
                to: taken.end,
            })
        }
    }

    /// Notes that a range of a candidate stands in the text now, or that it does no more.
    pub(crate) fn took(
        &mut self,
        id: CandidateId,
        range: Range<u64>,
        stands: bool,
    ) -> Result<(), Error> {
        let held = self.hold(id)?;
        let row = &mut held.row;
        let mut taken = ranges(&row.taken);
        if stands {
            taken.push(range);
        } else if let Some(at) = taken.iter().rposition(|r| *r == range) {
            taken.remove(at);
        }
        let whole = row
            .text
            .char_indices()
            .filter(|(_, c)| !c.is_whitespace())
            .all(|(at, _)| taken.iter().any(|range| range.contains(&(at as u64))));
        let outcome = match (taken.is_empty(), whole) {
            (true, _) => Outcome::Untouched,
            (false, true) => Outcome::Taken,
            (false, false) => Outcome::Partly,
        };
        row.outcome = outcome.word().into();
        row.open = if stands {
            row.open && outcome != Outcome::Taken
        } else {
            true
        };
        let pairs: Vec<[u64; 2]> = taken.iter().map(|range| [range.start, range.end]).collect();
        row.taken = serde_json::to_string(&pairs).expect("numbers are JSON");
        held.dirty = true;
        Ok(())
    }

    pub(crate) fn took_by_number(
        &mut self,
        n: i64,
        range: Range<u64>,
        stands: bool,
    ) -> Result<(), Error> {
        match table::candidate::by_n(&self.connection, n)? {
            Some(row) => self.took(row.id, range, stands),
            None => Ok(()), // purged since
        }
    }
}

fn ranges(json: &str) -> Vec<Range<u64>> {
    let pairs: Vec<[u64; 2]> = serde_json::from_str(json).unwrap_or_default();
    pairs.into_iter().map(|[from, to]| from..to).collect()
}
