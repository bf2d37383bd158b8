//! The commands that the window may call. Each converts, calls one function of the studio, converts back.

pub mod app;
pub mod assistant;
pub mod binder;
pub mod history;
pub mod models;
pub mod page;
pub mod play;
