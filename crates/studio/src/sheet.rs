//! A document that is open: its page, the way to UTF-16, and what its window was told last.

use std::ops::Range;

use crafts::{
    Counts, Craft, Edit, Others, OutlineItem, Page, Patch, Problem, Utf16Index, Utf16Offset,
};

/// What is new on a page after an edit. Outline and problems only where they changed.
#[derive(Debug, Clone)]
pub struct News {
    /// Version of the text.
    pub version: u64,
    /// Lines that differ.
    pub patch: Patch,
    /// The new outline.
    pub outline: Option<Vec<OutlineItem>>,
    /// The new problems.
    pub problems: Option<Vec<Problem>>,
    /// The new counts.
    pub counts: Counts,
}

/// A change in UTF-16 units of the text before.
pub type UnitChange = (Range<Utf16Offset>, String);

/// A document that is open.
pub struct Sheet {
    page: Page,
    index: Utf16Index,
    version: u64,
    outline: Vec<OutlineItem>,
    problems: Vec<Problem>,
}

impl Sheet {
    /// Reads a text of this version.
    pub fn new(craft: Craft, text: String, version: u64, others: &Others) -> Self {
        let page = Page::new(craft, text);
        let index = Utf16Index::new(page.text());
        let (outline, problems) = (page.outline(), page.problems(others));
        Self {
            page,
            index,
            version,
            outline,
            problems,
        }
    }

    /// The page.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.page.text()
    }

    /// Version of the text.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The outline.
    pub fn outline(&self) -> &[OutlineItem] {
        &self.outline
    }

    /// The problems.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// UTF-16 units before a byte. Beyond the end, or inside a character: of the nearest place before.
    pub fn units(&self, byte: usize) -> Utf16Offset {
        let text = self.text();
        let byte = text.floor_char_boundary(byte.min(text.len()));
        self.index
            .to_utf16(text, byte)
            .unwrap_or(self.index.utf16_len())
    }

    /// Byte of a UTF-16 offset; `None` beyond the end or inside a character.
    pub fn byte(&self, units: Utf16Offset) -> Option<usize> {
        self.index.to_byte(self.text(), units)
    }

    /// Takes in edits (bytes, sorted, disjoint) that lead to `version`. Gives them in UTF-16 units of the
    /// text before, and what is new.
    pub fn apply(
        &mut self,
        edits: &[Edit],
        version: u64,
        others: &Others,
    ) -> (Vec<UnitChange>, News) {
        let changes = edits
            .iter()
            .map(|edit| {
                (
                    self.units(edit.range.start)..self.units(edit.range.end),
                    edit.insert.clone(),
                )
            })
            .collect();
        let patch = self.page.replace(edits);
        self.index = Utf16Index::new(self.page.text());
        self.version = version;
        let outline = self.page.outline();
        let problems = self.page.problems(others);
        let news = News {
            version,
            patch,
            outline: (outline != self.outline).then(|| outline.clone()),
            problems: (problems != self.problems).then(|| problems.clone()),
            counts: self.page.counts(),
        };
        (self.outline, self.problems) = (outline, problems);
        (changes, news)
    }

    /// Reads the problems again, since another document changed. True when they differ.
    pub fn others_changed(&mut self, others: &Others) -> bool {
        let problems = self.page.problems(others);
        let differ = problems != self.problems;
        self.problems = problems;
        differ
    }
}
