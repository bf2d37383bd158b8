//! The open document.

use tauri::State;

use crate::Shell;
use crate::convert;
use crate::wire::error::Error;
use crate::wire::page::{
    Act, Applied, AuthorRun, Completion, CompletionItem, Document, Edit, Emphasis, Key, KeyAnswer,
    PageNews, Selection, Span, Target,
};

/// Opens a document.
#[tauri::command]
#[specta::specta]
pub async fn document_open(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Document, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    let (home, kept) = (shell.studio.home().clone(), project.clone());
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let info = papers.project.document(id)?;
            let (can_undo, can_redo) = papers.project.can_undo(id)?;
            let language = papers.project.language().to_owned();
            let sheet = papers.sheet(id)?;
            let text = sheet.text();
            let language = match drafting::Language::of(text) {
                Some(drafting::Language::Chinese) => "zh-CN".into(),
                Some(drafting::Language::English) => "en".into(),
                None => language,
            };
            let _ = home.save_last_document(&kept, &id.to_string());
            Ok(Document {
                id: document,
                title: info.title.clone(),
                craft: convert::craft(studio::craft_of(&info)),
                text: text.to_owned(),
                version: convert::version(sheet.version()),
                lines: convert::lines(text, 0, sheet.page().lines()),
                outline: convert::outline(sheet, sheet.outline()),
                problems: convert::problems(sheet, sheet.problems()),
                counts: convert::counts(sheet.page().counts()),
                selection: convert::selection(sheet, info.caret),
                language,
                can_undo,
                can_redo,
            })
        })
        .await?
}

/// Applies an edit. `stale_version` when the base is not the current version.
#[tauri::command]
#[specta::specta]
pub async fn document_edit(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    edit: Edit,
) -> Result<PageNews, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, edit.base)?;
            let mut edits = Vec::with_capacity(edit.changes.len());
            for change in edit.changes {
                let range = convert::byte(sheet, change.from)?..convert::byte(sheet, change.to)?;
                edits.push(crafts::Edit {
                    range,
                    insert: change.insert,
                });
            }
            let before = selection_in(sheet, edit.before);
            let after = selection_after(sheet, &edits, edit.after);
            let wish = studio::Wish {
                base: u64::from(edit.base),
                edits,
                deed: deed(edit.act),
                before,
                after,
            };
            let shown = papers.edit(id, wish)?;
            let sheet = papers.sheet(id)?;
            Ok(convert::news(sheet, &shown.news))
        })
        .await?
}

fn deed(act: Act) -> project::Deed {
    match act {
        Act::Typing => project::Deed::Typing,
        Act::Composition => project::Deed::Composition,
        Act::Delete => project::Deed::Delete,
        Act::Cut => project::Deed::Cut,
        Act::Paste => project::Deed::Paste,
        Act::Drop => project::Deed::Drop,
        Act::ReplaceAll => project::Deed::ReplaceAll,
        Act::Format => project::Deed::Format,
    }
}

fn selection_in(sheet: &studio::Sheet, selection: Selection) -> Option<project::Selection> {
    Some(project::Selection {
        anchor: convert::byte(sheet, selection.anchor).ok()? as u64,
        head: convert::byte(sheet, selection.head).ok()? as u64,
    })
}

/// A selection that counts in the text after the edits.
fn selection_after(
    sheet: &studio::Sheet,
    edits: &[crafts::Edit],
    selection: Selection,
) -> Option<project::Selection> {
    let byte = |units: u32| -> Option<u64> {
        let (mut units, mut bytes) = (units as usize, 0_usize);
        let mut at = 0;
        for edit in edits {
            let kept = sheet.units(edit.range.start).0 - sheet.units(at).0;
            if units <= kept {
                break;
            }
            units -= kept;
            bytes += edit.range.start - at;
            at = edit.range.end;
            let inserted = crafts::utf16_len(&edit.insert).0;
            if units <= inserted {
                let mut left = units;
                for c in edit.insert.chars() {
                    if left == 0 {
                        break;
                    }
                    left = left.checked_sub(c.len_utf16())?;
                    bytes += c.len_utf8();
                }
                return Some(bytes as u64);
            }
            units -= inserted;
            bytes += edit.insert.len();
        }
        let rest = convert::byte(sheet, u32::try_from(sheet.units(at).0 + units).ok()?).ok()?;
        Some((bytes + rest - at) as u64)
    };
    Some(project::Selection {
        anchor: byte(selection.anchor)?,
        head: byte(selection.head)?,
    })
}

/// Undoes the last act. None: nothing to undo.
#[tauri::command]
#[specta::specta]
pub async fn document_undo(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Option<Applied>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let Some(shown) = papers.undo(id)? else {
                return Ok(None);
            };
            Ok(Some(convert::applied(papers.sheet(id)?, &shown)))
        })
        .await?
}

/// Redoes it.
#[tauri::command]
#[specta::specta]
pub async fn document_redo(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Option<Applied>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let Some(shown) = papers.redo(id)? else {
                return Ok(None);
            };
            Ok(Some(convert::applied(papers.sheet(id)?, &shown)))
        })
        .await?
}

/// What Tab, Shift+Tab or Enter does here; `intent` is what the last answer said of this line. None: what
/// the key does everywhere.
#[tauri::command]
#[specta::specta]
pub async fn document_key(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    key: Key,
    selection: Selection,
    intent: Option<String>,
) -> Result<Option<KeyAnswer>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, version)?;
            let range = range_of(sheet, selection)?;
            let key = match key {
                Key::Tab => crafts::Key::Tab,
                Key::ShiftTab => crafts::Key::ShiftTab,
                Key::Enter => crafts::Key::Enter,
            };
            let answer = sheet.page().key(key, range, intent.as_deref());
            Ok(answer.map(|answer| convert::key_answer(sheet, &answer)))
        })
        .await?
}

/// Sets or takes away emphasis.
#[tauri::command]
#[specta::specta]
pub async fn document_emphasis(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    emphasis: Emphasis,
    selection: Selection,
) -> Result<Option<KeyAnswer>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, version)?;
            let range = range_of(sheet, selection)?;
            let emphasis = match emphasis {
                Emphasis::Bold => crafts::Emphasis::Bold,
                Emphasis::Italic => crafts::Emphasis::Italic,
                Emphasis::Underline => crafts::Emphasis::Underline,
            };
            let answer = sheet.page().emphasis(range, emphasis);
            Ok(answer.map(|answer| convert::key_answer(sheet, &answer)))
        })
        .await?
}

fn range_of(sheet: &studio::Sheet, selection: Selection) -> Result<std::ops::Range<usize>, Error> {
    let (a, b) = (
        convert::byte(sheet, selection.anchor)?,
        convert::byte(sheet, selection.head)?,
    );
    Ok(a.min(b)..a.max(b))
}

/// Proposals at the caret; `intent` as with the keys.
#[tauri::command]
#[specta::specta]
pub async fn document_complete(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    at: u32,
    intent: Option<String>,
) -> Result<Option<Completion>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let others = papers.others().clone();
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, version)?;
            let at = convert::byte(sheet, at)?;
            let Some(found) = sheet.page().complete(at, intent.as_deref(), &others) else {
                return Ok(None);
            };
            let Span { from, to } = convert::span(sheet, &found.range);
            let items = found
                .items
                .into_iter()
                .map(|crafts::CompletionItem { text, kind }| CompletionItem {
                    text,
                    kind: kind.into(),
                })
                .collect();
            Ok(Some(Completion { from, to, items }))
        })
        .await?
}

/// Where the name at a place is defined.
#[tauri::command]
#[specta::specta]
pub async fn document_target(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    at: u32,
) -> Result<Option<Target>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let others = papers.others().clone();
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, version)?;
            let at = convert::byte(sheet, at)?;
            let Some(found) = sheet.page().target(at, &others) else {
                return Ok(None);
            };
            let there = match &found.document {
                None => id,
                Some(name) => {
                    papers
                        .find_document(name.strip_suffix(".ink").unwrap_or(name))?
                        .id
                }
            };
            let span = convert::span(papers.sheet(there)?, &found.range);
            Ok(Some(Target {
                document: there.to_string(),
                span,
            }))
        })
        .await?
}

/// Remembers the selection, and gives words of the selected text.
#[tauri::command]
#[specta::specta]
pub async fn document_selection(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    selection: Selection,
) -> Result<u32, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, version)?;
            let range = range_of(sheet, selection)?;
            let words = sheet.page().counts_of(range).words;
            if let Some(caret) = selection_in(sheet, selection) {
                papers.project.set_caret(id, caret, studio::now())?;
            }
            Ok(u32::try_from(words).unwrap_or(u32::MAX))
        })
        .await?
}

/// Remembers what was copied, so that pasting it keeps its authors.
#[tauri::command]
#[specta::specta]
pub async fn document_copied(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    span: Span,
) -> Result<(), Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let sheet = papers.sheet(id)?;
            convert::same_version(sheet, version)?;
            let range =
                convert::byte(sheet, span.from)? as u64..convert::byte(sheet, span.to)? as u64;
            Ok(papers.copied(id, range)?)
        })
        .await?
}

/// Who wrote what.
#[tauri::command]
#[specta::specta]
pub async fn document_authors(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Vec<AuthorRun>, Error> {
    let id = convert::id::<project::DocumentId>("document", &document)?;
    let me = shell.studio.settings().author;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let runs = papers.project.authors(id)?;
            let sheet = papers.sheet(id)?;
            Ok(runs
                .into_iter()
                .map(|(range, author)| {
                    let span = convert::span(sheet, &(range.start as usize..range.end as usize));
                    let (kind, name, generation) = match author {
                        project::Author::Person { name } if name == me || name.is_empty() => {
                            ("person", name, None)
                        }
                        project::Author::Person { name } => ("other", name, None),
                        project::Author::Generation { id, model } => {
                            ("model", model, Some(id.to_string()))
                        }
                        project::Author::File { name } => ("file", name, None),
                        project::Author::Unknown => ("unknown", String::new(), None),
                    };
                    AuthorRun {
                        span,
                        kind: kind.into(),
                        name,
                        generation,
                    }
                })
                .collect())
        })
        .await?
}
