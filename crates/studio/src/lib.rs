//! The program without a window: open projects, models, settings and running drafts.
