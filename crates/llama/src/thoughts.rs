//! Which tokens of an answer are thoughts, so that they are counted apart and have a budget of their own.
//!
//! The text itself stays as it is: whoever shows it folds the thoughts away.

/// How a thought begins and ends. The channels of the harmony form begin their answer with a mark too.
const MARKS: [(&str, &str); 4] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("[THINK]", "[/THINK]"),
    ("<|channel|>analysis", "<|channel|>final"),
];

#[derive(Debug)]
enum State {
    /// Nothing but white space and what may be the beginning of a mark.
    Beginning(Vec<u8>),
    /// Inside a thought, with what came last of it.
    Thinking {
        close: &'static str,
        tail: Vec<u8>,
    },
    Answer,
}

/// Watches the bytes of one answer.
#[derive(Debug)]
pub(crate) struct Thoughts(State);

impl Thoughts {
    /// `thinks`: the model may begin with a thought.
    pub(crate) fn new(thinks: bool) -> Self {
        Self(if thinks {
            State::Beginning(vec![])
        } else {
            State::Answer
        })
    }

    /// Takes a token's bytes; true when the token belongs to a thought.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        match &mut self.0 {
            State::Answer => false,
            State::Beginning(seen) => {
                seen.extend_from_slice(bytes);
                let text = seen.trim_ascii_start();
                if let Some((_, close)) = MARKS
                    .iter()
                    .find(|(open, _)| text.starts_with(open.as_bytes()))
                {
                    self.0 = State::Thinking {
                        close,
                        tail: vec![],
                    };
                    return true;
                }
                let may_become_one = MARKS
                    .iter()
                    .any(|(open, _)| open.as_bytes().starts_with(text));
                if !may_become_one {
                    self.0 = State::Answer;
                }
                may_become_one
            }
            State::Thinking { close, tail } => {
                tail.extend_from_slice(bytes);
                if tail
                    .windows(close.len())
                    .any(|window| window == close.as_bytes())
                {
                    self.0 = State::Answer;
                } else {
                    let old = tail.len().saturating_sub(close.len());
                    tail.drain(..old);
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `t` for each token of a thought, `a` for each of the answer.
    fn kinds(thinks: bool, tokens: &[&str]) -> String {
        let mut thoughts = Thoughts::new(thinks);
        tokens
            .iter()
            .map(|token| {
                if thoughts.push(token.as_bytes()) {
                    't'
                } else {
                    'a'
                }
            })
            .collect()
    }

    #[test]
    fn a_thought_is_counted_to_the_end_of_its_mark() {
        assert_eq!(
            kinds(
                true,
                &["\n", "<th", "ink>", "so", "</thi", "nk>", "Yes", "<think>"]
            ),
            "ttttttaa"
        );
        assert_eq!(kinds(true, &["[THINK]", "a", "[/THINK]", "b"]), "ttta");
        assert_eq!(
            kinds(
                true,
                &[
                    "<|channel|>",
                    "analysis",
                    "<|message|>",
                    "x",
                    "<|end|>",
                    "<|channel|>",
                    "final",
                    "b"
                ]
            ),
            "ttttttta"
        );
    }

    #[test]
    fn an_answer_without_a_thought_is_all_answer() {
        assert_eq!(kinds(true, &["MARA", "\n", "<think>"]), "aaa");
        assert_eq!(kinds(false, &["<think>", "x"]), "aa");
    }

    #[test]
    fn an_unclosed_thought_goes_on() {
        assert_eq!(kinds(true, &["<think>", "a", "b", "c"]), "tttt");
    }
}
