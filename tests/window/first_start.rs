//! A new user, from the first start to the first line of the model that they keep.

use anyhow::Result;
use e2e::{Options, Studio};

const SAMPLE: &str = "The Ferry";

#[tokio::test]
async fn first_start_to_first_accepted_draft() -> Result<()> {
    let mut studio =
        Studio::launch("first_start_to_first_accepted_draft", Options::default()).await?;
    studio.says("document-title", SAMPLE).await?;
    studio.appears("first-hints").await?;
    studio
        .until("the keys to go to the page", |s| async move {
            let at = s
                .script("return document.activeElement?.dataset.testid ?? ''")
                .await?;
            Ok(at == "page")
        })
        .await?;
    studio.model_ready().await?;
    studio.shot("first start").await?;
    let before = studio.text_in_file(SAMPLE)?;

    studio.press("Ctrl+Enter").await?;
    studio.words_come(1, 4).await?;
    studio.shot("words come").await?;
    let card = studio.done(1).await?;
    assert_eq!(card.outcome, "open", "nothing is taken unasked");
    assert_eq!(
        studio.text_in_file(SAMPLE)?,
        before,
        "the page stays as it was while a candidate stands"
    );
    studio.shot("candidate").await?;

    studio.press("Alt+ArrowDown").await?;
    studio.saved().await?;
    let after = studio.text_in_file(SAMPLE)?;
    let by_model = studio.text_of_models(SAMPLE)?.concat();
    assert!(!by_model.trim().is_empty(), "a line is taken");
    assert_eq!(
        after.len(),
        before.len() + by_model.len(),
        "what came into the text is the model's"
    );
    let line = by_model
        .trim()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    assert!(
        card.text.contains(&line),
        "{line:?} is of the candidate {:?}",
        card.text
    );
    studio
        .until("the line on the page", |s| {
            let line = line.clone();
            async move { Ok(s.page_text().await?.contains(&line)) }
        })
        .await?;
    studio.says("status-saved", "Saved").await?;

    studio.press("Ctrl+Shift+A").await?;
    studio
        .until("the tint of the model's text", |s| async move {
            let tinted = s
                .script("return [...document.querySelectorAll('[data-testid=page] .by-model')].map((e) => e.textContent).join('')")
                .await?;
            Ok(tinted.as_str().is_some_and(|text| !text.trim().is_empty()))
        })
        .await?;
    studio.shot("authors").await?;

    studio.press("Ctrl+z").await?;
    studio.saved().await?;
    assert_eq!(
        studio.text_in_file(SAMPLE)?,
        before,
        "undo takes the line back"
    );
    studio.shot("undone").await?;
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}
