//! Models here and at a service.

use tauri::{State, WebviewWindow};

use crate::wire::models::{ModelState, Models, RemoteInput, RemoteReport};
use crate::wire::project::Project;
use crate::wire::error::Error;
use crate::Shell;

/// The model panel.
#[tauri::command]
#[specta::specta]
pub async fn model_list(window: WebviewWindow, shell: State<'_, Shell>) -> Result<Models, Error> {
    todo!()
}

/// Opens a model file: the path, or one the writer picks; empty = the starter.
#[tauri::command]
#[specta::specta]
pub async fn model_use(window: WebviewWindow, shell: State<'_, Shell>, path: Option<String>) -> Result<ModelState, Error> {
    todo!()
}

/// Tests a connection. Nothing of the project is sent.
#[tauri::command]
#[specta::specta]
pub async fn remote_test(window: WebviewWindow, shell: State<'_, Shell>, project: String, input: RemoteInput) -> Result<RemoteReport, Error> {
    todo!()
}

/// Keeps a service for this project on this machine. `enabled` is the writer's consent that text leaves.
#[tauri::command]
#[specta::specta]
pub async fn remote_save(window: WebviewWindow, shell: State<'_, Shell>, project: String, input: RemoteInput, enabled: bool) -> Result<Project, Error> {
    todo!()
}

/// Deletes the stored key.
#[tauri::command]
#[specta::specta]
pub async fn remote_forget_key(window: WebviewWindow, shell: State<'_, Shell>, url: String) -> Result<(), Error> {
    todo!()
}

