//! A draft on its way to the window: merged per frame, ended exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use project::{DocumentId, GenerationId};
use studio::{Desk, DraftListener, DraftNews};
use tauri::ipc::Channel;

use crate::convert;
use crate::wire::assistant::DraftEvent;

/// One frame of a 60 Hz screen.
const FRAME: Duration = Duration::from_millis(16);

/// Takes a draft's news and hands them to the window, frame by frame, on a thread of its own.
pub(crate) struct Forward {
    desk: Desk,
    document: DocumentId,
    events: Channel<DraftEvent>,
    sender: Sender<DraftNews>,
    receiver: Receiver<DraftNews>,
}

impl Forward {
    pub(crate) fn new(desk: Desk, document: DocumentId, events: Channel<DraftEvent>) -> Self {
        let (sender, receiver) = channel();
        Self {
            desk,
            document,
            events,
            sender,
            receiver,
        }
    }

    /// What the draft tells; kept until [`Self::begin`].
    pub(crate) fn listener(&self) -> Arc<DraftListener> {
        let sender = std::sync::Mutex::new(self.sender.clone());
        Arc::new(move |news| {
            let sender = sender
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = sender.send(news);
        })
    }

    /// The generation is known: what waited and what comes goes out.
    pub(crate) fn begin(self, generation: GenerationId) {
        let Self {
            desk,
            document,
            events,
            sender,
            receiver,
        } = self;
        drop(sender);
        let spawned = std::thread::Builder::new()
            .name("draft-stream".into())
            .spawn(move || {
                Stream {
                    desk,
                    document,
                    generation,
                    events,
                    takes: BTreeMap::new(),
                }
                .run(&receiver);
            });
        if let Err(error) = spawned {
            tracing::error!(%error, "a draft does not reach its window");
        }
    }
}

/// What is known of one take.
#[derive(Default)]
struct Take {
    text: String,
    fresh: String,
    kinds: Vec<&'static str>,
    first: Option<Instant>,
    tokens: u32,
}

struct Stream {
    desk: Desk,
    document: DocumentId,
    generation: GenerationId,
    events: Channel<DraftEvent>,
    takes: BTreeMap<u32, Take>,
}

impl Stream {
    fn run(mut self, news: &Receiver<DraftNews>) {
        let (document, generation) = (self.document, self.generation);
        let context = self
            .desk
            .call_blocking(move |papers| papers.context(document, generation));
        let (craft, before) = match context {
            Ok(Ok(context)) => context,
            Ok(Err(_)) | Err(_) => (crafts::Craft::Notes, String::new()),
        };
        while let Ok(first) = news.recv() {
            let until = Instant::now() + FRAME;
            let mut next = Some(first);
            while let Some(item) = next {
                if self.take_in(item, craft, &before) {
                    return;
                }
                next = news
                    .recv_timeout(until.saturating_duration_since(Instant::now()))
                    .ok();
            }
            self.send_text(craft, &before);
        }
    }

    /// True at the end.
    fn take_in(&mut self, news: DraftNews, craft: crafts::Craft, before: &str) -> bool {
        match news {
            DraftNews::Reading {
                take,
                done,
                total,
                reused,
            } => {
                self.send(DraftEvent::Reading {
                    take: take + 1,
                    done,
                    total,
                    reused,
                });
            }
            DraftNews::Thinking { take, tokens } => self.send(DraftEvent::Thinking {
                take: take + 1,
                tokens,
            }),
            DraftNews::Text { take, text, tokens } => {
                let known = self.takes.entry(take).or_default();
                known.first.get_or_insert_with(Instant::now);
                known.tokens = tokens;
                known.fresh.push_str(&text);
            }
            DraftNews::Retracted { take } => {
                self.takes.insert(take, Take::default());
                self.send(DraftEvent::Retracted { take: take + 1 });
            }
            DraftNews::Ended { take, .. } => {
                self.send_text(craft, before);
                let generation = self.generation;
                let card = self
                    .desk
                    .call_blocking(move |papers| papers.cards(generation));
                if let Ok(Ok(cards)) = card
                    && let Some(card) = cards.cards.get(take as usize)
                {
                    self.send(DraftEvent::Ended {
                        take: take + 1,
                        candidate: convert::candidate(card),
                    });
                }
            }
            DraftNews::Done => {
                let (document, generation) = (self.document, self.generation);
                let cards = self
                    .desk
                    .call_blocking(move |papers| -> Result<_, studio::Error> {
                        let cards = papers.cards(generation)?;
                        let sheet = papers.sheet(document)?;
                        Ok(convert::generation(&cards, Some(sheet), false))
                    });
                match cards {
                    Ok(Ok(generation)) => self.send(DraftEvent::Done { generation }),
                    Ok(Err(_)) | Err(_) => tracing::warn!("a draft's end could not be read back"),
                }
                return true;
            }
        }
        false
    }

    fn send_text(&mut self, craft: crafts::Craft, before: &str) {
        let mut out = Vec::new();
        for (take, known) in &mut self.takes {
            if known.fresh.is_empty() {
                continue;
            }
            let text = std::mem::take(&mut known.fresh);
            known.text.push_str(&text);
            let kinds = studio::kinds(craft, before, &known.text);
            let changed = kinds != known.kinds;
            let seconds = known
                .first
                .map_or(0.0, |first| first.elapsed().as_secs_f32());
            let rate = if seconds > 0.5 {
                known.tokens as f32 / seconds
            } else {
                0.0
            };
            out.push(DraftEvent::Text {
                take: take + 1,
                text,
                rate,
                kinds: changed.then(|| kinds.iter().map(|kind| (*kind).to_owned()).collect()),
            });
            known.kinds = kinds;
        }
        for event in out {
            self.send(event);
        }
    }

    fn send(&self, event: DraftEvent) {
        if let Err(error) = self.events.send(event) {
            tracing::debug!(%error, "nobody listens to a draft");
        }
    }
}
