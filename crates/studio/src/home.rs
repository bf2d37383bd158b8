//! The data folder: settings, recent projects, consents, logs, models. Nothing in it is a project's.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use drafting::Tasks;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::settings::Settings;

/// Projects opened before that are remembered.
const RECENTS: usize = 20;

/// The data folder: `PALIMPSEST_HOME`, else `palimpsest` in the system's own.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
    /// Where new projects are proposed and the sample is put.
    projects: PathBuf,
}

/// Remote service of a project on this machine. Never in the project file: a mailed project must not send.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Consent {
    /// Whether text may leave.
    pub enabled: bool,
    /// Base URL as the writer gave it.
    pub url: String,
    /// Model at the service.
    pub model: String,
}

impl Home {
    /// The folder of this machine; made when it is missing.
    ///
    /// # Errors
    /// When there is none, or it cannot be made.
    pub fn of_this_machine() -> io::Result<Self> {
        let (folder, projects) = match std::env::var_os("PALIMPSEST_HOME") {
            Some(folder) => {
                let folder = PathBuf::from(folder);
                let projects = folder.join("projects");
                (folder, projects)
            }
            None => {
                let folder = dirs::data_dir()
                    .ok_or_else(|| {
                        io::Error::new(io::ErrorKind::NotFound, "no data folder on this system")
                    })?
                    .join("palimpsest");
                let documents = dirs::document_dir()
                    .or_else(dirs::home_dir)
                    .unwrap_or_else(|| folder.clone());
                (folder, documents.join("Palimpsest"))
            }
        };
        Self::at(folder, projects)
    }

    /// A home in a given place.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn at(folder: PathBuf, projects: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(folder.join("logs"))?;
        Ok(Self { folder, projects })
    }

    /// Where logs lie.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// The bundled tasks, with those of the `tasks` folder added or in their place. One that cannot be read is
    /// left out, and named in the log.
    pub fn tasks(&self) -> Tasks {
        let mut tasks = Tasks::bundled();
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.join("tasks"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "toml"))
            .collect();
        files.sort();
        for file in files {
            let read = fs::read_to_string(&file).map_err(|error| error.to_string());
            if let Err(error) = read.and_then(|toml| tasks.add(&toml).map_err(|e| e.to_string())) {
                tracing::warn!(file = %file.display(), error, "a task is left out");
            }
        }
        tasks
    }

    /// Where copies of projects are kept.
    pub fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }

    /// Where new projects are proposed.
    pub fn projects(&self) -> &Path {
        &self.projects
    }

    /// Settings; the defaults where the file is missing or unreadable (which is kept beside, renamed).
    pub fn settings(&self) -> Settings {
        self.read("settings.json")
    }

    /// Keeps settings.
    ///
    /// # Errors
    /// When the file cannot be written; the old one stands.
    pub fn save_settings(&self, settings: &Settings) -> io::Result<()> {
        self.write("settings.json", settings)
    }

    /// Whether Palimpsest was started here before.
    pub fn is_new(&self) -> bool {
        !self.folder.join("recents.json").exists()
    }

    /// Projects opened before, newest first; those that are gone are left out.
    pub fn recents(&self) -> Vec<PathBuf> {
        let paths: Vec<PathBuf> = self.read("recents.json");
        paths.into_iter().filter(|path| path.is_file()).collect()
    }

    /// Puts a project on top of the recent ones.
    ///
    /// # Errors
    /// When the list cannot be written.
    pub fn remember(&self, path: &Path) -> io::Result<()> {
        let mut paths: Vec<PathBuf> = self.read("recents.json");
        paths.retain(|known| known != path);
        paths.insert(0, path.to_path_buf());
        paths.truncate(RECENTS);
        self.write("recents.json", &paths)
    }

    /// The remote service of a project on this machine.
    pub fn consent(&self, project: &str) -> Consent {
        let all: BTreeMap<String, Consent> = self.read("remote.json");
        all.get(project).cloned().unwrap_or_default()
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save_consent(&self, project: &str, consent: &Consent) -> io::Result<()> {
        let mut all: BTreeMap<String, Consent> = self.read("remote.json");
        all.insert(project.to_owned(), consent.clone());
        self.write("remote.json", &all)
    }

    /// The document that was open last in a project on this machine.
    pub fn last_document(&self, project: &str) -> Option<String> {
        let all: BTreeMap<String, String> = self.read("last-documents.json");
        all.get(project).cloned()
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save_last_document(&self, project: &str, document: &str) -> io::Result<()> {
        let mut all: BTreeMap<String, String> = self.read("last-documents.json");
        if all.get(project).map(String::as_str) == Some(document) {
            return Ok(());
        }
        all.insert(project.to_owned(), document.to_owned());
        self.write("last-documents.json", &all)
    }

    fn read<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let path = self.folder.join(name);
        let Ok(text) = fs::read_to_string(&path) else {
            return T::default();
        };
        match serde_json::from_str(&text) {
            Ok(value) => value,
            Err(error) => {
                tracing::warn!(file = name, %error, "unreadable, kept aside");
                let _ = fs::rename(&path, path.with_extension("json.unreadable"));
                T::default()
            }
        }
    }

    /// Whole or not at all: a crash in the middle leaves the old file.
    fn write<T: Serialize>(&self, name: &str, value: &T) -> io::Result<()> {
        let path = self.folder.join(name);
        let part = self.folder.join(format!("{name}.part"));
        let mut file = fs::File::create(&part)?;
        file.write_all(&serde_json::to_vec_pretty(value)?)?;
        file.sync_all()?;
        fs::rename(part, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("data"), folder.path().join("projects")).unwrap();
        (folder, home)
    }

    #[test]
    fn settings_survive_and_unknown_keys_are_kept() {
        let (_folder, home) = home();
        fs::write(
            home.folder.join("settings.json"),
            r#"{"zoom": 120, "of_the_future": [1, 2]}"#,
        )
        .unwrap();
        let mut settings = home.settings();
        assert_eq!(settings.zoom, 120);
        settings.zoom = 90;
        home.save_settings(&settings).unwrap();
        let text = fs::read_to_string(home.folder.join("settings.json")).unwrap();
        assert!(text.contains("of_the_future"));
        assert_eq!(home.settings().zoom, 90);
    }

    #[test]
    fn a_task_of_the_writers_own_comes_in_place_of_the_bundled_one() {
        let (_folder, home) = home();
        let folder = home.folder.join("tasks");
        fs::create_dir_all(&folder).unwrap();
        let mine = include_str!("../../drafting/tasks/continue.toml")
            .replace("version = 1", "version = 7");
        fs::write(folder.join("continue.toml"), mine).unwrap();
        fs::write(folder.join("broken.toml"), "id = ").unwrap();
        let tasks = home.tasks();
        assert_eq!(tasks.get("continue").unwrap().version, 7);
        assert_eq!(tasks.iter().count(), Tasks::bundled().iter().count());
    }

    #[test]
    fn an_unreadable_file_is_kept_aside() {
        let (_folder, home) = home();
        fs::write(home.folder.join("settings.json"), "{").unwrap();
        assert_eq!(home.settings(), Settings::default());
        assert!(home.folder.join("settings.json.unreadable").exists());
    }

    #[test]
    fn recents_are_newest_first_and_forget_what_is_gone() {
        let (folder, home) = home();
        let paths: Vec<PathBuf> = ["a", "b"]
            .iter()
            .map(|n| folder.path().join(format!("{n}.palimpsest")))
            .collect();
        assert!(home.is_new());
        for path in &paths {
            fs::write(path, "").unwrap();
            home.remember(path).unwrap();
        }
        assert_eq!(home.recents(), vec![paths[1].clone(), paths[0].clone()]);
        fs::remove_file(&paths[1]).unwrap();
        assert_eq!(home.recents(), vec![paths[0].clone()]);
        assert!(!home.is_new());
    }
}
