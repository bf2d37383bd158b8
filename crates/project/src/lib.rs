//! The .palimpsest file: documents, every edit with its author, undo, versions and anchors in SQLite.
//!
//! Start at [`Project`]: `create` or `open` one, make documents, `edit` them, and `flush` by the
//! time that `next_deadline` names. One thread owns a project; it is `Send` and knows no clock but
//! the `now` that calls bring, in milliseconds since 1970.
//!
//! - The current text of each document stands in plain in the file, written in the same
//!   transaction as the edits that led to it.
//! - Every edit is kept. An act (a stretch of typing, a paste, a taken candidate) is what one undo
//!   takes back, whoever's it was, across restarts and through later edits.
//! - Every byte knows its author, through undo, restore, and paste within the project.
//! - Anchors move with the text, are marked where it is deleted, and come back with it.
//! - Positions are UTF-8 bytes; text has line feeds only.
//!
//! ```
//! use project::{Access, Batch, Craft, NewDocument, NewProject, Origin, Project};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (path, now) = (folder.path().join("Quay.palimpsest"), 1_790_000_000_000);
//! let new = NewProject { title: "Quay".into(), language: "en".into(), now };
//! let mut project = Project::create(&path, &new, None)?;
//! project.set_person("Mara");
//! let quay = project.create_document(NewDocument {
//!     craft: Craft::Screenplay,
//!     title: project.free_title("Quay"),
//!     folder: String::new(),
//!     text: "EXT. QUAY - DAWN\n".into(),
//!     origin: Origin::File("quay.fountain".into()),
//!     now,
//! })?;
//!
//! // an edit names the version it was made to, and is on disk after the next flush
//! let base = project.version(quay)?;
//! let applied = project.edit(quay, Batch::typing(base, 17, "Fog.", now + 100))?;
//! assert_eq!(project.next_deadline(), Some(now + 600));
//! project.flush(now + 600)?;
//! project.close(now + 700).map_err(|(_, error)| error)?;
//!
//! // undo is an edit too, and knows of no restart
//! let mut project = Project::open(&path, None, Access::Write)?;
//! project.undo(quay, now + 9_000)?;
//! assert_eq!(project.text(quay)?, "EXT. QUAY - DAWN\n");
//! let typed = applied.act.ok_or("nothing was typed")?;
//! assert_eq!(project.text_at(quay, typed)?, "EXT. QUAY - DAWN\nFog.");
//! # Ok(())
//! # }
//! ```
//!
//! What it can be asked, by the file it stands in:
//!
//! | file | |
//! |---|---|
//! | `project` | `create`, `open`, `close`, `flush`, `next_deadline`, `is_saved`, `set_person`, title, attributes |
//! | `binder` | `documents`, `trash`, `create_document`, `rename_document`, `move_document`, `trash_document`, `put_document_back`, `free_title`, attributes, `set_caret` |
//! | `binder_act` | `binder_undo`, `binder_redo`, `binder_can_undo` |
//! | `editing` | `text`, `version`, `edit`, `undo`, `redo`, `undo_act`, `can_undo`, `restore`, `authors`, `shares`, `clip` |
//! | `versions` | `acts`, `sessions`, `versions`, `text_at`, `diff`, `name_version`, `name_project_version`, `project_versions` |
//! | `drafts` | `start_generation`, `append_to_candidate`, `finish_candidate`, `retract_candidate`, `dismiss_candidate`, `candidate`, `open_candidates`, `generation`, `generations` |
//! | `anchors` | `add_anchor`, `anchor`, `anchors`, `remove_anchor` |
//! | `integrity`, `copies` | `check`; `save_copy`, `back_up` |

mod act;
mod anchor;
mod anchors;
mod author;
mod binder;
mod binder_act;
pub mod check;
mod clip;
mod copies;
mod document;
mod drafts;
mod editing;
mod error;
mod history;
mod ids;
mod integrity;
mod lock;
mod pieces;
mod project;
mod schema;
mod store;
mod table;
mod versions;

pub use act::{ActKind, Applied, Batch, Change, Deed, Origin, Selection};
pub use anchor::{Anchor, Side};
pub use author::{Author, Share};
pub use binder::{Craft, DocumentInfo, NewDocument};
pub use binder_act::{BinderActKind, BinderApplied};
pub use clip::Clip;
pub use copies::CopyError;
pub use drafts::{Candidate, CandidateState, Generation, NewGeneration, Outcome, Started};
pub use error::{Damage, Error, OpenError, SaveError};
pub use ids::{
    ActId, AnchorId, BinderActId, CandidateId, DocumentId, GenerationId, InvalidId, Millis,
    OpeningId, ProjectId, ProjectVersionId,
};
pub use integrity::{CheckReport, Problem};
pub use project::{Flushed, NewProject, Project};
pub use store::{Access, Key};
pub use versions::{ProjectVersion, Session, Version};
