//! The log: daily files in the data folder, sizes and ids only, never text or keys.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Days that are kept.
const DAYS: usize = 14;
/// Bytes of the newest file that Help shows.
const TAIL: u64 = 64 * 1024;

/// Starts logging into `folder`; `PALIMPSEST_LOG` chooses what (default `info`). Hold the guard until the end.
pub fn start(folder: &Path) -> Option<WorkerGuard> {
    let appender = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("palimpsest")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let filter =
        EnvFilter::try_from_env("PALIMPSEST_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::registry()
        .with(filter)
        .with(
            tracing_subscriber::fmt::layer()
                .with_writer(writer)
                .with_ansi(false),
        )
        .try_init();
    started.is_ok().then_some(guard)
}

/// The newest part of the newest log.
pub fn tail(folder: &Path) -> String {
    let newest = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "log"))
        .max();
    let Some(mut file) = newest.and_then(|path| fs::File::open(path).ok()) else {
        return String::new();
    };
    let length = file.metadata().map_or(0, |meta| meta.len());
    let mut bytes = Vec::new();
    let from = length.saturating_sub(TAIL);
    if file.seek(SeekFrom::Start(from)).is_err() || file.read_to_end(&mut bytes).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match (from, text.split_once('\n')) {
        (0, _) | (_, None) => text,
        (_, Some((_, whole_lines))) => whole_lines.to_owned(),
    }
}
