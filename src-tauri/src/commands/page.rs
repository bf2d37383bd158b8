//! The open document.

use tauri::{State, WebviewWindow};

use crate::wire::page::{
    Applied, AuthorRun, Completion, Document, Edit, Emphasis, Key, KeyAnswer, PageNews, Selection, Target,
};
use crate::wire::error::Error;
use crate::Shell;

/// Opens a document.
#[tauri::command]
#[specta::specta]
pub async fn document_open(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Document, Error> {
    todo!()
}

/// Applies an edit. `stale_version` when the base is not the current version.
#[tauri::command]
#[specta::specta]
pub async fn document_edit(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, edit: Edit) -> Result<PageNews, Error> {
    todo!()
}

/// Undoes the last act. None: nothing to undo.
#[tauri::command]
#[specta::specta]
pub async fn document_undo(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Option<Applied>, Error> {
    todo!()
}

/// Redoes it.
#[tauri::command]
#[specta::specta]
pub async fn document_redo(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Option<Applied>, Error> {
    todo!()
}

/// What Tab, Shift+Tab or Enter does here. None: what the key does everywhere.
#[tauri::command]
#[specta::specta]
pub async fn document_key(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, key: Key, selection: Selection) -> Result<Option<KeyAnswer>, Error> {
    todo!()
}

/// Sets or takes away emphasis.
#[tauri::command]
#[specta::specta]
pub async fn document_emphasis(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, emphasis: Emphasis, selection: Selection) -> Result<Option<KeyAnswer>, Error> {
    todo!()
}

/// Proposals at the caret.
#[tauri::command]
#[specta::specta]
pub async fn document_complete(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, at: u32) -> Result<Option<Completion>, Error> {
    todo!()
}

/// Where the name at a place is defined.
#[tauri::command]
#[specta::specta]
pub async fn document_target(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, at: u32) -> Result<Option<Target>, Error> {
    todo!()
}

/// Remembers the selection, and gives words of the selected text.
#[tauri::command]
#[specta::specta]
pub async fn document_selection(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: u32, selection: Selection) -> Result<u32, Error> {
    todo!()
}

/// Who wrote what.
#[tauri::command]
#[specta::specta]
pub async fn document_authors(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Vec<AuthorRun>, Error> {
    todo!()
}

