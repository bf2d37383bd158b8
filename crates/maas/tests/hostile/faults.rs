//! Failures in plain words, keys that stay secret, text that stays where it belongs.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use inference::{Error, Finish, Model};
use maas::Secret;

use crate::server::{Reply, Server, models};
use crate::{CANARY, ask, chat, client, client_with, fog, heard, quick, raw};

#[test]
fn a_wrong_key_is_told_as_such_and_once() {
    let server = Server::answers(vec![Reply::json(
        401,
        r#"{"error":{"message":"Invalid API Key"}}"#,
    )]);
    assert_eq!(
        heard(&server).error(),
        Some(&Error::KeyRefused {
            host: server.host()
        })
    );
    assert_eq!(server.calls().len(), 1);
}

#[test]
fn an_unknown_model_is_told_by_its_name() {
    let body = r#"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#;
    let server = Server::answers(vec![Reply::json(404, body)]);
    let expected = Error::UnknownModel {
        host: server.host(),
        model: "m".into(),
    };
    assert_eq!(heard(&server).error(), Some(&expected));
}

#[test]
fn nobody_there_is_told_after_three_tries() {
    let server = Server::answers(vec![fog()]);
    let (url, host) = (server.url(), server.host());
    drop(server);
    let heard = ask(&client(&url), chat());
    match heard.error() {
        Some(Error::Unreachable { host: said, cause }) => {
            assert_eq!(*said, host);
            assert!(cause.contains("refused"), "{cause}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_that_nobody_has_cannot_be_reached() {
    let heard = ask(&client("http://nobody.invalid:9"), chat());
    assert!(
        matches!(heard.error(), Some(Error::Unreachable { .. })),
        "{:?}",
        heard.ended
    );
}

#[test]
fn the_wrong_scheme_cannot_be_reached_and_says_why() {
    let server = Server::answers(vec![fog()]);
    let heard = ask(&client(&server.url().replace("http:", "https:")), chat());
    match heard.error() {
        Some(Error::Unreachable { cause, .. }) => {
            assert!(
                cause.contains("wrong version") || !cfg!(target_os = "linux"),
                "{cause}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(server.calls().is_empty());
}

/// Set in the process that has a proxy in its environment.
const PROXIED: &str = "PALIMPSEST_PROXY_TEST";

#[test]
fn a_proxy_of_the_environment_is_used_but_never_for_this_machine() {
    let Some(direct) = std::env::var_os(PROXIED) else {
        let proxy = Server::start(|seen, _| match seen.method.as_str() {
            "GET" => Reply::json(200, r#"{"data":[{"id":"m"}]}"#),
            _ => fog(),
        });
        let direct = Server::answers(vec![Reply::stream().says("direct").done()]);
        let name = "faults::a_proxy_of_the_environment_is_used_but_never_for_this_machine";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(PROXIED, direct.url())
            .env("HTTP_PROXY", proxy.url())
            .env("http_proxy", proxy.url())
            .env_remove("NO_PROXY")
            .env_remove("no_proxy")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        let seen = proxy.seen();
        assert!(
            !seen.is_empty()
                && seen
                    .iter()
                    .all(|seen| seen.path.starts_with("http://far.example.com/")),
            "{seen:?}"
        );
        assert!(!direct.calls().is_empty());
        return;
    };
    assert_eq!(
        ask(&client("http://far.example.com"), chat()).text,
        "The fog rolls in."
    );
    assert_eq!(
        ask(&client(direct.to_str().unwrap()), chat()).text,
        "direct"
    );
}

#[test]
fn a_failing_service_is_asked_three_times() {
    let server = Server::answers(vec![Reply::html(503)]);
    assert_eq!(
        heard(&server).error(),
        Some(&Error::ServiceFailed {
            host: server.host(),
            status: 503
        })
    );
    assert_eq!(server.calls().len(), 3);
    let server = Server::answers(vec![Reply::json(500, "{}"), Reply::html(502), fog()]);
    assert_eq!(heard(&server).text, "The fog rolls in.");
}

#[test]
fn a_connection_that_closes_without_a_word_is_tried_again() {
    let server = Server::answers(vec![Reply::default(), fog()]);
    assert_eq!(heard(&server).text, "The fog rolls in.");
}

#[test]
fn a_kept_connection_that_was_closed_meanwhile_is_opened_anew() {
    let body = r#"{"choices":[{"message":{"content":"Fog."},"finish_reason":"stop"}]}"#;
    // It offers to keep the connection, and closes it.
    let kept = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = Server::answers(vec![Reply::raw(kept)]);
    let client = client(&server.url());
    for _ in 0..5 {
        assert_eq!(ask(&client, chat()).text, "Fog.");
    }
}

#[test]
fn broken_json_keeps_what_came() {
    let server = Server::answers(vec![
        Reply::stream()
            .says("Fog")
            .send("data: {\"choices\": oops}\n\n")
            .says("no")
            .done(),
    ]);
    let heard = heard(&server);
    assert_eq!(heard.text, "Fog");
    assert_eq!(
        heard.error(),
        Some(&Error::NotAModelService {
            host: server.host(),
            found: "broken json"
        })
    );
}

#[test]
fn a_line_without_an_end_is_cut_off() {
    let flood = (0..6).fold(Reply::stream().says("Fog").send("data: "), |reply, _| {
        reply.send(vec![b'x'; 1 << 20])
    });
    let server = Server::answers(vec![flood.hang()]);
    let heard = heard(&server);
    assert_eq!(heard.text, "Fog");
    assert_eq!(
        heard.error(),
        Some(&Error::NotAModelService {
            host: server.host(),
            found: "endless line"
        })
    );
}

#[test]
fn a_prompt_that_is_too_long_says_how_long() {
    let body = r#"{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens","code":"context_length_exceeded"}}"#;
    let server = Server::answers(vec![Reply::json(400, body)]);
    assert_eq!(
        heard(&server).error(),
        Some(&Error::TooLong {
            needed: 5000,
            context: 4096
        })
    );
}

#[test]
fn a_call_that_is_missing_is_unsupported_and_remembered() {
    let chat_only = "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?";
    for missing in [
        Reply::json(
            404,
            &serde_json::json!({"error": {"message": chat_only}}).to_string(),
        ),
        Reply::status(404, &[], "404 page not found"),
        Reply::json(405, r#"{"detail":"Method Not Allowed"}"#),
        Reply::json(
            501,
            r#"{"error":{"message":"This server does not support completions","type":"not_supported_error"}}"#,
        ),
        Reply::html(404),
    ] {
        let server = Server::start(move |seen, _| match seen.path.as_str() {
            "/v1/completions" => missing.clone(),
            "/v1/chat/completions" => fog(),
            _ => models(seen),
        });
        let client = client(&server.url());
        assert!(
            client.service.capabilities().raw,
            "possible until shown otherwise"
        );
        let heard = ask(&client, raw());
        assert_eq!(
            heard.error(),
            Some(&Error::Unsupported {
                what: "raw prompts"
            })
        );
        assert!(!client.service.capabilities().raw);
        assert_eq!(
            client.service.start(raw()).err(),
            Some(Error::Unsupported {
                what: "raw prompts"
            })
        );
        assert_eq!(ask(&client, chat()).text, "The fog rolls in.");
    }
}

#[test]
fn text_is_never_sent_on_to_another_host() {
    let elsewhere = Server::answers(vec![fog()]);
    let target = format!("Location: {}/v1/chat/completions", elsewhere.url());
    for status in [301, 302, 307, 308] {
        let server = Server::answers(vec![Reply::status(status, &[&target], "")]);
        let heard = heard(&server);
        assert_eq!(
            heard.error(),
            Some(&Error::NotAModelService {
                host: server.host(),
                found: "redirect"
            })
        );
    }
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn a_key_goes_in_the_header_and_nowhere_else() {
    let server = Server::answers(vec![fog()]);
    heard(&server);
    for seen in server.seen() {
        assert!(
            seen.head
                .contains(&format!("authorization: Bearer {CANARY}")),
            "{}",
            seen.head
        );
        assert!(!seen.path.contains(CANARY) && !seen.body.to_string().contains(CANARY));
    }
}

/// A log that a test can read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_error_no_log_line_and_no_debug_text_shows_a_key() {
    let log = Log::default();
    let writer = log.clone();
    // For the whole process: the work is done on another thread. No other test of this binary sets one.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // `log` records too, if anything was built to send them there.
    let set = tracing_subscriber::util::SubscriberInitExt::try_init(subscriber);
    assert!(set.is_ok(), "the log is this test's own");

    let mut shown = String::new();
    let quoting = format!(
        r#"{{"error":{{"message":"Incorrect API key provided: {CANARY} (canary***0de), header Bearer {CANARY}"}}}}"#
    );
    for reply in [
        Reply::json(400, &quoting),
        Reply::json(401, &quoting),
        Reply::json(429, &quoting),
        Reply::json(500, &quoting),
        Reply::json(
            400,
            &format!(r#"{{"error":{{"message":"unexpected {CANARY} top_k"}}}}"#),
        ),
        Reply::stream().says("Fog").event(&quoting).done(),
        Reply::html(200),
        Reply::default(),
        fog(),
    ] {
        let server = Server::answers(vec![reply]);
        let client = client(&server.url());
        let heard = ask(&client, chat());
        shown.push_str(&format!(
            "{heard:?} {:?} {:#?} ",
            client.service,
            client.service.known()
        ));
        if let Some(error) = heard.error() {
            shown.push_str(&error.to_string());
        }
        shown.push_str(&format!("{:?}", client.service.test_connection_blocking()));
        shown.push_str(&client.service.known().to_json());
    }
    let gone = client("http://nobody.invalid:9");
    shown.push_str(&format!("{:?}", ask(&gone, chat())));

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        log.contains("maas"),
        "the log was kept: {} bytes",
        log.len()
    );
    for (name, text) in [("log", &log), ("errors", &shown)] {
        assert!(
            !text.contains("canary") && !text.contains("7f3a91"),
            "a key in the {name}: {text}"
        );
    }
}

#[test]
fn stop_texts_hold_even_where_they_are_ignored() {
    let server = Server::answers(vec![Reply::stream().says("one\n").says("\ntwo").hang()]);
    let mut request = chat();
    request.stop = vec!["\n\n".into()];
    let client = client_with(&server.url(), quick());
    let heard = ask(&client, request);
    assert_eq!(
        (heard.text.as_str(), heard.finish()),
        ("one", Some(Finish::StopText))
    );
    server.wait_until_left(Duration::from_secs(5));
}

#[test]
fn a_secret_with_line_ends_cannot_forge_a_header() {
    assert!(Secret::new("abc\r\nX-Evil: 1").is_none());
}
