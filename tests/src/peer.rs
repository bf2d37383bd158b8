//! A real OpenAI-compatible server on this machine, with the starter model.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::studio::workspace;

/// llama-server's code from the PyPI package `xllamacpp`. It ends with its owner, who holds its input.
pub struct Peer {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    server: Child,
}

impl Peer {
    /// Starts it; it lets in who has the key.
    ///
    /// # Errors
    /// When the package or the model is missing, or it does not start.
    pub fn start(key: &str) -> Result<Self> {
        let packages = std::env::var_os("PALIMPSEST_PEERS")
            .map_or_else(|| workspace().join("target/peers/python"), PathBuf::from);
        ensure!(
            packages.join("xllamacpp").is_dir(),
            "the peer server is not at {}: `python3 -m pip install --target target/peers/python \
             -r tests/peers/requirements.txt` puts it there",
            packages.display()
        );
        let mut server = Command::new("python3")
            .arg(workspace().join("tests/peers/serve.py"))
            .arg(starter())
            .arg(key)
            .env("PYTHONPATH", packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("python3 is missing")?;
        let mut url = String::new();
        let output = server.stdout.take().context("its output")?;
        BufReader::new(output).read_line(&mut url)?;
        ensure!(
            url.starts_with("http://"),
            "the server did not start: {url:?}"
        );
        Ok(Self {
            url: url.trim().to_owned(),
            server,
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The starter model's file.
#[must_use]
pub fn starter() -> PathBuf {
    workspace().join("models/SmolLM2-135M-Instruct.Q4_1.gguf")
}

/// Conformance data: `PALIMPSEST_CORPORA`, else beside the repository.
#[must_use]
pub fn corpora() -> PathBuf {
    std::env::var_os("PALIMPSEST_CORPORA")
        .map_or_else(|| workspace().join("../shared/corpora"), PathBuf::from)
}
