//! What a model is: requests, events, streams and the Model trait, without an engine or a network.
