//! A small server that says exactly what a test tells it to, byte by byte.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Barrier, watch};

/// What a client asked.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// One thing that the server does in answer.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// Waits until as many answers as the barrier counts have come to it.
    Meet(Arc<Barrier>),
    /// Says nothing more until the client is gone.
    Hang,
}

/// An answer, step by step. The connection is closed after the last one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply(pub(crate) Vec<Step>);

impl Reply {
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self(vec![Step::Send(bytes.as_ref().to_vec())])
    }

    /// A status with headers and a body.
    pub(crate) fn status(status: u16, headers: &[&str], body: &str) -> Self {
        let mut head = format!(
            "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        for header in headers {
            head.push_str(header);
            head.push_str("\r\n");
        }
        Self::raw(format!("{head}\r\n{body}"))
    }

    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::status(status, &["Content-Type: application/json"], body)
    }

    pub(crate) fn html(status: u16) -> Self {
        Self::status(
            status,
            &["Content-Type: text/html"],
            "<!DOCTYPE html><html><body>Sign in</body></html>",
        )
    }

    /// The head of a stream whose end is the connection's end.
    pub(crate) fn stream() -> Self {
        Self::raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    }

    pub(crate) fn send(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.0.push(Step::Send(bytes.as_ref().to_vec()));
        self
    }

    /// One event with this JSON.
    pub(crate) fn event(self, json: &str) -> Self {
        self.send(format!("data: {json}\n\n"))
    }

    /// One event of a chat with these words.
    pub(crate) fn says(self, text: &str) -> Self {
        let text = Value::from(text);
        self.event(&format!(
            r#"{{"choices":[{{"index":0,"delta":{{"content":{text}}},"finish_reason":null}}]}}"#
        ))
    }

    pub(crate) fn thinks(self, text: &str) -> Self {
        let text = Value::from(text);
        self.event(&format!(
            r#"{{"choices":[{{"index":0,"delta":{{"content":null,"reasoning_content":{text}}}}}]}}"#
        ))
    }

    pub(crate) fn ends(self, reason: &str) -> Self {
        self.event(&format!(
            r#"{{"choices":[{{"index":0,"delta":{{}},"finish_reason":"{reason}"}}]}}"#
        ))
    }

    pub(crate) fn done(self) -> Self {
        self.send("data: [DONE]\n\n")
    }

    pub(crate) fn pause(mut self, ms: u64) -> Self {
        self.0.push(Step::Pause(Duration::from_millis(ms)));
        self
    }

    pub(crate) fn meet(mut self, barrier: &Arc<Barrier>) -> Self {
        self.0.push(Step::Meet(barrier.clone()));
        self
    }

    pub(crate) fn hang(mut self) -> Self {
        self.0.push(Step::Hang);
        self
    }

    /// The same answer, each byte in a packet of its own.
    pub(crate) fn byte_by_byte(self) -> Self {
        let steps = self.0.into_iter().flat_map(|step| match step {
            Step::Send(bytes) => bytes
                .into_iter()
                .map(|byte| Step::Send(vec![byte]))
                .collect(),
            step => vec![step],
        });
        Self(steps.collect())
    }
}

type Route = dyn Fn(&Seen, usize) -> Reply + Send + Sync;

/// A running server. It ends when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    gone: watch::Receiver<usize>,
    called: watch::Receiver<usize>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Server {
    /// Answers each request by `route`, which is told how many requests for the same path came before.
    pub(crate) fn start(route: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let (leaving, gone) = watch::channel(0);
        let (calling, called) = watch::channel(0);
        let log = seen.clone();
        let route = move |seen: &Seen, before| {
            if seen.method == "POST" {
                calling.send_modify(|calls| *calls += 1);
            }
            route(seen, before)
        };
        let route: Arc<Route> = Arc::new(route);
        let leaving = Arc::new(leaving);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, route.clone(), log.clone(), leaving.clone()));
            }
        });
        Self {
            address,
            seen,
            gone,
            called,
            runtime: Some(runtime),
        }
    }

    /// Lists the model `m` at `/v1`, and answers calls in this order; the last answer stands for all later ones.
    pub(crate) fn answers(replies: Vec<Reply>) -> Self {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        Self::start(move |seen, _| {
            if seen.method == "GET" {
                return models(seen);
            }
            let n = calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            replies[n.min(replies.len() - 1)].clone()
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Bodies of the calls, without the lists of models.
    pub(crate) fn calls(&self) -> Vec<Seen> {
        self.seen()
            .into_iter()
            .filter(|seen| seen.method == "POST")
            .collect()
    }

    /// Waits until a client sent a call.
    #[track_caller]
    pub(crate) fn wait_until_called(&self, within: Duration) {
        assert!(
            self.comes(&self.called, within),
            "no call came within {within:?}"
        );
    }

    /// Waits until a client left a hanging answer.
    #[track_caller]
    pub(crate) fn wait_until_left(&self, within: Duration) {
        assert!(
            self.comes(&self.gone, within),
            "the client held its connection for {within:?}"
        );
    }

    fn comes(&self, count: &watch::Receiver<usize>, within: Duration) -> bool {
        let mut count = count.clone();
        let runtime = self.runtime.as_ref().expect("only `drop` takes it out");
        runtime.block_on(async {
            tokio::time::timeout(within, count.wait_for(|&count| count > 0))
                .await
                .is_ok()
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The list of models at `/v1/models`, and nothing elsewhere.
pub(crate) fn models(seen: &Seen) -> Reply {
    if seen.path == "/v1/models" {
        Reply::json(
            200,
            r#"{"object":"list","data":[{"id":"m","context_length":4096},{"id":"other"}]}"#,
        )
    } else {
        Reply::status(404, &[], "404 page not found")
    }
}

async fn serve(
    mut stream: TcpStream,
    route: Arc<Route>,
    log: Arc<Mutex<Vec<Seen>>>,
    leaving: Arc<watch::Sender<usize>>,
) {
    let _ = stream.set_nodelay(true);
    let Some(seen) = request(&mut stream).await else {
        return;
    };
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|old| old.path == seen.path).count();
        log.push(seen.clone());
        before
    };
    for step in route(&seen, before).0 {
        match step {
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    leaving.send_modify(|gone| *gone += 1);
                    return;
                }
                // Lets the packet go before the next one.
                tokio::task::yield_now().await;
            }
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::Meet(barrier) => {
                barrier.wait().await;
            }
            Step::Hang => {
                let mut byte = [0];
                let _ = stream.read(&mut byte).await;
                leaving.send_modify(|gone| *gone += 1);
                return;
            }
        }
    }
}

async fn request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let n = stream.read(&mut buffer).await.ok().filter(|&n| n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        if bytes[0] == 0x16 {
            // TLS where none is spoken: what a web server says to it.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length: usize = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        })
        .unwrap_or(0);
    while bytes.len() < end + length {
        let n = stream.read(&mut buffer).await.ok().filter(|&n| n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
    }
    let mut first = head.split(' ');
    Some(Seen {
        method: first.next()?.into(),
        path: first.next()?.into(),
        body: serde_json::from_slice(&bytes[end..]).unwrap_or(Value::Null),
        head,
    })
}
