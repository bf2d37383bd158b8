//! The stream between a model's thread and its reader: bounded, without a runtime, and lossless.
//!
//! When the reader is slow, neighbouring text events are merged instead of blocking the model or
//! dropping words, so the buffer holds a bounded number of events however long the reader sleeps.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::{Ended, Event};

/// Events that wait unmerged. Above it neighbours of one kind become one.
const ROOM: usize = 64;

#[derive(Default)]
struct Shared {
    waiting: VecDeque<Event>,
    ended: bool,
    reader_gone: bool,
    sender_gone: bool,
    waker: Option<Waker>,
}

struct Pipe {
    shared: Mutex<Shared>,
    ready: Condvar,
}

impl Pipe {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        // The guarded data is whole after every statement, so a panic elsewhere spoils nothing.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a connected pair.
pub fn channel() -> (TokenSender, TokenStream) {
    let pipe = Arc::new(Pipe {
        shared: Mutex::new(Shared::default()),
        ready: Condvar::new(),
    });
    (TokenSender { pipe: pipe.clone() }, TokenStream { pipe })
}

/// The model's end. Dropping it without an [`Event::Ended`] ends the stream with `None`.
pub struct TokenSender {
    pipe: Arc<Pipe>,
}

impl TokenSender {
    /// Hands an event over. Never blocks. False when nobody listens any more: stop the work.
    /// Events after an [`Event::Ended`] are dropped.
    pub fn send(&self, event: Event) -> bool {
        let mut shared = self.pipe.lock();
        if shared.reader_gone {
            return false;
        }
        if shared.ended {
            return true;
        }
        shared.ended = matches!(event, Event::Ended(_));
        push(&mut shared.waiting, event);
        let waker = shared.waker.take();
        drop(shared);
        self.pipe.ready.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// True when the reader dropped its stream.
    pub fn is_cancelled(&self) -> bool {
        self.pipe.lock().reader_gone
    }
}

impl Drop for TokenSender {
    fn drop(&mut self) {
        let mut shared = self.pipe.lock();
        shared.sender_gone = true;
        let waker = shared.waker.take();
        drop(shared);
        self.pipe.ready.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The reader's end: a stream whose last event is [`Event::Ended`]. Dropping it cancels the take.
pub struct TokenStream {
    pipe: Arc<Pipe>,
}

/// Cancels a take from elsewhere while its reader waits. Cloneable; does nothing after the end.
#[derive(Clone)]
pub struct Canceller {
    pipe: Arc<Pipe>,
}

impl Canceller {
    /// Ends the stream for its reader at once, without an [`Event::Ended`], and tells the model to stop.
    pub fn cancel(&self) {
        let mut shared = self.pipe.lock();
        shared.reader_gone = true;
        let waker = shared.waker.take();
        drop(shared);
        self.pipe.ready.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl TokenStream {
    /// A handle that cancels this stream from another thread.
    pub fn canceller(&self) -> Canceller {
        Canceller {
            pipe: self.pipe.clone(),
        }
    }

    /// The next event, waiting for it on this thread; `None` after the end. For readers without a runtime.
    pub fn next_blocking(&mut self) -> Option<Event> {
        let mut shared = self.pipe.lock();
        loop {
            if let Some(event) = shared.waiting.pop_front() {
                return Some(event);
            }
            if shared.ended || shared.sender_gone || shared.reader_gone {
                return None;
            }
            shared = self
                .pipe
                .ready
                .wait(shared)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Stream for TokenStream {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut shared = self.pipe.lock();
        if let Some(event) = shared.waiting.pop_front() {
            return Poll::Ready(Some(event));
        }
        if shared.ended || shared.sender_gone || shared.reader_gone {
            return Poll::Ready(None);
        }
        shared.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for TokenStream {
    fn drop(&mut self) {
        let mut shared = self.pipe.lock();
        shared.reader_gone = true;
        shared.waiting.clear();
    }
}

/// Progress replaces progress at once; text joins text only where the reader has fallen behind.
fn push(waiting: &mut VecDeque<Event>, event: Event) {
    let full = waiting.len() >= ROOM;
    match (waiting.back_mut(), event) {
        (Some(last @ Event::Reading { .. }), event @ Event::Reading { .. })
        | (Some(last @ Event::Thinking { .. }), event @ Event::Thinking { .. }) => *last = event,
        (
            Some(Event::Text { text, tokens, .. }),
            Event::Text {
                text: more,
                tokens: more_tokens,
                alternatives,
            },
        ) if full && alternatives.is_empty() => {
            text.push_str(&more);
            *tokens += more_tokens;
        }
        (_, event) => waiting.push_back(event),
    }
}

#[expect(
    dead_code,
    reason = "states at compile time that streams may cross threads"
)]
fn streams_cross_threads(sender: TokenSender, stream: TokenStream, ended: Ended) -> impl Send {
    (sender, stream, ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finish, Usage};
    use futures_util::StreamExt;

    fn text(s: &str) -> Event {
        Event::Text {
            text: s.into(),
            tokens: 1,
            alternatives: vec![],
        }
    }

    fn end() -> Event {
        Event::Ended(Ended::Finished(Finish::EndOfText, Usage::default()))
    }

    #[test]
    fn a_slow_reader_gets_every_word_in_few_events() {
        let (sender, mut stream) = channel();
        let mut sent = String::new();
        for i in 0..10_000 {
            let word = format!("{i} ");
            sent.push_str(&word);
            assert!(sender.send(text(&word)));
        }
        sender.send(end());
        let (mut got, mut tokens, mut events) = (String::new(), 0, 0);
        while let Some(event) = stream.next_blocking() {
            events += 1;
            if let Event::Text {
                text, tokens: n, ..
            } = event
            {
                got.push_str(&text);
                tokens += n;
            }
        }
        assert_eq!(got, sent);
        assert_eq!(tokens, 10_000);
        assert!(events <= ROOM + 1, "{events} events waited");
    }

    #[test]
    fn dropping_the_stream_cancels() {
        let (sender, stream) = channel();
        assert!(sender.send(text("a")));
        drop(stream);
        assert!(sender.is_cancelled());
        assert!(!sender.send(text("b")));
    }

    #[test]
    fn a_canceller_wakes_the_reader_and_keeps_what_came() {
        let (sender, mut stream) = channel();
        sender.send(text("kept"));
        let canceller = stream.canceller();
        let reader = std::thread::Builder::new()
            .name("reader".into())
            .spawn(move || {
                let first = stream.next_blocking();
                (first, stream.next_blocking())
            })
            .unwrap();
        canceller.cancel();
        let (first, then) = reader.join().unwrap();
        assert!(matches!(first, Some(Event::Text { .. })));
        assert!(then.is_none());
        assert!(sender.is_cancelled());
    }

    #[test]
    fn nothing_comes_after_the_end() {
        let (sender, mut stream) = channel();
        sender.send(text("a"));
        sender.send(end());
        sender.send(text("b"));
        assert!(matches!(stream.next_blocking(), Some(Event::Text { .. })));
        assert!(matches!(stream.next_blocking(), Some(Event::Ended(_))));
        assert!(stream.next_blocking().is_none());
    }

    #[test]
    fn a_sender_that_vanished_ends_the_stream() {
        let (sender, mut stream) = channel();
        sender.send(text("a"));
        drop(sender);
        assert!(stream.next_blocking().is_some());
        assert!(stream.next_blocking().is_none());
    }

    #[test]
    fn progress_replaces_progress() {
        let (sender, mut stream) = channel();
        for done in 0..10 {
            sender.send(Event::Reading {
                done,
                total: 10,
                reused: 0,
            });
        }
        drop(sender);
        assert!(matches!(
            stream.next_blocking(),
            Some(Event::Reading { done: 9, .. })
        ));
        assert!(stream.next_blocking().is_none());
    }

    #[test]
    fn an_async_reader_is_woken() {
        let (sender, stream) = channel();
        let writer = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                for i in 0..100 {
                    sender.send(text(&i.to_string()));
                }
                sender.send(end());
            })
            .unwrap();
        let events = futures_executor(stream);
        writer.join().unwrap();
        assert!(matches!(events.last(), Some(Event::Ended(_))));
    }

    fn futures_executor(stream: TokenStream) -> Vec<Event> {
        struct Unpark(std::thread::Thread);
        impl std::task::Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut cx = Context::from_waker(&waker);
        let mut collecting = Box::pin(stream.collect::<Vec<_>>());
        loop {
            match collecting.as_mut().poll(&mut cx) {
                Poll::Ready(events) => return events,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}
