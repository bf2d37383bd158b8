//! Any bytes as the header of a model file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| registry::check::header(bytes));
