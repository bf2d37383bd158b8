//! The main job in the real window, each test with a program, a display and a data folder of its own.
//! What was on the screen lies in target/e2e/ after a run.

mod composition;
mod drafts;
mod files;
mod first_start;
mod languages;
mod models;
mod restart;
mod story;
mod typing;
