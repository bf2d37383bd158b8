//! Versions of a document: listed, shown, brought back.

use project::{ActId, DocumentInfo};

use crate::args::{History, Restore, Show};
use crate::failure::Failure;
use crate::json;
use crate::output::Output;
use crate::session::{Session, document, save};

/// Prints a text.
pub(crate) fn show(command: &Show, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = session.read(&command.project)?;
    let info = document(&desk, &command.doc)?;
    let id = info.id;
    let text = match &command.at {
        None => desk.call_blocking(move |papers| papers.project.text(id))??,
        Some(version) => {
            let version = act(version, &info)?;
            desk.call_blocking(move |papers| papers.project.text_at(id, version))?
                .map_err(|error| named(error, &info))?
        }
    };
    if output.is_json() {
        return output.value(&json::Shown {
            document: info.into(),
            version: command.at.clone(),
            text,
        });
    }
    output.piece(&text)
}

/// Lists versions.
pub(crate) fn history(command: &History, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = session.read(&command.project)?;
    let id = document(&desk, &command.doc)?.id;
    let brief = command.brief;
    let versions = desk.call_blocking(move |papers| {
        if brief {
            papers.project.versions(id)
        } else {
            papers.project.acts(id)
        }
    })??;
    let versions: Vec<json::Version> = versions.into_iter().map(Into::into).collect();
    if output.is_json() {
        return output.value(&json::History { versions });
    }
    for version in versions {
        let author = version.author.words();
        let name = version.name.unwrap_or_default();
        let line = format!(
            "{}  {}  {:<11}  {author}  {name}",
            version.id, version.when, version.act
        );
        output.line(line.trim_end())?;
    }
    Ok(())
}

/// Brings a version back.
pub(crate) fn restore(command: &Restore, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = session.write(&command.project)?;
    let info = document(&desk, &command.doc)?;
    let (id, version) = (info.id, act(&command.version, &info)?);
    let restored = desk.call_blocking(move |papers| papers.restore(id, version))?;
    restored.map_err(|error| match error {
        studio::Error::Project(error) => named(error, &info),
        error => error.into(),
    })?;
    save(&desk)?;
    let now = desk.call_blocking(move |papers| papers.project.acts(id))??;
    if output.is_json() {
        return output.value(&json::Restored {
            document: info.into(),
            restored: command.version.clone(),
            version: now.last().map(|version| version.id.to_string()),
        });
    }
    output.line(&format!(
        "{} is as it was at {}.",
        info.title, command.version
    ))
}

fn act(version: &str, info: &DocumentInfo) -> Result<ActId, Failure> {
    version.parse().map_err(|_| Failure::NoVersion {
        version: version.to_owned(),
        title: info.title.clone(),
    })
}

/// The title, in place of an id that nobody typed.
fn named(error: project::Error, info: &DocumentInfo) -> Failure {
    match error {
        project::Error::NoAct(version) => Failure::NoVersion {
            version: version.to_string(),
            title: info.title.clone(),
        },
        error => error.into(),
    }
}
