//! What every test begins with.

use std::path::{Path, PathBuf};

use project::{
    Access, Batch, Change, Craft, Deed, DocumentId, Millis, NewDocument, NewProject, Origin,
    Project,
};

pub(crate) const T0: Millis = 1_790_000_000_000;

/// A folder with a project in it, open for writing.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    project: Option<Project>,
    pub(crate) now: Millis,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let new = NewProject {
            title: "Quay".into(),
            language: "en".into(),
            now: T0,
        };
        let mut project =
            Project::create(&folder.path().join("Quay.palimpsest"), &new, None).unwrap();
        project.set_person("Mara");
        Self {
            folder,
            project: Some(project),
            now: T0,
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("Quay.palimpsest")
    }

    pub(crate) fn p(&mut self) -> &mut Project {
        self.project.as_mut().unwrap()
    }

    /// A later moment.
    pub(crate) fn later(&mut self, ms: Millis) -> Millis {
        self.now += ms;
        self.now
    }

    pub(crate) fn document(&mut self, text: &str) -> DocumentId {
        let now = self.later(10_000);
        let new = NewDocument {
            craft: Craft::Notes,
            title: "Draft".into(),
            folder: String::new(),
            text: text.into(),
            origin: Origin::Person,
            now,
        };
        self.p().create_document(new).unwrap()
    }

    /// One change as an act of its own.
    pub(crate) fn paste(
        &mut self,
        document: DocumentId,
        pos: u64,
        del: u64,
        text: &str,
    ) -> project::Applied {
        let now = self.later(2_000);
        let base = self.p().version(document).unwrap();
        let change = Change::new(pos, del, text);
        let batch = Batch::new(base, vec![change], Deed::Paste, Origin::Person, now);
        self.p().edit(document, batch).unwrap()
    }

    /// Types `text` at `pos`, a character every 100 ms.
    pub(crate) fn type_in(&mut self, document: DocumentId, pos: u64, text: &str) {
        let mut at = pos;
        for c in text.chars() {
            let now = self.later(100);
            let base = self.p().version(document).unwrap();
            self.p()
                .edit(document, Batch::typing(base, at, c.to_string(), now))
                .unwrap();
            at += c.len_utf8() as u64;
        }
    }

    pub(crate) fn text(&mut self, document: DocumentId) -> String {
        self.p().text(document).unwrap()
    }

    pub(crate) fn undo(&mut self, document: DocumentId) -> Option<project::Applied> {
        let now = self.later(1_000);
        self.p().undo(document, now).unwrap()
    }

    pub(crate) fn redo(&mut self, document: DocumentId) -> Option<project::Applied> {
        let now = self.later(1_000);
        self.p().redo(document, now).unwrap()
    }

    pub(crate) fn flush(&mut self) {
        let now = self.later(1);
        self.p().flush(now).unwrap();
    }

    /// Closes the project and opens it again.
    pub(crate) fn restart(&mut self) {
        let now = self.later(60_000);
        self.project
            .take()
            .unwrap()
            .close(now)
            .map_err(|(_, error)| error)
            .unwrap();
        self.open();
    }

    pub(crate) fn shut(&mut self) {
        let now = self.now;
        self.project
            .take()
            .unwrap()
            .close(now)
            .map_err(|(_, error)| error)
            .unwrap();
    }

    /// Drops the project without closing it.
    pub(crate) fn forget(&mut self) {
        self.project = None;
    }

    pub(crate) fn open(&mut self) {
        let mut project = Project::open(&self.path(), None, Access::Write).unwrap();
        project.set_person("Mara");
        self.project = Some(project);
    }
}

/// Names of everything in a folder, with lengths and hashes of what is in the files.
pub(crate) fn contents(folder: &Path) -> Vec<(String, usize, u64)> {
    let mut out: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let bytes = if path.is_dir() {
                Vec::new()
            } else {
                std::fs::read(&path).unwrap()
            };
            let mut hash = std::hash::DefaultHasher::new();
            std::hash::Hash::hash(&bytes, &mut hash);
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, bytes.len(), std::hash::Hasher::finish(&hash))
        })
        .collect();
    out.sort();
    out
}

/// How many cases a property is tried on, unless `PROPTEST_CASES` says so.
pub(crate) fn cases(n: u32) -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(n)
}
