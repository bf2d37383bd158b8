//! Versions of a document: found, read, compared, named; sessions of work.

use crate::act::{ActKind, Change};
use crate::author::{Author, Share, add_share};
use crate::document::Document;
use crate::error::Error;
use crate::history::{Act, characters};
use crate::ids::{ActId, DocumentId, Millis, ProjectVersionId};
use crate::project::Project;
use crate::table;

/// A pause that ends a session, in milliseconds.
const SESSION_PAUSE: Millis = 30 * 60 * 1_000;

/// The text right after an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The act's id, which is the version's.
    pub id: ActId,
    /// When the act began and when it ended.
    pub began: Millis,
    /// When its last edit came.
    pub ended: Millis,
    /// What kind of act it was.
    pub kind: ActKind,
    /// Whose act it was.
    pub author: Author,
    /// The name it was given.
    pub name: Option<String>,
    /// Characters put in for the first time.
    pub inserted: u64,
    /// Characters deleted.
    pub deleted: u64,
    /// The act that it undoes or brings back, or the version that it restores.
    pub about: Option<ActId>,
    /// The act was taken back and not brought back since.
    pub undone: bool,
}

/// A stretch of work: from an opening of the project, or a pause of half an hour, to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// When its first act began.
    pub began: Millis,
    /// When its last edit came.
    pub ended: Millis,
    /// The version at its end.
    pub version: ActId,
    /// How much was put in by whom.
    pub written: Vec<Share>,
    /// Characters deleted.
    pub deleted: u64,
    /// Its versions of note: named ones, and all that is not plain typing. The last one is the
    /// session's end.
    pub versions: Vec<Version>,
}

/// A named version of the whole project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectVersion {
    /// Its id.
    pub id: ProjectVersionId,
    /// Its name.
    pub name: String,
    /// When it was named.
    pub at: Millis,
    /// The version of each document at that time.
    pub documents: Vec<(DocumentId, ActId)>,
}

impl Project {
    /// All acts of a document, the oldest first, each with the version it led to.
    ///
    /// # Errors
    /// `NoDocument`, or if the document can't be read.
    pub fn acts(&mut self, document: DocumentId) -> Result<Vec<Version>, Error> {
        self.refresh()?;
        let acts = self.load(document)?.history.acts.len();
        (0..acts)
            .map(|act| self.version_of(document, act))
            .collect()
    }

    /// The sessions of a document, the oldest first.
    ///
    /// # Errors
    /// As `acts`.
    pub fn sessions(&mut self, document: DocumentId) -> Result<Vec<Session>, Error> {
        self.refresh()?;
        let history = &self.load(document)?.history;
        let mut spans: Vec<(u32, u32)> = Vec::new();
        let mut last: Option<&Act> = None;
        for (index, act) in history.acts.iter() {
            let goes_on = last.is_some_and(|last| {
                last.opening == act.opening && act.at - last.until < SESSION_PAUSE
            });
            match spans.last_mut() {
                Some(span) if goes_on => span.1 = index,
                _ => spans.push((index, index)),
            }
            last = Some(act);
        }
        spans
            .into_iter()
            .map(|(first, last)| self.session(document, first, last))
            .collect()
    }

    fn session(&mut self, id: DocumentId, first: u32, last: u32) -> Result<Session, Error> {
        let document = self.loaded.get(&id).ok_or(Error::NoDocument(id))?;
        let (mut written, mut deleted, mut noted) = (Vec::new(), 0, Vec::new());
        for index in first..=last {
            let Some(act) = document.history.acts.get(index) else {
                continue;
            };
            let name = document
                .history
                .acts
                .note(index)
                .and_then(|note| note.name.as_ref());
            if index == last || name.is_some() || is_of_note(act.kind) {
                noted.push(index);
            }
            let (fresh, gone) = work_of(document, index);
            deleted += gone;
            if !fresh.is_empty() {
                add_share(&mut written, self.author(act.author), &fresh);
            }
        }
        let versions: Result<Vec<Version>, Error> = noted
            .into_iter()
            .map(|act| self.version_of(id, act))
            .collect();
        let versions = versions?;
        let (Some(end), acts) = (versions.last(), &document.history.acts) else {
            return Err(Error::NoDocument(id));
        };
        Ok(Session {
            began: acts.get(first).map_or(end.began, |act| act.at),
            ended: end.ended,
            version: end.id,
            written,
            deleted,
            versions,
        })
    }

    /// The versions of note of a document, the oldest first: the ends of its sessions, the named
    /// ones, and all acts that are not plain typing.
    ///
    /// # Errors
    /// As `acts`.
    pub fn versions(&mut self, document: DocumentId) -> Result<Vec<Version>, Error> {
        let sessions = self.sessions(document)?;
        Ok(sessions
            .into_iter()
            .flat_map(|session| session.versions)
            .collect())
    }

    fn version_of(&self, id: DocumentId, index: u32) -> Result<Version, Error> {
        let document = self.loaded.get(&id).ok_or(Error::NoDocument(id))?;
        let acts = &document.history.acts;
        let act = acts.get(index).ok_or(Error::NoDocument(id))?;
        let (fresh, deleted) = work_of(document, index);
        let about = acts
            .note(index)
            .and_then(|note| note.undoes.or(note.restores));
        let about = about.and_then(|name| acts.get(acts.named(name)?));
        Ok(Version {
            id: document.act_id(&self.opening_id(act.opening), act),
            began: act.at,
            ended: act.until,
            kind: act.kind,
            author: self.author(act.author),
            name: acts.note(index).and_then(|note| note.name.clone()),
            inserted: characters(&fresh),
            deleted,
            about: about.map(|act| document.act_id(&self.opening_id(act.opening), act)),
            undone: !act.standing && !act.kind.is_undoing(),
        })
    }

    /// The text of a version.
    ///
    /// # Errors
    /// `NoDocument`, `NoAct`, or if the document can't be read.
    pub fn text_at(&mut self, document: DocumentId, version: ActId) -> Result<String, Error> {
        self.refresh()?;
        let edits = self.edits_at(document, version)?;
        let text = self.load(document)?.history.text_at(edits);
        Ok(String::from_utf8(text).expect("every version is whole characters"))
    }

    /// What turns the text of version `from` into that of version `to`. Bytes are compared by
    /// identity: text that was moved is deleted and put in, text that came back is the same.
    ///
    /// # Errors
    /// As `text_at`.
    pub fn diff(
        &mut self,
        document: DocumentId,
        from: ActId,
        to: ActId,
    ) -> Result<Vec<Change>, Error> {
        self.refresh()?;
        let (from, to) = (self.edits_at(document, from)?, self.edits_at(document, to)?);
        let history = &self.load(document)?.history;
        let patches = history.patch_between(from, to);
        let change = |patch: crate::history::Patch| Change {
            pos: patch.pos.into(),
            del: patch.del.into(),
            insert: String::from_utf8(history.bytes_of(&patch.back))
                .expect("versions differ by whole characters"),
        };
        Ok(patches.into_iter().map(change).collect())
    }

    /// Names a version, or takes its name away. On disk when this returns, with all edits before
    /// it.
    ///
    /// # Errors
    /// `ReadOnly`, `NoDocument`, `NoAct`, or why it could not be written.
    pub fn name_version(
        &mut self,
        document: DocumentId,
        version: ActId,
        name: Option<&str>,
        now: Millis,
    ) -> Result<(), Error> {
        self.check_writable()?;
        self.load(document)?;
        let index = self.find_act(document, version)?;
        self.flush(now)?;
        let loaded = self
            .loaded
            .get(&document)
            .ok_or(Error::NoDocument(document))?;
        let acts = &loaded.history.acts;
        let (n, act) = (
            loaded.n,
            acts.get(index).ok_or(Error::NoAct(version))?.clone(),
        );
        let mut note = acts.note(index).cloned().unwrap_or_default();
        note.name = name.map(str::to_owned);
        self.write(|tx| table::act_note::put(tx, n, &act, &note))?;
        *self.load(document)?.history.acts.note_mut(index) = note;
        Ok(())
    }

    /// Names the version that the whole project is at. On disk when this returns, with all edits
    /// before it.
    ///
    /// # Errors
    /// `ReadOnly`, or why it could not be written.
    pub fn name_project_version(
        &mut self,
        name: &str,
        now: Millis,
    ) -> Result<ProjectVersionId, Error> {
        self.check_writable()?;
        self.flush(now)?;
        let id = ProjectVersionId::new(now);
        self.write(|tx| table::project_version::insert(tx, id, name, now))?;
        Ok(id)
    }

    /// The named versions of the project, the oldest first. `restore` of each document's version
    /// brings one back.
    ///
    /// # Errors
    /// If the file or a document can't be read.
    pub fn project_versions(&mut self) -> Result<Vec<ProjectVersion>, Error> {
        self.refresh()?;
        let mut out = Vec::new();
        for row in table::project_version::all(&self.connection)? {
            let mut documents = Vec::new();
            for (n, (opening, seq)) in table::project_version::documents(&self.connection, row.n)? {
                let Some(id) = self.binder.iter().find(|d| d.n == n).map(|d| d.id) else {
                    continue;
                };
                let history = &self.load(id)?.history;
                let act = history
                    .edit_named(opening, seq)
                    .map(|edit| history.acts.of_edit(edit));
                if let Some(version) = act.and_then(|act| self.act_id(id, act)) {
                    documents.push((id, version));
                }
            }
            out.push(ProjectVersion {
                id: row.id,
                name: row.name,
                at: row.at,
                documents,
            });
        }
        Ok(out)
    }

    /// Number of edits that lead to a version.
    fn edits_at(&mut self, document: DocumentId, version: ActId) -> Result<u32, Error> {
        self.load(document)?;
        let index = self.find_act(document, version)?;
        let history = &self.load(document)?.history;
        Ok(history.acts.edits_of(index, history.version()).end)
    }
}

/// What an act put in for the first time, and how many characters it deleted.
fn work_of(document: &Document, act: u32) -> (Vec<u8>, u64) {
    let history = &document.history;
    let edits = history.acts.edits_of(act, history.version());
    let fresh = history.bytes_of(&[history.fresh_in(edits.clone())]);
    let gone = edits
        .map(|n| characters(&history.bytes_of(history.gone_by(n as usize))))
        .sum();
    (fresh, gone)
}

/// Kinds that a list of versions shows one by one.
const fn is_of_note(kind: ActKind) -> bool {
    match kind {
        ActKind::Typing
        | ActKind::Delete
        | ActKind::Composition
        | ActKind::Undo
        | ActKind::Redo
        | ActKind::Cut
        | ActKind::Drop
        | ActKind::Format
        | ActKind::Paste => false,
        ActKind::Accept
        | ActKind::ReplaceAll
        | ActKind::Import
        | ActKind::Restore
        | ActKind::Reorder
        | ActKind::Unknown(_) => true,
    }
}
