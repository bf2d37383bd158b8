//! Drafts and candidates.

use std::sync::Arc;

use drafting::Instruct;
use project::{CandidateId, DocumentId, GenerationId};
use studio::{Desk, DraftWish, Papers};
use tauri::State;
use tauri::ipc::Channel;

use crate::Shell;
use crate::convert;
use crate::stream::Forward;
use crate::wire::assistant::{DraftEvent, DraftRequest, Generation, Piece, Saw, Took};
use crate::wire::error::Error;

/// A request in bytes, with what the settings say.
async fn wish(
    shell: &Shell,
    desk: &Desk,
    document: DocumentId,
    request: DraftRequest,
) -> Result<DraftWish, Error> {
    let settings = shell.studio.settings();
    let DraftRequest {
        task,
        version,
        span,
        instruction,
        takes,
    } = request;
    let span = desk
        .call(move |papers| -> Result<_, Error> {
            let sheet = papers.sheet(document)?;
            convert::same_version(sheet, version)?;
            Ok(convert::byte(sheet, span.from)?..convert::byte(sheet, span.to)?)
        })
        .await??;
    let ready = desk
        .tasks()
        .get(&task)
        .is_some_and(|task| task.instruction(&instruction).is_some());
    Ok(DraftWish {
        document,
        version: Some(u64::from(version)),
        task,
        span,
        instruct: match instruction.as_str() {
            "" => None,
            _ if ready => Some(Instruct::Ready(instruction)),
            _ => Some(Instruct::Own(instruction)),
        },
        takes,
        max_tokens: (settings.answer_tokens > 0).then_some(settings.answer_tokens),
        temperature: (settings.temperature > 0.0).then_some(settings.temperature),
        seed: settings.seed.map(u64::from),
        style: if settings.instruct {
            drafting::Wish::Fitting
        } else {
            drafting::Wish::Page
        },
    })
}

/// A generation's cards for the window.
fn cards(papers: &mut Papers, id: GenerationId, running: bool) -> Result<Generation, Error> {
    let cards = papers.cards(id)?;
    let sheet = match cards.document {
        Some(document) => Some(papers.sheet(document)?),
        None => None,
    };
    Ok(convert::generation(&cards, sheet, running))
}

/// What would be sent.
#[tauri::command]
#[specta::specta]
pub async fn draft_preview(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    request: DraftRequest,
) -> Result<Saw, Error> {
    let desk = shell.studio.desk(&project)?;
    let wish = wish(&shell, &desk, convert::id("document", &document)?, request).await?;
    let model = shell.studio.model_of(&project).await?;
    let info = model.info();
    let packed =
        studio::blocking("preview", move || studio::preview(&desk, &model, &wish)).await??;
    Ok(convert::preview(&packed, &info))
}

/// Starts a draft and streams it to `events`. Returns at once with its generation; `draft_stop` or the
/// window's end stops it.
#[tauri::command]
#[specta::specta]
pub async fn draft_start(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    request: DraftRequest,
    events: Channel<DraftEvent>,
) -> Result<Generation, Error> {
    let desk = shell.studio.desk(&project)?;
    let wish = wish(&shell, &desk, convert::id("document", &document)?, request).await?;
    if matches!(
        shell.studio.models().state(),
        studio::ModelState::Opening { .. }
    ) {
        let _ = events.send(DraftEvent::Waiting {
            reason: "model_loading".into(),
        });
    }
    let model = shell.studio.model_of(&project).await?;
    let forward = Forward::new(desk.clone(), wish.document, events);
    let (at, listener) = (desk.clone(), forward.listener());
    let draft = studio::blocking("draft", move || {
        studio::start_draft(&at, &model, &wish, listener)
    })
    .await??;
    forward.begin(draft.generation);
    let running = desk.is_running(draft.generation);
    desk.call(move |papers| cards(papers, draft.generation, running))
        .await?
}

/// Stops one take or all. What came is kept.
#[tauri::command]
#[specta::specta]
pub async fn draft_stop(
    shell: State<'_, Shell>,
    project: String,
    generation: String,
    take: Option<u32>,
) -> Result<(), Error> {
    let id: GenerationId = convert::id("generation", &generation)?;
    shell
        .studio
        .desk(&project)?
        .stop(id, take.map(|take| take.saturating_sub(1)));
    Ok(())
}

/// A document's generations that are not put away, newest first.
#[tauri::command]
#[specta::specta]
pub async fn generation_list(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Vec<Generation>, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let desk = shell.studio.desk(&project)?;
    let at = desk.clone();
    desk.call(move |papers| {
        let open = papers.open_cards(id)?;
        let sheet = papers.sheet(id)?;
        Ok(open
            .iter()
            .map(|cards| {
                convert::generation(cards, Some(sheet), at.is_running(cards.generation.id))
            })
            .collect())
    })
    .await?
}

/// What the model saw.
#[tauri::command]
#[specta::specta]
pub async fn generation_saw(
    shell: State<'_, Shell>,
    project: String,
    generation: String,
) -> Result<Saw, Error> {
    let id: GenerationId = convert::id("generation", &generation)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| convert::saw(&papers.cards(id)?))
        .await?
}

/// Takes the next piece of a candidate into the page, at its place.
#[tauri::command]
#[specta::specta]
pub async fn candidate_take(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    candidate: String,
    piece: Piece,
) -> Result<Took, Error> {
    let of: DocumentId = convert::id("document", &document)?;
    let id: CandidateId = convert::id("candidate", &candidate)?;
    let piece = match piece {
        Piece::Word => studio::Piece::Word,
        Piece::Line => studio::Piece::Line,
        Piece::Paragraph => studio::Piece::Paragraph,
        Piece::All => studio::Piece::All,
    };
    let desk = shell.studio.desk(&project)?;
    let at: Arc<Desk> = Arc::new(desk.clone());
    desk.call(move |papers| {
        convert::same_version(papers.sheet(of)?, version)?;
        let (document, shown) = papers.take(id, piece, u64::from(version))?;
        let applied = convert::applied(papers.sheet(document)?, &shown);
        let generation = papers.project.candidate(id)?.generation;
        Ok(Took {
            applied,
            generation: cards(papers, generation, at.is_running(generation))?,
        })
    })
    .await?
}

/// Inserts what is left of a candidate at another place (its own is gone).
#[tauri::command]
#[specta::specta]
pub async fn candidate_insert(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    version: u32,
    candidate: String,
    at: u32,
) -> Result<Took, Error> {
    let of: DocumentId = convert::id("document", &document)?;
    let id: CandidateId = convert::id("candidate", &candidate)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let sheet = papers.sheet(of)?;
            convert::same_version(sheet, version)?;
            let at = convert::byte(sheet, at)?;
            let shown =
                papers.take_elsewhere(id, studio::Piece::All, of, at, u64::from(version))?;
            let applied = convert::applied(papers.sheet(of)?, &shown);
            let generation = papers.project.candidate(id)?.generation;
            Ok(Took {
                applied,
                generation: cards(papers, generation, false)?,
            })
        })
        .await?
}

/// Puts a candidate away; it stays in history.
#[tauri::command]
#[specta::specta]
pub async fn candidate_dismiss(
    shell: State<'_, Shell>,
    project: String,
    candidate: String,
) -> Result<Generation, Error> {
    let id: CandidateId = convert::id("candidate", &candidate)?;
    shell
        .studio
        .desk(&project)?
        .call(move |papers| {
            let generation = papers.dismiss(id)?;
            cards(papers, generation, false)
        })
        .await?
}
