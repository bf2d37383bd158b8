//! Projects and the binder.

use std::path::PathBuf;

use project::DocumentId;
use studio::{Desk, Papers};
use tauri::{AppHandle, State, WebviewWindow};

use crate::Shell;
use crate::dialogs;
use crate::wire::error::Error;
use crate::wire::page::{Craft, Span};
use crate::wire::project::{Binder, DocumentRow, Hit, Imported, Project, Query, Recent, Remote};
use crate::{convert, windows};

/// Endings of text files that become documents.
const TEXTS: &[&str] = &["fountain", "txt", "ink", "md"];

pub(crate) fn binder(papers: &mut Papers) -> Result<Binder, Error> {
    let mut documents = Vec::new();
    for info in papers.documents()? {
        documents.push(DocumentRow {
            id: info.id.to_string(),
            title: info.title.clone(),
            craft: convert::craft(studio::craft_of(&info)),
            open_candidates: u32::try_from(papers.project.open_candidates(info.id)?.len())
                .unwrap_or(u32::MAX),
        });
    }
    let (can_undo, can_redo) = papers.project.binder_can_undo()?;
    Ok(Binder {
        documents,
        can_undo,
        can_redo,
    })
}

/// A project for its window.
pub(crate) async fn view(shell: &Shell, desk: &Desk) -> Result<Project, Error> {
    let home = shell.studio.home().clone();
    desk.call(move |papers| {
        let id = papers.id().to_owned();
        let consent = home.consent(&id);
        let binder = binder(papers)?;
        let last = home
            .last_document(&id)
            .filter(|last| binder.documents.iter().any(|row| row.id == *last));
        Ok(Project {
            title: papers
                .path()
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            path: papers.path().display().to_string(),
            last_document: last.or_else(|| binder.documents.first().map(|row| row.id.clone())),
            binder,
            remote: Remote {
                enabled: consent.enabled,
                host: studio::host_of(&consent.url),
                url: consent.url,
                model: consent.model,
            },
            read_only: !papers.is_writable(),
            id,
        })
    })
    .await?
}

/// Shows a project in a window in place of the one before.
async fn show(shell: &Shell, window: &WebviewWindow, desk: Desk) -> Result<Project, Error> {
    let before = shell.show(window.label(), desk.id());
    if let Some(before) = before.filter(|before| before != desk.id() && !shell.is_shown(before)) {
        let studio = shell.studio.clone();
        studio::blocking("closing", move || studio.close(&before)).await?;
    }
    let project = view(shell, &desk).await?;
    let _ = window.set_title(&format!("{} – Palimpsest", project.title));
    Ok(project)
}

/// Asks for a place, makes an empty project there and shows it in this window. None: the writer changed
/// their mind.
#[tauri::command]
#[specta::specta]
pub async fn project_new(
    window: WebviewWindow,
    shell: State<'_, Shell>,
) -> Result<Option<Project>, Error> {
    let folder = shell.studio.home().projects().to_path_buf();
    let _ = std::fs::create_dir_all(&folder);
    let language = shell.language();
    let name = if studio::is_chinese(&language) {
        "未命名.palimpsest"
    } else {
        "Untitled.palimpsest"
    };
    let Some(path) =
        dialogs::save_file(&window, &folder, name, ("Palimpsest", &["palimpsest"])).await
    else {
        return Ok(None);
    };
    let studio = shell.studio.clone();
    let desk = studio::blocking("making", move || studio.create(&path, &language)).await??;
    Ok(Some(show(&shell, &window, desk).await?))
}

/// Opens a project: the path, or one the writer picks. `new_window` leaves this window as it is.
#[tauri::command]
#[specta::specta]
pub async fn project_open(
    app: AppHandle,
    window: WebviewWindow,
    shell: State<'_, Shell>,
    path: Option<String>,
    new_window: bool,
) -> Result<Option<Project>, Error> {
    let path = match path {
        Some(path) => PathBuf::from(path),
        None => match dialogs::open_files(&window, &[("Palimpsest", &["palimpsest"])], false)
            .await
            .pop()
        {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let studio = shell.studio.clone();
    let desk = studio::blocking("opening", move || studio.open(&path, true)).await??;
    if new_window {
        shell.open_next(desk.id().to_owned());
        if let Err(error) = windows::open(&app, shell.is_dark()) {
            tracing::error!(%error, "no window");
        }
        return Ok(None);
    }
    Ok(Some(show(&shell, &window, desk).await?))
}

/// Makes a fresh copy of the sample and shows it in this window.
#[tauri::command]
#[specta::specta]
pub async fn project_sample(
    window: WebviewWindow,
    shell: State<'_, Shell>,
) -> Result<Project, Error> {
    let (studio, language) = (shell.studio.clone(), shell.language());
    let desk = studio::blocking("making", move || studio.create_sample(&language)).await??;
    show(&shell, &window, desk).await
}

/// Asks for a place and saves a copy there. The path, or none.
#[tauri::command]
#[specta::specta]
pub async fn project_save_copy(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    project: String,
) -> Result<Option<String>, Error> {
    let desk = shell.studio.desk(&project)?;
    let at = desk.call(|papers| papers.path().to_path_buf()).await?;
    let name = format!(
        "{} 2.palimpsest",
        at.file_stem().unwrap_or_default().to_string_lossy()
    );
    let folder = at.parent().unwrap_or(&at).to_path_buf();
    let Some(path) =
        dialogs::save_file(&window, &folder, &name, ("Palimpsest", &["palimpsest"])).await
    else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    desk.call(move |papers| papers.save_copy(&path)).await??;
    Ok(Some(shown))
}

/// Projects opened before, newest first.
#[tauri::command]
#[specta::specta]
pub async fn project_recents(shell: State<'_, Shell>) -> Result<Vec<Recent>, Error> {
    Ok(shell
        .studio
        .home()
        .recents()
        .into_iter()
        .map(|path| Recent {
            title: path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            path: path.display().to_string(),
        })
        .collect())
}

/// Writes to disk now.
#[tauri::command]
#[specta::specta]
pub async fn project_flush(shell: State<'_, Shell>, project: String) -> Result<(), Error> {
    Ok(shell.studio.desk(&project)?.call(Papers::flush).await??)
}

/// Adds a document after the others.
#[tauri::command]
#[specta::specta]
pub async fn document_create(
    shell: State<'_, Shell>,
    project: String,
    craft: Craft,
    title: String,
) -> Result<(Binder, String), Error> {
    let craft = convert::craft_in(craft);
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let id = papers.create(craft, &title, String::new(), project::Origin::Person)?;
            Ok((binder(papers)?, id.to_string()))
        })
        .await?
}

/// Does something to the binder, and gives it as it is then.
async fn change(
    shell: &Shell,
    project: &str,
    act: impl FnOnce(&mut Papers) -> Result<(), studio::Error> + Send + 'static,
) -> Result<Binder, Error> {
    shell
        .studio
        .desk(project)?
        .call(move |papers| {
            act(papers)?;
            papers.binder_changed()?;
            binder(papers)
        })
        .await?
}

/// Renames a document.
#[tauri::command]
#[specta::specta]
pub async fn document_rename(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    title: String,
) -> Result<Binder, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    change(&shell, &project, move |papers| {
        Ok(papers.project.rename_document(id, &title, studio::now())?)
    })
    .await
}

/// Moves a document before another one, or to the end.
#[tauri::command]
#[specta::specta]
pub async fn document_move(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    before: Option<String>,
) -> Result<Binder, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let before = before
        .map(|before| convert::id::<DocumentId>("document", &before))
        .transpose()?;
    change(&shell, &project, move |papers| {
        Ok(papers
            .project
            .move_document(id, "", before, studio::now())?)
    })
    .await
}

/// Deletes a document; the binder's undo brings it back.
#[tauri::command]
#[specta::specta]
pub async fn document_delete(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Binder, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    change(&shell, &project, move |papers| {
        Ok(papers.project.trash_document(id, studio::now())?)
    })
    .await
}

/// Undoes the binder's last act.
#[tauri::command]
#[specta::specta]
pub async fn binder_undo(shell: State<'_, Shell>, project: String) -> Result<Binder, Error> {
    change(&shell, &project, |papers| {
        Ok(papers.project.binder_undo(studio::now()).map(drop)?)
    })
    .await
}

/// Redoes it.
#[tauri::command]
#[specta::specta]
pub async fn binder_redo(shell: State<'_, Shell>, project: String) -> Result<Binder, Error> {
    change(&shell, &project, |papers| {
        Ok(papers.project.binder_redo(studio::now()).map(drop)?)
    })
    .await
}

/// Imports files: the paths, or those that the writer picks.
#[tauri::command]
#[specta::specta]
pub async fn document_import(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    project: String,
    paths: Option<Vec<String>>,
) -> Result<Imported, Error> {
    let paths: Vec<PathBuf> = match paths {
        Some(paths) => paths.into_iter().map(PathBuf::from).collect(),
        None => {
            dialogs::open_files(&window, &[("Fountain, text, ink, Markdown", TEXTS)], true).await
        }
    };
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let (mut documents, mut refused) = (Vec::new(), Vec::new());
            for path in paths {
                match papers.import(&path, None) {
                    Ok(id) => documents.push(id.to_string()),
                    Err(error) => {
                        let name = path
                            .file_name()
                            .unwrap_or_default()
                            .to_string_lossy()
                            .into_owned();
                        refused.push((name, Error::from(error)));
                    }
                }
            }
            Ok(Imported {
                binder: binder(papers)?,
                documents,
                refused,
            })
        })
        .await?
}

/// Exports a document: asks for a place with the format's extension (`source` or `html`). The path, or none.
#[tauri::command]
#[specta::specta]
pub async fn document_export(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    project: String,
    document: String,
    format: String,
) -> Result<Option<String>, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let desk = shell.studio.desk(&project)?;
    let (title, craft, folder) = desk
        .call(move |papers| -> Result<_, studio::Error> {
            let info = papers.project.document(id)?;
            let folder = papers
                .path()
                .parent()
                .map(std::path::Path::to_path_buf)
                .unwrap_or_default();
            Ok((info.title.clone(), studio::craft_of(&info), folder))
        })
        .await??;
    let end = if format == "html" {
        "html"
    } else {
        craft.extension()
    };
    let ends = [end];
    let Some(path) =
        dialogs::save_file(&window, &folder, &format!("{title}.{end}"), (end, &ends)).await
    else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    desk.call(move |papers| papers.export(id, &path)).await??;
    Ok(Some(shown))
}

fn query(query: Query) -> studio::Query {
    let Query { text, case, word } = query;
    studio::Query { text, case, word }
}

/// Looks for text in all documents, at most 1,000 hits.
#[tauri::command]
#[specta::specta]
pub async fn project_find(
    shell: State<'_, Shell>,
    project: String,
    query: Query,
) -> Result<Vec<Hit>, Error> {
    let wanted = self::query(query);
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let mut hits = Vec::new();
            for studio::Hit {
                document,
                title,
                line,
                range,
                excerpt,
                mark,
            } in papers.find(&wanted)?
            {
                let before = crafts::utf16_len(&excerpt[..mark.start]);
                let through = crafts::utf16_len(&excerpt[..mark.end]);
                hits.push(Hit {
                    document: document.to_string(),
                    title,
                    line: u32::try_from(line + 1).unwrap_or(u32::MAX),
                    span: convert::span(papers.sheet(document)?, &range),
                    mark: Span {
                        from: convert::unit(before),
                        to: convert::unit(through),
                    },
                    excerpt,
                });
            }
            Ok(hits)
        })
        .await?
}

/// Replaces in one document or all; one undo step each. How many. Open pages hear of it by `page-changed`.
#[tauri::command]
#[specta::specta]
pub async fn project_replace(
    app: AppHandle,
    shell: State<'_, Shell>,
    project: String,
    document: Option<String>,
    query: Query,
    replacement: String,
) -> Result<u32, Error> {
    let only = document
        .map(|id| convert::id::<DocumentId>("document", &id))
        .transpose()?;
    let (wanted, id) = (self::query(query), project.clone());
    let (count, changed) = shell
        .studio
        .desk(&project)?
        .call(move |papers| -> Result<_, Error> {
            let mut count = 0;
            let mut changed = Vec::new();
            for (document, hits, shown) in papers.replace_all(only, &wanted, &replacement)? {
                count += hits;
                changed.push((
                    document.to_string(),
                    convert::applied(papers.sheet(document)?, &shown),
                ));
            }
            Ok((count, changed))
        })
        .await??;
    for (document, applied) in changed {
        crate::events::page_changed(&app, &id, document, applied);
    }
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
