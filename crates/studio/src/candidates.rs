//! Candidates as the writer sees them, and taking them in pieces.

use std::ops::Range;
use std::sync::Arc;

use crafts::{Edit, Page};
use drafting::pieces;
use inference::Usage;
use project::{
    AnchorId, Candidate, CandidateId, CandidateState, Deed, DocumentId, Generation, GenerationId,
    Origin, Outcome, Selection,
};

use crate::draft::KeptSettings;
use crate::error::Error;
use crate::papers::{Papers, Shown, Wish, now};

/// How much of the page before the place decides how a candidate's lines read, in bytes.
const CONTEXT: usize = 2000;
/// How many characters of the page before the place a card's head shows.
const AFTER_CHARS: usize = 24;

/// How much to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The next word.
    Word,
    /// The next line.
    Line,
    /// The next paragraph.
    Paragraph,
    /// All that is left.
    All,
}

/// A candidate with what its card shows.
#[derive(Debug, Clone)]
pub struct Card {
    /// As it is kept.
    pub candidate: Candidate,
    /// Bytes of its text that were taken, from its start.
    pub taken: usize,
    /// Ends of what would be taken next: word, line, paragraph.
    pub next: [usize; 3],
    /// How its lines read on the page.
    pub kinds: Vec<&'static str>,
    /// What it cost, if it ended since the project was opened.
    pub usage: Option<Usage>,
    /// Why it failed, if it did since the project was opened.
    pub error: Option<Arc<Error>>,
}

/// A generation with its cards.
#[derive(Debug, Clone)]
pub struct Cards {
    /// As it is kept.
    pub generation: Generation,
    /// Settings it was asked with.
    pub settings: KeptSettings,
    /// The document; `None` = it was deleted for good.
    pub document: Option<DocumentId>,
    /// Where it belongs, in bytes; `None` = its place is gone.
    pub place: Option<Range<usize>>,
    /// The last words before the place.
    pub after: String,
    /// Its candidates.
    pub cards: Vec<Card>,
}

impl Papers {
    /// What a take cost, for its card.
    pub(crate) fn remember_end(
        &mut self,
        candidate: CandidateId,
        usage: Usage,
        error: Option<Arc<Error>>,
    ) {
        self.ends.insert(candidate, (usage, error));
    }

    /// A generation's cards.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read.
    pub fn cards(&mut self, id: GenerationId) -> Result<Cards, Error> {
        let generation = self.project.generation(id)?;
        self.cards_of(generation)
    }

    /// The generations of a document that are not put away, newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open_cards(&mut self, document: DocumentId) -> Result<Vec<Cards>, Error> {
        let mut open: Vec<GenerationId> = self
            .project
            .open_candidates(document)?
            .iter()
            .map(|candidate| candidate.generation)
            .collect();
        open.dedup();
        open.into_iter().rev().map(|id| self.cards(id)).collect()
    }

    fn cards_of(&mut self, generation: Generation) -> Result<Cards, Error> {
        let settings: KeptSettings = serde_json::from_str(&generation.settings).unwrap_or_default();
        let anchor = generation
            .candidates
            .first()
            .and_then(|candidate| candidate.anchor.clone());
        let document = anchor.as_ref().map(|anchor| anchor.document);
        let (mut place, mut after, mut before) = (None, String::new(), String::new());
        if let Some(anchor) = &anchor {
            let pos = anchor.pos as usize;
            let end = self
                .end_of(&settings)
                .filter(|end| *end >= pos)
                .unwrap_or(pos);
            let text = self.sheet(anchor.document)?.text();
            if !anchor.deleted {
                place = Some(pos..end);
            }
            let head = text.get(..pos).unwrap_or_default();
            after = last_words(head);
            let from = head.floor_char_boundary(head.len().saturating_sub(CONTEXT));
            let from = if from == 0 {
                0
            } else {
                head[from..]
                    .find('\n')
                    .map_or(head.len(), |at| from + at + 1)
            };
            head[from..].clone_into(&mut before);
        }
        let craft = match document {
            Some(document) => self.sheet(document)?.page().craft(),
            None => crafts::Craft::Notes,
        };
        let cards = generation
            .candidates
            .iter()
            .map(|candidate| {
                let taken = taken(candidate);
                let text = &candidate.text;
                let (usage, error) = self
                    .ends
                    .get(&candidate.id)
                    .cloned()
                    .map_or((None, None), |(u, e)| (Some(u), e));
                Card {
                    taken,
                    next: [
                        pieces::next_word(text, taken).end,
                        pieces::next_line(text, taken).end,
                        pieces::next_paragraph(text, taken).end,
                    ],
                    kinds: kinds(craft, &before, text),
                    usage,
                    error,
                    candidate: candidate.clone(),
                }
            })
            .collect();
        Ok(Cards {
            generation,
            settings,
            document,
            place,
            after,
            cards,
        })
    }

    /// The craft of a generation's page, and what of its text before the place decides how a candidate's
    /// lines read.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn context(
        &mut self,
        document: DocumentId,
        generation: GenerationId,
    ) -> Result<(crafts::Craft, String), Error> {
        let generation = self.project.generation(generation)?;
        let anchor = generation
            .candidates
            .first()
            .and_then(|candidate| candidate.anchor.clone());
        let sheet = self.sheet(document)?;
        let pos = anchor.map_or(0, |anchor| anchor.pos as usize);
        let head = sheet.text().get(..pos).unwrap_or_default();
        Ok((sheet.page().craft(), context_of(head).to_owned()))
    }

    fn end_of(&mut self, settings: &KeptSettings) -> Option<usize> {
        let id: AnchorId = settings.end.as_ref()?.parse().ok()?;
        let anchor = self.project.anchor(id).ok()?;
        Some(anchor.pos as usize)
    }

    /// Takes the next piece of a candidate into its place on the page. One undo step.
    ///
    /// # Errors
    /// [`Error::PlaceGone`], [`Error::NothingLeft`]; `StaleVersion` as any edit.
    pub fn take(
        &mut self,
        id: CandidateId,
        piece: Piece,
        base: u64,
    ) -> Result<(DocumentId, Shown), Error> {
        let candidate = self.project.candidate(id)?;
        let anchor = candidate
            .anchor
            .clone()
            .filter(|anchor| !anchor.deleted)
            .ok_or(Error::PlaceGone)?;
        let settings: KeptSettings =
            serde_json::from_str(&self.project.generation(candidate.generation)?.settings)
                .unwrap_or_default();
        let pos = anchor.pos as usize;
        let end = self
            .end_of(&settings)
            .filter(|end| *end >= pos)
            .unwrap_or(pos);
        let shown = self.take_to(&candidate, piece, anchor.document, pos..end, base)?;
        Ok((anchor.document, shown))
    }

    /// Takes the next piece of a candidate into another place: its own is gone.
    ///
    /// # Errors
    /// [`Error::NothingLeft`]; `StaleVersion` and `OutOfBounds` as any edit.
    pub fn take_elsewhere(
        &mut self,
        id: CandidateId,
        piece: Piece,
        document: DocumentId,
        at: usize,
        base: u64,
    ) -> Result<Shown, Error> {
        let candidate = self.project.candidate(id)?;
        self.take_to(&candidate, piece, document, at..at, base)
    }

    fn take_to(
        &mut self,
        candidate: &Candidate,
        piece: Piece,
        document: DocumentId,
        place: Range<usize>,
        base: u64,
    ) -> Result<Shown, Error> {
        let from = taken(candidate);
        let text = &candidate.text;
        let range = match piece {
            Piece::Word => pieces::next_word(text, from),
            Piece::Line => pieces::next_line(text, from),
            Piece::Paragraph => pieces::next_paragraph(text, from),
            Piece::All => pieces::all(text, from),
        };
        if range.is_empty() {
            return Err(Error::NothingLeft);
        }
        let insert = text[range.clone()].to_owned();
        let caret = Selection::caret((place.start + insert.len()) as u64);
        let wish = Wish {
            base,
            edits: vec![Edit {
                range: place,
                insert,
            }],
            deed: Deed::Accept {
                candidate: candidate.id,
                taken: range.start as u64..range.end as u64,
            },
            before: None,
            after: Some(caret),
        };
        self.edit_from(document, wish, Origin::Generation(candidate.generation))
    }

    /// Puts a candidate away; it stays in the history.
    ///
    /// # Errors
    /// When there is none.
    pub fn dismiss(&mut self, id: CandidateId) -> Result<GenerationId, Error> {
        let candidate = self.project.candidate(id)?;
        self.project.dismiss_candidate(id, now())?;
        Ok(candidate.generation)
    }
}

/// How much of a candidate stands in the text: pieces are taken from its start on.
fn taken(candidate: &Candidate) -> usize {
    match candidate.outcome {
        Outcome::Untouched | Outcome::Dismissed => 0,
        Outcome::Partly | Outcome::Taken => candidate
            .taken
            .iter()
            .map(|range| range.end as usize)
            .max()
            .unwrap_or(0),
    }
}

/// How a candidate's lines read after what stands before its place: one kind for each line of the text.
pub fn kinds(craft: crafts::Craft, before: &str, text: &str) -> Vec<&'static str> {
    if text.is_empty() {
        return Vec::new();
    }
    let page = Page::new(craft, format!("{before}{text}"));
    let skip = before.matches('\n').count();
    page.lines()
        .iter()
        .skip(skip)
        .map(|line| line.kind)
        .collect()
}

/// The last whole lines of a text, as many as decide how the next ones read.
fn context_of(head: &str) -> &str {
    let from = head.floor_char_boundary(head.len().saturating_sub(CONTEXT));
    let from = if from == 0 {
        0
    } else {
        head[from..]
            .find('\n')
            .map_or(head.len(), |at| from + at + 1)
    };
    &head[from..]
}

fn last_words(head: &str) -> String {
    let line = head
        .trim_end()
        .lines()
        .next_back()
        .unwrap_or_default()
        .trim();
    let chars: Vec<char> = line.chars().collect();
    let tail: String = chars[chars.len().saturating_sub(AFTER_CHARS)..]
        .iter()
        .collect();
    match tail.split_once(' ') {
        Some((_, whole)) if chars.len() > AFTER_CHARS && !whole.is_empty() => whole.to_owned(),
        Some(_) | None => tail,
    }
}

/// Whether words still come.
pub fn is_streaming(candidate: &Candidate) -> bool {
    candidate.state == CandidateState::Streaming
}
