//! Which craft a document is of, and the files that it goes by.

use std::fmt;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Craft {
    /// A film script in Fountain.
    Screenplay,
    /// A song as plain text.
    Lyrics,
    /// A game story in ink.
    Story,
    /// Anything, in Markdown.
    Notes,
}

impl Craft {
    /// Every craft, in the order in which a binder shows them.
    pub const ALL: [Self; 4] = [Self::Screenplay, Self::Lyrics, Self::Story, Self::Notes];

    /// Its word in project files, JSON and arguments.
    pub fn name(self) -> &'static str {
        match self {
            Self::Screenplay => "screenplay",
            Self::Lyrics => "lyrics",
            Self::Story => "story",
            Self::Notes => "notes",
        }
    }

    /// The craft of a word as [`Self::name`] gives it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|craft| craft.name() == name)
    }

    /// The ending of its files, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Screenplay => "fountain",
            Self::Lyrics => "txt",
            Self::Story => "ink",
            Self::Notes => "md",
        }
    }

    /// The craft of a file by its ending (without a dot, any case); `None` for all others.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "fountain" | "spmd" => Self::Screenplay,
            "txt" | "text" | "lyrics" => Self::Lyrics,
            "ink" => Self::Story,
            "md" | "markdown" => Self::Notes,
            _ => return None,
        })
    }

    /// The craft of a file by its name or path. `script.fountain.txt` is a screenplay.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let (stem, extension) = name.rsplit_once('.')?;
        let craft = Self::from_extension(extension)?;
        let inner = stem
            .rsplit_once('.')
            .and_then(|(_, inner)| Self::from_extension(inner));
        Some(inner.filter(|_| craft == Self::Lyrics).unwrap_or(craft))
    }
}

impl fmt::Display for Craft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_by_their_endings() {
        for craft in Craft::ALL {
            assert_eq!(Craft::from_extension(craft.extension()), Some(craft));
            assert_eq!(Craft::from_name(craft.name()), Some(craft));
        }
        assert_eq!(
            Craft::from_file_name("/a.b/The Ferry.FOUNTAIN"),
            Some(Craft::Screenplay)
        );
        assert_eq!(
            Craft::from_file_name("ferry.fountain.txt"),
            Some(Craft::Screenplay)
        );
        assert_eq!(
            Craft::from_file_name("C:\\songs\\bus.txt"),
            Some(Craft::Lyrics)
        );
        assert_eq!(Craft::from_file_name("notes.final.md"), Some(Craft::Notes));
        assert_eq!(Craft::from_file_name("txt"), None);
        assert_eq!(Craft::from_file_name("photo.png"), None);
    }
}
