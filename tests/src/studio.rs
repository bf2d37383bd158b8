//! The program under test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use thirtyfour::common::capabilities::desiredcapabilities::Capabilities;
use thirtyfour::{By, WebDriver, WebElement};

use crate::display::{Display, Owned};
use crate::keys::Chord;

/// How long a condition may take. Generous: the two cores may be busy; a test that waits is not slower.
const DEADLINE: Duration = Duration::from_secs(60);

/// How the program is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Size of the screen; the window fills it.
    pub screen: (u32, u32),
    /// Language of the system: `en_US.UTF-8`, `zh_CN.UTF-8`.
    pub locale: &'static str,
    /// More variables for the program.
    pub env: BTreeMap<String, String>,
    /// Arguments of the program.
    pub args: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            screen: (1400, 900),
            locale: "en_US.UTF-8",
            env: BTreeMap::new(),
            args: Vec::new(),
        }
    }
}

/// The program in its window, with a data folder of its own.
pub struct Studio {
    name: String,
    options: Options,
    home: tempfile::TempDir,
    driver: Option<WebDriver>,
    service: Option<Owned>,
    display: Display,
    shots: u32,
}

impl Studio {
    /// Starts the program with an empty data folder, as a new user would. `name` is the test's.
    ///
    /// # Errors
    /// When the display, the driver or the program does not start.
    pub async fn launch(name: &str, options: Options) -> Result<Self> {
        let display = Display::start(options.screen.0, options.screen.1)?;
        let mut studio = Self {
            name: name.to_owned(),
            options,
            home: tempfile::tempdir()?,
            driver: None,
            service: None,
            display,
            shots: 0,
        };
        let _ = fs::remove_dir_all(studio.evidence());
        fs::create_dir_all(studio.evidence())?;
        studio.start().await?;
        Ok(studio)
    }

    /// Where screenshots and what a failed test leaves behind lie.
    #[must_use]
    pub fn evidence(&self) -> PathBuf {
        workspace().join("target/e2e").join(&self.name)
    }

    /// The program's data folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Starts driver and program on the display.
    async fn start(&mut self) -> Result<()> {
        let program = workspace().join("target/debug/palimpsest");
        if !program.exists() {
            bail!(
                "{} is missing: `cargo build --workspace` makes it",
                program.display()
            );
        }
        let port = free_port()?;
        let log = fs::File::create(self.evidence().join("driver.log"))?;
        let mut service = Command::new("dbus-run-session");
        service
            .args(["--", "WebKitWebDriver", &format!("--port={port}")])
            .env("DISPLAY", &self.display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("NO_AT_BRIDGE", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("LANG", self.options.locale)
            .env("LC_ALL", self.options.locale)
            .env("PALIMPSEST_HOME", self.home.path())
            .env("PALIMPSEST_MODELS", workspace().join("models"))
            .env("PALIMPSEST_PICKS", self.home.path().join("picks"))
            .envs(&self.options.env)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let service = Owned::spawn(&mut service)
            .context("dbus-run-session is missing: `cargo xtask setup` installs it")?;
        self.service = Some(service);
        let mut capabilities = Capabilities::new();
        let options = serde_json::json!({ "binary": program, "args": self.options.args });
        capabilities.set("webkitgtk:browserOptions", options)?;
        let url = format!("http://127.0.0.1:{port}");
        let begun = Instant::now();
        let driver = loop {
            match WebDriver::new(&url, capabilities.clone()).await {
                Ok(driver) => break driver,
                // Only the driver's own start is waited for: it does not say when it listens.
                Err(_) if begun.elapsed() < Duration::from_secs(20) && !listens(port) => {
                    tokio::task::yield_now().await
                }
                Err(error) => bail!("no session with the window: {error}"),
            }
        };
        self.driver = Some(driver);
        self.until("the page", |s| async move { s.exists("page").await })
            .await
    }

    fn driver(&self) -> Result<&WebDriver> {
        self.driver.as_ref().context("the program is not running")
    }

    /// Ends the program as its user would, and starts it again with the same data folder.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await;
        self.start().await
    }

    /// Kills the program, without a word to it, and starts it again.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        for pid in self.program_pids() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
        self.driver = None;
        self.service = None;
        self.start().await
    }

    async fn stop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = driver.quit().await;
        }
        self.service = None;
    }

    /// Processes of the program with this data folder.
    #[must_use]
    pub fn program_pids(&self) -> Vec<u32> {
        let home = format!("PALIMPSEST_HOME={}", self.home.path().display());
        let mut pids = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
            else {
                continue;
            };
            let is_program = fs::read_link(entry.path().join("exe"))
                .is_ok_and(|exe| exe.ends_with("palimpsest"));
            let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
            if is_program && String::from_utf8_lossy(&environment).contains(&home) {
                pids.push(pid);
            }
        }
        pids
    }

    /// What the writer will pick in the next file dialog.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn will_pick(&self, path: &Path) -> Result<()> {
        let list = self.home.path().join("picks");
        let before = fs::read_to_string(&list).unwrap_or_default();
        Ok(fs::write(&list, format!("{before}{}\n", path.display()))?)
    }

    /// Waits until a condition holds.
    ///
    /// # Errors
    /// After the deadline, with a screenshot and the DOM left in the evidence.
    pub async fn until<'a, F, Fut>(&'a self, what: &str, condition: F) -> Result<()>
    where
        F: Fn(&'a Self) -> Fut,
        Fut: Future<Output = Result<bool>>,
    {
        let begun = Instant::now();
        let mut last = String::from("nothing");
        while begun.elapsed() < DEADLINE {
            match condition(self).await {
                Ok(true) => return Ok(()),
                Ok(false) => "not yet".clone_into(&mut last),
                Err(error) => last = format!("{error:#}"),
            }
            // One frame of the window, so that the wait is the window's and not a guess of ours.
            self.frames().await.ok();
        }
        let shown = self.leave_evidence().await;
        bail!("waited for {what}: {last}; on screen: {shown}")
    }

    /// Two animation frames: what was done is painted.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn frames(&self) -> Result<()> {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));";
        self.driver()?.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self.driver()?.execute(script, vec![]).await?.json().clone())
    }

    /// The first element with a test id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find(&self, id: &str) -> Result<WebElement> {
        let css = format!("[data-testid=\"{id}\"]");
        self.driver()?
            .find(By::Css(css.as_str()))
            .await
            .with_context(|| format!("no element {id:?}"))
    }

    /// All elements with a test id.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn find_all(&self, id: &str) -> Result<Vec<WebElement>> {
        let css = format!("[data-testid=\"{id}\"]");
        Ok(self.driver()?.find_all(By::Css(css.as_str())).await?)
    }

    /// Whether an element with a test id is shown.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn exists(&self, id: &str) -> Result<bool> {
        Ok(!self.find_all(id).await?.is_empty())
    }

    /// Text of an element as shown.
    ///
    /// # Errors
    /// When there is none.
    pub async fn text_of(&self, id: &str) -> Result<String> {
        Ok(self.find(id).await?.text().await?)
    }

    /// Clicks an element.
    ///
    /// # Errors
    /// When there is none, or something lies over it.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.until(&format!("{id} to click"), |s| async move {
            s.find(id).await?.click().await?;
            Ok(true)
        })
        .await
    }

    /// Types characters, as quickly as the driver can.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let mut actions = self.driver()?.action_chain();
        for c in text.chars() {
            let key = if c == '\n' {
                thirtyfour::Key::Enter.into()
            } else {
                c
            };
            actions = actions.key_down(key).key_up(key);
        }
        actions.perform().await?;
        Ok(())
    }

    /// Presses a key with its modifiers.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn press(&self, name: &str) -> Result<()> {
        let chord = Chord::named(name);
        let mut actions = self.driver()?.action_chain();
        for modifier in &chord.modifiers {
            actions = actions.key_down(*modifier);
        }
        actions = actions.key_down(chord.key).key_up(chord.key);
        for modifier in chord.modifiers.iter().rev() {
            actions = actions.key_up(*modifier);
        }
        actions.perform().await?;
        self.driver()?.action_chain().reset_actions().await.ok();
        Ok(())
    }

    /// Waits until the status line says that all is on disk.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn saved(&self) -> Result<()> {
        self.until("Saved", |s| async move {
            Ok(s.find("status-saved")
                .await?
                .attr("data-state")
                .await?
                .as_deref()
                == Some("saved"))
        })
        .await
    }

    /// The project file of this data folder that was changed last.
    ///
    /// # Errors
    /// When there is none.
    pub fn project_file(&self) -> Result<PathBuf> {
        fs::read_dir(self.home.path().join("projects"))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "palimpsest"))
            .max_by_key(|path| path.metadata().and_then(|meta| meta.modified()).ok())
            .context("no project file")
    }

    /// Takes a screenshot into the evidence.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn shot(&mut self, name: &str) -> Result<()> {
        self.frames().await?;
        self.shots += 1;
        let path = self
            .evidence()
            .join(format!("{:02}-{name}.png", self.shots));
        self.driver()?.screenshot(&path).await?;
        Ok(())
    }

    /// Screenshot and DOM of a failed test; returns the visible text.
    async fn leave_evidence(&self) -> String {
        let Ok(driver) = self.driver() else {
            return String::from("no window");
        };
        let folder = self.evidence();
        let _ = driver.screenshot(&folder.join("failed.png")).await;
        if let Ok(source) = driver.source().await {
            let _ = fs::write(folder.join("failed.html"), source);
        }
        if let Ok(file) = self.project_file() {
            let _ = Command::new("cp")
                .arg(file)
                .arg(folder.join("failed.palimpsest"))
                .status();
        }
        let logs = self.home.path().join("logs");
        let _ = Command::new("cp").arg("-r").arg(logs).arg(&folder).status();
        match driver.find(By::Css("body")).await {
            Ok(body) => body
                .text()
                .await
                .unwrap_or_default()
                .chars()
                .take(1500)
                .collect(),
            Err(error) => error.to_string(),
        }
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port())
}

fn listens(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}
