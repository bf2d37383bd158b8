//! What a test of the connection tells, and what is known of a service.

use std::time::Duration;

use inference::{Error, Model, Place};
use maas::{Endpoint, RemoteModel, Runtime, Service};

use crate::server::{Reply, Server, models};
use crate::{ask, chat, chat_with_prefix, client, fog, raw};

#[test]
fn a_test_tells_what_a_service_can_do() {
    let counted = r#"{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":1}}"#;
    let numbers = || {
        Reply::stream()
            .says(" 5, 6, 7")
            .ends("stop")
            .event(counted)
            .done()
    };
    let missing = || Reply::status(404, &[], "404 page not found");
    for (completions, chats) in [(true, true), (true, false), (false, true)] {
        let server = Server::start(move |seen, _| match seen.path.as_str() {
            "/v1/completions" if completions => Reply::stream()
                .event(r#"{"choices":[{"text":" a","finish_reason":"length"}]}"#)
                .done(),
            "/v1/chat/completions" if chats => numbers(),
            "/v1/completions" | "/v1/chat/completions" => missing(),
            _ => models(seen),
        });
        let client = client(&server.url());
        let report = client.service.test_connection_blocking().unwrap();
        assert_eq!((report.completions, report.chat), (completions, chats));
        assert_eq!(report.host, server.host());
        assert_eq!(report.base, format!("{}/v1", server.url()));
        assert!(report.plaintext && report.latency > Duration::ZERO);
        assert_eq!(report.model_listed, Some(true));
        assert_eq!((report.context, report.models.len()), (Some(4096), 2));
        assert_eq!(report.answer_prefix, chats);
        let can = client.service.capabilities();
        assert_eq!(
            (can.raw, can.chat, can.context),
            (completions, chats, Some(4096))
        );
    }
}

#[test]
fn a_test_notices_a_service_that_begins_again() {
    let server = Server::answers(vec![
        Reply::stream().says("1, 2, 3, 4, 5").ends("stop").done(),
    ]);
    let client = client(&server.url());
    assert!(
        !client
            .service
            .test_connection_blocking()
            .unwrap()
            .answer_prefix
    );
    assert!(!client.service.capabilities().answer_prefix);
    ask(&client, chat_with_prefix("The harbour"));
    let last = server.calls().pop().unwrap();
    assert_eq!(
        last.body["messages"].as_array().unwrap().last().unwrap()["role"],
        "user"
    );
}

#[test]
fn a_test_tells_a_wrong_key_an_unknown_model_and_a_page() {
    let refused = Server::start(|_, _| Reply::json(401, r#"{"error":"no"}"#));
    let error = client(&refused.url())
        .service
        .test_connection_blocking()
        .unwrap_err();
    assert_eq!(
        error,
        Error::KeyRefused {
            host: refused.host()
        }
    );

    let page = Server::start(|_, _| Reply::html(200));
    let error = client(&page.url())
        .service
        .test_connection_blocking()
        .unwrap_err();
    assert_eq!(
        error,
        Error::NotAModelService {
            host: page.host(),
            found: "html"
        }
    );

    let unknown = Server::start(|seen, _| match seen.method.as_str() {
        "GET" => Reply::json(200, r#"{"data":[{"id":"other"}]}"#),
        _ => Reply::json(404, r#"{"error":{"message":"model 'm' not found"}}"#),
    });
    let report = client(&unknown.url())
        .service
        .test_connection_blocking()
        .unwrap();
    assert_eq!(
        (report.model_listed, report.completions, report.chat),
        (Some(false), false, false)
    );
    assert_eq!(
        report.models,
        [RemoteModel {
            id: "other".into(),
            context: None
        }]
    );
}

#[test]
fn models_are_listed_before_one_is_chosen() {
    let server = Server::answers(vec![fog()]);
    let runtime = Runtime::start().unwrap();
    let service =
        Service::new(Endpoint::parse(&server.url()).unwrap(), None, "", &runtime).unwrap();
    let names: Vec<_> = service
        .list_models_blocking()
        .unwrap()
        .into_iter()
        .map(|model| model.id)
        .collect();
    assert_eq!(names, ["m", "other"]);
    let report = service.test_connection_blocking().unwrap();
    assert_eq!(report.model_listed, None);
    assert!(
        server.calls().is_empty(),
        "nothing is asked of a model that was not chosen"
    );
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| !seen.head.contains("authorization"))
    );
}

#[test]
fn a_service_tells_where_it_is() {
    let client = client("https://api.example.com/v1");
    let info = client.service.info();
    assert_eq!((info.id.as_str(), info.hash), ("m", None));
    assert_eq!(
        info.place,
        Place::Remote {
            host: "api.example.com".into()
        }
    );
    assert_eq!(
        client.service.rendered(&raw().prompt),
        Some("EXT. QUAY - DAWN\n\n".into())
    );
    assert_eq!(client.service.rendered(&chat().prompt), None);
}
