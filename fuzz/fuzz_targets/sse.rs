//! Any bytes as a stream of server-sent events, cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| maas::check::check(bytes));
