//! What a service can do to us, fault by fault, against a server of the tests' own.
//!
//! The numbers are those of the list of quirks that OpenAI-compatible services are known for.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test")]

#[path = "hostile/connection.rs"]
mod connection;
#[path = "hostile/faults.rs"]
mod faults;
#[path = "hostile/habits.rs"]
mod habits;
#[path = "hostile/life.rs"]
mod life;
#[path = "hostile/server.rs"]
mod server;
#[path = "hostile/streams.rs"]
mod streams;

use std::time::Duration;

use inference::{
    Ended, Error, Event, Finish, Message, Model, Priority, Prompt, Request, Role, Sampling,
    TokenStream, Usage,
};
use maas::{Endpoint, Options, Runtime, Secret, Service};
use server::{Reply, Server};

/// The key in every test; it must never be seen anywhere.
const CANARY: &str = "canary-7f3a91c0de";

/// Short limits, so that a fault takes no longer than it must.
fn quick() -> Options {
    Options {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_secs(20),
        idle: Duration::from_secs(20),
        backoff: Duration::from_millis(10),
        linger: Duration::from_millis(200),
        ..Options::default()
    }
}

struct Client {
    service: Service,
    // Held: the last handle stops all takes.
    _runtime: Runtime,
}

fn client(url: &str) -> Client {
    client_with(url, quick())
}

fn client_with(url: &str, options: Options) -> Client {
    let runtime = Runtime::start().unwrap();
    let endpoint = Endpoint::parse(url).unwrap();
    let service =
        Service::with_options(endpoint, Secret::new(CANARY), "m", &runtime, options).unwrap();
    Client {
        service,
        _runtime: runtime,
    }
}

fn chat() -> Request {
    chat_with_prefix("")
}

fn chat_with_prefix(prefix: &str) -> Request {
    Request {
        prompt: Prompt::Chat {
            messages: vec![
                Message {
                    role: Role::System,
                    text: "Go on with the scene.".into(),
                },
                Message {
                    role: Role::User,
                    text: "EXT. QUAY - DAWN".into(),
                },
            ],
            answer_prefix: prefix.into(),
        },
        sampling: Sampling::default(),
        max_tokens: 64,
        stop: vec![],
        seed: Some(7),
        priority: Priority::Foreground,
        thought_budget: 100,
        alternatives: 0,
    }
}

fn raw() -> Request {
    Request {
        prompt: Prompt::Raw("EXT. QUAY - DAWN\n\n".into()),
        ..chat()
    }
}

/// Everything that a stream said.
#[derive(Debug)]
struct Heard {
    text: String,
    thoughts: u32,
    texts: usize,
    waited: bool,
    ended: Ended,
}

impl Heard {
    fn finish(&self) -> Option<Finish> {
        match &self.ended {
            Ended::Finished(finish, _) => Some(*finish),
            Ended::Stopped(_) | Ended::Failed(..) => None,
        }
    }

    fn error(&self) -> Option<&Error> {
        match &self.ended {
            Ended::Failed(error, _) => Some(error),
            Ended::Finished(..) | Ended::Stopped(_) => None,
        }
    }

    fn usage(&self) -> &Usage {
        match &self.ended {
            Ended::Finished(_, usage) | Ended::Stopped(usage) | Ended::Failed(_, usage) => usage,
        }
    }
}

fn hear(mut stream: TokenStream) -> Heard {
    let (mut text, mut thoughts, mut texts, mut waited) = (String::new(), 0, 0, false);
    loop {
        match stream.next_blocking().expect("a stream ends with `Ended`") {
            Event::Text { text: more, .. } => {
                text.push_str(&more);
                texts += 1;
            }
            Event::Thinking { tokens } => thoughts = tokens,
            Event::Queued => waited = true,
            Event::Reading { .. } => {}
            Event::Ended(ended) => {
                assert!(
                    stream.next_blocking().is_none(),
                    "nothing comes after the end"
                );
                return Heard {
                    text,
                    thoughts,
                    texts,
                    waited,
                    ended,
                };
            }
        }
    }
}

fn ask(client: &Client, request: Request) -> Heard {
    hear(client.service.start(request).unwrap())
}

/// One chat against one server.
fn heard(server: &Server) -> Heard {
    ask(&client(&server.url()), chat())
}

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
