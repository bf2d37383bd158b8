//! What is known of services by their host name, as data: how they part from the common form.

use crate::known::PrefixForm;

/// How thinking is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThinkingSwitch {
    /// No way is known.
    None,
    /// `chat_template_kwargs.enable_thinking` (llama.cpp, vLLM, SGLang).
    Template,
    /// `enable_thinking` and `thinking_budget` (DashScope, ModelScope).
    Field,
    /// `reasoning` (OpenRouter).
    Reasoning,
}

/// How a service parts from the common form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Provider {
    /// End of the host's name.
    host: &'static str,
    /// Takes parameters beyond OpenAI's (`top_k`, `min_p`, …) or at least ignores them.
    pub(crate) extended: bool,
    /// Has `/completions`, as far as one knows before asking.
    pub(crate) raw: bool,
    /// How an answer prefix is given.
    pub(crate) prefix: PrefixForm,
    /// How thinking is limited.
    pub(crate) thinking: ThinkingSwitch,
    /// Wants `max_completion_tokens`.
    pub(crate) new_max_name: bool,
    /// Header of the key, if not `Authorization: Bearer`.
    pub(crate) key_header: Option<&'static str>,
}

const COMMON: Provider = Provider {
    host: "",
    extended: true,
    raw: true,
    prefix: PrefixForm::Plain,
    thinking: ThinkingSwitch::Template,
    new_max_name: false,
    key_header: None,
};

const STRICT: Provider = Provider {
    extended: false,
    raw: false,
    thinking: ThinkingSwitch::None,
    ..COMMON
};

/// Sources: the services' API references.
const PROVIDERS: [Provider; 14] = [
    // A last message of the assistant is accepted but answered with a new one.
    Provider {
        host: "api.openai.com",
        prefix: PrefixForm::Refused,
        new_max_name: true,
        ..STRICT
    },
    Provider {
        host: "openai.azure.com",
        prefix: PrefixForm::Refused,
        new_max_name: true,
        key_header: Some("api-key"),
        ..STRICT
    },
    Provider {
        host: "api.anthropic.com",
        ..STRICT
    },
    Provider {
        host: "googleapis.com",
        ..STRICT
    },
    Provider {
        host: "api.groq.com",
        ..STRICT
    },
    Provider {
        host: "api.x.ai",
        ..STRICT
    },
    Provider {
        host: "api.mistral.ai",
        prefix: PrefixForm::MarkedPrefix,
        ..STRICT
    },
    Provider {
        host: "api.deepseek.com",
        prefix: PrefixForm::MarkedPrefix,
        ..STRICT
    },
    Provider {
        host: "api.moonshot.cn",
        prefix: PrefixForm::MarkedPartial,
        ..STRICT
    },
    Provider {
        host: "api.moonshot.ai",
        prefix: PrefixForm::MarkedPartial,
        ..STRICT
    },
    Provider {
        host: "bigmodel.cn",
        ..STRICT
    },
    Provider {
        host: "aliyuncs.com",
        prefix: PrefixForm::MarkedPartial,
        thinking: ThinkingSwitch::Field,
        ..STRICT
    },
    Provider {
        host: "modelscope.cn",
        thinking: ThinkingSwitch::Field,
        ..STRICT
    },
    Provider {
        host: "openrouter.ai",
        thinking: ThinkingSwitch::Reasoning,
        ..COMMON
    },
];

/// The entry for a host, or the common form.
pub(crate) fn of(host: &str) -> Provider {
    PROVIDERS
        .into_iter()
        .find(|provider| {
            host.strip_suffix(provider.host)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
        .unwrap_or(COMMON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_end_at_a_dot() {
        assert_eq!(of("api.openai.com").host, "api.openai.com");
        assert_eq!(of("me.openai.azure.com").key_header, Some("api-key"));
        assert_eq!(
            of("dashscope-intl.aliyuncs.com").thinking,
            ThinkingSwitch::Field
        );
        assert_eq!(of("notapi.openai.com.example.org"), COMMON);
        assert_eq!(of("xapi.openai.com"), COMMON);
        assert_eq!(of("127.0.0.1"), COMMON);
    }
}
