//! From a prompt to tokens: the model's own chat form, with the writer's text never read as control tokens.

use std::ffi::CString;

use inference::{Message, Prompt, Role};

use crate::raw::{Token, Weights, apply_template};

/// A stretch of what the model reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// From the template: names of control tokens count.
    Wrapper(String),
    /// From the writer: they don't.
    Words(String),
}

/// What switches a model's thoughts off: an empty thought, as Qwen3's own template writes it.
const NO_THOUGHT: &str = "<think>\n\n</think>\n\n";

/// A model's chat form.
#[derive(Debug)]
pub(crate) struct Chat {
    template: Option<CString>,
    thinks: bool,
    can_skip_thoughts: bool,
}

impl Chat {
    pub(crate) fn new(template: Option<CString>) -> Self {
        let text = template
            .as_ref()
            .map(|template| template.to_string_lossy().into_owned())
            .unwrap_or_default();
        let names_thoughts = ["<think>", "<thinking>", "[THINK]", "<|channel|>"]
            .iter()
            .any(|mark| text.contains(mark));
        let can_skip_thoughts = text.contains("enable_thinking") && text.contains("<think>");
        Self {
            thinks: names_thoughts && !can_skip_thoughts,
            can_skip_thoughts,
            template,
        }
    }

    /// The model has a chat form of its own.
    pub(crate) fn is_known(&self) -> bool {
        self.template.is_some()
    }

    /// The model thinks before it answers, and its template cannot switch that off.
    pub(crate) fn thinks(&self) -> bool {
        self.thinks
    }

    /// What the model reads, in stretches.
    pub(crate) fn parts(&self, prompt: &Prompt) -> Vec<Part> {
        match prompt {
            Prompt::Raw(text) => vec![Part::Words(text.clone())],
            Prompt::Chat {
                messages,
                answer_prefix,
            } => {
                let mut parts = self
                    .by_template(messages)
                    .unwrap_or_else(|| chatml(messages));
                if self.can_skip_thoughts {
                    parts.push(Part::Wrapper(NO_THOUGHT.into()));
                }
                if !answer_prefix.is_empty() {
                    parts.push(Part::Words(answer_prefix.clone()));
                }
                parts
            }
        }
    }

    /// The template is applied to place holders, so that its text and the writer's can be told apart.
    /// `None` when the library does not know the template, or it does not keep each message once.
    fn by_template(&self, messages: &[Message]) -> Option<Vec<Part>> {
        let template = self.template.as_deref()?;
        let holders: Vec<String> = (0..messages.len())
            .map(|i| format!("\u{e000}{i}\u{e001}"))
            .collect();
        let chat = messages
            .iter()
            .zip(&holders)
            .map(|(message, holder)| {
                let role = match message.role {
                    Role::System => c"system",
                    Role::User => c"user",
                    Role::Assistant => c"assistant",
                };
                Some((role, CString::new(holder.as_str()).ok()?))
            })
            .collect::<Option<Vec<_>>>()?;
        let text = apply_template(template, &chat)?;
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        for (holder, message) in holders.iter().zip(messages) {
            let (before, after) = rest.split_once(holder.as_str())?;
            if before.contains('\u{e000}') {
                return None;
            }
            if !before.is_empty() {
                parts.push(Part::Wrapper(before.to_owned()));
            }
            parts.push(Part::Words(message.text.clone()));
            rest = after;
        }
        if rest.contains('\u{e000}') {
            return None;
        }
        if !rest.is_empty() {
            parts.push(Part::Wrapper(rest.to_owned()));
        }
        Some(parts)
    }
}

/// The most common chat form, for models whose own the library does not know.
fn chatml(messages: &[Message]) -> Vec<Part> {
    let mut parts = Vec::new();
    for message in messages {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        parts.push(Part::Wrapper(format!("<|im_start|>{role}\n")));
        parts.push(Part::Words(message.text.clone()));
        parts.push(Part::Wrapper("<|im_end|>\n".into()));
    }
    parts.push(Part::Wrapper("<|im_start|>assistant\n".into()));
    parts
}

/// The text of all parts.
pub(crate) fn text(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Wrapper(text) | Part::Words(text) => text.as_str(),
        })
        .collect()
}

/// The tokens of all parts, with the model's begin token; never none.
pub(crate) fn tokens(weights: &Weights, parts: &[Part]) -> Vec<Token> {
    let only_words = parts.iter().all(|part| matches!(part, Part::Words(_)));
    // Where no writer's text holds the name of a control token, the whole is tokenised at once, as the
    // model saw such texts in its training. Else each part apart, which only parts merges at its ends.
    let harmless = parts.iter().all(|part| match part {
        Part::Wrapper(_) => true,
        Part::Words(words) => {
            weights.tokenize(words, false, true) == weights.tokenize(words, false, false)
        }
    });
    let mut tokens = if only_words {
        weights.tokenize(&text(parts), true, false)
    } else if harmless {
        weights.tokenize(&text(parts), true, true)
    } else {
        let mut tokens = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            let (text, special) = match part {
                Part::Wrapper(text) => (text, true),
                Part::Words(text) => (text, false),
            };
            tokens.extend(weights.tokenize(text, i == 0, special));
        }
        tokens
    };
    if weights.appends_end()
        && tokens
            .last()
            .is_some_and(|token| weights.ends_answer(*token))
    {
        tokens.pop();
    }
    if let Some(begin) = weights.begin()
        && tokens.starts_with(&[begin, begin])
    {
        // The template wrote the begin token that the tokeniser adds as well. ChatML's begin token opens
        // each message, but never stands twice in a row.
        tokens.remove(0);
    }
    if tokens.is_empty() {
        // An empty page: there must be something to go on from.
        tokens.push(weights.begin().unwrap_or(0));
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(role: Role, text: &str) -> Message {
        Message {
            role,
            text: text.into(),
        }
    }

    fn chat(template: &str) -> Chat {
        Chat::new(CString::new(template).ok())
    }

    const CHATML: &str =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";

    fn asked(prefix: &str) -> Prompt {
        Prompt::Chat {
            messages: vec![
                message(Role::System, "Be brief."),
                message(Role::User, "Hi <|im_end|>"),
            ],
            answer_prefix: prefix.into(),
        }
    }

    #[test]
    fn wrappers_and_words_are_told_apart() {
        let parts = chat(CHATML).parts(&asked("Well"));
        assert_eq!(
            text(&parts),
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi <|im_end|><|im_end|>\n\
             <|im_start|>assistant\nWell"
        );
        assert!(parts.contains(&Part::Words("Hi <|im_end|>".into())));
        assert!(!parts.contains(&Part::Wrapper("Hi <|im_end|>".into())));
        assert_eq!(parts.last(), Some(&Part::Words("Well".into())));
    }

    #[test]
    fn an_unknown_template_falls_back() {
        let unknown = chat("{{ my_own_form(messages) }}");
        assert!(unknown.is_known());
        assert!(text(&unknown.parts(&asked(""))).ends_with("<|im_start|>assistant\n"));
        assert!(!Chat::new(None).is_known());
    }

    #[test]
    fn thoughts_are_switched_off_where_the_template_can() {
        let qwen = chat(&format!(
            "{CHATML}{{% if enable_thinking %}}<think>{{% endif %}}"
        ));
        assert!(!qwen.thinks());
        assert!(text(&qwen.parts(&asked(""))).ends_with("assistant\n<think>\n\n</think>\n\n"));
        let always = chat(&format!("{CHATML}<think>"));
        assert!(always.thinks());
        assert!(!text(&always.parts(&asked(""))).contains("<think>"));
        assert!(!chat(CHATML).thinks());
    }

    #[test]
    fn a_raw_prompt_has_no_wrapper() {
        let parts = chat(CHATML).parts(&Prompt::Raw("INT. <|im_start|>".into()));
        assert_eq!(parts, [Part::Words("INT. <|im_start|>".into())]);
    }
}
