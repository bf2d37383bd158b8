//! What is on the screen, and what a writer does with it: keys, the pointer, elements by their test ids.

use anyhow::{Context, Result};
use thirtyfour::{By, WebElement};

use crate::keys::Chord;
use crate::studio::Studio;

/// A line of the page as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLine {
    /// What the page takes it for: `scene_heading`, `character`, `fresh`.
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// A candidate as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which of the takes, from 1.
    pub take: u32,
    /// `streaming`, `ready`, `stopped`, `failed`.
    pub state: String,
    /// `open`, `partly`, `taken`, `dismissed`.
    pub outcome: String,
    /// Its lines, the end of each a line feed.
    pub text: String,
}

impl Shown {
    /// Words separated by blanks.
    #[must_use]
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

impl Studio {
    /// Two animation frames: what was done is painted.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn frames(&self) -> Result<()> {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(1)));";
        self.driver()?.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// Waits until every call to the studio has come back.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn settled(&self) -> Result<()> {
        self.until("an answer to every call", |s| async move {
            let pending = s
                .script("return document.documentElement.dataset.pending ?? '0'")
                .await?;
            Ok(pending == "0")
        })
        .await
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, script: &str) -> Result<serde_json::Value> {
        self.script_with(script, vec![]).await
    }

    /// Runs a script in the page, with arguments.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script_with(
        &self,
        script: &str,
        arguments: Vec<serde_json::Value>,
    ) -> Result<serde_json::Value> {
        Ok(self
            .driver()?
            .execute(script, arguments)
            .await?
            .json()
            .clone())
    }

    /// Runs a script that calls its last argument with an answer.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script_async(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self
            .driver()?
            .execute_async(script, vec![])
            .await?
            .json()
            .clone())
    }

    /// The first element that a CSS selector finds.
    ///
    /// # Errors
    /// When there is none.
    pub async fn css(&self, css: &str) -> Result<WebElement> {
        let found = self.driver()?.find(By::Css(css)).await;
        found.with_context(|| format!("no element {css}"))
    }

    /// The first element with a test id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find(&self, id: &str) -> Result<WebElement> {
        self.css(&testid(id)).await
    }

    /// All elements with a test id.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn find_all(&self, id: &str) -> Result<Vec<WebElement>> {
        Ok(self
            .driver()?
            .find_all(By::Css(testid(id).as_str()))
            .await?)
    }

    /// Whether an element with a test id is shown.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn exists(&self, id: &str) -> Result<bool> {
        Ok(!self.find_all(id).await?.is_empty())
    }

    /// Waits until an element with a test id is shown.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn appears(&self, id: &str) -> Result<()> {
        self.until(id, |s| s.exists(id)).await
    }

    /// Waits until an element lies in view, uncovered.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn sees(&self, css: &str) -> Result<()> {
        let script = "const e = document.querySelector(arguments[0]); if (!e) return false; \
            const box = e.getBoundingClientRect(); \
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2); \
            return top !== null && e.contains(top);";
        self.until(&format!("{css} in view"), |s| async move {
            Ok(s.script_with(script, vec![css.into()]).await? == true)
        })
        .await
    }

    /// Text of an element as shown.
    ///
    /// # Errors
    /// When there is none.
    pub async fn text_of(&self, id: &str) -> Result<String> {
        shown(&self.find(id).await?).await
    }

    /// Waits until an element's text holds some words.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn says(&self, id: &str, words: &str) -> Result<()> {
        self.until(&format!("{id} to say {words:?}"), |s| async move {
            let mut said = String::new();
            for element in s.find_all(id).await? {
                said.push_str(&shown(&element).await?);
                said.push('\n');
            }
            anyhow::ensure!(said.contains(words), "it says {said:?}");
            Ok(true)
        })
        .await
    }

    /// Clicks an element with a test id.
    ///
    /// # Errors
    /// When there is none, or something lies over it.
    pub async fn click(&self, id: &str) -> Result<()> {
        self.click_css(&testid(id)).await
    }

    /// Clicks the first element that a CSS selector finds.
    ///
    /// # Errors
    /// As [`Studio::click`].
    pub async fn click_css(&self, css: &str) -> Result<()> {
        self.until(&format!("{css} to click"), |s| async move {
            s.css(css).await?.click().await?;
            Ok(true)
        })
        .await
    }

    /// Clicks the first element of a test id whose text holds some words.
    ///
    /// # Errors
    /// As [`Studio::click`].
    pub async fn click_saying(&self, css: &str, words: &str) -> Result<()> {
        self.until(&format!("{css} with {words:?} to click"), |s| async move {
            for element in s.driver()?.find_all(By::Css(css)).await? {
                if shown(&element).await?.contains(words) {
                    element.click().await?;
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
    }

    /// Opens a document from the binder.
    ///
    /// # Errors
    /// As [`Studio::click`].
    pub async fn open(&self, title: &str) -> Result<()> {
        self.click_saying("[data-testid=binder-row]", title).await?;
        self.until(title, |s| async move {
            Ok(s.text_of("document-title").await? == title)
        })
        .await?;
        self.settled().await
    }

    /// Chooses in a setting's list by the text of the choice, with the settings open.
    ///
    /// # Errors
    /// As [`Studio::click`].
    pub async fn set(&self, setting: &str, choice: &str) -> Result<()> {
        let list = format!("[data-setting={setting}] button[aria-haspopup]");
        self.click_css(&list).await?;
        self.click_saying("[role^=menuitem]", choice).await?;
        self.settled().await
    }

    /// Clears a field and types into it.
    ///
    /// # Errors
    /// As [`Studio::click`].
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        self.click(id).await?;
        self.press("Ctrl+a").await?;
        self.press("Delete").await?;
        self.type_text(text).await
    }

    /// Types characters, as quickly as the driver can. A line feed is Enter, a tab is Tab.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let mut actions = self.driver()?.action_chain();
        for c in text.chars() {
            let key = match c {
                '\n' => thirtyfour::Key::Enter.into(),
                '\t' => thirtyfour::Key::Tab.into(),
                other => other,
            };
            actions = actions.key_down(key).key_up(key);
        }
        actions.perform().await?;
        Ok(())
    }

    /// Presses a key with its modifiers.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn press(&self, name: &str) -> Result<()> {
        let chord = Chord::named(name);
        let mut actions = self.driver()?.action_chain();
        for modifier in &chord.modifiers {
            actions = actions.key_down(*modifier);
        }
        actions = actions.key_down(chord.key).key_up(chord.key);
        for modifier in chord.modifiers.iter().rev() {
            actions = actions.key_up(*modifier);
        }
        actions.perform().await?;
        if !chord.modifiers.is_empty() {
            // Drivers differ in letting modifiers go.
            self.driver()?.action_chain().reset_actions().await.ok();
        }
        Ok(())
    }

    /// Presses a key without modifiers several times, as quickly as the driver can.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn press_times(&self, name: &str, times: usize) -> Result<()> {
        let chord = Chord::named(name);
        let mut actions = self.driver()?.action_chain();
        for _ in 0..times {
            actions = actions.key_down(chord.key).key_up(chord.key);
        }
        actions.perform().await?;
        Ok(())
    }

    /// Waits until the status line says that all is on disk.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn saved(&self) -> Result<()> {
        self.settled().await?;
        self.until("Saved", |s| async move {
            let state = s.find("status-saved").await?.attr("data-state").await?;
            Ok(state.as_deref() == Some("saved"))
        })
        .await
    }

    /// Waits until the model is ready.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn model_ready(&self) -> Result<()> {
        self.until("the model", |s| async move {
            let state = s.find("status-model").await?.attr("data-state").await?;
            anyhow::ensure!(state.as_deref() == Some("ready"), "it is {state:?}");
            Ok(true)
        })
        .await
    }

    /// The lines of the page that are drawn.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn page(&self) -> Result<Vec<PageLine>> {
        let script = "return [...document.querySelectorAll('.cm-content[data-testid=page] .cm-line')].map((line) => \
            [[...line.classList].find((name) => name.startsWith('k-'))?.slice(2) ?? '', \
             line.querySelector('.cm-placeholder') ? '' : line.textContent])";
        let lines: Vec<(String, String)> = serde_json::from_value(self.script(script).await?)?;
        Ok(lines
            .into_iter()
            .map(|(kind, text)| PageLine { kind, text })
            .collect())
    }

    /// The text of the page that is drawn.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn page_text(&self) -> Result<String> {
        let lines: Vec<String> = self
            .page()
            .await?
            .into_iter()
            .map(|line| line.text)
            .collect();
        Ok(lines.join("\n"))
    }

    /// The candidates that are shown, in their order.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn candidates(&self) -> Result<Vec<Shown>> {
        let script = "return [...document.querySelectorAll('[data-testid=candidate]')].map((card) => \
            [card.dataset.take, card.dataset.state, card.dataset.outcome, \
             [...card.querySelectorAll('.line')].map((line) => line.textContent).join('\\n')])";
        let cards: Vec<(String, String, String, String)> =
            serde_json::from_value(self.script(script).await?)?;
        let shown = cards.into_iter().map(|(take, state, outcome, text)| {
            Ok(Shown {
                take: take.parse()?,
                state,
                outcome,
                text,
            })
        });
        shown.collect()
    }

    /// Waits until a take has more than so many words, or is done. However long the page takes to be
    /// read: only a reading that stands still is given up.
    ///
    /// # Errors
    /// After the deadline without any progress.
    pub async fn words_come(&self, take: u32, words: usize) -> Result<Shown> {
        loop {
            let read = self.text_of("status-activity").await?;
            let read = &read;
            self.until("words of the model", |s| async move {
                let enough = s.has_words(take, words).await?;
                Ok(enough || s.text_of("status-activity").await? != *read)
            })
            .await?;
            if self.has_words(take, words).await? {
                return self.candidate(take).await;
            }
        }
    }

    async fn has_words(&self, take: u32, words: usize) -> Result<bool> {
        let cards = self.candidates().await?;
        let card = cards.iter().find(|card| card.take == take);
        Ok(card.is_some_and(|card| card.words() > words || card.state != "streaming"))
    }

    /// Waits until a take is no longer being written.
    ///
    /// # Errors
    /// After the deadline.
    pub async fn done(&self, take: u32) -> Result<Shown> {
        self.until("the end of the draft", |s| async move {
            Ok(s.candidate(take).await?.state != "streaming")
        })
        .await?;
        self.candidate(take).await
    }

    /// A take that is shown.
    ///
    /// # Errors
    /// When it is not.
    pub async fn candidate(&self, take: u32) -> Result<Shown> {
        let cards = self.candidates().await?;
        cards
            .into_iter()
            .find(|card| card.take == take)
            .context("no such take")
    }
}

/// An element's text. The driver's own idea of it leaves out what an ellipsis may cut off.
async fn shown(element: &WebElement) -> Result<String> {
    Ok(element.prop("innerText").await?.unwrap_or_default())
}

fn testid(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
