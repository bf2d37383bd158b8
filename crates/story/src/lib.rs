//! Game stories in ink: elements, problems, outline and play.
