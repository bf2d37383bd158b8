//! The commands that the window may call. Each converts, calls one function of the studio, converts back.

pub mod app;
pub mod binder;
pub mod page;
pub mod history;
pub mod assistant;
pub mod models;
pub mod play;
