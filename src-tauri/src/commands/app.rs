//! The program: start, settings, log.

use tauri::{State, WebviewWindow};

use crate::wire::project::Start;
use crate::wire::settings::{LogTail, Settings};
use crate::wire::error::Error;
use crate::Shell;

/// What a window needs at its start.
#[tauri::command]
#[specta::specta]
pub async fn window_start(window: WebviewWindow, shell: State<'_, Shell>) -> Result<Start, Error> {
    todo!()
}

/// A frame came: the webview paints.
#[tauri::command]
#[specta::specta]
pub async fn window_painted(window: WebviewWindow, shell: State<'_, Shell>) -> Result<(), Error> {
    todo!()
}

/// Keeps the settings and tells the other windows (`settings-changed`).
#[tauri::command]
#[specta::specta]
pub async fn settings_save(window: WebviewWindow, shell: State<'_, Shell>, settings: Settings) -> Result<(), Error> {
    todo!()
}

/// The newest part of the log and where it lies.
#[tauri::command]
#[specta::specta]
pub async fn log_read(window: WebviewWindow, shell: State<'_, Shell>) -> Result<LogTail, Error> {
    todo!()
}

/// Shows the log in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn log_reveal(window: WebviewWindow, shell: State<'_, Shell>) -> Result<(), Error> {
    todo!()
}

/// Opens a page in the system's browser.
#[tauri::command]
#[specta::specta]
pub async fn link_open(window: WebviewWindow, shell: State<'_, Shell>, url: String) -> Result<(), Error> {
    todo!()
}

