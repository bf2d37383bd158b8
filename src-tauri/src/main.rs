//! The window: menus, dialogs and typed commands over the studio.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    shell::run()
}
