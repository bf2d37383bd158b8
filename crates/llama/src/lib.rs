//! The local engine: one thread that owns a llama.cpp context and serves token streams.
