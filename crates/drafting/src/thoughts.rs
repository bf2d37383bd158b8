//! Takes a reasoning model's thoughts out of a stream.
//!
//! Services put thoughts into the answer in several ways, each tag cut anywhere between two events:
//! `<think>…</think>` and its like, `[THINK]…[/THINK]`, the channels of the harmony format, and thoughts
//! without an opening tag, because the chat template wrote that one into the prompt. An unclosed thought
//! lasts to the end.

use crafts::Craft;

/// An opening tag and the tag that closes it. Compared without regard to ASCII case, except where marked.
struct Pair {
    open: &'static str,
    close: &'static str,
}

const PAIRS: [Pair; 8] = [
    Pair {
        open: "<think>",
        close: "</think>",
    },
    Pair {
        open: "<thinking>",
        close: "</thinking>",
    },
    Pair {
        open: "<thought>",
        close: "</thought>",
    },
    Pair {
        open: "<reasoning>",
        close: "</reasoning>",
    },
    Pair {
        open: "<seed:think>",
        close: "</seed:think>",
    },
    Pair {
        open: "[THINK]",
        close: "[/THINK]",
    },
    Pair {
        open: "◁think▷",
        close: "◁/think▷",
    },
    Pair {
        open: "<|channel>thought",
        close: "<channel|>",
    },
];

/// Marks of the harmony format (gpt-oss): `<|channel|>analysis<|message|>…<|end|>`.
const CHANNEL: &str = "<|channel|>";
const START: &str = "<|start|>";
const MESSAGE: &str = "<|message|>";
const ENDS: [&str; 3] = ["<|end|>", "<|return|>", "<|call|>"];

/// Marks of a turn's end that some servers let through. What follows is no part of the answer.
const TURNS: [&str; 5] = [
    "<|im_end|>",
    "<|im_start|>",
    "<|eot_id|>",
    "<|endoftext|>",
    "<end_of_turn>",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Open(usize),
    Close(usize),
    Header,
    Message,
    End,
    Turn,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// The answer.
    Answer,
    /// White space between a thought and the answer, which is neither.
    After,
    /// Inside the pair with this number.
    Thought(usize),
    /// Between `<|channel|>` or `<|start|>` and `<|message|>`; the header so far.
    Header(String),
    /// A channel that is no answer.
    Channel,
    /// Past the end of the turn.
    Over,
}

/// What a piece of the stream turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The answer begins here, after a thought: the white space before it is none of its own.
    Afresh,
    /// Belongs to the answer.
    Answer(String),
    /// All of the answer so far was thought.
    Retract,
}

/// The filter. Its result does not depend on how the stream is cut.
#[derive(Debug, Clone)]
pub(crate) struct Thoughts {
    craft: Craft,
    state: State,
    /// Seen and not yet judged: might be the beginning of a tag.
    held: String,
    /// The answer's current line, for the one tag that a craft writes itself.
    line: String,
    /// Bytes of thoughts, their tags included, and of all that came.
    thought: usize,
    seen: usize,
    /// Bytes of the answer so far, which a later retraction turns into thoughts.
    answered: usize,
}

impl Thoughts {
    /// `open` says that the prompt itself opened a thought, so that the stream begins inside it.
    pub(crate) fn new(craft: Craft, open: bool) -> Self {
        Self {
            craft,
            state: if open {
                State::Thought(0)
            } else {
                State::Answer
            },
            held: String::new(),
            line: String::new(),
            thought: 0,
            seen: 0,
            answered: 0,
        }
    }

    pub(crate) fn push(&mut self, text: &str, out: &mut Vec<Part>) {
        self.seen += text.len();
        self.held.push_str(text);
        self.run(false, out);
    }

    /// Says that no more comes.
    pub(crate) fn finish(&mut self, out: &mut Vec<Part>) {
        self.run(true, out);
    }

    /// Bytes of thoughts and of everything, up to now.
    pub(crate) fn share(&self) -> (usize, usize) {
        (self.thought, self.seen)
    }

    /// True while the stream is inside a thought.
    pub(crate) fn thinking(&self) -> bool {
        match self.state {
            State::Thought(_) | State::Channel | State::Header(_) => true,
            State::Answer | State::After | State::Over => false,
        }
    }

    fn run(&mut self, whole: bool, out: &mut Vec<Part>) {
        loop {
            let found = self.first_tag();
            let end = match &found {
                Some((at, _, _)) => *at,
                None if whole => self.held.len(),
                None => self.held.len() - self.undecided(),
            };
            let text: String = self.held.drain(..end).collect();
            self.take(&text, out);
            let Some((_, len, tag)) = found else { return };
            let mark: String = self.held.drain(..len).collect();
            self.turn(tag, &mark, out);
        }
    }

    /// Text without a tag in it.
    fn take(&mut self, text: &str, out: &mut Vec<Part>) {
        match &mut self.state {
            State::Answer => self.answer(text, out),
            State::After => {
                let between = self.answered > 0
                    && !self.line.is_empty()
                    && !self.line.ends_with(char::is_whitespace);
                let rest = if between { text } else { text.trim_start() };
                self.thought += text.len() - rest.len();
                if !rest.is_empty() {
                    self.state = State::Answer;
                    self.answer(rest, out);
                }
            }
            State::Header(header) => {
                header.push_str(text);
                self.thought += text.len();
            }
            State::Thought(_) | State::Channel | State::Over => self.thought += text.len(),
        }
    }

    fn answer(&mut self, text: &str, out: &mut Vec<Part>) {
        if text.is_empty() {
            return;
        }
        if self.answered == 0 && self.thought > 0 {
            out.push(Part::Afresh);
        }
        self.answered += text.len();
        match text.rfind('\n') {
            Some(at) => self.line = text[at + 1..].into(),
            None => self.line.push_str(text),
        }
        match out.last_mut() {
            Some(Part::Answer(last)) => last.push_str(text),
            _ => out.push(Part::Answer(text.into())),
        }
    }

    fn turn(&mut self, tag: Tag, mark: &str, out: &mut Vec<Part>) {
        self.thought += mark.len();
        self.state = match (tag, &self.state) {
            (_, State::Over) => State::Over,
            (Tag::Open(pair), _) => State::Thought(pair),
            (Tag::Close(_), State::Thought(_)) => State::After,
            (Tag::Close(_), _) => {
                // An opening tag was in the prompt: all so far was thought.
                self.thought += self.answered;
                self.answered = 0;
                self.line.clear();
                out.push(Part::Retract);
                State::After
            }
            (Tag::Header, _) => State::Header(String::new()),
            (Tag::Message, State::Header(header)) => {
                let channel = header.trim_start();
                // A header without a channel (`<|start|>assistant<|message|>`) opens the answer.
                if channel.starts_with("final") || channel.starts_with("assistant") {
                    State::After
                } else {
                    State::Channel
                }
            }
            (Tag::Message, _) => State::After,
            (Tag::End, State::Answer | State::After) => State::Over,
            (Tag::End, _) => State::After,
            (Tag::Turn, State::Thought(pair)) => State::Thought(*pair),
            (Tag::Turn, _) => State::Over,
        };
    }

    /// The first whole tag that means something in this state: place, length, tag.
    fn first_tag(&self) -> Option<(usize, usize, Tag)> {
        let mut first: Option<(usize, usize, Tag)> = None;
        self.each_tag(|text, any_case, tag| {
            let mut from = 0;
            while let Some(at) = find(&self.held[from..], text, any_case).map(|at| from + at) {
                if self.is_choice(at, tag) {
                    from = at + text.len();
                    continue;
                }
                if first.is_none_or(|(best, _, _)| at < best) {
                    first = Some((at, text.len(), tag));
                }
                break;
            }
        });
        first
    }

    /// How many bytes at the end might still become a tag.
    fn undecided(&self) -> usize {
        let mut most = 0;
        self.each_tag(|text, any_case, _| {
            for len in (most + 1..text.len().min(self.held.len() + 1)).rev() {
                if !text.is_char_boundary(len) || !self.held.is_char_boundary(self.held.len() - len)
                {
                    continue;
                }
                if equal(&self.held[self.held.len() - len..], &text[..len], any_case) {
                    most = len;
                    break;
                }
            }
        });
        most
    }

    fn each_tag(&self, mut see: impl FnMut(&'static str, bool, Tag)) {
        match &self.state {
            State::Over => {}
            State::Thought(pair) => see(PAIRS[*pair].close, *pair != BRACKETS, Tag::Close(*pair)),
            State::Header(_) => {
                see(MESSAGE, false, Tag::Message);
                see(CHANNEL, false, Tag::Header);
                see(START, false, Tag::Header);
            }
            State::Channel => {
                see(CHANNEL, false, Tag::Header);
                see(START, false, Tag::Header);
                for end in ENDS {
                    see(end, false, Tag::End);
                }
            }
            State::Answer | State::After => {
                for (n, pair) in PAIRS.iter().enumerate() {
                    see(pair.open, n != BRACKETS, Tag::Open(n));
                    see(pair.close, n != BRACKETS, Tag::Close(n));
                }
                see(CHANNEL, false, Tag::Header);
                see(START, false, Tag::Header);
                see(MESSAGE, false, Tag::Message);
                for end in ENDS {
                    see(end, false, Tag::End);
                }
                for turn in TURNS {
                    see(turn, false, Tag::Turn);
                }
            }
        }
    }

    /// `* [THINK] about it` is a choice of an ink story.
    fn is_choice(&self, at: usize, tag: Tag) -> bool {
        if self.craft != Craft::Story || tag != Tag::Open(BRACKETS) {
            return false;
        }
        let before = &self.held[..at];
        let line = match before.rfind('\n') {
            Some(end) => before[end + 1..].to_owned(),
            None => format!("{}{before}", self.line),
        };
        line.trim_start().starts_with(['*', '+'])
    }
}

/// The place of `[THINK]` in [`PAIRS`]: the one pair that is read with its case, since writers use brackets.
const BRACKETS: usize = 5;

fn equal(a: &str, b: &str, any_case: bool) -> bool {
    if any_case {
        a.eq_ignore_ascii_case(b)
    } else {
        a == b
    }
}

fn find(text: &str, tag: &str, any_case: bool) -> Option<usize> {
    if !any_case {
        return text.find(tag);
    }
    let (bytes, tag) = (text.as_bytes(), tag.as_bytes());
    bytes
        .windows(tag.len())
        .position(|window| window.eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(craft: Craft, open: bool, pieces: &[&str]) -> (String, usize) {
        let mut thoughts = Thoughts::new(craft, open);
        let mut parts = vec![];
        for piece in pieces {
            thoughts.push(piece, &mut parts);
        }
        thoughts.finish(&mut parts);
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Answer(more) => text.push_str(&more),
                Part::Retract => text.clear(),
                Part::Afresh => {}
            }
        }
        let (thought, seen) = thoughts.share();
        assert_eq!(seen, pieces.iter().map(|piece| piece.len()).sum::<usize>());
        (text, thought)
    }

    /// The answer is the same whole, at every cut, and in single characters; no byte is unaccounted for.
    #[track_caller]
    fn check(stream: &str, answer: &str) {
        let letters: Vec<&str> = stream
            .char_indices()
            .map(|(at, c)| &stream[at..at + c.len_utf8()])
            .collect();
        let (text, thought) = run(Craft::Screenplay, false, &letters);
        assert_eq!(text, answer);
        assert_eq!(thought + text.len(), stream.len());
        for (at, _) in stream.char_indices() {
            let (text, _) = run(Craft::Screenplay, false, &[&stream[..at], &stream[at..]]);
            assert_eq!(text, answer, "cut at {at}");
        }
    }

    #[test]
    fn thoughts_of_every_kind_are_taken_out_wherever_their_tags_are_cut() {
        check("<think>Hm.\n</think>\n\nRain.", "Rain.");
        check("<thinking>Hm.</thinking>Rain.", "Rain.");
        check("<THINK>Hm.</Think>\nRain.", "Rain.");
        check("[THINK]Hm [x] </think>[/THINK]Rain.", "Rain.");
        check("◁think▷Hm◁/think▷Rain.", "Rain.");
        check("Rain <think>stop?</think>falls.", "Rain falls.");
        check("Rain<think>stop?</think> falls.", "Rain falls.");
    }

    #[test]
    fn an_unclosed_thought_lasts_to_the_end() {
        check("<think>Hm. Rain.", "");
        check("[THINK]Hm. Rain.", "");
        check("<|channel|>analysis<|message|>Hm. Rain.", "");
        check("Rain.<think>Hm.", "Rain.");
    }

    #[test]
    fn harmony_channels_leave_the_final_one() {
        check(
            "<|channel|>analysis<|message|>User wants rain.<|end|><|start|>assistant<|channel|>final<|message|>Rain.<|return|>",
            "Rain.",
        );
        check("<|start|>assistant<|message|>Rain.<|end|>", "Rain.");
        check("<|channel|>final<|message|>Rain.", "Rain.");
        check("<|channel|>analysis<|message|>Hm.<|end|>Rain.", "Rain.");
        check("<|channel|>commentary to=x <|message|>{}<|call|>", "");
    }

    #[test]
    fn a_thought_whose_tag_stood_in_the_prompt_is_retracted() {
        check("Hm, rain.\n</think>\n\nRain.", "Rain.");
        check("</think>Rain.", "Rain.");
        check("Hm.[/THINK]Rain.", "Rain.");
        let (text, _) = run(Craft::Screenplay, true, &["Hm, ra", "in.</th", "ink>Rain."]);
        assert_eq!(text, "Rain.");
    }

    #[test]
    fn what_only_resembles_a_tag_stays() {
        check(
            "a < b <thin> [TH] <|x|> <think",
            "a < b <thin> [TH] <|x|> <think",
        );
        check("[Think] it over", "[Think] it over");
        assert_eq!(
            run(Craft::Story, false, &["* [THI", "NK] Wait\n"]).0,
            "* [THINK] Wait\n"
        );
        assert_eq!(
            run(Craft::Story, false, &["[THINK]x[/THINK]* [Go]"]).0,
            "* [Go]"
        );
    }

    #[test]
    fn a_turns_end_ends_the_answer() {
        check("Rain.<|im_end|>\n<|im_start|>user\nMore", "Rain.");
    }

    proptest! {
        #[test]
        fn the_cut_of_the_stream_does_not_matter(
            bits in proptest::collection::vec(proptest::sample::select(vec![
                "<think>", "</think>", "[THINK]", "[/THINK]", "<|channel|>", "analysis", "final", "<|message|>",
                "<|end|>", "<|start|>", "assistant", "<th", "ink>", "* ", "\n", " ", "a", "雨", "<", "|", "[", "<|im_end|>",
            ]), 0..16),
            cuts in proptest::collection::vec(0usize..200, 0..6),
            story in any::<bool>(),
        ) {
            let stream = bits.concat();
            let craft = if story { Craft::Story } else { Craft::Notes };
            let pieces = crate::check::cut(&stream, &cuts);
            prop_assert_eq!(run(craft, false, &pieces), run(craft, false, &[&stream]));
        }
    }
}
