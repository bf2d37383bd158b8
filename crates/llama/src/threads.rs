//! How many threads compute.

use std::collections::HashSet;
use std::fs;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// Cores of this machine that this process may use. Two threads of one core count once: they share the
/// units that the engine needs.
pub(crate) fn physical_cores() -> usize {
    let logical = available_parallelism().map_or(1, |n| n.get());
    siblings()
        .map_or(logical, |cores| cores.min(logical))
        .max(1)
}

/// Threads that leave the window room. All threads wait for each other some five hundred times a token, so
/// one that loses its core to the window holds up all the others: two threads beside a busy core are slower
/// than one.
pub(crate) fn beside_a_window() -> usize {
    physical_cores().saturating_sub(1).max(1)
}

/// Counts groups of logical processors that share a core. Linux only.
fn siblings() -> Option<usize> {
    let mut groups = HashSet::new();
    for entry in fs::read_dir("/sys/devices/system/cpu").ok()? {
        let list = entry.ok()?.path().join("topology/thread_siblings_list");
        if let Ok(list) = fs::read_to_string(list) {
            groups.insert(list);
        }
    }
    (!groups.is_empty()).then_some(groups.len())
}

/// How long the machine must have been quiet before all threads are tried again.
const QUIET: Duration = Duration::from_secs(1);

/// Gives way to other programs: with as many threads as cores are left, at least one.
///
/// Two threads beside a busy core write at a third of their speed, beside two busy ones at times at a
/// hundredth; one thread keeps nearly all of its own. So threads go at once and come back slowly.
#[derive(Debug)]
pub(crate) struct Governor {
    now: usize,
    busy_at: Option<Instant>,
}

impl Governor {
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            now: threads,
            busy_at: None,
        }
    }

    /// Threads for the next pass, `most` at most.
    pub(crate) fn next(&mut self, most: usize) -> usize {
        if most <= 1 {
            self.now = 1;
        } else {
            let left = cores_left(self.now).unwrap_or(most);
            self.decide(most, left, Instant::now());
        }
        self.now
    }

    fn decide(&mut self, most: usize, left: usize, now: Instant) {
        let wanted = left.clamp(1, most);
        if wanted <= self.now {
            self.now = wanted;
            if wanted < most {
                self.busy_at = Some(now);
            }
        } else if self.busy_at.is_none_or(|busy| now - busy >= QUIET) {
            self.now = wanted;
        }
    }
}

/// Logical processors that nobody else uses at this moment; our `own` threads wait for work between passes
/// and count as running. Linux only.
fn cores_left(own: usize) -> Option<usize> {
    let running = running(&fs::read_to_string("/proc/loadavg").ok()?)?;
    let online = ranges(&fs::read_to_string("/sys/devices/system/cpu/online").ok()?)?;
    Some(online.saturating_sub(running.saturating_sub(own)))
}

/// The number of tasks that run or could, the fourth field of `/proc/loadavg`: `0.20 0.18 0.12 2/80 11206`.
fn running(loadavg: &str) -> Option<usize> {
    let (running, _) = loadavg.split_whitespace().nth(3)?.split_once('/')?;
    running.parse().ok()
}

/// How many numbers stand in a list of ranges: `0-3,8`.
fn ranges(list: &str) -> Option<usize> {
    list.trim()
        .split(',')
        .map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            Some((last + 1).saturating_sub(first))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_thread_computes() {
        assert!(physical_cores() >= 1);
        assert!(beside_a_window() >= 1);
        assert!(beside_a_window() <= physical_cores());
    }

    #[test]
    fn threads_go_at_once_and_come_back_after_a_quiet_second() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut governor = Governor::new(4);
        let mut next = |left, ms| {
            governor.decide(4, left, at(ms));
            governor.now
        };
        assert_eq!(next(4, 0), 4);
        assert_eq!(next(2, 10), 2);
        assert_eq!(next(0, 20), 1);
        assert_eq!(next(4, 500), 1);
        assert_eq!(next(1, 900), 1);
        assert_eq!(next(4, 1800), 1, "it was busy 0.9 seconds ago");
        assert_eq!(next(9, 1900), 4);
    }

    #[test]
    fn the_systems_figures_are_read() {
        assert_eq!(running("0.20 0.18 0.12 2/80 11206\n"), Some(2));
        assert_eq!(running("nonsense"), None);
        assert_eq!(ranges("0-3,8\n"), Some(5));
        assert_eq!(ranges("0"), Some(1));
        assert_eq!(ranges("x"), None);
    }
}
