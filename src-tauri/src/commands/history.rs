//! Versions of a document.

use project::{ActId, ActKind, Author, DocumentId};
use studio::Papers;
use tauri::State;

use crate::Shell;
use crate::convert;
use crate::wire::error::Error;
use crate::wire::history::{DiffRun, Past, Version};
use crate::wire::page::Applied;

/// Sessions, named versions and acts of note, newest first.
#[tauri::command]
#[specta::specta]
pub async fn history_list(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Vec<Version>, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| list(papers, id))
        .await?
}

fn list(papers: &mut Papers, id: DocumentId) -> Result<Vec<Version>, Error> {
    let mut versions = Vec::new();
    for session in papers.project.sessions(id)? {
        for act in &session.versions {
            let kind = match (act.name.is_some(), act.kind) {
                (true, _) => "named",
                (false, ActKind::Restore) => "restore",
                (false, ActKind::Import) => "import",
                (false, ActKind::Accept) => "draft",
                (
                    false,
                    ActKind::Typing
                    | ActKind::Delete
                    | ActKind::Composition
                    | ActKind::Paste
                    | ActKind::Cut
                    | ActKind::Drop
                    | ActKind::ReplaceAll
                    | ActKind::Reorder
                    | ActKind::Format
                    | ActKind::Undo
                    | ActKind::Redo
                    | ActKind::Unknown(_),
                ) => continue,
            };
            let share = project::Share {
                author: act.author.clone(),
                bytes: act.inserted,
                chars: act.inserted,
            };
            versions.push(version(
                act.id,
                kind,
                act.name.clone(),
                act.began,
                act.ended,
                &[share],
            ));
        }
        versions.push(version(
            session.version,
            "session",
            None,
            session.began,
            session.ended,
            &session.written,
        ));
    }
    versions.reverse();
    Ok(versions)
}

fn version(
    id: ActId,
    kind: &str,
    name: Option<String>,
    from: i64,
    to: i64,
    written: &[project::Share],
) -> Version {
    let (mut person, mut model, mut other) = (0, 0, 0);
    let mut names = Vec::new();
    for project::Share {
        author,
        bytes: _,
        chars,
    } in written
    {
        let (sum, name) = match author {
            Author::Person { name } => (&mut person, name),
            Author::Generation { model: name, .. } => (&mut model, name),
            Author::File { name } => (&mut other, name),
            Author::Unknown => (&mut other, &String::new()),
        };
        *sum += chars;
        if !name.is_empty() && !names.contains(name) {
            names.push(name.clone());
        }
    }
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Version {
        id: id.to_string(),
        kind: kind.into(),
        name: name.unwrap_or_default(),
        from: from as f64,
        to: to as f64,
        person: small(person),
        model: small(model),
        other: small(other),
        names,
    }
}

/// A version to look at, with its difference to now.
#[tauri::command]
#[specta::specta]
pub async fn history_view(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: String,
) -> Result<Past, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let version: ActId = convert::id("version", &version)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let text = papers.project.text_at(id, version)?;
            let acts = papers.project.acts(id)?;
            let changes = match acts.last() {
                Some(last) => papers.project.diff(id, version, last.id)?,
                None => Vec::new(),
            };
            let craft = papers.sheet(id)?.page().craft();
            let page = crafts::Page::new(craft, text.clone());
            Ok(Past {
                lines: convert::lines(&text, 0, page.lines()),
                diff: runs(&text, &changes),
                text,
            })
        })
        .await?
}

/// A comparison as stretches in order.
fn runs(old: &str, changes: &[project::Change]) -> Vec<DiffRun> {
    let mut runs = Vec::new();
    let mut push = |kind: &str, text: &str| {
        if !text.is_empty() {
            runs.push(DiffRun {
                kind: kind.into(),
                text: text.into(),
            });
        }
    };
    let mut at = 0;
    for project::Change { pos, del, insert } in changes {
        let (pos, end) = (*pos as usize, (*pos + *del) as usize);
        push("same", old.get(at..pos).unwrap_or_default());
        push("removed", old.get(pos..end).unwrap_or_default());
        push("added", insert);
        at = end;
    }
    push("same", old.get(at..).unwrap_or_default());
    runs
}

/// Brings a version back as a new edit.
#[tauri::command]
#[specta::specta]
pub async fn history_restore(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: String,
) -> Result<Applied, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let version: ActId = convert::id("version", &version)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let shown = papers.restore(id, version)?;
            Ok(convert::applied(papers.sheet(id)?, &shown))
        })
        .await?
}

/// Names the present version.
#[tauri::command]
#[specta::specta]
pub async fn history_name(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    name: String,
) -> Result<Vec<Version>, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            if let Some(last) = papers.project.acts(id)?.last() {
                papers
                    .project
                    .name_version(id, last.id, Some(&name), studio::now())?;
            }
            list(papers, id)
        })
        .await?
}
