//! What reaches the engine's thread from outside: jobs, hints, and the end.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use inference::{Ended, Error, Event, Priority, Request, TokenSender, Usage};

/// A take's end of its stream. However the take goes, the reader hears an end.
pub(crate) struct Out {
    sender: TokenSender,
}

impl Out {
    pub(crate) fn new(sender: TokenSender) -> Self {
        Self { sender }
    }

    pub(crate) fn send(&self, event: Event) {
        self.sender.send(event);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.sender.is_cancelled()
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        // Has no effect after an end. Without one the engine broke, or was closed before it took the job.
        let closed = Ended::Failed(Error::Closed, Usage::default());
        self.sender.send(Event::Ended(closed));
    }
}

/// A request on its way to the engine's thread.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) out: Out,
    pub(crate) asked: Instant,
}

/// Jobs that may wait unread; a caller that asks for more is broken.
const MOST_JOBS: usize = 1024;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

/// Shared by the engine's handle and its thread.
#[derive(Default)]
pub(crate) struct Inbox {
    queue: Mutex<Queue>,
    bell: Condvar,
    closing: AtomicBool,
    /// A job that is not warming came since the thread last looked.
    urgent: AtomicBool,
    pub(crate) typing: AtomicBool,
    /// Most threads of a pass.
    pub(crate) threads: AtomicUsize,
    /// Fewer threads when other programs want the cores.
    pub(crate) gives_way: AtomicBool,
    pub(crate) evaluated: AtomicU64,
    pub(crate) passes: AtomicU64,
    pub(crate) aborted: AtomicU64,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The queue is whole after every statement, so a panic elsewhere spoils nothing.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a job over. After the end, or when far too many wait, the job is dropped and says so itself.
    pub(crate) fn push(&self, job: Job) {
        let urgent = job.request.priority != Priority::Warm;
        let mut queue = self.lock();
        if queue.closed || queue.jobs.len() >= MOST_JOBS {
            drop(queue);
            drop(job);
            return;
        }
        queue.jobs.push_back(job);
        drop(queue);
        if urgent {
            self.urgent.store(true, Ordering::Release);
        }
        self.bell.notify_one();
    }

    /// Waiting jobs; when `idle`, waits for one. `None` at the end.
    pub(crate) fn receive(&self, idle: bool) -> Option<VecDeque<Job>> {
        let mut queue = self.lock();
        while idle && queue.jobs.is_empty() && !queue.closed {
            queue = self
                .bell
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        self.urgent.store(false, Ordering::Release);
        if queue.closed {
            return None;
        }
        Some(std::mem::take(&mut queue.jobs))
    }

    /// Ends the thread's work, within a node of the running pass.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Release);
        let mut queue = self.lock();
        queue.closed = true;
        let jobs = std::mem::take(&mut queue.jobs);
        drop(queue);
        self.bell.notify_all();
        drop(jobs);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    pub(crate) fn is_urgent(&self) -> bool {
        self.urgent.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use inference::{Prompt, Sampling, TokenStream, channel};

    fn job(priority: Priority) -> (Job, TokenStream) {
        let (sender, stream) = channel();
        let request = Request {
            prompt: Prompt::Raw(String::new()),
            sampling: Sampling::greedy(),
            max_tokens: 1,
            stop: vec![],
            seed: None,
            priority,
            thought_budget: 0,
            alternatives: 0,
        };
        let job = Job {
            request,
            out: Out::new(sender),
            asked: Instant::now(),
        };
        (job, stream)
    }

    fn is_closed(mut stream: TokenStream) -> bool {
        matches!(
            stream.next_blocking(),
            Some(Event::Ended(Ended::Failed(Error::Closed, _)))
        )
    }

    #[test]
    fn every_job_hears_an_end_whenever_the_engine_closes() {
        let inbox = Inbox::default();
        let (early, early_stream) = job(Priority::Foreground);
        inbox.push(early);
        inbox.close();
        assert!(inbox.receive(true).is_none());
        let (late, late_stream) = job(Priority::Foreground);
        inbox.push(late);
        assert!(is_closed(early_stream) && is_closed(late_stream));
    }

    #[test]
    fn only_warming_is_not_urgent() {
        let inbox = Inbox::default();
        let (warm, _warm) = job(Priority::Warm);
        inbox.push(warm);
        assert!(!inbox.is_urgent());
        let (asked, _asked) = job(Priority::Background);
        inbox.push(asked);
        assert!(inbox.is_urgent());
        assert_eq!(inbox.receive(true).map(|jobs| jobs.len()), Some(2));
        assert!(!inbox.is_urgent());
    }

    #[test]
    fn jobs_beyond_reason_are_refused() {
        let inbox = Inbox::default();
        let mut streams = vec![];
        for _ in 0..=MOST_JOBS {
            let (job, stream) = job(Priority::Foreground);
            inbox.push(job);
            streams.push(stream);
        }
        assert!(streams.pop().is_some_and(is_closed));
    }
}
