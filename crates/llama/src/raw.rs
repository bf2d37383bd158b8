//! The only unsafe module: llama.cpp's model and context behind safe calls.
//!
//! The safe crate has no way to set threads or the abort callback of a living context, and its context
//! borrows its model; so the two pointers are owned here. Rules that make the calls sound:
//! - a model is never changed after it is loaded, and the library reads it from any thread;
//! - a context is used by one thread at a time (`&mut self`), and freed before its model (it holds an
//!   [`Arc`] of it);
//! - callbacks live only as long as the call that they are given to, and never unwind into C.
#![expect(
    unsafe_code,
    reason = "llama.cpp's C API: the safe crate lacks threads at run time and the abort callback"
)]

use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};
use llama_cpp_sys_2 as sys;

/// A token's number in the vocabulary.
pub(crate) type Token = i32;

/// Readies the library once per process. Its messages go to `tracing`.
pub(crate) fn ready() {
    // Never dropped: dropping the backend would free it under other engines.
    static BACKEND: OnceLock<Option<LlamaBackend>> = OnceLock::new();
    BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        LlamaBackend::init().ok()
    });
}

/// A loaded model with its vocabulary.
pub(crate) struct Weights {
    model: NonNull<sys::llama_model>,
    vocab: NonNull<sys::llama_vocab>,
}

// SAFETY: a loaded model is only read, and the library guards its own caches.
unsafe impl Send for Weights {}
// SAFETY: as above.
unsafe impl Sync for Weights {}

impl Drop for Weights {
    fn drop(&mut self) {
        // SAFETY: the pointer came from a successful load and is freed once; contexts hold an Arc of us.
        unsafe { sys::llama_model_free(self.model.as_ptr()) }
    }
}

unsafe extern "C" fn on_progress(share: f32, data: *mut c_void) -> bool {
    // SAFETY: `data` is the reference that `Weights::load` passed, alive during that call.
    let progress = unsafe { &mut *data.cast::<&mut dyn FnMut(f32) -> bool>() };
    catch_unwind(AssertUnwindSafe(|| progress(share))).unwrap_or(false)
}

unsafe extern "C" fn on_node(data: *mut c_void) -> bool {
    // SAFETY: `data` is the reference that `Context::decode` passed, alive during that call.
    let should_stop = unsafe { &*data.cast::<&(dyn Fn() -> bool + Sync)>() };
    catch_unwind(AssertUnwindSafe(should_stop)).unwrap_or(true)
}

impl Weights {
    /// Loads a file. `gpu_layers`: -1 = all. `None` when the library refuses it or `progress` said no.
    pub(crate) fn load(
        path: &Path,
        gpu_layers: i32,
        mut progress: &mut dyn FnMut(f32) -> bool,
    ) -> Option<Self> {
        ready();
        // On Unix the bytes of any path; on Windows UTF-8, which the library widens itself.
        let path = CString::new(path.as_os_str().as_encoded_bytes()).ok()?;
        // SAFETY: a plain C call without arguments.
        let mut params = unsafe { sys::llama_model_default_params() };
        params.n_gpu_layers = gpu_layers;
        params.progress_callback = Some(on_progress);
        params.progress_callback_user_data = (&raw mut progress).cast();
        // SAFETY: path and callback data outlive the call, which catches the library's own exceptions.
        let model =
            NonNull::new(unsafe { sys::llama_model_load_from_file(path.as_ptr(), params) })?;
        // SAFETY: the model was just loaded; its vocabulary lives as long as it.
        let vocab = unsafe { sys::llama_model_get_vocab(model.as_ptr()) };
        match NonNull::new(vocab.cast_mut()) {
            Some(vocab) => Some(Self { model, vocab }),
            None => {
                // SAFETY: loaded above, and nobody else has the pointer.
                unsafe { sys::llama_model_free(model.as_ptr()) };
                None
            }
        }
    }

    /// The tokens of `text`. `add_special`: with the begin token where the model wants one.
    /// `parse_special`: names of control tokens become these tokens.
    ///
    /// The text must be shorter than 2^31 bytes; a longer one gives no tokens.
    pub(crate) fn tokenize(
        &self,
        text: &str,
        add_special: bool,
        parse_special: bool,
    ) -> Vec<Token> {
        let Ok(len) = i32::try_from(text.len()) else {
            return vec![];
        };
        let mut tokens: Vec<Token> = vec![0; text.len() / 3 + 8];
        loop {
            let room = i32::try_from(tokens.len()).unwrap_or(i32::MAX);
            // SAFETY: text and tokens are valid for the lengths given.
            let n = unsafe {
                sys::llama_tokenize(
                    self.vocab.as_ptr(),
                    text.as_ptr().cast(),
                    len,
                    tokens.as_mut_ptr(),
                    room,
                    add_special,
                    parse_special,
                )
            };
            match usize::try_from(n) {
                Ok(n) => {
                    tokens.truncate(n);
                    return tokens;
                }
                // Too small: the library answers with the number it needs, negated.
                Err(_) if n > i32::MIN && -n > room => {
                    tokens.resize(usize::try_from(-n).unwrap_or(0), 0);
                }
                Err(_) => return vec![],
            }
        }
    }

    /// The bytes that a token writes; `special`: control tokens write their names.
    pub(crate) fn piece(&self, token: Token, special: bool) -> Vec<u8> {
        if !(0..self.vocabulary()).contains(&token) {
            return vec![];
        }
        let mut bytes = vec![0u8; 32];
        loop {
            let room = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
            // SAFETY: the token is in range, the buffer is valid for its length.
            let n = unsafe {
                sys::llama_token_to_piece(
                    self.vocab.as_ptr(),
                    token,
                    bytes.as_mut_ptr().cast(),
                    room,
                    0,
                    special,
                )
            };
            match usize::try_from(n) {
                Ok(n) => {
                    bytes.truncate(n);
                    return bytes;
                }
                Err(_) if n > i32::MIN && -n > room => {
                    bytes.resize(usize::try_from(-n).unwrap_or(0), 0);
                }
                Err(_) => return vec![],
            }
        }
    }

    /// Tokens in the vocabulary.
    pub(crate) fn vocabulary(&self) -> i32 {
        // SAFETY: the vocabulary lives as long as the model.
        unsafe { sys::llama_vocab_n_tokens(self.vocab.as_ptr()) }
    }

    /// True for a token that ends an answer.
    pub(crate) fn ends_answer(&self, token: Token) -> bool {
        // SAFETY: as above; tokens come from this vocabulary.
        unsafe { sys::llama_vocab_is_eog(self.vocab.as_ptr(), token) }
    }

    /// True for a token that is no text.
    pub(crate) fn is_control(&self, token: Token) -> bool {
        // SAFETY: as above.
        unsafe { sys::llama_vocab_is_control(self.vocab.as_ptr(), token) }
    }

    /// The token that begins a text, if there is one.
    pub(crate) fn begin(&self) -> Option<Token> {
        // SAFETY: as above.
        let token = unsafe { sys::llama_vocab_bos(self.vocab.as_ptr()) };
        (token >= 0).then_some(token)
    }

    /// True when the tokeniser ends each text with an end token by itself.
    pub(crate) fn appends_end(&self) -> bool {
        // SAFETY: as above.
        unsafe { sys::llama_vocab_get_add_eos(self.vocab.as_ptr()) }
    }

    /// Tokens the model was trained to read.
    pub(crate) fn trained_context(&self) -> u32 {
        // SAFETY: the model is alive.
        let n = unsafe { sys::llama_model_n_ctx_train(self.model.as_ptr()) };
        u32::try_from(n).unwrap_or(0)
    }

    /// True for models whose memory is one state that cannot be cut back to an earlier token.
    pub(crate) fn keeps_whole_states(&self) -> bool {
        // SAFETY: the model is alive.
        unsafe {
            sys::llama_model_is_recurrent(self.model.as_ptr())
                || sys::llama_model_is_hybrid(self.model.as_ptr())
        }
    }

    /// The text of the model's chat template.
    pub(crate) fn template(&self) -> Option<CString> {
        // SAFETY: no name asks for the default one; the text belongs to the model and is copied here.
        unsafe {
            let text = sys::llama_model_chat_template(self.model.as_ptr(), std::ptr::null());
            (!text.is_null()).then(|| CStr::from_ptr(text).to_owned())
        }
    }
}

/// `messages` (role, text) by `template`, with the head of an answer behind them. `None` when the library
/// does not know this template.
pub(crate) fn apply_template(
    template: &CStr,
    messages: &[(&'static CStr, CString)],
) -> Option<String> {
    let chat: Vec<sys::llama_chat_message> = messages
        .iter()
        .map(|(role, text)| sys::llama_chat_message {
            role: role.as_ptr(),
            content: text.as_ptr(),
        })
        .collect();
    let mut buffer = vec![0u8; 4096];
    loop {
        let room = i32::try_from(buffer.len()).ok()?;
        // SAFETY: all texts end in zero and outlive the call; the buffer is valid for its length.
        let n = unsafe {
            sys::llama_chat_apply_template(
                template.as_ptr(),
                chat.as_ptr(),
                chat.len(),
                true,
                buffer.as_mut_ptr().cast::<c_char>(),
                room,
            )
        };
        let n = usize::try_from(n).ok()?;
        if n <= buffer.len() {
            buffer.truncate(n);
            return String::from_utf8(buffer).ok();
        }
        buffer.resize(n, 0);
    }
}

/// How a context keeps and evaluates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attention {
    /// f16 without flash attention: quickest at depth on a processor.
    Plain,
    /// f16, as the back end likes best: for graphics cards.
    Auto,
    /// Flash attention over q8_0: rows never meet, so a batch gives what its rows alone give.
    Exact,
}

/// What a context is made with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Tokens that all sequences together may hold.
    pub(crate) cells: u32,
    /// Sequences.
    pub(crate) sequences: u32,
    pub(crate) attention: Attention,
    pub(crate) threads: i32,
}

/// Rows of one call at most, and of one pass: larger passes gain nothing on a processor.
pub(crate) const BATCH: u32 = 512;
const PASS: u32 = 128;

/// One token to evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) token: Token,
    pub(crate) position: i32,
    pub(crate) sequence: i32,
    /// Whether its logits are wanted.
    pub(crate) logits: bool,
}

/// How an evaluation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// All rows are in the cache.
    Done,
    /// There was no room; nothing changed.
    NoRoom,
    /// `should_stop` said so; some rows may be in the cache.
    Aborted,
    /// The library's code.
    Failed(i32),
}

/// A context: the cache of evaluated tokens.
pub(crate) struct Context {
    context: NonNull<sys::llama_context>,
    weights: Arc<Weights>,
    tokens: Vec<Token>,
    positions: Vec<i32>,
    sequence_counts: Vec<i32>,
    sequences: Vec<i32>,
    sequence_pointers: Vec<*mut i32>,
    wanted: Vec<i8>,
}

// SAFETY: the library ties a context to no thread; `&mut self` gives it to one at a time.
unsafe impl Send for Context {}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made by `Context::new`, freed once, before the model, of which we hold an Arc.
        unsafe { sys::llama_free(self.context.as_ptr()) }
    }
}

impl Context {
    /// `None` when the library refuses the settings or has no memory.
    pub(crate) fn new(weights: Arc<Weights>, settings: Settings) -> Option<Self> {
        // SAFETY: a plain C call without arguments.
        let mut params = unsafe { sys::llama_context_default_params() };
        params.n_ctx = settings.cells;
        params.n_batch = BATCH;
        params.n_ubatch = PASS;
        params.n_seq_max = settings.sequences;
        params.n_outputs_max = settings.sequences;
        params.n_threads = settings.threads;
        params.n_threads_batch = settings.threads;
        params.kv_unified = true;
        match settings.attention {
            Attention::Plain => params.flash_attn_type = sys::LLAMA_FLASH_ATTN_TYPE_DISABLED,
            Attention::Auto => params.flash_attn_type = sys::LLAMA_FLASH_ATTN_TYPE_AUTO,
            Attention::Exact => {
                params.flash_attn_type = sys::LLAMA_FLASH_ATTN_TYPE_ENABLED;
                params.type_k = sys::GGML_TYPE_Q8_0;
                params.type_v = sys::GGML_TYPE_Q8_0;
            }
        }
        // SAFETY: the model is alive and no other context of it is being made: an engine makes one.
        let context = unsafe { sys::llama_init_from_model(weights.model.as_ptr(), params) };
        Some(Self {
            context: NonNull::new(context)?,
            weights,
            tokens: vec![],
            positions: vec![],
            sequence_counts: vec![],
            sequences: vec![],
            sequence_pointers: vec![],
            wanted: vec![],
        })
    }

    /// Threads from the next call on.
    pub(crate) fn set_threads(&mut self, threads: i32) {
        // SAFETY: the context is alive and ours.
        unsafe { sys::llama_set_n_threads(self.context.as_ptr(), threads, threads) }
    }

    /// Evaluates at most [`BATCH`] rows. `should_stop` is asked some hundred times a pass, from this thread
    /// or another.
    pub(crate) fn decode(
        &mut self,
        rows: &[Row],
        mut should_stop: &(dyn Fn() -> bool + Sync),
    ) -> Decoded {
        let Some(n_tokens) = i32::try_from(rows.len()).ok().filter(|n| *n > 0) else {
            return Decoded::Done;
        };
        self.tokens.clear();
        self.positions.clear();
        self.sequences.clear();
        self.wanted.clear();
        for row in rows {
            self.tokens.push(row.token);
            self.positions.push(row.position);
            self.sequences.push(row.sequence);
            self.wanted.push(i8::from(row.logits));
        }
        self.sequence_counts.clear();
        self.sequence_counts.resize(rows.len(), 1);
        self.sequence_pointers.clear();
        let pointers = self
            .sequences
            .iter_mut()
            .map(|sequence| sequence as *mut i32);
        self.sequence_pointers.extend(pointers);
        let batch = sys::llama_batch {
            n_tokens,
            token: self.tokens.as_mut_ptr(),
            embd: std::ptr::null_mut(),
            pos: self.positions.as_mut_ptr(),
            n_seq_id: self.sequence_counts.as_mut_ptr(),
            seq_id: self.sequence_pointers.as_mut_ptr(),
            logits: self.wanted.as_mut_ptr(),
        };
        let context = self.context.as_ptr();
        // SAFETY: every array has `n_tokens` entries and outlives the call; the callback's data outlives
        // the call and is taken away after it.
        let code = unsafe {
            let data = (&raw mut should_stop).cast();
            sys::llama_set_abort_callback(context, Some(on_node), data);
            let code = sys::llama_decode(context, batch);
            sys::llama_set_abort_callback(context, None, std::ptr::null_mut());
            code
        };
        match code {
            0 => Decoded::Done,
            1 => Decoded::NoRoom,
            2 => Decoded::Aborted,
            code => Decoded::Failed(code),
        }
    }

    /// The logits of row `row` of the last evaluation, which must have asked for them.
    pub(crate) fn logits(&mut self, row: usize) -> Option<&[f32]> {
        let wanted = self.wanted.get(row).is_some_and(|wanted| *wanted != 0);
        let row = i32::try_from(row).ok().filter(|_| wanted)?;
        let len = usize::try_from(self.weights.vocabulary()).ok()?;
        // SAFETY: the row was evaluated with logits; the library keeps one float per token of the
        // vocabulary until the next evaluation, which needs `&mut self`.
        unsafe {
            let logits = sys::llama_get_logits_ith(self.context.as_ptr(), row);
            (!logits.is_null()).then(|| std::slice::from_raw_parts(logits, len))
        }
    }

    /// Makes the empty sequence `to` share the first `len` tokens of `from`.
    pub(crate) fn share(&mut self, from: usize, to: usize, len: usize) {
        let (from, to, len) = (index(from), index(to), index(len));
        // SAFETY: the context is alive; the library checks sequence numbers against its own maximum.
        unsafe {
            let memory = sys::llama_get_memory(self.context.as_ptr());
            sys::llama_memory_seq_rm(memory, to, -1, -1);
            sys::llama_memory_seq_cp(memory, from, to, 0, len);
        }
    }

    /// Cuts a sequence back to its first `len` tokens. False when this model cannot; it is empty then.
    pub(crate) fn truncate(&mut self, sequence: usize, len: usize) -> bool {
        let (sequence, len) = (index(sequence), index(len));
        // SAFETY: as above.
        unsafe {
            let memory = sys::llama_get_memory(self.context.as_ptr());
            let done = sys::llama_memory_seq_rm(memory, sequence, len, -1);
            if !done {
                sys::llama_memory_seq_rm(memory, sequence, -1, -1);
            }
            done
        }
    }
}

/// Sequences and tokens are counted in thousands.
fn index(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
