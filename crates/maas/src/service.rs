//! A remote service as a model.

use std::sync::Arc;
use std::time::Duration;

use inference::{
    Capabilities, Device, Error, Mode, Model, ModelInfo, Place, Priority, Prompt, Request,
    TokenStream, channel,
};

use crate::answer::Answer;
use crate::client::Line;
use crate::endpoint::Endpoint;
use crate::estimate;
use crate::known::{Known, PrefixForm};
use crate::probe::{self, RemoteModel, TestReport};
use crate::runtime::Runtime;
use crate::secret::Secret;
use crate::take;

/// Limits, and what is known from before.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest silence before the first event; a service may read a long prompt for minutes.
    pub first_byte: Duration,
    /// Longest silence between bytes after that. There is no limit on the whole.
    pub idle: Duration,
    /// Longest wait for a list of models.
    pub probe: Duration,
    /// Longest wait for token counts after the answer's end.
    pub linger: Duration,
    /// Most attempts, the first included. Only before the first word.
    pub tries: u32,
    /// Wait before the second attempt when the service names none; doubled for the third.
    pub backoff: Duration,
    /// A longer wait than this is not waited for: [`Error::Busy`] says how long it would be.
    pub longest_wait: Duration,
    /// What was learned before.
    pub known: Known,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(300),
            idle: Duration::from_secs(120),
            probe: Duration::from_secs(30),
            linger: Duration::from_secs(2),
            tries: 3,
            backoff: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            known: Known::default(),
        }
    }
}

/// A model at an OpenAI-compatible service.
///
/// Holds the key but never shows it. Cheap to clone; clones share what was learned.
#[derive(Clone)]
pub struct Service {
    line: Arc<Line>,
    runtime: Runtime,
}

impl Service {
    /// Prepares a service. Nothing is sent until it is tested or asked. `model` may be empty as long as
    /// only models are listed. Reads the system's certificates, which takes some 50 ms: keep the service, and
    /// don't make one on the window's thread.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the system's TLS cannot be set up.
    pub fn new(
        endpoint: Endpoint,
        key: Option<Secret>,
        model: impl Into<String>,
        runtime: &Runtime,
    ) -> Result<Self, Error> {
        Self::with_options(endpoint, key, model, runtime, Options::default())
    }

    /// As [`Self::new`], with other limits or with what was learned before.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_options(
        endpoint: Endpoint,
        key: Option<Secret>,
        model: impl Into<String>,
        runtime: &Runtime,
        options: Options,
    ) -> Result<Self, Error> {
        Ok(Self {
            line: Arc::new(Line::new(endpoint, key, model.into(), options)?),
            runtime: runtime.clone(),
        })
    }

    /// The models that the service lists.
    ///
    /// # Errors
    /// [`Error::KeyRefused`], [`Error::Unreachable`], [`Error::TimedOut`], [`Error::Busy`],
    /// [`Error::ServiceFailed`]; [`Error::NotAModelService`] when nothing at the address lists models.
    pub async fn list_models(&self) -> Result<Vec<RemoteModel>, Error> {
        let line = self.line.clone();
        self.spawned(async move { probe::models(&line).await })
            .await
    }

    /// As [`Self::list_models`], waiting on this thread. Never from inside an async function.
    ///
    /// # Errors
    /// As [`Self::list_models`].
    pub fn list_models_blocking(&self) -> Result<Vec<RemoteModel>, Error> {
        let line = self.line.clone();
        self.runtime
            .block_on(async move { probe::models(&line).await })
    }

    /// Finds out what the service can do, and remembers it. Sends a few short requests of its own text, none
    /// of the writer's; they cost about 200 tokens.
    ///
    /// # Errors
    /// What would keep every draft from working: see [`Error`].
    pub async fn test_connection(&self) -> Result<TestReport, Error> {
        let line = self.line.clone();
        self.spawned(async move { probe::test(&line).await }).await
    }

    /// As [`Self::test_connection`], waiting on this thread. Never from inside an async function.
    ///
    /// # Errors
    /// As [`Self::test_connection`].
    pub fn test_connection_blocking(&self) -> Result<TestReport, Error> {
        let line = self.line.clone();
        self.runtime
            .block_on(async move { probe::test(&line).await })
    }

    /// What was learned so far, to be kept between starts.
    pub fn known(&self) -> Known {
        self.line.known()
    }

    /// What was odd about the last take that finished: [`Error::PromptCut`] when the service read at
    /// least 15 % less than was sent. The answer stands all the same.
    pub fn last_warning(&self) -> Option<Error> {
        self.line.warning()
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Endpoint {
        &self.line.endpoint
    }

    /// Runs `work` on the network thread for a caller on any executor; dropping the future ends the work.
    async fn spawned<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let mut task = AbortOnDrop(self.runtime.handle().spawn(work));
        (&mut task.0).await.unwrap_or(Err(Error::Closed))
    }
}

struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("endpoint", &self.line.endpoint)
            .field("model", &self.line.model)
            .field("key", &self.line.key)
            .field("known", &self.line.known())
            .finish_non_exhaustive()
    }
}

impl Model for Service {
    fn info(&self) -> ModelInfo {
        ModelInfo {
            id: self.line.model.clone(),
            name: self.line.model.clone(),
            hash: None,
            parameters: None,
            place: Place::Remote {
                host: self.line.host(),
            },
            device: Device::Unknown,
            mode: Mode::Fast,
        }
    }

    /// What is not known yet is taken as possible, except where a service is known by its name; the first
    /// take or a test shows it.
    fn capabilities(&self) -> Capabilities {
        let known = self.line.known();
        let prefix = known.prefix.unwrap_or(self.line.provider.prefix);
        let takes = |parameter| !known.refused.contains(&parameter);
        Capabilities {
            raw: known.raw.unwrap_or(self.line.provider.raw),
            chat: known.chat != Some(false),
            answer_prefix: prefix != PrefixForm::Refused,
            seed: takes(crate::Parameter::Seed),
            alternatives: takes(crate::Parameter::Logprobs),
            thinks: known.thinks,
            context: known.context,
        }
    }

    fn count_tokens(&self, text: &str) -> u32 {
        estimate::tally(text).tokens(self.line.known().weights())
    }

    fn rendered(&self, prompt: &Prompt) -> Option<String> {
        match prompt {
            Prompt::Raw(text) => Some(text.clone()),
            Prompt::Chat { .. } => None, // the template is the service's own
        }
    }

    fn start(&self, request: Request) -> Result<TokenStream, Error> {
        let known = self.line.known();
        let what = match &request.prompt {
            // Nobody waits for it, and it would cost money and send text.
            _ if request.priority == Priority::Warm => Some("reading ahead"),
            Prompt::Raw(_) if known.raw == Some(false) => Some("raw prompts"),
            Prompt::Chat { .. } if known.chat == Some(false) => Some("chat prompts"),
            Prompt::Raw(_) | Prompt::Chat { .. } => None,
        };
        if let Some(what) = what {
            return Err(Error::Unsupported { what });
        }
        let (sender, stream) = channel();
        let sender = Arc::new(sender);
        let answer = Answer::new(sender.clone(), &request.stop, request.thought_budget);
        let line = self.line.clone();
        self.runtime.handle().spawn(async move {
            // Dropping the take closes its connection, and that is what stops the service.
            tokio::select! {
                () = take::run(&line, &request, answer) => {}
                () = take::cancelled(&sender) => {}
            }
        });
        Ok(stream)
    }
}
