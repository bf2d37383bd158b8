//! One event of a stream, or one whole answer, in whatever shape a service sends it.
//!
//! Read field by field from the JSON value, not by a derived type: services send numbers as text, lists for
//! strings and `null` for anything, and one odd field must not lose the words beside it.

use inference::{Alternative, Finish};
use serde_json::Value;

/// Why a service says that it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// As intended.
    Whole(Finish),
    /// By a fault on its side.
    Broken,
}

/// Token counts as a service reports them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) prompt: Option<u32>,
    pub(crate) cached: Option<u32>,
    pub(crate) written: Option<u32>,
    pub(crate) thought: Option<u32>,
}

/// What one event says. Everything may be missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chunk {
    /// Words of the answer.
    pub(crate) text: String,
    /// Words of thought.
    pub(crate) thought: String,
    /// Words with which it declines.
    pub(crate) refusal: bool,
    pub(crate) end: Option<End>,
    pub(crate) counts: Option<Counts>,
    /// Per token of `text`: what could have stood there.
    pub(crate) alternatives: Vec<Vec<Alternative>>,
    /// It has the shape of an answer at all.
    pub(crate) is_answer: bool,
}

/// Reads an event or a whole answer of either call.
pub(crate) fn read(value: &Value) -> Chunk {
    let mut chunk = Chunk {
        is_answer: value.get("choices").is_some() || value.get("usage").is_some(),
        counts: value.get("usage").and_then(counts),
        ..Chunk::default()
    };
    let choices = value.get("choices").and_then(Value::as_array);
    let Some(choice) = choices.and_then(|choices| {
        choices
            .iter()
            .find(|choice| choice["index"].as_u64().unwrap_or(0) == 0)
    }) else {
        return chunk;
    };
    let message = [&choice["delta"], &choice["message"]]
        .into_iter()
        .find(|message| message.is_object())
        .unwrap_or(choice);
    content(&message["content"], &mut chunk);
    if let Some(text) = choice["text"].as_str() {
        chunk.text.push_str(text);
    }
    // Both names carry the same words where both are sent, so only the first that speaks counts.
    for name in [
        "reasoning_content",
        "reasoning",
        "thinking",
        "thinking_content",
    ] {
        let before = chunk.thought.len();
        words(&message[name], &mut chunk.thought);
        if chunk.thought.len() > before {
            break;
        }
    }
    chunk.refusal = message["refusal"]
        .as_str()
        .is_some_and(|words| !words.is_empty());
    chunk.end = choice["finish_reason"]
        .as_str()
        .or(choice["native_finish_reason"].as_str())
        .and_then(end);
    alternatives(&choice["logprobs"], &mut chunk.alternatives);
    chunk
}

/// Text, or a list of parts of which some are thoughts (Mistral, Anthropic).
fn content(value: &Value, chunk: &mut Chunk) {
    match value {
        Value::String(text) => chunk.text.push_str(text),
        Value::Array(parts) => {
            for part in parts {
                match part["type"].as_str().unwrap_or("text") {
                    "thinking" | "reasoning" => {
                        words(&part["thinking"], &mut chunk.thought);
                        words(&part["text"], &mut chunk.thought);
                    }
                    _ => words(&part["text"], &mut chunk.text),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {}
    }
}

/// All text in a value: a string, a list of parts, an object with `text` or `content`.
fn words(value: &Value, into: &mut String) {
    match value {
        Value::String(text) => into.push_str(text),
        Value::Array(parts) => parts.iter().for_each(|part| words(part, into)),
        Value::Object(object) => {
            for name in ["text", "content", "thinking"] {
                if let Some(inner) = object.get(name) {
                    words(inner, into);
                    break;
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn end(reason: &str) -> Option<End> {
    let reason = reason.to_ascii_lowercase();
    Some(match reason.as_str() {
        "" | "null" => return None,
        "length"
        | "max_tokens"
        | "max_output_tokens"
        | "model_length"
        | "model_context_window_exceeded" => End::Whole(Finish::Length),
        "content_filter" | "content-filter" | "safety" | "recitation" | "refusal" | "sensitive"
        | "blocklist" | "prohibited_content" | "spii" | "image_safety" => {
            End::Whole(Finish::Filtered)
        }
        "stop_sequence" => End::Whole(Finish::StopText),
        "error"
        | "network_error"
        | "abort"
        | "insufficient_system_resource"
        | "malformed_function_call" => End::Broken,
        _ => End::Whole(Finish::EndOfText),
    })
}

fn counts(usage: &Value) -> Option<Counts> {
    let number = |value: &Value| {
        let number = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
        (number >= 0.0).then_some(number as u32)
    };
    let counts = Counts {
        prompt: number(&usage["prompt_tokens"]),
        cached: number(&usage["prompt_tokens_details"]["cached_tokens"])
            .or_else(|| number(&usage["prompt_cache_hit_tokens"])),
        written: number(&usage["completion_tokens"]),
        thought: number(&usage["completion_tokens_details"]["reasoning_tokens"]),
    };
    (counts != Counts::default()).then_some(counts)
}

/// The chat form (`content[].top_logprobs[]`), which llama-server uses for both calls, and the older form of
/// `/completions` (`top_logprobs[]` of maps).
fn alternatives(value: &Value, into: &mut Vec<Vec<Alternative>>) {
    if let Some(tokens) = value["content"].as_array() {
        for token in tokens {
            let tops = token["top_logprobs"].as_array();
            into.push(
                tops.into_iter()
                    .flatten()
                    .filter_map(|top| {
                        Some(Alternative {
                            piece: top["token"].as_str()?.into(),
                            logprob: top["logprob"].as_f64()? as f32,
                        })
                    })
                    .collect(),
            );
        }
    } else if let Some(tokens) = value["top_logprobs"].as_array() {
        for token in tokens {
            let mut tops: Vec<Alternative> = token
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(piece, logprob)| {
                    Some(Alternative {
                        piece: piece.clone(),
                        logprob: logprob.as_f64()? as f32,
                    })
                })
                .collect();
            tops.sort_by(|a, b| b.logprob.total_cmp(&a.logprob));
            into.push(tops);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_come_in_four_shapes() {
        for value in [
            json!({"choices":[{"delta":{"content":"fog"}}]}),
            json!({"choices":[{"message":{"content":"fog"}}]}),
            json!({"choices":[{"text":"fog"}]}),
            json!({"choices":[{"delta":{"content":[{"type":"text","text":"fog"}]}}]}),
        ] {
            assert_eq!(read(&value).text, "fog", "{value}");
        }
    }

    #[test]
    fn thoughts_are_never_words_and_count_once() {
        for value in [
            json!({"choices":[{"delta":{"reasoning_content":"hm","content":null}}]}),
            json!({"choices":[{"delta":{"reasoning":"hm"}}]}),
            json!({"choices":[{"delta":{"reasoning_content":"hm","reasoning":"hm"}}]}),
            json!({"choices":[{"delta":{"reasoning":{"content":"hm"}}}]}),
            json!({"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}),
        ] {
            let chunk = read(&value);
            assert_eq!(
                (chunk.text.as_str(), chunk.thought.as_str()),
                ("", "hm"),
                "{value}"
            );
        }
    }

    #[test]
    fn odd_fields_lose_no_words() {
        let chunk = read(&json!({
            "id": 5, "created": "yesterday", "usage": {}, "model": null,
            "choices": [{"index": "0", "delta": {"role": 1, "content": "fog", "refusal": null}, "finish_reason": 7}]
        }));
        assert_eq!(
            (chunk.text.as_str(), chunk.end, chunk.counts),
            ("fog", None, None)
        );
        assert!(!chunk.refusal);
    }

    #[test]
    fn events_without_choices_are_read() {
        let usage = read(
            &json!({"choices":[],"usage":{"prompt_tokens":"12","completion_tokens":3.0,"prompt_tokens_details":{"cached_tokens":4}}}),
        );
        let counts = usage.counts.unwrap();
        assert_eq!(
            (counts.prompt, counts.written, counts.cached),
            (Some(12), Some(3), Some(4))
        );
        assert!(!read(&json!({"type":"ping"})).is_answer);
        assert_eq!(
            read(&json!({"choices":null,"prompt_filter_results":[]})).text,
            ""
        );
    }

    #[test]
    fn ends_have_many_names() {
        let end = |reason: &str| read(&json!({"choices":[{"finish_reason":reason}]})).end;
        assert_eq!(end("stop"), Some(End::Whole(Finish::EndOfText)));
        assert_eq!(end("MAX_TOKENS"), Some(End::Whole(Finish::Length)));
        assert_eq!(end("SAFETY"), Some(End::Whole(Finish::Filtered)));
        assert_eq!(end("content_filter"), Some(End::Whole(Finish::Filtered)));
        assert_eq!(end("error"), Some(End::Broken));
        assert_eq!(end(""), None);
    }

    #[test]
    fn both_forms_of_log_probabilities_are_read() {
        let chat = read(&json!({"choices":[{"text":" a","logprobs":{"content":[
            {"token":" a","logprob":-1.5,"top_logprobs":[{"token":" the","logprob":-0.5},{"token":" a","logprob":-1.5}]}]}}]}));
        let legacy = read(
            &json!({"choices":[{"text":" a","logprobs":{"tokens":[" a"],"top_logprobs":[{" a":-1.5," the":-0.5}]}}]}),
        );
        assert_eq!(chat.alternatives, legacy.alternatives);
        assert_eq!(chat.alternatives[0][0].piece, " the");
    }
}
