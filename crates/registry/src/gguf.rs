//! The GGUF container, read with bounds: entries and tensors, never the tensors' data.
//!
//! Source: the GGUF specification in ggml's `docs/gguf.md`, and the checks of its `gguf.cpp`.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufReader, Read, Seek};

use crate::HeaderError;
use crate::tensors::tensor_type;

/// More entries than any known file has; bounds our memory.
const MOST_ENTRIES: u64 = 16_384;
/// More tensors than any known file has.
const MOST_TENSORS: u64 = 65_536;
/// The specification allows 65,535; known keys have some fifty.
const LONGEST_KEY: u64 = 1_024;
/// A tensor's name must leave room for its zero: `GGML_MAX_NAME`.
const LONGEST_TENSOR_NAME: u64 = 63;
/// Longer texts are passed over; a chat template has a few tens of kilobytes.
const LONGEST_KEPT_TEXT: u64 = 1 << 20;
/// All kept texts together.
const MOST_KEPT_BYTES: u64 = 16 << 20;
/// Arrays of whole numbers up to this length are kept: one value per layer.
const LONGEST_KEPT_ARRAY: u64 = 512;
const LARGEST_ALIGNMENT: u64 = 1 << 20;
const DEFAULT_ALIGNMENT: u64 = 32;

/// Type of an entry's value, or of an array's items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number of this many bytes.
    Int { bytes: u64, signed: bool },
    /// A float of this many bytes.
    Float { bytes: u64 },
    /// One byte, 0 or 1.
    Bool,
    /// Length and bytes.
    Text,
}

impl Kind {
    fn from_code(code: u32) -> Option<Self> {
        let int = |bytes, signed| Self::Int { bytes, signed };
        Some(match code {
            0 => int(1, false),
            1 => int(1, true),
            2 => int(2, false),
            3 => int(2, true),
            4 => int(4, false),
            5 => int(4, true),
            6 => Self::Float { bytes: 4 },
            7 => Self::Bool,
            8 => Self::Text,
            10 => int(8, false),
            11 => int(8, true),
            12 => Self::Float { bytes: 8 },
            _ => return None,
        })
    }

    /// The fewest bytes that a value takes.
    fn least_bytes(self) -> u64 {
        match self {
            Self::Int { bytes, .. } | Self::Float { bytes } => bytes,
            Self::Bool => 1,
            Self::Text => 8,
        }
    }
}

/// What of a value is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Int(i128),
    Float,
    Bool,
    Text(String),
    /// `ints` for short arrays of whole numbers, `texts` for short arrays of texts; else empty.
    Array {
        item: Kind,
        len: u64,
        ints: Vec<i128>,
        texts: Vec<String>,
    },
    /// A text beyond what is kept.
    Long,
}

/// An entry's value with the place where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) value: Value,
    pub(crate) offset: u64,
}

/// What a file's head says.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    pub(crate) version: u32,
    pub(crate) entries: BTreeMap<String, Placed>,
    /// Numbers in all tensors.
    pub(crate) numbers: u64,
    /// Bytes of all tensors, without padding.
    pub(crate) tensor_bytes: u64,
    /// The type that most bytes have.
    pub(crate) main_type: &'static str,
}

/// Reads the head of a file of `len` bytes.
pub(crate) fn read(source: impl Read + Seek, len: u64) -> Result<Container, HeaderError> {
    let mut reader = Reader {
        inner: BufReader::with_capacity(1 << 16, source),
        at: 0,
        len,
        kept: 0,
    };
    if len < 4 || &reader.bytes::<4>()? != b"GGUF" {
        return Err(HeaderError::NotGguf);
    }
    let version = reader.u32()?;
    if version != 2 && version != 3 {
        return Err(HeaderError::Unsupported {
            what: format!("GGUF {version}"),
        });
    }
    let tensors = reader.u64()?;
    if tensors == 0 || tensors > MOST_TENSORS {
        return Err(reader.damaged("the number of tensors"));
    }
    let count = reader.u64()?;
    if count > MOST_ENTRIES {
        return Err(reader.damaged("the number of entries"));
    }
    let mut entries = BTreeMap::new();
    for _ in 0..count {
        let offset = reader.at;
        let key = reader.text(LONGEST_KEY, "an entry's name")?;
        if key.is_empty() {
            return Err(reader.damaged("an entry without a name"));
        }
        let value = reader.value()?;
        if entries.insert(key, Placed { value, offset }).is_some() {
            return Err(reader.damaged("an entry that stands twice"));
        }
    }
    let alignment = match entries.get("general.alignment") {
        None => DEFAULT_ALIGNMENT,
        Some(Placed {
            value: Value::Int(n),
            offset,
        }) => u64::try_from(*n)
            .ok()
            .filter(|n| n.is_power_of_two() && *n <= LARGEST_ALIGNMENT)
            .ok_or(HeaderError::Damaged {
                what: "the alignment",
                offset: *offset,
            })?,
        Some(placed) => {
            return Err(HeaderError::Damaged {
                what: "the alignment",
                offset: placed.offset,
            });
        }
    };
    let mut names = HashSet::new();
    let mut by_type: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (mut numbers, mut tensor_bytes, mut end, mut last) = (0u64, 0u64, 0u64, 0u64);
    for _ in 0..tensors {
        let name = reader.text(LONGEST_TENSOR_NAME, "a tensor's name")?;
        if !names.insert(name) {
            return Err(reader.damaged("a tensor that stands twice"));
        }
        let tensor = reader.tensor()?;
        if tensor.offset != end {
            return Err(reader.damaged("a tensor's place"));
        }
        last = tensor.offset.saturating_add(tensor.bytes);
        end = tensor
            .bytes
            .checked_next_multiple_of(alignment)
            .and_then(|padded| end.checked_add(padded))
            .ok_or_else(|| reader.damaged("a tensor's size"))?;
        // The last tensor needs no padding behind it.
        tensor_bytes = tensor_bytes.saturating_add(tensor.bytes);
        numbers = numbers.saturating_add(tensor.numbers);
        *by_type.entry(tensor.type_name).or_default() += tensor.bytes;
    }
    let main_type = by_type
        .into_iter()
        .max_by_key(|(_, bytes)| *bytes)
        .map_or("F32", |(name, _)| name);
    let data = reader.at.next_multiple_of(alignment);
    // Padding behind the last tensor is missing in some sound files, so only its data must be there.
    let needed = data.saturating_add(last);
    if needed > len {
        return Err(HeaderError::Truncated {
            expected: needed,
            found: len,
        });
    }
    Ok(Container {
        version,
        entries,
        numbers,
        tensor_bytes,
        main_type,
    })
}

struct Tensor {
    numbers: u64,
    bytes: u64,
    offset: u64,
    type_name: &'static str,
}

struct Reader<R> {
    inner: BufReader<R>,
    at: u64,
    len: u64,
    kept: u64,
}

impl<R: Read + Seek> Reader<R> {
    fn damaged(&self, what: &'static str) -> HeaderError {
        HeaderError::Damaged {
            what,
            offset: self.at,
        }
    }

    fn need(&self, bytes: u64) -> Result<(), HeaderError> {
        let expected = self.at.saturating_add(bytes);
        if expected > self.len {
            return Err(HeaderError::Truncated {
                expected,
                found: self.len,
            });
        }
        Ok(())
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], HeaderError> {
        self.need(N as u64)?;
        let mut buffer = [0; N];
        self.inner.read_exact(&mut buffer)?;
        self.at += N as u64;
        Ok(buffer)
    }

    fn u32(&mut self) -> Result<u32, HeaderError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Result<u64, HeaderError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), HeaderError> {
        self.need(bytes)?;
        let step = i64::try_from(bytes).map_err(|_| self.damaged("a length"))?;
        self.inner.seek_relative(step)?;
        self.at += bytes;
        Ok(())
    }

    fn raw(&mut self, len: u64) -> Result<Vec<u8>, HeaderError> {
        self.need(len)?;
        let size = usize::try_from(len).map_err(|_| self.damaged("a length"))?;
        let mut buffer = vec![0; size];
        self.inner.read_exact(&mut buffer)?;
        self.at += len;
        Ok(buffer)
    }

    /// A name: bounded, UTF-8.
    fn text(&mut self, longest: u64, what: &'static str) -> Result<String, HeaderError> {
        let len = self.u64()?;
        if len > longest {
            return Err(self.damaged(what));
        }
        let bytes = self.raw(len)?;
        String::from_utf8(bytes).map_err(|_| self.damaged(what))
    }

    fn value(&mut self) -> Result<Value, HeaderError> {
        let code = self.u32()?;
        if code == 9 {
            return self.array();
        }
        let kind = Kind::from_code(code).ok_or_else(|| self.damaged("an entry's type"))?;
        Ok(match kind {
            Kind::Int { bytes, signed } => Value::Int(self.int(bytes, signed)?),
            Kind::Float { bytes } => {
                self.skip(bytes)?;
                Value::Float
            }
            Kind::Bool => {
                self.bool()?;
                Value::Bool
            }
            Kind::Text => self.kept_text()?.map_or(Value::Long, Value::Text),
        })
    }

    fn bool(&mut self) -> Result<(), HeaderError> {
        match self.bytes::<1>()? {
            [0 | 1] => Ok(()),
            [_] => Err(self.damaged("a truth value")),
        }
    }

    fn int(&mut self, bytes: u64, signed: bool) -> Result<i128, HeaderError> {
        Ok(match (bytes, signed) {
            (1, false) => i128::from(self.bytes::<1>()?[0]),
            (1, true) => i128::from(i8::from_le_bytes(self.bytes()?)),
            (2, false) => i128::from(u16::from_le_bytes(self.bytes()?)),
            (2, true) => i128::from(i16::from_le_bytes(self.bytes()?)),
            (4, false) => i128::from(self.u32()?),
            (4, true) => i128::from(i32::from_le_bytes(self.bytes()?)),
            (_, false) => i128::from(self.u64()?),
            (_, true) => i128::from(i64::from_le_bytes(self.bytes()?)),
        })
    }

    /// A text value; `None` when it is too long to keep. Bad bytes are replaced: names of models may hold any.
    fn kept_text(&mut self) -> Result<Option<String>, HeaderError> {
        let len = self.u64()?;
        if len > LONGEST_KEPT_TEXT || self.kept + len > MOST_KEPT_BYTES {
            self.skip(len)?;
            return Ok(None);
        }
        self.kept += len;
        let bytes = self.raw(len)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn array(&mut self) -> Result<Value, HeaderError> {
        let code = self.u32()?;
        let item = Kind::from_code(code).ok_or_else(|| self.damaged("an array's type"))?;
        let len = self.u64()?;
        let least = len
            .checked_mul(item.least_bytes())
            .ok_or_else(|| self.damaged("an array's length"))?;
        self.need(least)?;
        let (mut ints, mut texts) = (Vec::new(), Vec::new());
        match item {
            Kind::Int { bytes, signed } if len <= LONGEST_KEPT_ARRAY => {
                for _ in 0..len {
                    ints.push(self.int(bytes, signed)?);
                }
            }
            Kind::Int { .. } | Kind::Float { .. } => self.skip(least)?,
            Kind::Bool => {
                for _ in 0..len {
                    self.bool()?;
                }
            }
            Kind::Text if len <= 64 => {
                for _ in 0..len {
                    texts.extend(self.kept_text()?);
                }
            }
            Kind::Text => {
                for _ in 0..len {
                    let bytes = self.u64()?;
                    self.skip(bytes)?;
                }
            }
        }
        Ok(Value::Array {
            item,
            len,
            ints,
            texts,
        })
    }

    fn tensor(&mut self) -> Result<Tensor, HeaderError> {
        let dimensions = self.u32()?;
        if dimensions > 4 {
            return Err(self.damaged("a tensor's dimensions"));
        }
        let (mut numbers, mut row) = (1u64, 1u64);
        for i in 0..dimensions {
            let size = self.u64()?;
            if i == 0 {
                row = size;
            }
            numbers = numbers
                .checked_mul(size)
                .filter(|n| i64::try_from(*n).is_ok())
                .ok_or_else(|| self.damaged("a tensor's dimensions"))?;
        }
        let code = self.u32()?;
        let (type_name, block, block_bytes) =
            tensor_type(code).ok_or_else(|| self.damaged("a tensor's type"))?;
        if !row.is_multiple_of(block) {
            return Err(self.damaged("a tensor's row"));
        }
        let bytes = (numbers / block)
            .checked_mul(block_bytes)
            .ok_or_else(|| self.damaged("a tensor's size"))?;
        let offset = self.u64()?;
        Ok(Tensor {
            numbers,
            bytes,
            offset,
            type_name,
        })
    }
}
