//! A game story, written and played side by side.

use anyhow::Result;
use e2e::{Options, Studio};

const STORY: &str = "The Lighthouse";

#[tokio::test]
async fn a_story_is_played_beside_its_text() -> Result<()> {
    let mut studio =
        Studio::launch("a_story_is_played_beside_its_text", Options::default()).await?;
    studio.open(STORY).await?;
    studio.click("page").await?;
    studio.press("Ctrl+Home").await?;
    studio.press("F5").await?;
    studio
        .says("play-line", "The boat leaves you on the rock")
        .await?;
    studio.says("play-choice", "Climb to the lamp").await?;
    studio.shot("played").await?;

    studio
        .click_saying("[data-testid=play-choice]", "Look for the keeper")
        .await?;
    studio
        .says("play-line", "\"You took your time,\" she says.")
        .await?;
    studio.click("play").await?;
    studio.type_text("2").await?;
    studio
        .says("play-line", "She pours the second cup at last.")
        .await?;
    studio.says("play-variable", "told_truth = true").await?;
    studio.shot("two choices in").await?;

    studio.click("play-back").await?;
    studio
        .until("the step back", |s| async move {
            let said = s
                .script("return document.querySelector('[data-testid=play]').innerText")
                .await?;
            Ok(said.as_str().is_some_and(|text| {
                !text.contains("second cup") && text.contains("I came to take over")
            }))
        })
        .await?;

    // Edited, the story is played again to the same place.
    studio.click("page").await?;
    studio.press("Ctrl+Home").await?;
    studio.press("ArrowDown").await?;
    studio.press("End").await?;
    studio.press("Backspace").await?;
    studio.type_text("7").await?;
    studio.says("play-variable", "oil = 7").await?;
    studio
        .says("play-line", "\"You took your time,\" she says.")
        .await?;
    studio.saved().await?;
    assert!(studio.text_in_file(STORY)?.contains("VAR oil = 7\n"));
    studio.shot("edited").await?;

    // What does not compile says where, and the play stops at it rather than the program.
    studio.press("Ctrl+End").await?;
    studio.type_text("\n-> nowhere_at_all").await?;
    studio.appears("problems").await?;
    studio.shot("a problem").await?;
    studio.quit().await
}
