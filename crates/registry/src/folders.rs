//! Where model files lie.

use std::path::{Path, PathBuf};

use crate::Catalog;

/// The folders that model files are sought in, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    folders: Vec<PathBuf>,
}

impl Places {
    /// Exactly these folders.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Where this program looks: `PALIMPSEST_MODELS` (several, parted as in `PATH`), the data folder
    /// (`PALIMPSEST_HOME`, else the system's), beside the program and where packages put them, and the
    /// `models` folder of the workspace that the program was built in.
    pub fn of_this_machine() -> Self {
        let mut folders = Vec::new();
        if let Some(list) = std::env::var_os("PALIMPSEST_MODELS") {
            folders
                .extend(std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()));
        }
        folders.extend(data_folder().map(|data| data.join("models")));
        if let Ok(program) = std::env::current_exe() {
            folders.extend(beside(&program));
        }
        if cfg!(target_os = "linux") {
            folders.push("/usr/lib/palimpsest/models".into());
        }
        if let Ok(program) = std::env::current_exe() {
            folders.extend(workspace(&program));
        }
        // Cargo names it to programs that it starts, also where the target folder lies elsewhere.
        if let Some(package) = std::env::var_os("CARGO_MANIFEST_DIR") {
            folders.extend(workspace(Path::new(&package)));
        }
        Self { folders }
    }

    /// The folders, in order.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The first file of this name.
    pub fn find(&self, file: &str) -> Option<PathBuf> {
        self.folders
            .iter()
            .map(|folder| folder.join(file))
            .find(|path| path.is_file())
    }

    /// The starter model's file. Its hash is not checked here: see [`crate::Hashes`].
    pub fn starter(&self) -> Option<PathBuf> {
        self.find(&Catalog::bundled().starter()?.file)
    }

    /// All model files of these folders, each name once, in the order in which they are found.
    pub fn models(&self) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = Vec::new();
        for folder in &self.folders {
            let Ok(entries) = std::fs::read_dir(folder) else {
                continue;
            };
            let mut here: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| {
                    path.extension()
                        .is_some_and(|end| end.eq_ignore_ascii_case("gguf"))
                })
                .filter(|path| path.is_file())
                .collect();
            here.sort();
            for path in here {
                if !found
                    .iter()
                    .any(|seen| seen.file_name() == path.file_name())
                {
                    found.push(path);
                }
            }
        }
        found
    }
}

/// The data folder: `PALIMPSEST_HOME`, else `palimpsest` in the system's.
pub(crate) fn data_folder() -> Option<PathBuf> {
    match std::env::var_os("PALIMPSEST_HOME") {
        Some(home) if !home.is_empty() => Some(home.into()),
        Some(_) | None => Some(dirs::data_dir()?.join("palimpsest")),
    }
}

/// `models` beside the program, and where a package (`bin`, `lib`) or a bundle (`Resources`) has it.
fn beside(program: &Path) -> Vec<PathBuf> {
    let Some(folder) = program.parent() else {
        return vec![];
    };
    ["models", "../lib/palimpsest/models", "../Resources/models"]
        .iter()
        .map(|path| folder.join(path))
        .collect()
}

/// `models` of the workspace around `path`, known by its catalogue.
fn workspace(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .take(6)
        .map(|folder| folder.join("models"))
        .find(|models| models.join("catalog.toml").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_first_folder_that_has_the_file_wins() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(a.path().join("x.gguf"), "").unwrap();
        fs::write(b.path().join("x.gguf"), "").unwrap();
        fs::write(b.path().join("Y.GGUF"), "").unwrap();
        fs::write(b.path().join("z.txt"), "").unwrap();
        let places = Places::new(vec!["/nowhere".into(), a.path().into(), b.path().into()]);
        assert_eq!(places.find("x.gguf"), Some(a.path().join("x.gguf")));
        assert_eq!(places.find("none.gguf"), None);
        assert_eq!(places.starter(), None);
        assert_eq!(
            places.models(),
            vec![a.path().join("x.gguf"), b.path().join("Y.GGUF")]
        );
    }

    #[test]
    fn the_workspace_is_known_by_its_catalogue() {
        let root = tempfile::tempdir().unwrap();
        let models = root.path().join("models");
        fs::create_dir_all(&models).unwrap();
        let program = root.path().join("target/debug/deps/studio");
        assert_eq!(workspace(&program), None);
        fs::write(models.join("catalog.toml"), "").unwrap();
        assert_eq!(workspace(&program), Some(models));
    }
}
