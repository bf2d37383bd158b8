//! Any bytes as rows of a document's history.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| project::check::check(bytes));
