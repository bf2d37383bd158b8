//! Opening a model, and the handle to its thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Instant;

use inference::{
    Capabilities, Device, Error, Mode, Model, ModelInfo, Place, Prompt, Request, TokenStream,
    channel,
};
use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};
use registry::{CacheType, Catalog, HashError, Hashes, Header, Need};

use crate::chat::{self, Chat};
use crate::inbox::{Inbox, Job, Out};
use crate::raw::{self, Attention, Context, Settings, Weights};
use crate::schedule::{SEQUENCES, Scheduler};
use crate::{OpenError, Probe, probe, threads};

/// How many threads compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// All physical cores, or all but one (but at least one) while a window is open; fewer while other
    /// programs want them.
    Auto {
        /// A window is open on this machine's screen.
        window_open: bool,
    },
    /// So many, at least one.
    Fixed(usize),
}

impl Threads {
    fn count(self) -> usize {
        match self {
            Self::Auto { window_open: true } => threads::beside_a_window(),
            Self::Auto { window_open: false } => threads::physical_cores(),
            Self::Fixed(n) => n.max(1),
        }
    }

    fn tell(self, inbox: &Inbox) {
        inbox.threads.store(self.count(), Ordering::Relaxed);
        inbox
            .gives_way
            .store(matches!(self, Self::Auto { .. }), Ordering::Relaxed);
    }
}

/// How far opening has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Opening {
    /// It is verified, or a child process tries it.
    Trying,
    /// The share that is loaded, 0 to 1.
    Loading(f32),
}

/// How to open a model.
pub struct OpenOptions {
    /// Tokens of prompt and answer together. `None`: 8,192, or fewer where the model or the memory is
    /// smaller.
    pub context: Option<u32>,
    /// Threads.
    pub threads: Threads,
    /// Quickest, or the same however it is batched.
    pub mode: Mode,
    /// Use a graphics card if this build and machine have one.
    pub gpu: bool,
    /// Bytes that may be used, if less than what is free.
    pub memory_limit: Option<u64>,
    /// The program that tries files first which are not verified. `None`: none is tried.
    pub probe: Option<Probe>,
    /// Remembers which files are verified or were tried.
    pub hashes: Hashes,
    /// Hears how far it is; breaks off by answering false.
    pub progress: Box<dyn FnMut(Opening) -> bool + Send>,
}

impl OpenOptions {
    /// The defaults beside an open window, in `mode`; no trial loads.
    pub fn new(mode: Mode) -> Self {
        Self {
            context: None,
            threads: Threads::Auto { window_open: true },
            mode,
            gpu: true,
            memory_limit: None,
            probe: None,
            hashes: Hashes::new(None),
            progress: Box::new(|_| true),
        }
    }
}

/// Work done since a model was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Tokens evaluated.
    pub evaluated: u64,
    /// Passes over the model.
    pub passes: u64,
    /// Passes broken off.
    pub aborted: u64,
}

/// A local model with its thread. Dropping it stops all takes and frees the memory.
pub struct Engine {
    inbox: Arc<Inbox>,
    weights: Arc<Weights>,
    chat: Arc<Chat>,
    info: ModelInfo,
    context: u32,
    thread: Option<JoinHandle<()>>,
}

/// Contexts tried when none is asked for, largest first.
const CONTEXTS: [u32; 3] = [8192, 4096, 2048];
/// Longer prompts are refused before they are tokenised.
const LONGEST_TEXT: usize = 256 << 20;

impl Engine {
    /// Checks a file, loads it and starts its thread. Blocks until it is ready.
    ///
    /// # Errors
    /// [`OpenError`]; nothing stays loaded then.
    pub fn open(path: &Path, mut options: OpenOptions) -> Result<Self, OpenError> {
        let header = Header::read(path)?;
        if !processor_is_new_enough() {
            return Err(OpenError::Unsupported {
                what: "a processor without AVX2".into(),
            });
        }
        raw::ready();
        let gpu = gpu(options.gpu);
        let cache = match options.mode {
            Mode::Fast => CacheType::F16,
            Mode::Exact => CacheType::Q8_0,
        };
        let (context, need) = fitting(&header, &options, cache, gpu.as_ref())?;
        if let Some(probe) = options.probe.take() {
            try_first(path, &header, &probe, &mut options)?;
        }
        let hash = options.hashes.known(path);

        let on_card = gpu.as_ref().map_or(0, |gpu| layers(&header, need, gpu));
        let threads = options.threads.count();
        let made = match load(path, on_card, context, threads, &mut options) {
            Err(OpenError::Damaged { .. } | OpenError::NoContext { .. }) if on_card != 0 => {
                // A card's memory can be short of what it says; the processor is slower but there.
                tracing::warn!("the graphics card could not take the model; the processor does");
                load(path, 0, context, threads, &mut options)?
            }
            made => made?,
        };
        let Loaded {
            weights,
            context: made,
            tokens: context,
            cells,
            layers,
        } = made;
        let inbox = Arc::new(Inbox::default());
        options.threads.tell(&inbox);
        let chat = Arc::new(Chat::new(weights.template()));
        let scheduler = Scheduler::new(
            inbox.clone(),
            weights.clone(),
            chat.clone(),
            made,
            cells,
            context,
        );
        let thread = serve(scheduler).map_err(OpenError::NoThread)?;
        tracing::info!(
            context,
            cells,
            threads,
            layers,
            mode = ?options.mode,
            need_mib = need.mib(),
            architecture = header.architecture,
            "a local model is open"
        );
        Ok(Self {
            info: info(
                path,
                &header,
                hash,
                options.mode,
                gpu.filter(|_| layers != 0),
            ),
            inbox,
            weights,
            chat,
            context,
            thread: Some(thread),
        })
    }

    /// Threads from the next pass on: as a window opens or closes.
    pub fn set_threads(&self, threads: Threads) {
        threads.tell(&self.inbox);
    }

    /// While the writer types, prompts are read in smaller slices, so that the window gets the cores sooner.
    pub fn set_typing(&self, typing: bool) {
        self.inbox.typing.store(typing, Ordering::Relaxed);
    }

    /// Work done so far.
    pub fn counters(&self) -> Counters {
        Counters {
            evaluated: self.inbox.evaluated.load(Ordering::Relaxed),
            passes: self.inbox.passes.load(Ordering::Relaxed),
            aborted: self.inbox.aborted.load(Ordering::Relaxed),
        }
    }
}

impl Model for Engine {
    fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            raw: true,
            chat: self.chat.is_known(),
            answer_prefix: self.chat.is_known(),
            seed: true,
            alternatives: true,
            thinks: self.chat.thinks(),
            context: Some(self.context),
        }
    }

    fn count_tokens(&self, text: &str) -> u32 {
        let mut rest = text;
        let mut sum = 0usize;
        while !rest.is_empty() {
            // In stretches of a megabyte, since the library counts bytes in 32 bits.
            let (now, later) = rest.split_at(rest.floor_char_boundary(1 << 20));
            sum += self.weights.tokenize(now, false, false).len();
            rest = later;
        }
        u32::try_from(sum).unwrap_or(u32::MAX)
    }

    fn rendered(&self, prompt: &Prompt) -> Option<String> {
        match prompt {
            Prompt::Chat { .. } if !self.chat.is_known() => None,
            Prompt::Raw(_) | Prompt::Chat { .. } => Some(chat::text(&self.chat.parts(prompt))),
        }
    }

    fn start(&self, request: Request) -> Result<TokenStream, Error> {
        let bytes = match &request.prompt {
            Prompt::Raw(text) => text.len(),
            Prompt::Chat { .. } if !self.chat.is_known() => {
                return Err(Error::Unsupported {
                    what: "chat prompts",
                });
            }
            Prompt::Chat {
                messages,
                answer_prefix,
            } => {
                messages
                    .iter()
                    .map(|message| message.text.len())
                    .sum::<usize>()
                    + answer_prefix.len()
            }
        };
        if bytes > LONGEST_TEXT {
            return Err(Error::Unsupported {
                what: "prompts of so many bytes",
            });
        }
        let (sender, stream) = channel();
        self.inbox.push(Job {
            request,
            out: Out::new(sender),
            asked: Instant::now(),
        });
        Ok(stream)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.inbox.close();
        if let Some(thread) = self.thread.take() {
            // A panic there was caught and told already.
            let _ = thread.join();
        }
    }
}

struct Loaded {
    weights: Arc<Weights>,
    context: Context,
    /// Of prompt and answer together.
    tokens: u32,
    cells: u32,
    layers: i32,
}

/// Loads the weights, `layers` of them onto the card, and makes a context.
fn load(
    path: &Path,
    layers: i32,
    tokens: u32,
    threads: usize,
    options: &mut OpenOptions,
) -> Result<Loaded, OpenError> {
    let mut cancelled = false;
    let mut progress = |share| {
        cancelled = !(options.progress)(Opening::Loading(share));
        !cancelled
    };
    let loaded = Weights::load(path, layers, &mut progress);
    let weights = match loaded {
        Some(weights) => Arc::new(weights),
        None if cancelled => return Err(OpenError::Cancelled),
        None => {
            return Err(OpenError::Damaged {
                what: "the library refused it",
                offset: None,
            });
        }
    };
    let tokens = tokens.min(weights.trained_context().max(1));
    let cells = cells(tokens);
    let settings = Settings {
        cells,
        sequences: SEQUENCES,
        attention: match (options.mode, layers) {
            (Mode::Exact, _) => Attention::Exact,
            (Mode::Fast, 0) => Attention::Plain,
            (Mode::Fast, _) => Attention::Auto,
        },
        threads: i32::try_from(threads).unwrap_or(1),
    };
    let context = Context::new(weights.clone(), settings).ok_or(OpenError::NoContext { tokens })?;
    Ok(Loaded {
        weights,
        context,
        tokens,
        cells,
        layers,
    })
}

fn serve(mut scheduler: Scheduler) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("llama".into())
        .spawn(move || {
            let inbox = scheduler.inbox.clone();
            let served = catch_unwind(AssertUnwindSafe(|| scheduler.run()));
            if served.is_err() {
                tracing::error!("the engine broke; its model is closed");
            }
            // Takes that still run or wait tell their readers as they are dropped.
            drop(scheduler);
            inbox.close();
        })
}

/// llama.cpp is compiled for these instructions, and ends the process without them.
fn processor_is_new_enough() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("f16c")
        && is_x86_feature_detected!("bmi2");
    #[cfg(not(target_arch = "x86_64"))]
    true
}

/// All sequences together hold a quarter more than one may: several takes of a long prompt fit, and what
/// was read before is kept a while.
fn cells(context: u32) -> u32 {
    (context + context / 4).next_multiple_of(256)
}

/// The largest context that fits, or the one asked for.
fn fitting(
    header: &Header,
    options: &OpenOptions,
    cache: CacheType,
    gpu: Option<&Gpu>,
) -> Result<(u32, Need), OpenError> {
    let free = match (registry::free(), options.memory_limit) {
        (Some(free), Some(limit)) => Some(free.min(limit)),
        (free, limit) => free.or(limit),
    };
    // What lies on a graphics card takes no room here.
    let free = free.map(|free| free.saturating_add(gpu.map_or(0, |gpu| gpu.free)));
    let wanted: Vec<u32> = match options.context {
        Some(context) => vec![context.clamp(1, header.context)],
        None => CONTEXTS.map(|context| context.min(header.context)).into(),
    };
    let mut smallest = None;
    for context in wanted {
        let need = registry::need(header, cells(context), cache);
        if free.is_none_or(|free| registry::fits(need, free)) {
            return Ok((context, need));
        }
        smallest = Some(need);
    }
    Err(OpenError::TooLarge {
        needs_mib: smallest.map_or(0, Need::mib),
        free_mib: free.unwrap_or(0) >> 20,
    })
}

struct Gpu {
    name: String,
    free: u64,
}

fn gpu(wanted: bool) -> Option<Gpu> {
    let devices = if wanted {
        list_llama_ggml_backend_devices()
    } else {
        vec![]
    };
    devices
        .into_iter()
        .find(|device| {
            matches!(
                device.device_type,
                LlamaBackendDeviceType::Gpu | LlamaBackendDeviceType::IntegratedGpu
            )
        })
        .map(|device| Gpu {
            name: device.description,
            free: device.memory_free as u64,
        })
}

/// Layers that fit onto the card; -1 = all. The output counts as one more.
fn layers(header: &Header, need: Need, gpu: &Gpu) -> i32 {
    let room = gpu.free.saturating_sub(need.compute);
    let all = need.weights.saturating_add(need.cache);
    if all <= room {
        return -1;
    }
    let each = all.div_ceil(u64::from(header.layers) + 1).max(1);
    i32::try_from(room / each).unwrap_or(0)
}

/// Whose trial loads are remembered: another version may carry another library.
const TRIED_BY: &str = concat!(
    "llama ",
    env!("CARGO_PKG_VERSION"),
    ", llama-cpp-sys-2 0.1.160"
);

/// Loads a file in a child process once, unless it is one that the catalogue knows byte for byte.
fn try_first(
    path: &Path,
    header: &Header,
    probe: &Probe,
    options: &mut OpenOptions,
) -> Result<(), OpenError> {
    let progress = &mut options.progress;
    if !progress(Opening::Trying) {
        return Err(OpenError::Cancelled);
    }
    if options.hashes.was_tried(path, TRIED_BY) {
        return Ok(());
    }
    match options
        .hashes
        .is_verified(path, &mut |_, _| progress(Opening::Trying))
    {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(HashError::Cancelled) => return Err(OpenError::Cancelled),
        Err(HashError::Unreadable { source, .. }) => return Err(OpenError::Unreadable(source)),
    }
    probe::try_in_a_child(probe, path, header.file_size, &mut || {
        progress(Opening::Trying)
    })?;
    options.hashes.note_tried(path, TRIED_BY);
    Ok(())
}

fn info(
    path: &Path,
    header: &Header,
    hash: Option<String>,
    mode: Mode,
    gpu: Option<Gpu>,
) -> ModelInfo {
    let id = path
        .file_stem()
        .map(PathBuf::from)
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let listed = path
        .file_name()
        .and_then(|name| Catalog::bundled().by_file(name.to_str()?))
        .map(|entry| entry.name.clone());
    ModelInfo {
        name: listed
            .or_else(|| header.name.clone())
            .unwrap_or_else(|| id.clone()),
        id,
        hash,
        parameters: Some(header.parameters),
        place: Place::ThisMachine,
        device: gpu.map_or(Device::Cpu, |gpu| Device::Gpu(gpu.name)),
        mode,
    }
}
