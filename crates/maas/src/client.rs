//! The connection to one service: address, key, and what was learned about it.

use std::error::Error as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use inference::Error;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url, redirect};

use crate::endpoint::Endpoint;
use crate::known::Known;
use crate::provider::{self, Provider};
use crate::secret::Secret;
use crate::service::Options;

/// Longest error body that is read.
const BODY: usize = 64 << 10;

/// One service, one model, one key.
pub(crate) struct Line {
    client: Client,
    pub(crate) endpoint: Endpoint,
    pub(crate) key: Option<Secret>,
    pub(crate) model: String,
    pub(crate) options: Options,
    pub(crate) provider: Provider,
    known: Mutex<Known>,
    warning: Mutex<Option<Error>>,
}

impl Line {
    /// Prepares the connection; nothing is sent.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the system's TLS cannot be set up.
    pub(crate) fn new(
        endpoint: Endpoint,
        key: Option<Secret>,
        model: String,
        options: Options,
    ) -> Result<Self, Error> {
        let provider = provider::of(endpoint.host_name());
        let mut headers = HeaderMap::new();
        if let Some(key) = &key {
            let (name, value) = match provider.key_header {
                Some(name) => (HeaderName::from_static(name), key.reveal().to_owned()),
                None => (AUTHORIZATION, format!("Bearer {}", key.reveal())),
            };
            let mut value =
                HeaderValue::from_str(&value).expect("a secret is made of printable ASCII");
            value.set_sensitive(true); // neither printed nor put into HTTP/2's table
            headers.insert(name, value);
        }
        let mut builder = Client::builder()
            .user_agent(concat!("palimpsest/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(options.connect)
            // No total limit: a long answer is a healthy one. Reads are limited in `take`.
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_keep_alive_timeout(Duration::from_secs(20))
            .tcp_keepalive(Duration::from_secs(30))
            .redirect(redirect::Policy::custom(same_origin));
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| Error::Unreachable {
            host: endpoint.host(),
            cause: innermost(&error),
        })?;
        Ok(Self {
            client,
            key,
            model,
            provider,
            known: Mutex::new(options.known.clone()),
            warning: Mutex::new(None),
            endpoint,
            options,
        })
    }

    pub(crate) fn host(&self) -> String {
        self.endpoint.host()
    }

    pub(crate) fn known(&self) -> Known {
        lock(&self.known).clone()
    }

    pub(crate) fn learn(&self, lesson: impl FnOnce(&mut Known)) {
        lesson(&mut lock(&self.known));
    }

    pub(crate) fn warning(&self) -> Option<Error> {
        lock(&self.warning).clone()
    }

    pub(crate) fn warn(&self, warning: Option<Error>) {
        *lock(&self.warning) = warning;
    }

    /// Asks for `url`.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::TimedOut`] or [`Error::Truncated`].
    pub(crate) async fn get(&self, url: Url, limit: Duration) -> Result<Response, Error> {
        self.send(self.client.get(url), limit).await
    }

    /// Sends `body` to `url`.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(crate) async fn post(
        &self,
        url: Url,
        body: &serde_json::Value,
        limit: Duration,
    ) -> Result<Response, Error> {
        let request = self
            .client
            .post(url)
            .header("accept", "text/event-stream, application/json")
            .json(body);
        self.send(request, limit).await
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        limit: Duration,
    ) -> Result<Response, Error> {
        match tokio::time::timeout(limit, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if error.is_timeout() => Err(Error::TimedOut {
                host: self.host(),
                after: self.options.connect,
            }),
            Ok(Err(error)) if error.is_connect() => Err(Error::Unreachable {
                host: self.host(),
                cause: Secret::redact(self.key.as_ref(), &innermost(&error)),
            }),
            Ok(Err(_)) => Err(Error::Truncated { host: self.host() }),
            Err(_) => Err(Error::TimedOut {
                host: self.host(),
                after: limit,
            }),
        }
    }

    /// The body of an answer that is no stream: as much of it as is worth reading, decoded.
    pub(crate) async fn body(&self, mut response: Response, cap: usize) -> Result<String, Error> {
        let mut body = Vec::new();
        loop {
            match tokio::time::timeout(self.options.probe, response.chunk()).await {
                Ok(Ok(Some(bytes))) => {
                    body.extend_from_slice(&bytes);
                    if body.len() > cap {
                        break;
                    }
                }
                Ok(Ok(None)) => break,
                Ok(Err(_)) => return Err(Error::Truncated { host: self.host() }),
                Err(_) => {
                    return Err(Error::TimedOut {
                        host: self.host(),
                        after: self.options.probe,
                    });
                }
            }
        }
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// The body of a refusal. What cannot be read is left out: the status says enough.
    pub(crate) async fn refusal(&self, response: Response) -> String {
        self.body(response, BODY).await.unwrap_or_default()
    }
}

/// Text and key go to the host that the writer was told of, and to no other.
fn same_origin(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let first = attempt.previous().first().map(Url::origin);
    if first == Some(attempt.url().origin()) && attempt.previous().len() <= 5 {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// What the network said, without the address around it.
fn innermost(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = match error.source() {
        Some(source) => source,
        None => return "no connection".into(),
    };
    while let Some(source) = inner.source() {
        inner = source;
    }
    let said = inner.to_string();
    // OpenSSL: `error:0A000086:SSL routines:function:reason:file:line:`.
    match said
        .strip_prefix("error:")
        .and_then(|rest| rest.split(':').nth(3))
    {
        Some(reason) if !reason.is_empty() => reason.to_owned(),
        Some(_) | None => said,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The guarded data is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
