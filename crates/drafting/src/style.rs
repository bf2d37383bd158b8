//! How a model is addressed.

use inference::{Capabilities, Place};

use crate::error::Error;
use crate::task::{Reads, Task};

/// How a model is addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// The page itself, without any wrapper; the model goes on with it.
    Raw,
    /// A chat whose answer is begun with the page's last line.
    ChatWithPrefix,
    /// A chat that asks for the text alone.
    ChatOnly,
}

/// What the writer prefers for going on from the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wish {
    /// What fits the model.
    #[default]
    Fitting,
    /// The page itself, also with a model trained to chat.
    Page,
    /// A chat, where the model has one.
    Chat,
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Raw, Self::ChatWithPrefix, Self::ChatOnly];

    /// How to address a model for a task. A remote model goes on with the page itself where its service has
    /// that; a local one trained to chat gets its answer begun; instructions go to a chat where there is one.
    ///
    /// # Errors
    /// [`Error::Unsupported`] when the model can neither go on with text nor chat.
    pub fn choose(
        task: &Task,
        can: &Capabilities,
        place: &Place,
        wish: Wish,
    ) -> Result<Self, Error> {
        let chat = match task.reads {
            Reads::Selection => can.chat.then_some(Self::ChatOnly),
            Reads::Caret => match place {
                Place::ThisMachine if can.chat && can.answer_prefix => Some(Self::ChatWithPrefix),
                Place::ThisMachine | Place::Remote { .. } => can.chat.then_some(Self::ChatOnly),
            },
        };
        let raw = can.raw.then_some(Self::Raw);
        let raw_first = match (task.reads, wish) {
            (Reads::Selection, _) | (_, Wish::Chat) => false,
            (Reads::Caret, Wish::Page) => true,
            (Reads::Caret, Wish::Fitting) => matches!(place, Place::Remote { .. }),
        };
        let choice = if raw_first {
            raw.or(chat)
        } else {
            chat.or(raw)
        };
        choice.ok_or(Error::Unsupported)
    }

    /// `raw`, `chat_with_prefix`, `chat_only`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::ChatWithPrefix => "chat_with_prefix",
            Self::ChatOnly => "chat_only",
        }
    }

    /// True unless the page stands alone.
    pub fn is_chat(self) -> bool {
        match self {
            Self::Raw => false,
            Self::ChatWithPrefix | Self::ChatOnly => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tasks;

    #[track_caller]
    fn check(
        task: &str,
        raw: bool,
        chat: bool,
        prefix: bool,
        remote: bool,
        wish: Wish,
        style: Option<Style>,
    ) {
        let can = Capabilities {
            raw,
            chat,
            answer_prefix: prefix,
            seed: true,
            alternatives: false,
            thinks: false,
            context: None,
        };
        let place = if remote {
            Place::Remote {
                host: "host".into(),
            }
        } else {
            Place::ThisMachine
        };
        let tasks = Tasks::bundled();
        let chosen = Style::choose(tasks.get(task).unwrap(), &can, &place, wish).ok();
        assert_eq!(chosen, style);
    }

    #[test]
    fn each_kind_of_model_is_addressed_in_its_way() {
        use Style::{ChatOnly, ChatWithPrefix, Raw};
        use Wish::{Chat, Fitting, Page};
        let (base, instruct) = ((true, false, false), (true, true, true));
        for (task, (raw, chat, prefix), remote, wish, style) in [
            ("continue", base, false, Fitting, Some(Raw)),
            ("continue", instruct, false, Fitting, Some(ChatWithPrefix)),
            ("continue", instruct, false, Page, Some(Raw)),
            ("continue", (true, true, false), true, Fitting, Some(Raw)),
            (
                "continue",
                (false, true, false),
                true,
                Fitting,
                Some(ChatOnly),
            ),
            ("continue", (false, true, false), true, Page, Some(ChatOnly)),
            ("continue", (true, true, false), true, Chat, Some(ChatOnly)),
            (
                "continue",
                (true, true, false),
                false,
                Fitting,
                Some(ChatOnly),
            ),
            ("rewrite", instruct, false, Page, Some(ChatOnly)),
            ("rewrite", base, false, Fitting, Some(Raw)),
            ("rewrite", (false, false, false), true, Fitting, None),
        ] {
            check(task, raw, chat, prefix, remote, wish, style);
        }
    }
}
