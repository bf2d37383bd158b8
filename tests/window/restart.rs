//! What is typed stays: across a restart, and across a kill without warning.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use e2e::{Options, Studio};
use project::Craft;

const TITLE: &str = "Night";
/// An edit is on disk at latest so long after it was made.
const PATIENCE: Duration = Duration::from_millis(500);
/// What a machine that has other work may add to it.
const BUSY: Duration = Duration::from_millis(500);

#[tokio::test]
async fn restart_finds_everything() -> Result<()> {
    let options = Options::on(Craft::Screenplay, TITLE, "INT. ROOM - DAY\n\nA chair.");
    let mut studio = Studio::launch("restart_finds_everything", options).await?;
    studio.click("page").await?;
    studio.press("Ctrl+End").await?;
    studio.type_text(" A lamp.").await?;
    studio.restart().await?;
    assert_eq!(
        studio.text_in_file(TITLE)?,
        "INT. ROOM - DAY\n\nA chair. A lamp."
    );
    studio.says("document-title", TITLE).await?;
    assert_eq!(
        studio.page_text().await?,
        "INT. ROOM - DAY\n\nA chair. A lamp."
    );
    studio.shot("after the restart").await?;
    studio.click("page").await?;
    studio.press("Ctrl+z").await?;
    studio.saved().await?;
    assert_eq!(
        studio.text_in_file(TITLE)?,
        "INT. ROOM - DAY\n\nA chair.",
        "undo outlives the program"
    );
    studio.press("Ctrl+Shift+z").await?;
    studio.saved().await?;
    assert_eq!(
        studio.text_in_file(TITLE)?,
        "INT. ROOM - DAY\n\nA chair. A lamp."
    );
    assert_eq!(studio.faults()?, Vec::<String>::new());
    studio.quit().await
}

/// Kills at random moments of typing; `PALIMPSEST_KILLS` says how many.
#[tokio::test]
async fn a_kill_loses_at_most_the_last_half_second() -> Result<()> {
    let kills = std::env::var("PALIMPSEST_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20);
    let options = Options::on(Craft::Notes, TITLE, "");
    let mut studio = Studio::launch("a_kill_loses_at_most_the_last_half_second", options).await?;
    let mut random = Random(0x5eed);
    let mut kept = String::new();
    for turn in 0..kills {
        studio.click("page").await?;
        studio.press("Ctrl+End").await?;
        // What stands here when a pause has passed must outlive the kill, what comes after may be lost.
        let sure = format!("{turn}: kept. ");
        studio.type_text(&sure).await?;
        studio.saved().await?;
        kept.push_str(&sure);
        let mut rest = String::new();
        let mut typed = Vec::new();
        for _ in 0..random.below(24) {
            let bit: String = (0..1 + random.below(9))
                .map(|n| char::from(b'a' + (n % 26) as u8))
                .collect();
            studio.type_text(&bit).await?;
            rest.push_str(&bit);
            typed.push((Instant::now(), rest.len()));
        }
        studio.kill();
        let killed = Instant::now();
        let found = studio.text_in_file(TITLE)?;
        let came = found
            .strip_prefix(&kept)
            .with_context(|| format!("turn {turn}: {kept:?} is not in {found:?}"))?;
        assert!(
            rest.starts_with(came),
            "turn {turn}: {came:?} is no beginning of {rest:?}"
        );
        let due = typed
            .iter()
            .rev()
            .find(|(at, _)| killed - *at > PATIENCE + BUSY)
            .map_or(0, |(_, length)| *length);
        assert!(
            came.len() >= due,
            "turn {turn}: {} of the {due} bytes that were due",
            came.len()
        );
        kept = found.clone();
        studio.kill_and_restart().await?;
        assert_eq!(
            studio.page_text().await?,
            kept,
            "turn {turn}: the page shows what is on disk"
        );
        assert_eq!(studio.faults()?, Vec::<String>::new(), "turn {turn}");
    }
    studio.shot("after the last kill").await?;
    studio.quit().await
}

/// A small generator, so that a run can be had again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
