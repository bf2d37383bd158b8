//! Cancelling, several takes at once, slow readers, and the end of the program.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use inference::{Ended, Error, Event, Model, Priority};
use maas::{Endpoint, Runtime, Service};
use tokio::sync::Barrier;

use crate::server::{Reply, Server};
use crate::{ask, chat, client, client_with, hear, quick};

#[test]
fn dropping_a_stream_closes_its_connection_at_once() {
    let server = Server::answers(vec![Reply::stream().says("Fog").hang()]);
    let client = client(&server.url());
    let mut stream = client.service.start(chat()).unwrap();
    assert!(matches!(stream.next_blocking(), Some(Event::Text { .. })));
    drop(stream);
    server.wait_until_left(Duration::from_secs(2));
}

#[test]
fn dropping_a_stream_before_its_first_byte_closes_it_too() {
    let server = Server::answers(vec![Reply::default().hang()]);
    let client = client(&server.url());
    let stream = client.service.start(chat()).unwrap();
    server.wait_until_called(Duration::from_secs(5));
    drop(stream);
    server.wait_until_left(Duration::from_secs(2));
}

#[test]
fn dropping_a_stream_while_it_waits_asks_no_more() {
    let server = Server::answers(vec![Reply::status(429, &["retry-after-ms: 400"], "{}")]);
    let client = client(&server.url());
    let stream = client.service.start(chat()).unwrap();
    server.wait_until_called(Duration::from_secs(5));
    drop(stream);
    // Another take, which waits longer than the first would have: only its own calls come.
    ask(&client, chat());
    assert_eq!(server.calls().len(), 1 + 3);
}

#[test]
fn three_takes_stream_side_by_side() {
    // None goes on before all three have begun.
    let all_three = Arc::new(Barrier::new(3));
    let reply = Reply::stream().says("one ").meet(&all_three).says("two");
    let server = Server::answers(vec![reply.ends("stop").done()]);
    let client = client(&server.url());
    let streams: Vec<_> = (0..3)
        .map(|_| client.service.start(chat()).unwrap())
        .collect();
    for stream in streams {
        assert_eq!(hear(stream).text, "one two");
    }
}

#[test]
fn a_slow_reader_loses_nothing_and_keeps_little() {
    let words = 5000;
    let reply = (0..words).fold(Reply::stream(), |reply, n| reply.says(&format!("{n} ")));
    let server = Server::answers(vec![reply.ends("stop").done()]);
    let client = client(&server.url());
    let stream = client.service.start(chat()).unwrap();
    // Another take of the same server: when it is through, the first has long been sent.
    ask(&client, chat());
    let heard = hear(stream);
    let expected: String = (0..words).map(|n| format!("{n} ")).collect();
    assert_eq!(heard.text, expected);
    assert!(
        heard.texts < 5000 && heard.usage().generated_tokens >= words,
        "{}",
        heard.texts
    );
}

#[test]
fn the_end_of_the_runtime_stops_takes_and_keeps_what_came() {
    let server = Server::answers(vec![Reply::stream().says("Fog").hang()]);
    let runtime = Runtime::start().unwrap();
    let endpoint = Endpoint::parse(&server.url()).unwrap();
    let service = Service::with_options(endpoint, None, "m", &runtime, quick()).unwrap();
    let mut stream = service.start(chat()).unwrap();
    assert!(matches!(stream.next_blocking(), Some(Event::Text { .. })));
    drop((service, runtime));
    assert!(matches!(
        stream.next_blocking(),
        Some(Event::Ended(Ended::Stopped(_)))
    ));
}

#[test]
fn an_async_caller_on_another_runtime_is_served() {
    let server = Server::answers(vec![Reply::stream().says("Fog.").ends("stop").done()]);
    let client = client(&server.url());
    let other = Runtime::start().unwrap();
    let service = client.service.clone();
    let (models, text) = other.block_on(async move {
        let models = service.list_models().await.unwrap().len();
        let events: Vec<_> = service.start(chat()).unwrap().collect().await;
        let text: String = events
            .iter()
            .filter_map(|event| match event {
                Event::Text { text, .. } => Some(text.as_str()),
                Event::Queued
                | Event::Reading { .. }
                | Event::Thinking { .. }
                | Event::Ended(_) => None,
            })
            .collect();
        (models, text)
    });
    assert_eq!((models, text.as_str()), (2, "Fog."));
}

#[test]
fn dropping_a_test_of_the_connection_ends_it() {
    let server = Server::start(|_, _| Reply::default().hang());
    let client = client_with(&server.url(), quick());
    let other = Runtime::start().unwrap();
    let service = client.service.clone();
    other.block_on(async move {
        let test = service.test_connection();
        let _ = tokio::time::timeout(Duration::from_millis(300), test).await;
    });
    server.wait_until_left(Duration::from_secs(2));
}

#[test]
fn nothing_is_read_ahead_at_a_service() {
    let server = Server::answers(vec![Reply::stream().done()]);
    let client = client(&server.url());
    let mut request = chat();
    request.priority = Priority::Warm;
    assert_eq!(
        client.service.start(request).err(),
        Some(Error::Unsupported {
            what: "reading ahead"
        })
    );
    assert!(server.seen().is_empty());
}

#[test]
fn times_are_measured() {
    let mut reply = Reply::stream().pause(200);
    for _ in 0..10 {
        reply = reply.says("fog ").pause(20);
    }
    let server = Server::answers(vec![reply.ends("stop").done()]);
    let heard = ask(&client(&server.url()), chat());
    let usage = heard.usage();
    assert!(usage.ttft_ms >= 200.0, "{usage:?}");
    assert!(
        usage.tokens_per_second > 1.0 && usage.tokens_per_second < 60.0,
        "{usage:?}"
    );
    assert_eq!(usage.generated_tokens, 10);
}
