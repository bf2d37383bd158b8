//! Lyrics: sections, chords and syllables of a plain-text song.
