//! Models: a remote service, a damaged file, a script longer than any context.

use std::fs;

use anyhow::{Context, Result};
use e2e::{Options, Peer, Studio, corpora, starter};
use project::Craft;

const SCENE: &str = "INT. QUAY OFFICE - NIGHT\n\nAnna reads the letter twice.\n\nANNA\nWho else knows about this?\n\n";

#[tokio::test]
async fn a_remote_service_with_the_wrong_key_first() -> Result<()> {
    let key = "right-key-71c2";
    let peer = Peer::start(key)?;
    let host = peer.url.trim_start_matches("http://").to_owned();
    let options = Options::on(Craft::Screenplay, "Quay", SCENE);
    let mut studio = Studio::launch("a_remote_service_with_the_wrong_key_first", options).await?;
    studio.says("status-place", "On this machine").await?;
    studio.press("Ctrl+,").await?;
    studio.click_css("[data-section=models]").await?;
    studio.fill("remote-url", &peer.url).await?;
    studio.fill("remote-key", "wrong-key").await?;
    studio.click("remote-test").await?;
    studio.appears("error").await?;
    let code = studio.find("error").await?.attr("data-code").await?;
    studio
        .sees("[data-testid=models] [data-testid=error]")
        .await?;
    studio.shot("wrong key").await?;
    assert_eq!(code.as_deref(), Some("key_refused"));

    studio.fill("remote-key", key).await?;
    studio.click("remote-test").await?;
    studio.sees("[data-testid=remote-report]").await?;
    studio.shot("connection tested").await?;
    studio.click("remote-enabled").await?;
    studio.says("consent", &host).await?;
    studio.shot("consent").await?;
    studio.click("consent-yes").await?;
    studio.says("status-place", &host).await?;
    studio.click("settings-close").await?;

    studio.click("page").await?;
    studio.press("Ctrl+End").await?;
    studio.press("Ctrl+Enter").await?;
    studio.words_come(1, 3).await?;
    let card = studio.done(1).await?;
    studio.shot("remote candidate").await?;
    assert_eq!(card.state, "ready", "{card:?}");
    assert!(!card.text.trim().is_empty());
    let file = fs::read(studio.project_file()?)?;
    for secret in [key, "wrong-key"] {
        assert!(
            !file
                .windows(secret.len())
                .any(|bytes| bytes == secret.as_bytes()),
            "no key in the project"
        );
    }

    // Consent is this machine's, and is kept; the key too, or it is asked for again.
    studio.restart().await?;
    studio.says("status-place", &host).await?;
    studio.quit().await
}

#[tokio::test]
async fn a_damaged_model_file_is_refused() -> Result<()> {
    let options = Options::on(Craft::Screenplay, "Quay", SCENE);
    let mut studio = Studio::launch("a_damaged_model_file_is_refused", options).await?;
    studio.model_ready().await?;
    let damaged = studio.home().join("Damaged.gguf");
    let mut bytes = fs::read(starter())?;
    bytes.truncate(bytes.len() / 2);
    fs::write(&damaged, bytes)?;
    studio.will_pick(&damaged)?;
    studio.press("Ctrl+,").await?;
    studio.click_css("[data-section=models]").await?;
    studio.click("model-open-file").await?;
    studio.appears("error").await?;
    let code = studio.find("error").await?.attr("data-code").await?;
    studio
        .sees("[data-testid=models] [data-testid=error]")
        .await?;
    studio.shot("refused").await?;
    assert_eq!(code.as_deref(), Some("model_truncated"));

    // A writer is never left without a model.
    studio.click("model-row").await?;
    studio.model_ready().await?;
    studio.click("settings-close").await?;
    studio.click("page").await?;
    studio.press("Ctrl+End").await?;
    studio.press("Ctrl+Enter").await?;
    studio.words_come(1, 2).await?;
    studio.shot("the starter goes on").await?;
    studio.quit().await
}

#[tokio::test]
async fn a_long_script_drafts_at_its_middle_and_its_end() -> Result<()> {
    let mut studio = Studio::launch(
        "a_long_script_drafts_at_its_middle_and_its_end",
        Options::on(Craft::Notes, "Empty", ""),
    )
    .await?;
    studio.model_ready().await?;
    let script = corpora().join("fountain-tests/input/The Long Haul.fountain");
    assert!(
        script.is_file(),
        "{} is missing: set PALIMPSEST_CORPORA",
        script.display()
    );
    studio.will_pick(&script)?;
    studio.press("Ctrl+Shift+p").await?;
    studio.appears("palette").await?;
    studio.type_text("Import").await?;
    studio.press("Enter").await?;
    studio.says("document-title", "The Long Haul").await?;
    studio.saved().await?;
    let words = studio.text_of("status-words").await?;
    let count: u32 = words
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()?;
    assert!(count > 20_000, "{words}");

    studio.click("page").await?;
    studio.press("Ctrl+End").await?;
    studio.press("Ctrl+Enter").await?;
    let card = studio.words_come(1, 3).await?;
    assert!(card.words() > 0, "nothing came: {card:?}");
    // Typing goes on while the model writes.
    let typed = "He waits. He waits again. Nobody comes.";
    studio
        .script("window.late = []; addEventListener('keydown', () => { const at = performance.now(); requestAnimationFrame(() => requestAnimationFrame(() => window.late.push(performance.now() - at))); }, true)")
        .await?;
    studio.type_text(&format!("\n\n{typed}")).await?;
    studio.saved().await?;
    assert!(studio.text_in_file("The Long Haul")?.contains(typed));
    let late: Vec<f64> = serde_json::from_value(
        studio
            .script("return window.late.toSorted((a, b) => a - b)")
            .await?,
    )?;
    let middle = *late.get(late.len() / 2).context("no key was timed")?;
    assert!(
        middle < 500.0,
        "keys reach the screen in {middle} ms while the model writes"
    );
    studio.shot("at the end").await?;
    studio.done(1).await?;
    studio.press("Escape").await?;
    studio
        .until("the candidate to go", |s| async move {
            Ok(s.candidates().await?.is_empty())
        })
        .await?;

    let outline = studio.find_all("outline-row").await?;
    let row = outline
        .get(outline.len() / 2)
        .context("the script has an outline")?;
    row.scroll_into_view().await?;
    row.click().await?;
    studio.click("page").await.ok();
    studio.press("End").await?;
    studio.press("Ctrl+Enter").await?;
    let card = studio.words_come(1, 2).await?;
    assert!(card.words() > 0, "nothing came: {card:?}");
    studio.shot("in the middle").await?;
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}
