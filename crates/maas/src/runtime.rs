//! One small thread for all network work, so that callers need no runtime of their own.

use std::future::Future;
use std::sync::Arc;

use inference::Error;

/// The thread on which services do their network work. Cheap to clone; shared by all services.
///
/// Dropping the last handle stops every take that still runs ([`inference::Ended::Stopped`]). A
/// [`Service`](crate::Service) holds one.
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner(Option<tokio::runtime::Runtime>);

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`Error::Engine`] when the system gives no thread; its code is the system's.
    pub fn start() -> Result<Self, Error> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(4) // host names are looked up there
            .thread_name("maas")
            .enable_all()
            .build()
            .map(|runtime| Self(Arc::new(Inner(Some(runtime)))))
            .map_err(|error| Error::Engine {
                doing: "starting the network thread",
                code: error.raw_os_error().unwrap_or(-1),
            })
    }

    /// Runs `work` on the network thread and waits for it here. For callers without a runtime; never from
    /// inside an async function (it would block that runtime's thread).
    pub fn block_on<F>(&self, work: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.handle().spawn(async move {
            // The receiver waits below, so this cannot fail.
            let _ = sender.send(work.await);
        });
        receiver
            .recv()
            .expect("the runtime lives as long as `self`, so the work was done")
    }

    pub(crate) fn handle(&self) -> &tokio::runtime::Handle {
        self.0
            .0
            .as_ref()
            .expect("only `drop` takes the runtime out")
            .handle()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Not the plain drop: that one panics when the last handle goes inside another runtime.
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_for_callers_without_a_runtime() {
        let runtime = Runtime::start().unwrap();
        assert_eq!(runtime.block_on(async { 2 + 2 }), 4);
    }

    #[test]
    fn the_last_handle_may_go_inside_a_runtime() {
        let outer = Runtime::start().unwrap();
        let inner = Runtime::start().unwrap();
        outer.block_on(async move { drop(inner) });
    }
}
