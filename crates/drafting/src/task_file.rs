//! The form of a task file. See `tasks/continue.toml`, which names every field that there is.

use inference::Sampling;
use serde::Deserialize;

use crate::task::{Instruction, Prompts, Reads, Task, Words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    id: String,
    version: u32,
    title: WordsFile,
    reads: ReadsFile,
    max_tokens: Option<u32>,
    stop: Option<Vec<String>>,
    #[serde(default)]
    sampling: SamplingChanges,
    #[serde(default = "default_thoughts")]
    thought_budget: u32,
    around: Option<u32>,
    #[serde(default = "default_growth")]
    growth: f32,
    #[serde(default)]
    instruction: Vec<InstructionFile>,
    #[serde(default)]
    craft: CraftsFile<Setting>,
    prompt: LanguagesFile,
}

fn default_thoughts() -> u32 {
    512
}

fn default_growth() -> f32 {
    1.6
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    en: String,
    zh: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadsFile {
    Caret,
    Selection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstructionFile {
    id: String,
    title: WordsFile,
    words: WordsFile,
    growth: Option<f32>,
}

/// What a task or one of its crafts sets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setting {
    pub(crate) max_tokens: Option<u32>,
    pub(crate) stop: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) sampling: SamplingChanges,
}

/// The sampling settings that are named.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SamplingChanges {
    temperature: Option<f32>,
    top_k: Option<u32>,
    top_p: Option<f32>,
    min_p: Option<f32>,
    repeat_penalty: Option<f32>,
    repeat_last: Option<u32>,
}

impl SamplingChanges {
    pub(crate) fn apply(&self, to: &mut Sampling) {
        let Sampling {
            temperature,
            top_k,
            top_p,
            min_p,
            repeat_penalty,
            repeat_last,
        } = to;
        *temperature = self.temperature.unwrap_or(*temperature);
        *top_k = self.top_k.unwrap_or(*top_k);
        *top_p = self.top_p.unwrap_or(*top_p);
        *min_p = self.min_p.unwrap_or(*min_p);
        *repeat_penalty = self.repeat_penalty.unwrap_or(*repeat_penalty);
        *repeat_last = self.repeat_last.unwrap_or(*repeat_last);
    }
}

#[derive(Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    bound(deserialize = "T: Default + Deserialize<'de>")
)]
struct CraftsFile<T> {
    screenplay: T,
    lyrics: T,
    story: T,
    notes: T,
}

impl<T> CraftsFile<T> {
    /// In the order of [`crate::task::craft_index`].
    fn into_array(self) -> [T; 4] {
        [self.screenplay, self.lyrics, self.story, self.notes]
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguagesFile {
    en: PromptsFile,
    zh: PromptsFile,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PromptsFile {
    system: String,
    after: String,
    before: String,
    selection: String,
    facts: String,
    ask: String,
    ask_prefixed: String,
    raw_head: String,
    raw_ask: String,
    rules: CraftsFile<String>,
    blank: CraftsFile<String>,
}

impl From<PromptsFile> for Prompts {
    fn from(file: PromptsFile) -> Self {
        Self {
            system: file.system,
            after: file.after,
            before: file.before,
            selection: file.selection,
            facts: file.facts,
            ask: file.ask,
            ask_prefixed: file.ask_prefixed,
            raw_head: file.raw_head,
            raw_ask: file.raw_ask,
            rules: file.rules.into_array(),
            blank: file.blank.into_array(),
        }
    }
}

impl From<WordsFile> for Words {
    fn from(file: WordsFile) -> Self {
        Self {
            en: file.en,
            zh: file.zh,
        }
    }
}

impl File {
    pub(crate) fn into_task(self) -> Task {
        Task {
            id: self.id,
            version: self.version,
            title: self.title.into(),
            reads: match self.reads {
                ReadsFile::Caret => Reads::Caret,
                ReadsFile::Selection => Reads::Selection,
            },
            thought_budget: self.thought_budget,
            around: self.around,
            growth: self.growth,
            instructions: self
                .instruction
                .into_iter()
                .map(|file| Instruction {
                    id: file.id,
                    title: file.title.into(),
                    words: file.words.into(),
                    growth: file.growth,
                })
                .collect(),
            base: Setting {
                max_tokens: self.max_tokens,
                stop: self.stop,
                sampling: self.sampling,
            },
            crafts: self.craft.into_array(),
            prompts: [self.prompt.en.into(), self.prompt.zh.into()],
        }
    }
}
