//! The main job in the terminal: the sample scene goes on by the model on this machine.

use crafts::Craft;
use project::DocumentInfo;
use studio::{Desk, DraftWish, ModelState};

use crate::args::{Sample, Task};
use crate::draft::{Source, open, run, runtime, wish};
use crate::failure::Failure;
use crate::output::Output;
use crate::session::Session;

/// Seeds that are tried where a small model writes nothing at all.
const TRIES: u64 = 3;

/// Continues the sample scene.
pub(crate) fn sample(command: &Sample, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = project(&session)?;
    let info = scene(&desk)?;
    let id = info.id;
    let (path, text) = desk.call_blocking(move |papers| -> Result<_, studio::Error> {
        Ok((papers.path().to_path_buf(), papers.project.text(id)?))
    })??;
    let runtime = runtime()?;
    let model = runtime.block_on(open(&session, Source::Local(None), output))?;
    let starter = match session.studio.models().state() {
        ModelState::Ready(model) => model.starter,
        ModelState::None | ModelState::Opening { .. } | ModelState::Failed { .. } => false,
    };
    if !output.is_json() {
        output.line(&format!(
            "{} goes on by {}, on this machine:\n",
            info.title,
            model.info().name
        ))?;
        if starter && drafting::is_mostly_chinese(&text) {
            output.line(
                "(This model is a proof rather than a co-writer, and it is mainly English.)\n",
            )?;
        }
        output.piece(last_lines(&text))?;
    }
    let settings = session.studio.settings();
    let first = wish(
        &settings,
        desk.tasks(),
        id,
        Task::Continue,
        text.len()..text.len(),
        None,
    );
    let seed = command.seed.or(first.seed);
    for n in 0..TRIES {
        let wish = DraftWish {
            seed: seed.map(|seed| seed.wrapping_add(n)),
            max_tokens: command.max_tokens.or(first.max_tokens),
            ..first.clone()
        };
        match runtime.block_on(run(&desk, &model, &wish, Some(1), output))? {
            None => {
                let words = format!("\nIt is in the page now, saved in {}", path.display());
                return if output.is_json() {
                    Ok(())
                } else {
                    output.line(&words)
                };
            }
            Some(Failure::NothingWritten) => {}
            Some(failure) => return Err(failure),
        }
    }
    Err(Failure::NothingWritten)
}

/// The writer's own copy, as it is or made now.
fn project(session: &Session) -> Result<Desk, Failure> {
    let language = session.language();
    let name = format!("{}.palimpsest", studio::sample_name(&language));
    let path = session.studio.home().projects().join(name);
    if path.exists() {
        session.write(&path)
    } else {
        Ok(session.studio.create_sample(&language)?)
    }
}

/// The scene: the first screenplay, wherever the writer has moved it.
fn scene(desk: &Desk) -> Result<DocumentInfo, Failure> {
    let documents = desk.call_blocking(studio::Papers::documents)??;
    documents
        .into_iter()
        .find(|info| studio::craft_of(info) == Craft::Screenplay)
        .ok_or_else(|| {
            Failure::Studio(studio::Error::Unknown {
                what: "screenplay",
                id: "in the sample project".to_owned(),
            })
        })
}

/// The end of the page, to be seen before what comes.
fn last_lines(text: &str) -> &str {
    const LINES: usize = 12;
    let start = text
        .rmatch_indices('\n')
        .map(|(at, _)| at + 1)
        .nth(LINES)
        .unwrap_or(0);
    &text[start..]
}
