//! The end of an answer: the closing fence, talk about the answer, and the white space that joins it to
//! the text after it.

use crafts::Craft;

use crate::chatter;
use crate::language::is_han;
use crate::opening::Fence;
use crate::seam::Seam;

/// Lets an answer through and keeps back what might turn out to be its end. The result does not depend on
/// how the text is cut.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    seam: Seam,
    /// What joins the answer to the page; let out with its first words.
    lead: String,
    chatter: bool,
    fence: Option<Fence>,
    /// The page's next line after the place: an answer that comes to it has run into what is there already.
    next_line: Option<String>,
    /// Inside a fence within the fence, which only Markdown has.
    inner: bool,
    /// Not judged yet; begins at a line's start unless `mid_line`.
    held: String,
    mid_line: bool,
    after_blank: bool,
    /// White space that is let out only when words follow it.
    white: String,
    last: Option<char>,
    over: bool,
}

impl Ending {
    /// `shown` says that the model was shown the text after the place.
    pub(crate) fn new(
        seam: Seam,
        lead: String,
        chatter: bool,
        shown: bool,
        fence: Option<Fence>,
    ) -> Self {
        Self {
            next_line: next_line(&seam).filter(|_| shown),
            seam,
            lead,
            chatter,
            fence,
            inner: false,
            held: String::new(),
            mid_line: false,
            after_blank: false,
            white: String::new(),
            last: None,
            over: false,
        }
    }

    pub(crate) fn push(&mut self, text: &str, out: &mut String) {
        if !self.over {
            self.held.push_str(text);
            self.run(false, out);
        }
    }

    /// Says that no more comes, and closes the seam with the text after the caret.
    pub(crate) fn finish(&mut self, out: &mut String) {
        self.run(true, out);
        if let Some(last) = self.last {
            out.push_str(&self.seam.tail(last));
        }
    }

    fn run(&mut self, whole: bool, out: &mut String) {
        while !self.over && !self.held.is_empty() {
            let line_end = self.held.find('\n');
            if !self.mid_line {
                match self.judge(line_end, whole) {
                    None => return,
                    Some(true) => {
                        self.over = true;
                        return;
                    }
                    Some(false) => {}
                }
            }
            let end = line_end.map_or(self.held.len(), |at| at + 1);
            let text: String = self.held.drain(..end).collect();
            self.after_blank = !self.mid_line && text.trim().is_empty();
            self.mid_line = line_end.is_none();
            self.emit(&text, out);
        }
    }

    /// True when the answer ends before the line that `held` begins with; `None` asks for more.
    fn judge(&mut self, line_end: Option<usize>, whole: bool) -> Option<bool> {
        let line = &self.held[..line_end.unwrap_or(self.held.len())];
        if let Some(next) = &self.next_line
            && self.last.is_some()
        {
            let line = line.trim();
            if line_end.is_none() && !whole && next.starts_with(line) {
                return None;
            }
            if line == next {
                return Some(true);
            }
        }
        if let Some(fence) = self.fence {
            let text = line.trim_start_matches([' ', '\t']);
            let marks = text.chars().take_while(|c| *c == fence.mark).count();
            let rest = text[marks..].trim();
            if line_end.is_none() && !whole && rest.is_empty() {
                return None;
            }
            if marks < fence.count {
                return Some(false);
            }
            if line_end.is_none() && !whole && self.seam.craft == Craft::Notes {
                return None;
            }
            match (rest.is_empty(), self.inner) {
                (true, false) => return Some(true),
                (true, true) => self.inner = false,
                (false, _) => self.inner = self.inner || self.seam.craft == Craft::Notes,
            }
            return Some(false);
        }
        if self.chatter && self.after_blank && self.last.is_some() {
            return chatter::trails(&self.held, whole);
        }
        // A line of white space may or may not be empty.
        if self.chatter && line_end.is_none() && !whole && line.trim().is_empty() {
            return None;
        }
        Some(false)
    }

    fn emit(&mut self, text: &str, out: &mut String) {
        let words = text.trim_end();
        if words.is_empty() {
            self.white.push_str(text);
            return;
        }
        if self.last.is_some() {
            out.push_str(&self.white);
            out.push_str(words);
        } else {
            // The lead stands for the answer's own white space.
            out.push_str(&self.lead);
            out.push_str(words.trim_start());
        }
        self.white.clear();
        self.white.push_str(&text[words.len()..]);
        self.last = words.chars().next_back();
    }
}

/// The first line after the place, if coming to it by chance is out of the question. Songs repeat lines.
fn next_line(seam: &Seam) -> Option<String> {
    const TELLING: usize = 20;
    let line = seam.after.trim_start().split('\n').next()?.trim();
    let whole = seam.after.trim_start().len() > line.len();
    let weight: usize = line.chars().map(|c| if is_han(c) { 2 } else { 1 }).sum();
    let repeats = match seam.craft {
        Craft::Lyrics => true,
        Craft::Screenplay | Craft::Story | Craft::Notes => false,
    };
    // A caret inside a line leaves only its rest, which says little.
    let starts = seam.after.starts_with('\n') || line_starts(seam);
    (whole && starts && !repeats && weight >= TELLING).then(|| line.to_owned())
}

/// True when the text after the place begins a line.
fn line_starts(seam: &Seam) -> bool {
    seam.before.is_empty() || seam.before.ends_with('\n')
}
