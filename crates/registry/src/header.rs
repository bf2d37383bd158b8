//! What a model file says about itself, checked.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use crate::HeaderError;
use crate::architectures::writes_text;
use crate::gguf::{self, Container, Kind, Placed, Value};
use crate::tensors::file_type;

/// llama.cpp ends the process above this: `LLAMA_MAX_LAYERS`.
const MOST_LAYERS: u64 = 512;
/// `LLAMA_MAX_EXPERTS`.
const MOST_EXPERTS: u64 = 512;
/// Bounds of plain sense for one layer's width and for a context.
const MOST: u64 = 1 << 30;

/// What a model file says about itself. Every figure was held against the others and the file's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Version of the container: 2 or 3.
    pub version: u32,
    /// `llama`, `qwen3` …
    pub architecture: String,
    /// What its makers call it.
    pub name: Option<String>,
    /// Numbers in its tensors.
    pub parameters: u64,
    /// Tokens it was trained to read.
    pub context: u32,
    /// Layers.
    pub layers: u32,
    /// Attention heads of its widest layer; 0 in a model without attention.
    pub heads: u32,
    /// Heads of keys and values, summed over the layers.
    pub kv_heads: u64,
    /// Width of a token.
    pub embedding: u32,
    /// Width of a key, per head.
    pub key_length: u32,
    /// Width of a value, per head.
    pub value_length: u32,
    /// How its numbers are packed: `Q4_K_M`, `F16` …
    pub quantisation: String,
    /// Tokens in its vocabulary.
    pub vocabulary: u32,
    /// Kind of tokeniser: `gpt2`, `llama` …
    pub tokenizer: String,
    /// The text of its chat template.
    pub chat_template: Option<String>,
    /// Languages it names, as it names them (`en`, `zh` …). Most files name none.
    pub languages: Vec<String>,
    /// Licence it names.
    pub licence: Option<String>,
    /// Bytes of its tensors.
    pub weights: u64,
    /// Bytes of the file.
    pub file_size: u64,
}

impl Header {
    /// Reads and checks the header of a file. Reads a few megabytes at most and keeps less.
    ///
    /// # Errors
    /// [`HeaderError`] says why the file cannot be loaded.
    pub fn read(path: &Path) -> Result<Self, HeaderError> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Self::parse(file, len)
    }

    /// Reads and checks the header of `len` bytes.
    ///
    /// # Errors
    /// As [`Header::read`].
    pub fn parse(source: impl Read + Seek, len: u64) -> Result<Self, HeaderError> {
        let container = gguf::read(source, len)?;
        let entries = Entries(&container);
        let architecture = entries
            .text("general.architecture")?
            .ok_or(missing("general.architecture"))?;
        if let Some(kind) = entries.text("general.type")?
            && kind != "model"
        {
            return Err(HeaderError::Unsupported { what: kind });
        }
        if !writes_text(&architecture) {
            return Err(HeaderError::Unsupported { what: architecture });
        }
        if entries.number("split.count", 65_535)?.unwrap_or(1) > 1 {
            return Err(HeaderError::Unsupported {
                what: "a part of a split file".into(),
            });
        }
        let of = |key: &str| format!("{architecture}.{key}");
        let layers = entries
            .number(&of("block_count"), MOST_LAYERS)?
            .filter(|n| *n > 0)
            .ok_or(missing("the number of layers"))?;
        let embedding = entries
            .number(&of("embedding_length"), MOST)?
            .filter(|n| *n > 0)
            .ok_or(missing("the width"))?;
        let context = entries
            .number(&of("context_length"), MOST)?
            .filter(|n| *n > 0)
            .ok_or(missing("the context length"))?;
        let head_counts = entries.per_layer(&of("attention.head_count"), layers)?;
        let heads = head_counts.iter().flatten().copied().max().unwrap_or(0);
        let kv_counts = entries.per_layer(&of("attention.head_count_kv"), layers)?;
        let kv_heads = match (&kv_counts, &head_counts) {
            (Some(counts), _) | (None, Some(counts)) => counts.iter().sum(),
            (None, None) => 0,
        };
        let per_head = embedding.checked_div(heads).unwrap_or(0);
        let width = |key: &str| -> Result<u64, HeaderError> {
            Ok(entries.number(&of(key), MOST)?.unwrap_or(per_head))
        };
        let key_length = width("attention.key_length")?;
        let value_length = width("attention.value_length")?;
        let experts = entries
            .number(&of("expert_count"), MOST_EXPERTS)?
            .unwrap_or(0);
        let used = entries
            .number(&of("expert_used_count"), MOST_EXPERTS)?
            .unwrap_or(0);
        if used > experts || (experts > 0 && used == 0) {
            return Err(entries.damaged(&of("expert_used_count"), "the number of experts"));
        }

        let vocabulary = entries.vocabulary()?;
        let tokenizer = entries
            .text("tokenizer.ggml.model")?
            .ok_or(missing("the tokeniser"))?;
        let quantisation = entries
            .number("general.file_type", MOST)?
            .and_then(file_type)
            .unwrap_or(container.main_type)
            .to_owned();
        Ok(Self {
            version: container.version,
            name: entries.text("general.name")?,
            parameters: container.numbers,
            context: narrow(context),
            layers: narrow(layers),
            heads: narrow(heads),
            kv_heads,
            embedding: narrow(embedding),
            key_length: narrow(key_length),
            value_length: narrow(value_length),
            quantisation,
            vocabulary,
            tokenizer,
            chat_template: entries.text("tokenizer.chat_template")?,
            languages: entries.texts("general.languages"),
            licence: entries.text("general.license")?,
            weights: container.tensor_bytes,
            file_size: len,
            architecture,
        })
    }
}

/// Every value was held under 2^30 before.
fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn missing(what: &'static str) -> HeaderError {
    HeaderError::Damaged { what, offset: 0 }
}

struct Entries<'a>(&'a Container);

impl Entries<'_> {
    fn get(&self, key: &str) -> Option<&Placed> {
        self.0.entries.get(key)
    }

    fn damaged(&self, key: &str, what: &'static str) -> HeaderError {
        HeaderError::Damaged {
            what,
            offset: self.get(key).map_or(0, |placed| placed.offset),
        }
    }

    fn text(&self, key: &str) -> Result<Option<String>, HeaderError> {
        match self.get(key).map(|placed| &placed.value) {
            None | Some(Value::Long) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Int(_) | Value::Float | Value::Bool | Value::Array { .. }) => {
                Err(self.damaged(key, "an entry of the wrong type"))
            }
        }
    }

    fn texts(&self, key: &str) -> Vec<String> {
        match self.get(key).map(|placed| &placed.value) {
            Some(Value::Array { texts, .. }) => texts.clone(),
            Some(Value::Text(text)) => vec![text.clone()],
            None | Some(Value::Int(_) | Value::Float | Value::Bool | Value::Long) => vec![],
        }
    }

    fn number(&self, key: &str, most: u64) -> Result<Option<u64>, HeaderError> {
        match self.get(key).map(|placed| &placed.value) {
            None => Ok(None),
            Some(Value::Int(n)) => u64::try_from(*n)
                .ok()
                .filter(|n| *n <= most)
                .map(Some)
                .ok_or_else(|| self.damaged(key, "a number out of its range")),
            // Some architectures give one value per layer where others give one; the widest counts.
            Some(Value::Array { ints, .. }) if !ints.is_empty() => {
                let widest = ints.iter().copied().max().unwrap_or(0);
                u64::try_from(widest)
                    .ok()
                    .filter(|n| *n <= most)
                    .map(Some)
                    .ok_or_else(|| self.damaged(key, "a number out of its range"))
            }
            Some(
                Value::Float | Value::Bool | Value::Text(_) | Value::Long | Value::Array { .. },
            ) => Err(self.damaged(key, "an entry of the wrong type")),
        }
    }

    /// One number for all layers, or one for each.
    fn per_layer(&self, key: &str, layers: u64) -> Result<Option<Vec<u64>>, HeaderError> {
        match self.get(key).map(|placed| &placed.value) {
            Some(Value::Array { ints, .. }) => {
                if (ints.len() as u64) < layers {
                    return Err(self.damaged(key, "fewer numbers than layers"));
                }
                ints.iter()
                    .map(|n| u64::try_from(*n).ok().filter(|n| *n <= 65_536))
                    .collect::<Option<Vec<_>>>()
                    .map(Some)
                    .ok_or_else(|| self.damaged(key, "a number out of its range"))
            }
            None
            | Some(Value::Int(_) | Value::Float | Value::Bool | Value::Text(_) | Value::Long) => {
                Ok(self
                    .number(key, 65_536)?
                    .map(|n| vec![n; usize::try_from(layers).unwrap_or(0)]))
            }
        }
    }

    /// The tables of the tokeniser: llama.cpp reads them as what they should be, whatever they are.
    fn vocabulary(&self) -> Result<u32, HeaderError> {
        let tokens = "tokenizer.ggml.tokens";
        let len = match self.get(tokens).map(|placed| &placed.value) {
            Some(Value::Array {
                item: Kind::Text,
                len,
                ..
            }) if *len > 0 => *len,
            _ => return Err(self.damaged(tokens, "the vocabulary")),
        };
        let float = |kind| matches!(kind, Kind::Float { bytes: 4 });
        let int = |kind| matches!(kind, Kind::Int { bytes: 4, .. });
        let byte = |kind| matches!(kind, Kind::Int { bytes: 1, .. });
        let text = |kind| kind == Kind::Text;
        self.array("tokenizer.ggml.scores", Some(len), &float)?;
        self.array("tokenizer.ggml.token_type", Some(len), &int)?;
        self.array("tokenizer.ggml.merges", None, &text)?;
        self.array("tokenizer.ggml.precompiled_charsmap", None, &byte)?;
        u32::try_from(len)
            .ok()
            .filter(|n| u64::from(*n) <= MOST)
            .ok_or_else(|| self.damaged(tokens, "the vocabulary"))
    }

    fn array(
        &self,
        key: &str,
        wanted: Option<u64>,
        is_right: &dyn Fn(Kind) -> bool,
    ) -> Result<(), HeaderError> {
        match self.get(key).map(|placed| &placed.value) {
            None => Ok(()),
            Some(Value::Array { item, len, .. })
                if is_right(*item) && wanted.is_none_or(|wanted| wanted == *len) =>
            {
                Ok(())
            }
            Some(_) => Err(self.damaged(key, "a table of the vocabulary")),
        }
    }
}
