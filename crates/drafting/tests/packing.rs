//! Prompts as they are sent: what goes in, what is left out, and that the parts are the prompt.

#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests unwrap is what they assert"
)]

use std::cell::Cell;
use std::path::PathBuf;

use crafts::Craft;
use drafting::{
    Ask, Border, Cleaner, Counts, Error, Facts, Fit, Instruct, Language, Left, Limits, Packed,
    PartName, Seen, Spot, Style, Tasks, Why, pack,
};
use inference::{Prompt, Role};
use proptest::prelude::*;

fn quarter(text: &str) -> u32 {
    text.len().div_ceil(4) as u32
}

fn ask(craft: Craft, text: &str, spot: Spot) -> Ask<'_> {
    Ask {
        craft,
        text,
        spot,
        instruct: None,
        borders: &[],
        facts: Facts::default(),
        language: None,
        max_tokens: None,
    }
}

fn limits(context: u32) -> Limits {
    Limits {
        context,
        thinks: false,
    }
}

fn packed(task: &str, ask: &Ask<'_>, style: Style, context: u32) -> Result<Packed, Error> {
    let tasks = Tasks::bundled();
    let packed = pack(
        tasks.get(task).unwrap(),
        ask,
        style,
        limits(context),
        &quarter,
        &mut Counts::new(),
    )?;
    check(&packed, ask, context);
    Ok(packed)
}

/// What holds of every prompt.
#[track_caller]
fn check(packed: &Packed, ask: &Ask<'_>, context: u32) {
    let seen = &packed.seen;
    let parts: String = seen.parts.iter().map(|part| part.text.as_str()).collect();
    let sent = match &packed.prompt {
        Prompt::Raw(text) => text.clone(),
        Prompt::Chat {
            messages,
            answer_prefix,
        } => messages
            .iter()
            .map(|message| message.text.as_str())
            .chain([answer_prefix.as_str()])
            .collect(),
    };
    assert_eq!(parts, sent, "the parts are the prompt");
    for part in &seen.parts {
        assert!(!part.text.is_empty(), "{:?}", part.name);
        if let Some(range) = &part.range {
            assert_eq!(part.text, ask.text[range.clone()]);
        }
    }
    assert!(
        seen.prompt_tokens + packed.max_tokens <= context + 4,
        "{} and {} in {context}",
        seen.prompt_tokens,
        packed.max_tokens
    );
    assert_eq!(&Seen::from_json(&seen.to_json()).unwrap(), seen);
    assert_eq!(seen.prompt(), packed.prompt);
}

fn part(packed: &Packed, name: PartName) -> Option<&str> {
    let part = packed.seen.parts.iter().find(|part| part.name == name)?;
    Some(&part.text)
}

fn names(packed: &Packed) -> Vec<&'static str> {
    packed
        .seen
        .parts
        .iter()
        .map(|part| part.name.id())
        .collect()
}

const PAGE: &str = "INT. PIER - NIGHT\n\nRain.\n\nMARA\nI know \n\nEXT. HUT - DAY\n\nSun.\n";

fn caret() -> usize {
    PAGE.find("know ").unwrap() + 5
}

#[test]
fn a_base_model_gets_the_page_and_nothing_else() {
    let packed = packed(
        "continue",
        &ask(Craft::Screenplay, PAGE, Spot::Caret(caret())),
        Style::Raw,
        2048,
    )
    .unwrap();
    assert_eq!(
        packed.prompt,
        Prompt::Raw("INT. PIER - NIGHT\n\nRain.\n\nMARA\nI know".into())
    );
    let left = &packed.seen.left_out;
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].what, left[0].why), (Left::After, Why::NoPlace));
    assert_eq!(left[0].range, Some(caret()..PAGE.len()));
    // The space that stands on the page is not written twice.
    let mut cleaner = Cleaner::new(packed.cleaning);
    assert_eq!(
        cleaner.push(" you.", 2),
        [drafting::Clean::Text("you.".into())]
    );
}

#[test]
fn an_instruct_model_has_its_answer_begun_by_the_last_line() {
    let packed = packed(
        "continue",
        &ask(Craft::Screenplay, PAGE, Spot::Caret(caret())),
        Style::ChatWithPrefix,
        2048,
    )
    .unwrap();
    let Prompt::Chat {
        messages,
        answer_prefix,
    } = &packed.prompt
    else {
        panic!("no chat");
    };
    assert_eq!(answer_prefix, "I know");
    assert_eq!(
        messages
            .iter()
            .map(|message| message.role)
            .collect::<Vec<_>>(),
        [Role::System, Role::User]
    );
    assert!(messages[1].text.ends_with("Rain.\n\nMARA\n"));
    assert_eq!(
        names(&packed),
        [
            "instructions",
            "after_lead",
            "after",
            "before_lead",
            "before",
            "answer"
        ]
    );
    assert_eq!(packed.cleaning.seam.fit, Fit::Exact);
}

#[test]
fn a_chat_without_prefix_is_asked_for_the_continuation_alone() {
    let packed = packed(
        "continue",
        &ask(Craft::Screenplay, PAGE, Spot::Caret(caret())),
        Style::ChatOnly,
        2048,
    )
    .unwrap();
    assert_eq!(
        names(&packed),
        [
            "instructions",
            "after_lead",
            "after",
            "before_lead",
            "before",
            "ask"
        ]
    );
    assert!(
        part(&packed, PartName::Ask)
            .unwrap()
            .contains("continuation alone")
    );
    assert_eq!(packed.cleaning.seam.fit, Fit::Loose);
    assert!(packed.seen.left_out.is_empty());
}

#[test]
fn an_empty_page_is_begun_in_every_style() {
    for style in Style::ALL {
        for craft in [Craft::Screenplay, Craft::Lyrics, Craft::Story, Craft::Notes] {
            let packed = packed("continue", &ask(craft, "", Spot::Caret(0)), style, 2048).unwrap();
            match packed.prompt {
                Prompt::Raw(text) => assert!(!text.is_empty()),
                Prompt::Chat { messages, .. } => {
                    assert!(messages[1].text.contains("still empty"), "{messages:?}")
                }
            }
        }
    }
}

#[test]
fn what_the_craft_knows_stands_late() {
    let mut lyric = ask(
        Craft::Lyrics,
        "[Verse]\nWalking in the rain\n",
        Spot::Caret(28),
    );
    lyric.facts.syllables = vec![5];
    let packed1 = packed("continue", &lyric, Style::ChatWithPrefix, 2048).unwrap();
    assert!(
        part(&packed1, PartName::Facts)
            .unwrap()
            .contains("have 5 syllables")
    );
    assert_eq!(
        names(&packed1),
        ["instructions", "before_lead", "before", "facts", "answer"]
    );
    let raw = packed("continue", &lyric, Style::Raw, 2048).unwrap();
    assert_eq!(
        (raw.seen.left_out[0].what, raw.seen.left_out[0].why),
        (Left::Facts, Why::NoPlace)
    );

    let mut story = ask(Craft::Story, "=== a ===\nYou wait.\n", Spot::Caret(20));
    story.facts.knots = (0..60).map(|n| format!("knot_{n}")).collect();
    let packed2 = packed("continue", &story, Style::ChatOnly, 2048).unwrap();
    assert!(part(&packed2, PartName::Facts).unwrap().contains("knot_47"));
    assert!(
        part(&packed2, PartName::Instructions)
            .unwrap()
            .contains("ink")
    );
    let left = &packed2.seen.left_out[0];
    assert_eq!((left.what, left.titles.len()), (Left::Facts, 12));
}

#[test]
fn prompts_speak_the_language_of_the_page() {
    let page = "INT. 码头 - NIGHT\n\n雨下得很大。\n\n";
    let chinese = packed(
        "continue",
        &ask(Craft::Screenplay, page, Spot::Caret(page.len())),
        Style::ChatOnly,
        2048,
    )
    .unwrap();
    assert_eq!(chinese.seen.language, Language::Chinese);
    assert!(part(&chinese, PartName::Ask).unwrap().contains("续写"));
    let mut asked = ask(Craft::Screenplay, page, Spot::Caret(page.len()));
    asked.language = Some(Language::English);
    assert!(
        part(
            &packed("continue", &asked, Style::ChatOnly, 2048).unwrap(),
            PartName::Ask
        )
        .unwrap()
        .contains("continuation")
    );
}

#[test]
fn a_rewrite_has_the_selection_its_surroundings_and_the_instruction() {
    let start = PAGE.find("Rain.").unwrap();
    let mut rewrite = ask(Craft::Screenplay, PAGE, Spot::Selection(start..start + 7));
    rewrite.instruct = Some(Instruct::Ready("shorter".into()));
    let packed1 = packed("rewrite", &rewrite, Style::ChatOnly, 2048).unwrap();
    assert_eq!(
        names(&packed1),
        [
            "instructions",
            "after_lead",
            "after",
            "before_lead",
            "before",
            "selection_lead",
            "selection",
            "ask"
        ]
    );
    assert_eq!(part(&packed1, PartName::Selection), Some("Rain.\n\n"));
    assert!(
        part(&packed1, PartName::Ask)
            .unwrap()
            .contains("Make it shorter")
    );
    let candidate = drafting::clean(
        packed1.cleaning,
        "Here is the rewritten passage:\n\nDrizzle.",
    );
    assert_eq!(candidate, "Drizzle.\n\n");

    rewrite.instruct = Some(Instruct::Own("as a haiku {{ 7 }}".into()));
    let packed2 = packed("rewrite", &rewrite, Style::Raw, 2048).unwrap();
    assert_eq!(names(&packed2), ["selection_lead", "selection", "ask"]);
    assert!(
        part(&packed2, PartName::Ask)
            .unwrap()
            .contains("as a haiku {{ 7 }}")
    );
    assert_eq!(packed2.stop, ["\n\n"]);
    assert!(
        packed2
            .seen
            .left_out
            .iter()
            .all(|left| left.why == Why::NoPlace)
    );

    rewrite.instruct = None;
    assert!(matches!(
        packed("rewrite", &rewrite, Style::ChatOnly, 2048),
        Err(Error::NoInstruction { .. })
    ));
    rewrite.instruct = Some(Instruct::Ready("louder".into()));
    assert!(matches!(
        packed("rewrite", &rewrite, Style::ChatOnly, 2048),
        Err(Error::UnknownInstruction { .. })
    ));
}

#[test]
fn a_longer_rewrite_may_be_longer() {
    let page = "Rain falls on the pier. ".repeat(20);
    let mut rewrite = ask(Craft::Notes, &page, Spot::Selection(0..page.len()));
    let max = |rewrite: &Ask<'_>| {
        packed("rewrite", rewrite, Style::ChatOnly, 4096)
            .unwrap()
            .max_tokens
    };
    rewrite.instruct = Some(Instruct::Ready("shorter".into()));
    let shorter = max(&rewrite);
    rewrite.instruct = Some(Instruct::Ready("longer".into()));
    assert!(max(&rewrite) > 2 * shorter);
    rewrite.max_tokens = Some(7);
    assert_eq!(max(&rewrite), 7);
}

#[test]
fn a_place_that_is_none_is_refused() {
    for (spot, text) in [(Spot::Caret(9), "abc"), (Spot::Caret(1), "雨")] {
        assert!(matches!(
            packed("continue", &ask(Craft::Notes, text, spot), Style::Raw, 512),
            Err(Error::NoSuchPlace { .. })
        ));
    }
    assert!(matches!(
        packed(
            "rewrite",
            &ask(Craft::Notes, "abc", Spot::Caret(1)),
            Style::Raw,
            512
        ),
        Err(Error::WrongPlace { .. })
    ));
    assert!(matches!(
        packed("continue", &ask(Craft::Notes, "abc", Spot::Caret(3)), Style::ChatOnly, 300),
        Err(Error::NoRoom { needed, context: 300 }) if needed > 300
    ));
}

#[test]
fn thoughts_have_their_own_room() {
    let page = "Rain falls on the pier.\n".repeat(2000);
    let asked = ask(Craft::Notes, &page, Spot::Caret(page.len()));
    let tasks = Tasks::bundled();
    let size = |thinks| {
        let limits = Limits {
            context: 4096,
            thinks,
        };
        pack(
            tasks.get("continue").unwrap(),
            &asked,
            Style::ChatOnly,
            limits,
            &quarter,
            &mut Counts::new(),
        )
        .unwrap()
        .seen
        .prompt_tokens
    };
    assert!(size(true) + 512 + 200 <= 4096);
    assert!(size(false) > size(true));
}

fn corpora() -> PathBuf {
    std::env::var_os("PALIMPSEST_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
        PathBuf::from,
    )
}

/// The standard long script, 26,000 words, with its scene headings.
fn long_haul() -> (String, Vec<Border>) {
    let path = corpora().join("fountain-tests/input/The Long Haul.fountain");
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|cause| {
            panic!("{} is needed (PALIMPSEST_CORPORA): {cause}", path.display())
        })
        .replace("\r\n", "\n");
    let mut borders = vec![];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("INT.") || line.starts_with("EXT.") {
            borders.push(Border {
                at,
                title: line.trim().into(),
            });
        }
        at += line.len();
    }
    assert!(borders.len() > 150, "{} scenes", borders.len());
    (text, borders)
}

#[test]
fn a_long_script_drafts_at_its_middle_and_at_its_end() {
    let (text, borders) = long_haul();
    let middle = text[..text.len() / 2].rfind("\n\n").unwrap() + 2;
    for at in [middle, text.len()] {
        for style in Style::ALL {
            let mut asked = ask(Craft::Screenplay, &text, Spot::Caret(at));
            asked.borders = &borders;
            let packed = packed("continue", &asked, style, 4096).unwrap();
            let before = packed
                .seen
                .parts
                .iter()
                .find(|part| part.name == PartName::Before)
                .unwrap();
            let start = before.range.clone().unwrap().start;
            assert!(
                borders.iter().any(|border| border.at == start),
                "{style:?} begins in a scene"
            );
            let left = packed
                .seen
                .left_out
                .iter()
                .find(|left| left.what == Left::Before)
                .unwrap();
            assert_eq!(left.range, Some(0..start));
            assert_eq!(left.titles[0], borders[0].title);
            assert!(
                packed.seen.prompt_tokens > 2600,
                "{style:?} {}",
                packed.seen.prompt_tokens
            );
            if at == middle && style != Style::Raw {
                let after = packed
                    .seen
                    .parts
                    .iter()
                    .find(|part| part.name == PartName::After)
                    .unwrap();
                assert!(
                    after.tokens <= 390 && after.tokens > 190,
                    "{}",
                    after.tokens
                );
            }
        }
    }
}

#[test]
fn a_long_script_is_counted_seldom() {
    let (text, borders) = long_haul();
    let calls = Cell::new((0, 0));
    let tokens = |text: &str| {
        let (n, bytes) = calls.get();
        calls.set((n + 1, bytes + text.len()));
        quarter(text)
    };
    let tasks = Tasks::bundled();
    let mut counts = Counts::new();
    let mut page = text.clone();
    let mut counted = vec![];
    for more in ["", "She waits.\n", "He waits.\n"] {
        page.push_str(more);
        let mut asked = ask(Craft::Screenplay, &page, Spot::Caret(page.len()));
        asked.borders = &borders;
        pack(
            tasks.get("continue").unwrap(),
            &asked,
            Style::ChatWithPrefix,
            limits(8192),
            &tokens,
            &mut counts,
        )
        .unwrap();
        counted.push(calls.replace((0, 0)));
    }
    assert!(counted[0].0 <= 32 && counted[0].1 < 40_000, "{counted:?}");
    assert!(counted[1].0 <= 5 && counted[1].1 < 10_000, "{counted:?}");
    assert!(counted[2].0 <= 5 && counted[2].1 < 10_000, "{counted:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn parts_are_the_prompt_for_any_page(
        page in "([A-Za-z雨， .]{0,20}\n){0,120}",
        at in 0usize..4000,
        to in 0usize..4000,
        context in 500u32..3000,
        style in proptest::sample::select(Style::ALL.to_vec()),
        rewrite in any::<bool>(),
    ) {
        let at = page.floor_char_boundary(at);
        let to = page.floor_char_boundary(to);
        let spot = if rewrite { Spot::Selection(at.min(to)..at.max(to)) } else { Spot::Caret(at) };
        let mut asked = ask(Craft::Screenplay, &page, spot);
        asked.instruct = rewrite.then(|| Instruct::Ready("tone".into()));
        // `packed` checks what holds of every prompt.
        match packed(if rewrite { "rewrite" } else { "continue" }, &asked, style, context) {
            Ok(_) | Err(Error::NoRoom { .. }) => {}
            Err(Error::WrongPlace { .. }) => prop_assert_eq!(at, to),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
