//! Playing a story.

use project::DocumentId;
use tauri::State;

use crate::Shell;
use crate::convert;
use crate::wire::error::Error;
use crate::wire::play::{Play, PlayProblem};

/// Runs a step of play on a thread that may wait for it. A story that does not compile is a state of play,
/// not a failure.
async fn step(
    shell: &Shell,
    project: &str,
    document: &str,
    step: impl FnOnce(&studio::Desk, DocumentId) -> Result<(String, story::Scene), studio::Error>
    + Send
    + 'static,
) -> Result<Play, Error> {
    let id: DocumentId = convert::id("document", document)?;
    let desk = shell.studio.desk(project)?;
    let played = studio::blocking("play", move || step(&desk, id)).await?;
    match played {
        Ok((from, scene)) => Ok(convert::play(from, &scene)),
        Err(studio::Error::Play(story::PlayError::Compile(error))) => Ok(Play {
            from: String::new(),
            turns: Vec::new(),
            choices: Vec::new(),
            ended: false,
            problem: Some(PlayProblem {
                code: "does_not_compile".into(),
                line: line_of(&error),
                found: error.to_string(),
            }),
            variables: Vec::new(),
            can_step_back: false,
        }),
        Err(error) => Err(error.into()),
    }
}

/// The line of a compiler's error, from 1.
fn line_of(error: &story::CompileError) -> Option<u32> {
    use story::CompileError as E;
    let line = match error {
        E::Refused { line, .. } => *line,
        E::TooDeep { line, .. } | E::MissingInclude { line, .. } => Some(*line),
        E::Crashed => None,
    };
    line.and_then(|line| u32::try_from(line + 1).ok())
}

/// Plays a story from its start, or from the knot at a place.
#[tauri::command]
#[specta::specta]
pub async fn play_start(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    at: Option<u32>,
) -> Result<Play, Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let at = match at {
        None => None,
        Some(at) => Some(
            shell
                .studio
                .desk(&project)?
                .call(move |papers| convert::byte(papers.sheet(id)?, at))
                .await??,
        ),
    };
    step(&shell, &project, &document, move |desk, id| {
        studio::play(desk, id, at)
    })
    .await
}

/// Makes a choice, counted from 0.
#[tauri::command]
#[specta::specta]
pub async fn play_choose(
    shell: State<'_, Shell>,
    project: String,
    document: String,
    choice: u32,
) -> Result<Play, Error> {
    step(&shell, &project, &document, move |desk, id| {
        studio::choose(desk, id, choice as usize)
    })
    .await
}

/// Steps back one choice.
#[tauri::command]
#[specta::specta]
pub async fn play_back(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Play, Error> {
    step(&shell, &project, &document, studio::step_back).await
}

/// Compiles the text as it stands and makes the same choices again.
#[tauri::command]
#[specta::specta]
pub async fn play_refresh(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<Play, Error> {
    step(&shell, &project, &document, studio::replay).await
}

/// Ends play.
#[tauri::command]
#[specta::specta]
pub async fn play_stop(
    shell: State<'_, Shell>,
    project: String,
    document: String,
) -> Result<(), Error> {
    let id: DocumentId = convert::id("document", &document)?;
    let desk = shell.studio.desk(&project)?;
    Ok(studio::blocking("play", move || studio::end_play(&desk, id)).await??)
}
