//! Input methods: a composition on a line of every kind, at its start, in its middle and at its end. The
//! events are those of WebKitGTK, each with the change of the DOM that it makes.

use anyhow::Result;
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

const LINES: [(&str, &str); 10] = [
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

#[tokio::test]
async fn a_composition_survives_on_every_kind_of_line() -> Result<()> {
    let text = "INT. QUAY - NIGHT\n\nRain on the glass.\n\nMEI\n(low)\nYou said dawn.\n\nCUT TO:\n\n~The river keeps my name\n\n> THE END <\n\n# Act two\n\n= What it is about.\n";
    let options = Options::on(Craft::Screenplay, "Rain", text);
    let mut studio =
        Studio::launch("a_composition_survives_on_every_kind_of_line", options).await?;
    studio.click("page").await?;
    let mut expected = text.to_owned();
    let mut faults = Vec::new();
    for (kind, line) in LINES {
        let shown = studio.page().await?;
        let found = shown.iter().position(|shown| shown.text == line);
        let Some(row) = found else {
            faults.push(format!("{line:?} is not on the page"));
            continue;
        };
        assert_eq!(shown[row].kind, kind, "{line:?}");
        // End, then the middle: the start last, since there a line changes its kind.
        for (place, at) in [("End", line.chars().count()), ("middle", 3), ("Home", 0)] {
            studio.press("Ctrl+Home").await?;
            studio.press_times("ArrowDown", u32::try_from(row)?).await?;
            studio
                .press(if place == "End" { "End" } else { "Home" })
                .await?;
            if place == "middle" {
                studio.press_times("ArrowRight", 3).await?;
            }
            let flicker = studio.script_async(COMPOSE).await?;
            if flicker != serde_json::json!([]) {
                faults.push(format!("{kind}, {place}: {flicker}"));
            }
            studio.settled().await?;
            let before: String = line.chars().take(at).collect();
            let after: String = line.chars().skip(at).collect();
            let with = format!("{before}你{after}");
            expected = expected.replacen(line, &with, 1);
            studio.saved().await?;
            let now = studio.text_in_file("Rain")?;
            if now != expected {
                faults.push(format!("{kind}, {place}: {now:?} instead of {expected:?}"));
            }
            // Taken back, so that the line is what it was.
            studio.press("Ctrl+z").await?;
            studio.saved().await?;
            expected = text.to_owned();
            let back = studio.text_in_file("Rain")?;
            if back != expected {
                faults.push(format!("{kind}, {place}: undone it is {back:?}"));
                expected = back;
            }
        }
    }
    studio.shot("composed").await?;
    assert_eq!(faults, Vec::<String>::new());
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
