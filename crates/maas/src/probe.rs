//! What is there: the base address, the models, and which calls answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use inference::{Ended, Error, Event, Message, Priority, Prompt, Request, Role, Sampling, channel};
use serde_json::Value;

use crate::answer::Answer;
use crate::client::Line;
use crate::fault;
use crate::known::{Known, PrefixForm};
use crate::retry;
use crate::take;
use crate::verdict::{self, Asked, Meaning};

/// Longest list of models that is read, in bytes.
const LIST: usize = 8 << 20;

/// Our own words, sent to measure how a service counts. About 60 tokens.
const ENGLISH: &str = "The fog rolled in over the quay and the old man threw his cigarette into the water. \
    She didn't answer. She only put the suitcase down beside her feet and listened to the horns, one after \
    another, far out. Then the rain began: a few drops first, and soon the whole street was loud with it.";
const CHINESE: &str = "深夜的码头上，雾气从河面升起来。老王把烟头扔进水里，转身看着她，说：你不该回来的。她没有回答，\
    只是把箱子放在脚边，听远处的汽笛一声接一声地响。雨开始下了，先是几滴，后来整条街都在响。";

/// A model that a service lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteModel {
    /// What to ask for.
    pub id: String,
    /// Tokens of prompt and answer together, if told.
    pub context: Option<u32>,
}

/// What a test found out.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    /// Host and port: where text goes.
    pub host: String,
    /// The base address that answered.
    pub base: String,
    /// True when text and key go unencrypted.
    pub plaintext: bool,
    /// The models it lists; empty when it lists none.
    pub models: Vec<RemoteModel>,
    /// Whether the chosen model is among them; `None` when there is no list or no choice.
    pub model_listed: Option<bool>,
    /// `/completions` answers: the page itself is gone on with.
    pub completions: bool,
    /// `/chat/completions` answers.
    pub chat: bool,
    /// An answer can be begun for it.
    pub answer_prefix: bool,
    /// It was seen to think before it answers.
    pub thinks: bool,
    /// From a short request to its first byte.
    pub latency: Duration,
    /// Tokens of prompt and answer together, if told.
    pub context: Option<u32>,
}

/// Base addresses to ask at.
pub(crate) struct Places {
    /// Likeliest first.
    pub(crate) bases: Vec<String>,
    /// The first one is a model service for certain: it listed models or answered before.
    pub(crate) certain: bool,
}

/// Where to ask: what answered before, else what lists models, else every form of the address in turn.
///
/// # Errors
/// [`Error::Unreachable`] or [`Error::TimedOut`] after as many tries as the options allow.
pub(crate) async fn places(line: &Line) -> Result<Places, Error> {
    let mut bases = line.endpoint.bases();
    let known = line.known();
    let first = match known.base {
        Some(base) => Some((base, true)),
        None => match look(line).await {
            Ok(look) => Some((look.base, true)),
            Err(Unfound { at: Some(at), .. }) => Some((at, false)),
            Err(Unfound {
                error: error @ (Error::Unreachable { .. } | Error::TimedOut { .. }),
                ..
            }) => {
                return Err(error);
            }
            Err(Unfound { at: None, .. }) => None,
        },
    };
    let Some((first, certain)) = first else {
        return Ok(Places {
            bases,
            certain: false,
        });
    };
    bases.retain(|base| *base != first);
    bases.insert(0, first);
    Ok(Places { bases, certain })
}

/// The models that the service lists.
pub(crate) async fn models(line: &Line) -> Result<Vec<RemoteModel>, Error> {
    look(line)
        .await
        .map(|look| look.models)
        .map_err(|unfound| unfound.error)
}

struct Look {
    base: String,
    models: Vec<RemoteModel>,
    latency: Duration,
}

/// No list was found.
struct Unfound {
    error: Error,
    /// The base address that spoke like a model service all the same.
    at: Option<String>,
}

/// Asks for the list of models at each base address, and remembers the one that has it.
async fn look(line: &Line) -> Result<Look, Unfound> {
    let mut bases = line.endpoint.bases();
    if let Some(known) = line.known().base {
        bases.retain(|base| *base != known);
        bases.insert(0, known);
    }
    let mut unfound: Option<Unfound> = None;
    for base in bases {
        let asked = Instant::now();
        match list(line, &base).await {
            Ok(models) => {
                let latency = asked.elapsed();
                let context = chosen(&models, &line.model).and_then(|model| model.context);
                line.learn(|known| {
                    known.base = Some(base.clone());
                    known.context = context.or(known.context);
                });
                return Ok(Look {
                    base,
                    models,
                    latency,
                });
            }
            Err(Unfound {
                error: error @ (Error::Unreachable { .. } | Error::TimedOut { .. }),
                ..
            }) => {
                return Err(Unfound { error, at: None });
            }
            // The first that spoke like a service says the most; a page or a 404 says the least.
            Err(new) => {
                if unfound
                    .as_ref()
                    .is_none_or(|old| old.at.is_none() && new.at.is_some())
                {
                    unfound = Some(new);
                }
            }
        }
    }
    Err(unfound.unwrap_or_else(|| Unfound {
        error: Error::NotAModelService {
            host: line.host(),
            found: "nothing",
        },
        at: None,
    }))
}

async fn list(line: &Line, base: &str) -> Result<Vec<RemoteModel>, Unfound> {
    let no_service = |found| Unfound {
        error: Error::NotAModelService {
            host: line.host(),
            found,
        },
        at: None,
    };
    let here = |error| Unfound {
        error,
        at: Some(base.to_owned()),
    };
    let mut tries = 1;
    loop {
        let Some(url) = line.endpoint.call(base, "models") else {
            return Err(no_service("nothing"));
        };
        let (error, wait) = match line.get(url, line.options.probe).await {
            Err(error @ (Error::Unreachable { .. } | Error::Truncated { .. })) => (error, None),
            Err(error) => return Err(Unfound { error, at: None }),
            Ok(response) => {
                let status = response.status();
                let wait = retry::retry_after(response.headers());
                if status.is_redirection() {
                    return Err(no_service("redirect"));
                }
                let body = line.body(response, LIST).await.map_err(here)?;
                if fault::is_html(&body) && !status.is_server_error() {
                    return Err(no_service("html"));
                }
                if status.is_success() {
                    let value: Value =
                        serde_json::from_str(&body).map_err(|_| no_service("broken json"))?;
                    match (models_in(&value), fault::find(&value)) {
                        (Some(models), _) => return Ok(models),
                        (None, None) => return Err(no_service("other json")),
                        (None, Some(_)) => {}
                    }
                }
                let asked = Asked {
                    host: &line.host(),
                    model: &line.model,
                    key: line.key.as_ref(),
                    sent: &[],
                    prefix: false,
                    raw: false,
                    retry_after: wait,
                };
                match verdict::judge(&fault::from_body(status.as_u16(), &body), &asked) {
                    Meaning::Passing(error) => (error, wait),
                    Meaning::Standing(error) => return Err(here(error)),
                    Meaning::NoSuchCall
                    | Meaning::Parameter(_)
                    | Meaning::Prefix
                    | Meaning::PrefixUnmarked => {
                        return Err(no_service("404"));
                    }
                }
            }
        };
        tries += 1;
        let wait = wait.unwrap_or_else(|| retry::backoff(line.options.backoff, tries, 0));
        if tries > line.options.tries || wait > line.options.longest_wait {
            return Err(match error {
                Error::Unreachable { .. } => Unfound { error, at: None },
                error => here(error),
            });
        }
        tokio::time::sleep(wait).await;
    }
}

/// A list in any of the shapes in use: `data`, `models`, or bare; of objects or of names.
fn models_in(value: &Value) -> Option<Vec<RemoteModel>> {
    let items = value["data"]
        .as_array()
        .or(value["models"].as_array())
        .or(value.as_array())?;
    if items.iter().any(|item| item.get("error").is_some()) {
        return None;
    }
    let models = items.iter().filter_map(|item| {
        let id = ["id", "model", "name"]
            .into_iter()
            .find_map(|field| item[field].as_str())
            .or(item.as_str())?;
        Some(RemoteModel {
            id: id.strip_prefix("models/").unwrap_or(id).into(),
            context: context(item),
        })
    });
    Some(models.collect())
}

/// The context by its names at OpenRouter, vLLM, Groq, LM Studio, Mistral, Google and llama-server.
fn context(model: &Value) -> Option<u32> {
    let top = [
        "context_length",
        "max_model_len",
        "context_window",
        "loaded_context_length",
        "max_context_length",
        "inputTokenLimit",
    ];
    top.into_iter()
        .map(|name| &model[name])
        .chain([&model["meta"]["n_ctx"], &model["meta"]["n_ctx_train"]])
        .find_map(|value| {
            u32::try_from(value.as_u64()?)
                .ok()
                .filter(|&tokens| tokens > 0)
        })
}

fn chosen<'a>(models: &'a [RemoteModel], id: &str) -> Option<&'a RemoteModel> {
    models.iter().find(|model| model.id == id)
}

/// Finds out what the service can do.
pub(crate) async fn test(line: &Arc<Line>) -> Result<TestReport, Error> {
    let (models, mut latency) = match look(line).await {
        Ok(look) => (look.models, Some(look.latency)),
        Err(Unfound { error, at }) => match error {
            // Some have no list, or keep it from keys that may draft.
            Error::NotAModelService { .. } | Error::Refused { .. } | Error::UnknownModel { .. } => {
                (Vec::new(), None)
            }
            Error::KeyRefused { .. }
                if at.is_some() && line.key.is_some() && !line.model.is_empty() =>
            {
                (Vec::new(), None)
            }
            error => return Err(error),
        },
    };
    let mut report = TestReport {
        host: line.host(),
        base: String::new(),
        plaintext: line.endpoint.is_plaintext(),
        model_listed: (!models.is_empty() && !line.model.is_empty())
            .then(|| chosen(&models, &line.model).is_some()),
        models,
        completions: false,
        chat: false,
        answer_prefix: false,
        thinks: false,
        latency: Duration::ZERO,
        context: None,
    };
    if line.model.is_empty() {
        if report.models.is_empty() {
            return Err(Error::NotAModelService {
                host: line.host(),
                found: "no list of models",
            });
        }
    } else {
        // What was missing or refused may have come since.
        line.learn(|known| {
            *known = Known {
                base: known.base.take(),
                context: known.context,
                latin_weight: known.latin_weight,
                han_weight: known.han_weight,
                raw: None,
                chat: None,
                prefix: None,
                refused: BTreeSet::new(),
                thinks: false,
            };
        });
        let raw = short(line, Prompt::Raw(ENGLISH.into()), 1).await;
        if raw.is_ok() {
            // Only to learn how it counts; its failure changes nothing.
            let _ = short(line, Prompt::Raw(CHINESE.into()), 1).await;
        }
        let chat = counting(line).await;
        latency = latency
            .or(raw.as_ref().ok().map(|said| said.first))
            .or(chat.as_ref().ok().map(|said| said.first));
        let unfit = |error: &Error| {
            matches!(
                error,
                Error::Unsupported { .. } | Error::UnknownModel { .. }
            )
        };
        report.completions = raw.is_ok();
        report.chat = chat.is_ok();
        match (raw, chat) {
            (Ok(_), Ok(_)) => {}
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => {
                if !unfit(&error) {
                    tracing::info!(host = line.host(), %error, "one of the two calls failed");
                }
            }
            (Err(_), Err(Error::UnknownModel { .. })) if report.model_listed == Some(false) => {}
            (Err(raw), Err(chat)) => {
                return Err(if unfit(&chat) && !unfit(&raw) {
                    raw
                } else {
                    chat
                });
            }
        }
        if !report.completions && report.chat {
            let ask = |text: &str| Prompt::Chat {
                messages: vec![Message {
                    role: Role::User,
                    text: text.into(),
                }],
                answer_prefix: String::new(),
            };
            let _ = short(line, ask(ENGLISH), 1).await;
            let _ = short(line, ask(CHINESE), 1).await;
        }
    }
    let known = line.known();
    let prefix = known.prefix.unwrap_or(line.provider.prefix);
    report.base = known.base.unwrap_or_default();
    report.answer_prefix = report.chat && prefix != PrefixForm::Refused;
    report.thinks = known.thinks;
    report.context = known.context;
    report.latency = latency.unwrap_or_default();
    Ok(report)
}

/// Lets it count, from the fifth number on. A model that begins at one again was not given its beginning.
async fn counting(line: &Arc<Line>) -> Result<Said, Error> {
    let prompt = Prompt::Chat {
        messages: vec![Message {
            role: Role::User,
            text: "Count from 1 to 9. Only the numbers, separated by commas.".into(),
        }],
        answer_prefix: "1, 2, 3, 4,".into(),
    };
    let said = short(line, prompt, 8).await?;
    let text = said.text.trim_start();
    if text.starts_with("1,") || text.starts_with("1 ") || text.starts_with("1\n") {
        line.learn(|known| known.prefix = Some(PrefixForm::Refused));
    }
    Ok(said)
}

/// What a short request brought.
struct Said {
    text: String,
    first: Duration,
}

async fn short(line: &Arc<Line>, prompt: Prompt, tokens: u32) -> Result<Said, Error> {
    let request = Request {
        prompt,
        sampling: Sampling::greedy(),
        max_tokens: tokens,
        stop: Vec::new(),
        seed: None,
        priority: Priority::Foreground,
        thought_budget: 0,
        alternatives: 0,
    };
    let (sender, mut stream) = channel();
    take::run(line, &request, Answer::new(Arc::new(sender), &[], 0)).await;
    // The take is over, so nothing here waits.
    let mut text = String::new();
    while let Some(event) = stream.next_blocking() {
        match event {
            Event::Text { text: more, .. } => text.push_str(&more),
            Event::Ended(Ended::Finished(_, usage)) => {
                let first = Duration::from_secs_f64(usage.ttft_ms / 1000.0);
                return Ok(Said { text, first });
            }
            Event::Ended(Ended::Failed(error, _)) => return Err(error),
            Event::Ended(Ended::Stopped(_)) => return Err(Error::Closed),
            Event::Queued | Event::Reading { .. } | Event::Thinking { .. } => {}
        }
    }
    Err(Error::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_of_every_shape_are_read() {
        let one = |context| {
            Some(vec![RemoteModel {
                id: "m".into(),
                context,
            }])
        };
        assert_eq!(
            models_in(&json!({"data":[{"id":"m","context_length":8192}]})),
            one(Some(8192))
        );
        assert_eq!(
            models_in(&json!({"data":[{"id":"m","meta":{"n_ctx":4096,"n_ctx_train":8192}}]})),
            one(Some(4096))
        );
        assert_eq!(
            models_in(&json!({"models":[{"name":"models/m"}]})),
            one(None)
        );
        assert_eq!(
            models_in(&json!([{"id":"m","max_model_len":32768}])),
            one(Some(32768))
        );
        assert_eq!(models_in(&json!({"data":["m"]})), one(None));
        assert_eq!(models_in(&json!({"data":[]})), Some(vec![]));
        assert_eq!(models_in(&json!([{"error":{"message":"no"}}])), None);
        assert_eq!(models_in(&json!({"hello":1})), None);
    }
}
