//! The TypeScript bindings are those of the Rust types.

use specta_typescript::Typescript;

/// `UPDATE_BINDINGS=1` writes them; otherwise a difference fails.
#[test]
fn the_bindings_are_current() {
    let checked_in = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/ipc/bindings.ts");
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        shell::surface()
            .export(Typescript::default(), checked_in)
            .unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("bindings.ts");
    shell::surface()
        .export(Typescript::default(), &fresh)
        .unwrap();
    let (fresh, old) = (
        std::fs::read_to_string(fresh).unwrap(),
        std::fs::read_to_string(checked_in).unwrap_or_default(),
    );
    assert!(
        fresh == old,
        "bindings are stale: run `cargo xtask codegen`"
    );
}
