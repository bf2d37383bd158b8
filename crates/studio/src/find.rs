//! Finding and replacing in a document or over the project.

use std::ops::Range;

use crafts::Edit;
use project::{Deed, DocumentId};

use crate::error::Error;
use crate::papers::{Papers, Shown, Wish};

/// Most hits that are listed.
const MOST: usize = 1000;
/// Characters of a line shown before and after a hit.
const AROUND: usize = 40;

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Text.
    pub text: String,
    /// Case matters.
    pub case: bool,
    /// Whole words only.
    pub word: bool,
}

/// A place where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Document.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// Line, from 0.
    pub line: usize,
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The line around it.
    pub excerpt: String,
    /// Bytes of the excerpt.
    pub mark: Range<usize>,
}

/// Places of a query in a text, in order, not overlapping.
pub fn find(text: &str, query: &Query) -> Vec<Range<usize>> {
    if query.text.is_empty() {
        return Vec::new();
    }
    let wanted: Vec<char> = folded(&query.text, query.case);
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(range) = next(text, from, &wanted, query.case) {
        from = range.end.max(range.start + 1);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        if !query.word || is_whole(text, &range) {
            hits.push(range);
        }
    }
    hits
}

fn folded(text: &str, case: bool) -> Vec<char> {
    if case {
        text.chars().collect()
    } else {
        text.chars().flat_map(char::to_lowercase).collect()
    }
}

/// The first place from `from` on. Folding may change lengths, so the text is walked by characters.
fn next(text: &str, from: usize, wanted: &[char], case: bool) -> Option<Range<usize>> {
    for (start, _) in text[from..].char_indices() {
        let start = from + start;
        let mut left = wanted;
        for (at, c) in text[start..].char_indices() {
            let fits = if case {
                left.strip_prefix(&[c])
            } else {
                let lower: Vec<char> = c.to_lowercase().collect();
                left.strip_prefix(lower.as_slice())
            };
            let Some(rest) = fits else { break };
            left = rest;
            if left.is_empty() {
                return Some(start..start + at + c.len_utf8());
            }
        }
    }
    None
}

fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !crafts::is_han(c));
    !is_letter(text[..range.start].chars().next_back())
        && !is_letter(text[range.end..].chars().next())
}

impl Papers {
    /// Looks through all documents; a thousand hits at most.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find(&mut self, query: &Query) -> Result<Vec<Hit>, Error> {
        let mut hits = Vec::new();
        for info in self.documents()? {
            let text = self.sheet(info.id)?.text();
            for range in find(text, query) {
                let (excerpt, mark) = excerpt(text, &range);
                hits.push(Hit {
                    document: info.id,
                    title: info.title.clone(),
                    line: text[..range.start].matches('\n').count(),
                    range,
                    excerpt,
                    mark,
                });
                if hits.len() == MOST {
                    return Ok(hits);
                }
            }
        }
        Ok(hits)
    }

    /// Replaces everywhere in one document or in all; one undo step each. What each document shows now.
    ///
    /// # Errors
    /// When a document cannot be edited; those before it are.
    pub fn replace_all(
        &mut self,
        document: Option<DocumentId>,
        query: &Query,
        replacement: &str,
    ) -> Result<Vec<(DocumentId, usize, Shown)>, Error> {
        let mut shown = Vec::new();
        for info in self.documents()? {
            if document.is_some_and(|only| only != info.id) {
                continue;
            }
            let sheet = self.sheet(info.id)?;
            let edits: Vec<Edit> = find(sheet.text(), query)
                .into_iter()
                .map(|range| Edit {
                    range,
                    insert: replacement.to_owned(),
                })
                .collect();
            if edits.is_empty() {
                continue;
            }
            let (count, base) = (edits.len(), sheet.version());
            let wish = Wish {
                base,
                edits,
                deed: Deed::ReplaceAll,
                before: None,
                after: None,
            };
            shown.push((info.id, count, self.edit(info.id, wish)?));
        }
        Ok(shown)
    }
}

fn excerpt(text: &str, range: &Range<usize>) -> (String, Range<usize>) {
    let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at);
    let back = text[line_start..range.start]
        .char_indices()
        .rev()
        .nth(AROUND - 1)
        .map_or(0, |(at, _)| at);
    let start = line_start + back;
    let ahead = text[range.end..line_end]
        .char_indices()
        .nth(AROUND)
        .map_or(line_end, |(at, _)| range.end + at);
    let excerpt = text[start..ahead].replace('\n', " ");
    (excerpt, range.start - start..range.end - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, query: &str, case: bool, word: bool, hits: &[&str]) {
        let query = Query {
            text: query.into(),
            case,
            word,
        };
        let found: Vec<&str> = find(text, &query)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, hits);
    }

    #[test]
    fn case_counts_only_when_asked() {
        check("Mara and MARA", "mara", false, false, &["Mara", "MARA"]);
        check("Mara and MARA", "MARA", true, false, &["MARA"]);
    }

    #[test]
    fn whole_words_end_at_letters_and_not_at_han() {
        check("car scar car's", "car", false, true, &["car", "car"]);
        check("去渡船上", "渡船", false, true, &["渡船"]);
    }

    #[test]
    fn folding_that_changes_lengths_keeps_places_right() {
        check("İstanbul ist", "ist", false, false, &["ist"]);
        check("aaa", "aa", false, false, &["aa"]);
        check("a", "", false, false, &[]);
    }
}
