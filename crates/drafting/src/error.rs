//! Why a prompt cannot be packed.

/// Why a prompt cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The model can neither go on with text nor chat.
    #[error("the model takes no prompt of any kind")]
    Unsupported,
    /// The parts that must go along, the answer and the thoughts leave no room for the page.
    #[error("{needed} tokens are needed at least and the model reads {context}")]
    NoRoom {
        /// What would do.
        needed: u32,
        /// What the model reads.
        context: u32,
    },
    /// The caret or the selection is not in the text, or inside a character.
    #[error("{start}..{end} is no place in a text of {len} bytes")]
    NoSuchPlace {
        /// First byte.
        start: usize,
        /// Last byte.
        end: usize,
        /// The text's bytes.
        len: usize,
    },
    /// The task reads a selection and there is none, or the other way round.
    #[error("the task {task} reads another place")]
    WrongPlace {
        /// The task.
        task: String,
    },
    /// The task needs an instruction.
    #[error("the task {task} needs an instruction")]
    NoInstruction {
        /// The task.
        task: String,
    },
    /// The task has no ready instruction of this id.
    #[error("the task {task} has no instruction {id}")]
    UnknownInstruction {
        /// The task.
        task: String,
        /// What was asked for.
        id: String,
    },
    /// A template of the task failed.
    #[error("the template of the part {part} of the task {task} failed")]
    Template {
        /// The task.
        task: String,
        /// The part.
        part: &'static str,
        /// Where and why.
        #[source]
        cause: Box<minijinja::Error>,
    },
}
