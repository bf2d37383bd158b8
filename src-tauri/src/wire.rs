//! The types that cross the border to the window. Offsets in a text are UTF-16 units there.
//!
//! `#[specta(type = u32)]` on a float says `number` in TypeScript; without it the generator says `number | null`,
//! since JSON has no NaN, and ours are never that.

pub mod assistant;
pub mod error;
pub mod history;
pub mod models;
pub mod page;
pub mod play;
pub mod project;
pub mod settings;
