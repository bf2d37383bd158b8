//! Some Linux webviews run scripts and paint nothing with the DMABUF renderer. Then the program starts
//! once more with it off, and remembers. `WEBKIT_DISABLE_DMABUF_RENDERER`, set to anything, overrides.

#[cfg(target_os = "linux")]
use std::os::unix::process::CommandExt;
use std::process::Command;

const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Whether the choice is ours: nobody set the variable, and no driver steers the window.
pub(crate) fn may_choose() -> bool {
    cfg!(target_os = "linux") && std::env::var_os(SWITCH).is_none() && !crate::is_automated()
}

/// Starts the program again in this process with the renderer off. Returns only when that failed.
/// Must run before GTK does anything, or after the window has proved blank.
pub(crate) fn restart_without() -> std::io::Error {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return error,
    };
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env(SWITCH, "1");
    #[cfg(target_os = "linux")]
    return again.exec();
    #[cfg(not(target_os = "linux"))]
    std::io::Error::from(std::io::ErrorKind::Unsupported)
}
