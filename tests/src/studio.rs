//! The program under test: its start, its end, and what a failed test leaves behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use project::{Craft, NewDocument, NewProject, Origin, Project};
use thirtyfour::common::capabilities::desiredcapabilities::Capabilities;
use thirtyfour::{By, WebDriver};

use crate::display::{Display, InputMethod, Owned};

/// How long a condition may take. Generous: the two cores may be busy; a test that waits is not slower.
const DEADLINE: Duration = Duration::from_secs(120);

/// How the program is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Size of the screen; the window fills it.
    pub screen: (u32, u32),
    /// Language of the system: `en_US.UTF-8`, `zh_CN.UTF-8`.
    pub locale: &'static str,
    /// Craft, title and text of the documents of a project that is there already and is opened;
    /// without any, the program starts as for a new user.
    pub documents: Vec<(Craft, &'static str, String)>,
    /// With a window manager and ibus, which composes pinyin.
    pub pinyin: bool,
    /// More variables for the program.
    pub env: BTreeMap<&'static str, String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            screen: (1400, 900),
            locale: "en_US.UTF-8",
            documents: Vec::new(),
            pinyin: false,
            env: BTreeMap::new(),
        }
    }
}

impl Options {
    /// On a project with one document.
    #[must_use]
    pub fn on(craft: Craft, title: &'static str, text: &str) -> Self {
        Self {
            documents: vec![(craft, title, text.to_owned())],
            ..Self::default()
        }
    }
}

/// The program in its window, with a data folder of its own.
pub struct Studio {
    name: String,
    options: Options,
    home: tempfile::TempDir,
    arguments: Vec<String>,
    driver: Option<WebDriver>,
    service: Option<Owned>,
    input_method: Option<InputMethod>,
    display: Display,
    shots: u32,
}

impl Studio {
    /// Starts the program with an empty data folder. `name` is the test's.
    ///
    /// # Errors
    /// When the display, the driver or the program does not start.
    pub async fn launch(name: &str, options: Options) -> Result<Self> {
        let documents = options.documents.clone();
        Self::launch_on(name, options, |home| prepare(home, &documents)).await
    }

    /// Starts the program on a file that a function makes in the data folder.
    ///
    /// # Errors
    /// As [`Studio::launch`].
    pub async fn launch_on(
        name: &str,
        options: Options,
        make: impl FnOnce(&Path) -> Result<Option<PathBuf>>,
    ) -> Result<Self> {
        let mut studio = Self {
            name: name.to_owned(),
            display: Display::start(options.screen.0, options.screen.1)?,
            home: tempfile::tempdir()?,
            arguments: Vec::new(),
            driver: None,
            service: None,
            input_method: None,
            shots: 0,
            options,
        };
        let _ = fs::remove_dir_all(studio.evidence());
        fs::create_dir_all(studio.evidence())?;
        if studio.options.pinyin {
            let config = studio.home.path().join("config");
            studio.input_method = Some(InputMethod::start(&studio.display, &config)?);
        }
        let file = make(studio.home.path())?;
        studio.arguments = file.iter().map(|file| file.display().to_string()).collect();
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
        let program = program()?;
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
            .envs(self.input_method_env())
            .envs(&self.options.env)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let service = Owned::spawn(&mut service)
            .context("dbus-run-session is missing: `cargo xtask setup` installs it")?;
        self.service = Some(service);
        // The driver does not say when it listens.
        poll("the driver", || listens(port)).await?;
        let mut capabilities = Capabilities::new();
        let options = serde_json::json!({ "binary": program, "args": self.arguments });
        capabilities.set("webkitgtk:browserOptions", options)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .context("no session with the window")?;
        self.driver = Some(driver);
        self.until("the page", |s| async move {
            Ok(s.exists("page").await? || s.exists("start").await?)
        })
        .await?;
        self.settled().await
    }

    /// What tells the program's toolkit to use ibus.
    fn input_method_env(&self) -> Vec<(&'static str, String)> {
        if !self.options.pinyin {
            return Vec::new();
        }
        let config = self.home.path().join("config");
        vec![
            ("GTK_IM_MODULE", String::from("ibus")),
            ("XMODIFIERS", String::from("@im=ibus")),
            ("XDG_CONFIG_HOME", config.display().to_string()),
        ]
    }

    /// Lets ibus compose pinyin in the field that has the keys; without one it refuses.
    ///
    /// # Errors
    /// When it goes on refusing.
    pub async fn choose_pinyin(&self) -> Result<()> {
        let config = self.home.path().join("config");
        poll("the pinyin engine", || {
            InputMethod::choose_pinyin(&self.display, &config)
        })
        .await
    }

    /// Real keys and the real pointer, as `xdotool` gives them to the display: past the driver, so that
    /// the input method hears them.
    ///
    /// # Errors
    /// When `xdotool` is missing or refuses.
    pub fn hands(&self, arguments: &[&str]) -> Result<()> {
        let done = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.display.name)
            .stdout(Stdio::null())
            .status()
            .context("xdotool is missing: `cargo xtask setup` installs it")?;
        if !done.success() {
            bail!("xdotool {arguments:?}: {done}");
        }
        Ok(())
    }

    pub(crate) fn driver(&self) -> Result<&WebDriver> {
        self.driver.as_ref().context("the program is not running")
    }

    /// Closes the window as its user would, and starts the program again with the same data folder.
    ///
    /// # Errors
    /// When it does not end, or does not come back.
    pub async fn restart(&mut self) -> Result<()> {
        // The window goes while the keys are under way: the driver may call that an error.
        let _ = self.press("Ctrl+w").await;
        poll("the program's end", || self.program_pids().is_empty()).await?;
        self.let_go();
        self.start().await
    }

    /// Kills the program, without a word to it.
    pub fn kill(&mut self) {
        for pid in self.program_pids() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
        self.let_go();
    }

    /// Kills the program, and starts it again.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.kill();
        self.start().await
    }

    /// Forgets a session whose window is gone, and ends its driver.
    fn let_go(&mut self) {
        if let Some(driver) = self.driver.take() {
            let _ = driver.leak();
        }
        self.service = None;
    }

    /// Processes of the program with this data folder.
    #[must_use]
    pub fn program_pids(&self) -> Vec<u32> {
        let home = format!("PALIMPSEST_HOME={}\0", self.home.path().display());
        let mut pids = Vec::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let pid = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok());
            let Some(pid) = pid else {
                continue;
            };
            // The program may have been built anew since it started.
            let is_program = fs::read_link(entry.path().join("exe")).is_ok_and(|exe| {
                let exe = exe.to_string_lossy();
                exe.trim_end_matches(" (deleted)").ends_with("/palimpsest")
            });
            if !is_program {
                continue;
            }
            let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
            if String::from_utf8_lossy(&environment).contains(&home) {
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

    /// Takes a screenshot into the evidence.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn shot(&mut self, name: &str) -> Result<()> {
        self.settled().await?;
        self.frames().await?;
        self.shots += 1;
        let path = self
            .evidence()
            .join(format!("{:02}-{name}.png", self.shots));
        self.driver()?.screenshot(&path).await?;
        Ok(())
    }

    /// Screenshot, DOM, project and log of a failed test; returns the visible text.
    pub async fn leave_evidence(&self) -> String {
        let folder = self.evidence();
        let logs = self.home.path().join("logs");
        let _ = Command::new("cp").arg("-r").arg(logs).arg(&folder).status();
        if let Ok(file) = self.project_file() {
            let kept = folder.join("failed.palimpsest");
            let _ = Command::new("cp").arg(file).arg(kept).status();
        }
        let Ok(driver) = self.driver() else {
            return String::from("no window");
        };
        let _ = driver.screenshot(&folder.join("failed.png")).await;
        if let Ok(source) = driver.source().await {
            let _ = fs::write(folder.join("failed.html"), source);
        }
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

    /// Ends the program and the driver.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn quit(mut self) -> Result<()> {
        if let Some(driver) = self.driver.take() {
            driver.quit().await?;
        }
        Ok(())
    }
}

/// Makes the project that is to be there already.
fn prepare(home: &Path, documents: &[(Craft, &str, String)]) -> Result<Option<PathBuf>> {
    if documents.is_empty() {
        return Ok(None);
    }
    let folder = home.join("projects");
    fs::create_dir_all(&folder)?;
    let path = folder.join("Work.palimpsest");
    let new = NewProject {
        title: String::from("Work"),
        language: String::from("en"),
        now: NOW,
    };
    let mut project = Project::create(&path, &new, None)?;
    for (craft, title, text) in documents {
        project.create_document(NewDocument {
            craft: craft.clone(),
            title: (*title).to_owned(),
            folder: String::new(),
            text: text.clone(),
            origin: Origin::Unknown,
            now: NOW,
        })?;
    }
    project.close(NOW).map_err(|(_, error)| error)?;
    Ok(Some(path))
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A moment for what a test prepares: 1 January 2026.
const NOW: i64 = 1_767_225_600_000;

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The program as this build made it: beside the folder of the tests themselves.
fn program() -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let beside = this.parent().context("no target folder")?;
    // A test lies in `deps`, the bench beside the program itself.
    let built = match beside.file_name() {
        Some(name) if name == "deps" => beside.parent().context("no target folder")?,
        Some(_) | None => beside,
    };
    let program = built.join("palimpsest");
    if !program.exists() {
        bail!(
            "{} is missing: `cargo build --workspace` makes it",
            program.display()
        );
    }
    Ok(program)
}

/// Looks again and again, outside the window.
pub(crate) async fn poll(what: &str, condition: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    while begun.elapsed() < DEADLINE {
        if condition() {
            return Ok(());
        }
        beat.tick().await;
    }
    bail!("waited for {what}")
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port())
}

fn listens(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}
