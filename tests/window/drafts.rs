//! Drafts of the real starter model: takes, stop, rewrite.

use anyhow::{Context, Result};
use e2e::{Options, Studio};
use project::Craft;

const TITLE: &str = "Quay";
const SCENE: &str = "INT. QUAY OFFICE - NIGHT\n\nAnna reads the letter twice. Ben stands at the window.\n\nANNA\nWho else knows about this?\n\nBEN\n";

async fn on_the_scene(name: &str) -> Result<Studio> {
    let studio = Studio::launch(name, Options::on(Craft::Screenplay, TITLE, SCENE)).await?;
    studio.model_ready().await?;
    studio.click("page").await?;
    studio.press("Ctrl+End").await?;
    Ok(studio)
}

#[tokio::test]
async fn three_takes_take_one_line_of_the_second() -> Result<()> {
    let mut studio = on_the_scene("three_takes_take_one_line_of_the_second").await?;
    studio.press("Ctrl+Shift+Enter").await?;
    studio.appears("takes-drawer").await?;
    studio
        .until("three takes", |s| async move {
            Ok(s.candidates().await?.len() == 3)
        })
        .await?;
    for take in 1..=3 {
        studio.words_come(take, 3).await?;
    }
    studio.shot("three takes").await?;
    let second = studio.done(2).await?;
    assert!(
        !second.text.trim().is_empty(),
        "the second take says something"
    );
    studio.press("Alt+2").await?;
    studio.press("Alt+ArrowDown").await?;
    studio.saved().await?;
    let text = studio.text_in_file(TITLE)?;
    let by_model = studio.text_of_models(TITLE)?.concat();
    assert!(
        text.starts_with(SCENE.trim_end()),
        "{text:?} goes on from the scene"
    );
    let line = by_model.trim();
    assert!(
        !line.is_empty() && !line.contains('\n'),
        "one line is taken, not {by_model:?}"
    );
    assert!(
        second.text.contains(line),
        "{line:?} is of the second take {:?}",
        second.text
    );
    studio.shot("a line of the second").await?;
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}

#[tokio::test]
async fn stop_in_the_middle_keeps_what_came() -> Result<()> {
    let mut studio = on_the_scene("stop_in_the_middle_keeps_what_came").await?;
    studio.press("Ctrl+Enter").await?;
    studio.words_come(1, 3).await?;
    studio.press("Escape").await?;
    let card = studio.done(1).await?;
    assert!(card.words() >= 3, "what came stays: {card:?}");
    studio.shot("stopped").await?;
    studio.restart().await?;
    let again = studio
        .candidate(1)
        .await
        .context("the candidate outlives the program")?;
    assert_eq!(again.text, card.text);
    assert_eq!(studio.text_in_file(TITLE)?, SCENE, "the page is untouched");
    studio.quit().await
}

#[tokio::test]
async fn a_rewrite_is_taken_and_undone() -> Result<()> {
    let mut studio = on_the_scene("a_rewrite_is_taken_and_undone").await?;
    studio.press("Ctrl+Home").await?;
    studio.press_times("ArrowDown", 2).await?;
    studio.press("Home").await?;
    studio.press("Shift+End").await?;
    studio.press("Ctrl+;").await?;
    studio.appears("rewrite-free").await?;
    studio.shot("rewrite").await?;
    studio.click_css("[data-instruction=shorter]").await?;
    studio.words_come(1, 2).await?;
    let card = studio.done(1).await?;
    studio.shot("rewritten").await?;
    assert!(!card.text.trim().is_empty());
    studio.press("Alt+Enter").await?;
    studio.saved().await?;
    let text = studio.text_in_file(TITLE)?;
    assert_ne!(text, SCENE, "the rewrite replaces what was selected");
    // Whatever the model wrote stands there, the old words among it or not.
    assert!(text.contains(card.text.trim()), "{text:?}");
    assert!(
        text.ends_with("ANNA\nWho else knows about this?\n\nBEN\n"),
        "{text:?}"
    );
    studio.press("Ctrl+z").await?;
    studio.saved().await?;
    assert_eq!(
        studio.text_in_file(TITLE)?,
        SCENE,
        "one undo brings the old words back"
    );
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.shot("undone").await?;
    studio.quit().await
}
