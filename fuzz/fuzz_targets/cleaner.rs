//! Anything that a model may stream, cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| drafting::check::cleaner_bytes(bytes));
