//! Against a real server: llama-server's code with the starter model, from the PyPI package `xllamacpp`.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use inference::{
    Ended, Error, Event, Finish, Message, Model, Priority, Prompt, Request, Role, Sampling, Usage,
};
use maas::{Endpoint, Known, Options, Runtime, Secret, Service};

const KEY: &str = "peer-key-5d1e";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The server, one for all tests of this process. Its input closes with the process, and that ends it.
struct Peer {
    url: String,
    _child: Mutex<Child>,
}

fn peer() -> &'static Peer {
    static PEER: OnceLock<Peer> = OnceLock::new();
    PEER.get_or_init(Peer::start)
}

impl Peer {
    fn start() -> Self {
        let packages = std::env::var_os("PALIMPSEST_PEERS")
            .map_or_else(|| repository().join("target/peers/python"), PathBuf::from);
        assert!(
            packages.join("xllamacpp").is_dir(),
            "the peer server is not at {}: run `python3 -m pip install --target target/peers/python \
             -r tests/peers/requirements.txt` in the repository, or set PALIMPSEST_PEERS",
            packages.display()
        );
        let models = std::env::var_os("PALIMPSEST_MODELS")
            .map_or_else(|| repository().join("models"), PathBuf::from);
        let model = models.join("SmolLM2-135M-Instruct.Q4_1.gguf");
        assert!(
            model.is_file(),
            "the starter model is not at {}: `cargo xtask run` fetches it, or set PALIMPSEST_MODELS",
            model.display()
        );
        let mut child = Command::new("python3")
            .arg(repository().join("tests/peers/serve.py"))
            .arg(model)
            .arg(KEY)
            .env("PYTHONPATH", packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 starts");
        let mut url = String::new();
        let output = child.stdout.take().expect("piped above");
        BufReader::new(output)
            .read_line(&mut url)
            .expect("the server prints its address");
        assert!(
            url.starts_with("http://"),
            "the server did not start: {url:?}"
        );
        Peer {
            url: url.trim().into(),
            _child: Mutex::new(child),
        }
    }
}

struct Client {
    service: Service,
    _runtime: Runtime,
}

fn client() -> Client {
    client_of(peer(), Secret::new(KEY), Known::default())
}

fn client_of(peer: &Peer, key: Option<Secret>, known: Known) -> Client {
    let runtime = Runtime::start().unwrap();
    let endpoint = Endpoint::parse(&peer.url).unwrap();
    let options = Options {
        known,
        ..Options::default()
    };
    let service = Service::with_options(endpoint, key, "starter", &runtime, options).unwrap();
    Client {
        service,
        _runtime: runtime,
    }
}

fn request(prompt: Prompt, tokens: u32) -> Request {
    Request {
        prompt,
        sampling: Sampling::greedy(),
        max_tokens: tokens,
        stop: vec![],
        seed: Some(11),
        priority: Priority::Foreground,
        thought_budget: 0,
        alternatives: 0,
    }
}

fn raw(text: &str, tokens: u32) -> Request {
    request(Prompt::Raw(text.into()), tokens)
}

fn chat(text: &str, prefix: &str, tokens: u32) -> Request {
    let messages = vec![Message {
        role: Role::User,
        text: text.into(),
    }];
    request(
        Prompt::Chat {
            messages,
            answer_prefix: prefix.into(),
        },
        tokens,
    )
}

struct Heard {
    text: String,
    events: usize,
    ended: Ended,
}

impl Heard {
    #[track_caller]
    fn finished(&self) -> (Finish, &Usage) {
        match &self.ended {
            Ended::Finished(finish, usage) => (*finish, usage),
            other => panic!("{other:?}"),
        }
    }
}

fn hear(client: &Client, request: Request) -> Heard {
    let mut stream = client.service.start(request).unwrap();
    let (mut text, mut events) = (String::new(), 0);
    loop {
        match stream.next_blocking().expect("an end") {
            Event::Text { text: more, .. } => {
                text.push_str(&more);
                events += 1;
            }
            Event::Ended(ended) => {
                return Heard {
                    text,
                    events,
                    ended,
                };
            }
            Event::Queued | Event::Reading { .. } | Event::Thinking { .. } => {}
        }
    }
}

#[test]
fn a_test_of_the_connection_finds_both_calls() {
    let client = client();
    let report = client.service.test_connection_blocking().unwrap();
    assert!(
        report.completions && report.chat && report.answer_prefix,
        "{report:?}"
    );
    assert_eq!(report.model_listed, Some(true));
    assert_eq!(report.models[0].id, "starter");
    assert_eq!(report.context, Some(4096));
    assert_eq!(report.base, format!("{}/v1", peer().url));
    assert!(report.latency > Duration::ZERO && report.latency < Duration::from_secs(30));
}

#[test]
fn the_page_itself_is_gone_on_with() {
    let client = client();
    let heard = hear(
        &client,
        raw("EXT. QUAY - DAWN\n\nThe fog rolls in over the", 24),
    );
    let (finish, usage) = heard.finished();
    assert!(!heard.text.trim().is_empty());
    assert_eq!(finish, Finish::Length);
    assert_eq!(usage.generated_tokens, 24);
    assert!(heard.events > 8, "streamed in {} events", heard.events);
    assert!(
        usage.prompt_tokens > 8 && usage.ttft_ms > 0.0 && usage.tokens_per_second > 0.0,
        "{usage:?}"
    );
    assert_eq!(usage.seed, Some(11));
    assert_eq!(client.service.last_warning(), None);
}

#[test]
fn the_same_seed_gives_the_same_words_and_the_prompt_is_reused() {
    // A server of its own: what runs beside a take may change its rounding, and so its words.
    let peer = Peer::start();
    let client = client_of(&peer, Secret::new(KEY), Known::default());
    let ask = || {
        let mut request = raw("Once upon a time there was a lighthouse keeper who", 16);
        request.sampling = Sampling::default();
        hear(&client, request)
    };
    ask(); // reads the prompt; the next two find it read
    let (first, second) = (ask(), ask());
    assert_eq!(first.text, second.text);
    assert!(second.finished().1.reused_tokens > 0, "{:?}", second.ended);
}

#[test]
fn a_begun_answer_is_gone_on_with_and_not_repeated() {
    let client = client();
    let heard = hear(
        &client,
        chat("Count from one to ten in words.", "One, two, three,", 8),
    );
    assert_eq!(
        heard.text.trim_start().split(',').next(),
        Some("four"),
        "{}",
        heard.text
    );
}

#[test]
fn a_stop_text_ends_it() {
    let client = client();
    let mut request = chat("Count from one to ten in words.", "One, two, three,", 40);
    request.stop = vec!["seven".into()];
    let heard = hear(&client, request);
    assert!(
        heard.text.contains("six") && !heard.text.contains("seven"),
        "{}",
        heard.text
    );
}

#[test]
fn alternatives_come_with_their_probabilities_from_both_calls() {
    let client = client();
    for mut request in [raw("Once upon", 4), chat("Say hello.", "", 4)] {
        request.alternatives = 3;
        let mut stream = client.service.start(request).unwrap();
        let mut seen = 0;
        while let Some(event) = stream.next_blocking() {
            if let Event::Text { alternatives, .. } = event
                && !alternatives.is_empty()
            {
                assert_eq!(alternatives.len(), 3);
                assert!(
                    alternatives
                        .windows(2)
                        .all(|two| two[0].logprob >= two[1].logprob)
                );
                assert!(alternatives.iter().all(|one| one.logprob <= 0.0));
                seen += 1;
            }
        }
        assert!(seen > 0);
    }
}

#[test]
fn a_wrong_key_and_a_missing_one_are_refused() {
    for key in [None, Secret::new("wrong")] {
        let client = client_of(peer(), key, Known::default());
        let host = client.service.endpoint().host();
        let refused = Error::KeyRefused { host };
        assert_eq!(client.service.list_models_blocking(), Err(refused.clone()));
        assert_eq!(
            client.service.test_connection_blocking(),
            Err(refused.clone())
        );
        match hear(&client, raw("Once upon", 4)).ended {
            Ended::Failed(error, _) => assert_eq!(error, refused),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn three_takes_run_side_by_side() {
    let client = client();
    let streams: Vec<_> = (0..3)
        .map(|seed| {
            let mut request = raw("The three of them sat down at the table. The first one", 12);
            request.sampling = Sampling {
                temperature: 1.2,
                ..Sampling::default()
            };
            request.seed = Some(seed);
            client.service.start(request).unwrap()
        })
        .collect();
    let texts: std::collections::BTreeSet<String> = streams
        .into_iter()
        .map(|mut stream| {
            let mut text = String::new();
            while let Some(event) = stream.next_blocking() {
                match event {
                    Event::Text { text: more, .. } => text.push_str(&more),
                    Event::Ended(ended) => {
                        assert!(matches!(ended, Ended::Finished(..)), "{ended:?}")
                    }
                    Event::Queued | Event::Reading { .. } | Event::Thinking { .. } => {}
                }
            }
            text
        })
        .collect();
    assert!(texts.len() > 1, "{texts:?}");
}

#[test]
fn a_dropped_take_frees_the_server() {
    let client = client();
    let mut stream = client
        .service
        .start(raw("A very long story:", 3000))
        .unwrap();
    while !matches!(stream.next_blocking(), Some(Event::Text { .. })) {}
    drop(stream);
    let heard = hear(&client, raw("Once upon", 4));
    assert_eq!(heard.finished().1.generated_tokens, 4);
}

#[test]
fn a_prompt_that_is_too_long_is_told_with_its_size() {
    let client = client();
    let heard = hear(
        &client,
        raw(&"The fog rolls in over the quay. ".repeat(800), 16),
    );
    match heard.ended {
        Ended::Failed(Error::TooLong { needed, context }, _) => {
            assert!(context == 4096 && needed > 5000, "{needed} {context}");
        }
        other => panic!("{other:?}"),
    }
}

/// Texts that the probe does not send: the estimate must hold for them too.
const ENGLISH: [&str; 3] = [
    "INT. KITCHEN - NIGHT\n\nMARA stands at the sink. The tap drips. She counts the drops, loses count, begins again.\n\n\
     JONAS\n(from the door)\nYou're up.\n\nMARA\nI'm always up. Somebody has to listen to the pipes.\n\n\
     He crosses to the table and sits, heavily, as if the chair had been waiting for him all day.\n",
    "When the river took the road away we walked along the wall,\nand every lamp that we had lit went dark before the fall.\n\
     You said you'd wait beside the bridge, you said you'd hold the line,\nbut all I found was half a name in letters next to mine.\n",
    "=== harbour ===\nThe gulls have gone quiet. {visited: You have been here before.}\n* [Ask about the boat] -> ask_boat\n\
     * {trust > 2} [Show the letter] -> letter\n+ [Wait] The tide turns. -> harbour\n\n~ trust = trust + 1\n",
];
const CHINESE: [&str; 2] = [
    "厨房里没有开灯。玛拉站在水槽边，数着水龙头滴下的水，数到一半忘了，又从头开始。约纳斯在门口停下脚步。\
     “你还没睡。”“我从来不睡。总得有人听着这些管子。”他走到桌边坐下，很重，好像那把椅子等了他一整天。",
    "河水带走了那条路，我们沿着墙往前走，每一盏点亮的灯，都在坠落之前熄灭。你说你会在桥边等，你说你会守住这条线，\
     可我只找到半个名字，写在我的名字旁边。天亮的时候谁也没有回来，只有风把门一次又一次地推开。",
];

#[test]
fn after_a_test_tokens_are_estimated_within_a_tenth_from_below() {
    let client = client();
    client.service.test_connection_blocking().unwrap();
    let mut shares = Vec::new();
    for text in ENGLISH.iter().chain(&CHINESE) {
        let estimate = client.service.count_tokens(text);
        let fresh = client_of(peer(), Secret::new(KEY), client.service.known());
        let counted = hear(&fresh, raw(text, 1)).finished().1.prompt_tokens;
        let share = f64::from(estimate) / f64::from(counted);
        shares.push(format!("{estimate}/{counted}"));
        assert!((0.9..=1.5).contains(&share), "{share:.2} of {text}");
    }
    println!("estimated/counted: {}", shares.join(" "));
}
