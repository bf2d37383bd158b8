//! A request in the service's own form.

use inference::{Message, Prompt, Request, Role};
use serde_json::{Map, Value, json};

use crate::known::{Known, Parameter, PrefixForm};
use crate::provider::{Provider, ThinkingSwitch};

/// Most stop texts that services take; ours are looked for here, too.
const STOPS: usize = 4;

/// A call that is ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// Its name, below the base address.
    pub(crate) name: &'static str,
    pub(crate) body: Value,
    /// What of the body may be refused.
    pub(crate) sent: Vec<Parameter>,
    /// How the answer's beginning is given; `None` = there is none.
    pub(crate) prefix: Option<PrefixForm>,
    /// The seed as sent.
    pub(crate) seed: Option<u64>,
    /// The limit that the service was not told, since it refuses it by both names.
    pub(crate) untold_limit: Option<u32>,
}

/// Builds the call for a request: what the service is known to refuse is left out.
pub(crate) fn build(request: &Request, model: &str, known: &Known, provider: Provider) -> Call {
    let mut body = Body {
        map: Map::new(),
        sent: Vec::new(),
        known,
    };
    body.map.insert("model".into(), model.into());
    let mut prefix = None;
    let (name, chat) = match &request.prompt {
        Prompt::Raw(text) => {
            body.map.insert("prompt".into(), text.as_str().into());
            ("completions", false)
        }
        Prompt::Chat {
            messages,
            answer_prefix,
        } => {
            let mut list = body.messages(messages);
            let form = known.prefix.unwrap_or(provider.prefix);
            if !answer_prefix.is_empty() {
                prefix = Some(form);
                list.extend(prefix_message(answer_prefix, form));
                if form == PrefixForm::Plain && provider.extended {
                    body.set(Parameter::ContinueFinalMessage, true);
                    body.set(Parameter::AddGenerationPrompt, false);
                }
            }
            body.map.insert("messages".into(), list.into());
            body.thinking(request.thought_budget, provider.thinking);
            ("chat/completions", true)
        }
    };
    // A model that thinks spends its thoughts from the same allowance.
    let thoughts = if chat && known.thinks {
        request.thought_budget
    } else {
        0
    };
    body.limit(request.max_tokens.saturating_add(thoughts), provider);
    body.sampling(request, provider);
    if request.alternatives > 0 {
        if chat {
            body.set(Parameter::Logprobs, true);
            if !known.refused.contains(&Parameter::Logprobs) {
                body.map
                    .insert("top_logprobs".into(), request.alternatives.into());
            }
        } else {
            body.set(Parameter::Logprobs, request.alternatives);
        }
    }
    // Services differ in the size of their seeds; 31 bits fit all.
    let seed = request.seed.map(|seed| seed & 0x7fff_ffff);
    if let Some(seed) = seed {
        body.set(Parameter::Seed, seed);
    }
    body.map.insert("stream".into(), true.into());
    body.set(Parameter::StreamOptions, json!({ "include_usage": true }));
    let told = [Parameter::MaxTokens, Parameter::MaxCompletionTokens]
        .iter()
        .any(|parameter| body.sent.contains(parameter));
    Call {
        name,
        untold_limit: (!told).then_some(request.max_tokens),
        seed: seed.filter(|_| body.sent.contains(&Parameter::Seed)),
        body: Value::Object(body.map),
        sent: body.sent,
        prefix,
    }
}

struct Body<'a> {
    map: Map<String, Value>,
    sent: Vec<Parameter>,
    known: &'a Known,
}

impl Body<'_> {
    fn set(&mut self, parameter: Parameter, value: impl Into<Value>) {
        if self.known.refused.contains(&parameter) {
            return;
        }
        if let Some(name) = parameter.names().first() {
            self.map.insert((*name).into(), value.into());
            self.sent.push(parameter);
        }
    }

    fn messages(&mut self, messages: &[Message]) -> Vec<Value> {
        let merge = self.known.refused.contains(&Parameter::SystemRole);
        let mut before = String::new();
        let mut list = Vec::new();
        for message in messages {
            let role = match message.role {
                Role::System if merge => {
                    before.push_str(&message.text);
                    before.push_str("\n\n");
                    continue;
                }
                Role::System => {
                    if !self.sent.contains(&Parameter::SystemRole) {
                        self.sent.push(Parameter::SystemRole);
                    }
                    "system"
                }
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            let text = match message.role {
                Role::User => std::mem::take(&mut before) + &message.text,
                Role::System | Role::Assistant => message.text.clone(),
            };
            list.push(json!({ "role": role, "content": text }));
        }
        list
    }

    fn thinking(&mut self, budget: u32, switch: ThinkingSwitch) {
        match switch {
            ThinkingSwitch::None => {}
            ThinkingSwitch::Template if budget == 0 => {
                self.set(
                    Parameter::ChatTemplateKwargs,
                    json!({ "enable_thinking": false }),
                );
            }
            ThinkingSwitch::Template => {}
            ThinkingSwitch::Field => {
                self.set(Parameter::EnableThinking, budget > 0);
                if budget > 0 {
                    self.set(Parameter::ThinkingBudget, budget);
                }
            }
            ThinkingSwitch::Reasoning if budget == 0 => {
                self.set(Parameter::Reasoning, json!({ "enabled": false }));
            }
            ThinkingSwitch::Reasoning => {
                self.set(Parameter::Reasoning, json!({ "max_tokens": budget }));
            }
        }
    }

    fn limit(&mut self, tokens: u32, provider: Provider) {
        let refused = |parameter| self.known.refused.contains(&parameter);
        let new = (provider.new_max_name || refused(Parameter::MaxTokens))
            && !refused(Parameter::MaxCompletionTokens);
        let parameter = if new {
            Parameter::MaxCompletionTokens
        } else {
            Parameter::MaxTokens
        };
        self.set(parameter, tokens);
    }

    fn sampling(&mut self, request: &Request, provider: Provider) {
        let sampling = &request.sampling;
        self.set(Parameter::Temperature, tidy(sampling.temperature));
        if sampling.top_p < 1.0 {
            self.set(Parameter::TopP, tidy(sampling.top_p));
        }
        if provider.extended {
            if sampling.top_k > 0 {
                self.set(Parameter::TopK, sampling.top_k);
            }
            if sampling.min_p > 0.0 {
                self.set(Parameter::MinP, tidy(sampling.min_p));
            }
            if sampling.repeat_penalty != 1.0 {
                self.set(Parameter::RepeatPenalty, tidy(sampling.repeat_penalty));
                self.set(Parameter::RepeatLastN, sampling.repeat_last);
            }
        }
        let stops: Vec<&str> = request
            .stop
            .iter()
            .map(String::as_str)
            .filter(|stop| !stop.is_empty())
            .take(STOPS)
            .collect();
        if !stops.is_empty() {
            self.set(Parameter::Stop, stops);
        }
    }
}

fn prefix_message(prefix: &str, form: PrefixForm) -> Option<Value> {
    let mut message = json!({ "role": "assistant", "content": prefix });
    match form {
        PrefixForm::Plain => {}
        PrefixForm::MarkedPrefix => message["prefix"] = true.into(),
        PrefixForm::MarkedPartial => message["partial"] = true.into(),
        PrefixForm::Refused => return None,
    }
    Some(message)
}

/// 0.8 rather than 0.800000011920929.
fn tidy(number: f32) -> f64 {
    (f64::from(number) * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider;
    use inference::{Priority, Sampling};

    fn chat(prefix: &str) -> Request {
        Request {
            prompt: Prompt::Chat {
                messages: vec![
                    Message {
                        role: Role::System,
                        text: "Be brief.".into(),
                    },
                    Message {
                        role: Role::User,
                        text: "Go on.".into(),
                    },
                ],
                answer_prefix: prefix.into(),
            },
            sampling: Sampling::default(),
            max_tokens: 100,
            stop: ["a", "b", "c", "d", "e"].map(String::from).into(),
            seed: Some(u64::MAX),
            priority: Priority::Foreground,
            thought_budget: 50,
            alternatives: 0,
        }
    }

    fn built(request: &Request, known: &Known, host: &str) -> Call {
        build(request, "m", known, provider::of(host))
    }

    #[test]
    fn the_common_form_has_every_setting() {
        let call = built(&chat("EXT."), &Known::default(), "127.0.0.1");
        assert_eq!(call.name, "chat/completions");
        assert_eq!(
            call.body,
            json!({
                "model": "m",
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Go on."},
                    {"role": "assistant", "content": "EXT."},
                ],
                "continue_final_message": true,
                "add_generation_prompt": false,
                "max_tokens": 100,
                "temperature": 0.8, "top_p": 0.95, "top_k": 40, "min_p": 0.05,
                "repeat_penalty": 1.1, "repeat_last_n": 64,
                "stop": ["a", "b", "c", "d"],
                "seed": 0x7fff_ffff_u32,
                "stream": true,
                "stream_options": {"include_usage": true},
            })
        );
        assert_eq!(call.seed, Some(0x7fff_ffff));
    }

    #[test]
    fn a_strict_service_gets_only_what_it_knows() {
        let call = built(&chat(""), &Known::default(), "api.openai.com");
        for name in [
            "top_k",
            "min_p",
            "repeat_penalty",
            "repeat_last_n",
            "max_tokens",
            "chat_template_kwargs",
        ] {
            assert!(call.body.get(name).is_none(), "{name}");
        }
        assert_eq!(call.body["max_completion_tokens"], 100);
    }

    #[test]
    fn what_was_refused_is_left_out() {
        let known = Known {
            refused: [
                Parameter::MaxTokens,
                Parameter::Temperature,
                Parameter::Seed,
                Parameter::SystemRole,
            ]
            .into(),
            prefix: Some(PrefixForm::Refused),
            ..Known::default()
        };
        let call = built(&chat("EXT."), &known, "127.0.0.1");
        assert_eq!(call.body["max_completion_tokens"], 100);
        assert!(call.body.get("temperature").is_none() && call.body.get("seed").is_none());
        assert_eq!(call.seed, None);
        assert_eq!(
            call.body["messages"],
            json!([{"role": "user", "content": "Be brief.\n\nGo on."}])
        );
        assert_eq!(call.prefix, Some(PrefixForm::Refused));
    }

    #[test]
    fn a_limit_that_cannot_be_told_is_kept_here() {
        let known = Known {
            refused: [Parameter::MaxTokens, Parameter::MaxCompletionTokens].into(),
            ..Known::default()
        };
        let call = built(&chat(""), &known, "127.0.0.1");
        assert_eq!(call.untold_limit, Some(100));
        assert!(call.body.get("max_tokens").is_none());
        assert_eq!(
            built(&chat(""), &Known::default(), "127.0.0.1").untold_limit,
            None
        );
    }

    #[test]
    fn thinking_is_switched_by_each_service_its_own_way() {
        let mut request = chat("");
        let thinks = Known {
            thinks: true,
            ..Known::default()
        };
        let call = built(&request, &thinks, "dashscope.aliyuncs.com");
        assert_eq!(
            (&call.body["enable_thinking"], &call.body["thinking_budget"]),
            (&json!(true), &json!(50))
        );
        assert_eq!(call.body["max_tokens"], 150);
        assert_eq!(
            built(&request, &thinks, "openrouter.ai").body["reasoning"],
            json!({"max_tokens": 50})
        );
        request.thought_budget = 0;
        assert_eq!(
            built(&request, &thinks, "dashscope.aliyuncs.com").body["enable_thinking"],
            false
        );
        assert_eq!(
            built(&request, &thinks, "127.0.0.1").body["chat_template_kwargs"],
            json!({"enable_thinking": false})
        );
        assert_eq!(
            built(&request, &thinks, "openrouter.ai").body["reasoning"],
            json!({"enabled": false})
        );
    }

    #[test]
    fn prefixes_are_marked_where_services_ask_for_it() {
        let last = |host: &str| {
            let call = built(&chat("EXT."), &Known::default(), host);
            call.body["messages"]
                .as_array()
                .unwrap()
                .last()
                .unwrap()
                .clone()
        };
        assert_eq!(last("api.mistral.ai")["prefix"], true);
        assert_eq!(last("api.moonshot.cn")["partial"], true);
        assert_eq!(last("api.openai.com")["role"], "user");
    }

    #[test]
    fn raw_prompts_go_to_completions_as_they_are() {
        let request = Request {
            prompt: Prompt::Raw("EXT. QUAY".into()),
            alternatives: 3,
            ..chat("")
        };
        let call = built(
            &request,
            &Known {
                thinks: true,
                ..Known::default()
            },
            "127.0.0.1",
        );
        assert_eq!(call.name, "completions");
        assert_eq!(
            (&call.body["prompt"], &call.body["logprobs"]),
            (&json!("EXT. QUAY"), &json!(3))
        );
        assert_eq!(call.body["max_tokens"], 100);
    }
}
