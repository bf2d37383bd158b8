//! How many threads compute.

use std::collections::HashSet;
use std::fs;
use std::thread::available_parallelism;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_thread_computes() {
        assert!(physical_cores() >= 1);
        assert!(beside_a_window() >= 1);
        assert!(beside_a_window() <= physical_cores());
    }
}
