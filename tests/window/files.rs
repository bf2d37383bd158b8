//! Files: what can't be opened, and words that stand in several documents.

use std::fs;

use anyhow::Result;
use e2e::{Options, Studio};
use project::Craft;

#[tokio::test]
async fn what_is_no_project_is_said_and_left_alone() -> Result<()> {
    let name = "what_is_no_project_is_said_and_left_alone";
    let bytes = b"This is a letter, not a project.\n".repeat(300);
    let content = bytes.clone();
    let mut studio = Studio::launch_on(name, Options::default(), |home| {
        let path = home.join("Letter.palimpsest");
        fs::write(&path, &content)?;
        Ok(Some(path))
    })
    .await?;
    studio.appears("start").await?;
    let code = studio.find("error").await?.attr("data-code").await?;
    assert_eq!(code.as_deref(), Some("not_a_project"));
    studio.shot("not a project").await?;
    assert_eq!(
        fs::read(studio.home().join("Letter.palimpsest"))?,
        bytes,
        "nothing is changed"
    );
    studio.click("start-sample").await?;
    studio.appears("page").await?;
    studio.quit().await
}

#[tokio::test]
async fn a_damaged_project_is_said_and_left_alone() -> Result<()> {
    // A whole project is made by one run, damaged, and opened by the next.
    let name = "a_damaged_project_is_said_and_left_alone";
    let long = "A line of text that fills pages of the file.\n".repeat(4000);
    let first = Studio::launch(name, Options::on(Craft::Notes, "Long", &long)).await?;
    let mut bytes = fs::read(first.project_file()?)?;
    first.quit().await?;
    let half = bytes.len() / 2;
    bytes[4096..half].fill(0x5a);
    let content = bytes.clone();
    let mut studio = Studio::launch_on(name, Options::default(), |home| {
        let path = home.join("Damaged.palimpsest");
        fs::write(&path, &content)?;
        Ok(Some(path))
    })
    .await?;
    studio.appears("start").await?;
    let code = studio.find("error").await?.attr("data-code").await?;
    assert_eq!(code.as_deref(), Some("project_damaged"));
    studio.shot("damaged").await?;
    assert_eq!(
        fs::read(studio.home().join("Damaged.palimpsest"))?,
        bytes,
        "nothing is changed"
    );
    studio.quit().await
}

#[tokio::test]
async fn words_are_replaced_over_the_project() -> Result<()> {
    let mut options = Options::on(
        Craft::Screenplay,
        "One",
        "INT. QUAY - DAY\n\nMei waits for Mei.\n",
    );
    options
        .documents
        .push((Craft::Notes, "Two", String::from("Mei, thirty.\n")));
    let mut studio = Studio::launch("words_are_replaced_over_the_project", options).await?;
    studio.press("Ctrl+Shift+f").await?;
    studio.appears("search-text").await?;
    studio.fill("search-text", "Mei").await?;
    studio
        .until("three matches", |s| async move {
            Ok(s.find_all("search-hit").await?.len() == 3)
        })
        .await?;
    studio
        .click_css("[data-testid=search] header button[aria-expanded=false]")
        .await?;
    studio.fill("search-replace", "Lan").await?;
    studio.shot("search").await?;
    studio.click("search-replace-all").await?;
    studio.saved().await?;
    studio
        .until("the replaced text on disk", |s| async move {
            Ok(s.text_in_file("One")?.contains("Lan waits for Lan.")
                && s.text_in_file("Two")? == "Lan, thirty.\n")
        })
        .await?;
    studio.shot("replaced").await?;
    studio.click("page").await?;
    studio.press("Ctrl+z").await?;
    studio.saved().await?;
    assert!(
        studio.text_in_file("One")?.contains("Mei waits for Mei."),
        "one undo for the whole document"
    );
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}
