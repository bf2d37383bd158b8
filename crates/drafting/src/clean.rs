//! From what a model streams to what a writer may take.

use crate::ending::Ending;
use crate::opening::Opening;
use crate::seam::Seam;
use crate::thoughts::{Part, Thoughts};
use crafts::Craft;

/// What a [`Cleaner`] must know of the ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaning {
    /// What the answer is joined to.
    pub seam: Seam,
    /// The model was asked in a chat, so it may talk about its answer before it gives it.
    pub chatter: bool,
    /// The model was shown the page apart from its answer, so it may say the page's end again.
    pub echo: bool,
    /// The prompt ends inside a thought (its template opened one), so the stream begins there.
    pub begins_in_thought: bool,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clean {
    /// More of the candidate.
    Text(String),
    /// All text so far was a thought whose opening tag stood in the prompt: the candidate is empty again.
    Retract,
    /// The model thinks; that many characters so far, tags included. Not more than once per push.
    Thinking {
        /// UTF-8 bytes thought so far.
        bytes: usize,
    },
}

/// Tokens by what they became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Thoughts and their tags, by their share of the bytes.
    pub thought: u32,
    /// The rest: the answer, with what was trimmed off it.
    pub answer: u32,
}

/// Turns a stream into a candidate: without thoughts, without chatter before and after it, without a fence
/// around it, without the page said over again at its head or run into at its end, and joined to the page.
///
/// Holds back only what may yet be one of these. Feeding a text in any pieces gives the same candidate; all
/// else of the text stays in it byte for byte, save white space at its two ends.
#[derive(Debug, Clone)]
pub struct Cleaner {
    cleaning: Cleaning,
    thoughts: Thoughts,
    stage: Stage,
    tokens: u32,
    /// Text was handed out since the start or the last retraction.
    shown: bool,
    finished: bool,
}

#[derive(Debug, Clone)]
enum Stage {
    Head { opening: Opening, head: String },
    Body(Ending),
}

impl Stage {
    fn new(cleaning: &Cleaning) -> Self {
        Self::Head {
            opening: Opening::new(cleaning.seam.clone(), cleaning.chatter, cleaning.echo),
            head: String::new(),
        }
    }
}

impl Cleaner {
    /// A cleaner for one take.
    pub fn new(cleaning: Cleaning) -> Self {
        Self {
            thoughts: Thoughts::new(cleaning.seam.craft, cleaning.begins_in_thought),
            stage: Stage::new(&cleaning),
            cleaning,
            tokens: 0,
            shown: false,
            finished: false,
        }
    }

    /// Takes the next text of the stream, made of `tokens` tokens.
    pub fn push(&mut self, text: &str, tokens: u32) -> Vec<Clean> {
        if self.finished {
            return vec![];
        }
        self.tokens += tokens;
        let before = self.thoughts.share().0;
        let mut parts = vec![];
        // Pages have LF alone; some services write CR LF.
        let lines;
        let text = if text.contains('\r') {
            lines = text.replace('\r', "");
            &lines
        } else {
            text
        };
        self.thoughts.push(text, &mut parts);
        let mut out = self.answer(parts, false);
        let bytes = self.thoughts.share().0;
        if bytes > before && self.thoughts.thinking() {
            out.push(Clean::Thinking { bytes });
        }
        out
    }

    /// Says that the stream has ended, well or not, and hands out what was held back.
    pub fn finish(&mut self) -> Vec<Clean> {
        if self.finished {
            return vec![];
        }
        self.finished = true;
        let mut parts = vec![];
        self.thoughts.finish(&mut parts);
        self.answer(parts, true)
    }

    /// Tokens by what they became, as far as is known now.
    pub fn spent(&self) -> Spent {
        let (thought, seen) = self.thoughts.share();
        let share = if seen == 0 {
            0.0
        } else {
            thought as f64 / seen as f64
        };
        let thought = (f64::from(self.tokens) * share).round() as u32;
        Spent {
            thought,
            answer: self.tokens - thought.min(self.tokens),
        }
    }

    fn answer(&mut self, parts: Vec<Part>, whole: bool) -> Vec<Clean> {
        let mut out = vec![];
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Afresh => {
                    if let Stage::Head { opening, .. } = &mut self.stage {
                        opening.afresh();
                    }
                }
                Part::Answer(more) => self.stage.push(&more, &self.cleaning, &mut text),
                Part::Retract => {
                    text.clear();
                    if self.shown {
                        out.push(Clean::Retract);
                        self.shown = false;
                    }
                    self.stage = Stage::new(&self.cleaning);
                }
            }
        }
        if whole {
            self.stage.finish(&self.cleaning, &mut text);
        }
        if !text.is_empty() {
            self.shown = true;
            out.push(Clean::Text(text));
        }
        out
    }
}

impl Stage {
    fn push(&mut self, text: &str, cleaning: &Cleaning, out: &mut String) {
        match self {
            Self::Head { head, .. } => {
                head.push_str(text);
                self.open(false, cleaning, out);
            }
            Self::Body(ending) => ending.push(text, out),
        }
    }

    fn open(&mut self, whole: bool, cleaning: &Cleaning, out: &mut String) {
        let Self::Head { opening, head } = self else {
            return;
        };
        let Some(opened) = opening.judge(head, whole) else {
            return;
        };
        let rest = head.split_off(opened.drop);
        let mut ending = Ending::new(
            cleaning.seam.clone(),
            opened.insert,
            // A model that was trained to chat talks after a page too, however it was asked.
            cleaning.chatter || cleaning.seam.craft != Craft::Notes,
            cleaning.chatter,
            opened.fence,
        );
        ending.push(&rest, out);
        *self = Self::Body(ending);
    }

    fn finish(&mut self, cleaning: &Cleaning, out: &mut String) {
        self.open(true, cleaning, out);
        if let Self::Body(ending) = self {
            ending.finish(out);
        }
    }
}

/// The candidate of a whole text.
pub fn clean(cleaning: Cleaning, text: &str) -> String {
    let mut cleaner = Cleaner::new(cleaning);
    let mut candidate = String::new();
    for event in cleaner.push(text, 0).into_iter().chain(cleaner.finish()) {
        match event {
            Clean::Text(more) => candidate.push_str(&more),
            Clean::Retract => candidate.clear(),
            Clean::Thinking { .. } => {}
        }
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fit;
    use proptest::prelude::*;

    fn cleaning(craft: Craft, before: &str, after: &str, fit: Fit) -> Cleaning {
        Cleaning {
            seam: Seam {
                craft,
                before: before.into(),
                after: after.into(),
                fit,
            },
            chatter: fit != Fit::Exact,
            echo: fit == Fit::Loose,
            begins_in_thought: false,
        }
    }

    #[track_caller]
    fn check(before: &str, after: &str, fit: Fit, stream: &str, candidate: &str) {
        for craft in [Craft::Screenplay, Craft::Story, Craft::Notes] {
            let cleaning = cleaning(craft, before, after, fit);
            crate::check::cleaner(cleaning.clone(), stream, &[3, 7, 20]);
            if craft == Craft::Screenplay {
                assert_eq!(clean(cleaning, stream), candidate);
            }
        }
    }

    #[test]
    fn an_answer_in_all_its_wrapping_comes_out_bare() {
        check(
            "INT. PIER - NIGHT\n\nRain.\n\n",
            "",
            Fit::Loose,
            "<think>They want rain.</think>\n\nSure! Here is the continuation of the scene:\n\n```fountain\nRain.\n\nMARA\nNo.\n```\n\nLet me know if you'd like changes!",
            "Rain.\n\nMARA\nNo.",
        );
        check(
            "雨落在码头。\n\n",
            "",
            Fit::Loose,
            "好的，以下是续写：\n\n@王五\n你来晚了。\n\n希望这个版本让您满意。",
            "@王五\n你来晚了。",
        );
    }

    #[test]
    fn talk_at_the_end_goes_and_dialogue_stays() {
        check(
            "",
            "",
            Fit::Loose,
            "MARA\nLet me know if the story changes.\n\nShe goes.",
            "MARA\nLet me know if the story changes.\n\nShe goes.",
        );
        check(
            "",
            "",
            Fit::Loose,
            "MARA\nNo.\n\n---\n\nLet me know if you want a different tone.",
            "MARA\nNo.",
        );
    }

    #[test]
    fn a_rewrite_stands_where_the_selection_stood() {
        check(
            "Old words.\n\n",
            "MARA\n",
            Fit::Replaces,
            "**Rewritten:**\n\nNew words.\n",
            "New words.\n\n",
        );
        check(
            "old words",
            " go on",
            Fit::Replaces,
            "new words\n",
            "new words",
        );
    }

    #[test]
    fn an_exact_answer_joins_at_the_caret_and_before_the_text_after_it() {
        check("She walks", "\nMore\n", Fit::Exact, " away.\n", " away.");
        check(
            "Rain.\n\n",
            "MARA\nNo.\n",
            Fit::Exact,
            "\n\nShe waits.\n",
            "She waits.\n\n",
        );
        check(
            "Rain.\n\n",
            "",
            Fit::Exact,
            "Sure, I know.",
            "Sure, I know.",
        );
    }

    #[test]
    fn an_answer_that_runs_into_the_text_after_it_ends_there() {
        let after = "EXT. HUT BY THE SEA - DAY\n\nSun.\n";
        check(
            "Rain.\n\n",
            after,
            Fit::Loose,
            "She waits.\n\nEXT. HUT BY THE SEA - DAY\n\nSun again.",
            "She waits.\n\n",
        );
        check(
            "Rain.\n\n",
            after,
            Fit::Loose,
            "She waits.\n\nEXT. HUT BY THE SEA - DAYBREAK\n\nSun.",
            "She waits.\n\nEXT. HUT BY THE SEA - DAYBREAK\n\nSun.\n\n",
        );
    }

    #[test]
    fn line_ends_are_those_of_a_page() {
        check("", "", Fit::Loose, "MARA\r\nNo.\r\n", "MARA\nNo.");
    }

    #[test]
    fn nothing_but_wrapping_is_nothing() {
        check("Rain", "x", Fit::Loose, "```\n```", "");
        check("Rain", "x", Fit::Loose, "<think>", "");
        check("Rain", "x", Fit::Loose, " \n", "");
        check("Rain", "x", Fit::Loose, "", "");
    }

    #[test]
    fn a_stream_is_handed_out_as_it_comes() {
        let mut cleaner = Cleaner::new(cleaning(Craft::Screenplay, "Rain.\n\n", "", Fit::Loose));
        assert_eq!(cleaner.push("She ", 1), [Clean::Text("She".into())]);
        assert_eq!(cleaner.push("waits", 1), [Clean::Text(" waits".into())]);
        assert_eq!(cleaner.push(".", 1), [Clean::Text(".".into())]);
        assert_eq!(cleaner.finish(), []);
        assert_eq!(
            cleaner.spent(),
            Spent {
                thought: 0,
                answer: 3
            }
        );
    }

    #[test]
    fn thoughts_are_told_and_counted_apart() {
        let mut cleaner = Cleaner::new(cleaning(Craft::Screenplay, "", "", Fit::Loose));
        assert_eq!(
            cleaner.push("<think>01234567890", 3),
            [Clean::Thinking { bytes: 18 }]
        );
        assert_eq!(cleaner.push("</think>", 2), []);
        assert_eq!(
            cleaner.push("0123456789012Abcdefghijklm", 5),
            [Clean::Text("0123456789012Abcdefghijklm".into())]
        );
        assert_eq!(
            cleaner.spent(),
            Spent {
                thought: 5,
                answer: 5
            }
        );
    }

    #[test]
    fn a_candidate_shown_too_early_is_retracted() {
        let mut cleaner = Cleaner::new(cleaning(Craft::Screenplay, "", "", Fit::Loose));
        assert_eq!(
            cleaner.push("They want rain.", 3),
            [Clean::Text("They want rain.".into())]
        );
        assert_eq!(
            cleaner.push("</think>Rain.", 3),
            [Clean::Retract, Clean::Text("Rain.".into())]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        #[test]
        fn any_stream_in_any_pieces_gives_one_candidate(
            bits in proptest::collection::vec(proptest::sample::select(vec![
                "<think>", "</think>", "[THINK]", "[/THINK]", "<|channel|>", "final", "<|message|>", "<|end|>",
                "```", "```fountain", "```rust", "\n", "\n\n", " ", "Sure", "!", "Here is the scene:", "Continuation: ",
                "Let me know", " if you want changes", ".", "---", "MARA", "Rain falls on the pier.", "INT. ", "int",
                "当然", "以下是续写：", "希望", "您满意", "。", "雨", "a", "*", "-", ">", "(", "~~~",
            ]), 0..14),
            cuts in proptest::collection::vec(0usize..200, 0..8),
            before in proptest::sample::select(vec!["", "Rain falls on the pier.", "Rain.\n\nMARA\n", "Rain ", "雨\n\n"]),
            after in proptest::sample::select(vec!["", "\nx", "x", " x", "雨", "Rain falls on the pier.\nMARA"]),
            craft in proptest::sample::select(vec![Craft::Screenplay, Craft::Lyrics, Craft::Story, Craft::Notes]),
            fit in proptest::sample::select(vec![Fit::Exact, Fit::Loose, Fit::Replaces]),
            begins_in_thought in any::<bool>(),
        ) {
            let cleaning = Cleaning { begins_in_thought, ..cleaning(craft, before, after, fit) };
            crate::check::cleaner(cleaning, &bits.concat(), &cuts);
        }

        #[test]
        fn the_fuzz_body_holds_for_any_bytes(
            data in proptest::collection::vec(prop_oneof![
                any::<u8>(),
                proptest::sample::select(b"`~*#<>[]|/: \n.thinkTHINKSurea".to_vec()),
            ], 0..120),
        ) {
            crate::check::cleaner_bytes(&data);
        }

        #[test]
        fn plain_words_come_through_whole(text in "[a-zA-Z雨，。 \n.!?*(){}#@-]{0,80}") {
            for craft in [Craft::Screenplay, Craft::Lyrics, Craft::Story, Craft::Notes] {
                let got = clean(cleaning(craft, "", "", Fit::Loose), &text);
                prop_assert_eq!(got.trim(), text.trim());
            }
        }
    }
}
