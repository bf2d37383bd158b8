//! What a model is: requests, events, streams and the [`Model`] trait, without an engine or a network.
//!
//! An opened model takes a [`Request`] and answers with a [`TokenStream`] at once; everything that can
//! go wrong later comes as the stream's last event. Dropping the stream cancels. One request is one
//! take: several takes of one prompt are several requests, and an engine shares what they share.

mod channel;
mod error;
mod model;
mod request;
mod sampling;

pub use channel::{Canceller, TokenSender, TokenStream, channel};
pub use error::Error;
pub use model::{Capabilities, Device, Model, ModelInfo, Place};
pub use request::{
    Alternative, Ended, Event, Finish, Message, Mode, Priority, Prompt, Request, Role, Usage,
};
pub use sampling::Sampling;
