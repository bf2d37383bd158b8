//! Input methods: a composition on a line of every kind, at its start, in its middle and at its end. The
//! events are those of WebKitGTK, each with the change of the DOM that it makes.

use anyhow::{Context, Result};
use e2e::{Options, Studio};
use project::Craft;

/// Composes `n`, `ni`, `你` at the caret; answers whether the line was drawn anew meanwhile.
const COMPOSE: &str = r"
const [done] = [arguments[arguments.length - 1]];
const page = document.querySelector('.cm-content[data-testid=page]');
const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
const selection = getSelection();
const lineOf = (node) => (node.nodeType === 1 ? node : node.parentElement).closest('.cm-line');
(async () => {
  const line = lineOf(selection.focusNode);
  const classes = line.className;
  const marks = line.querySelectorAll('span').length;
  let node = selection.focusNode, at = selection.focusOffset;
  if (node.nodeType === 1) {
    const text = document.createTextNode('');
    const before = node.childNodes[at] ?? null;
    if (before?.nodeName === 'BR') before.remove();
    node.insertBefore(text, before?.isConnected ? before : null);
    node = text; at = 0;
  }
  const key = (type) => page.dispatchEvent(new KeyboardEvent(type,
    { key: 'Unidentified', keyCode: 229, bubbles: true, cancelable: true, isComposing: true }));
  let composed = '', flicker = [];
  const events = (text) => {
    key('keydown');
    page.dispatchEvent(new CompositionEvent(composed === '' ? 'compositionstart' : 'compositionupdate', { data: composed, bubbles: true }));
    page.dispatchEvent(new InputEvent('beforeinput', { inputType: 'insertCompositionText', data: text, bubbles: true, isComposing: true }));
    node.replaceData(at, composed.length, text);
    selection.collapse(node, at + text.length);
    composed = text;
    page.dispatchEvent(new InputEvent('input', { inputType: 'insertCompositionText', data: text, bubbles: true, isComposing: true }));
    key('keyup');
  };
  for (const text of ['n', 'ni', '\u4f60']) {
    events(text);
    await frame(); await frame();
    if (!node.isConnected) flicker.push('the text node was replaced at ' + text);
    else if (node.data.slice(at, at + text.length) !== text) flicker.push('lost ' + text + ' in ' + node.data);
    if (line.className !== classes) flicker.push(classes + ' became ' + line.className);
  }
  page.dispatchEvent(new CompositionEvent('compositionend', { data: composed, bubbles: true }));
  await frame();
  done(flicker);
})().catch((error) => done(['' + error]));
";

#[tokio::test]
async fn a_composition_survives_on_every_line_of_a_screenplay() -> Result<()> {
    let lines = [
        ("scene_heading", "INT. QUAY - NIGHT"),
        ("action", "Rain on the glass."),
        ("character", "MEI"),
        ("parenthetical", "(low)"),
        ("dialogue", "You said dawn."),
        ("transition", "CUT TO:"),
        ("lyrics", "~The river keeps my name"),
        ("centered", "> THE END <"),
        ("section", "# Act two"),
        ("synopsis", "= What it is about."),
    ];
    let text = "INT. QUAY - NIGHT\n\nRain on the glass.\n\nMEI\n(low)\nYou said dawn.\n\nCUT TO:\n\n~The river keeps my name\n\n> THE END <\n\n# Act two\n\n= What it is about.\n";
    let name = "a_composition_survives_on_every_line_of_a_screenplay";
    compose_everywhere(name, Craft::Screenplay, text, &lines).await
}

#[tokio::test]
async fn a_composition_survives_on_every_line_of_a_lyric() -> Result<()> {
    let lines = [
        ("section", "[Verse 1]"),
        ("lyric_line", "The last bus hums"),
        ("lyric_line", "[Am]You count the stops"),
        ("directive", "{capo: 3}"),
    ];
    let text = "[Verse 1]\nThe last bus hums\n[Am]You count the stops\n\n{capo: 3}\n";
    compose_everywhere(
        "a_composition_survives_on_every_line_of_a_lyric",
        Craft::Lyrics,
        text,
        &lines,
    )
    .await
}

#[tokio::test]
async fn a_composition_survives_on_every_line_of_a_story() -> Result<()> {
    let lines = [
        ("comment", "// A small story"),
        ("variable", "VAR oil = 2"),
        ("divert", "-> landing"),
        ("knot", "=== landing ==="),
        ("text", "The boat leaves you here."),
        ("choice", "* [Climb] You climb."),
        ("gather", "- Then it is dark."),
        ("logic", "~ oil = oil - 1"),
    ];
    let text = "// A small story\nVAR oil = 2\n-> landing\n\n=== landing ===\nThe boat leaves you here.\n* [Climb] You climb.\n- Then it is dark.\n~ oil = oil - 1\n-> END\n";
    compose_everywhere(
        "a_composition_survives_on_every_line_of_a_story",
        Craft::Story,
        text,
        &lines,
    )
    .await
}

/// Composes at the start, in the middle and at the end of each line, and takes it back.
async fn compose_everywhere(
    name: &str,
    craft: Craft,
    text: &str,
    lines: &[(&str, &str)],
) -> Result<()> {
    let mut studio = Studio::launch(name, Options::on(craft, "Rain", text)).await?;
    studio.click("page").await?;
    let mut faults = Vec::new();
    for (kind, line) in lines {
        let shown = studio.page().await?;
        let row = shown.iter().position(|shown| shown.text == *line);
        let row = row.with_context(|| format!("{line:?} is not on the page: {faults:?}"))?;
        assert_eq!(shown[row].kind, *kind, "{line:?}");
        for at in [line.chars().count(), 3, 0] {
            studio.press("Ctrl+Home").await?;
            studio.press_times("ArrowDown", row).await?;
            studio.press("Home").await?;
            studio.press_times("ArrowRight", at).await?;
            let flicker = studio.script_async(COMPOSE).await?;
            if flicker != serde_json::json!([]) {
                faults.push(format!("{kind} at {at}: {flicker}"));
            }
            studio.settled().await?;
            let before: String = line.chars().take(at).collect();
            let after: String = line.chars().skip(at).collect();
            let expected = text.replacen(line, &format!("{before}你{after}"), 1);
            let now = studio.page_text().await?;
            if now != expected {
                faults.push(format!("{kind} at {at}: {now:?} instead of {expected:?}"));
            }
            if at == 0 {
                studio.saved().await?;
                assert_eq!(studio.text_in_file("Rain")?, now, "page and file are one");
            }
            studio.press("Ctrl+z").await?;
            studio
                .until(
                    "the composition to be taken back in one step",
                    |s| async move {
                        let back = s.page_text().await?;
                        anyhow::ensure!(back == text, "it is {back:?}");
                        Ok(true)
                    },
                )
                .await?;
        }
    }
    studio.shot("composed").await?;
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}

/// The whole chain once: keys of the display, ibus, libpinyin, GTK, WebKit, the page, the file.
#[tokio::test]
async fn pinyin_is_composed_by_ibus() -> Result<()> {
    let mut options = Options::on(Craft::Screenplay, "Rain", "");
    options.pinyin = true;
    let mut studio = Studio::launch("pinyin_is_composed_by_ibus", options).await?;
    studio.hands(&[
        "search",
        "--sync",
        "--onlyvisible",
        "--class",
        "palimpsest",
        "windowactivate",
        "--sync",
    ])?;
    studio.hands(&["mousemove", "500", "200", "click", "1"])?;
    studio
        .until("the keys to go to the page", |s| async move {
            Ok(
                s.script("return document.hasFocus() && document.activeElement?.dataset.testid")
                    .await?
                    == "page",
            )
        })
        .await?;
    studio.choose_pinyin().await?;
    studio.hands(&["type", "--delay", "120", "nihao"])?;
    studio
        .until("the preedit on the page", |s| async move {
            Ok(!s.page_text().await?.is_empty())
        })
        .await?;
    studio.shot("composing").await?;
    studio.hands(&["key", "space"])?;
    studio
        .until("the characters on the page", |s| async move {
            Ok(s.page_text().await? == "你好")
        })
        .await?;
    studio.saved().await?;
    assert_eq!(studio.text_in_file("Rain")?, "你好");
    studio.hands(&["type", "--delay", "120", "shijie"])?;
    studio.hands(&["key", "space"])?;
    studio
        .until("more characters", |s| async move {
            Ok(s.page_text().await? == "你好世界")
        })
        .await?;
    studio.saved().await?;
    assert_eq!(studio.text_in_file("Rain")?, "你好世界");
    studio.shot("composed").await?;
    studio.quit().await
}
