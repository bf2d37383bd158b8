//! The main job in the real window, each test with a program, a display and a data folder of its own.
//! What was on the screen lies in target/e2e/ after a run.

mod drafts;
mod first_start;
mod restart;
mod typing;
