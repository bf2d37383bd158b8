//! Any bytes as a stream of server-sent events, cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The reader alone: the rest of its crate would bring an HTTP client, TLS and a keyring into this build.
#[path = "../../crates/maas/src/check.rs"]
mod check;
#[path = "../../crates/maas/src/sse.rs"]
mod sse;

fuzz_target!(|bytes: &[u8]| check::check(bytes));
