//! From a task to a packed prompt, and from a stream to candidates in pieces one can take.
