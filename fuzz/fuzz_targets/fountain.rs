//! Any text as a screenplay: the parser, its keys and its pages.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        screenplay::check::check(text);
    }
});
