//! A draft in the terminal: asked for, streamed, stopped by Ctrl+C, taken.

use std::ops::Range;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use drafting::{Instruct, Tasks};
use inference::{Mode, Model};
use project::{CandidateState, DocumentId};
use studio::{Desk, Draft as Started, DraftNews, DraftWish, Piece, Settings};
use tokio::sync::mpsc::{Receiver, channel};

use crate::args::{Draft, Task};
use crate::failure::Failure;
use crate::json::{Cost, DraftEvent, TakeEnd};
use crate::output::Output;
use crate::session::{Session, document, save};

/// News that may wait to be printed; the takes wait beyond that.
const WAITING: usize = 256;
/// The key of a remote service, in place of the keyring's.
const KEY: &str = "PALIMPSEST_API_KEY";
/// How a shell counts a program that Ctrl+C ended.
const INTERRUPTED: i32 = 130;

/// Drafts.
pub(crate) fn draft(command: Draft, output: &mut Output) -> Result<(), Failure> {
    check(&command)?;
    let session = Session::start()?;
    let desk = session.write(&command.project)?;
    let info = document(&desk, &command.doc)?;
    let Draft {
        project: _,
        doc: _,
        task,
        at,
        select,
        instruction,
        takes,
        max_tokens,
        seed,
        model,
        endpoint,
        remote_model,
        accept,
    } = command;
    let id = info.id;
    let length = desk
        .call_blocking(move |papers| papers.project.text(id))??
        .len();
    let at = at.unwrap_or(length);
    let wish = wish(
        &session.studio.settings(),
        &session.studio.home().tasks(),
        id,
        task,
        select.unwrap_or(at..at),
        instruction,
    );
    let wish = DraftWish {
        takes,
        max_tokens: max_tokens.or(wish.max_tokens),
        seed: seed.or(wish.seed),
        ..wish
    };
    let runtime = runtime()?;
    let source = match (endpoint, remote_model) {
        (Some(url), Some(model)) => Source::Remote { url, model },
        (_, _) => Source::Local(model),
    };
    let model = runtime.block_on(open(&session, source, output))?;
    let ended = runtime.block_on(run(&desk, &model, &wish, accept, output))?;
    ended.map_or(Ok(()), Err)
}

/// What clap can't say.
fn check(command: &Draft) -> Result<(), Failure> {
    match command.task {
        Task::Continue if command.select.is_some() => return Err(Failure::SelectToContinue),
        Task::Rewrite if command.at.is_some() => return Err(Failure::AtToRewrite),
        Task::Continue | Task::Rewrite => {}
    }
    match command.accept {
        Some(accept) if accept > command.takes => Err(Failure::AcceptBeyondTakes {
            accept,
            takes: command.takes,
        }),
        Some(_) | None => Ok(()),
    }
}

/// One take of a task, with what the settings say.
pub(crate) fn wish(
    settings: &Settings,
    tasks: &Tasks,
    document: DocumentId,
    task: Task,
    span: Range<usize>,
    instruction: Option<String>,
) -> DraftWish {
    let task = match task {
        Task::Continue => "continue",
        Task::Rewrite => "rewrite",
    };
    let instruct =
        instruction.map(
            |words| match tasks.get(task).and_then(|task| task.instruction(&words)) {
                Some(ready) => Instruct::Ready(ready.id.clone()),
                None => Instruct::Own(words),
            },
        );
    DraftWish {
        document,
        version: None,
        task: task.to_owned(),
        span,
        instruct,
        takes: 1,
        max_tokens: (settings.answer_tokens > 0).then_some(settings.answer_tokens),
        temperature: (settings.temperature > 0.0).then_some(settings.temperature),
        seed: settings.seed.map(u64::from),
        style: if settings.instruct {
            drafting::Wish::Fitting
        } else {
            drafting::Wish::Page
        },
    }
}

/// What a draft runs on: one thread, so that news, Ctrl+C and printing come one after the other.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::NoRuntime)
}

/// Where words come from.
pub(crate) enum Source {
    /// A model file; none = the one in the settings, else the starter.
    Local(Option<PathBuf>),
    /// A service, for this call.
    Remote { url: String, model: String },
}

/// Opens a model and waits for it.
pub(crate) async fn open(
    session: &Session,
    source: Source,
    output: &Output,
) -> Result<Arc<dyn Model>, Failure> {
    match source {
        Source::Remote { url, model } => {
            let key = std::env::var(KEY).ok();
            let service =
                session
                    .studio
                    .remotes()
                    .service_with_key(&url, &model, key.as_deref())?;
            output.remark(&format!("Text goes to {}.", studio::host_of(&url)));
            Ok(Arc::new(service))
        }
        Source::Local(file) => {
            let models = session.studio.models();
            match file {
                Some(file) => models.open(&file),
                None => session.studio.open_model(),
            }
            output.remark("Opening the model …");
            Ok(models.ready().await?.engine)
        }
    }
}

/// Runs a draft to its end and prints it; takes the take `accept`, from 1, into the text. The draft's own
/// failure comes back as a value, since its last event was printed all the same.
pub(crate) async fn run(
    desk: &Desk,
    model: &Arc<dyn Model>,
    wish: &DraftWish,
    accept: Option<u32>,
    output: &mut Output,
) -> Result<Option<Failure>, Failure> {
    let (sender, news) = channel(WAITING);
    let listener = Arc::new(move |news| {
        // Nobody listens any more where the output was closed: the draft is being stopped then.
        let _ = sender.blocking_send(news);
    });
    let started = studio::start_draft(desk, model, wish, listener)?;
    let mut show = Show::new(model, wish, started);
    let printed = show.stream(desk, news, output).await;
    if printed.is_err() {
        desk.stop_all();
    }
    save(desk)?;
    printed?;
    let mut failure = show.failure();
    if let Some(take) = accept {
        match show.accept(desk, take, output) {
            Ok(()) => save(desk)?,
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    show.end(failure.as_ref(), output)?;
    Ok(failure)
}

/// How a take ended.
#[derive(Clone)]
struct Ending {
    state: CandidateState,
    error: Option<Arc<studio::Error>>,
    told: TakeEnd,
}

/// How a draft is shown, and what came of it.
struct Show {
    started: Started,
    document: DocumentId,
    takes: u32,
    mode: Mode,
    model: String,
    host: Option<String>,
    /// Text of each take so far.
    texts: Vec<String>,
    ends: Vec<Option<Ending>>,
    /// The take whose text is on the terminal as it comes; those after it wait.
    live: usize,
    accepted: Option<u32>,
}

impl Show {
    fn new(model: &Arc<dyn Model>, wish: &DraftWish, started: Started) -> Self {
        let info = model.info();
        let takes = started.candidates.len();
        Self {
            document: wish.document,
            takes: takes as u32,
            mode: info.mode,
            model: info.name,
            host: studio::host(&info.place).map(str::to_owned),
            texts: vec![String::new(); takes],
            ends: vec![None; takes],
            live: 0,
            accepted: None,
            started,
        }
    }

    /// Prints what comes, until all takes ended. Ctrl+C stops them; a second one ends the program.
    async fn stream(
        &mut self,
        desk: &Desk,
        mut news: Receiver<DraftNews>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        if output.is_json() {
            output.value(&DraftEvent::Started {
                generation: self.started.generation.to_string(),
                candidates: self
                    .started
                    .candidates
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                model: self.model.clone(),
                host: self.host.clone(),
                style: self.started.style.id(),
                prompt_tokens: self.started.prompt_tokens,
                seed: self.started.seed,
            })?;
        } else if self.takes > 1 {
            output.line("— take 1 —")?;
        }
        let mut stopped = false;
        // One listener for all of it: what is pressed while a word is printed must not be lost.
        let mut pressed = pin!(tokio::signal::ctrl_c());
        loop {
            tokio::select! {
                heard = news.recv() => match heard {
                    Some(DraftNews::Done) | None => return Ok(()),
                    Some(heard) => self.hear(heard, output)?,
                },
                heard = &mut pressed => {
                    if stopped || heard.is_err() {
                        std::process::exit(INTERRUPTED);
                    }
                    stopped = true;
                    desk.stop(self.started.generation, None);
                    pressed.set(tokio::signal::ctrl_c());
                }
            }
        }
    }

    fn hear(&mut self, news: DraftNews, output: &mut Output) -> Result<(), Failure> {
        let event = match news {
            DraftNews::Reading {
                take,
                done,
                total,
                reused,
            } => DraftEvent::Reading {
                take: take + 1,
                done,
                total,
                reused,
            },
            DraftNews::Thinking { take, tokens } => DraftEvent::Thinking {
                take: take + 1,
                tokens,
            },
            DraftNews::Text { take, text, tokens } => {
                let index = take as usize;
                self.texts[index].push_str(&text);
                if !output.is_json() && index == self.live {
                    output.piece(&text)?;
                }
                DraftEvent::Text {
                    take: take + 1,
                    text,
                    tokens,
                }
            }
            DraftNews::Retracted { take } => {
                let index = take as usize;
                self.texts[index].clear();
                if !output.is_json() && index == self.live {
                    output.line("\n(That was a thought; the take begins here.)")?;
                }
                DraftEvent::Retracted { take: take + 1 }
            }
            DraftNews::Ended {
                take,
                state,
                error,
                usage,
            } => {
                let word = match state {
                    CandidateState::Streaming | CandidateState::Ready => "finished",
                    CandidateState::Stopped => "stopped",
                    CandidateState::Failed => "failed",
                };
                let told = error.clone().map(|error| Failure::Shared(error).sentence());
                let end = TakeEnd::new(take + 1, word, told, usage);
                self.ends[take as usize] = Some(Ending {
                    state,
                    error,
                    told: end.clone(),
                });
                if !output.is_json() {
                    self.catch_up(output)?;
                }
                DraftEvent::Ended(end)
            }
            DraftNews::Done => return Ok(()),
        };
        if output.is_json() {
            output.value(&event)?;
        }
        Ok(())
    }

    /// Goes on to the next take on the terminal as long as the one that is shown has ended.
    fn catch_up(&mut self, output: &mut Output) -> Result<(), Failure> {
        while self.ends.get(self.live).is_some_and(Option::is_some) {
            output.line("")?;
            self.live += 1;
            if let Some(text) = self.texts.get(self.live) {
                output.line(&format!("\n— take {} —", self.live + 1))?;
                output.piece(text)?;
            }
        }
        Ok(())
    }

    /// Why the draft as a whole failed: no take came to a good end, and one failed.
    fn failure(&self) -> Option<Failure> {
        let ends = || self.ends.iter().flatten();
        if ends().any(|end| end.state != CandidateState::Failed) {
            return None;
        }
        let error = ends().find_map(|end| end.error.clone());
        Some(error.map_or(Failure::NothingWritten, Failure::Shared))
    }

    fn accept(&mut self, desk: &Desk, take: u32, output: &mut Output) -> Result<(), Failure> {
        let index = take as usize - 1;
        let Some(Ending { state, error, .. }) = self.ends.get(index).and_then(Option::as_ref)
        else {
            return Err(Failure::NothingWritten);
        };
        match state {
            CandidateState::Ready | CandidateState::Streaming => {}
            // Whoever stopped it did not want it as it was to be.
            CandidateState::Stopped => return Ok(()),
            CandidateState::Failed => {
                let error = error.clone();
                return Err(error.map_or(Failure::NothingWritten, Failure::Shared));
            }
        }
        let (candidate, document) = (self.started.candidates[index], self.document);
        let range = desk.call_blocking(move |papers| -> Result<_, studio::Error> {
            let base = papers.project.version(document)?;
            let (document, shown) = papers.take(candidate, Piece::All, base)?;
            let end = shown.selection.head as usize;
            let length = papers.project.candidate(candidate)?.text.len();
            Ok((document, end.saturating_sub(length)..end))
        })?;
        let (document, range) = range.map_err(|error| match error {
            studio::Error::NothingLeft => Failure::NothingWritten,
            error => error.into(),
        })?;
        self.accepted = Some(take);
        if output.is_json() {
            output.value(&DraftEvent::Accepted {
                take,
                document: document.to_string(),
                start: range.start,
                end: range.end,
            })?;
        }
        Ok(())
    }

    fn end(&self, failure: Option<&Failure>, output: &mut Output) -> Result<(), Failure> {
        let ends: Vec<&TakeEnd> = self.ends.iter().flatten().map(|end| &end.told).collect();
        let first = |of: fn(&TakeEnd) -> u32| ends.iter().map(|end| of(end)).find(|n| *n > 0);
        let quickest = ends
            .iter()
            .map(|end| end.ttft_ms)
            .filter(|ms| *ms > 0.0)
            .fold(f64::INFINITY, f64::min);
        let cost = Cost {
            generation: self.started.generation.to_string(),
            prompt_tokens: first(|end| end.prompt_tokens).unwrap_or(self.started.prompt_tokens),
            reused_tokens: first(|end| end.reused_tokens).unwrap_or(0),
            generated_tokens: ends.iter().map(|end| end.generated_tokens).sum(),
            ttft_ms: if quickest.is_finite() { quickest } else { 0.0 },
            tokens_per_second: ends.iter().map(|end| end.tokens_per_second).sum(),
            mode: match self.mode {
                Mode::Fast => "fast",
                Mode::Exact => "exact",
            },
            seed: self.started.seed,
            accepted: self.accepted,
            error: failure.map(Failure::sentence),
        };
        let stopped = ends.iter().any(|end| end.state == "stopped");
        if output.is_json() {
            return output.value(&match failure {
                Some(_) => DraftEvent::Failed(cost),
                None if stopped => DraftEvent::Stopped(cost),
                None => DraftEvent::Finished(cost),
            });
        }
        output.remark(&format!(
            "{}: {} tokens, {:.1} a second; generation {}.",
            if stopped { "Stopped" } else { "Finished" },
            cost.generated_tokens,
            cost.tokens_per_second,
            cost.generation
        ));
        Ok(())
    }
}
