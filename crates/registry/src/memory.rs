//! How much memory a model needs, and how much there is.

use crate::Header;

/// How keys and values of evaluated tokens are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheType {
    /// 2 bytes a number.
    F16,
    /// 34 bytes for 32 numbers.
    Q8_0,
}

/// Bytes that an opened model needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The model itself.
    pub weights: u64,
    /// Keys and values of the tokens of its context.
    pub cache: u64,
    /// Working space, estimated from above.
    pub compute: u64,
}

impl Need {
    /// All of it, in bytes.
    pub fn total(self) -> u64 {
        self.weights
            .saturating_add(self.cache)
            .saturating_add(self.compute)
    }

    /// All of it, in MiB, rounded up.
    pub fn mib(self) -> u64 {
        self.total().div_ceil(1 << 20)
    }
}

/// Tokens evaluated in one pass by our engine (`n_ubatch`).
const PASS: u64 = 128;
/// Left for the rest of the program and of the machine, in bytes.
const HEADROOM: u64 = 256 << 20;

/// What a model with `tokens` tokens of context needs.
///
/// Keys and values are exact for plain attention and too high for models that compress them or that
/// keep a window. Working space: one pass of logits, of scores (all heads against the whole context,
/// as without flash attention), and some layers' width.
pub fn need(header: &Header, tokens: u32, cache: CacheType) -> Need {
    let tokens = u64::from(tokens);
    let numbers = u64::from(header.key_length)
        .saturating_add(u64::from(header.value_length))
        .saturating_mul(header.kv_heads)
        .saturating_mul(tokens);
    let cache = match cache {
        CacheType::F16 => numbers.saturating_mul(2),
        CacheType::Q8_0 => (numbers / 32).saturating_mul(34),
    };
    let logits = PASS * 4 * u64::from(header.vocabulary);
    let scores = match header.heads {
        0 => 0,
        heads => (PASS * 4 * u64::from(heads)).saturating_mul(tokens),
    };
    let layers = PASS * 4 * 16 * u64::from(header.embedding);
    Need {
        weights: header.weights,
        cache,
        compute: logits.saturating_add(scores).saturating_add(layers),
    }
}

/// True when `need` leaves the machine room to breathe in `free` bytes.
pub fn fits(need: Need, free: u64) -> bool {
    need.total().saturating_add(HEADROOM) <= free
}

/// Bytes that can be had without swapping. `None` where the system does not tell without a library.
pub fn free() -> Option<u64> {
    if cfg!(target_os = "linux") {
        available(&std::fs::read_to_string("/proc/meminfo").ok()?)
    } else {
        None
    }
}

/// Bytes of memory that the machine has. `None` as with [`free`].
pub fn total() -> Option<u64> {
    if cfg!(target_os = "linux") {
        figure(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")
    } else {
        None
    }
}

/// `MemAvailable` of `/proc/meminfo`.
fn available(meminfo: &str) -> Option<u64> {
    figure(meminfo, "MemAvailable:")
}

/// A figure of `/proc/meminfo`, which counts in KiB.
fn figure(meminfo: &str, name: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starter_like() -> Header {
        Header {
            version: 3,
            architecture: "llama".into(),
            name: None,
            parameters: 134_515_008,
            context: 8192,
            layers: 30,
            heads: 9,
            kv_heads: 90,
            embedding: 576,
            key_length: 64,
            value_length: 64,
            quantisation: "Q4_1".into(),
            vocabulary: 49_152,
            tokenizer: "gpt2".into(),
            chat_template: None,
            languages: vec![],
            licence: None,
            weights: 96_000_000,
            file_size: 98_362_432,
        }
    }

    #[test]
    fn a_token_of_the_starter_takes_the_measured_bytes() {
        // Measured through the library: 23,052 bytes a token with f16, 12,252 with q8_0, each with 12
        // bytes of bookkeeping.
        let header = starter_like();
        assert_eq!(need(&header, 1000, CacheType::F16).cache, 23_040_000);
        assert_eq!(need(&header, 1000, CacheType::Q8_0).cache, 12_240_000);
    }

    #[test]
    fn a_model_that_leaves_no_headroom_does_not_fit() {
        let need = Need {
            weights: 1 << 30,
            cache: 1 << 28,
            compute: 0,
        };
        assert_eq!(need.mib(), 1280);
        assert!(fits(need, need.total() + HEADROOM));
        assert!(!fits(need, need.total() + HEADROOM - 1));
    }

    #[test]
    fn free_memory_is_what_linux_calls_available() {
        let text = "MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:   18000000 kB\n";
        assert_eq!(available(text), Some(18_000_000 * 1024));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
    }
}
