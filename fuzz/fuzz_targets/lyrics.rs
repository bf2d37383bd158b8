//! Any text as a lyric: the parser and its syllables.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use lyrics::Dictionary;

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(Dictionary::bundled);

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        lyrics::check::check(text, &DICTIONARY);
    }
});
