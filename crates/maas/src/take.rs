//! One take: asked, asked again where that may help, and read to its end.

use std::time::{Duration, Instant};

use inference::{Error, Finish, Prompt, Request, TokenSender};

use crate::answer::Answer;
use crate::body;
use crate::chunk::Counts;
use crate::client::Line;
use crate::estimate;
use crate::fault;
use crate::known::{Parameter, PrefixForm};
use crate::probe;
use crate::reading::{Reading, Trouble, lesson};
use crate::retry;

/// Most lessons in one take: every parameter once, the system role and two forms of the prefix.
const LESSONS: u32 = 24;
/// How often a take looks whether its reader is gone.
const LOOK: Duration = Duration::from_millis(25);

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
    let before = line.known();
    match ask(line, request, &mut answer).await {
        Ok(finish) => {
            weigh(line, request, answer.counts()); // before the end is told: it may be asked for then
            answer.finish(finish);
            tracing::debug!(
                host = line.host(),
                ms = started.elapsed().as_millis() as u64,
                ?finish,
                "take finished"
            );
        }
        Err(error) => {
            if matches!(error, Error::Refused { .. }) {
                // What was left out did not help, so it was not what was refused.
                line.learn(|known| {
                    known.refused = before.refused;
                    known.prefix = before.prefix;
                });
            }
            tracing::debug!(host = line.host(), ms = started.elapsed().as_millis() as u64, %error, "take failed");
            answer.fail(error);
        }
    }
}

async fn ask(line: &Line, request: &Request, answer: &mut Answer) -> Result<Finish, Error> {
    let (mut tries, mut lessons) = (1, 0);
    let mut places = probe::places(line).await?;
    let mut found = None;
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
                found = found.or(what);
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
                answer.waits();
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// The service has no such call at any of its addresses.
fn not_offered(
    line: &Line,
    request: &Request,
    certain: bool,
    found: Option<&'static str>,
) -> Error {
    let no_service = |found| Error::NotAModelService {
        host: line.host(),
        found,
    };
    let known = line.known();
    match (found, &request.prompt) {
        // A page in between says nothing about the service behind it.
        (Some(found), _) => no_service(found),
        (None, Prompt::Raw(_)) => {
            if certain || known.chat == Some(true) {
                line.learn(|known| known.raw = Some(false));
            }
            Error::Unsupported {
                what: "raw prompts",
            }
        }
        (None, Prompt::Chat { .. }) if certain || known.raw == Some(true) => {
            line.learn(|known| known.chat = Some(false));
            Error::Unsupported {
                what: "chat prompts",
            }
        }
        (None, Prompt::Chat { .. }) => no_service("404"),
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
        return Err(Trouble::Elsewhere(None));
    };
    let echo = match (&request.prompt, call.prefix) {
        (Prompt::Chat { answer_prefix, .. }, Some(PrefixForm::MarkedPrefix)) => {
            Some(answer_prefix.as_str())
        }
        _ => None,
    };
    answer.begin(&call, echo);
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
        return Err(Trouble::Elsewhere(Some("redirect")));
    }
    if !status.is_success() {
        let text = line.refusal(response).await;
        if fault::is_html(&text) && matches!(status.as_u16(), 400 | 403 | 406 | 407) {
            return Err(Trouble::Elsewhere(Some("html")));
        }
        let fault = fault::from_body(status.as_u16(), &text);
        return Err(lesson(line, &fault, &call, retry_after));
    }
    let thought_before = line.known().thinks;
    let mut reading = Reading::new(line, &call, answer);
    let finish = reading.read(response).await?;
    line.learn(|known| {
        known.base = Some(base.into());
        match request.prompt {
            Prompt::Raw(_) => known.raw = Some(true),
            Prompt::Chat { .. } => known.chat = Some(true),
        }
        known.prefix = known.prefix.or(call.prefix);
        known.thinks |= answer.begins_with_thought();
    });
    // The first time, thoughts may use up what was meant for words: ask again with room for both.
    let crowded_out = answer.only_thought() && finish == Finish::Length;
    if crowded_out && !thought_before && request.thought_budget > 0 {
        return Err(Trouble::Learned);
    }
    Ok(finish)
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
