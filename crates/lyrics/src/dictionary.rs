//! How words are pronounced, as far as counting and stress need: a compact form of the CMU Pronouncing
//! Dictionary.
//!
//! The file: 8 bytes [`MAGIC`], the length of the table as a little-endian `u32`, the table, then an
//! `fst` map from the word to a line of the table. A line holds the stress patterns of the word's
//! readings, most usual first, with a space between (`10 1`); a digit is a syllable: 0 none, 1 first,
//! 2 second stress. Lines stand in the order of how many words share them, so that values stay small.

use std::borrow::Cow;
use std::collections::BTreeMap;

use fst::{Map, MapBuilder};

/// What the file begins with; the last byte is the format's version.
const MAGIC: &[u8; 8] = b"PLMPCMU\x01";

/// Words with the stress patterns of their readings.
pub struct Dictionary {
    words: Map<Cow<'static, [u8]>>,
    table: Vec<String>,
}

/// Why bytes are no dictionary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DictionaryError {
    /// They begin otherwise, or with another version of the format.
    #[error("not a dictionary of pronunciations of this version")]
    NotADictionary,
    /// They end too early, or the table is not text.
    #[error("the dictionary of pronunciations is damaged")]
    Damaged,
}

impl Dictionary {
    /// The one that ships with the program: CMU Pronouncing Dictionary, about 126,000 words. Costs
    /// the reading of a table of a few kilobytes; the words stay where they are.
    pub fn bundled() -> Self {
        const BYTES: &[u8] = include_bytes!("../../../assets/dictionaries/cmudict.fst");
        Self::read(Cow::Borrowed(BYTES)).expect("the bundled dictionary is read by a test")
    }

    /// One without a word: everything is counted by rule.
    pub fn empty() -> Self {
        Self::from_bytes(compile(std::iter::empty())).expect("what `compile` writes can be read")
    }

    /// Reads what [`compile`] wrote.
    ///
    /// # Errors
    /// If the bytes are not such a file, or a cut one.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, DictionaryError> {
        let dictionary = Self::read(Cow::Owned(bytes))?;
        // Only here: a checksum over the whole costs milliseconds, and the bundled file has a test.
        dictionary
            .words
            .as_fst()
            .verify()
            .map_err(|_| DictionaryError::Damaged)?;
        Ok(dictionary)
    }

    fn read(bytes: Cow<'static, [u8]>) -> Result<Self, DictionaryError> {
        if !bytes.starts_with(MAGIC) {
            return Err(DictionaryError::NotADictionary);
        }
        let length = bytes
            .get(MAGIC.len()..MAGIC.len() + 4)
            .and_then(|b| b.try_into().ok())
            .map(u32::from_le_bytes)
            .ok_or(DictionaryError::Damaged)?;
        let from = MAGIC.len() + 4;
        let to = from.saturating_add(length as usize);
        let table = bytes.get(from..to).ok_or(DictionaryError::Damaged)?;
        let table = std::str::from_utf8(table).map_err(|_| DictionaryError::Damaged)?;
        let table = table.lines().map(str::to_owned).collect();
        let words = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[to..]),
            Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(to)),
        };
        let words = Map::new(words).map_err(|_| DictionaryError::Damaged)?;
        Ok(Self { words, table })
    }

    /// How many words it holds.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The stress patterns of a lower-case word with straight apostrophes, most usual reading first;
    /// `None` if the word is not in the dictionary.
    pub fn stresses(&self, word: &str) -> Option<impl Iterator<Item = &str>> {
        let index = self.words.get(word)?;
        Some(self.table.get(usize::try_from(index).ok()?)?.split(' '))
    }

    /// The syllable counts of a lower-case word, most usual reading first, each once.
    pub fn counts(&self, word: &str) -> Option<Vec<u32>> {
        let mut counts = Vec::new();
        for pattern in self.stresses(word)? {
            let count = u32::try_from(pattern.len()).unwrap_or(u32::MAX);
            if !counts.contains(&count) {
                counts.push(count);
            }
        }
        Some(counts)
    }
}

/// Writes a dictionary from words with their phonemes in ARPABET (`K AE1 T`), as the CMU Pronouncing
/// Dictionary has them; readings of one word are given one by one, most usual first. Words that hold
/// anything but letters, apostrophes, hyphens and dots are left out, as are readings without a vowel.
pub fn compile<'a>(readings: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut words: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (word, phonemes) in readings {
        let known = |b: u8| b.is_ascii_lowercase() || matches!(b, b'\'' | b'-' | b'.');
        let pattern: String = phonemes.chars().filter(char::is_ascii_digit).collect();
        if word.bytes().all(known)
            && word.bytes().any(|b| b.is_ascii_lowercase())
            && !pattern.is_empty()
        {
            let patterns = words.entry(word).or_default();
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
    }
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    for patterns in words.values() {
        *shared.entry(patterns.join(" ")).or_default() += 1;
    }
    let mut lines: Vec<(String, usize)> = shared.into_iter().collect();
    lines.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let index: BTreeMap<&str, u64> = lines
        .iter()
        .zip(0..)
        .map(|((line, _), at)| (line.as_str(), at))
        .collect();
    let table: String = lines.iter().map(|(line, _)| format!("{line}\n")).collect();

    let mut builder = MapBuilder::memory();
    for (word, patterns) in &words {
        let at = index[patterns.join(" ").as_str()];
        builder
            .insert(word, at)
            .expect("a BTreeMap gives its keys once and in order");
    }
    let map = builder
        .into_inner()
        .expect("writing to memory does not fail");
    let mut bytes = MAGIC.to_vec();
    let length = u32::try_from(table.len()).expect("a table of patterns is a few kilobytes");
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(table.as_bytes());
    bytes.extend_from_slice(&map);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compiled_is_read_back() {
        let readings = [
            ("cat", "K AE1 T"),
            ("every", "EH1 V ER0 IY0"),
            ("every", "EH1 V R IY0"),
            ("a42", "EY1"),
        ];
        let dictionary = Dictionary::from_bytes(compile(readings.into_iter())).unwrap();
        assert_eq!(dictionary.len(), 2);
        assert_eq!(dictionary.counts("every"), Some(vec![3, 2]));
        assert_eq!(
            dictionary.stresses("cat").unwrap().collect::<Vec<_>>(),
            ["1"]
        );
        assert_eq!(dictionary.counts("dog"), None);
    }

    #[test]
    fn a_cut_or_foreign_file_is_refused() {
        let bytes = compile([("cat", "K AE1 T")].into_iter());
        assert_eq!(
            Dictionary::from_bytes(b"{}".to_vec()).err(),
            Some(DictionaryError::NotADictionary)
        );
        for cut in MAGIC.len()..bytes.len() {
            let error = Dictionary::from_bytes(bytes[..cut].to_vec()).err();
            assert_eq!(error, Some(DictionaryError::Damaged), "cut at {cut}");
        }
    }

    #[test]
    fn the_bundled_dictionary_is_whole() {
        let dictionary = Dictionary::bundled();
        assert!(dictionary.len() > 120_000);
        dictionary.words.as_fst().verify().unwrap();
        assert_eq!(dictionary.counts("lighthouse"), Some(vec![2]));
    }
}
