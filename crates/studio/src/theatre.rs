//! Playing a story beside its text.

use std::sync::Arc;

use crafts::Craft;
use project::DocumentId;
use story::{Library, Limits, Scene, Start, Theatre};

use crate::desk::Desk;
use crate::error::Error;
use crate::papers::{Papers, craft_of};

/// A story that is played. Its theatre has a thread of its own.
pub struct Stage {
    theatre: Arc<Theatre>,
    from: String,
}

/// The same play for the same choices.
const SEED: i32 = 1;

impl Papers {
    /// Text of a story and the other stories that it may include.
    fn play_source(&mut self, id: DocumentId) -> Result<(String, Library), Error> {
        let text = self.sheet(id)?.text().to_owned();
        let mut library = Library::default();
        let stories: Vec<(DocumentId, String)> = self
            .project
            .documents()?
            .iter()
            .filter(|d| craft_of(d) == Craft::Story && d.id != id)
            .map(|d| (d.id, format!("{}.ink", d.title)))
            .collect();
        for (story, name) in stories {
            library.insert(name, self.project.text(story)?);
        }
        Ok((text, library))
    }

    /// The knot or stitch at a byte, as a path to play from.
    fn knot_at(&mut self, id: DocumentId, at: usize) -> Result<Option<String>, Error> {
        let sheet = self.sheet(id)?;
        let mut knot: Option<&str> = None;
        let mut path = None;
        for item in sheet.outline().iter().filter(|item| item.range.start <= at) {
            match item.kind {
                "knot" => {
                    knot = Some(&item.title);
                    path = Some(item.title.clone());
                }
                "stitch" => path = knot.map(|knot| format!("{knot}.{}", item.title)),
                _ => {}
            }
        }
        Ok(path)
    }
}

/// Plays a story from its start, or from the knot at a byte. Blocks until the first choice.
///
/// # Errors
/// When it does not compile.
pub fn play(desk: &Desk, id: DocumentId, at: Option<usize>) -> Result<(String, Scene), Error> {
    let (text, library, from) = desk.call_blocking(move |papers| -> Result<_, Error> {
        let (text, library) = papers.play_source(id)?;
        let from = match at {
            Some(at) => papers.knot_at(id, at)?,
            None => None,
        };
        Ok((text, library, from))
    })??;
    let start = from.clone().map_or(Start::Beginning, Start::At);
    let (theatre, scene) = Theatre::open(text, library, start, SEED, Limits::default())?;
    let from = from.unwrap_or_default();
    let stage = Stage {
        theatre: Arc::new(theatre),
        from: from.clone(),
    };
    desk.call_blocking(move |papers| papers.stages.insert(id, stage))?;
    Ok((from, scene))
}

fn stage(desk: &Desk, id: DocumentId) -> Result<(Arc<Theatre>, String), Error> {
    desk.call_blocking(move |papers| {
        papers
            .stages
            .get(&id)
            .map(|stage| (stage.theatre.clone(), stage.from.clone()))
    })?
    .ok_or_else(|| Error::Unknown {
        what: "play",
        id: id.to_string(),
    })
}

/// Makes a choice, from 0. Blocks until the turn is played.
///
/// # Errors
/// When there is no such choice, or nothing is played.
pub fn choose(desk: &Desk, id: DocumentId, choice: usize) -> Result<(String, Scene), Error> {
    let (theatre, from) = stage(desk, id)?;
    Ok((from, theatre.choose(choice)?))
}

/// Takes the last choice back.
///
/// # Errors
/// When nothing is played.
pub fn step_back(desk: &Desk, id: DocumentId) -> Result<(String, Scene), Error> {
    let (theatre, from) = stage(desk, id)?;
    Ok((from, theatre.step_back()?))
}

/// Plays the text as it stands with the same choices.
///
/// # Errors
/// When it does not compile; the play stays as it was.
pub fn replay(desk: &Desk, id: DocumentId) -> Result<(String, Scene), Error> {
    let (theatre, from) = stage(desk, id)?;
    let (text, library) = desk.call_blocking(move |papers| papers.play_source(id))??;
    Ok((from, theatre.replay(text, library)?))
}

/// Ends play.
///
/// # Errors
/// When the project is gone.
pub fn end_play(desk: &Desk, id: DocumentId) -> Result<(), Error> {
    let stage = desk.call_blocking(move |papers| papers.stages.remove(&id))?;
    drop(stage);
    Ok(())
}
