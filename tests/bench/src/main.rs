//! Figures as ratios against a peer or a limit, taken in one run. `cargo xtask bench` prints them.
//!
//! `bench engine` and `bench window` take a part. What the rows mean stands in docs/BENCH.md.

mod engine;
mod figures;
mod window;

use anyhow::Result;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let only = std::env::args().nth(1);
    let wants = |part: &str| only.as_deref().is_none_or(|name| name == part);
    if wants("engine") {
        engine::run().await?;
    }
    if wants("window") {
        window::run().await?;
    }
    Ok(())
}
