//! What a service says when it cannot or will not, in every shape that services put it.

use serde_json::Value;

/// An error as a service put it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Fault {
    /// HTTP status, or one that the error itself names.
    pub(crate) status: u16,
    /// `code` and `type`, lower case, joined by a space.
    pub(crate) kind: String,
    /// The parameter it names.
    pub(crate) param: String,
    /// Its words.
    pub(crate) message: String,
}

/// Finds an error object in an event or a body. `None` when it holds none.
pub(crate) fn find(value: &Value) -> Option<Fault> {
    if let Value::Array(items) = value {
        return items.iter().find_map(find); // Google wraps its errors in a list
    }
    let object = value.as_object()?;
    let mut fault = Fault::default();
    match object.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(error) => {
            read(error, &mut fault, 0);
            // `{"error": true, "message": …}`, `{"error": {}, "status": 503}`
            if fault.message.is_empty() {
                read(value, &mut fault, 3);
            }
            return Some(fault);
        }
    }
    if let Some(errors @ Value::Array(items)) = object.get("errors")
        && !items.is_empty()
    {
        read(errors, &mut fault, 0);
        return Some(fault);
    }
    if let Some(base) = object.get("base_resp")
        && base["status_code"].as_i64().is_some_and(|code| code != 0)
    {
        fault.kind = base["status_code"].to_string();
        fault.message = base["status_msg"].as_str().unwrap_or_default().into();
        return Some(fault);
    }
    let is_answer = ["choices", "data"]
        .iter()
        .any(|name| object.get(*name).is_some_and(|value| !value.is_null()));
    let speaks = ["message", "detail", "error_msg", "msg"]
        .iter()
        .any(|name| object.contains_key(*name));
    if !is_answer && speaks {
        read(value, &mut fault, 0);
        return Some(fault);
    }
    None
}

/// Reads a body that came with an error status, whatever it is.
pub(crate) fn from_body(status: u16, body: &str) -> Fault {
    let found = serde_json::from_str::<Value>(body).ok().and_then(|value| {
        find(&value).or_else(|| {
            let mut fault = Fault::default();
            read(&value, &mut fault, 0);
            Some(fault)
        })
    });
    let mut fault = found.unwrap_or_else(|| Fault {
        message: if is_html(body) {
            String::new()
        } else {
            body.trim().into()
        },
        ..Fault::default()
    });
    fault.status = status;
    fault
}

/// True for a web page.
pub(crate) fn is_html(body: &str) -> bool {
    body.trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('<')
}

fn read(value: &Value, fault: &mut Fault, depth: u8) {
    if depth > 4 {
        return;
    }
    match value {
        Value::String(text) => {
            // Gateways put the inner service's JSON into a string, sometimes after a few words.
            let inner = text
                .find('{')
                .and_then(|at| serde_json::from_str::<Value>(&text[at..]).ok());
            let before = fault.message.clone();
            if let Some(inner) = inner {
                read(&inner, fault, depth + 1);
            }
            if fault.message == before {
                fault.message = text.trim().into();
            }
        }
        Value::Array(items) => {
            for item in items {
                read(item, fault, depth + 1);
                if !fault.message.is_empty() {
                    break;
                }
            }
        }
        Value::Object(object) => {
            for name in ["code", "type", "status"] {
                match object.get(name) {
                    Some(Value::String(word)) => {
                        fault.kind.push_str(&word.to_ascii_lowercase());
                        fault.kind.push(' ');
                    }
                    Some(Value::Number(number)) => match number.as_u64() {
                        Some(status @ 400..=599) => fault.status = status as u16,
                        Some(code) => fault.kind.push_str(&format!("{code} ")),
                        None => {}
                    },
                    Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_))
                    | None => {}
                }
            }
            if let Some(param) = object.get("param").and_then(Value::as_str) {
                fault.param = param.into();
            }
            if let Some(Value::Array(place)) = object.get("loc") {
                fault.param = place
                    .last()
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .into();
            }
            for name in [
                "message",
                "error",
                "detail",
                "msg",
                "error_msg",
                "error_message",
            ] {
                if let Some(inner) = object.get(name)
                    && fault.message.is_empty()
                {
                    read(inner, fault, depth + 1);
                }
            }
            // OpenRouter: the inner service's own words.
            if let Some(raw) = object.get("metadata").and_then(|data| data.get("raw"))
                && raw.as_str().is_some_and(|raw| !raw.is_empty())
            {
                fault.message.push(' ');
                fault.message.push_str(raw.as_str().unwrap_or_default());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_gives_its_words() {
        for body in [
            r#"{"error":{"message":"no such thing","type":"x","code":null}}"#,
            r#"{"error":"no such thing"}"#,
            r#"[{"error":{"code":400,"message":"no such thing","status":"INVALID_ARGUMENT"}}]"#,
            r#"{"error":{"message":"{\"error\":{\"message\":\"no such thing\"}}"}}"#,
            r#"{"error":{"message":"upstream: {\"message\":\"no such thing\"}"}}"#,
            r#"{"detail":"no such thing"}"#,
            r#"{"detail":[{"loc":["body","x"],"msg":"no such thing"}]}"#,
            r#"{"message":"no such thing","code":20012}"#,
            r#"{"error":true,"message":"no such thing"}"#,
            r#"{"errors":[{"message":"no such thing"}]}"#,
            r#"{"base_resp":{"status_code":1004,"status_msg":"no such thing"}}"#,
            r#"{"object":"error","message":"no such thing"}"#,
            r#""no such thing""#,
            "no such thing\n",
        ] {
            assert_eq!(from_body(400, body).message, "no such thing", "{body}");
        }
    }

    #[test]
    fn an_answer_is_no_error() {
        for body in [
            r#"{"error":null,"choices":[]}"#,
            r#"{"choices":[{"delta":{"content":"error"}}]}"#,
            r#"{"type":"ping"}"#,
            r#"{"data":[],"object":"list","message":"ok"}"#,
        ] {
            assert_eq!(find(&serde_json::from_str(body).unwrap()), None, "{body}");
        }
    }
}
