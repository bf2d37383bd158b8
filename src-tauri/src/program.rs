//! The program from its first line to its last.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use studio::{Home, Studio, StudioNews};
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

use crate::{Shell, events, renderer, windows};

/// Runs until the last window closes.
pub fn run() -> ExitCode {
    if let Some(code) = studio::probe_main() {
        return code;
    }
    let home = match Home::of_this_machine() {
        Ok(home) => home,
        Err(error) => return refuse(&format!("the data folder cannot be used: {error}")),
    };
    if renderer::may_choose() && home.settings().no_dmabuf {
        let error = renderer::restart_without();
        tracing::warn!(%error, "the renderer could not be switched off");
    }
    let _log = studio::start_logging(&home.logs());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "start");
    let app: Arc<OnceLock<AppHandle>> = Arc::default();
    let hears = app.clone();
    let listener = Arc::new(move |news: StudioNews| {
        if let Some(app) = hears.get() {
            events::pass_on(app, news);
        }
    });
    let studio = match Studio::new(home, true, listener) {
        Ok(studio) => studio,
        Err(error) => return refuse(&error.to_string()),
    };
    let shell = Shell::new(
        studio,
        projects_among(std::env::args_os().skip(1).map(PathBuf::from)),
    );
    let surface = crate::surface();
    let built = tauri::Builder::default()
        // First, as its manual asks: a second start hands its files over and ends.
        .plugin(tauri_plugin_single_instance::init(
            |app, arguments, folder| {
                let paths = arguments
                    .into_iter()
                    .skip(1)
                    .map(|argument| PathBuf::from(&folder).join(argument));
                open_paths(app, projects_among(paths));
            },
        ))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .manage(shell)
        .invoke_handler(surface.invoke_handler())
        .setup(move |handle| {
            let _ = app.set(handle.handle().clone());
            let shell = handle.state::<Shell>();
            shell.studio.open_model();
            let window = windows::open(handle.handle(), shell.is_dark())?;
            shell.set_dark(matches!(window.theme(), Ok(tauri::Theme::Dark)));
            for _ in 1..shell.files_to_open() {
                windows::open(handle.handle(), shell.is_dark())?;
            }
            Ok(())
        })
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. }
                if !window.state::<Shell>().may_close(window.label()) =>
            {
                api.prevent_close();
            }
            WindowEvent::Destroyed => closed(window.app_handle(), window.label()),
            WindowEvent::ThemeChanged(theme) => {
                window
                    .state::<Shell>()
                    .set_dark(matches!(theme, tauri::Theme::Dark));
            }
            _ => {}
        })
        .build(tauri::generate_context!());
    let program = match built {
        Ok(program) => program,
        Err(error) => return refuse(&error.to_string()),
    };
    program.run(|app, event| match event {
        RunEvent::Exit => {
            let shell = app.state::<Shell>();
            shell.studio.flush_all();
            shell.studio.models().close();
        }
        #[cfg(any(target_os = "macos", target_os = "ios"))]
        RunEvent::Opened { urls } => {
            let paths = urls.into_iter().filter_map(|url| url.to_file_path().ok());
            open_paths(app, projects_among(paths));
        }
        _ => {}
    });
    ExitCode::SUCCESS
}

/// A window is gone: what ran for its project stops, and the project is written and let go.
fn closed(app: &AppHandle, label: &str) {
    let shell = app.state::<Shell>();
    if let Some(project) = shell.closed(label) {
        shell.studio.close(&project);
    }
}

/// Each file in a window of its own; without one, the window that is there comes forward.
fn open_paths(app: &AppHandle, paths: Vec<PathBuf>) {
    let shell = app.state::<Shell>();
    if paths.is_empty() {
        if let Some(window) = windows::any(app) {
            let _ = window.unminimize();
            let _ = window.set_focus();
        }
        return;
    }
    for path in paths {
        shell.open_path_next(path);
        if let Err(error) = windows::open(app, shell.is_dark()) {
            tracing::error!(%error, "no window");
        }
    }
}

fn projects_among(arguments: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    arguments
        .filter(|path| path.extension().is_some_and(|end| end == "palimpsest"))
        .collect()
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn refuse(why: &str) -> ExitCode {
    tracing::error!(why, "not started");
    eprintln!("Palimpsest could not start: {why}");
    ExitCode::FAILURE
}
