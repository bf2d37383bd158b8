//! Quirks 10 to 18: what services refuse, want, and say.

use std::time::{Duration, Instant};

use inference::{Error, Finish, Model};
use maas::Parameter;

use crate::server::{Reply, Seen, Server, models};
use crate::{ask, chat, chat_with_prefix, check, client, client_with, fog, heard, quick, raw};

/// A service that refuses parameters one by one, by these words.
fn picky(refusals: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |seen, _| {
        if seen.method == "GET" {
            return models(seen);
        }
        for (name, words) in refusals {
            if seen.body.get(*name).is_some() {
                let body = serde_json::json!({"error": {"message": words, "type": "invalid_request_error"}});
                return Reply::json(400, &body.to_string());
            }
        }
        fog()
    })
}

#[test]
fn q10_refused_parameters_are_learned_and_left_out() {
    let server = picky(&[
        (
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ),
        (
            "temperature",
            "Unsupported value: 'temperature' does not support 0.8 with this model. Only the default (1) value is supported.",
        ),
        ("top_k", "Unrecognized request argument supplied: top_k"),
        (
            "stream_options",
            "stream_options: Extra inputs are not permitted",
        ),
    ]);
    let client = client(&server.url());
    let heard = ask(&client, chat());
    assert_eq!(heard.text, "The fog rolls in.", "{:?}", heard.ended);
    assert_eq!(server.calls().len(), 5);
    let last = &server.calls()[4].body;
    assert_eq!(last["max_completion_tokens"], 64);
    assert_eq!(last["top_p"], 0.95);
    assert!(client.service.known().refused.contains(&Parameter::TopK));
    // The next take knows.
    ask(&client, chat());
    assert_eq!(server.calls().len(), 6);
    // And so does the next start.
    let next = client_with(
        &server.url(),
        maas::Options {
            known: client.service.known(),
            ..quick()
        },
    );
    ask(&next, chat());
    assert_eq!(
        server.seen().len(),
        8,
        "one list of models and seven calls in all"
    );
}

#[test]
fn q10_of_two_that_exclude_each_other_the_lesser_goes() {
    let server = picky(&[(
        "top_p",
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    )]);
    let client = client(&server.url());
    assert_eq!(ask(&client, chat()).text, "The fog rolls in.");
    assert_eq!(server.calls()[1].body["temperature"], 0.8);
}

#[test]
fn q10_a_seed_that_was_refused_is_not_reported() {
    let server = picky(&[("seed", "Unknown parameter: 'seed'.")]);
    let client = client(&server.url());
    assert_eq!(ask(&client, chat()).usage().seed, None);
    assert!(!client.service.capabilities().seed);
}

#[test]
fn q10_a_limit_refused_by_both_names_is_kept_here() {
    let server = Server::start(|seen, _| match seen.body["messages"].is_array() {
        false => models(seen),
        true if seen.body.get("max_tokens").is_some() => Reply::json(
            400,
            r#"{"error":{"message":"max_tokens: not supported","param":"max_tokens"}}"#,
        ),
        true if seen.body.get("max_completion_tokens").is_some() => Reply::json(
            400,
            r#"{"error":{"message":"Unrecognized request argument supplied: max_completion_tokens"}}"#,
        ),
        true => (0..500)
            .fold(Reply::stream(), |reply, _| reply.says("fog "))
            .hang(),
    });
    let heard = heard(&server);
    assert_eq!(
        (heard.text.as_str(), heard.finish()),
        ("fog ".repeat(64).as_str(), Some(Finish::Length))
    );
    server.wait_until_left(Duration::from_secs(5));
}

#[test]
fn q10_a_service_that_refuses_without_end_is_given_up() {
    let server = Server::answers(vec![Reply::json(
        400,
        r#"{"error":{"message":"temperature"}}"#,
    )]);
    let client = client(&server.url());
    let heard = ask(&client, chat());
    assert!(
        matches!(heard.error(), Some(Error::Refused { status: 400, .. })),
        "{:?}",
        heard.ended
    );
    assert_eq!(server.calls().len(), 2);
    let refused = client.service.known().refused;
    assert!(
        refused.is_empty(),
        "what did not help was not the cause: {refused:?}"
    );
}

#[test]
fn q11_a_service_that_only_streams_and_always_thinks_is_used_as_it_is() {
    let server = Server::start(|seen, _| match seen.method.as_str() {
        "GET" => models(seen),
        _ if seen.body["stream"] != true => Reply::json(
            400,
            r#"{"error":{"message":"parameter.enable_thinking must be set to false for non-streaming calls"}}"#,
        ),
        _ => (0..10)
            .fold(Reply::stream(), |reply, _| reply.thinks("hm"))
            .says("Fog.")
            .ends("stop")
            .done(),
    });
    let heard = heard(&server);
    assert_eq!((heard.text.as_str(), heard.thoughts), ("Fog.", 10));
}

#[test]
fn q11_thoughts_are_cut_at_their_budget() {
    let server = Server::answers(vec![
        (0..200)
            .fold(Reply::stream(), |reply, _| reply.thinks("hm"))
            .hang(),
    ]);
    let client = client(&server.url());
    // Known to think: the first time it would be asked again with more room.
    let mut request = chat();
    request.thought_budget = 20;
    let heard = ask(&client, request);
    assert_eq!(
        (heard.text.as_str(), heard.finish()),
        ("", Some(Finish::Length))
    );
    assert_eq!(heard.usage().thought_tokens, 21);
    server.wait_until_left(Duration::from_secs(5));
}

#[test]
fn q11_an_allowance_used_up_by_thoughts_is_enlarged_once() {
    let server = Server::answers(vec![
        Reply::stream().thinks("hm").ends("length").done(),
        fog(),
    ]);
    let heard = heard(&server);
    assert_eq!(heard.text, "The fog rolls in.");
    let limits: Vec<_> = server
        .calls()
        .iter()
        .map(|call| call.body["max_tokens"].clone())
        .collect();
    assert_eq!(limits, [64, 164]);
}

#[test]
fn q12_a_begun_answer_that_is_refused_is_asked_for_without() {
    for words in [
        "Assistant response prefill is incompatible with enable_thinking.",
        "This model does not support assistant message prefill. The conversation must end with a user message.",
        "Cannot set both add_generation_prompt and continue_final_message: last message must be from user",
    ] {
        let body = serde_json::json!({"error": {"message": words}}).to_string();
        let server = Server::start(move |seen: &Seen, _| {
            let last = seen.body["messages"]
                .as_array()
                .and_then(|list| list.last())
                .cloned();
            match last {
                None => models(seen),
                Some(last) if last["role"] == "assistant" => Reply::json(400, &body),
                Some(_) => fog(),
            }
        });
        let client = client(&server.url());
        assert!(client.service.capabilities().answer_prefix);
        let heard = ask(&client, chat_with_prefix("The harbour"));
        assert_eq!(
            heard.text, "The fog rolls in.",
            "{words}: {:?}",
            heard.ended
        );
        assert!(!client.service.capabilities().answer_prefix, "{words}");
    }
}

#[test]
fn q12_a_begun_answer_is_marked_where_that_is_asked_for() {
    let server = Server::start(|seen, _| {
        let Some(last) = seen.body["messages"]
            .as_array()
            .and_then(|list| list.last())
        else {
            return models(seen);
        };
        if last["role"] == "assistant" && last["prefix"] != true {
            return Reply::json(
                400,
                r#"{"object":"error","message":"Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"}"#,
            );
        }
        // Such services repeat the beginning.
        Reply::stream()
            .says("The har")
            .says("bour sleeps.")
            .ends("stop")
            .done()
    });
    let client = client(&server.url());
    assert_eq!(
        ask(&client, chat_with_prefix("The harbour")).text,
        " sleeps."
    );
    assert!(client.service.capabilities().answer_prefix);
}

#[test]
fn q13_every_form_of_an_address_finds_the_service() {
    for (served, written) in [
        ("/v1", ""),
        ("/v1", "/"),
        ("/v1", "/v1"),
        ("/v1", "/v1/"),
        ("/v1", "/v1/v1"),
        ("/v1", "/v1/chat/completions"),
        ("", "/v1"),
        ("", ""),
        ("/v1beta/openai", "/v1beta/openai/"),
        ("/proxy/openai/v1", "/proxy/openai"),
        ("/proxy/openai", "/proxy/openai/v1"),
        ("/api/paas/v4", "/api/paas/v4/chat/completions"),
    ] {
        let server = Server::start(move |seen, _| {
            let Some(call) = seen.path.strip_prefix(served) else {
                return Reply::status(404, &[], "404 page not found");
            };
            match call {
                "/models" => Reply::json(200, r#"{"data":[{"id":"m"}]}"#),
                "/chat/completions" => fog(),
                _ => Reply::html(404),
            }
        });
        let client = client(&format!("{}{written}", server.url()));
        assert_eq!(
            ask(&client, chat()).text,
            "The fog rolls in.",
            "{served} as {written}"
        );
        assert_eq!(
            client.service.known().base,
            Some(format!("{}{served}", server.url()))
        );
        let before = server.seen().len();
        ask(&client, chat());
        assert_eq!(
            server.seen().len(),
            before + 1,
            "what worked is asked first: {served} as {written}"
        );
    }
}

#[test]
fn q13_a_service_without_a_list_is_found_by_its_answer() {
    let server = Server::start(|seen, _| match seen.path.as_str() {
        "/chat/completions" => fog(),
        _ => Reply::json(404, r#"{"detail":"Not Found"}"#),
    });
    let client = client(&server.url());
    assert_eq!(ask(&client, chat()).text, "The fog rolls in.");
    assert_eq!(client.service.known().base, Some(server.url()));
}

#[test]
fn q14_a_short_wait_is_waited_for() {
    for (header, least) in [
        ("Retry-After: 1", 1000),
        ("retry-after-ms: 300", 300),
        (
            "Date: Tue, 24 Nov 2026 23:59:30 GMT\r\nRetry-After: Tue, 24 Nov 2026 23:59:31 GMT",
            1000,
        ),
        ("x-ratelimit-reset-requests: 250ms", 250),
    ] {
        let server = Server::answers(vec![
            Reply::status(429, &[header], r#"{"error":{"message":"slow down"}}"#),
            fog(),
        ]);
        let started = Instant::now();
        let heard = heard(&server);
        assert_eq!(heard.text, "The fog rolls in.", "{header}");
        assert!(heard.waited, "the reader is told that it waits: {header}");
        assert!(
            started.elapsed() >= Duration::from_millis(least),
            "{header}"
        );
    }
}

#[test]
fn q14_a_long_wait_is_told_and_not_waited_for() {
    let server = Server::answers(vec![
        Reply::status(429, &["Retry-After: 3600"], "{}"),
        fog(),
    ]);
    let heard = heard(&server);
    let retry_after = Some(Duration::from_secs(3600));
    assert_eq!(
        heard.error(),
        Some(&Error::Busy {
            host: server.host(),
            retry_after
        })
    );
    assert_eq!(server.calls().len(), 1);
}

#[test]
fn q14_a_used_up_quota_is_not_asked_again() {
    let body = r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}"#;
    let server = Server::answers(vec![Reply::json(429, body)]);
    assert_eq!(
        heard(&server).error(),
        Some(&Error::QuotaUsedUp {
            host: server.host()
        })
    );
    assert_eq!(server.calls().len(), 1);
}

#[test]
fn q14_a_busy_service_is_asked_three_times() {
    let server = Server::answers(vec![Reply::json(429, "{}")]);
    assert_eq!(
        heard(&server).error(),
        Some(&Error::Busy {
            host: server.host(),
            retry_after: None
        })
    );
    assert_eq!(server.calls().len(), 3);
}

#[test]
fn q15_a_slow_stream_lives_as_long_as_something_comes() {
    let mut reply = Reply::stream();
    for _ in 0..8 {
        reply = reply.pause(400).says("fog ").send(": still here\n\n");
    }
    let server = Server::answers(vec![reply.ends("stop").done()]);
    let options = maas::Options {
        first_byte: Duration::from_secs(2),
        idle: Duration::from_secs(2),
        ..quick()
    };
    let heard = ask(&client_with(&server.url(), options), chat());
    assert_eq!(
        heard.text,
        "fog ".repeat(8),
        "longer than every limit, but never silent: {:?}",
        heard.ended
    );
}

#[test]
fn q15_silence_ends_a_take_and_keeps_what_came() {
    let idle = Duration::from_millis(300);
    let server = Server::answers(vec![Reply::stream().says("Fog").hang()]);
    let options = maas::Options { idle, ..quick() };
    let heard = ask(&client_with(&server.url(), options), chat());
    assert_eq!(heard.text, "Fog");
    assert_eq!(
        heard.error(),
        Some(&Error::TimedOut {
            host: server.host(),
            after: idle
        })
    );
    server.wait_until_left(Duration::from_secs(5));
}

#[test]
fn q15_silent_reading_has_a_limit_of_its_own() {
    let idle = Duration::from_millis(400);
    let server = Server::answers(vec![Reply::stream().pause(900).says("Fog.").done()]);
    let heard = ask(
        &client_with(&server.url(), maas::Options { idle, ..quick() }),
        chat(),
    );
    assert_eq!(heard.text, "Fog.");
    for reply in [Reply::default().hang(), Reply::stream().hang()] {
        let server = Server::answers(vec![reply]);
        let first_byte = Duration::from_millis(300);
        let heard = ask(
            &client_with(
                &server.url(),
                maas::Options {
                    first_byte,
                    ..quick()
                },
            ),
            chat(),
        );
        assert_eq!(
            heard.error(),
            Some(&Error::TimedOut {
                host: server.host(),
                after: first_byte
            })
        );
    }
}

#[test]
fn q16_an_answer_that_was_kept_back_says_so() {
    for reason in ["content_filter", "SAFETY", "refusal", "sensitive"] {
        check(Reply::stream().ends(reason).done(), "", Finish::Filtered);
        check(
            Reply::stream().says("Fog").ends(reason).done(),
            "Fog",
            Finish::Filtered,
        );
    }
    let refusal = r#"{"choices":[{"delta":{"refusal":"I can't."}}]}"#;
    check(
        Reply::stream().event(refusal).ends("stop").done(),
        "",
        Finish::Filtered,
    );
    let null = r#"{"choices":[{"delta":{"content":"Fog.","refusal":null}}]}"#;
    check(
        Reply::stream().event(null).ends("stop").done(),
        "Fog.",
        Finish::EndOfText,
    );
}

#[test]
fn q16_an_answer_without_anything_is_no_answer() {
    for reply in [
        Reply::stream().done(),
        Reply::stream(),
        Reply::json(200, ""),
    ] {
        let server = Server::answers(vec![reply]);
        let heard = heard(&server);
        assert_eq!(
            heard.error(),
            Some(&Error::NotAModelService {
                host: server.host(),
                found: "empty"
            })
        );
    }
}

#[test]
fn q17_a_prompt_cut_from_the_front_is_noticed() {
    let counted = |prompt: u32| {
        let usage = format!(
            r#"{{"choices":[],"usage":{{"prompt_tokens":{prompt},"completion_tokens":2}}}}"#
        );
        Server::answers(vec![
            Reply::stream()
                .says("Fog.")
                .ends("stop")
                .event(&usage)
                .done(),
        ])
    };
    for (page, whole) in [
        (
            "The fog rolls in over the quay and nobody is there to see it. ".repeat(200),
            2600,
        ),
        ("雾气从河面升起来，码头上没有人。".repeat(400), 4400),
    ] {
        let mut request = raw();
        request.prompt = inference::Prompt::Raw(page);
        let server = counted(1024);
        let client = client(&server.url());
        let heard = ask(&client, request.clone());
        assert_eq!(
            (heard.text.as_str(), heard.finish()),
            ("Fog.", Some(Finish::EndOfText)),
            "the answer stands"
        );
        assert!(matches!(
            client.service.last_warning(),
            Some(Error::PromptCut { read: 1024, .. })
        ));

        let server = counted(whole);
        let client = crate::client(&server.url());
        ask(&client, request);
        assert_eq!(
            client.service.last_warning(),
            None,
            "{whole} tokens are the whole prompt"
        );
    }
}

#[test]
fn q18_error_shapes_give_their_words() {
    for body in [
        r#"{"error":{"message":"no such thing"}}"#,
        r#"{"error":"no such thing"}"#,
        r#"[{"error":{"message":"no such thing"}}]"#,
        r#"{"error":{"message":"{\"error\":{\"message\":\"no such thing\"}}"}}"#,
        r#"{"detail":[{"loc":["body"],"msg":"no such thing"}]}"#,
        "no such thing",
    ] {
        let server = Server::answers(vec![Reply::json(400, body)]);
        let heard = heard(&server);
        let expected = Error::Refused {
            host: server.host(),
            status: 400,
            message: "no such thing".into(),
        };
        assert_eq!(heard.error(), Some(&expected), "{body}");
    }
    let server = Server::answers(vec![Reply::json(
        200,
        r#"{"code":20012,"message":"no such thing","data":null}"#,
    )]);
    let refused = heard(&server);
    assert!(
        matches!(refused.error(), Some(Error::Refused { status: 200, .. })),
        "{:?}",
        refused.ended
    );
}

#[test]
fn q18_a_proxys_page_is_no_model_service() {
    for reply in [
        Reply::html(200),
        Reply::html(403),
        Reply::html(407),
        Reply::stream().send("<html>\n\n"),
    ] {
        let only_calls = Server::answers(vec![reply.clone()]);
        let everywhere = Server::start(move |_, _| reply.clone());
        for server in [only_calls, everywhere] {
            let client = client(&server.url());
            let html = Error::NotAModelService {
                host: server.host(),
                found: "html",
            };
            assert_eq!(ask(&client, chat()).error(), Some(&html));
            assert_eq!(ask(&client, raw()).error(), Some(&html));
            assert!(
                client.service.capabilities().chat,
                "nothing is learned from a page"
            );
        }
    }
}
