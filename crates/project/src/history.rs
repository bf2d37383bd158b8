//! The history of one document, in memory: every edit, who made it, and the text that follows.
//!
//! An edit is a place, a number of bytes deleted and some bytes put in; a byte is known for ever
//! by its number in the order of all bytes ever put in. The bytes, living and dead, stand in one
//! order (`Order`), so that any version, the difference of any two and the undo of any act are
//! each one pass over it: an undo is the document as if the act had never been.

mod act;
mod act_columns;
mod codec;
#[cfg(test)]
pub(crate) mod fixture;
mod living;
mod log;
mod order;
mod place;
mod varint;

pub(crate) use act::{Act, Note};
pub(crate) use codec::{Block, DecodeError, Format, pack, read_block, unpack};
pub(crate) use log::{ByteRef, Copied, History, Insert, Run, Source, characters};
pub(crate) use order::Patch;
pub(crate) use place::{Neighbours, Place};
