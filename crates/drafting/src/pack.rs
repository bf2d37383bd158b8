//! From an ask to the exact prompt.
//!
//! The rule. Fixed parts, the answer and the thoughts have their tokens first. What is left is the page's
//! room: up to a tenth of it goes to the text after the place, the rest to the text before it, backwards
//! from the caret, which begins at a scene, section or knot border (see `window`). What is left out is
//! named. The prompt stands in the order of its stability: instructions, the page after the place, the page
//! up to it, then what changes with every ask. A model that goes on with the page itself gets the page
//! before the caret and nothing else.

use std::ops::Range;

use crafts::Craft;
use inference::{Priority, Prompt, Request, Sampling};

use crate::clean::{Cleaner, Cleaning};
use crate::error::Error;
use crate::frame::{Around, Draft, Stretches};
use crate::language::Language;
use crate::seam::{Fit, Seam};
use crate::seen::{Left, LeftOut, Seen, Why};
use crate::style::Style;
use crate::task::{Reads, Task, environment};
use crate::tokens::{Counts, Tokens};
use crate::window::{Border, Stretch, backwards, forwards};

/// Where the answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// In at this byte.
    Caret(usize),
    /// In the place of these bytes.
    Selection(Range<usize>),
}

/// What the writer tells the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruct {
    /// A ready instruction of the task, by its id.
    Ready(String),
    /// The writer's own words.
    Own(String),
}

/// What the craft knows of the place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Syllables of the lines of the section so far, or of the selection.
    pub syllables: Vec<u32>,
    /// Knots that a divert may go to.
    pub knots: Vec<String>,
    /// Who has spoken, the latest first.
    pub people: Vec<String>,
}

impl Facts {
    fn is_empty(&self) -> bool {
        self.syllables.is_empty() && self.knots.is_empty() && self.people.is_empty()
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask<'a> {
    /// The page's craft.
    pub craft: Craft,
    /// The page.
    pub text: &'a str,
    /// Where.
    pub spot: Spot,
    /// What the writer tells the model.
    pub instruct: Option<Instruct>,
    /// Where scenes, sections, knots and headings begin, in order.
    pub borders: &'a [Border],
    /// What the craft knows.
    pub facts: Facts,
    /// The language of the prompt; `None` = the text's own.
    pub language: Option<Language>,
    /// Most tokens of the answer; `None` = the task's own.
    pub max_tokens: Option<u32>,
}

/// What the model can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Tokens of prompt and answer together.
    pub context: u32,
    /// The model thinks before it answers, and its thoughts need room too.
    pub thinks: bool,
}

/// A prompt ready to be sent, and how its answer is to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// The prompt: exactly what the parts of `seen` make up.
    pub prompt: Prompt,
    /// Its parts with their tokens, and what was left out.
    pub seen: Seen,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// How words are chosen.
    pub sampling: Sampling,
    /// Most tokens of thought.
    pub thought_budget: u32,
    /// How the answer is cleaned and joined to the page; for a [`Cleaner`](crate::Cleaner).
    pub cleaning: Cleaning,
}

impl Packed {
    /// The request for one take.
    pub fn request(&self, seed: Option<u64>, priority: Priority) -> Request {
        Request {
            prompt: self.prompt.clone(),
            sampling: self.sampling.clone(),
            max_tokens: self.max_tokens,
            stop: self.stop.clone(),
            seed,
            priority,
            thought_budget: self.thought_budget,
            alternatives: 0,
        }
    }

    /// The cleaner for one take.
    pub fn cleaner(&self) -> Cleaner {
        Cleaner::new(self.cleaning.clone())
    }
}

/// How many names of a kind go into the facts at most.
const MOST_NAMES: usize = 48;

/// The least room for the page with which asking makes sense, in tokens.
const LEAST_ROOM: u32 = 64;

/// How much of the text around the place decides its language, in bytes.
const LANGUAGE_WINDOW: usize = 4000;

/// How much of the page a seam needs, in bytes.
const SEAM_BEFORE: usize = 4000;
const SEAM_AFTER: usize = 400;

/// Packs the prompt for `ask`. Counts tokens a dozen times at the first ask of a page and a few times at
/// later ones, if `counts` is kept.
///
/// # Errors
/// [`Error`]; mostly that the model reads too little.
pub fn pack(
    task: &Task,
    ask: &Ask<'_>,
    style: Style,
    limits: Limits,
    tokens: &dyn Tokens,
    counts: &mut Counts,
) -> Result<Packed, Error> {
    let mut counter = counts.with(tokens);
    let place = place(task, ask)?;
    let language = ask
        .language
        .or_else(|| language_at(ask.text, &place))
        .unwrap_or(Language::English);
    let (instruction, growth) = instruction(task, ask, language)?;
    let settings = task.settings(ask.craft);
    let (facts, unnamed) = bounded(&ask.facts);
    let before_all = &ask.text[..place.start];
    let draft = Draft {
        task,
        prompts: task.prompts(language),
        environment: environment(),
        craft: ask.craft,
        style,
        facts: &facts,
        instruction: instruction.as_deref(),
        blank: before_all.trim().is_empty(),
    };

    // The selection always goes whole.
    let selection = &ask.text[place.clone()];
    let selection_tokens = counter.of(selection);
    let max_tokens = ask.max_tokens.unwrap_or_else(|| match task.reads {
        Reads::Caret => settings.max_tokens,
        Reads::Selection => {
            let grown = f64::from(selection_tokens) * f64::from(growth.unwrap_or(task.growth));
            (grown.ceil() as u32 + 48).min(settings.max_tokens.max(selection_tokens + 48))
        }
    });
    let thoughts = if limits.thinks {
        task.thought_budget
    } else {
        0
    };

    // Spaces at the caret are kept from a model that goes on from there: it would rather begin its word
    // with one, and few tokens begin without.
    let goes_on = task.reads == Reads::Caret && style != Style::ChatOnly;
    let end = if goes_on {
        before_all.trim_end_matches([' ', '\t']).len()
    } else {
        place.start
    };
    let around = |flag: bool| Around {
        before: flag && !before_all.trim().is_empty(),
        after: flag && style.is_chat() && !ask.text[place.end..].trim().is_empty(),
    };

    // First the fixed parts as if all text went along, then the page, then the parts as they are.
    let fixed: u32 = draft
        .frame(&around(true))?
        .iter()
        .map(|(_, _, text)| counter.of(text))
        .sum::<u32>()
        + wrapper(style)
        + selection_tokens;
    let taken = fixed.saturating_add(max_tokens).saturating_add(thoughts);
    let mut room = limits.context.saturating_sub(taken);
    let text_left = !before_all.trim().is_empty();
    if taken >= limits.context || (text_left && room < LEAST_ROOM) {
        return Err(Error::NoRoom {
            needed: taken.saturating_add(LEAST_ROOM),
            context: limits.context,
        });
    }
    if let Some(most) = task.around {
        room = room.min(most);
    }
    // A model without instructions for the rewrite sees the selection alone.
    let reads_page = task.reads == Reads::Caret || style.is_chat();
    let after = if around(true).after {
        forwards(ask.text, place.end, room / 10, ask.borders, &mut counter)
    } else {
        Stretch {
            range: place.end..place.end,
            tokens: 0,
        }
    };
    let before = if reads_page {
        backwards(
            ask.text,
            end,
            room - after.tokens,
            ask.borders,
            &mut counter,
        )
    } else {
        Stretch {
            range: end..end,
            tokens: 0,
        }
    };

    let page = Stretches {
        text: ask.text,
        selection: Stretch {
            range: place.clone(),
            tokens: selection_tokens,
        },
        before,
        after,
    };
    let has_words = |stretch: &Stretch| !ask.text[stretch.range.clone()].trim().is_empty();
    let frame = draft.frame(&Around {
        before: has_words(&page.before),
        after: has_words(&page.after),
    })?;
    let parts = draft.assemble(frame, &page, &mut counter);
    let left_out = left_out(ask, &draft, &page, end, unnamed);
    let prompt_tokens = parts.iter().map(|part| part.tokens).sum::<u32>() + wrapper(style);
    let seen = Seen {
        task: task.id.clone(),
        version: task.version,
        language,
        style,
        parts,
        left_out,
        prompt_tokens,
    };
    let mut stop = settings.stop;
    if task.reads == Reads::Selection && !style.is_chat() && !selection.trim().contains("\n\n") {
        // A model that only goes on would go on to other things after its paragraph.
        stop.push("\n\n".into());
    }
    Ok(Packed {
        prompt: seen.prompt(),
        seen,
        max_tokens,
        stop,
        sampling: settings.sampling,
        thought_budget: task.thought_budget,
        cleaning: cleaning(task, ask, &place, style),
    })
}

fn place(task: &Task, ask: &Ask<'_>) -> Result<Range<usize>, Error> {
    let place = match (&ask.spot, task.reads) {
        (Spot::Caret(at), Reads::Caret) => *at..*at,
        (Spot::Selection(range), Reads::Selection) if !range.is_empty() => range.clone(),
        (Spot::Caret(_), Reads::Selection) | (Spot::Selection(_), _) => {
            return Err(Error::WrongPlace {
                task: task.id.clone(),
            });
        }
    };
    if ask.text.get(place.clone()).is_none() {
        return Err(Error::NoSuchPlace {
            start: place.start,
            end: place.end,
            len: ask.text.len(),
        });
    }
    Ok(place)
}

/// The language around the place.
fn language_at(text: &str, place: &Range<usize>) -> Option<Language> {
    let from = text.floor_char_boundary(place.start.saturating_sub(LANGUAGE_WINDOW));
    let to = text.floor_char_boundary((place.end + LANGUAGE_WINDOW).min(text.len()));
    Language::of(&text[from..to])
}

fn instruction(
    task: &Task,
    ask: &Ask<'_>,
    language: Language,
) -> Result<(Option<String>, Option<f32>), Error> {
    match &ask.instruct {
        Some(Instruct::Own(words)) if !words.trim().is_empty() => {
            Ok((Some(words.trim().to_owned()), None))
        }
        Some(Instruct::Ready(id)) => {
            let ready = task
                .instruction(id)
                .ok_or_else(|| Error::UnknownInstruction {
                    task: task.id.clone(),
                    id: id.clone(),
                })?;
            Ok((Some(ready.words.get(language).to_owned()), ready.growth))
        }
        Some(Instruct::Own(_)) | None => match task.reads {
            Reads::Caret => Ok((None, None)),
            // A task of the user's own may have its instruction in its templates.
            Reads::Selection if task.instructions.is_empty() => Ok((None, None)),
            Reads::Selection => Err(Error::NoInstruction {
                task: task.id.clone(),
            }),
        },
    }
}

/// The facts with no more names than fit a prompt, and the names left out.
fn bounded(facts: &Facts) -> (Facts, Vec<String>) {
    let mut facts = facts.clone();
    let mut unnamed = vec![];
    for names in [&mut facts.knots, &mut facts.people] {
        unnamed.extend(names.drain(names.len().min(MOST_NAMES)..));
    }
    let skip = facts.syllables.len().saturating_sub(MOST_NAMES);
    facts.syllables.drain(..skip);
    (facts, unnamed)
}

/// Tokens of a chat's own marks: about eight a message in all common forms.
fn wrapper(style: Style) -> u32 {
    if style.is_chat() { 24 } else { 1 }
}

fn left_out(
    ask: &Ask<'_>,
    draft: &Draft<'_>,
    page: &Stretches<'_>,
    end: usize,
    unnamed: Vec<String>,
) -> Vec<LeftOut> {
    let (before, after) = (&page.before, &page.after);
    // By the density of what went along.
    let (bytes, tokens) = (
        before.range.len() + after.range.len(),
        before.tokens + after.tokens,
    );
    let estimate = |range: &Range<usize>| {
        if bytes == 0 {
            range.len().div_ceil(4) as u32
        } else {
            (range.len() as u64 * u64::from(tokens)).div_ceil(bytes as u64) as u32
        }
    };
    let titles = |range: &Range<usize>| {
        ask.borders
            .iter()
            .filter(|border| range.contains(&border.at))
            .map(|border| border.title.clone())
            .collect()
    };
    let mut left = vec![];
    let raw = !draft.style.is_chat();
    for (what, range) in [
        (Left::Before, 0..before.range.start.min(end)),
        (Left::After, after.range.end..ask.text.len()),
    ] {
        if ask.text[range.clone()].trim().is_empty() {
            continue;
        }
        let no_place = raw && (what == Left::After || draft.task.reads == Reads::Selection);
        left.push(LeftOut {
            what,
            why: if no_place { Why::NoPlace } else { Why::NoRoom },
            titles: titles(&range),
            tokens: estimate(&range),
            range: Some(range),
        });
    }
    if raw && !draft.facts.is_empty() {
        left.push(LeftOut {
            what: Left::Facts,
            why: Why::NoPlace,
            titles: vec![],
            range: None,
            tokens: 0,
        });
    } else if !unnamed.is_empty() {
        left.push(LeftOut {
            what: Left::Facts,
            why: Why::NoRoom,
            titles: unnamed,
            range: None,
            tokens: 0,
        });
    }
    if raw && draft.task.reads == Reads::Caret && draft.instruction.is_some() {
        left.push(LeftOut {
            what: Left::Instruction,
            why: Why::NoPlace,
            titles: vec![],
            range: None,
            tokens: 0,
        });
    }
    left
}

fn cleaning(task: &Task, ask: &Ask<'_>, place: &Range<usize>, style: Style) -> Cleaning {
    let text = ask.text;
    let (before, fit) = match task.reads {
        Reads::Selection => (&text[place.clone()], Fit::Replaces),
        Reads::Caret => {
            let from = text.floor_char_boundary(place.start.saturating_sub(SEAM_BEFORE));
            let blank = text[..place.start].trim().is_empty();
            let fit = match style {
                Style::Raw => Fit::Exact,
                Style::ChatWithPrefix if !blank => Fit::Exact,
                Style::ChatWithPrefix | Style::ChatOnly => Fit::Loose,
            };
            (&text[from..place.start], fit)
        }
    };
    let to = text.ceil_char_boundary((place.end + SEAM_AFTER).min(text.len()));
    Cleaning {
        seam: Seam {
            craft: ask.craft,
            before: before.into(),
            after: text[place.end..to].into(),
            fit,
        },
        chatter: style.is_chat(),
        echo: style.is_chat() && task.reads == Reads::Caret,
        begins_in_thought: false,
    }
}
