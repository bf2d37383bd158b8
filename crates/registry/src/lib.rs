//! Model files: the catalogue, where they lie, a checked GGUF header, and the memory they need.
//!
//! A model file comes from anywhere, and the library that loads it ends the process on some damaged
//! ones. So its header is read here first, in safe Rust, with every count held against the file's size.

mod architectures;
mod catalog;
mod error;
mod folders;
mod gguf;
mod hash;
mod header;
mod memory;
mod tensors;

/// Entry points for fuzzing: they never panic, whatever the bytes.
pub mod check;

pub use catalog::{Catalog, CatalogError, Entry, Note};
pub use error::HeaderError;
pub use folders::Places;
pub use hash::{HashError, Hashes};
pub use header::Header;
pub use memory::{CacheType, Need, fits, free, need, total};
