//! Between the studio's types and those of the border. Core structs are taken apart in full, so that a new
//! field is a compile error here and not a silent omission.

use std::ops::Range;
use std::sync::Arc;

use crafts::{Utf16Offset, utf16_len};
use studio::{Card, Cards, News, Sheet, Shown};

use crate::wire::assistant as wa;
use crate::wire::error::Error;
use crate::wire::models as wm;
use crate::wire::page as wp;
use crate::wire::play as wy;
use crate::wire::project as wj;

impl From<&studio::Error> for Error {
    fn from(error: &studio::Error) -> Self {
        let studio::Told { code, facts } = error.told();
        Self {
            code: code.into(),
            facts: facts
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            detail: error.chain(),
        }
    }
}

impl From<studio::Error> for Error {
    fn from(error: studio::Error) -> Self {
        Self::from(&error)
    }
}

impl From<Arc<studio::Error>> for Error {
    fn from(error: Arc<studio::Error>) -> Self {
        Self::from(&*error)
    }
}

impl From<studio::Gone> for Error {
    fn from(error: studio::Gone) -> Self {
        studio::Error::from(error).into()
    }
}

impl From<project::Error> for Error {
    fn from(error: project::Error) -> Self {
        studio::Error::from(error).into()
    }
}

/// An id that came from the window.
///
/// # Errors
/// `unknown_id` where it is none.
pub(crate) fn id<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| {
        studio::Error::Unknown {
            what,
            id: text.to_owned(),
        }
        .into()
    })
}

pub(crate) fn craft(craft: crafts::Craft) -> wp::Craft {
    match craft {
        crafts::Craft::Screenplay => wp::Craft::Screenplay,
        crafts::Craft::Lyrics => wp::Craft::Lyrics,
        crafts::Craft::Story => wp::Craft::Story,
        crafts::Craft::Notes => wp::Craft::Notes,
    }
}

pub(crate) fn craft_in(craft: wp::Craft) -> crafts::Craft {
    match craft {
        wp::Craft::Screenplay => crafts::Craft::Screenplay,
        wp::Craft::Lyrics => crafts::Craft::Lyrics,
        wp::Craft::Story => crafts::Craft::Story,
        wp::Craft::Notes => crafts::Craft::Notes,
    }
}

pub(crate) fn unit(offset: Utf16Offset) -> u32 {
    u32::try_from(offset.0).unwrap_or(u32::MAX)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn span(sheet: &Sheet, range: &Range<usize>) -> wp::Span {
    wp::Span {
        from: unit(sheet.units(range.start)),
        to: unit(sheet.units(range.end)),
    }
}

/// A byte of a place that came from the window.
///
/// # Errors
/// `edit_refused` where it is outside the text.
pub(crate) fn byte(sheet: &Sheet, at: u32) -> Result<usize, Error> {
    sheet.byte(Utf16Offset(at as usize)).ok_or_else(|| {
        let len = sheet.text().len() as u64;
        project::Error::OutOfBounds {
            pos: u64::from(at),
            len,
        }
        .into()
    })
}

/// The window must speak of the text as it is.
///
/// # Errors
/// `stale_version`.
pub(crate) fn same_version(sheet: &Sheet, version: u32) -> Result<(), Error> {
    let (base, now) = (u64::from(version), sheet.version());
    if base == now {
        Ok(())
    } else {
        Err(project::Error::StaleVersion { base, now }.into())
    }
}

pub(crate) fn selection(sheet: &Sheet, selection: project::Selection) -> wp::Selection {
    let project::Selection { anchor, head } = selection;
    wp::Selection {
        anchor: unit(sheet.units(anchor as usize)),
        head: unit(sheet.units(head as usize)),
    }
}

pub(crate) fn line(text: &str, line: &crafts::Line) -> wp::Line {
    let crafts::Line {
        kind,
        depth,
        marks,
        gutter,
    } = line;
    let column = |at: usize| unit(utf16_len(text.get(..at).unwrap_or(text)));
    wp::Line {
        kind: (*kind).into(),
        depth: *depth,
        marks: marks
            .iter()
            .map(|crafts::Mark { range, kind }| {
                (column(range.start), column(range.end), (*kind).into())
            })
            .collect(),
        gutter: gutter.as_ref().map(|gutter| match gutter {
            crafts::Gutter::Syllables { lead, aside: 0 } => lead.to_string(),
            crafts::Gutter::Syllables { lead, aside } => format!("{lead}+{aside}"),
            crafts::Gutter::SceneNumber(number) => number.clone(),
        }),
    }
}

/// Lines `from..` of a text with what the craft says of them.
pub(crate) fn lines(text: &str, from: usize, lines: &[crafts::Line]) -> Vec<wp::Line> {
    text.split('\n')
        .skip(from)
        .zip(lines)
        .map(|(text, of)| line(text, of))
        .collect()
}

pub(crate) fn outline(sheet: &Sheet, items: &[crafts::OutlineItem]) -> Vec<wp::OutlineItem> {
    items
        .iter()
        .map(
            |crafts::OutlineItem {
                 kind,
                 depth,
                 title,
                 detail,
                 range,
             }| {
                let wp::Span { from, to } = span(sheet, range);
                wp::OutlineItem {
                    kind: (*kind).into(),
                    depth: *depth,
                    title: title.clone(),
                    detail: detail.clone(),
                    from,
                    to,
                }
            },
        )
        .collect()
}

pub(crate) fn problems(sheet: &Sheet, problems: &[crafts::Problem]) -> Vec<wp::Problem> {
    problems
        .iter()
        .map(
            |crafts::Problem {
                 code,
                 severity,
                 range,
                 found,
                 suggestion,
             }| {
                let wp::Span { from, to } = span(sheet, range);
                let line = sheet
                    .text()
                    .get(..range.start)
                    .map_or(0, |head| head.matches('\n').count());
                wp::Problem {
                    code: (*code).into(),
                    error: match severity {
                        crafts::Severity::Error => true,
                        crafts::Severity::Warning => false,
                    },
                    from,
                    to,
                    line: small(line + 1),
                    found: found.clone(),
                    suggestion: suggestion.clone(),
                }
            },
        )
        .collect()
}

pub(crate) fn counts(counts: crafts::Counts) -> wp::Counts {
    let crafts::Counts {
        words,
        characters,
        pages,
    } = counts;
    wp::Counts {
        words: small(words),
        characters: small(characters),
        pages,
    }
}

pub(crate) fn version(version: u64) -> u32 {
    u32::try_from(version).unwrap_or(u32::MAX)
}

pub(crate) fn news(sheet: &Sheet, news: &News) -> wp::PageNews {
    let News {
        version: at,
        patch,
        outline: items,
        problems: found,
        counts: sizes,
    } = news;
    let crafts::Patch {
        from,
        removed,
        lines: of,
    } = patch;
    wp::PageNews {
        version: version(*at),
        patch: wp::Patch {
            from: small(*from),
            removed: small(*removed),
            lines: lines(sheet.text(), *from, of),
        },
        outline: items.as_ref().map(|items| outline(sheet, items)),
        problems: found.as_ref().map(|found| problems(sheet, found)),
        counts: counts(*sizes),
    }
}

pub(crate) fn applied(sheet: &Sheet, shown: &Shown) -> wp::Applied {
    let Shown {
        changes,
        selection: select,
        news: fresh,
    } = shown;
    wp::Applied {
        changes: changes
            .iter()
            .map(|(range, insert)| wp::Change {
                from: unit(range.start),
                to: unit(range.end),
                insert: insert.clone(),
            })
            .collect(),
        selection: selection(sheet, *select),
        news: news(sheet, fresh),
    }
}

pub(crate) fn key_answer(sheet: &Sheet, answer: &crafts::KeyAnswer) -> wp::KeyAnswer {
    let crafts::KeyAnswer {
        edits,
        anchor,
        caret,
        intent,
    } = answer;
    // The selection counts in the text after the edits, which only the window will have.
    let after = edits
        .iter()
        .rev()
        .fold(sheet.text().to_owned(), |mut text, edit| {
            text.replace_range(edit.range.clone(), &edit.insert);
            text
        });
    let at = |byte: usize| unit(utf16_len(after.get(..byte).unwrap_or(&after)));
    wp::KeyAnswer {
        changes: edits
            .iter()
            .map(|edit| {
                let wp::Span { from, to } = span(sheet, &edit.range);
                wp::Change {
                    from,
                    to,
                    insert: edit.insert.clone(),
                }
            })
            .collect(),
        selection: wp::Selection {
            anchor: at(*anchor),
            head: at(*caret),
        },
        intent: intent.map(Into::into),
    }
}

pub(crate) fn saved(saved: studio::Saved, error: Option<&studio::Error>) -> wj::Saved {
    match saved {
        studio::Saved::Saved => wj::Saved::Saved,
        studio::Saved::Pending => wj::Saved::Pending,
        studio::Saved::Failed => wj::Saved::Failed {
            error: error.map_or_else(
                || Error {
                    code: "not_saved".into(),
                    facts: std::collections::BTreeMap::new(),
                    detail: String::new(),
                },
                Error::from,
            ),
        },
    }
}

fn text_unit(text: &str, byte: usize) -> u32 {
    unit(utf16_len(text.get(..byte).unwrap_or(text)))
}

pub(crate) fn candidate(card: &Card) -> wa::Candidate {
    let Card {
        candidate,
        taken,
        next,
        kinds,
        usage: _,
        error,
    } = card;
    let text = &candidate.text;
    wa::Candidate {
        id: candidate.id.to_string(),
        generation: candidate.generation.to_string(),
        take: candidate.index + 1,
        text: text.clone(),
        taken: text_unit(text, *taken),
        next: wa::Pieces {
            word: text_unit(text, next[0]),
            line: text_unit(text, next[1]),
            paragraph: text_unit(text, next[2]),
            all: unit(utf16_len(text)),
        },
        state: state(candidate.state),
        error: error.as_deref().map(Error::from),
        outcome: match candidate.outcome {
            project::Outcome::Untouched => wa::Outcome::Open,
            project::Outcome::Partly => wa::Outcome::Partly,
            project::Outcome::Taken => wa::Outcome::Taken,
            project::Outcome::Dismissed => wa::Outcome::Dismissed,
        },
        words: small(crafts::words(text)),
        kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
    }
}

pub(crate) fn state(state: project::CandidateState) -> wa::CandidateState {
    match state {
        project::CandidateState::Streaming => wa::CandidateState::Streaming,
        project::CandidateState::Ready => wa::CandidateState::Ready,
        project::CandidateState::Stopped => wa::CandidateState::Stopped,
        project::CandidateState::Failed => wa::CandidateState::Failed,
    }
}

/// A generation's cards. `sheet` is the page they belong to.
pub(crate) fn generation(cards: &Cards, sheet: Option<&Sheet>, running: bool) -> wa::Generation {
    let Cards {
        generation,
        settings,
        document,
        place,
        after,
        cards: of,
    } = cards;
    let seen = drafting::Seen::from_json(&generation.prompt).ok();
    wa::Generation {
        id: generation.id.to_string(),
        document: document.map(|id| id.to_string()).unwrap_or_default(),
        task: generation.task.clone(),
        instruction: settings.instruction.clone(),
        model: generation.model.clone(),
        host: settings.host.clone(),
        started: generation.started as f64,
        place: place
            .as_ref()
            .zip(sheet)
            .map(|(place, sheet)| span(sheet, place)),
        after: after.clone(),
        candidates: of.iter().map(candidate).collect(),
        prompt_tokens: seen.map_or(0, |seen| seen.prompt_tokens),
        seed: generation.seed.map(|seed| seed.to_string()),
        running,
    }
}

pub(crate) fn saw(cards: &Cards) -> Result<wa::Saw, Error> {
    let Cards {
        generation,
        settings,
        ..
    } = cards;
    let seen = drafting::Seen::from_json(&generation.prompt).map_err(|error| Error {
        code: "not_readable".into(),
        facts: std::collections::BTreeMap::new(),
        detail: error.to_string(),
    })?;
    let usage = cards
        .cards
        .iter()
        .find_map(|card| card.usage.clone())
        .unwrap_or_default();
    Ok(wa::Saw {
        task: generation.task.clone(),
        model: generation.model.clone(),
        host: settings.host.clone(),
        started: Some(generation.started as f64),
        parts: parts(&seen),
        left_out: left_out(&seen),
        answer_tokens: settings.max_tokens,
        prompt_tokens: if usage.prompt_tokens > 0 {
            usage.prompt_tokens
        } else {
            seen.prompt_tokens
        },
        reused_tokens: usage.reused_tokens,
        temperature: settings.temperature,
        seed: generation.seed.map(|seed| seed.to_string()),
        rate: usage.tokens_per_second as f32,
    })
}

pub(crate) fn preview(packed: &drafting::Packed, info: &inference::ModelInfo) -> wa::Saw {
    let drafting::Packed {
        prompt: _,
        seen,
        max_tokens,
        stop: _,
        sampling,
        thought_budget: _,
        cleaning: _,
    } = packed;
    wa::Saw {
        task: seen.task.clone(),
        model: info.name.clone(),
        host: studio::host(&info.place).map(Into::into),
        started: None,
        parts: parts(seen),
        left_out: left_out(seen),
        answer_tokens: *max_tokens,
        prompt_tokens: seen.prompt_tokens,
        reused_tokens: 0,
        temperature: sampling.temperature,
        seed: None,
        rate: 0.0,
    }
}

fn parts(seen: &drafting::Seen) -> Vec<wa::SawPart> {
    seen.parts
        .iter()
        .map(
            |drafting::Part {
                 name,
                 speaker: _,
                 text,
                 tokens,
                 range: _,
             }| wa::SawPart {
                name: name.id().into(),
                text: text.clone(),
                tokens: *tokens,
            },
        )
        .collect()
}

fn left_out(seen: &drafting::Seen) -> Vec<wa::SawLeftOut> {
    seen.left_out
        .iter()
        .map(
            |drafting::LeftOut {
                 what,
                 why,
                 titles,
                 range: _,
                 tokens,
             }| wa::SawLeftOut {
                what: if titles.is_empty() {
                    what.id().into()
                } else {
                    titles.join(", ")
                },
                tokens: *tokens,
                reason: match why {
                    drafting::Why::NoRoom => "did_not_fit".into(),
                    drafting::Why::NoPlace => "not_possible".into(),
                },
            },
        )
        .collect()
}

pub(crate) fn open_model(model: &studio::OpenModel) -> wm::OpenModel {
    let inference::ModelInfo {
        id,
        name,
        hash: _,
        parameters: _,
        place,
        device,
        mode: _,
    } = &model.info;
    let can = inference::Model::capabilities(&*model.engine);
    wm::OpenModel {
        id: id.clone(),
        name: name.clone(),
        host: studio::host(place).map(Into::into),
        device: match device {
            inference::Device::Cpu => "CPU".into(),
            inference::Device::Gpu(name) => name.clone(),
            inference::Device::Unknown => String::new(),
        },
        context: can.context,
        instruct: can.chat,
        starter: model.starter,
    }
}

pub(crate) fn model_state(state: &studio::ModelState) -> wm::ModelState {
    match state {
        studio::ModelState::None => wm::ModelState::None,
        studio::ModelState::Opening { name, percent } => wm::ModelState::Opening {
            name: name.clone(),
            percent: *percent,
        },
        studio::ModelState::Ready(model) => wm::ModelState::Ready {
            model: open_model(model),
        },
        studio::ModelState::Failed { name, error } => wm::ModelState::Failed {
            name: name.clone(),
            error: Error::from(&**error),
        },
    }
}

pub(crate) fn catalog_entry(choice: &studio::ModelChoice, chinese: bool) -> wm::CatalogEntry {
    let studio::ModelChoice { entry, path, fits } = choice;
    wm::CatalogEntry {
        name: entry.name.clone(),
        note: if chinese {
            entry.note.zh.clone()
        } else {
            entry.note.en.clone()
        },
        bytes: entry.size as f64,
        memory_mib: u32::try_from(entry.memory).unwrap_or(u32::MAX),
        fits: *fits,
        licence: entry.licence.clone(),
        languages: entry.languages.clone(),
        from: entry.source.clone(),
        path: path.as_ref().map(|path| path.display().to_string()),
        starter: entry.starter,
    }
}

pub(crate) fn play(from: String, scene: &story::Scene) -> wy::Play {
    let story::Scene { turns, stop } = scene;
    let last = turns.last();
    let problem = stop
        .as_ref()
        .map(
            |story::ReplayStop {
                 turn: _,
                 wanted,
                 dropped: _,
             }| wy::PlayProblem {
                code: "choice_gone".into(),
                found: wanted.clone(),
                line: None,
            },
        )
        .or_else(|| {
            last.and_then(|turn| turn.problems.first())
                .map(runtime_problem)
        });
    wy::Play {
        from,
        turns: turns
            .iter()
            .map(|turn| wy::Turn {
                chosen: turn.chosen.as_ref().map(|choice| choice.text.clone()),
                lines: turn
                    .lines
                    .iter()
                    .map(|story::PlayLine { text, tags }| wy::PlayLine {
                        text: text.clone(),
                        tags: tags.clone(),
                    })
                    .collect(),
            })
            .collect(),
        choices: last
            .map(|turn| {
                turn.choices
                    .iter()
                    .map(|choice| choice.text.clone())
                    .collect()
            })
            .unwrap_or_default(),
        ended: last.is_some_and(|turn| turn.ended),
        problem,
        variables: last
            .map(|turn| {
                turn.variables
                    .iter()
                    .map(|story::Variable { name, value, was }| wy::Variable {
                        name: name.clone(),
                        value: value.clone(),
                        was: was.clone(),
                    })
                    .collect()
            })
            .unwrap_or_default(),
        can_step_back: turns.len() > 1,
    }
}

fn runtime_problem(problem: &story::RuntimeProblem) -> wy::PlayProblem {
    use story::RuntimeProblem as P;
    let (code, found) = match problem {
        P::RanOut { at } => ("out_of_content", at.clone().unwrap_or_default()),
        P::Endless { at } => ("endless", at.clone().unwrap_or_default()),
        P::TooMuch { at } => ("too_much", at.clone().unwrap_or_default()),
        P::Stopped => ("stopped", String::new()),
        P::Failed { at: _, message } => ("runtime", message.clone()),
        P::Warned { at: _, message } => ("warned", message.clone()),
        P::Crashed { at } => ("crashed", at.clone().unwrap_or_default()),
    };
    wy::PlayProblem {
        code: code.into(),
        found,
        line: None,
    }
}

pub(crate) fn settings(settings: &studio::Settings) -> crate::wire::settings::Settings {
    let studio::Settings {
        language,
        theme,
        zoom,
        interface_size,
        capitals,
        typewriter,
        flat,
        page_face,
        author,
        instruct,
        answer_tokens,
        temperature,
        seed,
        announce,
        model,
        shortcuts,
        layout,
        said,
        no_dmabuf: _,
        unknown: _,
    } = settings.clone();
    crate::wire::settings::Settings {
        language,
        theme,
        zoom,
        interface_size,
        capitals,
        typewriter,
        flat,
        page_face,
        author,
        instruct,
        answer_tokens,
        temperature,
        seed,
        announce,
        model,
        shortcuts,
        layout,
        said,
    }
}

/// Settings from the window; what it does not know stays as it is.
pub(crate) fn settings_in(
    settings: crate::wire::settings::Settings,
    now: studio::Settings,
) -> studio::Settings {
    let crate::wire::settings::Settings {
        language,
        theme,
        zoom,
        interface_size,
        capitals,
        typewriter,
        flat,
        page_face,
        author,
        instruct,
        answer_tokens,
        temperature,
        seed,
        announce,
        model,
        shortcuts,
        layout,
        said,
    } = settings;
    studio::Settings {
        language,
        theme,
        zoom,
        interface_size,
        capitals,
        typewriter,
        flat,
        page_face,
        author,
        instruct,
        answer_tokens,
        temperature,
        seed,
        announce,
        model,
        shortcuts,
        layout,
        said,
        no_dmabuf: now.no_dmabuf,
        unknown: now.unknown,
    }
}
