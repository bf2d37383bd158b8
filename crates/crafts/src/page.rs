//! The text of one document with what its craft says of it.

use std::ops::Range;

use crate::craft::Craft;
use crate::ink::{Ink, Others};
use crate::lines::difference;
use crate::note::{self, Note};
use crate::script::Script;
use crate::song::Song;
use crate::values::{
    Completion, Counts, Edit, Element, Emphasis, Key, KeyAnswer, Line, Neighbourhood, OutlineItem,
    Patch, Problem, Target,
};
use crate::words;

/// The text of one document and what its craft says of it. Lines end at LF; a text in a project has no
/// other line ends and no byte order mark, but both are read.
#[derive(Debug, Clone)]
pub struct Page {
    text: String,
    reading: Reading,
    lines: Vec<Line>,
    /// Words and characters of the whole text.
    sizes: Counts,
}

/// What the craft's own crate read.
#[derive(Debug, Clone)]
enum Reading {
    Screenplay(Script),
    Lyrics(Song),
    Story(Ink),
    Notes(Note),
}

impl Reading {
    fn new(craft: Craft, text: &str) -> Self {
        match craft {
            Craft::Screenplay => Self::Screenplay(Script::read(text)),
            Craft::Lyrics => Self::Lyrics(Song::read(text)),
            Craft::Story => Self::Story(Ink::read(text)),
            Craft::Notes => Self::Notes(Note::read(text)),
        }
    }

    fn again(&self, before: &str, text: &str) -> Self {
        match self {
            Self::Screenplay(_) => Self::Screenplay(Script::read(text)),
            Self::Lyrics(song) => Self::Lyrics(song.reread(before, text)),
            Self::Story(_) => Self::Story(Ink::read(text)),
            Self::Notes(_) => Self::Notes(Note::read(text)),
        }
    }

    fn lines(&self, text: &str) -> Vec<Line> {
        match self {
            Self::Screenplay(script) => script.lines(text),
            Self::Lyrics(song) => song.lines(text),
            Self::Story(ink) => ink.lines(text),
            Self::Notes(note) => note.lines(text),
        }
    }
}

impl Page {
    /// Reads `text` as a document of `craft`. O(text).
    pub fn new(craft: Craft, text: impl Into<String>) -> Self {
        let text = text.into();
        let reading = Reading::new(craft, &text);
        let lines = reading.lines(&text);
        let sizes = sizes(&text);
        Self {
            text,
            reading,
            lines,
            sizes,
        }
    }

    /// The page's craft.
    pub fn craft(&self) -> Craft {
        match self.reading {
            Reading::Screenplay(_) => Craft::Screenplay,
            Reading::Lyrics(_) => Craft::Lyrics,
            Reading::Story(_) => Craft::Story,
            Reading::Notes(_) => Craft::Notes,
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One line for each stretch between line feeds, so that an empty text has one and `a\n` has two.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Applies edits of the text as it is (sorted, disjoint, on borders of characters), reads it again, and
    /// says which lines differ. O(text): a millisecond or two for a full-length script.
    ///
    /// # Panics
    /// If the edits are not of this text: beyond its end, inside a character, overlapping, unsorted.
    pub fn replace(&mut self, edits: &[Edit]) -> Patch {
        let text = apply(&self.text, edits);
        let reading = self.reading.again(&self.text, &text);
        let lines = reading.lines(&text);
        let patch = difference(&self.lines, &lines);
        let sizes = self.sizes_after(edits, &text);
        *self = Self {
            text,
            reading,
            lines,
            sizes,
        };
        patch
    }

    /// Scenes, sections, knots or headings in order.
    pub fn outline(&self) -> Vec<OutlineItem> {
        match &self.reading {
            Reading::Screenplay(script) => script.outline(&self.text),
            Reading::Lyrics(song) => song.outline(&self.text),
            Reading::Story(ink) => ink.outline(),
            Reading::Notes(note) => note.outline(&self.text),
        }
    }

    /// Everything doubtful at once, in order. `others` are what a story may include; no other craft asks.
    pub fn problems(&self, others: &Others) -> Vec<Problem> {
        match &self.reading {
            Reading::Screenplay(script) => script.problems(&self.text),
            Reading::Lyrics(song) => song.problems(),
            Reading::Story(ink) => ink.problems(&self.text, others),
            Reading::Notes(_) => Vec::new(),
        }
    }

    /// The elements in order; their ranges tile the text.
    pub fn elements(&self) -> Vec<Element> {
        match &self.reading {
            Reading::Screenplay(script) => script.elements(&self.text),
            Reading::Lyrics(song) => song.elements(&self.text),
            Reading::Story(ink) => ink.elements(&self.text),
            Reading::Notes(note) => note.elements(&self.text),
        }
    }

    /// Sizes of the whole text.
    pub fn counts(&self) -> Counts {
        let pages = match &self.reading {
            Reading::Screenplay(script) => Some(script.pages(&self.text)),
            Reading::Lyrics(_) | Reading::Story(_) | Reading::Notes(_) => None,
        };
        Counts {
            pages,
            ..self.sizes
        }
    }

    /// Sizes of a part, without pages. A range beyond the text or inside a character is cut to fit.
    pub fn counts_of(&self, range: Range<usize>) -> Counts {
        sizes(&self.text[self.fitted(range)])
    }

    /// Proposals at the caret. `intent` is what the last [`KeyAnswer`] said of this line.
    pub fn complete(
        &self,
        caret: usize,
        intent: Option<&str>,
        others: &Others,
    ) -> Option<Completion> {
        let caret = self.fitted(caret..caret).start;
        match &self.reading {
            Reading::Screenplay(script) => script.complete(&self.text, caret, intent),
            Reading::Lyrics(song) => song.complete(&self.text, caret),
            Reading::Story(ink) => ink.complete(&self.text, others, caret),
            Reading::Notes(_) => None,
        }
    }

    /// What a key does at a selection (empty for a caret); `intent` is what the last answer said of this
    /// line, while the caret has not left it. `None` where the craft has no use for the key: Enter is then
    /// a plain line end.
    pub fn key(
        &self,
        key: Key,
        selection: Range<usize>,
        intent: Option<&str>,
    ) -> Option<KeyAnswer> {
        let selection = self.fitted(selection);
        match &self.reading {
            Reading::Screenplay(script) => Some(script.key(&self.text, key, selection, intent)),
            Reading::Story(ink) => ink.key(&self.text, key, selection),
            Reading::Lyrics(_) | Reading::Notes(_) => None,
        }
    }

    /// Puts emphasis on a selection, or takes it away where it stands; `None` where the craft has none
    /// of this kind.
    pub fn emphasis(&self, selection: Range<usize>, emphasis: Emphasis) -> Option<KeyAnswer> {
        let selection = self.fitted(selection);
        match &self.reading {
            Reading::Screenplay(script) => Some(script.emphasis(&self.text, selection, emphasis)),
            Reading::Notes(_) => note::emphasis(&self.text, selection, emphasis),
            Reading::Lyrics(_) | Reading::Story(_) => None,
        }
    }

    /// Where the name at `offset` leads: of a divert, an `INCLUDE`, a variable. Stories only.
    pub fn target(&self, offset: usize, others: &Others) -> Option<Target> {
        match &self.reading {
            Reading::Story(ink) => {
                let offset = self.fitted(offset..offset).start;
                ink.target(&self.text, others, offset)
            }
            Reading::Screenplay(_) | Reading::Lyrics(_) | Reading::Notes(_) => None,
        }
    }

    /// A line in capitals that is action as it stands and becomes a cue once something is said under
    /// it, where the caret is: the window shows it as the cue it will be. Screenplays only.
    pub fn pending_cue(&self, caret: usize) -> Option<Range<usize>> {
        match &self.reading {
            Reading::Screenplay(script) => script.pending_cue(&self.text, caret),
            Reading::Lyrics(_) | Reading::Story(_) | Reading::Notes(_) => None,
        }
    }

    /// Where scenes, sections, knots or headings begin, in order: where a prompt may be cut.
    pub fn borders(&self) -> Vec<usize> {
        match &self.reading {
            Reading::Screenplay(script) => script.borders(),
            Reading::Lyrics(song) => song.borders().collect(),
            Reading::Story(ink) => ink.borders().collect(),
            Reading::Notes(note) => note.borders().collect(),
        }
    }

    /// What stands round a place, for a prompt.
    pub fn neighbourhood(&self, offset: usize) -> Neighbourhood {
        let offset = self.fitted(offset..offset).start;
        match &self.reading {
            Reading::Screenplay(script) => script.neighbourhood(&self.text, offset),
            Reading::Lyrics(song) => song.neighbourhood(&self.text, offset),
            Reading::Story(ink) => ink.neighbourhood(&self.text, offset),
            Reading::Notes(note) => note.neighbourhood(&self.text, offset),
        }
    }

    /// A complete page of HTML to read and print, all text escaped. `lang` is a BCP 47 tag.
    pub fn html(&self, title: &str, lang: &str) -> String {
        match &self.reading {
            Reading::Screenplay(script) => script.html(&self.text, title, lang),
            Reading::Lyrics(song) => song.html(&self.text, title, lang),
            Reading::Story(_) => Ink::html(&self.text, title, lang),
            Reading::Notes(_) => Note::html(&self.text, title, lang),
        }
    }

    /// The sizes of `text`, which the edits make of this page: only the lines round them are counted, since
    /// no word goes over a line end.
    fn sizes_after(&self, edits: &[Edit], text: &str) -> Counts {
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
            return self.sizes;
        };
        let start = self.text[..first.range.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let behind = &self.text[last.range.end..];
        let behind = behind.len() - behind.find('\n').unwrap_or(behind.len());
        let gone = sizes(&self.text[start..self.text.len() - behind]);
        let come = sizes(&text[start..text.len() - behind]);
        Counts {
            words: self.sizes.words + come.words - gone.words,
            characters: self.sizes.characters + come.characters - gone.characters,
            pages: None,
        }
    }

    /// A range inside the text, on borders of characters, not backwards.
    fn fitted(&self, range: Range<usize>) -> Range<usize> {
        let start = self
            .text
            .floor_char_boundary(range.start.min(self.text.len()));
        let end = self
            .text
            .floor_char_boundary(range.end.min(self.text.len()));
        start..end.max(start)
    }
}

fn sizes(text: &str) -> Counts {
    Counts {
        words: words::words(text),
        characters: words::characters(text),
        pages: None,
    }
}

/// `text` after `edits`.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let grown: usize = edits.iter().map(|edit| edit.insert.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.insert);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}
