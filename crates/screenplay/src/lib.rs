//! Fountain screenplays: text in, typed elements, outline, length and layout out.
