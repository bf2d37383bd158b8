//! What is in the project file, read beside the program that has it open.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use project::{Access, Author, DocumentId, Project};

use crate::studio::Studio;

impl Studio {
    /// The project file of this data folder that was changed last.
    ///
    /// # Errors
    /// When there is none.
    pub fn project_file(&self) -> Result<PathBuf> {
        fs::read_dir(self.home().join("projects"))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "palimpsest"))
            .max_by_key(|path| path.metadata().and_then(|meta| meta.modified()).ok())
            .context("no project file")
    }

    /// Opens the project file to read.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn project(&self) -> Result<Project> {
        Ok(Project::open(&self.project_file()?, None, Access::Read)?)
    }

    /// The text of a document in the file.
    ///
    /// # Errors
    /// When there is none of that title.
    pub fn text_in_file(&self, title: &str) -> Result<String> {
        let mut project = self.project()?;
        let document = titled(&mut project, title)?;
        Ok(project.text(document)?)
    }

    /// What a model wrote of a document in the file, run by run.
    ///
    /// # Errors
    /// When there is none of that title.
    pub fn text_of_models(&self, title: &str) -> Result<Vec<String>> {
        let mut project = self.project()?;
        let document = titled(&mut project, title)?;
        let text = project.text(document)?;
        let runs = project.authors(document)?;
        let by_models = runs
            .into_iter()
            .filter(|(_, author)| matches!(author, Author::Generation { .. }));
        Ok(by_models
            .map(|(range, _)| text[range.start as usize..range.end as usize].to_owned())
            .collect())
    }

    /// What is wrong in the file; nothing where it is whole.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn faults(&self) -> Result<Vec<String>> {
        let report = self.project()?.check()?;
        Ok(report.problems.iter().map(ToString::to_string).collect())
    }
}

fn titled(project: &mut Project, title: &str) -> Result<DocumentId> {
    let found = project.documents_titled(title)?;
    Ok(found
        .first()
        .with_context(|| format!("no document {title:?}"))?
        .id)
}
