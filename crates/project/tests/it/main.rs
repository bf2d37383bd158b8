//! The file as its users meet it: through the public API, over restarts, kills and refusals.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod bench_in;
mod binder;
mod damage;
mod drafts;
mod kill;
mod life;
mod model;
mod refused;
mod versions;
