//! The window: menus, dialogs and typed commands over the studio.
//!
//! Nothing here has a rule of its own: a command converts, calls one function of the studio, converts
//! back. What crosses the border stands in [`wire`]; [`surface`] is the one list of it, from which the
//! TypeScript side is written.

pub mod commands;
mod convert;
mod dialogs;
mod events;
mod program;
mod renderer;
mod shell;
mod stream;
mod windows;
pub mod wire;

pub use program::run;
pub use shell::Shell;

/// Whether a WebDriver steers the window.
pub(crate) fn is_automated() -> bool {
    std::env::var("TAURI_WEBVIEW_AUTOMATION").is_ok_and(|value| value == "true")
}

/// The one list of commands and events, used by the program and by the test that writes the bindings.
pub fn surface() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::<tauri::Wry>::new()
        .error_handling(tauri_specta::ErrorHandlingMode::Throw)
        .disable_serde_phases()
        .commands(tauri_specta::collect_commands![
            crate::commands::app::window_start,
            crate::commands::app::window_painted,
            crate::commands::app::settings_save,
            crate::commands::app::log_read,
            crate::commands::app::log_reveal,
            crate::commands::app::link_open,
            crate::commands::binder::project_new,
            crate::commands::binder::project_open,
            crate::commands::binder::project_sample,
            crate::commands::binder::project_save_copy,
            crate::commands::binder::project_recents,
            crate::commands::binder::project_flush,
            crate::commands::binder::document_create,
            crate::commands::binder::document_rename,
            crate::commands::binder::document_move,
            crate::commands::binder::document_delete,
            crate::commands::binder::binder_undo,
            crate::commands::binder::binder_redo,
            crate::commands::binder::document_import,
            crate::commands::binder::document_export,
            crate::commands::binder::project_find,
            crate::commands::binder::project_replace,
            crate::commands::page::document_open,
            crate::commands::page::document_edit,
            crate::commands::page::document_undo,
            crate::commands::page::document_redo,
            crate::commands::page::document_key,
            crate::commands::page::document_emphasis,
            crate::commands::page::document_complete,
            crate::commands::page::document_target,
            crate::commands::page::document_selection,
            crate::commands::page::document_authors,
            crate::commands::page::document_copied,
            crate::commands::history::history_list,
            crate::commands::history::history_view,
            crate::commands::history::history_restore,
            crate::commands::history::history_name,
            crate::commands::assistant::draft_preview,
            crate::commands::assistant::draft_start,
            crate::commands::assistant::draft_stop,
            crate::commands::assistant::generation_list,
            crate::commands::assistant::generation_saw,
            crate::commands::assistant::candidate_take,
            crate::commands::assistant::candidate_insert,
            crate::commands::assistant::candidate_dismiss,
            crate::commands::models::model_list,
            crate::commands::models::model_use,
            crate::commands::models::remote_test,
            crate::commands::models::remote_save,
            crate::commands::models::remote_forget_key,
            crate::commands::play::play_start,
            crate::commands::play::play_choose,
            crate::commands::play::play_back,
            crate::commands::play::play_refresh,
            crate::commands::play::play_stop,
        ])
        .typ::<wire::project::SavedChanged>()
        .typ::<wire::models::ModelChanged>()
        .typ::<wire::page::PageChanged>()
}
