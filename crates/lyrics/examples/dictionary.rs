//! Makes `assets/dictionaries/cmudict.fst` from the npm package `cmu-pronouncing-dictionary`:
//! `npm pack cmu-pronouncing-dictionary`, unpack it, then
//! `cargo run -p lyrics --example dictionary -- package/index.js assets/dictionaries/cmudict.fst`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, target] = arguments.as_slice() else {
        eprintln!("usage: dictionary index.js cmudict.fst");
        return ExitCode::from(2);
    };
    match make(source, target) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn make(source: &str, target: &str) -> std::io::Result<()> {
    let script = std::fs::read_to_string(source)?;
    let bytes = lyrics::compile(script.lines().filter_map(entry));
    eprintln!("{target}: {} bytes", bytes.len());
    std::fs::write(target, bytes)
}

/// `  "word(2)": "W ER1 D",` as word and phonemes. No word or phoneme of the package needs an escape.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (word, phonemes) = line.trim().strip_prefix('"')?.split_once("\": \"")?;
    let phonemes = phonemes
        .strip_suffix("\",")
        .or_else(|| phonemes.strip_suffix('"'))?;
    let word = word.split_once('(').map_or(word, |(word, _)| word);
    Some((word, phonemes))
}
