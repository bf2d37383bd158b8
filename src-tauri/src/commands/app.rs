//! The program: start, settings, log.

use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_opener::OpenerExt;

use crate::Shell;
use crate::commands::binder;
use crate::wire::error::Error;
use crate::wire::project::Start;
use crate::wire::settings::{LogTail, Settings};
use crate::{convert, events};

/// What a window needs at its start.
#[tauri::command]
#[specta::specta]
pub async fn window_start(window: WebviewWindow, shell: State<'_, Shell>) -> Result<Start, Error> {
    // The hints speak of the sample: who opens a file of their own at the first start does not see them.
    let first_start = shell.studio.home().is_new() && !shell.has_a_file_to_open();
    let (project, problem) = match shell.first_project(window.label()).await {
        Ok(desk) => {
            shell.show(window.label(), desk.id());
            let project = binder::view(&shell, &desk).await?;
            let _ = window.set_title(&format!("{} – Palimpsest", project.title));
            (Some(project), None)
        }
        Err(error) => (None, Some(Error::from(error))),
    };
    shell.script_runs(&window);
    Ok(Start {
        platform: std::env::consts::OS.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        settings: convert::settings(&shell.studio.settings()),
        system_language: studio::system_language().into(),
        system_dark: matches!(window.theme(), Ok(tauri::Theme::Dark)),
        project,
        problem,
        recents: binder::project_recents(shell.clone()).await?,
        first_start,
        model: convert::model_state(&shell.studio.models().state()),
        automation: crate::is_automated(),
    })
}

/// A frame came: the webview paints.
#[tauri::command]
#[specta::specta]
pub async fn window_painted(shell: State<'_, Shell>) -> Result<(), Error> {
    shell.painted();
    Ok(())
}

/// Keeps the settings and tells the other windows (`settings-changed`).
#[tauri::command]
#[specta::specta]
pub async fn settings_save(
    app: AppHandle,
    shell: State<'_, Shell>,
    settings: Settings,
) -> Result<(), Error> {
    let (studio, kept) = (
        shell.studio.clone(),
        convert::settings_in(settings.clone(), shell.studio.settings()),
    );
    studio::blocking("settings", move || studio.set_settings(kept)).await??;
    events::settings_changed(&app, &settings);
    Ok(())
}

/// The newest part of the log and where it lies.
#[tauri::command]
#[specta::specta]
pub async fn log_read(shell: State<'_, Shell>) -> Result<LogTail, Error> {
    let folder = shell.studio.home().logs();
    let path = folder.display().to_string();
    let text = studio::blocking("log", move || studio::log_tail(&folder)).await?;
    Ok(LogTail { path, text })
}

/// Shows the log in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn log_reveal(app: AppHandle, shell: State<'_, Shell>) -> Result<(), Error> {
    let folder = shell.studio.home().logs();
    if let Err(error) = app
        .opener()
        .open_path(folder.display().to_string(), None::<&str>)
    {
        tracing::warn!(%error, "the log's folder could not be shown");
    }
    Ok(())
}

/// Opens a page in the system's browser.
#[tauri::command]
#[specta::specta]
pub async fn link_open(app: AppHandle, url: String) -> Result<(), Error> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web && let Err(error) = app.opener().open_url(url, None::<&str>) {
        tracing::warn!(%error, "no browser");
    }
    Ok(())
}
