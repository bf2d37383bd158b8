//! Projects and their documents: made, listed, filled, exported, checked.

use crafts::Craft;
use project::{Access, CheckReport, Damage, OpenError, Origin, Problem, Project};

use crate::args::{Check, Export, Import, List, New};
use crate::failure::{Failure, Problems};
use crate::json;
use crate::output::Output;
use crate::session::{Session, document, save};

/// Makes a project.
pub(crate) fn new(command: &New, output: &mut Output) -> Result<(), Failure> {
    let New {
        project,
        craft,
        title,
        from,
    } = command;
    // A file that cannot be imported leaves no empty project behind.
    if let Some(file) = from {
        studio::read_file(file, *craft)?;
    }
    let session = Session::start()?;
    let desk = session.studio.create(project, &session.language())?;
    let (craft, title, from) = (*craft, title.clone(), from.clone());
    let made = desk.call_blocking(move |papers| -> Result<_, studio::Error> {
        let id = match (from, craft, title) {
            (Some(file), craft, title) => {
                let id = papers.import(&file, craft)?;
                if let Some(title) = title {
                    papers.project.rename_document(id, &title, studio::now())?;
                    papers.binder_changed()?;
                }
                Some(id)
            }
            (None, None, None) => None,
            (None, craft, title) => {
                let title = title.unwrap_or_else(|| papers.project.title().to_owned());
                let craft = craft.unwrap_or(Craft::Screenplay);
                Some(papers.create(craft, &title, String::new(), Origin::Person)?)
            }
        };
        let info = id.map(|id| papers.project.document(id)).transpose()?;
        Ok((papers.id().to_owned(), info))
    })??;
    save(&desk)?;
    let (id, info) = made;
    if output.is_json() {
        output.value(&json::Made {
            project: id,
            path: project.display().to_string(),
            document: info.map(Into::into),
        })
    } else {
        output.line(&format!("Made {}.", project.display()))
    }
}

/// Lists documents.
pub(crate) fn list(command: &List, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = session.read(&command.project)?;
    let documents = desk.call_blocking(|papers| -> Result<Vec<_>, studio::Error> {
        let documents = papers.documents()?;
        let counted = documents.into_iter().map(|info| {
            let page = papers.sheet(info.id)?.page();
            let (bytes, counts) = (page.text().len(), page.counts());
            Ok(json::Listed::new(info, bytes, counts))
        });
        counted.collect()
    })??;
    if output.is_json() {
        return output.value(&json::List { documents });
    }
    for listed in documents {
        let json::Listed {
            document, words, ..
        } = &listed;
        output.line(&format!(
            "{}  {:<10}  {:>7}  {}",
            document.id, document.craft, words, document.title
        ))?;
    }
    Ok(())
}

/// Imports files.
pub(crate) fn import(command: &Import, output: &mut Output) -> Result<(), Failure> {
    for file in &command.files {
        studio::read_file(file, command.craft)?;
    }
    let session = Session::start()?;
    let desk = session.write(&command.project)?;
    let (files, craft) = (command.files.clone(), command.craft);
    let documents = desk.call_blocking(move |papers| -> Result<Vec<_>, studio::Error> {
        files
            .iter()
            .map(|file| {
                let id = papers.import(file, craft)?;
                Ok(json::Document::from(papers.project.document(id)?))
            })
            .collect()
    })??;
    save(&desk)?;
    if output.is_json() {
        return output.value(&json::Imported { documents });
    }
    for (file, document) in command.files.iter().zip(&documents) {
        output.line(&format!(
            "Imported {} as {} ({}, {}).",
            file.display(),
            document.title,
            document.craft,
            document.id
        ))?;
    }
    Ok(())
}

/// Exports a document.
pub(crate) fn export(command: &Export, output: &mut Output) -> Result<(), Failure> {
    let session = Session::start()?;
    let desk = session.read(&command.project)?;
    let info = document(&desk, &command.doc)?;
    let (id, to) = (info.id, command.to.clone());
    desk.call_blocking(move |papers| papers.export(id, &to))??;
    if output.is_json() {
        return output.value(&json::Exported {
            document: info.into(),
            path: command.to.display().to_string(),
        });
    }
    output.line(&format!(
        "Exported {} to {}.",
        info.title,
        command.to.display()
    ))
}

/// Checks a project.
pub(crate) fn check(command: &Check, output: &mut Output) -> Result<(), Failure> {
    // Without the studio, which reads more than a damaged project may have.
    let report = match Project::open(&command.project, None, Access::Read) {
        Ok(mut project) => match project.check() {
            Err(project::Error::Damaged(what)) => unreadable(what),
            report => report?,
        },
        Err(OpenError::Damaged { what }) => unreadable(what),
        Err(error) => return Err(studio::Error::from(error).into()),
    };
    let problems = report.problems.len();
    let checked = json::Checked::from(report);
    if output.is_json() {
        output.value(&checked)?;
    } else {
        for problem in &checked.problems {
            output.line(&problem.says)?;
        }
        if checked.ok {
            output.line(&format!(
                "{} is whole: {} documents, {} edits.",
                command.project.display(),
                checked.documents,
                checked.edits
            ))?;
        }
    }
    if problems > 0 {
        return Err(Failure::NotWhole {
            path: command.project.clone(),
            problems: Problems(problems),
        });
    }
    Ok(())
}

/// The report on a project of which so much is lost that no check of it can begin.
fn unreadable(what: Damage) -> CheckReport {
    let problem = match what {
        Damage::History { document } => Problem::History { document },
        Damage::Database | Damage::ProjectRow => Problem::Database {
            finding: what.to_string(),
        },
    };
    CheckReport {
        problems: vec![problem],
        ..CheckReport::default()
    }
}
