//! The .palimpsest file: documents, every edit with its author, undo, versions and anchors in SQLite.
