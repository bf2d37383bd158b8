//! The head of an answer: chatter before the text, the fence that wraps it, the page said over again.
//!
//! All of it is decided by one function of the head, which either knows or asks for more; so the result
//! cannot depend on how the stream was cut. It asks for more only while the head still looks like
//! something to remove. When in doubt the text stays.

use crafts::Craft;

use crate::chatter::{self, Line};
use crate::language::is_han;
use crate::seam::{Fit, Seam, is_cue};

/// A code fence that was opened: its character and how many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) mark: char,
    pub(crate) count: usize,
}

/// What the head turned out to be: `drop` bytes go, `insert` comes, and `fence` must close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) drop: usize,
    pub(crate) insert: String,
    pub(crate) fence: Option<Fence>,
}

/// Judges the head of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    seam: Seam,
    chatter: bool,
    /// Ends of the page that an answer may say over again, longest first, without white space around them.
    echoes: Vec<String>,
}

/// How many lines back an echo may begin.
const ECHO_LINES: usize = 12;

impl Opening {
    /// `chatter` says that the model was asked in a chat and may talk about its answer; `echo` that it was
    /// shown the page apart from its answer and may begin with what stands there already.
    pub(crate) fn new(seam: Seam, chatter: bool, echo: bool) -> Self {
        let echoes = if echo { echoes(&seam) } else { vec![] };
        Self {
            seam,
            chatter,
            echoes,
        }
    }

    /// Says that white space at the head means nothing, since thoughts stood before it.
    pub(crate) fn afresh(&mut self) {
        if self.seam.fit == Fit::Exact {
            self.seam.fit = Fit::Loose;
        }
    }

    /// Judges `head`; `None` asks for more, unless `whole` says that there is no more.
    pub(crate) fn judge(&self, head: &str, whole: bool) -> Option<Opened> {
        let mut drop = if self.chatter {
            chatter_before(head, whole)?
        } else {
            0
        };
        let (len, fence) = match fence(&head[drop..], self.seam.craft, whole)? {
            Some((len, fence)) => (len, Some(fence)),
            None => (0, None),
        };
        drop += len;
        let mut fit = self.seam.fit;
        if drop > 0 && fit == Fit::Exact {
            fit = Fit::Loose;
        }
        let echoed = self.echo(&head[drop..], whole)?;
        if echoed > 0 {
            // What follows an echo goes on from the caret itself.
            drop += echoed;
            fit = Fit::Exact;
        }
        let lead = self.seam.with(fit).lead(&head[drop..], whole)?;
        Some(Opened {
            drop: drop + lead.drop,
            insert: lead.insert,
            fence,
        })
    }

    /// How many bytes of `head` say the end of the page again, with the line ends that the page has too.
    fn echo(&self, head: &str, whole: bool) -> Option<usize> {
        if self.echoes.is_empty() {
            return Some(0);
        }
        let body = head.trim_start();
        if body.is_empty() {
            return whole.then_some(0);
        }
        let white = head.len() - body.len();
        let page = &self.seam.before;
        let page_white = &page[page.trim_end().len()..];
        for echo in &self.echoes {
            match same_words(echo, body) {
                Same::No => {}
                Same::SoFar if whole => {}
                Same::SoFar => return None,
                Same::Yes(len) => {
                    let rest = &body[len..];
                    let next = rest.chars().next();
                    if page_white.contains('\n') && next.is_some_and(|c| !c.is_whitespace()) {
                        continue; // `rain` and then `rainbow`: another word
                    }
                    let spaces = rest.len() - rest.trim_start().len();
                    if spaces == rest.len() && !whole {
                        return None;
                    }
                    let ours = page_white.matches('\n').count();
                    let line_ends = rest[..spaces]
                        .match_indices('\n')
                        .take(ours)
                        .last()
                        .map_or(0, |(at, _)| at + 1);
                    return Some(white + len + line_ends);
                }
            }
        }
        Some(0)
    }
}

/// Bytes of chatter at the head.
fn chatter_before(head: &str, whole: bool) -> Option<usize> {
    let (mut at, mut skip) = (0, 0);
    loop {
        let body = head[at..].trim_start();
        if body.is_empty() {
            return whole.then_some(skip);
        }
        at = head.len() - body.len();
        if is_fence_start(body) {
            // Whatever was said before a fence was said about it, if it was an assent.
            return match body.len() {
                0..3 if !whole => None,
                0..3 => Some(skip),
                _ => Some(at),
            };
        }
        match chatter::line(body, whole)? {
            Line::Assent(len) => at += len,
            Line::Chatter(len) => {
                at += len;
                skip = at;
            }
            Line::Label(len) => return Some(at + len),
            Line::Text => return Some(skip),
        }
    }
}

fn is_fence_start(body: &str) -> bool {
    let marks = body.len().min(3);
    body.is_char_boundary(marks)
        && ("```".starts_with(&body[..marks]) || "~~~".starts_with(&body[..marks]))
}

/// A fence at the head, if it wraps the answer: its bytes with the line end, and the fence.
#[expect(
    clippy::option_option,
    reason = "None asks for more, as everywhere in this file"
)]
fn fence(head: &str, craft: Craft, whole: bool) -> Option<Option<(usize, Fence)>> {
    let body = head.trim_start();
    if body.is_empty() {
        return Some(None);
    }
    if !is_fence_start(body) {
        return Some(None);
    }
    let white = head.len() - body.len();
    let Some(line_end) = body.find('\n') else {
        let short = body.len() <= 40;
        return if short && !whole { None } else { Some(None) };
    };
    let line = body[..line_end].trim_end();
    let mark = if line.starts_with('~') { '~' } else { '`' };
    let language = line.trim_start_matches(mark);
    let count = line.len() - language.len();
    let language = language.trim();
    let plain = line_end <= 40
        && count >= 3
        && language
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+'));
    // In Markdown a fence may be the writer's own: only one that says `markdown` wraps the page.
    let wraps = plain
        && match craft {
            Craft::Screenplay | Craft::Lyrics | Craft::Story => true,
            Craft::Notes => ["markdown", "md", "text", "txt", "plaintext"].contains(&language),
        };
    Some(wraps.then_some((white + line_end + 1, Fence { mark, count })))
}

enum Same {
    No,
    /// As far as the text goes.
    SoFar,
    /// That many bytes of the text.
    Yes(usize),
}

/// Compares words, whatever white space is between them.
fn same_words(echo: &str, text: &str) -> Same {
    let mut rest = text;
    let mut echo = echo.chars().peekable();
    while let Some(want) = echo.next() {
        if want.is_whitespace() {
            while echo.peek().is_some_and(|c| c.is_whitespace()) {
                echo.next();
            }
            let trimmed = rest.trim_start();
            if trimmed.is_empty() {
                return Same::SoFar;
            }
            if trimmed.len() == rest.len() {
                return Same::No;
            }
            rest = trimmed;
            continue;
        }
        match rest.chars().next() {
            None => return Same::SoFar,
            Some(c) if c == want => rest = &rest[c.len_utf8()..],
            Some(_) => return Same::No,
        }
    }
    Same::Yes(text.len() - rest.len())
}

/// The ends of the page so telling that saying them again cannot be meant, longest first.
fn echoes(seam: &Seam) -> Vec<String> {
    if seam.fit == Fit::Replaces {
        return vec![];
    }
    let page = seam.before.trim_end();
    let fresh = seam.before[page.len()..].contains('\n');
    let mut starts: Vec<usize> = page
        .rmatch_indices('\n')
        .map(|(at, _)| at + 1)
        .chain([0])
        .filter(|at| {
            !page[*at..]
                .lines()
                .next()
                .unwrap_or_default()
                .trim()
                .is_empty()
        })
        .take(ECHO_LINES)
        .collect();
    if !fresh {
        // In a paragraph that is still being written an echo may begin with its last sentence.
        let line = page.rfind('\n').map_or(0, |at| at + 1);
        starts.extend(
            page[line..]
                .match_indices(['.', '!', '?', '。', '！', '？'])
                .map(|(at, mark)| line + at + mark.len()),
        );
    }
    starts.sort_unstable();
    starts.dedup();
    starts
        .into_iter()
        .map(|at| (page[at..].trim(), page[..at].trim().is_empty()))
        .filter(|(echo, whole)| is_telling(echo, seam.craft, fresh, *whole))
        .map(|(echo, _)| echo.to_owned())
        .collect()
}

fn is_telling(echo: &str, craft: Craft, fresh: bool, whole: bool) -> bool {
    // A Han character says as much as two letters.
    let weight: usize = echo
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if is_han(c) { 2 } else { 1 })
        .sum();
    let lines = echo.lines().filter(|line| !line.trim().is_empty()).count();
    if !fresh {
        return weight >= 8 || (echo.contains(' ') && weight >= 4);
    }
    match craft {
        // Songs repeat their lines on purpose, whole choruses too.
        Craft::Lyrics => lines >= 6 || (whole && lines >= 3),
        Craft::Screenplay if lines == 1 && is_cue(echo) => true,
        Craft::Screenplay | Craft::Story | Craft::Notes => {
            weight >= 20 || (lines >= 2 && weight >= 12)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(craft: Craft, before: &str, head: &str) -> String {
        let seam = Seam {
            craft,
            before: before.into(),
            after: String::new(),
            fit: Fit::Loose,
        };
        let opening = Opening::new(seam, true, true);
        let opened = opening.judge(head, true).unwrap();
        // The judgement of any longer head is the judgement of the first head that knew.
        for (at, c) in head.char_indices() {
            if let Some(early) = opening.judge(&head[..at + c.len_utf8()], false) {
                assert_eq!(early, opened, "at {at}");
            }
        }
        format!("{}{}", opened.insert, &head[opened.drop..])
    }

    #[test]
    fn chatter_before_the_text_goes() {
        let s = Craft::Screenplay;
        for chatter in [
            "Here is the continuation:\n\n",
            "Sure! Here's the next part of the scene:\n",
            "Sure!\n\nHere is the scene:\n\n",
            "**Continuation:**\n\n",
            "Certainly. I'll continue with the rewritten scene.\n\n",
            "当然！以下是续写：\n\n",
            "好的，下面是改写后的版本：\n",
            "Sure, here's the continuation: ",
            "Sure!\n```fountain\n",
            "```\n",
        ] {
            assert_eq!(
                open(s, "", &format!("{chatter}Rain falls.")),
                "Rain falls.",
                "{chatter:?}"
            );
        }
    }

    #[test]
    fn words_of_the_page_that_resemble_chatter_stay() {
        for (craft, text) in [
            (Craft::Lyrics, "Sure, I know you\nSure as rain"),
            (Craft::Lyrics, "Here is my heart:\ntake it"),
            (Craft::Screenplay, "Here is the man. He waits."),
            (Craft::Lyrics, "当然我知道\n你不会来"),
            (Craft::Lyrics, "Sure!\nWhy not"),
            (Craft::Notes, "```rust\nlet a = 1;\n```"),
            (Craft::Screenplay, "Okay, let's go: now."),
        ] {
            assert_eq!(open(craft, "", text), text);
        }
    }

    #[test]
    fn the_page_said_over_again_is_trimmed() {
        let s = Craft::Screenplay;
        assert_eq!(
            open(s, "Rain.\n\nMARA\nI know you", "I know you did it."),
            " did it."
        );
        assert_eq!(open(s, "Rain.\n\nMARA\n", "MARA\nI know."), "I know.");
        assert_eq!(
            open(
                s,
                "Rain falls on the old pier.\n\n",
                "Rain falls on the old pier.\n\nMARA\nNo."
            ),
            "MARA\nNo."
        );
        assert_eq!(
            open(s, "It is late. She walks to the", "She walks to the door."),
            " door."
        );
        assert_eq!(
            open(Craft::Notes, "雨落在旧码头的木板", "雨落在旧码头的木板上。"),
            "上。"
        );
    }

    #[test]
    fn a_refrain_is_no_echo() {
        let text = "Let it rain\nLet it rain on me";
        assert_eq!(open(Craft::Lyrics, "Oh\nLet it rain\n", text), text);
        assert_eq!(open(Craft::Screenplay, "MARA\nNo.\n", "No.\n"), "No.\n");
    }
}
