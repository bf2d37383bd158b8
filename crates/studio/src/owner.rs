//! A thread that owns a value; everybody else holds a handle and sends calls, which run one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::oneshot;

type Call<T> = Box<dyn FnOnce(&mut T) + Send>;

/// What an owned value does between calls.
pub(crate) trait Owned: 'static {
    /// When it wants to be woken, if no call comes before.
    fn deadline(&mut self) -> Option<Instant>;
    /// The deadline has come.
    fn wake(&mut self);
    /// Nobody holds a handle any more.
    fn close(&mut self);
}

/// A handle on a value that lives on its own thread. Cloneable; the thread ends, and is joined, with the last one.
pub(crate) struct Owner<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    calls: Mutex<Option<Sender<Call<T>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl<T> Clone for Owner<T> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}

/// No answer came: the call panicked, or the thread has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer came from its thread")]
pub struct Gone;

impl<T: Owned> Owner<T> {
    /// Makes the value on a thread of its own and waits for it.
    ///
    /// # Errors
    /// What `make` says.
    pub(crate) fn start<E: Send + 'static>(
        name: &str,
        make: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<Self, Result<E, std::io::Error>> {
        let (sender, receiver) = channel::<Call<T>>();
        let (made, is_made) = channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || match make() {
                Ok(value) => {
                    let _ = made.send(None);
                    serve(value, &receiver);
                }
                Err(error) => {
                    let _ = made.send(Some(error));
                }
            })
            .map_err(Err)?;
        match is_made.recv() {
            Ok(None) => Ok(Self {
                inner: Arc::new(Inner {
                    calls: Mutex::new(Some(sender)),
                    thread: Mutex::new(Some(thread)),
                }),
            }),
            Ok(Some(error)) => Err(Ok(error)),
            Err(_) => Err(Err(std::io::Error::other(
                "the thread ended while it began",
            ))),
        }
    }

    /// Runs `call` on the value's thread, after the calls before it.
    ///
    /// # Errors
    /// [`Gone`].
    pub(crate) async fn call<R: Send + 'static>(
        &self,
        call: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Result<R, Gone> {
        let (answer, receiver) = oneshot::channel();
        self.send(move |value| {
            let _ = answer.send(call(value));
        })?;
        receiver.await.map_err(|_| Gone)
    }

    /// The same for a caller that may block: a thread of our own, never the window's.
    ///
    /// # Errors
    /// [`Gone`].
    pub(crate) fn call_blocking<R: Send + 'static>(
        &self,
        call: impl FnOnce(&mut T) -> R + Send + 'static,
    ) -> Result<R, Gone> {
        let (answer, receiver) = channel();
        self.send(move |value| {
            let _ = answer.send(call(value));
        })?;
        receiver.recv().map_err(|_| Gone)
    }

    /// Runs `call` some time; nobody waits.
    ///
    /// # Errors
    /// [`Gone`].
    pub(crate) fn send(&self, call: impl FnOnce(&mut T) + Send + 'static) -> Result<(), Gone> {
        let calls = self
            .inner
            .calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        calls
            .as_ref()
            .ok_or(Gone)?
            .send(Box::new(call))
            .map_err(|_| Gone)
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        self.calls
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

fn serve<T: Owned>(mut value: T, calls: &Receiver<Call<T>>) {
    loop {
        let call = match value.deadline() {
            Some(deadline) => {
                calls.recv_timeout(deadline.saturating_duration_since(Instant::now()))
            }
            None => calls.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match call {
            // A broken invariant of ours fails that call, loudly; the text in memory is still there to be saved.
            Ok(call) => {
                if catch_unwind(AssertUnwindSafe(|| call(&mut value))).is_err() {
                    tracing::error!("a call on an owner's thread panicked");
                }
            }
            Err(RecvTimeoutError::Timeout) => value.wake(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    value.close();
}
