//! The other documents that a story may include.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::element::{ElementKind, Parse};
use crate::parse::parse;

/// A document with what was read of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Document {
    /// Its text.
    pub text: String,
    /// The text, read.
    pub parse: Parse,
}

/// Documents by the name that `INCLUDE` gives. Cloning is cheap: the documents are shared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Library {
    documents: BTreeMap<String, Arc<Document>>,
}

impl Library {
    /// No documents.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document, or puts its new text in place of the old.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        let parse = parse(&text);
        self.documents
            .insert(name.into(), Arc::new(Document { text, parse }));
    }

    /// Takes a document out.
    pub fn remove(&mut self, name: &str) {
        self.documents.remove(name);
    }

    /// The document that `INCLUDE name` means, with the name it has here: by its full name, else as
    /// one beside the including document `from` (`includes/a.ink` including `b.ink`), else without its
    /// ending `.ink`, since a document of a project has a title and no file.
    pub fn find(&self, name: &str, from: Option<&str>) -> Option<(&str, &Arc<Document>)> {
        let name = name.trim().trim_start_matches("./");
        let beside = from
            .and_then(|from| from.rsplit_once('/'))
            .map(|(folder, _)| format!("{folder}/{name}"));
        let bare = name.strip_suffix(".ink");
        [Some(name), beside.as_deref(), bare]
            .into_iter()
            .flatten()
            .find_map(|key| self.documents.get_key_value(key))
            .map(|(key, document)| (key.as_str(), document))
    }

    /// The documents by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<Document>)> {
        self.documents
            .iter()
            .map(|(name, document)| (name.as_str(), document))
    }
}

/// The names that the `INCLUDE` lines of a text give, in order.
pub(crate) fn included_names<'a>(text: &'a str, parse: &'a Parse) -> impl Iterator<Item = &'a str> {
    parse
        .elements
        .iter()
        .filter(|element| element.kind == ElementKind::Include)
        .filter_map(|element| element.name.clone())
        .map(|range| &text[range])
}
