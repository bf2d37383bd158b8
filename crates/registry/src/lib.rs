//! Model files: the catalogue, where they lie, a checked GGUF header, and the memory they need.
