//! What a service's error means for the request: wait, give up, leave something out, or ask elsewhere.

use std::time::Duration;

use inference::Error;

use crate::fault::Fault;
use crate::known::Parameter;
use crate::secret::Secret;

/// Most characters of a service's own words that are kept.
const WORDS: usize = 300;

// The words by which faults are told apart, in lower case; in `code`, `type` and message alike.

/// No more until somebody pays.
const QUOTA: &[&str] = &[
    "insufficient_quota",
    "exceeded your current quota, please check your plan",
    "billing_hard_limit",
    "billing_not_active",
    "insufficient balance",
    "insufficient credit",
    "credit balance is too low",
    "arrearage",
    "余额不足",
    "欠费",
];
/// A wrong or missing key.
const KEY: &[&str] = &[
    "invalid_api_key",
    "authentication_error",
    "api key not valid",
    "invalid api key",
    "incorrect api key",
];
/// A 403 that is not about the key.
const NOT_THE_KEY: &[&str] = &["region", "country", "territory", "moderation", "flagged"];
/// A 403 that is about the model.
const NO_ACCESS: &[&str] = &["access to model", "access to the model", "model_not_found"];
/// Too many requests for now.
const RATE: &[&str] = &[
    "rate_limit",
    "rate limit",
    "too many requests",
    "resource_exhausted",
];
/// More text than the model reads.
const LENGTH: &[&str] = &[
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "context window",
    "exceeds the available context",
    "prompt is too long",
    "too many tokens",
];
/// The service's own failure, where the status doesn't tell.
const FAILURE: &[&str] = &[
    "overloaded",
    "server_error",
    "internal_error",
    "unavailable",
];
/// A model that only chats says so with 404 or 400, naming the other call.
const CHAT_ONLY: &[&str] = &[
    "chat/completions",
    "chat model",
    "not a text completion",
    "completions is not supported",
    "unsupported model",
];
/// A model that isn't there.
const NO_MODEL: &[&str] = &[
    "model_not_found",
    "model not found",
    "unknown_model",
    "unknown model",
    "invalid model",
    "no such model",
    "model does not exist",
    "not a valid model",
];
/// The same, beside the word `model` and under 404.
const MISSING: &[&str] = &[
    "not found",
    "does not exist",
    "not exist",
    "not supported",
    "not available",
    "不存在",
];
/// The same, beside the model's own name.
const GONE: &[&str] = &[
    "not found",
    "does not exist",
    "not exist",
    "not loaded",
    "no longer",
    "不存在",
];
/// A begun answer must be marked `prefix: true`.
const MARK_PREFIX: &[&str] = &[
    "with prefix true",
    "prefix: true",
    "`prefix`",
    "prefix=true",
    "prefix parameter",
];
/// A begun answer is refused.
const NO_PREFIX: &[&str] = &[
    "prefill",
    "assistant message",
    "last message",
    "last role",
    "must end with a user",
    "final message",
    "prefix",
    "partial",
    "role after",
    "alternate",
];

/// What a fault means for the request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// It may pass: worth another try.
    Passing(Error),
    /// It stands.
    Standing(Error),
    /// A parameter was refused: leave it out, or name it otherwise, and ask again.
    Parameter(Parameter),
    /// A last message of the assistant was refused.
    Prefix,
    /// The prefix must be marked `prefix: true`.
    PrefixUnmarked,
    /// This call is not offered for this model, or not at all.
    NoSuchCall,
}

/// What the request was, for judging a fault.
pub(crate) struct Asked<'a> {
    pub(crate) host: &'a str,
    pub(crate) model: &'a str,
    pub(crate) key: Option<&'a Secret>,
    /// The parameters that were sent.
    pub(crate) sent: &'a [Parameter],
    /// A last message of the assistant was sent.
    pub(crate) prefix: bool,
    /// The call was `/completions`.
    pub(crate) raw: bool,
    /// When to try again, by the headers.
    pub(crate) retry_after: Option<Duration>,
}

/// Judges a fault.
pub(crate) fn judge(fault: &Fault, asked: &Asked<'_>) -> Meaning {
    let host = || asked.host.to_owned();
    let said = fault.message.to_ascii_lowercase();
    let kind = fault.kind.as_str();
    let says = |words: &[&str]| {
        words
            .iter()
            .any(|word| said.contains(word) || kind.contains(word))
    };
    let unknown_model = || {
        Meaning::Standing(Error::UnknownModel {
            host: host(),
            model: asked.model.into(),
        })
    };

    if fault.status == 402 || says(QUOTA) {
        return Meaning::Standing(Error::QuotaUsedUp { host: host() });
    }
    if fault.status == 401 || says(KEY) || (fault.status == 403 && !says(NOT_THE_KEY)) {
        if fault.status == 403 && says(NO_ACCESS) {
            return unknown_model();
        }
        return Meaning::Standing(Error::KeyRefused { host: host() });
    }
    if fault.status == 429 || says(RATE) {
        return Meaning::Passing(Error::Busy {
            host: host(),
            retry_after: asked.retry_after,
        });
    }
    if says(LENGTH) {
        if let Some((needed, context)) = sizes(&said) {
            return Meaning::Standing(Error::TooLong { needed, context });
        }
        return Meaning::Standing(refusal(fault, asked.host, asked.key));
    }
    // Under 200 or with a failure of theirs the words tell; a refusal (4xx) may use the same ones.
    let by_words = !matches!(fault.status, 400..=499 | 501) && says(FAILURE);
    if by_words || matches!(fault.status, 408 | 409 | 425 | 500 | 502..=504 | 520..=530) {
        let status = if fault.status >= 400 {
            fault.status
        } else {
            503
        };
        return Meaning::Passing(Error::ServiceFailed {
            host: host(),
            status,
        });
    }
    if asked.raw && (says(CHAT_ONLY) || matches!(fault.status, 405 | 501)) {
        return Meaning::NoSuchCall;
    }
    let names_model = says(NO_MODEL)
        || (said.contains("model") && says(MISSING) && fault.status == 404)
        || (!asked.model.is_empty()
            && said.contains(&asked.model.to_ascii_lowercase())
            && says(GONE));
    if names_model {
        return unknown_model();
    }
    if matches!(fault.status, 404 | 405 | 501) {
        return Meaning::NoSuchCall;
    }
    if asked.prefix {
        // Two parameters go with a prefix; their refusal is not yet the prefix's.
        let names_ours = asked.sent.contains(&Parameter::ContinueFinalMessage)
            && says(&["add_generation_prompt", "continue_final_message"]);
        if says(MARK_PREFIX) && !says(&["beta"]) {
            return Meaning::PrefixUnmarked;
        }
        if says(NO_PREFIX) && !names_ours {
            return Meaning::Prefix;
        }
    }
    if let Some(parameter) = refused(fault, &said, asked.sent) {
        return Meaning::Parameter(parameter);
    }
    Meaning::Standing(refusal(fault, asked.host, asked.key))
}

/// A refusal in the service's own words, shortened and without keys.
pub(crate) fn refusal(fault: &Fault, host: &str, key: Option<&Secret>) -> Error {
    let words = if fault.message.is_empty() {
        &fault.kind
    } else {
        &fault.message
    };
    Error::Refused {
        host: host.into(),
        status: fault.status,
        message: shortened(&Secret::redact(key, words)),
    }
}

/// The parameter that a fault refuses, of those that were sent.
fn refused(fault: &Fault, said: &str, sent: &[Parameter]) -> Option<Parameter> {
    let field = fault.param.split('.').next().unwrap_or_default();
    let named = |parameter: &Parameter| parameter.names().contains(&field);
    if let Some(parameter) = sent.iter().copied().find(named) {
        return Some(parameter);
    }
    // Some quote the whole request after their words.
    let said = match said.char_indices().nth(WORDS) {
        Some((end, _)) => &said[..end],
        None => said,
    };
    if sent.contains(&Parameter::SystemRole)
        && said.contains("system")
        && (said.contains("role") || said.contains("message"))
    {
        return Some(Parameter::SystemRole);
    }
    // Of several that are named, the first: `max_tokens is not supported, use max_completion_tokens`; but of
    // `temperature and top_p cannot both be given` the one that matters less.
    let place = |parameter: Parameter| {
        let names = parameter.names().iter();
        names.filter_map(|name| word_at(said, name)).min()
    };
    let both = [Parameter::Temperature, Parameter::TopP];
    if both
        .iter()
        .all(|&p| sent.contains(&p) && place(p).is_some())
    {
        return Some(Parameter::TopP);
    }
    sent.iter()
        .copied()
        .filter_map(|parameter| Some((place(parameter)?, parameter)))
        .min()
        .map(|(_, parameter)| parameter)
}

/// Where `word` stands in `text` as a whole name.
fn word_at(text: &str, word: &str) -> Option<usize> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut places = text.match_indices(word).map(|(at, _)| at);
    places
        .find(|&at| !text[..at].ends_with(is_name) && !text[at + word.len()..].starts_with(is_name))
}

/// The two numbers of `maximum context length is 4096 tokens, however you requested 5000`, if they are there.
fn sizes(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse::<u32>().ok())
        .filter(|&number| number >= 256);
    let (a, b) = (numbers.next()?, numbers.next()?);
    Some((a.max(b), a.min(b)))
}

fn shortened(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let clean = clean.trim();
    match clean.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::from_body;

    const SENT: [Parameter; 6] = [
        Parameter::MaxTokens,
        Parameter::Temperature,
        Parameter::TopP,
        Parameter::TopK,
        Parameter::MinP,
        Parameter::SystemRole,
    ];

    fn asked<'a>(sent: &'a [Parameter], key: Option<&'a Secret>) -> Asked<'a> {
        Asked {
            host: "h",
            model: "m-1",
            key,
            sent,
            prefix: false,
            raw: false,
            retry_after: None,
        }
    }

    #[track_caller]
    fn judged(status: u16, body: &str) -> Meaning {
        judge(&from_body(status, body), &asked(&SENT, None))
    }

    #[test]
    fn keys_and_quotas_are_told_apart_from_limits() {
        assert!(matches!(
            judged(401, "{}"),
            Meaning::Standing(Error::KeyRefused { .. })
        ));
        assert!(matches!(
            judged(403, "{}"),
            Meaning::Standing(Error::KeyRefused { .. })
        ));
        assert!(matches!(
            judged(
                400,
                r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}]"#
            ),
            Meaning::Standing(Error::KeyRefused { .. })
        ));
        assert!(matches!(
            judged(
                429,
                r#"{"error":{"message":"…","type":"insufficient_quota","code":"insufficient_quota"}}"#
            ),
            Meaning::Standing(Error::QuotaUsedUp { .. })
        ));
        assert!(matches!(
            judged(402, r#"{"error":"Insufficient Balance"}"#),
            Meaning::Standing(Error::QuotaUsedUp { .. })
        ));
        assert!(matches!(
            judged(429, r#"{"error":{"message":"slow down"}}"#),
            Meaning::Passing(Error::Busy { .. })
        ));
    }

    #[test]
    fn a_missing_model_is_told_apart_from_a_missing_call() {
        for body in [
            r#"{"error":{"message":"The model `m-1` does not exist or you do not have access to it.","code":"model_not_found"}}"#,
            r#"{"error":{"message":"model 'm-1' not found"}}"#,
            r#"{"object":"error","message":"The model `m-1` does not exist.","type":"NotFoundError","code":404}"#,
        ] {
            assert!(
                matches!(
                    judged(404, body),
                    Meaning::Standing(Error::UnknownModel { .. })
                ),
                "{body}"
            );
        }
        for body in [
            "404 page not found",
            r#"{"detail":"Not Found"}"#,
            "<html></html>",
            "",
        ] {
            assert_eq!(judged(404, body), Meaning::NoSuchCall, "{body}");
        }
        let chat_only = from_body(
            404,
            r#"{"error":{"message":"This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?","param":"model"}}"#,
        );
        let raw = Asked {
            raw: true,
            ..asked(&[], None)
        };
        assert_eq!(judge(&chat_only, &raw), Meaning::NoSuchCall);
    }

    #[test]
    fn refused_parameters_are_found_by_field_and_by_words() {
        for (body, parameter) in [
            (
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens"}}"#,
                Parameter::MaxTokens,
            ),
            (
                r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0.8 with this model.","param":"temperature"}}"#,
                Parameter::Temperature,
            ),
            (
                r#"{"error":{"message":"`temperature` and `top_p` cannot both be specified for this model."}}"#,
                Parameter::TopP,
            ),
            (
                r#"{"error":{"message":"Unrecognized request argument supplied: top_k"}}"#,
                Parameter::TopK,
            ),
            (
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","min_p"],"msg":"Extra inputs are not permitted"}]}"#,
                Parameter::MinP,
            ),
            (
                r#"{"error":{"message":"System role not supported"}}"#,
                Parameter::SystemRole,
            ),
        ] {
            assert_eq!(judged(400, body), Meaning::Parameter(parameter), "{body}");
        }
        let unsent = judge(
            &from_body(400, r#"{"error":{"message":"top_k is bad"}}"#),
            &asked(&[], None),
        );
        assert!(matches!(unsent, Meaning::Standing(Error::Refused { .. })));
    }

    #[test]
    fn too_long_says_how_long() {
        let meaning = judged(
            400,
            r#"{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.","code":"context_length_exceeded"}}"#,
        );
        assert_eq!(
            meaning,
            Meaning::Standing(Error::TooLong {
                needed: 5000,
                context: 4096
            })
        );
    }

    #[test]
    fn prefix_refusals_are_understood() {
        let with = Asked {
            prefix: true,
            ..asked(&[], None)
        };
        let judged = |words: &str| {
            judge(
                &from_body(400, &format!("{{\"error\":{{\"message\":\"{words}\"}}}}")),
                &with,
            )
        };
        assert_eq!(
            judged("Assistant response prefill is incompatible with enable_thinking."),
            Meaning::Prefix
        );
        assert_eq!(
            judged(
                "This model does not support assistant message prefill. The conversation must end with a user message."
            ),
            Meaning::Prefix
        );
        assert_eq!(
            judged(
                "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"
            ),
            Meaning::PrefixUnmarked
        );
    }

    #[test]
    fn words_are_shortened_and_lose_the_key() {
        let key = Secret::new("canary-7f3a91c0").unwrap();
        let body = format!(
            "{{\"error\":{{\"message\":\"bad\\nkey canary-7f3a91c0 {}\"}}}}",
            "x".repeat(1000)
        );
        let Meaning::Standing(Error::Refused { message, .. }) =
            judge(&from_body(400, &body), &asked(&[], Some(&key)))
        else {
            panic!("refused");
        };
        assert!(
            !message.contains("canary") && message.starts_with("bad key [key] xxx"),
            "{message}"
        );
        assert_eq!(message.chars().count(), WORDS + 1);
    }
}
