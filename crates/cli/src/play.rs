//! Playing a game story in the terminal.

use std::io::{self, BufRead, IsTerminal};

use crafts::Craft;
use project::DocumentId;
use story::{Scene, Turn};
use studio::Desk;

use crate::args::Play;
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::session::{Session, document};

/// Plays a story.
pub(crate) fn play(command: &Play, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = session.read(&command.project)?;
    let info = document(&desk, &command.doc)?;
    let craft = studio::craft_of(&info);
    if craft != Craft::Story {
        return Err(Failure::NotAStory {
            title: info.title,
            craft: match craft {
                Craft::Screenplay => "a screenplay",
                Craft::Lyrics => "a lyric",
                Craft::Story | Craft::Notes => "a note",
            },
        });
    }
    let (from, mut scene) = studio::play(&desk, info.id, command.at)?;
    for choice in &command.choices {
        scene = chosen(&desk, info.id, &scene, *choice)?;
    }
    if output.is_json() {
        return output.value(&json::Played::new(from, scene));
    }
    for turn in &scene.turns {
        print(turn, output)?;
    }
    let person = io::stdin().is_terminal() && io::stdout().is_terminal();
    if command.choices.is_empty() && person {
        ask(&desk, info.id, scene, output)?;
    }
    Ok(())
}

/// Goes on as long as somebody chooses.
fn ask(desk: &Desk, id: DocumentId, mut scene: Scene, output: &mut Output) -> Result<(), Failure> {
    let mut lines = io::stdin().lock().lines();
    while last(&scene).is_some_and(|turn| !turn.choices.is_empty()) {
        output.piece("> ")?;
        let Some(line) = lines.next() else { break };
        let line = line.map_err(Failure::Input)?;
        let choice = line.trim().parse::<u32>().unwrap_or(0);
        match chosen(desk, id, &scene, choice) {
            Ok(next) => {
                scene = next;
                if let Some(turn) = last(&scene) {
                    print(turn, output)?;
                }
            }
            Err(failure @ Failure::NoSuchChoice { .. }) => output.line(&failure.sentence())?,
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

fn chosen(desk: &Desk, id: DocumentId, scene: &Scene, choice: u32) -> Result<Scene, Failure> {
    let count = last(scene).map_or(0, |turn| turn.choices.len());
    let index = (choice as usize)
        .checked_sub(1)
        .filter(|index| *index < count)
        .ok_or(Failure::NoSuchChoice {
            turn: scene.turns.len(),
            choice,
            count,
        })?;
    Ok(studio::choose(desk, id, index)?.1)
}

fn last(scene: &Scene) -> Option<&Turn> {
    scene.turns.last()
}

fn print(turn: &Turn, output: &mut Output) -> Result<(), Failure> {
    if let Some(chosen) = &turn.chosen {
        output.line(&format!("> {}\n", chosen.text))?;
    }
    for line in &turn.lines {
        output.line(&line.text)?;
    }
    for problem in &turn.problems {
        output.line(&format!(
            "({})",
            json::RuntimeProblem::from(problem.clone()).says
        ))?;
    }
    if !turn.choices.is_empty() {
        output.line("")?;
    }
    for (number, choice) in (1..).zip(&turn.choices) {
        output.line(&format!("{number}. {}", choice.text))?;
    }
    if turn.ended {
        output.line("(The story ends here.)")?;
    }
    output.line("")
}
