//! Drafts and candidates.

use tauri::{State, WebviewWindow};

use tauri::ipc::Channel;

use crate::wire::assistant::{DraftEvent, DraftRequest, Generation, Piece, Saw, Took};
use crate::wire::error::Error;
use crate::Shell;

/// What would be sent.
#[tauri::command]
#[specta::specta]
pub async fn draft_preview(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, request: DraftRequest) -> Result<Saw, Error> {
    todo!()
}

/// Starts a draft and streams it to `events`. Returns at once with its generation; `draft_stop` or the window's end stops it.
#[tauri::command]
#[specta::specta]
pub async fn draft_start(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, request: DraftRequest, events: Channel<DraftEvent>) -> Result<Generation, Error> {
    todo!()
}

/// Stops one take or all. What came is kept.
#[tauri::command]
#[specta::specta]
pub async fn draft_stop(window: WebviewWindow, shell: State<'_, Shell>, project: String, generation: String, take: Option<u32>) -> Result<(), Error> {
    todo!()
}

/// A document's generations that are not put away, newest first.
#[tauri::command]
#[specta::specta]
pub async fn generation_list(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Vec<Generation>, Error> {
    todo!()
}

/// What the model saw.
#[tauri::command]
#[specta::specta]
pub async fn generation_saw(window: WebviewWindow, shell: State<'_, Shell>, project: String, generation: String) -> Result<Saw, Error> {
    todo!()
}

/// Takes the next piece of a candidate into the page, at its place.
#[tauri::command]
#[specta::specta]
pub async fn candidate_take(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, candidate: String, piece: Piece) -> Result<Took, Error> {
    todo!()
}

/// Inserts what is left of a candidate at another place (its own is gone).
#[tauri::command]
#[specta::specta]
pub async fn candidate_insert(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, candidate: String, at: u32) -> Result<Took, Error> {
    todo!()
}

/// Puts a candidate away; it stays in history.
#[tauri::command]
#[specta::specta]
pub async fn candidate_dismiss(window: WebviewWindow, shell: State<'_, Shell>, project: String, candidate: String) -> Result<Generation, Error> {
    todo!()
}

