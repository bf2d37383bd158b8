//! The model of this machine: opened on a thread of its own, shared by all projects.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use inference::{Mode, Model, ModelInfo};
use llama::{Engine, OpenError, OpenOptions, Opening, Probe};
use registry::{Catalog, Hashes, Header, Places};
use tokio::sync::watch;

use crate::error::Error;

/// State of the local model.
#[derive(Clone)]
pub enum ModelState {
    /// None is asked for.
    None,
    /// Being opened.
    Opening {
        /// Its name.
        name: String,
        /// Per cent.
        percent: u32,
    },
    /// Open.
    Ready(OpenModel),
    /// It could not be opened.
    Failed {
        /// Its name.
        name: String,
        /// Why.
        error: Arc<Error>,
    },
}

/// An opened local model.
#[derive(Clone)]
pub struct OpenModel {
    /// The engine.
    pub engine: Arc<Engine>,
    /// The file.
    pub path: PathBuf,
    /// What it is; the name is the catalogue's where that has one.
    pub info: ModelInfo,
    /// It is the starter: small, mainly English.
    pub starter: bool,
}

/// A model that one could use.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its entry in the catalogue, or one made from the file's header.
    pub entry: registry::Entry,
    /// Where it lies, if it is here.
    pub path: Option<PathBuf>,
    /// Whether it fits the memory that is free now (or that the whole machine has, where it is not here yet).
    pub fits: bool,
}

/// The local model and what could be in its place. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    inner: Arc<Inner>,
}

struct Inner {
    state: watch::Sender<ModelState>,
    places: Places,
    opening: Mutex<Option<(Arc<AtomicBool>, JoinHandle<()>)>>,
    window_open: bool,
    mode: Mode,
}

impl Models {
    /// Nothing is opened yet. `window_open` leaves a core to the window.
    pub fn new(places: Places, window_open: bool, mode: Mode) -> Self {
        let (state, _) = watch::channel(ModelState::None);
        Self {
            inner: Arc::new(Inner {
                state,
                places,
                opening: Mutex::new(None),
                window_open,
                mode,
            }),
        }
    }

    /// The state now.
    pub fn state(&self) -> ModelState {
        self.inner.state.borrow().clone()
    }

    /// Hears every state from now on.
    pub fn watch(&self) -> watch::Receiver<ModelState> {
        self.inner.state.subscribe()
    }

    /// Opens a file (empty path: the starter) in place of the one that is open. Returns at once; what is
    /// being opened is given up.
    pub fn open(&self, path: &Path) {
        let path = if path.as_os_str().is_empty() {
            match self.inner.places.starter() {
                Some(path) => path,
                None => {
                    let name = Catalog::bundled()
                        .starter()
                        .map(|e| e.name.clone())
                        .unwrap_or_default();
                    self.set(ModelState::Failed {
                        name,
                        error: Arc::new(Error::NoStarter),
                    });
                    return;
                }
            }
        } else {
            path.to_path_buf()
        };
        let mut opening = self.opening();
        if let Some((cancel, _)) = opening.take() {
            cancel.store(true, Ordering::Relaxed);
        }
        let cancel = Arc::new(AtomicBool::new(false));
        let name = name_of(&path);
        self.set(ModelState::Opening {
            name: name.clone(),
            percent: 0,
        });
        let (models, flag) = (self.clone(), cancel.clone());
        let thread = std::thread::Builder::new()
            .name("model-opening".into())
            .spawn(move || models.load(&path, &name, &flag));
        match thread {
            Ok(thread) => *opening = Some((cancel, thread)),
            Err(error) => self.set(ModelState::Failed {
                name: String::new(),
                error: Arc::new(OpenError::NoThread(error).into()),
            }),
        }
    }

    fn load(&self, path: &Path, name: &str, cancel: &Arc<AtomicBool>) {
        let mut options = OpenOptions::new(self.inner.mode);
        options.threads = llama::Threads::Auto {
            window_open: self.inner.window_open,
        };
        options.probe = Probe::this_program().ok();
        options.hashes = Hashes::of_this_machine();
        let (models, flag, shown) = (self.clone(), cancel.clone(), name.to_owned());
        let mut last = 0;
        options.progress = Box::new(move |progress| {
            let percent = match progress {
                Opening::Trying => 0,
                Opening::Loading(share) => (share * 100.0) as u32,
            };
            if percent >= last + 5 && !flag.load(Ordering::Relaxed) {
                last = percent;
                models.set(ModelState::Opening {
                    name: shown.clone(),
                    percent,
                });
            }
            !flag.load(Ordering::Relaxed)
        });
        let opened = Engine::open(path, options);
        if cancel.load(Ordering::Relaxed) {
            return;
        }
        match opened {
            Ok(engine) => {
                let entry = catalogued(path);
                let mut info = engine.info();
                if let Some(entry) = entry {
                    info.name.clone_from(&entry.name);
                }
                tracing::info!(model = %info.id, device = ?info.device, "model opened");
                self.set(ModelState::Ready(OpenModel {
                    engine: Arc::new(engine),
                    path: path.to_path_buf(),
                    info,
                    starter: entry.is_some_and(|entry| entry.starter),
                }));
            }
            Err(error) => {
                tracing::warn!(%error, "model not opened");
                self.set(ModelState::Failed {
                    name: name.to_owned(),
                    error: Arc::new(error.into()),
                });
            }
        }
    }

    /// The open model; waits while one is being opened.
    ///
    /// # Errors
    /// [`Error::NoModel`] when none was asked for; why it could not be opened otherwise.
    pub async fn ready(&self) -> Result<OpenModel, Arc<Error>> {
        let mut watch = self.watch();
        loop {
            let state = watch.borrow_and_update().clone();
            match state {
                ModelState::Ready(model) => return Ok(model),
                ModelState::Failed { error, .. } => return Err(error),
                ModelState::None => return Err(Arc::new(Error::NoModel)),
                ModelState::Opening { .. } => {}
            }
            if watch.changed().await.is_err() {
                return Err(Arc::new(Error::NoModel));
            }
        }
    }

    /// Closes the model and frees its memory.
    pub fn close(&self) {
        if let Some((cancel, thread)) = self.opening().take() {
            cancel.store(true, Ordering::Relaxed);
            let _ = thread.join();
        }
        self.set(ModelState::None);
    }

    /// The catalogue, the starter first, with what is here; then other files that were found.
    pub fn candidates(&self) -> (Vec<Candidate>, Vec<Candidate>) {
        let free = registry::free().unwrap_or(u64::MAX);
        let found = self.inner.places.models();
        let known = Catalog::bundled()
            .models
            .iter()
            .map(|entry| Candidate {
                fits: entry.fits(free),
                path: found
                    .iter()
                    .find(|path| path.ends_with(&entry.file))
                    .cloned(),
                entry: entry.clone(),
            })
            .collect();
        let others = found
            .iter()
            .filter(|path| catalogued(path).is_none())
            .filter_map(|path| described(path, free))
            .collect();
        (known, others)
    }

    fn set(&self, state: ModelState) {
        self.inner.state.send_replace(state);
    }

    fn opening(&self) -> MutexGuard<'_, Option<(Arc<AtomicBool>, JoinHandle<()>)>> {
        self.inner
            .opening
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn catalogued(path: &Path) -> Option<&'static registry::Entry> {
    let file = path.file_name()?.to_str()?;
    Catalog::bundled().by_file(file)
}

fn name_of(path: &Path) -> String {
    catalogued(path).map_or_else(
        || {
            path.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        },
        |entry| entry.name.clone(),
    )
}

/// An entry for a file that the catalogue does not know, by its header.
fn described(path: &Path, free: u64) -> Option<Candidate> {
    let header = Header::read(path).ok()?;
    let need = registry::need(&header, 8192.min(header.context), registry::CacheType::F16);
    let name = name_of(path);
    Some(Candidate {
        fits: registry::fits(need, free),
        path: Some(path.to_path_buf()),
        entry: registry::Entry {
            id: name.clone(),
            name,
            file: path.file_name()?.to_string_lossy().into_owned(),
            starter: false,
            parameters: header.parameters,
            size: header.file_size,
            approx: false,
            memory: need.mib(),
            sha256: None,
            licence: header.licence.clone().unwrap_or_default(),
            languages: header.languages.clone(),
            source: String::new(),
            package: None,
            note: registry::Note {
                en: String::new(),
                zh: String::new(),
            },
        },
    })
}
