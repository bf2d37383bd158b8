//! Windows: one for each project, labelled `project-N`.

use std::sync::atomic::{AtomicU32, Ordering};

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// Colour of the desk before the first paint, light and dark (tokens `desk`).
const DESK: [tauri::window::Color; 2] = [
    tauri::window::Color(0xEB, 0xE9, 0xE5, 0xFF),
    tauri::window::Color(0x12, 0x10, 0x0F, 0xFF),
];

/// Opens a window that will ask for its project by `window_start`.
///
/// # Errors
/// What the system says.
pub(crate) fn open(app: &AppHandle, dark: bool) -> tauri::Result<WebviewWindow> {
    let label = format!("project-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let window = WebviewWindowBuilder::new(app, &label, WebviewUrl::App("index.html".into()))
        .title("Palimpsest")
        .inner_size(1400.0, 900.0)
        .min_inner_size(640.0, 480.0)
        .background_color(DESK[usize::from(dark)])
        .build()?;
    compose_inline(&window);
    Ok(window)
}

/// wry turns inline pre-edit off on Linux, so that an input method's text would show only in its own
/// window and no composition event would reach the page; the page is made for both.
fn compose_inline(window: &WebviewWindow) {
    #[cfg(target_os = "linux")]
    let switched = window.with_webview(|webview| {
        use webkit2gtk::{InputMethodContextExt, WebViewExt};
        if let Some(context) = webview.inner().input_method_context() {
            context.set_enable_preedit(true);
        }
    });
    #[cfg(target_os = "linux")]
    if let Err(error) = switched {
        tracing::warn!(%error, "inline composition stays off");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
}

/// The first window, for what concerns the whole program.
pub(crate) fn any(app: &AppHandle) -> Option<WebviewWindow> {
    let mut windows: Vec<_> = app.webview_windows().into_iter().collect();
    windows.sort_by(|a, b| a.0.cmp(&b.0));
    windows.into_iter().next().map(|(_, window)| window)
}
