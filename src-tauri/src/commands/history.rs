//! Versions of a document.

use tauri::{State, WebviewWindow};

use crate::wire::history::{Past, Version};
use crate::wire::page::Applied;
use crate::wire::error::Error;
use crate::Shell;

/// Sessions, named versions and acts of note, newest first.
#[tauri::command]
#[specta::specta]
pub async fn history_list(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String) -> Result<Vec<Version>, Error> {
    todo!()
}

/// A version to look at, with its difference to now.
#[tauri::command]
#[specta::specta]
pub async fn history_view(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: String) -> Result<Past, Error> {
    todo!()
}

/// Brings a version back as a new edit.
#[tauri::command]
#[specta::specta]
pub async fn history_restore(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, version: String) -> Result<Applied, Error> {
    todo!()
}

/// Names the present version.
#[tauri::command]
#[specta::specta]
pub async fn history_name(window: WebviewWindow, shell: State<'_, Shell>, project: String, document: String, name: String) -> Result<Vec<Version>, Error> {
    todo!()
}

