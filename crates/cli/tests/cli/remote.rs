//! Drafts at a remote service: a real server on loopback, with a key.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::{Desk, events, finished, repository, starter};

const KEY: &str = "cli-peer-key-7a40";

/// The server. It ends when its input closes, which this process's end does too.
struct Peer {
    url: String,
    child: Child,
}

impl Peer {
    fn start() -> Self {
        let packages = std::env::var_os("PALIMPSEST_PEERS")
            .map_or_else(|| repository().join("target/peers/python"), PathBuf::from);
        assert!(
            packages.join("xllamacpp").is_dir(),
            "the peer server is not at {}: `cargo xtask test` installs it, or set PALIMPSEST_PEERS",
            packages.display()
        );
        let mut child = Command::new("python3")
            .arg(repository().join("tests/peers/serve.py"))
            .arg(starter())
            .arg(KEY)
            .env("PYTHONPATH", packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        assert!(
            url.starts_with("http://"),
            "the server did not start: {url:?}"
        );
        Self {
            url: url.trim().into(),
            child,
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[test]
fn a_remote_service_drafts_with_the_right_key_and_says_why_without() {
    let peer = Peer::start();
    let desk = Desk::new();
    let scene = "INT. FERRY - NIGHT\n\nRain.\n\nMARA\nWe should go";
    let project = desk.project(&[("Ferry.fountain", scene)]);
    let arguments = [
        "draft",
        &project,
        "Ferry",
        "--task",
        "continue",
        "--endpoint",
        &peer.url,
        "--remote-model",
        "starter",
        "--max-tokens",
        "8",
        "--seed",
        "2",
        "--json",
    ];
    let draft = |key: Option<&str>, more: &[&str]| {
        let mut command = desk.command(&[&arguments[..], more].concat());
        if let Some(key) = key {
            command.env("PALIMPSEST_API_KEY", key);
        }
        finished(&mut command, None)
    };
    let run = draft(Some(KEY), &["--accept", "1"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let heard = events(&run.out);
    let host = heard[0]["host"].as_str().unwrap();
    assert!(host.starts_with("127.0.0.1"), "{host}");
    let end = heard.last().unwrap();
    assert_eq!(end["event"], "finished");
    assert_eq!(end["accepted"], 1);
    assert!(end["generated_tokens"].as_u64().unwrap() > 0, "{end}");
    let text = desk.text(&project, "Ferry");
    assert!(
        text.starts_with(scene) && text.len() > scene.len(),
        "{text}"
    );

    for key in [Some("wrong-key-0000"), None] {
        let run = draft(key, &[]);
        assert_eq!(run.code, 1, "{}", run.out);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert!(run.err.contains("refused the key"), "{}", run.err);
        let heard = events(&run.out);
        assert_eq!(heard.last().unwrap()["event"], "failed");
        assert!(!run.out.contains("wrong-key") && !run.err.contains("wrong-key"));
    }
    assert_eq!(desk.text(&project, "Ferry"), text);
}

#[test]
fn an_address_where_nobody_is_and_one_that_is_none() {
    let desk = Desk::new();
    let project = desk.project(&[("A.md", "one\n")]);
    let arguments = [
        "draft",
        &project,
        "A",
        "--task",
        "continue",
        "--remote-model",
        "m",
        "--endpoint",
    ];
    for address in ["http://127.0.0.1:9", "not an address"] {
        let said = desk.refused(1, &[&arguments[..], &[address]].concat());
        assert!(said.starts_with("error: "), "{said}");
    }
}
