//! Quirks 1 to 18.

use std::time::{Duration, Instant};

use inference::{Error, Event, Finish, Model};
use maas::Parameter;

use crate::server::{Reply, Seen, Server, models};
use crate::{ask, chat, chat_with_prefix, client, client_with, heard, quick, raw};

/// A server that gives one answer; the words and the finish that come of it.
#[track_caller]
fn check(reply: Reply, text: &str, finish: Finish) {
    let server = Server::answers(vec![reply]);
    let heard = heard(&server);
    assert_eq!(
        (heard.text.as_str(), heard.finish()),
        (text, Some(finish)),
        "{:?}",
        heard.ended
    );
}

fn fog() -> Reply {
    Reply::stream()
        .says("The fog ")
        .says("rolls in.")
        .ends("stop")
        .done()
}

#[test]
fn q01_thoughts_of_every_name_are_counted_and_never_shown() {
    for field in [
        r#""reasoning_content":"hmm""#,
        r#""reasoning":"hmm""#,
        r#""reasoning_content":"hmm","reasoning":"hmm""#,
        r#""reasoning":{"content":"hmm"}"#,
    ] {
        let thought = format!(r#"{{"choices":[{{"delta":{{{field},"content":null}}}}]}}"#);
        let server = Server::answers(vec![
            Reply::stream()
                .event(&thought)
                .event(&thought)
                .says("Fog.")
                .ends("stop")
                .done(),
        ]);
        let client = client(&server.url());
        let heard = ask(&client, chat());
        assert_eq!(
            (heard.text.as_str(), heard.thoughts),
            ("Fog.", 2),
            "{field}"
        );
        assert_eq!(
            (heard.usage().thought_tokens, heard.usage().generated_tokens),
            (2, 1)
        );
        assert!(client.service.capabilities().thinks);
    }
}

#[test]
fn q02_thoughts_inside_the_text_stream_by_at_once() {
    // The cleaning is the drafting's; here nothing may be held back or lost.
    let server = Server::answers(vec![
        Reply::stream()
            .says("<th")
            .says("ink>hm</think>")
            .says("Fog")
            .hang(),
    ]);
    let client = client(&server.url());
    let mut stream = client.service.start(chat()).unwrap();
    let mut text = String::new();
    while !text.ends_with("Fog") {
        match stream.next_blocking() {
            Some(Event::Text { text: more, .. }) => text.push_str(&more),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(text, "<think>hm</think>Fog");
}

#[test]
fn q02_thoughts_inside_the_text_are_known_of_afterwards() {
    let server = Server::answers(vec![
        Reply::stream()
            .says("\n<th")
            .says("ink>hm</think>Fog.")
            .ends("stop")
            .done(),
    ]);
    let client = client(&server.url());
    assert!(!client.service.capabilities().thinks);
    ask(&client, chat());
    assert!(client.service.capabilities().thinks);
    ask(&client, chat());
    assert_eq!(
        server.calls()[1].body["max_tokens"],
        164,
        "room for both from now on"
    );
}

#[test]
fn q03_events_without_choices_say_nothing() {
    let server = Server::answers(vec![
        Reply::stream()
            .event(r#"{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#)
            .event(r#"{"id":"x","usage":{}}"#)
            .event(r#"{"choices":null}"#)
            .says("Fog.")
            .ends("stop")
            .event(r#"{"choices":[],"usage":{"prompt_tokens":21,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":5}}}"#)
            .done(),
    ]);
    let heard = heard(&server);
    assert_eq!(
        (heard.text.as_str(), heard.finish()),
        ("Fog.", Some(Finish::EndOfText))
    );
    let usage = heard.usage();
    assert_eq!(
        (
            usage.prompt_tokens,
            usage.generated_tokens,
            usage.reused_tokens
        ),
        (21, 2, 5)
    );
    assert_eq!(usage.seed, Some(7));
}

#[test]
fn q04_keep_alive_comments_say_nothing() {
    let reply = Reply::stream()
        .send(": OPENROUTER PROCESSING\n\n")
        .send("data: : OPENROUTER PROCESSING\n\n")
        .send("event: ping\ndata: {\"type\":\"ping\"}\n\n:\n\ndata:\n\n")
        .says("Fog.")
        .send(": OPENROUTER PROCESSING\n\n")
        .ends("stop")
        .done();
    check(reply, "Fog.", Finish::EndOfText);
}

#[test]
fn q05_framing_of_every_kind_is_read() {
    let word = r#"{"choices":[{"delta":{"content":"fog "}}]}"#;
    let end = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    for stream in [
        format!("data:{word}\n\ndata:{word}\n\ndata:{end}\n\ndata:[DONE]\n\n"),
        format!("data:\n{word}\n\ndata:\n{word}\n\ndata:\n{end}\n\ndata: [DONE]\n\n"),
        format!("data: {word}\r\n\r\ndata: {word}\r\n\r\ndata: {end}\r\n\r\ndata: [DONE]\r\n\r\n"),
        format!("data: {word}\r\rdata: {word}\r\rdata: {end}\r\rdata: [DONE]\r\r"),
        format!("data: {word}\ndata: {word}\ndata: {end}\ndata: [DONE]\n"),
        format!("data: {word}data: {word}\n\ndata: {end}\n\n"),
        format!(
            "\u{feff}: hi\nid: 1\nretry: 5\nevent: x\ndata: {word}\n\ndata: {word}\n\ndata: {end}"
        ),
        format!(
            "data: {{\"choices\":\ndata: [{{\"delta\":{{\"content\":\"fog \"}}}}]}}\n\ndata: {word}\n\ndata: {end}\n\n"
        ),
    ] {
        check(Reply::stream().send(&stream), "fog fog ", Finish::EndOfText);
        check(
            Reply::stream().send(&stream).byte_by_byte(),
            "fog fog ",
            Finish::EndOfText,
        );
    }
}

#[test]
fn q05_an_answer_in_one_piece_is_taken() {
    let body = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"Fog.","reasoning_content":"hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":20,"completion_tokens":3}}"#;
    check(Reply::json(200, body), "Fog.", Finish::Length);
    // And with the wrong header.
    check(Reply::stream().send(body), "Fog.", Finish::Length);
}

#[test]
fn q06_characters_cut_between_packets_are_whole() {
    let text = "深夜的码头上，雾气从河面升起来。🚢";
    let mut reply = Reply::stream();
    for c in text.chars() {
        reply = reply.says(&c.to_string());
    }
    check(
        reply.ends("stop").done().byte_by_byte(),
        text,
        Finish::EndOfText,
    );
}

#[test]
fn q07_errors_inside_a_good_answer_fail_and_keep_what_came() {
    for error in [
        r#"{"error":{"message":"engine died","code":500},"choices":[]}"#,
        r#"{"error":"engine died: server_error"}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#,
    ] {
        let server = Server::answers(vec![Reply::stream().says("Fog").event(error).done()]);
        let heard = heard(&server);
        assert_eq!(heard.text, "Fog", "{error}");
        assert!(
            matches!(heard.error(), Some(Error::ServiceFailed { .. })),
            "{error}: {:?}",
            heard.ended
        );
        assert_eq!(
            server.calls().len(),
            1,
            "never asked again after words came: {error}"
        );
    }
}

#[test]
fn q07_an_error_under_200_before_any_word_is_the_error_it_says() {
    let server = Server::answers(vec![
        Reply::stream()
            .event(r#"{"error":{"message":"bad","type":"authentication_error"}}"#)
            .done(),
    ]);
    let heard = heard(&server);
    assert_eq!(
        heard.error(),
        Some(&Error::KeyRefused {
            host: server.host()
        })
    );
}

#[test]
fn q08_an_overloaded_service_is_asked_again_only_before_the_first_word() {
    let overloaded = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    let server = Server::answers(vec![
        Reply::stream().send(overloaded),
        Reply::json(529, "{}"),
        fog(),
    ]);
    let before = heard(&server);
    assert_eq!(
        (before.text.as_str(), server.calls().len()),
        ("The fog rolls in.", 3)
    );

    let server = Server::answers(vec![Reply::stream().says("The ").send(overloaded), fog()]);
    let after = heard(&server);
    assert_eq!((after.text.as_str(), server.calls().len()), ("The ", 1));
    assert!(matches!(after.error(), Some(Error::ServiceFailed { .. })));
}

#[test]
fn q09_done_without_a_reason_is_an_end() {
    check(
        Reply::stream().says("Fog.").done(),
        "Fog.",
        Finish::EndOfText,
    );
}

#[test]
fn q09_an_end_with_neither_is_a_cut() {
    let chunked =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"Fog\"}}]}\n\n";
    for reply in [
        Reply::stream().says("Fog"),
        Reply::stream()
            .says("Fog")
            .send("data: {\"choices\":[{\"del"),
        Reply::raw(format!("{chunked}{:x}\r\n{event}\r\n", event.len())),
        Reply::raw(format!(
            "{chunked}{:x}\r\n{event}\r\n0\r\n\r\n",
            event.len()
        )),
        Reply::raw(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{event}"
        )),
    ] {
        let server = Server::answers(vec![reply.clone()]);
        let heard = heard(&server);
        assert_eq!(heard.text, "Fog", "{reply:?}");
        assert_eq!(
            heard.error(),
            Some(&Error::Truncated {
                host: server.host()
            }),
            "{reply:?}"
        );
    }
}

#[test]
fn q09_a_lingering_socket_delays_nothing() {
    for reply in [
        Reply::stream().says("Fog.").done().hang(),
        Reply::stream().says("Fog.").ends("stop").hang(), // its counts never come
    ] {
        let started = Instant::now();
        check(reply, "Fog.", Finish::EndOfText);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

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
fn q10_a_service_that_refuses_without_end_is_given_up() {
    let server = Server::answers(vec![Reply::json(
        400,
        r#"{"error":{"message":"temperature"}}"#,
    )]);
    let heard = heard(&server);
    assert!(
        matches!(heard.error(), Some(Error::Refused { status: 400, .. })),
        "{:?}",
        heard.ended
    );
    assert_eq!(server.calls().len(), 2);
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
        assert_eq!(heard(&server).text, "The fog rolls in.", "{header}");
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
        reply = reply.pause(150).says("fog ").send(": still here\n\n");
    }
    let server = Server::answers(vec![reply.ends("stop").done()]);
    let options = maas::Options {
        first_byte: Duration::from_millis(600),
        idle: Duration::from_millis(600),
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
    let idle = Duration::from_millis(100);
    let server = Server::answers(vec![Reply::stream().pause(500).says("Fog.").done()]);
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
