//! What can be asked for.

use std::ops::Range;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use crafts::Craft;

/// Writes, drafts and plays scripts, lyrics and game stories, without a window.
///
/// Offsets are UTF-8 bytes. PROJECT is a .palimpsest file; DOC is the title of a document in it, or its id.
/// A project that is open elsewhere is read, and not written.
#[derive(Debug, Parser)]
#[command(name = "palimpsest-cli", version, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 could not, 2 wrong usage.\n\
    PALIMPSEST_HOME is the data folder, PALIMPSEST_MODELS where model files are sought first,\n\
    PALIMPSEST_API_KEY the key of a remote service, in place of the keyring's.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Prints JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Tells the causes of an error too.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// The commands. What each is told of itself stands at its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    List(List),
    Import(Import),
    Export(Export),
    Show(Show),
    Parse(Parse),
    Draft(Draft),
    Play(Play),
    History(History),
    Restore(Restore),
    Check(Check),
    Sample(Sample),
}

/// Makes a project, empty or with one document.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The project's file; there must be none yet.
    pub(crate) project: PathBuf,
    /// Craft of its first document; by default that of FILE.
    #[arg(long, value_parser = craft())]
    pub(crate) craft: Option<Craft>,
    /// Title of its first document; by default the name of FILE, or of the project.
    #[arg(long, value_name = "T")]
    pub(crate) title: Option<String>,
    /// A text file that is its first document.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
}

/// Lists the documents of a project.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The project's file.
    pub(crate) project: PathBuf,
}

/// Imports text files as documents of a project.
///
/// The craft of a file is that of its name: .fountain, .txt, .ink, .md. A title that is taken gets ` (2)`.
/// All files are read before the first is imported.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The files, in UTF-8, UTF-16 or GB18030.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Craft of the files, whatever their names are.
    #[arg(long, value_parser = craft())]
    pub(crate) craft: Option<Craft>,
}

/// Writes a document to a file.
///
/// A document that was imported gets the encoding and the line ends of its file again. A name that ends in
/// .html gets a page to read and print. A file of that name is replaced.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The document.
    pub(crate) doc: String,
    /// The file.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
}

/// Prints the text of a document, as it is or as it was.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The document.
    pub(crate) doc: String,
    /// Id of a version, as `history` lists it.
    #[arg(long = "version", value_name = "V")]
    pub(crate) at: Option<String>,
}

/// Prints the elements of a text file and what is doubtful about it.
///
/// The ranges of the elements tile the file's bytes as they are on disk: a byte order mark and line ends
/// of any kind belong to the elements. A file in UTF-16, GB18030 or another encoding is decoded first, as an
/// import does it, and offsets are then UTF-8 bytes of the decoded text: with line feeds, without a mark.
#[derive(Debug, Args)]
pub(crate) struct Parse {
    /// The file; `-` is standard input, which needs --craft.
    pub(crate) file: PathBuf,
    /// The craft; by default that of the file's name.
    #[arg(long, value_parser = craft(), required_if_eq("file", "-"))]
    pub(crate) craft: Option<Craft>,
}

/// What a model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    /// Go on from an offset.
    Continue,
    /// Write a selection anew by an instruction.
    Rewrite,
}

/// Drafts with a model and streams what it writes.
///
/// What comes is kept in the project as candidates; the text changes only by --accept. Ctrl+C stops the
/// draft, keeps what came, and accepts nothing.
#[derive(Debug, Args)]
pub(crate) struct Draft {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The document.
    pub(crate) doc: String,
    /// What is asked for.
    #[arg(long)]
    pub(crate) task: Task,
    /// Where to go on; by default the end.
    #[arg(long, value_name = "OFFSET", conflicts_with = "select")]
    pub(crate) at: Option<usize>,
    /// What to rewrite.
    #[arg(long, value_name = "A..B", value_parser = span, required_if_eq("task", "rewrite"))]
    pub(crate) select: Option<Range<usize>>,
    /// What the model is told: own words, or the id of a ready instruction, such as `shorter`.
    #[arg(long, value_name = "S", required_if_eq("task", "rewrite"))]
    pub(crate) instruction: Option<String>,
    /// How many takes.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(crate) takes: u32,
    /// Most tokens of a take; by default the task's own.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_tokens: Option<u32>,
    /// Seed of the first take, the others count up; by default a random one.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// A model file (GGUF); by default the one in the settings, else the starter.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["endpoint", "remote_model"])]
    pub(crate) model: Option<PathBuf>,
    /// Address of an OpenAI-compatible service. Naming it is the consent to send text there, for this call.
    #[arg(long, value_name = "URL", requires = "remote_model")]
    pub(crate) endpoint: Option<String>,
    /// Name of the model there.
    #[arg(long, value_name = "M", requires = "endpoint")]
    pub(crate) remote_model: Option<String>,
    /// Takes the K-th take, counted from 1, into the text.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(crate) accept: Option<u32>,
}

/// Plays a game story.
///
/// Without --choices it asks for them where a person sits at the terminal, and else plays up to the first
/// choice.
#[derive(Debug, Args)]
pub(crate) struct Play {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The document.
    pub(crate) doc: String,
    /// What to choose, counted from 1.
    #[arg(long, value_name = "1,2,…", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) choices: Vec<u32>,
    /// Plays from the knot at this offset; by default from the start.
    #[arg(long, value_name = "OFFSET")]
    pub(crate) at: Option<usize>,
}

/// Lists the versions of a document.
///
/// The oldest comes first; there is one for each act: an import, a stretch of typing, a taken draft, a
/// restore.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The document.
    pub(crate) doc: String,
    /// Only what the window lists: named versions, ends of sessions, and all that is not plain typing.
    #[arg(long)]
    pub(crate) brief: bool,
}

/// Brings a version of a document back, as a new edit.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The project's file.
    pub(crate) project: PathBuf,
    /// The document.
    pub(crate) doc: String,
    /// Id of the version, as `history` lists it.
    pub(crate) version: String,
}

/// Checks that a project is whole.
///
/// The database and its references are looked at, each history is replayed and must lead to its text, and
/// every byte must have an author.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The project's file.
    pub(crate) project: PathBuf,
}

/// Continues the sample scene with the model on this machine.
///
/// It opens the writer's own copy of the sample project, made when it is not there, streams a continuation
/// of its scene, takes it into the page, and says where that is saved.
#[derive(Debug, Args)]
pub(crate) struct Sample {
    /// Seed; by default a random one.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Most tokens; by default the task's own.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_tokens: Option<u32>,
}

fn craft() -> impl TypedValueParser<Value = Craft> {
    PossibleValuesParser::new(Craft::ALL.map(Craft::name))
        .try_map(|word| Craft::from_name(&word).ok_or("no craft"))
}

fn span(text: &str) -> Result<Range<usize>, &'static str> {
    let (from, to) = text.split_once("..").ok_or("give it as A..B")?;
    let offset = |text: &str| text.trim().parse::<usize>();
    let (Ok(from), Ok(to)) = (offset(from), offset(to)) else {
        return Err("A and B are offsets in bytes");
    };
    if from < to {
        Ok(from..to)
    } else {
        Err("B must be beyond A")
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_selection_is_two_offsets() {
        assert_eq!(span("3..17"), Ok(3..17));
        for wrong in ["3", "3..", "..3", "a..b", "5..3", "3..3", "-1..3"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
