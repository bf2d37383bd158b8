//! What scripts read: siblings of the core's values. Each takes its value apart in full, so that a new
//! field must be thought of here.

use project::{Author as CoreAuthor, CheckReport, DocumentInfo, Problem as CoreProblem};
use serde::Serialize;

use crate::clock::rfc3339;

/// Whether an optional flag is left out.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A document.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) craft: String,
    pub(crate) folder: String,
    pub(crate) created: String,
    pub(crate) changed: String,
}

impl From<DocumentInfo> for Document {
    fn from(info: DocumentInfo) -> Self {
        let DocumentInfo {
            id,
            craft,
            title,
            folder,
            created,
            changed,
            caret: _, // the window's
        } = info;
        Self {
            id: id.to_string(),
            title,
            craft: craft.word().to_owned(),
            folder,
            created: rfc3339(created),
            changed: rfc3339(changed),
        }
    }
}

/// What `new` made.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    pub(crate) project: String,
    pub(crate) path: String,
    pub(crate) document: Option<Document>,
}

/// What `list` lists.
#[derive(Debug, Serialize)]
pub(crate) struct List {
    pub(crate) documents: Vec<Listed>,
}

/// A document with its size.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    #[serde(flatten)]
    pub(crate) document: Document,
    pub(crate) bytes: usize,
    pub(crate) words: usize,
    pub(crate) characters: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pages: Option<f32>,
}

impl Listed {
    pub(crate) fn new(info: DocumentInfo, bytes: usize, counts: crafts::Counts) -> Self {
        let crafts::Counts {
            words,
            characters,
            pages,
        } = counts;
        Self {
            document: info.into(),
            bytes,
            words,
            characters,
            pages,
        }
    }
}

/// What `import` made.
#[derive(Debug, Serialize)]
pub(crate) struct Imported {
    pub(crate) documents: Vec<Document>,
}

/// What `export` wrote.
#[derive(Debug, Serialize)]
pub(crate) struct Exported {
    pub(crate) document: Document,
    pub(crate) path: String,
}

/// What `show` shows.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    pub(crate) document: Document,
    pub(crate) version: Option<String>,
    pub(crate) text: String,
}

/// What `parse` reads.
#[derive(Debug, Serialize)]
pub(crate) struct Parsed {
    pub(crate) elements: Vec<Element>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// An element.
#[derive(Debug, Serialize)]
pub(crate) struct Element {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scene_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depth: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    dual: bool,
}

impl From<crafts::Element> for Element {
    fn from(element: crafts::Element) -> Self {
        let crafts::Element {
            kind,
            text,
            range,
            spans,
            scene_number,
            depth,
            extension,
            dual,
        } = element;
        Self {
            kind,
            text,
            start: range.start,
            end: range.end,
            spans: spans.into_iter().map(Into::into).collect(),
            scene_number,
            depth,
            extension,
            dual,
        }
    }
}

/// A span inside an element.
#[derive(Debug, Serialize)]
pub(crate) struct Span {
    #[serde(rename = "type")]
    kind: &'static str,
    start: usize,
    end: usize,
}

impl From<crafts::Mark> for Span {
    fn from(mark: crafts::Mark) -> Self {
        let crafts::Mark { range, kind } = mark;
        Self {
            kind,
            start: range.start,
            end: range.end,
        }
    }
}

/// A finding.
#[derive(Debug, Serialize)]
pub(crate) struct Diagnostic {
    code: &'static str,
    severity: &'static str,
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "String::is_empty")]
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
}

impl From<crafts::Problem> for Diagnostic {
    fn from(problem: crafts::Problem) -> Self {
        let crafts::Problem {
            code,
            severity,
            range,
            found,
            suggestion,
        } = problem;
        Self {
            code,
            severity: match severity {
                crafts::Severity::Error => "error",
                crafts::Severity::Warning => "warning",
            },
            start: range.start,
            end: range.end,
            found,
            suggestion,
        }
    }
}

/// What `history` lists.
#[derive(Debug, Serialize)]
pub(crate) struct History {
    pub(crate) versions: Vec<Version>,
}

/// A version.
#[derive(Debug, Serialize)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(crate) when: String,
    pub(crate) act: &'static str,
    pub(crate) author: Author,
    pub(crate) name: Option<String>,
    began: String,
    /// Characters that were put in for the first time.
    inserted: u64,
    /// Bytes that were taken away.
    deleted: u64,
    /// The act that it undoes or brings back, or the version that it restores.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    undone: bool,
}

impl From<project::Version> for Version {
    fn from(version: project::Version) -> Self {
        let project::Version {
            id,
            began,
            ended,
            kind,
            author,
            name,
            inserted,
            deleted,
            about,
            undone,
        } = version;
        Self {
            id: id.to_string(),
            when: rfc3339(ended),
            act: kind.word(),
            author: author.into(),
            name,
            began: rfc3339(began),
            inserted,
            deleted,
            about: about.map(|id| id.to_string()),
            undone,
        }
    }
}

/// Who wrote.
#[derive(Debug, Serialize)]
pub(crate) struct Author {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<String>,
}

impl Author {
    pub(crate) fn words(&self) -> String {
        match &self.name {
            Some(name) if !name.is_empty() => format!("{} {name}", self.kind),
            Some(_) | None => self.kind.to_owned(),
        }
    }
}

impl From<CoreAuthor> for Author {
    fn from(author: CoreAuthor) -> Self {
        let (kind, name, generation) = match author {
            CoreAuthor::Person { name } => ("person", Some(name), None),
            CoreAuthor::Generation { id, model } => ("model", Some(model), Some(id.to_string())),
            CoreAuthor::File { name } => ("file", Some(name), None),
            CoreAuthor::Unknown => ("unknown", None, None),
        };
        Self {
            kind,
            name,
            generation,
        }
    }
}

/// What `restore` did.
#[derive(Debug, Serialize)]
pub(crate) struct Restored {
    pub(crate) document: Document,
    pub(crate) restored: String,
    pub(crate) version: Option<String>,
}

/// What `check` found.
#[derive(Debug, Serialize)]
pub(crate) struct Checked {
    pub(crate) ok: bool,
    pub(crate) documents: u64,
    pub(crate) edits: u64,
    pub(crate) problems: Vec<Problem>,
}

impl From<CheckReport> for Checked {
    fn from(report: CheckReport) -> Self {
        let CheckReport {
            documents,
            edits,
            problems,
        } = report;
        Self {
            ok: problems.is_empty(),
            documents,
            edits,
            problems: problems.into_iter().map(Into::into).collect(),
        }
    }
}

/// Something wrong in a project.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    pub(crate) says: String,
}

impl From<CoreProblem> for Problem {
    fn from(problem: CoreProblem) -> Self {
        let says = problem.to_string();
        let (code, document) = match problem {
            CoreProblem::Database { finding: _ } => ("database", None),
            CoreProblem::Dangling {
                table: _,
                parent: _,
            } => ("dangling", None),
            CoreProblem::History { document } => ("history", Some(document)),
            CoreProblem::Text { document } => ("text", Some(document)),
            CoreProblem::Origin { document, bytes: _ } => ("origin", Some(document)),
            CoreProblem::Anchor { document } => ("anchor", Some(document)),
        };
        Self {
            code,
            document: document.map(|id| id.to_string()),
            says,
        }
    }
}

/// A play.
#[derive(Debug, Serialize)]
pub(crate) struct Played {
    /// Knot that it began at; empty = the start.
    from: String,
    turns: Vec<Turn>,
}

impl Played {
    pub(crate) fn new(from: String, scene: story::Scene) -> Self {
        let story::Scene {
            turns,
            stop: _, // of a replay after an edit
        } = scene;
        Self {
            from,
            turns: turns.into_iter().map(Into::into).collect(),
        }
    }
}

/// What happened between two choices.
#[derive(Debug, Serialize)]
struct Turn {
    chosen: Option<PlayLine>,
    lines: Vec<PlayLine>,
    choices: Vec<PlayLine>,
    ended: bool,
    problems: Vec<RuntimeProblem>,
    variables: Vec<Variable>,
    visits: Vec<Visit>,
}

impl From<story::Turn> for Turn {
    fn from(turn: story::Turn) -> Self {
        let story::Turn {
            chosen,
            lines,
            choices,
            ended,
            problems,
            variables,
            visits,
        } = turn;
        Self {
            chosen: chosen.map(Into::into),
            lines: lines.into_iter().map(Into::into).collect(),
            choices: choices.into_iter().map(Into::into).collect(),
            ended,
            problems: problems.into_iter().map(Into::into).collect(),
            variables: variables.into_iter().map(Into::into).collect(),
            visits: visits.into_iter().map(Into::into).collect(),
        }
    }
}

/// A line or a choice.
#[derive(Debug, Serialize)]
struct PlayLine {
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

impl From<story::PlayLine> for PlayLine {
    fn from(line: story::PlayLine) -> Self {
        let story::PlayLine { text, tags } = line;
        Self { text, tags }
    }
}

impl From<story::Choice> for PlayLine {
    fn from(choice: story::Choice) -> Self {
        let story::Choice { text, tags } = choice;
        Self { text, tags }
    }
}

/// A global variable.
#[derive(Debug, Serialize)]
struct Variable {
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<String>,
}

impl From<story::Variable> for Variable {
    fn from(variable: story::Variable) -> Self {
        let story::Variable { name, value, was } = variable;
        Self { name, value, was }
    }
}

/// How often a knot was seen.
#[derive(Debug, Serialize)]
struct Visit {
    path: String,
    count: u32,
}

impl From<story::Visit> for Visit {
    fn from(visit: story::Visit) -> Self {
        let story::Visit { path, count } = visit;
        Self { path, count }
    }
}

/// Why a turn did not end as it should.
#[derive(Debug, Serialize)]
pub(crate) struct RuntimeProblem {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    pub(crate) says: String,
}

impl From<story::RuntimeProblem> for RuntimeProblem {
    fn from(problem: story::RuntimeProblem) -> Self {
        use story::RuntimeProblem as P;
        let (code, at, says) = match problem {
            P::RanOut { at } => ("ran_out", at, "the story runs out".to_owned()),
            P::Endless { at } => ("endless", at, "the story goes round for ever".to_owned()),
            P::TooMuch { at } => (
                "too_much",
                at,
                "the story prints more than a turn may".to_owned(),
            ),
            P::Stopped => ("stopped", None, "the story was stopped".to_owned()),
            P::Failed { at, message } => ("failed", at, message),
            P::Warned { at, message } => ("warned", at, message),
            P::Crashed { at } => ("crashed", at, "the player broke down".to_owned()),
        };
        let says = match &at {
            Some(at) => format!("{says} (in {at})"),
            None => says,
        };
        Self { code, at, says }
    }
}

/// What happens while a model drafts: one line each, `Finished`, `Stopped` or `Failed` last.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum DraftEvent {
    /// It begins.
    Started {
        generation: String,
        candidates: Vec<String>,
        model: String,
        /// Where the text goes; none = it stays on this machine.
        host: Option<String>,
        /// `raw`, `chat_with_prefix`, `chat_only`.
        style: &'static str,
        prompt_tokens: u32,
        seed: Option<u64>,
    },
    /// The prompt is read. Takes count from 1.
    Reading {
        take: u32,
        done: u32,
        total: u32,
        reused: u32,
    },
    /// The model thinks.
    Thinking { take: u32, tokens: u32 },
    /// Words.
    Text {
        take: u32,
        text: String,
        /// Tokens of the take so far.
        tokens: u32,
    },
    /// The words of this take so far were thoughts, and are gone.
    Retracted { take: u32 },
    /// A take ended.
    Ended(TakeEnd),
    /// A take was taken into the text.
    Accepted {
        take: u32,
        document: String,
        start: usize,
        end: usize,
    },
    /// All takes are whole.
    Finished(Cost),
    /// It was stopped; what came is kept.
    Stopped(Cost),
    /// No take became whole.
    Failed(Cost),
}

/// How a take ended.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TakeEnd {
    pub(crate) take: u32,
    /// `finished`, `stopped`, `failed`.
    pub(crate) state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    pub(crate) prompt_tokens: u32,
    pub(crate) reused_tokens: u32,
    pub(crate) generated_tokens: u32,
    pub(crate) thought_tokens: u32,
    pub(crate) ttft_ms: f64,
    pub(crate) tokens_per_second: f64,
    pub(crate) seed: Option<u64>,
}

impl TakeEnd {
    pub(crate) fn new(
        take: u32,
        state: &'static str,
        error: Option<String>,
        usage: inference::Usage,
    ) -> Self {
        let inference::Usage {
            prompt_tokens,
            reused_tokens,
            generated_tokens,
            thought_tokens,
            ttft_ms,
            tokens_per_second,
            seed,
        } = usage;
        Self {
            take,
            state,
            error,
            prompt_tokens,
            reused_tokens,
            generated_tokens,
            thought_tokens,
            ttft_ms,
            tokens_per_second,
            seed,
        }
    }
}

/// What a draft cost: the prompt once, what was written by all takes, the first word of the quickest.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Cost {
    pub(crate) generation: String,
    pub(crate) prompt_tokens: u32,
    pub(crate) reused_tokens: u32,
    pub(crate) generated_tokens: u32,
    pub(crate) ttft_ms: f64,
    pub(crate) tokens_per_second: f64,
    /// `fast`, `exact`.
    pub(crate) mode: &'static str,
    pub(crate) seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}
