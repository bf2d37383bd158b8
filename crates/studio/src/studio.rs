//! The program: which projects are open, the model, the services, the data folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use inference::{Mode, Model};
use maas::{Keys, Runtime};
use project::{Access, NewProject, OpenError, Origin, Selection};
use registry::Places;
use tokio::sync::oneshot;

use crate::desk::Desk;
use crate::error::Error;
use crate::home::Home;
use crate::models::{ModelState, Models};
use crate::news::{Listener, StudioNews};
use crate::papers::now;
use crate::remote::Remotes;
use crate::samples::{sample_name, samples};
use crate::settings::Settings;

/// The program without a window. Cheap to clone.
#[derive(Clone)]
pub struct Studio {
    inner: Arc<Inner>,
}

struct Inner {
    tasks: Arc<drafting::Tasks>,
    home: Home,
    settings: Mutex<Settings>,
    desks: Mutex<BTreeMap<String, Desk>>,
    models: Models,
    remotes: Remotes,
    listener: Arc<Listener>,
    /// The recent projects are the window's: scripts leave them alone.
    window_open: bool,
}

impl Studio {
    /// Starts without a model and without a project. With `window_open`, what is opened is remembered as
    /// recent.
    ///
    /// # Errors
    /// When the network thread cannot be started.
    pub fn new(home: Home, window_open: bool, listener: Arc<Listener>) -> Result<Self, Error> {
        // A terminal shares its machine too, and the engine's threads wait for the slowest of them: one
        // core stays free with or without a window.
        let models = Models::new(Places::of_this_machine(), true, Mode::Fast);
        let remotes = Remotes::new(Runtime::start()?, Keys::in_keyring());
        let studio = Self {
            inner: Arc::new(Inner {
                settings: Mutex::new(home.settings()),
                tasks: Arc::new(home.tasks()),
                home,
                desks: Mutex::default(),
                models,
                remotes,
                listener,
                window_open,
            }),
        };
        studio.pass_on_model_news();
        Ok(studio)
    }

    /// A thread that tells the listener of every state of the model, until the studio is gone.
    fn pass_on_model_news(&self) {
        let mut watch = self.inner.models.watch();
        let listener = self.inner.listener.clone();
        let spawned = std::thread::Builder::new()
            .name("model-news".into())
            .spawn(move || {
                let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
                    return;
                };
                runtime.block_on(async {
                    while watch.changed().await.is_ok() {
                        listener(StudioNews::Model);
                    }
                });
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "no news of the model");
        }
    }

    /// The data folder.
    pub fn home(&self) -> &Home {
        &self.inner.home
    }

    /// The local model.
    pub fn models(&self) -> &Models {
        &self.inner.models
    }

    /// Remote services.
    pub fn remotes(&self) -> &Remotes {
        &self.inner.remotes
    }

    /// Settings.
    pub fn settings(&self) -> Settings {
        self.settings_guard().clone()
    }

    /// Keeps settings; a changed model file is opened, a changed name is the author's from now on.
    ///
    /// # Errors
    /// When they cannot be written; they hold until the end all the same.
    pub fn set_settings(&self, settings: Settings) -> Result<(), Error> {
        let before = std::mem::replace(&mut *self.settings_guard(), settings.clone());
        if before.author != settings.author {
            for desk in self.desks().values() {
                let name = settings.author.clone();
                let _ = desk.send(move |papers| papers.project.set_person(&name));
            }
        }
        self.inner
            .home
            .save_settings(&settings)
            .map_err(|source| Error::File {
                path: PathBuf::from("settings.json"),
                writing: true,
                source,
            })
    }

    fn settings_guard(&self) -> MutexGuard<'_, Settings> {
        self.inner
            .settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn desks(&self) -> MutexGuard<'_, BTreeMap<String, Desk>> {
        self.inner
            .desks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// An open project by its id.
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn desk(&self, id: &str) -> Result<Desk, Error> {
        self.desks().get(id).cloned().ok_or_else(|| Error::Unknown {
            what: "project",
            id: id.to_owned(),
        })
    }

    /// Opens a project for writing; for reading where `or_read` allows it and another program writes it.
    /// One that is open here already is handed out again. Blocks.
    ///
    /// # Errors
    /// What is wrong with the file; nothing was changed then.
    pub fn open(&self, path: &Path, or_read: bool) -> Result<Desk, Error> {
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        if let Some(desk) = self.open_at(path) {
            return Ok(desk);
        }
        let person = self.settings().author;
        let open = |access| {
            Desk::open(
                path,
                access,
                person.clone(),
                self.inner.listener.clone(),
                self.inner.tasks.clone(),
            )
        };
        let desk = match open(Access::Write) {
            Err(Error::Open(OpenError::LockedBy { .. } | OpenError::ReadOnly)) if or_read => {
                open(Access::Read)?
            }
            opened => opened?,
        };
        let folder = self.inner.home.backups();
        desk.send(move |papers| {
            if papers.is_writable()
                && let Err(error) = papers.back_up(&folder)
            {
                tracing::warn!(%error, "no backup was made");
            }
        })?;
        Ok(self.keep(desk, path))
    }

    /// Opens a project for reading only: nothing beside it or in it is written, whoever else has it open.
    /// Blocks.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn open_to_read(&self, path: &Path) -> Result<Desk, Error> {
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let desk = Desk::open(
            path,
            Access::Read,
            self.settings().author,
            self.inner.listener.clone(),
            self.inner.tasks.clone(),
        )?;
        Ok(self.keep(desk, path))
    }

    /// Makes an empty project. Blocks.
    ///
    /// # Errors
    /// `AlreadyThere`, or why it could not be written.
    pub fn create(&self, path: &Path, language: &str) -> Result<Desk, Error> {
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| Error::File {
                path: folder.to_path_buf(),
                writing: true,
                source,
            })?;
        }
        let new = NewProject {
            title: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            language: language.to_owned(),
            now: now(),
        };
        let desk = Desk::create(
            path,
            new,
            self.settings().author,
            self.inner.listener.clone(),
            self.inner.tasks.clone(),
        )?;
        Ok(self.keep(desk, path))
    }

    /// Makes the writer's own copy of the sample, under a name that is free. Blocks.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create_sample(&self, language: &str) -> Result<Desk, Error> {
        let folder = self.inner.home.projects().to_path_buf();
        let name = sample_name(language);
        let path = (1_u32..)
            .map(|n| {
                if n == 1 {
                    format!("{name}.palimpsest")
                } else {
                    format!("{name} {n}.palimpsest")
                }
            })
            .map(|file| folder.join(file))
            .find(|path| !path.exists())
            .unwrap_or_else(|| folder.join(format!("{name}.palimpsest")));
        let desk = self.create(&path, language)?;
        let texts = samples(language);
        desk.call_blocking(move |papers| -> Result<(), Error> {
            for sample in texts {
                // The writer's own copy: nobody's name is on it. The caret stands where one would go on.
                let id = papers.create(
                    sample.craft,
                    sample.title,
                    sample.text.to_owned(),
                    Origin::Unknown,
                )?;
                let end = Selection::caret(sample.text.len() as u64);
                papers.project.set_caret(id, end, now())?;
            }
            papers.flush()
        })??;
        Ok(desk)
    }

    fn open_at(&self, path: &Path) -> Option<Desk> {
        let desks: Vec<Desk> = self.desks().values().cloned().collect();
        let here = std::fs::canonicalize(path).ok()?;
        desks.into_iter().find(|desk| {
            desk.call_blocking(|papers| papers.path().to_path_buf())
                .ok()
                .and_then(|open| std::fs::canonicalize(open).ok())
                .is_some_and(|open| open == here)
        })
    }

    fn keep(&self, desk: Desk, path: &Path) -> Desk {
        self.desks().insert(desk.id().to_owned(), desk.clone());
        if self.inner.window_open
            && let Err(error) = self.inner.home.remember(path)
        {
            tracing::warn!(%error, "the recent projects could not be kept");
        }
        desk
    }

    /// Keeps a service for a project on this machine, and its key in the keyring. `enabled` is the writer's
    /// consent that text leaves. Blocks.
    ///
    /// # Errors
    /// When the address is none, or it cannot be kept.
    pub fn keep_remote(
        &self,
        project: &str,
        url: &str,
        model: &str,
        key: Option<&str>,
        enabled: bool,
    ) -> Result<(), Error> {
        if enabled || key.is_some() {
            self.inner.remotes.service(url, model, key)?;
        }
        let consent = crate::home::Consent {
            enabled,
            url: url.to_owned(),
            model: model.to_owned(),
        };
        self.inner
            .home
            .save_consent(project, &consent)
            .map_err(|source| Error::File {
                path: PathBuf::from("remote.json"),
                writing: true,
                source,
            })
    }

    /// Writes a project now; without one of that id there is nothing to write. Blocks.
    ///
    /// # Errors
    /// Why it could not be written; everything is kept in memory.
    pub fn save(&self, id: &str) -> Result<(), Error> {
        match self.desk(id) {
            Ok(desk) => desk.call_blocking(crate::papers::Papers::flush)?,
            Err(_) => Ok(()),
        }
    }

    /// Stops what runs in a project, writes it and lets it go. Blocks until it is on disk.
    pub fn close(&self, id: &str) {
        let desk = self.desks().remove(id);
        if let Some(desk) = desk {
            desk.stop_all();
            let _ = desk.call_blocking(|papers| papers.flush());
        }
    }

    /// Writes all open projects now. Blocks.
    pub fn flush_all(&self) {
        let desks: Vec<Desk> = self.desks().values().cloned().collect();
        for desk in desks {
            desk.stop_all();
            let _ = desk.call_blocking(|papers| papers.flush());
        }
    }

    /// Opens the model that the settings name, else the starter.
    pub fn open_model(&self) {
        let path = PathBuf::from(self.settings().model);
        self.inner.models.open(&path);
    }

    /// The model that a project drafts with: its remote service where the writer turned it on, else the
    /// local one, which is waited for while it is being opened.
    ///
    /// # Errors
    /// When there is none.
    pub async fn model_of(&self, project: &str) -> Result<Arc<dyn Model>, Arc<Error>> {
        let (remotes, home, id) = (
            self.inner.remotes.clone(),
            self.inner.home.clone(),
            project.to_owned(),
        );
        let remote = blocking("keyring-wait", move || remotes.of_project(&home, &id))
            .await
            .map_err(Arc::new)?;
        if let Some(service) = remote.map_err(Arc::new)? {
            return Ok(Arc::new(service));
        }
        if let ModelState::None = self.inner.models.state() {
            self.open_model();
        }
        let model = self.inner.models.ready().await?;
        Ok(model.engine)
    }
}

/// Runs something that blocks on a thread of its own.
///
/// # Errors
/// When there is no thread to be had, or it panicked.
pub async fn blocking<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let (answer, answered) = oneshot::channel();
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            let _ = answer.send(work());
        })
        .map_err(|source| Error::File {
            path: "thread".into(),
            writing: false,
            source,
        })?;
    answered.await.map_err(|_| Error::Gone(crate::owner::Gone))
}
