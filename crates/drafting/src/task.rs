//! A task as data: what it reads, what it says to the model, how the model is to write.
//!
//! Tasks are TOML: some are bundled, others come from the user's folder and may replace a bundled one by
//! its id. Templates are minijinja. They frame the page and never contain it, so what a writer wrote is
//! not read as a template.

use crafts::Craft;
use inference::Sampling;
use minijinja::{Environment, UndefinedBehavior, context};

use crate::Language;
use crate::task_file::{self, Setting};

/// What a task reads, and so what its answer does to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// The text around the caret; the answer goes on from there.
    Caret,
    /// The selection; the answer stands for it.
    Selection,
}

/// The same in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Words {
    /// The words in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// An instruction ready to be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Instruction {
    /// Its id in the task: `shorter`.
    pub id: String,
    /// What a menu calls it.
    pub title: Words,
    /// What the model is told.
    pub words: Words,
    /// How many times the selection the answer may be, instead of the task's own.
    pub growth: Option<f32>,
}

/// How the model is to write for a task in a craft.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Most tokens of an answer.
    pub max_tokens: u32,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// How words are chosen.
    pub sampling: Sampling,
}

/// A task. See [`Tasks`] for the bundled ones.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its id: `continue`.
    pub id: String,
    /// Raised by its author at each change of the prompt, so that generations can be told apart.
    pub version: u32,
    /// What a menu calls it.
    pub title: Words,
    /// What it reads.
    pub reads: Reads,
    /// Most tokens a reasoning model may think.
    pub thought_budget: u32,
    /// Most tokens of the page that go along; `None` = as many as fit.
    pub around: Option<u32>,
    /// How many times the selection an answer may be.
    pub growth: f32,
    /// Instructions ready to be chosen.
    pub instructions: Vec<Instruction>,
    pub(crate) base: Setting,
    pub(crate) crafts: [Setting; 4],
    pub(crate) prompts: [Prompts; 2],
}

/// The templates of one language, by the part that each renders.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Prompts {
    pub(crate) system: String,
    pub(crate) after: String,
    pub(crate) before: String,
    pub(crate) selection: String,
    pub(crate) facts: String,
    pub(crate) ask: String,
    pub(crate) ask_prefixed: String,
    pub(crate) raw_head: String,
    pub(crate) raw_ask: String,
    pub(crate) rules: [String; 4],
    pub(crate) blank: [String; 4],
}

impl Prompts {
    fn each(&self) -> impl Iterator<Item = &str> {
        [
            &self.system,
            &self.after,
            &self.before,
            &self.selection,
            &self.facts,
            &self.ask,
            &self.ask_prefixed,
            &self.raw_head,
            &self.raw_ask,
        ]
        .into_iter()
        .chain(&self.blank)
        .map(String::as_str)
    }
}

/// Why a task file is refused.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// It is not TOML, or has other fields than a task.
    #[error("the task file cannot be read")]
    File(#[source] Box<toml::de::Error>),
    /// One of its templates is none.
    #[error("the task {id} has a template that cannot be read")]
    Template {
        /// The task.
        id: String,
        /// Where and why.
        #[source]
        cause: Box<minijinja::Error>,
    },
}

/// Where a craft stands in arrays by craft.
pub(crate) fn craft_index(craft: Craft) -> usize {
    match craft {
        Craft::Screenplay => 0,
        Craft::Lyrics => 1,
        Craft::Story => 2,
        Craft::Notes => 3,
    }
}

impl Task {
    /// Reads a task from TOML and tries its templates.
    ///
    /// # Errors
    /// [`TaskError`] with the place in the file.
    pub fn from_toml(text: &str) -> Result<Self, TaskError> {
        let file: task_file::File =
            toml::from_str(text).map_err(|cause| TaskError::File(Box::new(cause)))?;
        let task = file.into_task();
        check_templates(&task).map_err(|cause| TaskError::Template {
            id: task.id.clone(),
            cause: Box::new(cause),
        })?;
        Ok(task)
    }

    /// How the model is to write in `craft`.
    pub fn settings(&self, craft: Craft) -> Settings {
        let own = &self.crafts[craft_index(craft)];
        let mut sampling = Sampling::default();
        self.base.sampling.apply(&mut sampling);
        own.sampling.apply(&mut sampling);
        Settings {
            max_tokens: own.max_tokens.or(self.base.max_tokens).unwrap_or(200),
            stop: own
                .stop
                .as_ref()
                .or(self.base.stop.as_ref())
                .cloned()
                .unwrap_or_default(),
            sampling,
        }
    }

    /// The ready instruction with this id.
    pub fn instruction(&self, id: &str) -> Option<&Instruction> {
        self.instructions.iter().find(|known| known.id == id)
    }

    pub(crate) fn prompts(&self, language: Language) -> &Prompts {
        match language {
            Language::English => &self.prompts[0],
            Language::Chinese => &self.prompts[1],
        }
    }
}

/// Renders every template with everything there is and with nothing, so that a name that no ask has is
/// found when the task is read and not in the middle of writing.
fn check_templates(task: &Task) -> Result<(), minijinja::Error> {
    let environment = environment();
    for full in [true, false] {
        let names: &[&str] = if full { &["name"] } else { &[] };
        let counts: &[u32] = if full { &[8] } else { &[] };
        let values = context! {
            rules => "",
            before => full,
            after => full,
            blank => full,
            counts,
            knots => names,
            people => names,
            instruction => if full { "words" } else { "" },
        };
        for template in task.prompts.iter().flat_map(Prompts::each) {
            environment.render_str(template, &values)?;
        }
    }
    Ok(())
}

/// What renders templates: strict about unknown names, and byte for byte.
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_keep_trailing_newline(true);
    environment
}

/// The tasks at hand, in the order of menus.
#[derive(Debug, Clone)]
pub struct Tasks(Vec<Task>);

impl Tasks {
    /// The bundled tasks: `continue`, `rewrite`.
    pub fn bundled() -> Self {
        Self(
            [
                include_str!("../tasks/continue.toml"),
                include_str!("../tasks/rewrite.toml"),
            ]
            .into_iter()
            .map(|text| Task::from_toml(text).expect("bundled tasks are read by the tests"))
            .collect(),
        )
    }

    /// Adds a task from the user's folder, in the place of one with the same id, or last.
    ///
    /// # Errors
    /// [`TaskError`]; the tasks are unchanged then.
    pub fn add(&mut self, toml: &str) -> Result<(), TaskError> {
        let task = Task::from_toml(toml)?;
        match self.0.iter_mut().find(|known| known.id == task.id) {
            Some(known) => *known = task,
            None => self.0.push(task),
        }
        Ok(())
    }

    /// The task with this id.
    pub fn get(&self, id: &str) -> Option<&Task> {
        self.0.iter().find(|task| task.id == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Task> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_tasks_are_whole_in_both_languages() {
        let tasks = Tasks::bundled();
        for task in tasks.iter() {
            for language in Language::ALL {
                let prompts = task.prompts(language);
                assert!(!prompts.system.is_empty() && !prompts.ask.is_empty());
                assert!(prompts.rules.iter().all(|rules| !rules.is_empty()));
                assert!(!task.title.get(language).is_empty());
            }
        }
        let rewrite = tasks.get("rewrite").unwrap();
        for id in ["shorter", "longer", "subtext", "tone"] {
            assert!(rewrite.instruction(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_craft_overrides_what_it_names_and_no_more() {
        let tasks = Tasks::bundled();
        let task = tasks.get("continue").unwrap();
        let (script, lyric) = (
            task.settings(Craft::Screenplay),
            task.settings(Craft::Lyrics),
        );
        assert_eq!(script.max_tokens, 200);
        assert_eq!(lyric.max_tokens, 120);
        assert_eq!(lyric.sampling.top_k, script.sampling.top_k);
        assert!(lyric.sampling.repeat_penalty < script.sampling.repeat_penalty);
    }

    const OWN: &str = r#"
        id = "punch-up"
        version = 3
        reads = "selection"
        [title]
        en = "Punch up"
        zh = "加强"
        [prompt.en]
        system = "You are funny."
        ask = "Make {{ instruction }} funnier."
        [prompt.zh]
        system = "你很幽默。"
        ask = "{{ instruction }}"
    "#;

    #[test]
    fn a_task_of_ones_own_joins_and_replaces() {
        let mut tasks = Tasks::bundled();
        tasks.add(OWN).unwrap();
        assert_eq!(tasks.iter().count(), 3);
        tasks
            .add(&OWN.replace("version = 3", "version = 4"))
            .unwrap();
        assert_eq!(tasks.iter().count(), 3);
        assert_eq!(tasks.get("punch-up").unwrap().version, 4);
    }

    #[test]
    fn a_broken_task_is_refused_with_its_place() {
        let mut tasks = Tasks::bundled();
        let error = tasks.add(&OWN.replace("version", "vresion")).unwrap_err();
        assert!(matches!(&error, TaskError::File(cause) if cause.span().is_some()));
        let error = tasks.add(&OWN.replace("}} funnier", "}")).unwrap_err();
        assert!(matches!(error, TaskError::Template { id, .. } if id == "punch-up"));
        let error = tasks
            .add(&OWN.replace("{{ instruction }} funnier", "{{ joke }}"))
            .unwrap_err();
        assert!(matches!(error, TaskError::Template { id, .. } if id == "punch-up"));
        assert_eq!(tasks.iter().count(), 2);
    }
}
