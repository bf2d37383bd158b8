//! What the shell knows: the studio, and which window shows which project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use studio::{Desk, Error, Studio};
use tauri::WebviewWindow;

use crate::renderer;

/// How long a window that runs scripts may go without a frame before it counts as blank.
const BLANK: Duration = Duration::from_secs(5);

/// State of the shell.
pub struct Shell {
    pub(crate) studio: Studio,
    /// Window label → project id.
    shown: Mutex<BTreeMap<String, String>>,
    /// Paths from the command line and from the system, for windows that have no project yet.
    paths: Mutex<Vec<PathBuf>>,
    /// Projects that are open and wait for their window.
    waiting: Mutex<Vec<String>>,
    /// Windows that were not closed since their text could not be saved; the next try closes them.
    refused: Mutex<BTreeSet<String>>,
    dark: AtomicBool,
    painted: Arc<AtomicBool>,
}

impl Shell {
    /// `paths` are what the program was started with.
    pub(crate) fn new(studio: Studio, paths: Vec<PathBuf>) -> Self {
        Self {
            studio,
            shown: Mutex::default(),
            paths: Mutex::new(paths),
            waiting: Mutex::default(),
            refused: Mutex::default(),
            dark: AtomicBool::new(false),
            painted: Arc::default(),
        }
    }

    /// Language of the window: the setting, else the system's.
    pub(crate) fn language(&self) -> String {
        let settings = self.studio.settings();
        if settings.language == "system" {
            studio::system_language().into()
        } else {
            settings.language
        }
    }

    pub(crate) fn is_dark(&self) -> bool {
        match self.studio.settings().theme.as_str() {
            "light" => false,
            "dark" => true,
            _ => self.dark.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn set_dark(&self, dark: bool) {
        self.dark.store(dark, Ordering::Relaxed);
    }

    /// Notes that a window shows a project; gives the one that it showed before.
    pub(crate) fn show(&self, label: &str, project: &str) -> Option<String> {
        guard(&self.shown).insert(label.to_owned(), project.to_owned())
    }

    /// A window is gone; gives its project where no other window shows it.
    pub(crate) fn closed(&self, label: &str) -> Option<String> {
        let project = guard(&self.shown).remove(label)?;
        (!self.is_shown(&project)).then_some(project)
    }

    /// Whether a window may close: its text is on disk, or its writer asks a second time. Blocks for a write.
    pub(crate) fn may_close(&self, label: &str) -> bool {
        let Some(project) = guard(&self.shown).get(label).cloned() else {
            return true;
        };
        if self.windows_of(&project).len() > 1 {
            return true;
        }
        let saved = self.studio.save(&project);
        if let Err(error) = &saved {
            tracing::error!(%error, "a window would close with unsaved text");
        }
        saved.is_ok() || !guard(&self.refused).insert(label.to_owned())
    }

    pub(crate) fn is_shown(&self, project: &str) -> bool {
        guard(&self.shown).values().any(|shown| shown == project)
    }

    pub(crate) fn windows_of(&self, project: &str) -> Vec<String> {
        guard(&self.shown)
            .iter()
            .filter(|(_, shown)| *shown == project)
            .map(|(label, _)| label.clone())
            .collect()
    }

    /// The next window that starts shows this project.
    pub(crate) fn open_next(&self, project: String) {
        guard(&self.waiting).push(project);
    }

    /// How many files were named at the start: each gets a window.
    pub(crate) fn files_to_open(&self) -> usize {
        guard(&self.paths).len()
    }

    /// The next window that starts opens this file.
    pub(crate) fn open_path_next(&self, path: PathBuf) {
        guard(&self.paths).push(path);
    }

    /// The project of a window that starts: the one that it shows already (a reload), one that waits for a
    /// window, a file named at the start, the last one; else the sample, as the writer's own copy, at the
    /// very first start.
    pub(crate) async fn first_project(&self, label: &str) -> Result<Desk, Error> {
        let shown = guard(&self.shown).get(label).cloned();
        let waiting = guard(&self.waiting).pop();
        if let Some(desk) = shown.or(waiting).and_then(|id| self.studio.desk(&id).ok()) {
            return Ok(desk);
        }
        let named = guard(&self.paths).pop();
        let (studio, language) = (self.studio.clone(), self.language());
        studio::blocking("opening", move || {
            if let Some(path) = named {
                return studio.open(&path, true);
            }
            let is_new = studio.home().is_new();
            // The last one or none: another in its place would look like lost work.
            if let Some(path) = studio.home().recents().into_iter().next() {
                return studio.open(&path, true);
            }
            if is_new {
                return studio.create_sample(&language);
            }
            Err(Error::Unknown {
                what: "recent_project",
                id: String::new(),
            })
        })
        .await?
    }

    /// Whether the next window was asked to show a file.
    pub(crate) fn has_a_file_to_open(&self) -> bool {
        !guard(&self.paths).is_empty()
    }

    pub(crate) fn painted(&self) {
        self.painted.store(true, Ordering::Relaxed);
    }

    /// Scripts run in the window. If no frame follows, the renderer paints nothing here: start once more
    /// without it, and remember.
    pub(crate) fn script_runs(&self, window: &WebviewWindow) {
        if !renderer::may_choose() || self.painted.load(Ordering::Relaxed) {
            return;
        }
        let (painted, studio, window) = (self.painted.clone(), self.studio.clone(), window.clone());
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(BLANK).await;
            let seen =
                window.is_visible().unwrap_or(false) && !window.is_minimized().unwrap_or(true);
            if painted.load(Ordering::Relaxed) || !seen {
                return;
            }
            tracing::warn!("the window paints nothing: starting again without the DMABUF renderer");
            studio.flush_all();
            let mut settings = studio.settings();
            settings.no_dmabuf = true;
            let _ = studio.set_settings(settings);
            let error = renderer::restart_without();
            tracing::error!(%error, "it could not be started again");
        });
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
