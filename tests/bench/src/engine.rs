//! The engine against llama-server (xllamacpp), the same file, one thread each, in alternating rounds.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use inference::{Ended, Event, Mode, Model, Priority, Prompt, Request, Sampling, Usage};
use llama::{Engine, OpenOptions, Threads};
use registry::Places;
use serde_json::{Value, json};

use crate::figures::{median, row, table};

const ROUNDS: usize = 5;
const WORDS: u32 = 32;

pub(crate) async fn run() -> Result<()> {
    let file = Places::of_this_machine()
        .starter()
        .context("the starter model is missing: cargo xtask setup")?;
    let mut options = OpenOptions::new(Mode::Fast);
    options.threads = Threads::Fixed(1);
    let engine = Engine::open(&file, options)?;
    let server = Server::start(&file.to_string_lossy())?;
    table("Engine, starter model, greedy", "llama-server");
    for depth in [16, 1000] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let prompt = prompt(&engine, depth, round);
            ours.push(take(&engine, &prompt)?);
            theirs.push(server.take(&prompt).await?);
        }
        let rate = |takes: &[Timing]| median(takes.iter().map(|take| take.decode).collect());
        row(
            &format!("decode at depth {depth}"),
            rate(&ours),
            rate(&theirs),
            "tokens/s",
        );
        if depth >= 500 {
            let rate = |takes: &[Timing]| median(takes.iter().map(|take| take.prefill).collect());
            row(
                &format!("prompt of {depth} tokens, new"),
                rate(&ours),
                rate(&theirs),
                "tokens/s",
            );
        }
    }
    Ok(())
}

struct Timing {
    prefill: f64,
    decode: f64,
}

/// Text of about so many tokens that no other round shares.
fn prompt(engine: &Engine, tokens: u32, round: usize) -> String {
    let mut text = format!("INT. ROOM {round}-{tokens} - NIGHT\n\n");
    let mut n = round * 7919;
    while engine.count_tokens(&text) < tokens {
        n = n.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        let words = [
            "rain",
            "the door",
            "a coin",
            "Mei",
            "the ferryman",
            "dark water",
            "waits",
            "turns",
        ];
        text.push_str(words[(n >> 16) % words.len()]);
        text.push(' ');
    }
    text
}

fn take(engine: &Engine, prompt: &str) -> Result<Timing> {
    let mut stream = engine.start(Request {
        prompt: Prompt::Raw(prompt.to_owned()),
        sampling: Sampling::greedy(),
        max_tokens: WORDS,
        stop: vec![],
        seed: Some(1),
        priority: Priority::Foreground,
        thought_budget: 0,
        alternatives: 0,
    })?;
    while let Some(event) = stream.next_blocking() {
        if let Event::Ended(ended) = event {
            let usage: Usage = match ended {
                Ended::Finished(_, usage) | Ended::Stopped(usage) => usage,
                Ended::Failed(error, _) => bail!(error),
            };
            let read = f64::from(usage.prompt_tokens - usage.reused_tokens);
            return Ok(Timing {
                prefill: read / (usage.ttft_ms / 1000.0),
                decode: usage.tokens_per_second,
            });
        }
    }
    bail!("the stream ended without an end")
}

/// llama-server in a Python process.
struct Server {
    child: Child,
    address: String,
    client: reqwest::Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(model: &str) -> Result<Self> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let peers = std::env::var("PALIMPSEST_PEERS")
            .unwrap_or_else(|_| format!("{root}/target/peers/python"));
        let mut child = Command::new("python3")
            .arg(format!("{root}/tests/peers/serve.py"))
            .args([model, "bench-key"])
            .env("PYTHONPATH", peers)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut address = String::new();
        let stdout = child.stdout.take().context("its output")?;
        BufReader::new(stdout).read_line(&mut address)?;
        if address.trim().is_empty() {
            bail!("llama-server did not start: `cargo xtask setup` installs it");
        }
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0) // the server closes idle connections
            .build()?;
        Ok(Self {
            child,
            address: address.trim().to_owned(),
            client,
        })
    }

    async fn take(&self, prompt: &str) -> Result<Timing> {
        let answer: Value = self
            .client
            .post(format!("{}/completion", self.address))
            .bearer_auth("bench-key")
            .json(&json!({
                "prompt": prompt, "n_predict": WORDS, "temperature": 0, "ignore_eos": true, "cache_prompt": false,
            }))
            .send()
            .await?
            .json()
            .await?;
        let timing = |name: &str| {
            answer["timings"][name]
                .as_f64()
                .context("llama-server told no timings")
        };
        Ok(Timing {
            prefill: timing("prompt_per_second")?,
            decode: timing("predicted_per_second")?,
        })
    }
}
