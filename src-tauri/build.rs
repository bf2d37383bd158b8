//! Embeds the window's settings and the built user interface.
fn main() {
    tauri_build::build();
}
