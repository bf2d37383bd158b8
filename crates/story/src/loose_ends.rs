//! Where a knot or stitch runs out without a divert.
//!
//! Choices stop flow; what a choice leads to ends at the next choice or gather of its depth or less. An
//! end without a divert is loose until a gather of its depth or less takes it up. A line that holds any
//! divert, in a condition too, counts as one that leaves: better no word than a false one.

use crate::element::{Parse, TextRange};
use crate::names::FlowKind;
use crate::parse::{Step, StepKind};

/// The lines at which a knot or stitch runs out.
pub(crate) fn loose_ends(parse: &Parse, steps: &[Step]) -> Vec<TextRange> {
    let mut found = Vec::new();
    // Steps stand in source order, so that each flow's are together.
    for own in steps.chunk_by(|one, next| one.flow == next.flow) {
        match parse.flows[own[0].flow].kind {
            FlowKind::Knot | FlowKind::Stitch => found.extend(ends_of(own)),
            // The beginning ends the story by running out, a function returns.
            FlowKind::Beginning | FlowKind::Function => {}
        }
    }
    found
}

fn ends_of(steps: &[Step]) -> Vec<TextRange> {
    let mut loose: Vec<(u8, TextRange)> = Vec::new();
    // Depth, last line and whether it left, of the branch being read.
    let mut branch: Option<(u8, TextRange, bool)> = None;
    for step in steps {
        match step.kind {
            StepKind::Content => {
                let depth = branch.as_ref().map_or(0, |current| current.0);
                let left = branch.as_ref().is_some_and(|current| current.2);
                branch = Some((depth, step.range.clone(), left || step.leaves));
            }
            StepKind::Choice => {
                if let Some((depth, range, left)) = branch.take()
                    && depth >= step.depth
                    && !left
                {
                    loose.push((depth, range));
                }
                branch = Some((step.depth, step.range.clone(), step.leaves));
            }
            StepKind::Gather => {
                loose.retain(|(depth, _)| *depth < step.depth);
                branch = Some((
                    step.depth.saturating_sub(1),
                    step.range.clone(),
                    step.leaves,
                ));
            }
        }
    }
    let mut found: Vec<TextRange> = loose.into_iter().map(|(_, range)| range).collect();
    if let Some((_, range, false)) = branch {
        found.push(range);
    }
    found
}
