//! What the model saw: the prompt in its parts, kept with the generation.

use std::ops::Range;

use inference::{Message, Prompt, Role};
use serde::{Deserialize, Serialize};

use crate::Language;
use crate::style::Style;

/// What a part of a prompt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartName {
    /// Standing instructions.
    Instructions,
    /// Words before [`After`](Self::After).
    AfterLead,
    /// The page after the place.
    After,
    /// Words before [`Before`](Self::Before).
    BeforeLead,
    /// The page before the place.
    Before,
    /// Words before [`Selection`](Self::Selection).
    SelectionLead,
    /// What is to be rewritten.
    Selection,
    /// What the craft knows: syllables, knots, names.
    Facts,
    /// What is asked.
    Ask,
    /// The page's last line, with which the answer begins.
    Answer,
    /// What stands on an empty page.
    Blank,
}

impl PartName {
    const ALL: [Self; 11] = [
        Self::Instructions,
        Self::AfterLead,
        Self::After,
        Self::BeforeLead,
        Self::Before,
        Self::SelectionLead,
        Self::Selection,
        Self::Facts,
        Self::Ask,
        Self::Answer,
        Self::Blank,
    ];

    /// `instructions`, `after_lead`, `after` …
    pub fn id(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::AfterLead => "after_lead",
            Self::After => "after",
            Self::BeforeLead => "before_lead",
            Self::Before => "before",
            Self::SelectionLead => "selection_lead",
            Self::Selection => "selection",
            Self::Facts => "facts",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Blank => "blank",
        }
    }
}

/// Where a part stands in the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// In the text that the model goes on with.
    Page,
    /// In a message.
    Says(Role),
    /// At the beginning of the answer.
    Begins,
}

impl Speaker {
    const ALL: [Self; 5] = [
        Self::Page,
        Self::Says(Role::System),
        Self::Says(Role::User),
        Self::Says(Role::Assistant),
        Self::Begins,
    ];

    /// `page`, `system`, `user`, `assistant`, `answer`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Says(Role::System) => "system",
            Self::Says(Role::User) => "user",
            Self::Says(Role::Assistant) => "assistant",
            Self::Begins => "answer",
        }
    }
}

/// A part of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: PartName,
    /// Where it stands.
    pub speaker: Speaker,
    /// Its text.
    pub text: String,
    /// How many tokens it is. The page's stretches are counted in pieces at line ends, so that the sum may
    /// differ by a token or two from the model's own count.
    pub tokens: u32,
    /// Bytes of the document that it is, if it is any.
    pub range: Option<Range<usize>>,
}

/// What was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Left {
    /// Text of the page before what went along.
    Before,
    /// Text of the page after what went along.
    After,
    /// Facts of the craft.
    Facts,
    /// The instruction.
    Instruction,
}

impl Left {
    const ALL: [Self; 4] = [Self::Before, Self::After, Self::Facts, Self::Instruction];

    /// `before`, `after`, `facts`, `instruction`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Facts => "facts",
            Self::Instruction => "instruction",
        }
    }
}

/// Why it was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// There was no room.
    NoRoom,
    /// A model that goes on with the page itself has no place for it.
    NoPlace,
}

impl Why {
    const ALL: [Self; 2] = [Self::NoRoom, Self::NoPlace];

    /// `no_room`, `no_place`.
    pub fn id(self) -> &'static str {
        match self {
            Self::NoRoom => "no_room",
            Self::NoPlace => "no_place",
        }
    }
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What.
    pub what: Left,
    /// Why.
    pub why: Why,
    /// Titles of the scenes, sections or knots that begin in it, or the names that are missing.
    pub titles: Vec<String>,
    /// Bytes of the document.
    pub range: Option<Range<usize>>,
    /// About how many tokens.
    pub tokens: u32,
}

/// What the model saw, whole: kept with the generation as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The task's id.
    pub task: String,
    /// The task's version.
    pub version: u32,
    /// The language of its words.
    pub language: Language,
    /// How the model was addressed.
    pub style: Style,
    /// The prompt, in order.
    pub parts: Vec<Part>,
    /// What is not in it.
    pub left_out: Vec<LeftOut>,
    /// Tokens of the parts together and of the chat's own marks, about.
    pub prompt_tokens: u32,
}

/// Why stored JSON is not [`Seen`].
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    /// It is not JSON of this form.
    #[error("what the model saw cannot be read")]
    Form(#[source] serde_json::Error),
    /// It has a name that this version does not know.
    #[error("what the model saw names an unknown {kind}: {found}")]
    UnknownName {
        /// `part`, `speaker`, `style` …
        kind: &'static str,
        /// The name.
        found: String,
    },
}

impl Seen {
    /// The prompt that the parts make up, byte for byte: the parts of one speaker joined, in order.
    pub fn prompt(&self) -> Prompt {
        if !self.style.is_chat() {
            return Prompt::Raw(self.parts.iter().map(|part| part.text.as_str()).collect());
        }
        let mut messages: Vec<Message> = vec![];
        let mut answer_prefix = String::new();
        for part in &self.parts {
            match part.speaker {
                Speaker::Begins => answer_prefix.push_str(&part.text),
                Speaker::Says(role) => match messages.last_mut() {
                    Some(last) if last.role == role => last.text.push_str(&part.text),
                    _ => messages.push(Message {
                        role,
                        text: part.text.clone(),
                    }),
                },
                Speaker::Page => messages.push(Message {
                    role: Role::User,
                    text: part.text.clone(),
                }),
            }
        }
        Prompt::Chat {
            messages,
            answer_prefix,
        }
    }

    /// As JSON, to be stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&SeenJson::from(self)).expect("strings and numbers always are JSON")
    }

    /// Reads [`to_json`](Self::to_json).
    ///
    /// # Errors
    /// [`SeenError`] when it is something else.
    pub fn from_json(json: &str) -> Result<Self, SeenError> {
        let stored: SeenJson = serde_json::from_str(json).map_err(SeenError::Form)?;
        stored.try_into()
    }
}

/// The stored form. On disk for ever: add fields with defaults, never rename.
#[derive(Serialize, Deserialize)]
struct SeenJson {
    task: String,
    version: u32,
    language: String,
    style: String,
    parts: Vec<PartJson>,
    left_out: Vec<LeftOutJson>,
    prompt_tokens: u32,
}

#[derive(Serialize, Deserialize)]
struct PartJson {
    name: String,
    role: String,
    text: String,
    tokens: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<[usize; 2]>,
}

#[derive(Serialize, Deserialize)]
struct LeftOutJson {
    what: String,
    why: String,
    titles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<[usize; 2]>,
    tokens: u32,
}

impl From<&Seen> for SeenJson {
    fn from(seen: &Seen) -> Self {
        let Seen {
            task,
            version,
            language,
            style,
            parts,
            left_out,
            prompt_tokens,
        } = seen;
        Self {
            task: task.clone(),
            version: *version,
            language: language.tag().into(),
            style: style.id().into(),
            parts: parts.iter().map(PartJson::from).collect(),
            left_out: left_out.iter().map(LeftOutJson::from).collect(),
            prompt_tokens: *prompt_tokens,
        }
    }
}

impl From<&Part> for PartJson {
    fn from(part: &Part) -> Self {
        let Part {
            name,
            speaker,
            text,
            tokens,
            range,
        } = part;
        Self {
            name: name.id().into(),
            role: speaker.id().into(),
            text: text.clone(),
            tokens: *tokens,
            range: range.as_ref().map(|range| [range.start, range.end]),
        }
    }
}

impl From<&LeftOut> for LeftOutJson {
    fn from(left: &LeftOut) -> Self {
        let LeftOut {
            what,
            why,
            titles,
            range,
            tokens,
        } = left;
        Self {
            what: what.id().into(),
            why: why.id().into(),
            titles: titles.clone(),
            range: range.as_ref().map(|range| [range.start, range.end]),
            tokens: *tokens,
        }
    }
}

fn named<T: Copy, const N: usize>(
    all: [T; N],
    id: fn(T) -> &'static str,
    kind: &'static str,
    found: &str,
) -> Result<T, SeenError> {
    all.into_iter()
        .find(|known| id(*known) == found)
        .ok_or_else(|| SeenError::UnknownName {
            kind,
            found: found.into(),
        })
}

impl TryFrom<SeenJson> for Seen {
    type Error = SeenError;

    fn try_from(json: SeenJson) -> Result<Self, SeenError> {
        let range = |range: Option<[usize; 2]>| range.map(|[start, end]| start..end);
        Ok(Self {
            task: json.task,
            version: json.version,
            language: named(Language::ALL, Language::tag, "language", &json.language)?,
            style: named(Style::ALL, Style::id, "style", &json.style)?,
            parts: json
                .parts
                .into_iter()
                .map(|part| {
                    Ok(Part {
                        name: named(PartName::ALL, PartName::id, "part", &part.name)?,
                        speaker: named(Speaker::ALL, Speaker::id, "speaker", &part.role)?,
                        text: part.text,
                        tokens: part.tokens,
                        range: range(part.range),
                    })
                })
                .collect::<Result<_, SeenError>>()?,
            left_out: json
                .left_out
                .into_iter()
                .map(|left| {
                    Ok(LeftOut {
                        what: named(Left::ALL, Left::id, "kind of left out", &left.what)?,
                        why: named(Why::ALL, Why::id, "reason", &left.why)?,
                        titles: left.titles,
                        range: range(left.range),
                        tokens: left.tokens,
                    })
                })
                .collect::<Result<_, SeenError>>()?,
            prompt_tokens: json.prompt_tokens,
        })
    }
}
