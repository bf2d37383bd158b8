//! Models here and at a service.

use std::path::PathBuf;

use tauri::{Manager, State, WebviewWindow};

use crate::Shell;
use crate::commands::binder;
use crate::wire::error::Error;
use crate::wire::models::{ModelState, Models, RemoteInput, RemoteReport};
use crate::wire::project::Project;
use crate::{convert, dialogs, events};

/// The model panel.
#[tauri::command]
#[specta::specta]
pub async fn model_list(shell: State<'_, Shell>) -> Result<Models, Error> {
    let models = shell.studio.models().clone();
    let chinese = studio::is_chinese(&shell.language());
    let (known, others) = studio::blocking("models", move || models.candidates()).await?;
    let mib = |bytes: u64| u32::try_from(bytes / (1 << 20)).ok();
    Ok(Models {
        memory_mib: registry::total().and_then(mib),
        free_mib: registry::free().and_then(mib),
        catalog: known
            .iter()
            .map(|choice| convert::catalog_entry(choice, chinese))
            .collect(),
        files: others
            .iter()
            .map(|choice| convert::catalog_entry(choice, chinese))
            .collect(),
    })
}

/// Opens a model file: the path, or one the writer picks; empty = the starter.
#[tauri::command]
#[specta::specta]
pub async fn model_use(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    path: Option<String>,
) -> Result<ModelState, Error> {
    let path = match path {
        Some(path) => PathBuf::from(path),
        None => match dialogs::open_files(&window, &[("GGUF", &["gguf"])], false)
            .await
            .pop()
        {
            Some(path) => path,
            None => return Ok(convert::model_state(&shell.studio.models().state())),
        },
    };
    shell.studio.models().open(&path);
    let mut settings = shell.studio.settings();
    settings.model = path.display().to_string();
    let (studio, told) = (shell.studio.clone(), convert::settings(&settings));
    studio::blocking("settings", move || studio.set_settings(settings)).await??;
    events::settings_changed(window.app_handle(), &told);
    Ok(convert::model_state(&shell.studio.models().state()))
}

/// Tests a connection. Nothing of the project is sent.
#[tauri::command]
#[specta::specta]
pub async fn remote_test(
    shell: State<'_, Shell>,
    input: RemoteInput,
) -> Result<RemoteReport, Error> {
    let remotes = shell.studio.remotes().clone();
    let RemoteInput { url, model, key } = input;
    let studio::Tested { report, key } = studio::blocking("remote-test", move || {
        remotes.test(&url, &model, key.as_deref())
    })
    .await??;
    Ok(RemoteReport {
        host: report.host,
        base: report.base,
        models: report.models.into_iter().map(|model| model.id).collect(),
        completions: report.completions,
        chat: report.chat,
        latency_ms: u32::try_from(report.latency.as_millis()).unwrap_or(u32::MAX),
        plaintext: report.plaintext,
        key_place: studio::key_place(key).into(),
    })
}

/// Keeps a service for this project on this machine. `enabled` is the writer's consent that text leaves.
#[tauri::command]
#[specta::specta]
pub async fn remote_save(
    shell: State<'_, Shell>,
    project: String,
    input: RemoteInput,
    enabled: bool,
) -> Result<Project, Error> {
    let desk = shell.studio.desk(&project)?;
    let (studio, id) = (shell.studio.clone(), project.clone());
    let RemoteInput { url, model, key } = input;
    studio::blocking("remote-save", move || {
        studio.keep_remote(&id, &url, &model, key.as_deref(), enabled)
    })
    .await??;
    binder::view(&shell, &desk).await
}

/// Deletes the stored key.
#[tauri::command]
#[specta::specta]
pub async fn remote_forget_key(shell: State<'_, Shell>, url: String) -> Result<(), Error> {
    let remotes = shell.studio.remotes().clone();
    Ok(studio::blocking("keyring-wait", move || remotes.forget_key(&url)).await??)
}
