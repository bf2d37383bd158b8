//! What was learned about a service and model.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::estimate::Weights;

/// A parameter of a request that services refuse or name differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// Most tokens to write, by its older name; when refused, `max_completion_tokens` is sent.
    MaxTokens,
    /// Most tokens to write, by its newer name.
    MaxCompletionTokens,
    /// Temperature.
    Temperature,
    /// Share of likeliest tokens.
    TopP,
    /// Number of likeliest tokens.
    TopK,
    /// Least share of the likeliest token's probability.
    MinP,
    /// Penalty for repeats, as llama.cpp names it.
    RepeatPenalty,
    /// How far back the penalty looks, as llama.cpp names it.
    RepeatLastN,
    /// Seed.
    Seed,
    /// Texts that end the answer; ours are looked for here, too.
    Stop,
    /// `stream_options.include_usage`.
    StreamOptions,
    /// Log-probabilities.
    Logprobs,
    /// Switches thinking off by the chat template.
    ChatTemplateKwargs,
    /// Switches thinking off at DashScope.
    EnableThinking,
    /// Limits thinking at DashScope.
    ThinkingBudget,
    /// Limits thinking at OpenRouter.
    Reasoning,
    /// Says that the last message is to be gone on with (vLLM, SGLang, llama.cpp).
    ContinueFinalMessage,
    /// Its counterpart.
    AddGenerationPrompt,
    /// A system message; when refused, it is put before the first message of the writer.
    SystemRole,
}

impl Parameter {
    /// Its names in a request, the first of them as sent. A system message has none.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self {
            Self::MaxTokens => &["max_tokens"],
            Self::MaxCompletionTokens => &["max_completion_tokens"],
            Self::Temperature => &["temperature"],
            Self::TopP => &["top_p"],
            Self::TopK => &["top_k"],
            Self::MinP => &["min_p"],
            Self::RepeatPenalty => &["repeat_penalty"],
            Self::RepeatLastN => &["repeat_last_n"],
            Self::Seed => &["seed"],
            Self::Stop => &["stop"],
            Self::StreamOptions => &["stream_options", "include_usage"],
            Self::Logprobs => &["logprobs", "top_logprobs"],
            Self::ChatTemplateKwargs => &["chat_template_kwargs"],
            Self::EnableThinking => &["enable_thinking"],
            Self::ThinkingBudget => &["thinking_budget"],
            Self::Reasoning => &["reasoning"],
            Self::ContinueFinalMessage => &["continue_final_message"],
            Self::AddGenerationPrompt => &["add_generation_prompt"],
            Self::SystemRole => &[],
        }
    }
}

/// How an answer's beginning is handed to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrefixForm {
    /// A last message of the assistant.
    Plain,
    /// The same, marked `prefix: true` (Mistral, DeepSeek).
    MarkedPrefix,
    /// The same, marked `partial: true` (Moonshot, DashScope).
    MarkedPartial,
    /// Not at all.
    Refused,
}

/// What was learned about an endpoint and model, by a test or by use. Plain data that a caller may keep
/// between starts; empty at first. Holds no text and no key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The base address that answered.
    pub base: Option<String>,
    /// Whether `/completions` answers.
    pub raw: Option<bool>,
    /// Whether `/chat/completions` answers.
    pub chat: Option<bool>,
    /// How an answer prefix is given; `None` = not tried yet.
    pub prefix: Option<PrefixForm>,
    /// Parameters that were refused.
    pub refused: BTreeSet<Parameter>,
    /// Whether it was seen to think.
    pub thinks: bool,
    /// Tokens of prompt and answer together, if told.
    pub context: Option<u32>,
    /// Tokens per unit of alphabetic text that it counts.
    pub latin_weight: Option<f32>,
    /// Tokens per character of Chinese, Japanese or Korean that it counts.
    pub han_weight: Option<f32>,
}

impl Known {
    /// Reads what [`Self::to_json`] wrote. `None` when it is something else: then it is learned anew.
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// For a settings file.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain fields with string names always serialise")
    }

    pub(crate) fn weights(&self) -> Weights {
        Weights {
            latin: self.latin_weight,
            han: self.han_weight,
        }
    }

    pub(crate) fn set_weights(&mut self, weights: Weights) {
        self.latin_weight = weights.latin;
        self.han_weight = weights.han;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_survives_settings() {
        let known = Known {
            base: Some("http://127.0.0.1:8080/v1".into()),
            raw: Some(true),
            chat: None,
            prefix: Some(PrefixForm::MarkedPrefix),
            refused: [Parameter::TopK, Parameter::Seed].into(),
            thinks: true,
            context: Some(4096),
            latin_weight: Some(1.25),
            han_weight: None,
        };
        assert_eq!(Known::from_json(&known.to_json()), Some(known));
        assert_eq!(Known::from_json("{}"), Some(Known::default()));
        assert_eq!(Known::from_json("7"), None);
    }
}
