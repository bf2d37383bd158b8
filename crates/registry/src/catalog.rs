//! The catalogue of models that we recommend: a data file, bundled.

use std::sync::LazyLock;

use serde::Deserialize;

/// What a model is good for, in the languages of the program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A model of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Stable id.
    pub id: String,
    /// What a reader calls it.
    pub name: String,
    /// Name of its file.
    pub file: String,
    /// It comes with the program.
    #[serde(default)]
    pub starter: bool,
    /// Parameters, rounded.
    pub parameters: u64,
    /// Bytes of its file.
    pub size: u64,
    /// `size` is an estimate.
    #[serde(default)]
    pub approx: bool,
    /// MiB in use with 8,192 tokens of context.
    pub memory: u64,
    /// sha256 of the file in hex, where we know it.
    pub sha256: Option<String>,
    /// Its licence.
    pub licence: String,
    /// Languages it writes, best first (BCP 47).
    pub languages: Vec<String>,
    /// The public page that offers the file, as `owner/name`.
    pub source: String,
    /// The Python package that carries the file, as `name==version`.
    pub package: Option<String>,
    /// What it is good for.
    pub note: Note,
}

impl Entry {
    /// True when it needs no more than `free` bytes.
    pub fn fits(&self, free: u64) -> bool {
        self.memory.saturating_mul(1 << 20) <= free
    }
}

/// The models that we recommend, smallest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The models.
    #[serde(rename = "model")]
    pub models: Vec<Entry>,
}

/// Why a catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue cannot be read")]
pub struct CatalogError(#[from] toml::de::Error);

const BUNDLED: &str = include_str!("../../../models/catalog.toml");

impl Catalog {
    /// The bundled catalogue.
    ///
    /// # Panics
    /// When the bundled file is broken, which a test rules out.
    pub fn bundled() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test reads the same bytes")]
            Catalog::parse(BUNDLED).expect("the bundled catalogue is sound")
        });
        &CATALOG
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// [`CatalogError`] with the line.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        Ok(toml::from_str(text)?)
    }

    /// The model that comes with the program.
    pub fn starter(&self) -> Option<&Entry> {
        self.models.iter().find(|entry| entry.starter)
    }

    /// The entry of a file, by the file's name.
    pub fn by_file(&self, file: &str) -> Option<&Entry> {
        self.models
            .iter()
            .find(|entry| entry.file.eq_ignore_ascii_case(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_bundled_catalogue_is_sound() {
        let catalog = Catalog::parse(BUNDLED).unwrap();
        let mut ids = HashSet::new();
        for entry in &catalog.models {
            assert!(ids.insert(&entry.id), "{} stands twice", entry.id);
            assert!(
                entry.memory << 20 > entry.size,
                "{}: memory under its size",
                entry.id
            );
            assert!(entry.file.ends_with(".gguf"), "{}", entry.file);
            assert!(!entry.languages.is_empty(), "{}", entry.id);
            if let Some(sha256) = &entry.sha256 {
                assert_eq!(sha256.len(), 64, "{}", entry.id);
                assert!(!entry.approx, "{}: hashed, so its size is known", entry.id);
            }
        }
        let starters: Vec<_> = catalog.models.iter().filter(|e| e.starter).collect();
        assert_eq!(starters.len(), 1);
        assert_eq!(starters[0].size, 98_362_432);
        assert!(starters[0].sha256.is_some());
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert!(Catalog::parse("[[model]]\nid = \"a\"\ncolour = \"red\"\n").is_err());
    }
}
