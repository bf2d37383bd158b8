//! A draft while it runs: the prompt is packed, the takes stream, what comes is cleaned, kept and told.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crafts::Craft;
use drafting::{
    Ask, Border, Clean, Cleaner, Counts, Facts, Instruct, Limits, Packed, Spot, Style, Task,
    Tokens, pack,
};
use inference::{
    Canceller, Device, Ended, Event, Finish, Model, ModelInfo, Place, Priority, Request,
    TokenStream, Usage,
};
use project::{CandidateId, CandidateState, DocumentId, GenerationId, NewGeneration, Side};
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::error::Error;
use crate::news::StudioNews;
use crate::papers::{Papers, now};

/// Tokens that a service without a word on its context is trusted with.
const UNTOLD_CONTEXT: u32 = 8192;

/// Most tokens of a prompt on a processor: it reads some hundred a second, and nobody waits minutes for the
/// first word on a page that it has not read yet.
const PROCESSOR_PROMPT: u32 = 2560;

/// What the writer asks for. Offsets are bytes of the text of `version`.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftWish {
    /// The document.
    pub document: DocumentId,
    /// Version of its text; `None` = as it is now.
    pub version: Option<u64>,
    /// The task's id.
    pub task: String,
    /// Caret or selection.
    pub span: Range<usize>,
    /// What the writer tells the model.
    pub instruct: Option<Instruct>,
    /// How many takes, 1 to 8.
    pub takes: u32,
    /// Most tokens of a take; `None` = the task's own.
    pub max_tokens: Option<u32>,
    /// Temperature; `None` = the task's own.
    pub temperature: Option<f32>,
    /// Seed of the first take, the others count up; `None` = random.
    pub seed: Option<u64>,
    /// How an instruct model is asked to continue.
    pub style: drafting::Wish,
}

/// What a running draft tells.
#[derive(Debug, Clone)]
pub enum DraftNews {
    /// The prompt is read.
    Reading {
        /// Take, from 0.
        take: u32,
        /// Tokens known.
        done: u32,
        /// All.
        total: u32,
        /// Known from before.
        reused: u32,
    },
    /// The model thinks.
    Thinking {
        /// Take.
        take: u32,
        /// Tokens thought.
        tokens: u32,
    },
    /// More of a candidate.
    Text {
        /// Take.
        take: u32,
        /// New text.
        text: String,
        /// Tokens of the answer so far.
        tokens: u32,
    },
    /// The candidate is empty again: what came was a thought.
    Retracted {
        /// Take.
        take: u32,
    },
    /// A take ended.
    Ended {
        /// Take.
        take: u32,
        /// How.
        state: CandidateState,
        /// Why it failed.
        error: Option<Arc<Error>>,
        /// What it cost.
        usage: Usage,
    },
    /// All takes ended; comes once and last.
    Done,
}

/// Who hears a draft. Called on the takes' threads.
pub type DraftListener = dyn Fn(DraftNews) + Send + Sync;

/// A draft that was started.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its generation.
    pub generation: GenerationId,
    /// Its candidates.
    pub candidates: Vec<CandidateId>,
    /// Tokens of the prompt, about.
    pub prompt_tokens: u32,
    /// How the model was addressed.
    pub style: Style,
    /// Seed of the first take.
    pub seed: Option<u64>,
}

/// What of a draft is kept as its settings. On disk for ever: add with defaults, never rename.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptSettings {
    /// Temperature.
    pub temperature: f32,
    /// Top k.
    pub top_k: u32,
    /// Top p.
    pub top_p: f32,
    /// Min p.
    pub min_p: f32,
    /// Repeat penalty.
    pub repeat_penalty: f32,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// Texts that end it.
    pub stop: Vec<String>,
    /// What the writer told the model.
    pub instruction: String,
    /// Host, if it ran elsewhere.
    pub host: Option<String>,
    /// Anchor of the end of a selection that is to be replaced.
    pub end: Option<String>,
}

/// Takes that run, by generation: to be stopped.
#[derive(Default)]
pub(crate) struct Running {
    takes: Mutex<Vec<(GenerationId, u32, Canceller)>>,
    /// What each model's tokenizer said of the pages: most of a page is the same at the next ask.
    counts: Mutex<BTreeMap<String, Counts>>,
}

impl Running {
    /// Stops one take (from 0), or all of a generation.
    pub(crate) fn stop(&self, generation: GenerationId, take: Option<u32>) {
        for (of, index, canceller) in self.takes().iter() {
            if *of == generation && take.is_none_or(|take| take == *index) {
                canceller.cancel();
            }
        }
    }

    /// Stops everything.
    pub(crate) fn stop_all(&self) {
        for (_, _, canceller) in self.takes().iter() {
            canceller.cancel();
        }
    }

    /// Whether a generation still runs.
    pub(crate) fn is_running(&self, generation: GenerationId) -> bool {
        self.takes().iter().any(|(of, _, _)| *of == generation)
    }

    /// The counts of a model, to be used and brought back.
    fn counts(&self, model: &str) -> Counts {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(model).unwrap_or_default()
    }

    fn keep_counts(&self, model: String, kept: Counts) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.insert(model, kept);
    }

    fn takes(&self) -> std::sync::MutexGuard<'_, Vec<(GenerationId, u32, Canceller)>> {
        self.takes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The page as it was when the draft was asked for.
struct Snapshot {
    craft: Craft,
    text: String,
    borders: Vec<Border>,
    facts: Facts,
}

impl Papers {
    fn snapshot(&mut self, wish: &DraftWish) -> Result<Snapshot, Error> {
        let sheet = self.sheet(wish.document)?;
        if let Some(base) = wish.version
            && base != sheet.version()
        {
            return Err(project::Error::StaleVersion {
                base,
                now: sheet.version(),
            }
            .into());
        }
        let near = sheet.page().neighbourhood(wish.span.start);
        let page = sheet.page();
        let (people, knots) = match page.craft() {
            Craft::Screenplay => (near.names.clone(), Vec::new()),
            Craft::Story => (Vec::new(), near.names.clone()),
            Craft::Lyrics | Craft::Notes => (Vec::new(), Vec::new()),
        };
        let wanted = |range: &Range<usize>| {
            if wish.span.is_empty() {
                range.end <= wish.span.start
            } else {
                range.start < wish.span.end && range.end > wish.span.start
            }
        };
        Ok(Snapshot {
            craft: page.craft(),
            text: sheet.text().to_owned(),
            borders: sheet.outline().iter().map(Border::from).collect(),
            facts: Facts {
                syllables: near
                    .syllables
                    .iter()
                    .filter(|(r, _)| wanted(r))
                    .map(|(_, n)| *n)
                    .collect(),
                knots,
                people,
            },
        })
    }
}

/// Packs what would be sent. May take a while: not on the window's thread.
///
/// # Errors
/// When it does not fit, or there is no such task or place.
pub fn preview(desk: &Desk, model: &Arc<dyn Model>, wish: &DraftWish) -> Result<Packed, Error> {
    let asked = wish.clone();
    let snapshot = desk.call_blocking(move |papers| papers.snapshot(&asked))??;
    packed(desk, model, wish, &snapshot)
}

/// Whether a model is the bundled starter.
fn is_starter(info: &ModelInfo) -> bool {
    let starter = registry::Catalog::bundled().starter();
    info.place == Place::ThisMachine
        && starter.is_some_and(|entry| entry.file.strip_suffix(".gguf") == Some(info.id.as_str()))
}

fn task(desk: &Desk, wish: &DraftWish) -> Result<Task, Error> {
    desk.tasks()
        .get(&wish.task)
        .cloned()
        .ok_or_else(|| Error::Unknown {
            what: "task",
            id: wish.task.clone(),
        })
}

fn packed(
    desk: &Desk,
    model: &Arc<dyn Model>,
    wish: &DraftWish,
    snapshot: &Snapshot,
) -> Result<Packed, Error> {
    let task = task(desk, wish)?;
    let can = model.capabilities();
    let info = model.info();
    // The starter keeps a script's form better when it goes on with the page itself.
    let how = match wish.style {
        drafting::Wish::Fitting if is_starter(&info) => drafting::Wish::Page,
        how => how,
    };
    let style = Style::choose(&task, &can, &info.place, how)?;
    let spot = if wish.span.is_empty() {
        Spot::Caret(wish.span.start)
    } else {
        Spot::Selection(wish.span.clone())
    };
    let ask = Ask {
        craft: snapshot.craft,
        text: &snapshot.text,
        spot,
        instruct: wish.instruct.clone(),
        borders: &snapshot.borders,
        facts: snapshot.facts.clone(),
        language: None,
        max_tokens: wish.max_tokens,
    };
    let reads = can.context.unwrap_or(UNTOLD_CONTEXT);
    let answer = wish
        .max_tokens
        .unwrap_or_else(|| task.settings(snapshot.craft).max_tokens);
    let limits = Limits {
        context: match info.device {
            Device::Cpu => reads.min(PROCESSOR_PROMPT.saturating_add(answer)),
            Device::Gpu(_) | Device::Unknown => reads,
        },
        thinks: can.thinks,
    };
    let tokens: &dyn Model = &**model;
    let count = |text: &str| tokens.count_tokens(text);
    let counter: &dyn Tokens = &count;
    let id = info.id;
    let mut counts = desk.running().counts(&id);
    let packed = pack(&task, &ask, style, limits, counter, &mut counts);
    desk.running().keep_counts(id, counts);
    let mut packed = packed?;
    if let Some(temperature) = wish.temperature {
        packed.sampling.temperature = temperature;
    }
    Ok(packed)
}

/// Starts a draft: packs the prompt, records the generation, and lets the takes stream to `listener`.
/// Blocks while it packs: not on the window's thread.
///
/// # Errors
/// When nothing could be started; nothing is recorded then.
pub fn start(
    desk: &Desk,
    model: &Arc<dyn Model>,
    wish: &DraftWish,
    listener: Arc<DraftListener>,
) -> Result<Draft, Error> {
    let asked = wish.clone();
    let snapshot = desk.call_blocking(move |papers| papers.snapshot(&asked))??;
    let packed = packed(desk, model, wish, &snapshot)?;
    let info = model.info();
    let takes = wish.takes.clamp(1, 8);
    let first_seed = wish.seed.unwrap_or_else(random_seed);
    // Thoughts that come unannounced, among the text, have their budget too, as far as the context goes. The
    // engine adds that of announced ones itself.
    let can = model.capabilities();
    let announced = if can.thinks { packed.thought_budget } else { 0 };
    let room = can
        .context
        .unwrap_or(UNTOLD_CONTEXT)
        .saturating_sub(packed.seen.prompt_tokens)
        .saturating_sub(announced);
    let most = (packed.max_tokens + packed.thought_budget)
        .min(room)
        .max(packed.max_tokens);
    let mut streams = Vec::new();
    for take in 0..takes {
        streams.push(model.start(Request {
            prompt: packed.prompt.clone(),
            sampling: packed.sampling.clone(),
            max_tokens: most,
            stop: packed.stop.clone(),
            seed: Some(first_seed.wrapping_add(u64::from(take))),
            priority: Priority::Foreground,
            thought_budget: packed.thought_budget,
            alternatives: 0,
        })?);
    }
    let settings = KeptSettings {
        temperature: packed.sampling.temperature,
        top_k: packed.sampling.top_k,
        top_p: packed.sampling.top_p,
        min_p: packed.sampling.min_p,
        repeat_penalty: packed.sampling.repeat_penalty,
        max_tokens: packed.max_tokens,
        stop: packed.stop.clone(),
        instruction: match &wish.instruct {
            Some(Instruct::Ready(id)) => id.clone(),
            Some(Instruct::Own(words)) => words.clone(),
            None => String::new(),
        },
        host: match &info.place {
            Place::ThisMachine => None,
            Place::Remote { host } => Some(host.clone()),
        },
        end: None,
    };
    let seen = packed.seen.to_json();
    let (document, span) = (wish.document, wish.span.clone());
    let (task, name, hash) = (wish.task.clone(), info.name.clone(), info.hash.clone());
    let started = desk.call_blocking(move |papers| {
        let mut settings = settings;
        if !span.is_empty() {
            let end = papers.project.add_anchor(
                document,
                span.end as u64,
                Side::Left,
                "selection_end",
                now(),
            )?;
            settings.end = Some(end.to_string());
        }
        papers.project.start_generation(&NewGeneration {
            document,
            pos: span.start as u64,
            side: Side::Right,
            task,
            model: name,
            model_hash: hash,
            prompt: seen,
            settings: serde_json::to_string(&settings).unwrap_or_default(),
            seed: Some(first_seed),
            candidates: takes,
            now: now(),
        })
    })??;
    let left = Arc::new(AtomicU32::new(takes));
    for (index, (stream, candidate)) in streams.into_iter().zip(&started.candidates).enumerate() {
        let take = Take {
            desk: desk.clone(),
            generation: started.id,
            candidate: *candidate,
            index: index as u32,
            most: packed.max_tokens,
            seed: model
                .capabilities()
                .seed
                .then(|| first_seed.wrapping_add(index as u64)),
            thought_budget: packed.thought_budget,
            cleaner: Cleaner::new(packed.cleaning.clone()),
            listener: listener.clone(),
            left: left.clone(),
        };
        desk.running()
            .takes()
            .push((started.id, take.index, stream.canceller()));
        let name = format!("take-{}", index + 1);
        let spawned = std::thread::Builder::new()
            .name(name)
            .spawn(move || take.run(stream));
        if let Err(error) = spawned {
            tracing::error!(%error, "a take could not be read");
        }
    }
    Ok(Draft {
        generation: started.id,
        candidates: started.candidates,
        prompt_tokens: packed.seen.prompt_tokens,
        style: packed.seen.style,
        seed: model.capabilities().seed.then_some(first_seed),
    })
}

fn random_seed() -> u64 {
    // JavaScript and people read it: 32 bits.
    uuid::Uuid::now_v7().as_u128() as u64 & 0xFFFF_FFFF
}

/// One take on its thread.
struct Take {
    desk: Desk,
    generation: GenerationId,
    candidate: CandidateId,
    index: u32,
    most: u32,
    seed: Option<u64>,
    thought_budget: u32,
    cleaner: Cleaner,
    listener: Arc<DraftListener>,
    left: Arc<AtomicU32>,
}

/// What a take cost so far, by what was heard: a stream that we end ourselves tells nothing of it.
struct Clock {
    begun: Instant,
    first: Option<Instant>,
    last: Option<Instant>,
    tokens: u32,
    /// Of those, how many came with the first.
    with_first: u32,
    usage: Usage,
}

impl Clock {
    fn new(seed: Option<u64>) -> Self {
        Self {
            begun: Instant::now(),
            first: None,
            last: None,
            tokens: 0,
            with_first: 0,
            usage: Usage {
                seed,
                ..Usage::default()
            },
        }
    }

    fn hear(&mut self, event: &Event) {
        match event {
            Event::Reading { total, reused, .. } => {
                self.usage.prompt_tokens = *total;
                self.usage.reused_tokens = *reused;
            }
            Event::Text { tokens, .. } => {
                let now = Instant::now();
                if self.first.is_none() {
                    self.first = Some(now);
                    self.with_first = *tokens;
                }
                self.last = Some(now);
                self.tokens += tokens;
            }
            Event::Queued | Event::Thinking { .. } | Event::Ended(_) => {}
        }
    }

    fn usage(&self) -> Usage {
        let mut usage = self.usage.clone();
        if let (Some(first), Some(last)) = (self.first, self.last) {
            usage.ttft_ms = (first - self.begun).as_secs_f64() * 1000.0;
            let seconds = (last - first).as_secs_f64();
            if seconds > 0.0 {
                usage.tokens_per_second = f64::from(self.tokens - self.with_first) / seconds;
            }
        }
        usage
    }
}

impl Take {
    fn run(mut self, mut stream: TokenStream) {
        let mut ended = None;
        let mut clock = Clock::new(self.seed);
        while let Some(event) = stream.next_blocking() {
            clock.hear(&event);
            match event {
                Event::Queued => {}
                Event::Reading {
                    done,
                    total,
                    reused,
                } => {
                    (self.listener)(DraftNews::Reading {
                        take: self.index,
                        done,
                        total,
                        reused,
                    });
                }
                Event::Thinking { tokens } => {
                    (self.listener)(DraftNews::Thinking {
                        take: self.index,
                        tokens,
                    });
                }
                Event::Text { text, tokens, .. } => {
                    let clean = self.cleaner.push(&text, tokens);
                    self.keep(clean);
                    let spent = self.cleaner.spent();
                    if spent.answer >= self.most
                        || spent.thought > self.thought_budget.max(self.most)
                    {
                        break;
                    }
                }
                Event::Ended(end) => ended = Some(end),
            }
        }
        drop(stream);
        let rest = self.cleaner.finish();
        self.keep(rest);
        let spent = self.cleaner.spent();
        let (state, error, mut usage) = match ended {
            Some(Ended::Finished(Finish::Filtered, usage)) => (CandidateState::Ready, None, usage),
            Some(Ended::Finished(_, usage)) => (CandidateState::Ready, None, usage),
            Some(Ended::Stopped(usage)) => (CandidateState::Stopped, None, usage),
            Some(Ended::Failed(error, usage)) => (
                CandidateState::Failed,
                Some(Arc::new(Error::Inference(error))),
                usage,
            ),
            None if spent.answer >= self.most => (CandidateState::Ready, None, clock.usage()),
            None => (CandidateState::Stopped, None, clock.usage()),
        };
        usage.generated_tokens = spent.answer;
        usage.thought_tokens = usage.thought_tokens.max(spent.thought);
        self.end(state, error, usage);
    }

    /// What came is the project's at once, and on disk within half a second.
    fn keep(&self, clean: Vec<Clean>) {
        let (candidate, generation, take) = (self.candidate, self.generation, self.index);
        for event in clean {
            match event {
                Clean::Text(text) => {
                    let kept = text.clone();
                    let _ = self.desk.send(move |papers| {
                        if let Err(error) = papers.project.append_to_candidate(candidate, &kept, now()) {
                            tracing::error!(%error, %generation, "a candidate's text could not be kept");
                        }
                    });
                    let tokens = self.cleaner.spent().answer;
                    (self.listener)(DraftNews::Text { take, text, tokens });
                }
                Clean::Retract => {
                    let _ = self.desk.send(move |papers| {
                        if let Err(error) = papers.project.retract_candidate(candidate, now()) {
                            tracing::error!(%error, %generation, "a thought could not be taken out");
                        }
                    });
                    (self.listener)(DraftNews::Retracted { take });
                }
                Clean::Thinking { .. } => {
                    let tokens = self.cleaner.spent().thought;
                    (self.listener)(DraftNews::Thinking { take, tokens });
                }
            }
        }
    }

    fn end(&self, state: CandidateState, error: Option<Arc<Error>>, usage: Usage) {
        let (candidate, generation, index) = (self.candidate, self.generation, self.index);
        self.desk
            .running()
            .takes()
            .retain(|(of, take, _)| !(*of == generation && *take == index));
        let (kept_usage, kept_error) = (usage.clone(), error.clone());
        let last = self.left.fetch_sub(1, Ordering::AcqRel) == 1;
        let listener = self.listener.clone();
        let finished = self.desk.send(move |papers| {
            if let Err(error) = papers.project.finish_candidate(candidate, state, now()) {
                tracing::error!(%error, %generation, "a candidate's end could not be kept");
            }
            papers.remember_end(candidate, kept_usage, kept_error);
            let project = papers.id().to_owned();
            listener(DraftNews::Ended {
                take: index,
                state,
                error,
                usage,
            });
            if last {
                listener(DraftNews::Done);
            }
            papers.tell(StudioNews::Generation {
                project,
                generation,
            });
        });
        if finished.is_err() {
            tracing::warn!(%generation, "the project was closed before its take ended");
        }
    }
}
