//! File dialogs of the system. Under a driver nobody can press their buttons: there the next line of the
//! file named by `PALIMPSEST_PICKS` says what the writer picked, and everything after it is the real path.

use std::fs;
use std::path::{Path, PathBuf};

use tauri::WebviewWindow;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

/// A kind of file in a dialog: its name and its endings.
pub(crate) type Filter<'a> = (&'a str, &'a [&'a str]);

/// Lets the writer pick files.
pub(crate) async fn open_files(
    window: &WebviewWindow,
    filters: &[Filter<'_>],
    many: bool,
) -> Vec<PathBuf> {
    if let Some(picked) = picked_by_driver() {
        return picked.into_iter().collect();
    }
    let mut dialog = window.dialog().file().set_parent(window);
    for (name, ends) in filters {
        dialog = dialog.add_filter(*name, ends);
    }
    let (sender, receiver) = oneshot::channel();
    if many {
        dialog.pick_files(move |paths| {
            let _ = sender.send(paths.unwrap_or_default());
        });
    } else {
        dialog.pick_file(move |path| {
            let _ = sender.send(path.into_iter().collect());
        });
    }
    let paths = receiver.await.unwrap_or_default();
    paths
        .into_iter()
        .filter_map(|path| path.into_path().ok())
        .collect()
}

/// Lets the writer choose where to write.
pub(crate) async fn save_file(
    window: &WebviewWindow,
    folder: &Path,
    name: &str,
    filter: Filter<'_>,
) -> Option<PathBuf> {
    let name = &as_file_name(name);
    let picked = if let Some(picked) = picked_by_driver() {
        picked
    } else {
        let (sender, receiver) = oneshot::channel();
        window
            .dialog()
            .file()
            .set_parent(window)
            .set_directory(folder)
            .set_file_name(name)
            .add_filter(filter.0, filter.1)
            .save_file(move |path| {
                let _ = sender.send(path);
            });
        receiver
            .await
            .ok()
            .flatten()
            .and_then(|path| path.into_path().ok())
    };
    // GTK's dialog does not add the ending. Where that makes it the name of another file, which the dialog
    // did not ask about, a free one is taken.
    let path = picked?;
    let Some(end) = filter.1.first() else {
        return Some(path);
    };
    if path
        .extension()
        .is_some_and(|had| had.eq_ignore_ascii_case(end))
    {
        return Some(path);
    }
    let named = |n: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(if n == 1 {
            format!(".{end}")
        } else {
            format!(" {n}.{end}")
        });
        PathBuf::from(name)
    };
    (1..).map(named).find(|path| !path.exists())
}

/// A title as the name of a file: without what separates folders.
fn as_file_name(title: &str) -> String {
    title.replace(['/', '\\', '\0'], "-")
}

/// `None`: no driver. `Some(None)`: the writer changed their mind.
fn picked_by_driver() -> Option<Option<PathBuf>> {
    if !crate::is_automated() {
        return None;
    }
    let list = PathBuf::from(std::env::var_os("PALIMPSEST_PICKS")?);
    let text = fs::read_to_string(&list).unwrap_or_default();
    let (first, rest) = text.split_once('\n').unwrap_or((text.as_str(), ""));
    let _ = fs::write(&list, rest);
    Some((!first.is_empty()).then(|| PathBuf::from(first)))
}
