//! Playing a story.

use tauri::{State, WebviewWindow};

use crate::wire::play::Play;
use crate::wire::error::Error;
use crate::Shell;

/// Plays a story from its start, or from the knot at a place.
#[tauri::command]
#[specta::specta]
pub async fn play_start(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, at: Option<u32>) -> Result<Play, Error> {
    todo!()
}

/// Makes a choice, counted from 0.
#[tauri::command]
#[specta::specta]
pub async fn play_choose(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, choice: u32) -> Result<Play, Error> {
    todo!()
}

/// Steps back one choice.
#[tauri::command]
#[specta::specta]
pub async fn play_back(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Play, Error> {
    todo!()
}

/// Compiles the text as it stands and makes the same choices again.
#[tauri::command]
#[specta::specta]
pub async fn play_refresh(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Play, Error> {
    todo!()
}

/// Ends play.
#[tauri::command]
#[specta::specta]
pub async fn play_stop(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<(), Error> {
    todo!()
}

