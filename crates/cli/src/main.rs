//! The studio in a terminal: everything but the window, over the same core.
//!
//! Exit codes: 0 done, 1 could not, 2 wrong usage. What was asked for goes to standard output; errors go to
//! standard error, one sentence, with `-v` the causes under it.

mod args;
mod clock;
mod draft;
mod failure;
mod history;
mod json;
mod output;
mod parse;
mod play;
mod projects;
mod sample;
mod session;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use studio::Home;

use crate::args::{Arguments, Command};
use crate::failure::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    if let Some(code) = studio::probe_main() {
        return code;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let verbose = arguments.verbose;
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(verbose),
    }
}

/// Help as it is; what is wrong with a call in one sentence, as all errors, without the summary under it.
fn usage(error: &clap::Error) -> ExitCode {
    let whole = error.render().to_string();
    // Nobody is left to tell where neither output can be written.
    let _ = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.print(),
        _ => {
            let sentence = whole.split("\n\n").next().unwrap_or(&whole);
            let words: Vec<&str> = sentence.split_whitespace().collect();
            writeln!(io::stderr(), "{}", words.join(" "))
        }
    };
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let output = &mut Output::new(arguments.json);
    // Written to the same log as the window's, until the end. A file is read without a data folder.
    let _log = match &arguments.command {
        Command::Parse(_) => None,
        Command::New(_)
        | Command::List(_)
        | Command::Import(_)
        | Command::Export(_)
        | Command::Show(_)
        | Command::Draft(_)
        | Command::Play(_)
        | Command::History(_)
        | Command::Restore(_)
        | Command::Check(_)
        | Command::Sample(_) => Home::of_this_machine()
            .ok()
            .and_then(|home| studio::start_logging(&home.logs())),
    };
    match arguments.command {
        Command::New(command) => projects::new(&command, output),
        Command::List(command) => projects::list(&command, output),
        Command::Import(command) => projects::import(&command, output),
        Command::Export(command) => projects::export(&command, output),
        Command::Show(command) => history::show(&command, output),
        Command::Parse(command) => parse::parse(&command, output),
        Command::Draft(command) => draft::draft(command, output),
        Command::Play(command) => play::play(&command, output),
        Command::History(command) => history::history(&command, output),
        Command::Restore(command) => history::restore(&command, output),
        Command::Check(command) => projects::check(&command, output),
        Command::Sample(command) => sample::sample(&command, output),
    }
}
