//! The window: how soon it is usable, what it holds, and typing while a model writes.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use e2e::{Options, Studio};

use crate::figures::{alone, p95, row, table};

/// Types one letter at a time and tells for each how long it took until the next frame, in ms.
const TYPE: &str = r"
    const count = 120;
    window.benchTimes = null;
    const page = document.querySelector('[data-testid=page]');
    page.focus();
    const times = [];
    const next = () => {
        if (times.length === count) { window.benchTimes = times; return; }
        const begun = performance.now();
        document.execCommand('insertText', false, 'a');
        requestAnimationFrame(() => setTimeout(() => { times.push(performance.now() - begun); next(); }, 0));
    };
    next();
";

pub(crate) async fn run() -> Result<()> {
    let begun = Instant::now();
    let mut studio = Studio::launch("bench", Options::default()).await?;
    let first = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    studio.restart().await?;
    let second = begun.elapsed().as_secs_f64();
    table("Window, starter model", "limit");
    row("first start to a page one can type in", first, 10.0, "s");
    row("second start", second, 10.0, "s");
    alone(
        "memory of the program with the model",
        memory(&studio),
        "MiB",
    );
    let idle = keys(&studio).await?;
    studio.press("Ctrl+Enter").await?;
    studio
        .until("words", |s| async move { s.exists("stop").await })
        .await?;
    let busy = keys(&studio).await?;
    studio.press("Escape").await?;
    table("Key to frame, p95", "idle");
    row(
        "while a model writes (at most 1.5)",
        p95(busy),
        p95(idle),
        "ms",
    );
    studio.quit().await
}

async fn keys(studio: &Studio) -> Result<Vec<f64>> {
    studio.script(TYPE).await?;
    studio
        .until("all keys", |s| async move {
            Ok(!s.script("return window.benchTimes").await?.is_null())
        })
        .await?;
    let times = studio.script("return window.benchTimes").await?;
    Ok(times
        .as_array()
        .context("no times")?
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect())
}

/// Resident memory of the program's own process, in MiB.
fn memory(studio: &Studio) -> f64 {
    studio
        .program_pids()
        .into_iter()
        .filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/status")).ok())
        .filter_map(|status| {
            let line = status
                .lines()
                .find(|line| line.starts_with("VmRSS:"))?
                .to_owned();
            line.split_whitespace().nth(1)?.parse::<f64>().ok()
        })
        .sum::<f64>()
        / 1024.0
}
