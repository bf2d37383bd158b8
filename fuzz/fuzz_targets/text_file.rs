//! Any bytes as a text file: in, out, and in again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| crafts::check::check_file(bytes));
