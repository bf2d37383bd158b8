//! Plays a story, turn by turn, on the thread it was made on.
//!
//! The runtime (`bladeink` 2.1) is full of `Rc` and of `unwrap`: a panic in it is caught, and the story
//! thrown away. It has no limit of its own either, so each turn has a budget of time and of output. A
//! step back, and going on after an edit, play the same choices again from the start with the same seed.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use bladeink::story::Story;
use bladeink::story::error::{ErrorHandler, ErrorType};
use bladeink::value_type::ValueType;

use crate::compile::{Compiled, Escape, compile};
use crate::library::Library;
use crate::scene::{
    Choice, Limits, PlayError, PlayLine, ReplayStop, RuntimeProblem, Scene, Start, Turn, Variable,
    Visit,
};

/// A story being played. Not `Send`: see [`crate::Theatre`] for one on a thread of its own.
pub struct Player {
    compiled: Compiled,
    start: Start,
    seed: i32,
    limits: Limits,
    cancel: Arc<AtomicBool>,
    /// `None` once it failed.
    story: Option<Running>,
    turns: Vec<Turn>,
    taken: Vec<usize>,
    stop: Option<ReplayStop>,
}

struct Running {
    story: Story,
    heard: Rc<RefCell<Heard>>,
}

#[derive(Default)]
struct Heard {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl ErrorHandler for Heard {
    fn error(&mut self, message: &str, error_type: ErrorType) {
        match error_type {
            ErrorType::Warning => self.warnings.push(message.to_owned()),
            ErrorType::Error => self.errors.push(message.to_owned()),
        }
    }
}

impl Player {
    /// Compiles `text` and plays to the first choice. The same seed gives the same play.
    pub fn start(
        text: &str,
        library: &Library,
        start: Start,
        seed: i32,
        limits: Limits,
    ) -> Result<Self, PlayError> {
        Self::start_with(text, library, start, seed, limits, Arc::default())
    }

    /// As [`Self::start`], with a flag that stops a running turn within a slice.
    pub(crate) fn start_with(
        text: &str,
        library: &Library,
        start: Start,
        seed: i32,
        limits: Limits,
        cancel: Arc<AtomicBool>,
    ) -> Result<Self, PlayError> {
        let compiled = compile(text, library)?;
        let mut player = Self {
            compiled,
            start,
            seed,
            limits,
            cancel,
            story: None,
            turns: Vec::new(),
            taken: Vec::new(),
            stop: None,
        };
        player.begin()?;
        Ok(player)
    }

    /// The turn that waits for a choice, or the last.
    pub fn turn(&self) -> &Turn {
        self.turns
            .last()
            .expect("a player has played its first turn")
    }

    /// All turns; the transcript.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// The indices of the choices taken, from 0.
    pub fn taken(&self) -> &[usize] {
        &self.taken
    }

    /// The play up to now as a value.
    pub fn scene(&self) -> Scene {
        Scene {
            turns: self.turns.clone(),
            stop: self.stop.clone(),
        }
    }

    /// Takes a choice of the last turn, from 0, and plays on.
    pub fn choose(&mut self, index: usize) -> Result<&Turn, PlayError> {
        let choices = &self.turn().choices;
        let count = choices.len();
        let Some(chosen) = choices.get(index).cloned() else {
            return Err(PlayError::NoSuchChoice { index, count });
        };
        if self.turns.len() >= self.limits.turns {
            return Err(PlayError::TooLong {
                limit: self.limits.turns,
            });
        }
        self.stop = None;
        let at = self.place();
        let taken = self.guarded(|running| running.story.choose_choice_index(index));
        self.taken.push(index);
        let mut turn = self.play(Some(chosen));
        if let Err(failure) = taken {
            turn.problems
                .insert(0, failure.at(at, &self.compiled.escape));
        }
        self.turns.push(turn);
        Ok(self.turn())
    }

    /// Takes the last choice back. At the first turn nothing happens.
    pub fn step_back(&mut self) -> Result<&Turn, PlayError> {
        if !self.taken.is_empty() {
            let mut taken = std::mem::take(&mut self.taken);
            taken.pop();
            self.begin()?;
            for index in taken {
                self.choose(index)?;
            }
        }
        self.stop = None;
        Ok(self.turn())
    }

    /// Plays from the start again, with the same seed.
    pub fn restart(&mut self) -> Result<&Turn, PlayError> {
        self.begin()?;
        Ok(self.turn())
    }

    /// After an edit: plays the new text with the same choices, found by their text. Where one is no
    /// longer offered it stops there and says so ([`Scene::stop`]). Where the new text does not compile
    /// the play stays as it was.
    pub fn replay(&mut self, text: &str, library: &Library) -> Result<Scene, PlayError> {
        let compiled = compile(text, library)?;
        let wanted: Vec<(usize, Choice)> = self
            .taken
            .iter()
            .copied()
            .zip(
                self.turns
                    .iter()
                    .skip(1)
                    .filter_map(|turn| turn.chosen.clone()),
            )
            .collect();
        let before = std::mem::replace(&mut self.compiled, compiled);
        if let Err(error) = self.begin() {
            self.compiled = before;
            self.begin()?;
            for (index, _) in wanted {
                self.choose(index)?;
            }
            return Err(error);
        }
        for (turn, (index, choice)) in wanted.iter().enumerate() {
            let offered = &self.turn().choices;
            // The same place first: two choices may say the same.
            let same = offered
                .get(*index)
                .filter(|offer| offer.text == choice.text)
                .map(|_| *index)
                .or_else(|| offered.iter().position(|offer| offer.text == choice.text));
            let Some(index) = same else {
                self.stop = Some(ReplayStop {
                    turn,
                    wanted: choice.text.clone(),
                    dropped: wanted.len() - turn - 1,
                });
                break;
            };
            self.choose(index)?;
        }
        Ok(self.scene())
    }

    fn begin(&mut self) -> Result<(), PlayError> {
        self.taken.clear();
        self.turns.clear();
        self.stop = None;
        self.drop_story();
        let (json, seed) = (&self.compiled.json, self.seed);
        let heard: Rc<RefCell<Heard>> = Rc::default();
        let made = catch_unwind(AssertUnwindSafe(|| {
            let mut story = Story::new_with_seed(json, seed)?;
            story.set_error_handler(heard.clone());
            story.set_allow_external_function_fallbacks(true);
            Ok::<Story, bladeink::story::error::StoryError>(story)
        }));
        let story = match made {
            Ok(Ok(story)) => story,
            Ok(Err(error)) => {
                return Err(PlayError::Refused {
                    message: error.to_string(),
                });
            }
            Err(_) => {
                return Err(PlayError::Refused {
                    message: "panic".to_owned(),
                });
            }
        };
        self.story = Some(Running { story, heard });
        if let Start::At(name) = &self.start {
            let name = name.clone();
            let Some(parameters) = self
                .compiled
                .places
                .iter()
                .find(|(path, _)| *path == name)
                .map(|(_, parameters)| *parameters)
            else {
                return Err(PlayError::UnknownStart { name });
            };
            let zeros = vec![ValueType::Int(0); parameters];
            let name = self.compiled.escape.hide(&name);
            self.guarded(|running| running.story.choose_path_string(&name, true, Some(&zeros)))
                .map_err(|failure| match failure {
                    Failure::Error(message) => PlayError::Refused { message },
                    Failure::Panic => PlayError::Refused {
                        message: "panic".to_owned(),
                    },
                })?;
        }
        let turn = self.play(None);
        self.turns = vec![turn];
        Ok(())
    }

    /// Runs to the next choices, the end, or a limit.
    fn play(&mut self, chosen: Option<Choice>) -> Turn {
        let deadline = Instant::now() + self.limits.turn;
        let mut lines = Vec::new();
        let mut printed = 0usize;
        let mut problems = Vec::new();
        let mut at = self.place();
        while let Ok(true) = self.guarded(|running| Ok(running.story.can_continue())) {
            at = self.place().or(at);
            match self.line(deadline) {
                Ok(Some((text, tags))) => {
                    // A line without text has its price too.
                    printed += text.len() + 64;
                    lines.push(PlayLine {
                        text: self.compiled.escape.show(text.trim_end_matches('\n')),
                        tags: self.shown_all(&tags),
                    });
                    if printed > self.limits.output {
                        problems.push(RuntimeProblem::TooMuch { at: at.clone() });
                        self.drop_story();
                    }
                }
                Ok(None) => {}
                Err(Ended::Late) => problems.push(RuntimeProblem::Endless { at: at.clone() }),
                Err(Ended::Large) => problems.push(RuntimeProblem::TooMuch { at: at.clone() }),
                Err(Ended::Cancelled) => problems.push(RuntimeProblem::Stopped),
                Err(Ended::Failed(failure)) => {
                    problems.push(failure.at(at.clone(), &self.compiled.escape));
                    // It may say that it can go on, and fail again for ever.
                    self.drop_story();
                }
            }
            self.hear(&at, &mut problems);
        }
        self.hear(&at, &mut problems);
        // Printed by a line's glue or logic alone, an empty last line is none.
        if lines
            .last()
            .is_some_and(|line: &PlayLine| line.text.is_empty() && line.tags.is_empty())
        {
            lines.pop();
        }
        let choices: Vec<Choice> = self
            .guarded(|running| Ok(running.story.get_current_choice_infos()))
            .unwrap_or_default()
            .into_iter()
            .map(|choice| Choice {
                text: self.compiled.escape.show(&choice.text),
                tags: self.shown_all(&choice.tags),
            })
            .collect();
        let visits = self.visits();
        for problem in &mut problems {
            if let RuntimeProblem::RanOut { at } = problem {
                *at = self.ran_out_at(at.take(), &visits);
            }
        }
        Turn {
            chosen,
            lines,
            ended: choices.is_empty(),
            choices,
            problems,
            variables: self.variables(),
            visits,
        }
    }

    /// The runtime has forgotten where it was when it ran out: the one flow with a loose end that was
    /// seen in this turn, else where the last line began.
    fn ran_out_at(&self, last: Option<String>, visits: &[Visit]) -> Option<String> {
        let before = self.turns.last().map_or(&[][..], |turn| &turn.visits);
        let mut loose = self.compiled.loose.iter().filter(|path| {
            let seen = visits.iter().find(|visit| visit.path == **path);
            last.as_ref() == Some(path) || seen.is_some_and(|seen| !before.contains(seen))
        });
        match (loose.next(), loose.next()) {
            (Some(only), None) => Some(only.clone()),
            (Some(_) | None, _) => last,
        }
    }

    fn shown_all(&self, texts: &[String]) -> Vec<String> {
        texts
            .iter()
            .map(|text| self.compiled.escape.show(text))
            .collect()
    }

    /// One line, in slices.
    fn line(&mut self, deadline: Instant) -> Result<Option<(String, Vec<String>)>, Ended> {
        let slice = self.limits.slice.as_secs_f32().max(0.001) * 1000.0;
        loop {
            self.guarded(|running| running.story.continue_async(slice))
                .map_err(Ended::Failed)?;
            let active = self
                .guarded(|running| Ok(running.story.is_async_continue_active()))
                .map_err(Ended::Failed)?;
            let ended = if self.cancel.load(Ordering::Relaxed) {
                Some(Ended::Cancelled)
            } else if Instant::now() > deadline {
                // A turn of many lines has the same time as one of a single line.
                (active
                    || self
                        .guarded(|running| Ok(running.story.can_continue()))
                        .is_ok_and(|more| more))
                .then_some(Ended::Late)
            } else if active && self.holds_too_much() {
                Some(Ended::Large)
            } else {
                None
            };
            if let Some(ended) = ended {
                self.drop_story();
                return Err(ended);
            }
            if !active {
                break;
            }
        }
        self.guarded(|running| {
            Ok(Some((
                running.story.get_current_text()?,
                running.story.get_current_tags()?,
            )))
        })
        .map_err(Ended::Failed)
    }

    fn hear(&mut self, at: &Option<String>, problems: &mut Vec<RuntimeProblem>) {
        let Some(running) = &self.story else { return };
        let Heard { errors, warnings } = std::mem::take(&mut *running.heard.borrow_mut());
        for message in errors {
            let message = self.compiled.escape.show(&message);
            problems.push(if message.contains("ran out of content") {
                RuntimeProblem::RanOut { at: at.clone() }
            } else {
                RuntimeProblem::Failed {
                    at: at.clone(),
                    message,
                }
            });
        }
        for message in warnings {
            let message = self.compiled.escape.show(&message);
            problems.push(RuntimeProblem::Warned {
                at: at.clone(),
                message,
            });
        }
    }

    /// Runs a call into the runtime. After a panic the story is thrown away.
    fn guarded<T>(
        &mut self,
        call: impl FnOnce(&mut Running) -> Result<T, bladeink::story::error::StoryError>,
    ) -> Result<T, Failure> {
        let Some(running) = &mut self.story else {
            return Err(Failure::Error("the story has stopped".to_owned()));
        };
        match catch_unwind(AssertUnwindSafe(|| call(running))) {
            Ok(result) => result.map_err(|error| Failure::Error(error.to_string())),
            Err(_) => {
                self.drop_story();
                Err(Failure::Panic)
            }
        }
    }

    fn drop_story(&mut self) {
        if let Some(running) = self.story.take() {
            // A story that panicked may panic once more as it goes.
            let _ = catch_unwind(AssertUnwindSafe(move || drop(running)));
        }
    }

    /// The knot or stitch that flow is in.
    fn place(&mut self) -> Option<String> {
        let path = self
            .guarded(|running| Ok(running.story.get_current_path()))
            .ok()
            .flatten()?;
        let path = self.compiled.escape.show(&path);
        let mut names = path.split('.');
        let knot = names.next()?;
        let stitch = names.next().map(|name| format!("{knot}.{name}"));
        let known = |path: &str| self.compiled.places.iter().any(|(place, _)| place == path);
        stitch
            .filter(|path| known(path))
            .or_else(|| known(knot).then(|| knot.to_owned()))
    }

    fn holds_too_much(&mut self) -> bool {
        let limit = self.limits.output;
        self.guarded(|running| {
            Ok(running.story.get_global_variables().iter().any(|name| {
                matches!(running.story.get_variable(name), Some(ValueType::String(held)) if held.string.len() > limit)
            }))
        })
        .unwrap_or(false)
    }

    fn variables(&mut self) -> Vec<Variable> {
        let before: Vec<Variable> = self
            .turns
            .last()
            .map(|turn| turn.variables.clone())
            .unwrap_or_default();
        let limit = self.limits.output;
        let Ok(held) = self.guarded(|running| {
            Ok(running
                .story
                .get_global_variables()
                .into_iter()
                .filter_map(|name| {
                    let value = shown(&running.story.get_variable(&name)?, limit);
                    Some((name, value))
                })
                .collect::<Vec<_>>())
        }) else {
            // Of a story that stopped, what was known last.
            return before;
        };
        held.into_iter()
            .map(|(name, value)| {
                let name = self.compiled.escape.show(&name);
                let value = self.compiled.escape.show(&value);
                let was = before
                    .iter()
                    .find(|variable| variable.name == name && variable.value != value)
                    .map(|variable| variable.value.clone());
                Variable { name, value, was }
            })
            .collect()
    }

    fn visits(&mut self) -> Vec<Visit> {
        let paths: Vec<String> = self
            .compiled
            .places
            .iter()
            .map(|(path, _)| path.clone())
            .collect();
        paths
            .into_iter()
            .filter_map(|path| {
                let hidden = self.compiled.escape.hide(&path);
                let count = self
                    .guarded(|running| running.story.get_visit_count_at_path_string(&hidden))
                    .ok()?;
                let count = u32::try_from(count).ok().filter(|&count| count > 0)?;
                Some(Visit { path, count })
            })
            .collect()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.drop_story();
    }
}

/// Why a line did not come.
enum Ended {
    Late,
    Large,
    Cancelled,
    Failed(Failure),
}

enum Failure {
    Error(String),
    Panic,
}

impl Failure {
    fn at(self, at: Option<String>, escape: &Escape) -> RuntimeProblem {
        match self {
            Self::Error(message) => RuntimeProblem::Failed {
                at,
                message: escape.show(&message),
            },
            Self::Panic => RuntimeProblem::Crashed { at },
        }
    }
}

/// A value as a writer reads it, cut at `limit` bytes.
fn shown(value: &ValueType, limit: usize) -> String {
    match value {
        ValueType::Bool(held) => held.to_string(),
        ValueType::Int(held) => held.to_string(),
        ValueType::Float(held) => held.to_string(),
        ValueType::List(held) => held.to_string(),
        ValueType::String(held) => {
            let mut end = held.string.len().min(limit);
            while !held.string.is_char_boundary(end) {
                end -= 1;
            }
            format!("\"{}\"", &held.string[..end])
        }
        ValueType::DivertTarget(path) => format!("-> {path}"),
        ValueType::VariablePointer(_) => "ref".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::CompileError;

    fn start(text: &str) -> Player {
        Player::start(
            text,
            &Library::new(),
            Start::Beginning,
            7,
            Limits::default(),
        )
        .unwrap()
    }

    fn printed(turn: &Turn) -> Vec<&str> {
        turn.lines.iter().map(|line| line.text.as_str()).collect()
    }

    const FERRY: &str = "VAR tide = 1\n-> ferry\n=== ferry ===\nRain on the glass. # weather\n* [Ask about dawn] \"You said dawn.\"\n  ~ tide = 2\n  -> ferry\n+ [Wait] # slow\n  -> ferry\n+ [Leave] -> END\n";

    #[test]
    fn a_turn_tells_lines_choices_variables_and_visits() {
        let mut player = start(FERRY);
        assert_eq!(printed(player.turn()), ["Rain on the glass."]);
        assert_eq!(player.turn().lines[0].tags, ["weather"]);
        let offered: Vec<&str> = player
            .turn()
            .choices
            .iter()
            .map(|choice| choice.text.as_str())
            .collect();
        assert_eq!(offered, ["Ask about dawn", "Wait", "Leave"]);
        let turn = player.choose(0).unwrap();
        assert_eq!(printed(turn), ["\"You said dawn.\"", "Rain on the glass."]);
        assert_eq!(
            turn.variables,
            [Variable {
                name: "tide".to_owned(),
                value: "2".to_owned(),
                was: Some("1".to_owned())
            }]
        );
        // A divert from inside a knot to its start is no new visit in ink.
        assert_eq!(
            turn.visits,
            [Visit {
                path: "ferry".to_owned(),
                count: 1
            }]
        );
        assert!(!turn.ended);
        let turn = player.choose(1).unwrap();
        assert!(turn.ended);
        assert_eq!(turn.problems, []);
        assert_eq!(
            player.choose(0).unwrap_err(),
            PlayError::NoSuchChoice { index: 0, count: 0 }
        );
    }

    #[test]
    fn a_step_back_is_as_if_never_taken() {
        let mut player = start(FERRY);
        player.choose(1).unwrap();
        let before = player.scene();
        player.choose(0).unwrap();
        player.step_back().unwrap();
        assert_eq!(player.scene(), before);
        player.restart().unwrap();
        player.step_back().unwrap();
        assert_eq!(player.turns().len(), 1);
    }

    #[test]
    fn a_replay_finds_choices_by_their_text() {
        let mut player = start(FERRY);
        player.choose(1).unwrap();
        player.choose(0).unwrap();
        let edited = FERRY
            .replace("Rain", "Hail")
            .replace("* [Ask", "* [Sing] La. -> ferry\n* [Ask");
        let scene = player.replay(&edited, &Library::new()).unwrap();
        assert_eq!(scene.stop, None);
        assert_eq!(player.taken(), [2, 1]);
        assert_eq!(
            printed(player.turn()),
            ["\"You said dawn.\"", "Hail on the glass."]
        );
        let scene = player
            .replay(&edited.replace("Wait", "Stay"), &Library::new())
            .unwrap();
        assert_eq!(
            scene.stop,
            Some(ReplayStop {
                turn: 0,
                wanted: "Wait".to_owned(),
                dropped: 1
            })
        );
        assert_eq!(scene.turns.len(), 1);
    }

    #[test]
    fn a_replay_that_does_not_compile_leaves_the_play() {
        let mut player = start(FERRY);
        player.choose(1).unwrap();
        let before = player.scene();
        assert!(player.replay("-> nowhere\n", &Library::new()).is_err());
        assert_eq!(player.scene(), before);
    }

    #[test]
    fn a_play_begins_at_a_knot() {
        let text = "=== a\n= b\n{x} b -> END\n=== c(y)\n{y} c -> END\nVAR x = 4\n";
        let at = |place: &str| {
            Player::start(
                text,
                &Library::new(),
                Start::At(place.to_owned()),
                1,
                Limits::default(),
            )
        };
        let text_of = |player: Player| player.turn().lines[0].text.clone();
        assert_eq!(text_of(at("a.b").unwrap()), "4 b");
        assert_eq!(text_of(at("c").unwrap()), "0 c");
        assert_eq!(
            at("d").err(),
            Some(PlayError::UnknownStart {
                name: "d".to_owned()
            })
        );
    }

    #[test]
    fn an_endless_story_is_stopped() {
        let limits = Limits {
            turn: Duration::from_millis(200),
            ..Limits::default()
        };
        for text in [
            "-> a\n=== a\n-> a\n",
            "-> a\n=== a\nline\n-> a\n",
            "{f(1)}\n=== function f(x)\n~ return f(x + 1)\n",
            "VAR s = \"ab\"\n-> a\n=== a\n~ s = s + s\n-> a\n",
            "-> a\n=== a\nx<>\n-> a\n",
            "-> a ->\n=== a\n-> a ->\n->->\n",
            "-> a\n=== a\n<- a\n-> a\n",
        ] {
            let begun = Instant::now();
            let player = Player::start(text, &Library::new(), Start::Beginning, 1, limits).unwrap();
            let turn = player.turn();
            assert!(turn.ended, "{text}");
            assert!(
                turn.problems.iter().any(|problem| matches!(
                    problem,
                    RuntimeProblem::Endless { .. }
                        | RuntimeProblem::TooMuch { .. }
                        | RuntimeProblem::Failed { .. }
                )),
                "{text}: {:?}",
                turn.problems
            );
            assert!(begun.elapsed() < Duration::from_secs(20), "{text}");
        }
    }

    #[test]
    fn running_out_is_said() {
        let player = start("-> a\n=== a\nHello.\n");
        assert_eq!(
            player.turn().problems,
            [RuntimeProblem::RanOut {
                at: Some("a".to_owned())
            }]
        );
        assert_eq!(start("Hello.\n").turn().problems, []);
        assert_eq!(start("").turn().problems, []);
    }

    #[test]
    fn chinese_plays_in_strings_names_glue_and_choices() {
        let text = "VAR 名 = \"王\"\nVAR trust = 3\nVAR name = \"王五\"\n{\"王\" == 名 && trust > 2: 对|错}\n{\"王五\" == name}\n{f(\"王\", trust)}\n海<>\n<>上\n* 问：[“天亮？”]“天亮。”\n-> 码头\n=== 码头\n船。-> END\n=== function f(a, b)\n~ return a + b\n";
        let mut player = start(text);
        assert_eq!(printed(player.turn()), ["对", "true", "王3", "海上"]);
        assert_eq!(player.turn().choices[0].text, "问：“天亮？”");
        let turn = player.choose(0).unwrap();
        assert_eq!(printed(turn), ["问：“天亮。”", "船。"]);
        assert_eq!(turn.visits[0].path, "码头");
        assert_eq!(turn.variables[1].value, "\"王五\"");
    }

    #[test]
    fn declarations_may_stand_in_a_choice() {
        let mut player =
            start("* a\n  VAR x = 5\n  {x}\n  LIST l = (one),\n    two\n  {l}\n- -> END\n");
        assert_eq!(printed(player.choose(0).unwrap()), ["a", "5", "one"]);
    }

    #[test]
    fn an_include_may_stand_anywhere() {
        let mut library = Library::new();
        library.insert("deck", "On deck.\n=== deck\nDeck of {boat}.\n-> END\n");
        let text = "VAR boat = \"Mei\"\n-> quay\n=== quay\nQuay.\nINCLUDE deck.ink\n-> deck\n";
        let player = Player::start(text, &library, Start::Beginning, 1, Limits::default()).unwrap();
        assert_eq!(
            printed(player.turn()),
            ["Quay.", "On deck.", "Deck of Mei."]
        );
    }

    #[test]
    fn a_refusal_names_its_line_and_document() {
        let mut library = Library::new();
        library.insert("deck", "=== deck\n\n{1 +}\n-> END\n");
        let error = Player::start(
            "INCLUDE deck\n-> deck\n",
            &library,
            Start::Beginning,
            1,
            Limits::default(),
        )
        .err();
        let Some(PlayError::Compile(CompileError::Refused { document, line, .. })) = error else {
            panic!("{error:?}");
        };
        assert_eq!((document.as_deref(), line), (Some("deck"), Some(2)));
    }

    #[test]
    fn an_external_function_that_nobody_gives_is_said() {
        let player = start("EXTERNAL ring(x)\n{ring(1)}\n-> END\n");
        assert!(matches!(
            player.turn().problems[0],
            RuntimeProblem::Failed { .. }
        ));
    }
}
