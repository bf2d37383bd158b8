//! The engine's thread: which rows each pass evaluates, and what follows from them.
//!
//! Every pass holds one row for each take that writes, and a slice of the prompt that is being read. Takes
//! of higher priority read first; a take whose prompt is being read by another one waits for it and
//! shares the result. A take that warms gets no row while anything else runs or waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use inference::{Error, Event, Finish, Priority, Prompt};

use crate::cache::{Placement, Slots, common_prefix};
use crate::chat::{self, Chat};
use crate::inbox::{Inbox, Job, Out};
use crate::raw::{Context, Decoded, Row, Token, Weights};
use crate::take::{Take, count};
use crate::threads::Governor;

/// Sequences: those of running takes and those that are kept.
pub(crate) const SEQUENCES: u32 = 16;
/// Takes that run at once; the other sequences keep what was read before.
const MOST_RUNNING: usize = 8;
/// Tokens of a prompt per pass: about a quarter of a second on two cores.
const SLICE: usize = 64;
/// The same while the writer types: the window's thread wants the cores.
const SLICE_WHILE_TYPING: usize = 32;

struct Running {
    take: Take,
    slot: usize,
    /// The chosen token that is not evaluated yet; `None` while the prompt is read.
    next: Option<Token>,
    over: bool,
}

/// The rows of one take in a pass.
struct Share {
    running: usize,
    first: usize,
    len: usize,
    /// The last of them ends the prompt or is the take's newest token.
    complete: bool,
}

#[derive(Default)]
struct Pass {
    rows: Vec<Row>,
    shares: Vec<Share>,
}

/// All that the engine's thread owns.
pub(crate) struct Scheduler {
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) weights: Arc<Weights>,
    pub(crate) chat: Arc<Chat>,
    pub(crate) context: Context,
    pub(crate) slots: Slots,
    /// Tokens of prompt and answer together.
    pub(crate) longest: u32,
    threads: usize,
    governor: Governor,
    running: Vec<Running>,
    waiting: Vec<Take>,
    orders: u64,
}

impl Scheduler {
    pub(crate) fn new(
        inbox: Arc<Inbox>,
        weights: Arc<Weights>,
        chat: Arc<Chat>,
        context: Context,
        cells: u32,
        longest: u32,
    ) -> Self {
        let slots = Slots::new(
            SEQUENCES as usize,
            cells as usize,
            weights.keeps_whole_states(),
        );
        let threads = inbox.threads.load(Ordering::Relaxed);
        Self {
            threads,
            governor: Governor::new(threads),
            inbox,
            weights,
            chat,
            context,
            slots,
            longest,
            running: vec![],
            waiting: vec![],
            orders: 0,
        }
    }

    /// Serves until the inbox is closed.
    pub(crate) fn run(&mut self) {
        loop {
            let idle = self.running.is_empty() && self.waiting.is_empty();
            let Some(jobs) = self.inbox.receive(idle) else {
                break;
            };
            for job in jobs {
                self.receive(job);
            }
            self.waiting.retain(|take| !take.out.is_cancelled());
            for running in &mut self.running {
                running.over |= running.take.out.is_cancelled();
            }
            self.retire();
            self.step();
            self.retire();
        }
        for running in &mut self.running {
            running.take.stop();
        }
        for take in &mut self.waiting {
            take.stop();
        }
    }

    fn receive(&mut self, job: Job) {
        if job.out.is_cancelled() {
            return;
        }
        let parts = self.chat.parts(&job.request.prompt);
        let thinks = match &job.request.prompt {
            Prompt::Chat { .. } => self.chat.thinks(),
            Prompt::Raw(_) => false,
        };
        let prompt = chat::tokens(&self.weights, &parts);
        self.orders += 1;
        let mut take = Take::new(job, self.orders, prompt, thinks);
        let needed = take.needed();
        if needed > self.longest {
            take.fail(Error::TooLong {
                needed,
                context: self.longest,
            });
            return;
        }
        self.waiting.push(take);
    }

    /// Takes that are over leave their sequences to the cache.
    fn retire(&mut self) {
        let slots = &mut self.slots;
        self.running.retain(|running| {
            if running.over {
                slots.free(running.slot);
            }
            !running.over
        });
    }

    fn step(&mut self) {
        let pass = self.plan();
        if pass.rows.is_empty() {
            self.give_up_on_the_first();
            return;
        }
        let most = self.inbox.threads.load(Ordering::Relaxed);
        let threads = if self.inbox.gives_way.load(Ordering::Relaxed) {
            self.governor.next(most)
        } else {
            most
        };
        if threads != self.threads {
            self.threads = threads;
            self.context
                .set_threads(i32::try_from(threads).unwrap_or(1));
        }
        let outs: Vec<&Out> = pass
            .shares
            .iter()
            .map(|share| &self.running[share.running].take.out)
            .collect();
        let warming = pass
            .shares
            .iter()
            .all(|share| self.running[share.running].take.priority == Priority::Warm);
        let inbox = &self.inbox;
        let should_stop = || {
            inbox.is_closing()
                || (warming && inbox.is_urgent())
                || outs.iter().all(|out| out.is_cancelled())
        };
        match self.context.decode(&pass.rows, &should_stop) {
            Decoded::Done => self.done(&pass),
            Decoded::Aborted => {
                self.inbox.aborted.fetch_add(1, Ordering::Relaxed);
                self.roll_back(&pass);
            }
            Decoded::NoRoom => {
                self.roll_back(&pass);
                if !self.empty_the_cache() {
                    self.fail_all(&pass, |tokens| Error::OutOfMemory { tokens });
                }
            }
            Decoded::Failed(code) => {
                self.roll_back(&pass);
                self.fail_all(&pass, |_| Error::Engine {
                    doing: "evaluating",
                    code,
                });
            }
        }
    }

    /// The rows of the next pass.
    fn plan(&mut self) -> Pass {
        let mut pass = Pass::default();
        let urgent = self
            .running
            .iter()
            .any(|r| r.take.priority != Priority::Warm)
            || self.waiting.iter().any(|t| t.priority != Priority::Warm);
        if urgent {
            self.stop_warming_for_the_first();
        }
        for index in 0..self.running.len() {
            let running = &self.running[index];
            if urgent && running.take.priority == Priority::Warm {
                continue;
            }
            if let Some(token) = running.next {
                pass.rows.push(Row {
                    token,
                    position: position(self.slots.tokens(running.slot).len()),
                    sequence: position(running.slot),
                    logits: true,
                });
                pass.shares.push(Share {
                    running: index,
                    first: pass.rows.len() - 1,
                    len: 1,
                    complete: true,
                });
            }
        }
        let mut budget = if self.inbox.typing.load(Ordering::Relaxed) {
            SLICE_WHILE_TYPING
        } else {
            SLICE
        };
        let mut blocked = false;
        while budget > 0 {
            let reader = self.next_reader(&pass, urgent);
            let waiting = if blocked {
                None
            } else {
                self.next_waiting(urgent)
            };
            let first = match (reader, waiting) {
                (Some(r), Some(w)) => {
                    let (reader, waiting) = (&self.running[r].take, &self.waiting[w]);
                    if before(waiting) < before(reader) {
                        None
                    } else {
                        Some(r)
                    }
                }
                (reader, _) => reader,
            };
            match (first, waiting) {
                (Some(index), _) => budget -= self.read(&mut pass, index, budget),
                (None, Some(waiting)) => match self.admit(waiting) {
                    Some(index) => budget -= self.read(&mut pass, index, budget),
                    None => blocked = true,
                },
                (None, None) => break,
            }
        }
        for take in &mut self.waiting {
            if !take.queued {
                take.queued = true;
                take.out.send(Event::Queued);
            }
        }
        pass
    }

    /// The first take that reads its prompt and has no rows in this pass yet.
    fn next_reader(&self, pass: &Pass, urgent: bool) -> Option<usize> {
        (0..self.running.len())
            .filter(|i| self.running[*i].next.is_none() && !self.running[*i].over)
            .filter(|i| !(urgent && self.running[*i].take.priority == Priority::Warm))
            .filter(|i| !pass.shares.iter().any(|share| share.running == *i))
            .min_by_key(|i| before(&self.running[*i].take))
    }

    fn next_waiting(&self, urgent: bool) -> Option<usize> {
        (0..self.waiting.len())
            .filter(|i| !(urgent && self.waiting[*i].priority == Priority::Warm))
            .min_by_key(|i| before(&self.waiting[*i]))
    }

    /// Adds the next slice of a prompt; answers with its length.
    fn read(&self, pass: &mut Pass, index: usize, budget: usize) -> usize {
        let running = &self.running[index];
        let known = self.slots.tokens(running.slot).len();
        let prompt = &running.take.prompt;
        let end = (known + budget).min(prompt.len());
        let complete = end == prompt.len();
        let first = pass.rows.len();
        for (at, token) in prompt.iter().enumerate().take(end).skip(known) {
            pass.rows.push(Row {
                token: *token,
                position: position(at),
                sequence: position(running.slot),
                logits: complete && at + 1 == end && running.take.limit > 0,
            });
        }
        pass.shares.push(Share {
            running: index,
            first,
            len: end - known,
            complete,
        });
        end - known
    }

    /// Gives a waiting take a sequence, with what is known of its prompt. `None` when it must wait on.
    fn admit(&mut self, waiting: usize) -> Option<usize> {
        if self.running.len() >= MOST_RUNNING {
            return None;
        }
        let take = &self.waiting[waiting];
        let known = self
            .slots
            .best_prefix(&take.prompt)
            .map_or(0, |(_, len)| len);
        let soon = self
            .running
            .iter()
            .filter(|running| running.next.is_none())
            .map(|running| common_prefix(&running.take.prompt, &take.prompt))
            .max()
            .unwrap_or(0)
            .min(take.prompt.len() - 1);
        if soon > known {
            return None;
        }
        let reserved: usize = self
            .running
            .iter()
            .map(|running| {
                let read = self.slots.tokens(running.slot).len();
                running.take.prompt.len().saturating_sub(read) + running.take.left()
            })
            .sum();
        let placement = self
            .slots
            .place(&take.prompt, take.limit as usize, reserved)?;
        let mut take = self.waiting.remove(waiting);
        let placement = self.carry_out(placement);
        take.reused = count(placement.reused);
        self.running.push(Running {
            take,
            slot: placement.slot,
            next: None,
            over: false,
        });
        Some(self.running.len() - 1)
    }

    fn carry_out(&mut self, mut placement: Placement) -> Placement {
        for slot in &placement.evict {
            self.context.truncate(*slot, 0);
        }
        match placement.from {
            Some(from) => self.context.share(from, placement.slot, placement.reused),
            None => {
                let known = self.slots.tokens(placement.slot).len();
                if known > placement.reused
                    && !self.context.truncate(placement.slot, placement.reused)
                {
                    placement.reused = 0;
                }
            }
        }
        self.slots.take(&placement);
        placement
    }

    /// Takes that warm end when something urgent waits: what they read so far stays known to it.
    fn stop_warming_for_the_first(&mut self) {
        if self
            .waiting
            .iter()
            .all(|take| take.priority == Priority::Warm)
        {
            return;
        }
        for running in &mut self.running {
            if running.take.priority == Priority::Warm && !running.over {
                running.take.stop();
                running.over = true;
            }
        }
        self.retire();
    }

    fn done(&mut self, pass: &Pass) {
        self.inbox.passes.fetch_add(1, Ordering::Relaxed);
        self.inbox
            .evaluated
            .fetch_add(pass.rows.len() as u64, Ordering::Relaxed);
        for share in &pass.shares {
            let running = &mut self.running[share.running];
            for row in &pass.rows[share.first..share.first + share.len] {
                self.slots.push(running.slot, row.token);
            }
            if running.next.is_none() {
                running.take.out.send(Event::Reading {
                    done: count(self.slots.tokens(running.slot).len()),
                    total: count(running.take.prompt.len()),
                    reused: running.take.reused,
                });
            }
            if !share.complete {
                continue;
            }
            if running.take.limit == 0 {
                running.take.finish(Finish::Length);
                running.over = true;
                continue;
            }
            let logits = self.context.logits(share.first + share.len - 1);
            let before = self.slots.tokens(running.slot);
            running.next = running.take.go_on(&self.weights, logits, before);
            running.over = running.next.is_none();
        }
    }

    /// Some rows of a broken pass may be in the library's cache: cut back to what we know.
    fn roll_back(&mut self, pass: &Pass) {
        for share in &pass.shares {
            let slot = self.running[share.running].slot;
            let len = self.slots.tokens(slot).len();
            if !self.context.truncate(slot, len) {
                self.slots.truncate(slot, 0);
                let running = &mut self.running[share.running];
                if running.next.is_some() {
                    // Its own words are gone with the state; the reader keeps what came.
                    running.take.fail(Error::Engine {
                        doing: "going back",
                        code: 0,
                    });
                    running.over = true;
                }
            }
        }
    }

    /// False when nothing was kept.
    fn empty_the_cache(&mut self) -> bool {
        let kept = self.slots.kept();
        for slot in &kept {
            self.context.truncate(*slot, 0);
            self.slots.truncate(*slot, 0);
        }
        !kept.is_empty()
    }

    fn fail_all(&mut self, pass: &Pass, error: impl Fn(u32) -> Error) {
        for share in &pass.shares {
            let running = &mut self.running[share.running];
            if !running.over {
                running.take.fail(error(running.take.needed()));
                running.over = true;
            }
        }
    }

    /// Nothing runs, and the first that waits finds no place even so: it never will.
    fn give_up_on_the_first(&mut self) {
        if !self.running.is_empty() {
            return;
        }
        if let Some(first) = self.next_waiting(false) {
            let mut take = self.waiting.remove(first);
            let tokens = take.needed();
            take.fail(Error::OutOfMemory { tokens });
        }
    }
}

/// Sorts by priority, the higher first, then by age.
fn before(take: &Take) -> (std::cmp::Reverse<Priority>, u64) {
    (std::cmp::Reverse(take.priority), take.order)
}

/// Tokens and sequences are counted in thousands.
fn position(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
