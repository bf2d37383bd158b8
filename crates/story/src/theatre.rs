//! A player on a thread of its own, for a window that must not wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::library::Library;
use crate::player::Player;
use crate::scene::{Limits, PlayError, Scene, Start};

/// The runtime is recursive: deep stories need more than a thread usually has.
const STACK_BYTES: usize = 64 << 20;
/// Requests that may wait; each caller waits for its own answer.
const WAITING: usize = 8;

/// What the thread can be asked.
enum Request {
    Choose(usize),
    StepBack,
    Restart,
    Replay(String, Library),
}

type Answer = Result<Scene, PlayError>;

/// A story being played on its own thread. Dropping it stops a running turn within a slice and waits
/// for the thread.
pub struct Theatre {
    requests: Option<SyncSender<(Request, SyncSender<Answer>)>>,
    cancel: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Theatre {
    /// Compiles `text` and plays to the first choice; blocks until then (see [`Limits`]).
    pub fn open(
        text: String,
        library: Library,
        start: Start,
        seed: i32,
        limits: Limits,
    ) -> Result<(Self, Scene), PlayError> {
        let (requests, inbox) = sync_channel::<(Request, SyncSender<Answer>)>(WAITING);
        let (first, opened) = sync_channel(1);
        let cancel: Arc<AtomicBool> = Arc::default();
        let flag = Arc::clone(&cancel);
        let thread = std::thread::Builder::new()
            .name("story-player".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                match Player::start_with(&text, &library, start, seed, limits, flag) {
                    Ok(player) => {
                        // Nobody waits any more only where the theatre is being dropped.
                        let _ = first.send(Ok(player.scene()));
                        run(player, &inbox);
                    }
                    Err(error) => {
                        let _ = first.send(Err(error));
                    }
                }
            })
            .map_err(|_| PlayError::Gone)?;
        let theatre = Self {
            requests: Some(requests),
            cancel,
            thread: Some(thread),
        };
        let scene = opened.recv().unwrap_or(Err(PlayError::Gone))?;
        Ok((theatre, scene))
    }

    /// Takes a choice of the last turn, from 0. Blocks until the turn is played.
    pub fn choose(&self, index: usize) -> Result<Scene, PlayError> {
        self.ask(Request::Choose(index))
    }

    /// Takes the last choice back. Blocks while the choices before it are played again.
    pub fn step_back(&self) -> Result<Scene, PlayError> {
        self.ask(Request::StepBack)
    }

    /// Plays from the start again.
    pub fn restart(&self) -> Result<Scene, PlayError> {
        self.ask(Request::Restart)
    }

    /// After an edit: plays the new text with the same choices, by their text. See [`Player::replay`].
    pub fn replay(&self, text: String, library: Library) -> Result<Scene, PlayError> {
        self.ask(Request::Replay(text, library))
    }

    /// Stops a running turn within a slice; its caller gets what was played.
    pub fn stop(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    fn ask(&self, request: Request) -> Answer {
        let (answer, answered) = sync_channel(1);
        self.cancel.store(false, Ordering::Relaxed);
        self.requests
            .as_ref()
            .and_then(|requests| requests.send((request, answer)).ok())
            .ok_or(PlayError::Gone)?;
        answered.recv().unwrap_or(Err(PlayError::Gone))
    }
}

fn run(mut player: Player, inbox: &Receiver<(Request, SyncSender<Answer>)>) {
    while let Ok((request, answer)) = inbox.recv() {
        let played = player.answer(request);
        // A caller that went away needs no answer.
        let _ = answer.send(played);
    }
}

impl Player {
    fn answer(&mut self, request: Request) -> Answer {
        match request {
            Request::Choose(index) => self.choose(index).map(|_| ())?,
            Request::StepBack => self.step_back().map(|_| ())?,
            Request::Restart => self.restart().map(|_| ())?,
            Request::Replay(text, library) => return self.replay(&text, &library),
        }
        Ok(self.scene())
    }
}

impl Drop for Theatre {
    fn drop(&mut self) {
        self.stop();
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // The thread ends by itself once its inbox is closed; a panic there has been its own.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_theatre_plays_on_its_own_thread() {
        let text = "Hello.\n* [Go] Gone.\n* [Stay] -> END\n- -> END\n";
        let (theatre, scene) = Theatre::open(
            text.to_owned(),
            Library::new(),
            Start::Beginning,
            1,
            Limits::default(),
        )
        .unwrap();
        assert_eq!(scene.turns[0].choices.len(), 2);
        assert_eq!(theatre.choose(0).unwrap().turns[1].lines[0].text, "Gone.");
        assert_eq!(theatre.step_back().unwrap(), scene);
        assert!(matches!(
            theatre.choose(5),
            Err(PlayError::NoSuchChoice { index: 5, count: 2 })
        ));
        let scene = theatre
            .replay(text.replace("Hello", "Welcome"), Library::new())
            .unwrap();
        assert_eq!(scene.turns[0].lines[0].text, "Welcome.");
        assert_eq!(theatre.restart().unwrap().turns.len(), 1);
    }

    #[test]
    fn dropping_a_theatre_stops_its_turn() {
        let text = "* go\n-> a\n=== a\n-> a\n";
        let limits = Limits {
            turn: Duration::from_secs(600),
            ..Limits::default()
        };
        let (theatre, _) =
            Theatre::open(text.to_owned(), Library::new(), Start::Beginning, 1, limits).unwrap();
        let begun = Instant::now();
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| theatre.choose(0));
            // The stop may come before the turn began: it is asked for until the answer is there.
            while !asked.is_finished() {
                theatre.stop();
                std::thread::yield_now();
            }
            let scene = asked.join().unwrap().unwrap();
            assert!(scene.turns[1].ended);
        });
        drop(theatre);
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
}
