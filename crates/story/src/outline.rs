//! The parts of a story in order.

use crate::element::{ElementKind, Parse, TextRange};
use crate::names::FlowKind;

/// A knot, stitch or function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineItem {
    /// What it is.
    pub kind: ElementKind,
    /// 0 for a knot or function, 1 for a stitch in a knot.
    pub depth: u8,
    /// Its name.
    pub title: String,
    /// From its line to the next of the same or a lower depth.
    pub range: TextRange,
}

/// Knots, stitches and functions in order.
pub fn outline(parse: &Parse) -> Vec<OutlineItem> {
    let mut items: Vec<OutlineItem> = Vec::new();
    for (index, flow) in parse.flows.iter().enumerate() {
        let (kind, depth) = match flow.kind {
            FlowKind::Beginning => continue,
            FlowKind::Knot => (ElementKind::Knot, 0),
            FlowKind::Function => (ElementKind::Function, 0),
            FlowKind::Stitch => (ElementKind::Stitch, u8::from(flow.parent != 0)),
        };
        // A knot holds its stitches, which follow it.
        let end = parse.flows[index..]
            .iter()
            .skip(1)
            .take_while(|next| depth == 0 && next.kind == FlowKind::Stitch && next.parent == index)
            .last()
            .map_or(flow.range.end, |last| last.range.end);
        items.push(OutlineItem {
            kind,
            depth,
            title: flow.name.clone(),
            range: flow.range.start..end,
        });
    }
    items
}

/// Flows that a story can be entered at, with their paths: knots, and stitches as `knot.stitch`.
pub(crate) fn flow_paths(parse: &Parse) -> impl Iterator<Item = (usize, String)> {
    parse
        .flows
        .iter()
        .enumerate()
        .filter(|(_, flow)| !flow.name.is_empty())
        .filter_map(|(index, flow)| match flow.kind {
            FlowKind::Knot => Some((index, flow.name.clone())),
            FlowKind::Stitch if flow.parent == 0 => Some((index, flow.name.clone())),
            FlowKind::Stitch => Some((
                index,
                format!("{}.{}", parse.flows[flow.parent].name, flow.name),
            )),
            FlowKind::Beginning | FlowKind::Function => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knot_holds_its_stitches() {
        let text = "Hello.\n=== a\nx\n= b\ny\n=== function f\n~ return 1\n";
        let shown: Vec<String> = outline(&crate::parse(text))
            .iter()
            .map(|item| {
                format!(
                    "{} {} {} {:?}",
                    item.kind.name(),
                    item.depth,
                    item.title,
                    &text[item.range.clone()]
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "knot 0 a \"=== a\\nx\\n= b\\ny\\n\"",
                "stitch 1 b \"= b\\ny\\n\"",
                "function 0 f \"=== function f\\n~ return 1\\n\"",
            ]
        );
    }
}
