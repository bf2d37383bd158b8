//! The program without a window: open projects, models, settings and running drafts.
//!
//! Start at [`Studio`]. Each open project lives on a thread of its own ([`Papers`]) behind a handle
//! ([`Desk`]); the local model ([`Models`]) is shared; a remote service ([`Remotes`]) is used by a project
//! only where the writer turned it on for it on this machine. The window and the command line are two
//! front ends of this crate: neither has a rule of its own. Offsets are bytes; a [`Sheet`] converts.

mod backups;
mod candidates;
mod desk;
mod draft;
mod error;
mod find;
mod home;
mod logging;
mod models;
mod news;
mod owner;
mod papers;
mod remote;
mod samples;
mod settings;
mod sheet;
mod studio;
mod theatre;
mod transfer;

pub use candidates::{Card, Cards, Piece, is_streaming, kinds};
pub use desk::Desk;
pub use draft::{
    Draft, DraftListener, DraftNews, DraftWish, KeptSettings, preview, start as start_draft,
};
pub use error::{Error, Told};
pub use find::{Hit, Query, find};
pub use home::{Consent, Home};
pub use llama::probe_main;
pub use logging::{start as start_logging, tail as log_tail};
pub use models::{Candidate as ModelChoice, ModelState, Models, OpenModel};
pub use news::{Listener, Saved, StudioNews};
pub use owner::Gone;
pub use papers::{Papers, Shown, Wish, craft_of, now};
pub use remote::{Remotes, Tested, host, host_of, key_place};
pub use samples::{Sample, is_chinese, sample_name, samples, system_language};
pub use settings::Settings;
pub use sheet::{News, Sheet, UnitChange};
pub use studio::{Studio, blocking};
pub use theatre::{Stage, choose, end_play, play, replay, step_back};
pub use transfer::{Format, read_file, write_whole};
