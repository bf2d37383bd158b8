//! Projects and the binder.

use tauri::{State, WebviewWindow};

use crate::wire::page::Craft;
use crate::wire::project::{Binder, Hit, Imported, Project, Query, Recent};
use crate::wire::error::Error;
use crate::Shell;

/// Asks for a place, makes an empty project there and shows it in this window. None: the writer changed their mind.
#[tauri::command]
#[specta::specta]
pub async fn project_new(window: WebviewWindow, shell: State<'_, Shell>) -> Result<Option<Project>, Error> {
    todo!()
}

/// Opens a project: the path, or one the writer picks. `new_window` leaves this window as it is.
#[tauri::command]
#[specta::specta]
pub async fn project_open(window: WebviewWindow, shell: State<'_, Shell>, path: Option<String>, new_window: bool) -> Result<Option<Project>, Error> {
    todo!()
}

/// Makes a fresh copy of the sample and shows it in this window.
#[tauri::command]
#[specta::specta]
pub async fn project_sample(window: WebviewWindow, shell: State<'_, Shell>) -> Result<Project, Error> {
    todo!()
}

/// Asks for a place and saves a copy there. The path, or none.
#[tauri::command]
#[specta::specta]
pub async fn project_save_copy(window: WebviewWindow, shell: State<'_, Shell>, project: String) -> Result<Option<String>, Error> {
    todo!()
}

/// Projects opened before, newest first.
#[tauri::command]
#[specta::specta]
pub async fn project_recents(window: WebviewWindow, shell: State<'_, Shell>) -> Result<Vec<Recent>, Error> {
    todo!()
}

/// Writes to disk now.
#[tauri::command]
#[specta::specta]
pub async fn project_flush(window: WebviewWindow, shell: State<'_, Shell>, project: String) -> Result<(), Error> {
    todo!()
}

/// Adds a document after the others of its craft.
#[tauri::command]
#[specta::specta]
pub async fn document_create(window: WebviewWindow, shell: State<'_, Shell>, project: String, craft: Craft, title: String) -> Result<(Binder, String), Error> {
    todo!()
}

/// Renames a document.
#[tauri::command]
#[specta::specta]
pub async fn document_rename(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, title: String) -> Result<Binder, Error> {
    todo!()
}

/// Moves a document before another one, or to the end.
#[tauri::command]
#[specta::specta]
pub async fn document_move(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, before: Option<String>) -> Result<Binder, Error> {
    todo!()
}

/// Deletes a document; the binder's undo brings it back.
#[tauri::command]
#[specta::specta]
pub async fn document_delete(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Binder, Error> {
    todo!()
}

/// Undoes the binder's last act.
#[tauri::command]
#[specta::specta]
pub async fn binder_undo(window: WebviewWindow, shell: State<'_, Shell>, project: String) -> Result<Binder, Error> {
    todo!()
}

/// Redoes it.
#[tauri::command]
#[specta::specta]
pub async fn binder_redo(window: WebviewWindow, shell: State<'_, Shell>, project: String) -> Result<Binder, Error> {
    todo!()
}

/// Imports files: the paths, or those that the writer picks.
#[tauri::command]
#[specta::specta]
pub async fn document_import(window: WebviewWindow, shell: State<'_, Shell>, project: String, paths: Option<Vec<String>>) -> Result<Imported, Error> {
    todo!()
}

/// Exports a document: asks for a place with the format's extension (`source` or `html`). The path, or none.
#[tauri::command]
#[specta::specta]
pub async fn document_export(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, format: String) -> Result<Option<String>, Error> {
    todo!()
}

/// Looks for text in all documents, at most 1,000 hits.
#[tauri::command]
#[specta::specta]
pub async fn project_find(window: WebviewWindow, shell: State<'_, Shell>, project: String, query: Query) -> Result<Vec<Hit>, Error> {
    todo!()
}

/// Replaces in one document or all; one undo step each. How many.
#[tauri::command]
#[specta::specta]
pub async fn project_replace(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: Option<String>, query: Query, replacement: String) -> Result<u32, Error> {
    todo!()
}

