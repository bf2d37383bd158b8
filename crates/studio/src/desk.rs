//! A handle on an open project. Cloneable; the project is written and closed when the last one goes.

use std::path::Path;
use std::sync::Arc;

use drafting::Tasks;
use project::{Access, Project};

use crate::draft::Running;
use crate::error::Error;
use crate::news::Listener;
use crate::owner::{Gone, Owner};
use crate::papers::Papers;

/// A handle on an open project.
#[derive(Clone)]
pub struct Desk {
    id: String,
    owner: Owner<Papers>,
    running: Arc<Running>,
    tasks: Arc<Tasks>,
}

impl Desk {
    /// Opens a project on a thread of its own. One that another program writes is opened for reading if
    /// `or_read` says so.
    pub(crate) fn open(
        path: &Path,
        access: Access,
        person: String,
        listener: Arc<Listener>,
        tasks: Arc<Tasks>,
    ) -> Result<Self, Error> {
        let path = path.to_path_buf();
        Self::start(
            move || Ok(Project::open(&path, None, access)?),
            person,
            listener,
            tasks,
        )
    }

    /// Makes a project on a thread of its own.
    pub(crate) fn create(
        path: &Path,
        new: project::NewProject,
        person: String,
        listener: Arc<Listener>,
        tasks: Arc<Tasks>,
    ) -> Result<Self, Error> {
        let path = path.to_path_buf();
        Self::start(
            move || Ok(Project::create(&path, &new, None)?),
            person,
            listener,
            tasks,
        )
    }

    fn start(
        make: impl FnOnce() -> Result<Project, Error> + Send + 'static,
        person: String,
        listener: Arc<Listener>,
        tasks: Arc<Tasks>,
    ) -> Result<Self, Error> {
        let owner = Owner::start("project", move || {
            let mut project = make()?;
            project.set_person(&person);
            Papers::new(project, listener)
        })
        .map_err(|error| match error {
            Ok(error) => error,
            Err(source) => Error::File {
                path: "thread".into(),
                writing: false,
                source,
            },
        })?;
        let id = owner.call_blocking(|papers| papers.id().to_owned())?;
        Ok(Self {
            id,
            owner,
            running: Arc::default(),
            tasks,
        })
    }

    /// The project's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Runs `call` on the project's thread, after the calls before it.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn call<R: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Papers) -> R + Send + 'static,
    ) -> Result<R, Gone> {
        self.owner.call(call).await
    }

    /// The same for a thread that may wait.
    ///
    /// # Errors
    /// [`Gone`].
    pub fn call_blocking<R: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Papers) -> R + Send + 'static,
    ) -> Result<R, Gone> {
        self.owner.call_blocking(call)
    }

    /// Runs `call` some time; nobody waits.
    ///
    /// # Errors
    /// [`Gone`].
    pub fn send(&self, call: impl FnOnce(&mut Papers) + Send + 'static) -> Result<(), Gone> {
        self.owner.send(call)
    }

    /// The tasks at hand.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    /// Stops a take (from 0) or all takes of a generation. What came is kept.
    pub fn stop(&self, generation: project::GenerationId, take: Option<u32>) {
        self.running.stop(generation, take);
    }

    /// Stops everything that runs.
    pub fn stop_all(&self) {
        self.running.stop_all();
    }

    /// Whether a generation still runs.
    pub fn is_running(&self, generation: project::GenerationId) -> bool {
        self.running.is_running(generation)
    }
}
