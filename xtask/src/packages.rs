//! System packages: which are missing, and installing them.

use anyhow::{Result, bail};

use crate::shell;

/// What the packages are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Building and running.
    Running,
    /// The tests as well.
    Tests,
    /// Building the command-line program only, where there is no display.
    Terminal,
}

const TERMINAL: &[&str] = &[
    "build-essential",
    "cmake",
    "clang",
    "libclang-dev",
    "libssl-dev",
    "pkg-config",
    "python3",
    "python3-pip",
    "ca-certificates",
];
const RUNNING: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
];
const TESTS: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "openbox",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "fonts-noto-cjk",
    "ibus",
    "ibus-libpinyin",
    "ibus-gtk3",
    "xdotool",
    "imagemagick",
];

/// Installs what is missing, or says exactly what to install.
pub(crate) fn ensure(what: For) -> Result<()> {
    toolchain()?;
    match std::env::consts::OS {
        "linux" if shell::has("apt-get") => debian(what),
        "linux" => {
            shell::say(
                "This Linux has no apt. Needed, by the names of your system: a C and C++ compiler, cmake, clang with \
                 libclang, pkg-config, OpenSSL headers, WebKitGTK 4.1 headers, libayatana-appindicator3, librsvg2, \
                 libxdo, Python 3 with pip. Building goes on and tells what it does not find.",
            );
            Ok(())
        }
        "macos" => {
            for (program, how) in [
                ("cc", "xcode-select --install"),
                ("cmake", "brew install cmake"),
                ("python3", "brew install python"),
            ] {
                if !shell::has(program) {
                    bail!("`{program}` is missing: {how}");
                }
            }
            Ok(())
        }
        "windows" => {
            for (program, how) in [
                ("cmake", "winget install Kitware.CMake"),
                ("clang", "winget install LLVM.LLVM"),
                ("perl", "winget install StrawberryPerl.StrawberryPerl"),
                ("python3", "winget install Python.Python.3.12"),
            ] {
                if !shell::has(program) {
                    bail!(
                        "`{program}` is missing: {how}. The Visual Studio Build Tools with C++ are needed too."
                    );
                }
            }
            Ok(())
        }
        other => {
            shell::say(&format!(
                "{other} is not a system that Palimpsest was tried on; building goes on."
            ));
            Ok(())
        }
    }
}

fn toolchain() -> Result<()> {
    let rust = version(&["rustc", "--version"]);
    if rust < Some((1, 95)) {
        bail!("Rust 1.95 or newer is needed: https://rustup.rs");
    }
    let node = version(&["node", "--version"]);
    let fits = node.is_some_and(|(major, minor)| match major {
        20 => minor >= 19,
        22 => minor >= 12,
        other => other > 22,
    });
    if !fits {
        bail!("Node.js 20.19, 22.12 or newer is needed: https://nodejs.org");
    }
    Ok(())
}

fn version(words: &[&str]) -> Option<(u32, u32)> {
    let printed = shell::output(words)?;
    let number = printed
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = number.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

fn debian(what: For) -> Result<()> {
    let groups: &[&[&str]] = match what {
        For::Terminal => &[TERMINAL],
        For::Running => &[TERMINAL, RUNNING],
        For::Tests => &[TERMINAL, RUNNING, TESTS],
    };
    let missing: Vec<&str> = groups
        .iter()
        .flat_map(|group| group.iter().copied())
        .filter(|package| !installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let root = shell::output(&["id", "-u"]).as_deref() == Some("0");
    if !root {
        shell::say(&format!("Missing packages: {list}"));
        if !shell::has("sudo") || !shell::ask("Install them with sudo?") {
            bail!("install them and start again:\n  sudo apt-get install {list}");
        }
    }
    shell::step(&format!("Installing {list}"));
    let prefix: &[&str] = if root { &[] } else { &["sudo"] };
    let apt = |rest: &[&str]| {
        shell::run(
            &[
                prefix,
                &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
                rest,
            ]
            .concat(),
        )
    };
    apt(&["update", "-qq"])?;
    apt(&[
        &["install", "-y", "-qq", "--no-install-recommends"],
        missing.as_slice(),
    ]
    .concat())
}

fn installed(package: &str) -> bool {
    shell::output(&["dpkg-query", "-W", "-f", "${db:Status-Status}", package]).as_deref()
        == Some("installed")
}
