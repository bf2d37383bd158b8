//! The window: menus, dialogs and typed commands over the studio.
fn main() {}
