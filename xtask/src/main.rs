//! Set-up, run, test, lint, bench, package.
fn main() {}
