//! Copies of a project in the data folder, made as it is opened: one a day, the newest ten.

use std::path::Path;

use crate::error::Error;
use crate::papers::{Papers, now};

/// Copies that are kept of a project.
const KEEP: usize = 10;
/// Milliseconds between two copies, a little less than a day, so that a daily start makes a daily copy.
const APART: i64 = 20 * 60 * 60 * 1000;

impl Papers {
    /// Makes a copy in `folder` unless there is a recent one. The path of the new copy.
    ///
    /// # Errors
    /// Why there is none; the project is as it was.
    pub fn back_up(&mut self, folder: &Path) -> Result<Option<std::path::PathBuf>, Error> {
        let head = format!("{}-", self.id());
        let newest = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                name.strip_prefix(&head)?
                    .strip_suffix(".palimpsest")?
                    .parse::<i64>()
                    .ok()
            })
            .max();
        if newest.is_some_and(|made| now() - made < APART) {
            return Ok(None);
        }
        Ok(Some(self.project.back_up(folder, KEEP, now())?))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use project::{NewProject, Project};

    use super::*;

    #[test]
    fn one_copy_a_day_and_it_opens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Work.palimpsest");
        let new = NewProject {
            title: "Work".into(),
            language: "en".into(),
            now: now(),
        };
        let project = Project::create(&path, &new, None).unwrap();
        let mut papers = Papers::new(project, Arc::new(|_| {})).unwrap();
        let backups = folder.path().join("backups");
        let copy = papers.back_up(&backups).unwrap().unwrap();
        assert_eq!(papers.back_up(&backups).unwrap(), None);
        let mut copy = Project::open(&copy, None, project::Access::Read).unwrap();
        assert!(copy.check().unwrap().problems.is_empty());
    }
}
