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
