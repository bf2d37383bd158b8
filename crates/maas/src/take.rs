//! One take: asked, asked again where that may help, and read to its end.

use std::time::{Duration, Instant};

use inference::{Error, Finish, Prompt, Request, TokenSender};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::answer::{Answer, Flow};
use crate::body::{self, Call};
use crate::chunk::{self, Counts, End};
use crate::client::Line;
use crate::estimate;
use crate::fault::{self, Asked, Fault, Meaning};
use crate::known::{Parameter, PrefixForm};
use crate::probe;
use crate::retry;
use crate::sse::{Payload, Reader};

/// Most lessons in one take: every parameter once, the system role and two forms of the prefix.
const LESSONS: u32 = 24;
/// Longest answer that may come in one piece, in bytes.
const WHOLE: usize = 16 << 20;
/// How often a take looks whether its reader is gone.
const LOOK: Duration = Duration::from_millis(25);

/// Why an attempt gave no answer.
#[derive(Debug)]
enum Trouble {
    /// It may pass; the service asks to wait so long.
    Passing(Error, Option<Duration>),
    /// It stands.
    Standing(Error),
    /// Something was learned: ask again at once.
    Learned,
    /// The call isn't offered at this base address; what was found there instead.
    Elsewhere(&'static str),
}

/// Waits until nobody listens any more.
pub(crate) async fn cancelled(sender: &TokenSender) {
    let mut ticks = tokio::time::interval(LOOK);
    while !sender.is_cancelled() {
        ticks.tick().await;
    }
}

/// Runs a take to its end and says how it ended.
pub(crate) async fn run(line: &Line, request: &Request, mut answer: Answer) {
    let started = Instant::now();
    match ask(line, request, &mut answer).await {
        Ok(finish) => {
            let counts = answer.finish(finish);
            weigh(line, request, counts);
            tracing::debug!(
                host = line.host(),
                ms = started.elapsed().as_millis() as u64,
                ?finish,
                "take finished"
            );
        }
        Err(error) => {
            tracing::debug!(host = line.host(), ms = started.elapsed().as_millis() as u64, %error, "take failed");
            answer.fail(error);
        }
    }
}

async fn ask(line: &Line, request: &Request, answer: &mut Answer) -> Result<Finish, Error> {
    let (mut tries, mut lessons) = (1, 0);
    let mut places = probe::places(line).await?;
    let mut found = "nothing";
    loop {
        let Some(base) = places.bases.first().cloned() else {
            return Err(not_offered(line, request, places.certain, found));
        };
        match attempt(line, request, &base, answer).await {
            Ok(finish) => return Ok(finish),
            Err(Trouble::Learned) => {
                lessons += 1;
                if lessons > LESSONS {
                    return Err(Error::Refused {
                        host: line.host(),
                        status: 400,
                        message: "too many parameters were refused".into(),
                    });
                }
            }
            Err(Trouble::Elsewhere(what)) => {
                found = what;
                places.bases.remove(0);
            }
            Err(Trouble::Standing(error)) => return Err(error),
            Err(Trouble::Passing(error, wait)) => {
                tries += 1;
                // The clock's low digits are chance enough to part three takes.
                let spread = u64::from(Instant::now().elapsed().subsec_nanos())
                    ^ std::ptr::from_ref(request).addr() as u64;
                let wait =
                    wait.unwrap_or_else(|| retry::backoff(line.options.backoff, tries, spread));
                if answer.has_begun()
                    || tries > line.options.tries
                    || wait > line.options.longest_wait
                {
                    return Err(error);
                }
                tracing::info!(host = line.host(), %error, ?wait, "asking again");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// The service has no such call at any of its addresses.
fn not_offered(line: &Line, request: &Request, certain: bool, found: &'static str) -> Error {
    let known = line.known();
    match request.prompt {
        Prompt::Raw(_) => {
            if certain || known.chat == Some(true) {
                line.learn(|known| known.raw = Some(false));
            }
            Error::Unsupported {
                what: "raw prompts",
            }
        }
        Prompt::Chat { .. } if certain || known.raw == Some(true) => {
            line.learn(|known| known.chat = Some(false));
            Error::Unsupported {
                what: "chat prompts",
            }
        }
        Prompt::Chat { .. } => Error::NotAModelService {
            host: line.host(),
            found,
        },
    }
}

async fn attempt(
    line: &Line,
    request: &Request,
    base: &str,
    answer: &mut Answer,
) -> Result<Finish, Trouble> {
    let call = body::build(request, &line.model, &line.known(), line.provider);
    let Some(url) = line.endpoint.call(base, call.name) else {
        return Err(Trouble::Elsewhere("nothing"));
    };
    let echo = match (&request.prompt, call.prefix) {
        (Prompt::Chat { answer_prefix, .. }, Some(PrefixForm::MarkedPrefix)) => {
            Some(answer_prefix.as_str())
        }
        _ => None,
    };
    answer.begin(call.seed, echo);
    let response = match line.post(url, &call.body, line.options.first_byte).await {
        Ok(response) => response,
        // Nothing was read yet: a connection that was closed under us, or none at all.
        Err(error @ (Error::Unreachable { .. } | Error::Truncated { .. })) => {
            return Err(Trouble::Passing(error, None));
        }
        Err(error) => return Err(Trouble::Standing(error)),
    };
    let status = response.status();
    let retry_after = retry::retry_after(response.headers());
    if status.is_redirection() {
        return Err(Trouble::Elsewhere("redirect"));
    }
    if !status.is_success() {
        let text = line.refusal(response).await;
        if fault::is_html(&text) && matches!(status.as_u16(), 400 | 403..=407) {
            return Err(Trouble::Elsewhere("html"));
        }
        let fault = fault::from_body(status.as_u16(), &text);
        return Err(lesson(line, &fault, &call, retry_after));
    }
    let mut reading = Reading {
        line,
        call: &call,
        answer,
        begun: false,
        end: None,
        only_answered: false,
    };
    let finish = reading.read(response).await?;
    let answered = reading.only_answered || reading.begun;
    if answered {
        line.learn(|known| {
            known.base = Some(base.into());
            match request.prompt {
                Prompt::Raw(_) => known.raw = Some(true),
                Prompt::Chat { .. } => known.chat = Some(true),
            }
            if let (Some(form), None) = (call.prefix, known.prefix) {
                known.prefix = Some(form);
            }
        });
    }
    if answer.only_thought() {
        let new = !line.known().thinks;
        line.learn(|known| known.thinks = true);
        // The first time its thoughts used up what was meant for words: ask again with room for both.
        if new && finish == Finish::Length && request.thought_budget > 0 {
            return Err(Trouble::Learned);
        }
    }
    Ok(finish)
}

/// Turns a refusal into what to do next, and remembers it.
fn lesson(line: &Line, fault: &Fault, call: &Call, retry_after: Option<Duration>) -> Trouble {
    let host = line.host();
    let asked = Asked {
        host: &host,
        model: &line.model,
        key: line.key.as_ref(),
        sent: &call.sent,
        prefix: call.prefix.is_some_and(|form| form != PrefixForm::Refused),
        raw: call.name == "completions",
        retry_after,
    };
    match fault::judge(fault, &asked) {
        Meaning::Passing(error) => Trouble::Passing(error, retry_after),
        Meaning::Standing(error) => Trouble::Standing(error),
        Meaning::NoSuchCall => Trouble::Elsewhere(if fault.status == 404 {
            "404"
        } else {
            "no such call"
        }),
        Meaning::Parameter(parameter) => {
            tracing::info!(host, ?parameter, "refused, left out from now on");
            line.learn(|known| {
                known.refused.insert(parameter);
            });
            Trouble::Learned
        }
        Meaning::PrefixUnmarked if call.prefix != Some(PrefixForm::MarkedPrefix) => {
            line.learn(|known| known.prefix = Some(PrefixForm::MarkedPrefix));
            Trouble::Learned
        }
        Meaning::Prefix | Meaning::PrefixUnmarked => {
            tracing::info!(host, "does not go on from a begun answer");
            line.learn(|known| known.prefix = Some(PrefixForm::Refused));
            Trouble::Learned
        }
    }
}

/// Compares the prompt's size as counted there with ours: warns when it was cut, learns when it was not.
fn weigh(line: &Line, request: &Request, counts: Counts) {
    let Some(read) = counts.prompt.filter(|&read| read > 0) else {
        return;
    };
    let text = match &request.prompt {
        Prompt::Raw(text) => text.clone(),
        Prompt::Chat {
            messages,
            answer_prefix,
        } => {
            let mut text: String = messages
                .iter()
                .map(|message| message.text.as_str())
                .collect();
            text.push_str(answer_prefix);
            text
        }
    };
    let tally = estimate::tally(&text);
    let sent = tally.at_least(line.known().weights());
    // Some count what they had cached apart.
    let read = if read < sent {
        read.saturating_add(counts.cached.unwrap_or(0))
    } else {
        read
    };
    if u64::from(read) * 100 < u64::from(sent) * 85 {
        let host = line.host();
        tracing::warn!(host, read, sent, "the service cut the prompt");
        line.warn(Some(Error::PromptCut { host, read, sent }));
    } else {
        line.warn(None);
        line.learn(|known| {
            let mut weights = known.weights();
            tally.teach(read, &mut weights);
            known.set_weights(weights);
        });
    }
}

const _: () = {
    // A lesson per parameter, at most.
    assert!(LESSONS as usize > Parameter::SystemRole as usize + 2);
};
