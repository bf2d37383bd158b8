//! Two languages and two themes: the words on the screen, and what is typed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use e2e::{Options, Studio};
use project::Craft;

#[tokio::test]
async fn the_language_changes_while_it_runs() -> Result<()> {
    let mut studio =
        Studio::launch("the_language_changes_while_it_runs", Options::default()).await?;
    studio.appears("first-hints").await?;
    studio.click("language-zh").await?;
    studio.says("continue", "续写").await?;
    studio.settled().await?;
    studio.shot("chinese").await?;
    assert_eq!(left_in_english(&studio).await?, Vec::<String>::new());

    studio.press("Ctrl+,").await?;
    studio.appears("settings").await?;
    for section in [
        "general",
        "page",
        "assistant",
        "models",
        "shortcuts",
        "privacy",
        "language",
    ] {
        studio
            .click_css(&format!("[data-section={section}]"))
            .await?;
        assert_eq!(
            left_in_english(&studio).await?,
            Vec::<String>::new(),
            "in {section}"
        );
        studio.shot(section).await?;
    }
    studio.set("language", "English").await?;
    studio.says("settings-close", "Close").await?;
    studio.quit().await
}

#[tokio::test]
async fn chinese_is_typed() -> Result<()> {
    let mut options = Options::on(Craft::Screenplay, "渡口", "");
    options.locale = "zh_CN.UTF-8";
    let mut studio = Studio::launch("chinese_is_typed", options).await?;
    studio.says("continue", "续写").await?;
    studio.click("page").await?;
    studio
        .type_text("内景 船舱 - 夜\n\t王五\n天亮之前过河。\n")
        .await?;
    studio.saved().await?;
    let text = studio.text_in_file("渡口")?;
    assert_eq!(studio.page_text().await?, text);
    assert_eq!(text.matches("王五").count(), 1, "{text:?}");
    assert!(text.contains("内景 船舱 - 夜"), "{text:?}");
    assert!(text.contains("天亮之前过河。"), "{text:?}");
    studio.says("status-words", "13").await?;
    studio.shot("typed").await?;

    // The starter says once that it hardly knows Chinese.
    studio.model_ready().await?;
    studio.press("Ctrl+Enter").await?;
    studio.appears("starter-note").await?;
    studio.shot("starter note").await?;
    studio.quit().await
}

#[tokio::test]
async fn every_view_in_both_languages_and_themes() -> Result<()> {
    let mut studio = Studio::launch(
        "every_view_in_both_languages_and_themes",
        Options::default(),
    )
    .await?;
    studio.model_ready().await?;
    studio.press("Ctrl+Enter").await?;
    studio.words_come(1, 12).await?;
    studio.press("Escape").await?;
    studio.done(1).await?;
    for (language, light, dark) in [("English", "Light", "Dark"), ("中文", "浅色", "深色")] {
        studio.press("Ctrl+,").await?;
        studio.click_css("[data-section=language]").await?;
        studio.set("language", language).await?;
        for theme in [light, dark] {
            studio.click_css("[data-section=general]").await?;
            studio.set("theme", theme).await?;
            let name = format!("{language} {theme}");
            studio.shot(&format!("{name} settings")).await?;
            assert_eq!(
                clipped(&studio).await?,
                Vec::<String>::new(),
                "{name}, settings"
            );
            studio.click("settings-close").await?;
            studio.shot(&format!("{name} candidate")).await?;
            assert_eq!(clipped(&studio).await?, Vec::<String>::new(), "{name}");
            studio.press("Ctrl+Shift+h").await?;
            studio.appears("history").await?;
            studio.shot(&format!("{name} history")).await?;
            assert_eq!(
                clipped(&studio).await?,
                Vec::<String>::new(),
                "{name}, history"
            );
            studio.click("history-close").await?;
            studio.press("Ctrl+Shift+p").await?;
            studio.appears("palette").await?;
            studio.shot(&format!("{name} palette")).await?;
            studio.press("Escape").await?;
            studio.press("Ctrl+,").await?;
            studio.appears("settings").await?;
        }
        studio.click("settings-close").await?;
    }
    studio.quit().await
}

/// What the catalogue has in English and the window still shows so.
async fn left_in_english(studio: &Studio) -> Result<Vec<String>> {
    let (english, chinese) = (catalogue("en")?, catalogue("zh-CN")?);
    let script = "const out = []; \
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT); \
        for (let e = walk.currentNode; e; e = walk.nextNode()) { \
          if (e.closest('.cm-content, .selectable[lang]') || !e.checkVisibility()) continue; \
          for (const node of e.childNodes) if (node.nodeType === 3) out.push(node.data.trim()); \
          for (const name of ['aria-label', 'data-tip', 'placeholder', 'title']) \
            if (e.hasAttribute(name)) out.push(e.getAttribute(name)); \
        } return out.filter((text) => text !== '');";
    let shown: Vec<String> = serde_json::from_value(studio.script(script).await?)?;
    let mut left = Vec::new();
    for (key, words) in &english {
        // A word that stands in Chinese too (the button "English") may be that one.
        let own = !chinese.values().any(|known| known == words)
            && words.chars().any(|c| c.is_ascii_alphabetic());
        if own && shown.contains(words) {
            left.push(format!("{key}: {words}"));
        }
    }
    Ok(left)
}

fn catalogue(language: &str) -> Result<BTreeMap<String, String>> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../ui/src/i18n/{language}.json"));
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

/// Buttons whose words do not fit, and a window that scrolls sideways.
async fn clipped(studio: &Studio) -> Result<Vec<String>> {
    let script = "const out = [...document.querySelectorAll('button, h1, h2, h3, label, [role=tab]')] \
        .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) \
        .filter((e) => !e.matches('.ellipsis') && !e.querySelector('.ellipsis')) \
        .map((e) => e.innerText); \
        if (document.documentElement.scrollWidth > innerWidth) out.push('the window'); return out;";
    Ok(serde_json::from_value(studio.script(script).await?)?)
}
