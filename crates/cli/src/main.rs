//! The studio in a terminal.
fn main() {}
