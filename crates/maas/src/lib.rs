//! Remote model services, spoken to as OpenAI-compatible endpoints, as models.
//!
//! Start at [`Endpoint::parse`] for the address as the writer gave it, then [`Service::new`], which is an
//! [`inference::Model`]. [`Service::test_connection`] finds out what the service can do; what was learned
//! is [`Known`], which a caller keeps between starts. [`Keys`] keeps keys in the system's keyring.
//!
//! Invariants: a key never appears in an error, a log line or `Debug`; a request is only repeated before its
//! first word arrived; what arrived is never taken back; a stream ends with exactly one `Ended`; text goes
//! to the endpoint's own host and to no other, whatever a redirect says.

mod answer;
mod body;
pub mod check;
mod chunk;
mod client;
mod endpoint;
mod estimate;
mod fault;
mod keys;
mod known;
mod probe;
mod provider;
mod reading;
mod retry;
mod runtime;
mod secret;
mod service;
mod sse;
mod take;
mod verdict;

pub use endpoint::{Endpoint, EndpointError};
pub use keys::{Found, Kept, KeyError, KeyPlace, Keys};
pub use known::{Known, Parameter, PrefixForm};
pub use probe::{RemoteModel, TestReport};
pub use runtime::Runtime;
pub use secret::Secret;
pub use service::{Options, Service};
