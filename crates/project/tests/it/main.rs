//! The file as its users meet it: through the public API, over restarts, kills and refusals.

mod bench_in;
mod life;
mod model;
