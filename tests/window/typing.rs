//! Typing as fast as the driver can: nothing is lost, nothing overtakes anything.

use anyhow::Result;
use e2e::{Options, PageLine, Studio};
use project::Craft;

const TITLE: &str = "Draft";

#[tokio::test]
async fn elements_are_typed_by_tab_and_enter() -> Result<()> {
    let options = Options::on(Craft::Screenplay, TITLE, "");
    let mut studio = Studio::launch("elements_are_typed_by_tab_and_enter", options).await?;
    studio.click("page").await?;
    studio
        .type_text("int. kitchen - night\nMara waits by the door.\n\tmara\nYou came.\n")
        .await?;
    studio.saved().await?;
    studio.shot("typed").await?;
    let text = studio.text_in_file(TITLE)?;
    assert_eq!(
        text.trim_end(),
        "INT. KITCHEN - NIGHT\n\nMara waits by the door.\n\nMARA\nYou came.",
    );
    assert_eq!(studio.page_text().await?, text, "page and file are one");
    let lines = studio.page().await?;
    let kinds: Vec<(&str, &str)> = lines
        .iter()
        .filter(|line| !line.text.is_empty())
        .map(|PageLine { kind, text }| (kind.as_str(), text.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("scene_heading", "INT. KITCHEN - NIGHT"),
            ("action", "Mara waits by the door."),
            ("character", "MARA"),
            ("dialogue", "You came."),
        ]
    );
    studio.quit().await
}

#[tokio::test]
async fn quick_typing_loses_nothing() -> Result<()> {
    let options = Options::on(Craft::Notes, TITLE, "");
    let studio = Studio::launch("quick_typing_loses_nothing", options).await?;
    studio.click("page").await?;
    let mut expected = String::new();
    for paragraph in 0..12 {
        let typed = format!(
            "{paragraph} The quick brown fox jumps over the lazy dog, 0123456789; twice.\nAnd so on.\n\n"
        );
        studio.type_text(&typed).await?;
        expected.push_str(&typed);
    }
    studio.saved().await?;
    assert_eq!(studio.text_in_file(TITLE)?, expected);
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}

#[tokio::test]
async fn a_lyric_is_typed_with_its_syllables() -> Result<()> {
    let options = Options::on(Craft::Lyrics, TITLE, "");
    let mut studio = Studio::launch("a_lyric_is_typed_with_its_syllables", options).await?;
    studio.click("page").await?;
    let typed = "[Verse]\nThe river keeps my name\n[Am]Under the bridge";
    studio.type_text(typed).await?;
    studio.saved().await?;
    assert_eq!(studio.text_in_file(TITLE)?, typed);
    let figures = studio
        .script("return [...document.querySelectorAll('[data-testid=page] .cm-line')].map((line) => line.dataset.n ?? '')")
        .await?;
    assert_eq!(
        figures,
        serde_json::json!(["", "6", "4"]),
        "syllables of each line; a chord is none"
    );
    studio.shot("lyric").await?;
    studio.quit().await
}
