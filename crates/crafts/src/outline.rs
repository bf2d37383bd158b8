//! Ranges of outline items, and what stands round a place.

use crate::values::{Neighbourhood, OutlineItem};

/// Items that know where they start, each closed at the next of the same or a lower depth.
pub(crate) fn close(mut items: Vec<OutlineItem>, end: usize) -> Vec<OutlineItem> {
    // Items that are open, by index; their depths rise.
    let mut open: Vec<usize> = Vec::new();
    for at in 0..items.len() {
        let (start, depth) = (items[at].range.start, items[at].depth);
        while let Some(last) = open.pop_if(|last| items[*last].depth >= depth) {
            items[last].range.end = start;
        }
        open.push(at);
    }
    for at in open {
        items[at].range.end = end;
    }
    items
}

/// The innermost item that holds the place, without names or counts. Its range ends where the next item
/// of any depth begins, since that is what a prompt is cut by.
pub(crate) fn neighbourhood(items: &[OutlineItem], text: &str, offset: usize) -> Neighbourhood {
    let after = items.partition_point(|item| item.range.start < offset.max(1));
    let end = items.get(after).map_or(text.len(), |item| item.range.start);
    match after.checked_sub(1).map(|at| &items[at]) {
        Some(item) => Neighbourhood {
            range: item.range.start..end,
            title: item.title.clone(),
            ..Neighbourhood::default()
        },
        None => Neighbourhood {
            range: 0..end,
            ..Neighbourhood::default()
        },
    }
}
