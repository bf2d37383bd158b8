//! What the shell tells its windows unasked.

use serde::Serialize;
use studio::StudioNews;
use tauri::{AppHandle, Emitter, Manager};

use crate::Shell;
use crate::convert;
use crate::wire::models::ModelChanged;
use crate::wire::page::{Applied, PageChanged};
use crate::wire::project::SavedChanged;
use crate::wire::settings::Settings;

/// To every window that shows a project.
fn to_windows_of<T: Serialize + Clone>(app: &AppHandle, project: &str, event: &str, payload: &T) {
    for label in app.state::<Shell>().windows_of(project) {
        if let Err(error) = app.emit_to(label.as_str(), event, payload.clone()) {
            tracing::warn!(%error, event, "a window was not told");
        }
    }
}

/// Hands the studio's news to the windows that they concern.
pub(crate) fn pass_on(app: &AppHandle, news: StudioNews) {
    match news {
        StudioNews::Saved {
            project,
            saved,
            error,
        } => {
            let saved = convert::saved(saved, error.as_deref());
            to_windows_of(
                app,
                &project,
                "saved-changed",
                &SavedChanged {
                    project: project.clone(),
                    saved,
                },
            );
        }
        StudioNews::Model => {
            let model = convert::model_state(&app.state::<Shell>().studio.models().state());
            let _ = app.emit("model-changed", ModelChanged { model });
        }
        StudioNews::Generation {
            project,
            generation,
        } => {
            let (app, shell) = (app.clone(), app.state::<Shell>().studio.clone());
            tauri::async_runtime::spawn(async move {
                let Ok(desk) = shell.desk(&project) else {
                    return;
                };
                let running = desk.is_running(generation);
                let told = desk
                    .call(move |papers| -> Result<_, studio::Error> {
                        let cards = papers.cards(generation)?;
                        let sheet = match cards.document {
                            Some(document) => Some(papers.sheet(document)?),
                            None => None,
                        };
                        Ok(convert::generation(&cards, sheet, running))
                    })
                    .await;
                if let Ok(Ok(generation)) = told {
                    to_windows_of(&app, &project, "generation-changed", &generation);
                }
            });
        }
    }
}

/// Text of a document changed by a command that did not come from its page.
pub(crate) fn page_changed(app: &AppHandle, project: &str, document: String, applied: Applied) {
    let changed = PageChanged {
        project: project.to_owned(),
        document,
        applied,
    };
    to_windows_of(app, project, "page-changed", &changed);
}

/// Settings were kept.
pub(crate) fn settings_changed(app: &AppHandle, settings: &Settings) {
    let _ = app.emit("settings-changed", settings.clone());
}
