//! Quirks 1 to 9: what streams look like.

use std::time::{Duration, Instant};

use inference::{Error, Event, Finish, Model};

use crate::server::{Reply, Server};
use crate::{ask, chat, check, client, fog, heard};

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
