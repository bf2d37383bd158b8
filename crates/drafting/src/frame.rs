//! The words around the page in a prompt, and their order.

use crafts::Craft;
use inference::Role;
use minijinja::{Environment, Value, context};
use std::ops::Range;

use crate::error::Error;
use crate::pack::Facts;
use crate::seen::{Part, PartName, Speaker};
use crate::style::Style;
use crate::task::{Prompts, Reads, Task, craft_index};
use crate::tokens::Counter;
use crate::window::Stretch;

/// Which of the page's parts there are.
pub(crate) struct Around {
    pub(crate) before: bool,
    pub(crate) after: bool,
}

/// What all templates of one ask see.
pub(crate) struct Draft<'a> {
    pub(crate) task: &'a Task,
    pub(crate) prompts: &'a Prompts,
    pub(crate) environment: Environment<'static>,
    pub(crate) craft: Craft,
    pub(crate) style: Style,
    pub(crate) facts: &'a Facts,
    pub(crate) instruction: Option<&'a str>,
    pub(crate) blank: bool,
}

/// A part of the frame; the page's own parts are put in by `assemble`.
pub(crate) type Framed = (PartName, Speaker, String);

impl Draft<'_> {
    /// The parts that are not the page, in order, without empty ones.
    pub(crate) fn frame(&self, around: &Around) -> Result<Vec<Framed>, Error> {
        let craft = craft_index(self.craft);
        let rules = &self.prompts.rules[craft];
        let values = context! {
            rules,
            before => around.before,
            after => around.after,
            blank => self.blank,
            counts => self.facts.syllables,
            knots => self.facts.knots,
            people => self.facts.people,
            instruction => self.instruction.unwrap_or_default(),
        };
        let prompts = self.prompts;
        let user = Speaker::Says(Role::User);
        let selects = self.task.reads == Reads::Selection;
        let mut frame = vec![];
        let mut add = |name: PartName, speaker, template: &str| -> Result<(), Error> {
            let text = self.render(name, template, &values)?;
            if !text.is_empty() {
                frame.push((name, speaker, text));
            }
            Ok(())
        };
        if !self.style.is_chat() {
            if selects {
                add(PartName::SelectionLead, Speaker::Page, &prompts.raw_head)?;
                add(PartName::Ask, Speaker::Page, &prompts.raw_ask)?;
            } else if self.blank {
                add(PartName::Blank, Speaker::Page, &prompts.blank[craft])?;
            }
            return Ok(frame);
        }
        add(
            PartName::Instructions,
            Speaker::Says(Role::System),
            &prompts.system,
        )?;
        if around.after {
            add(PartName::AfterLead, user, &prompts.after)?;
        }
        if around.before || (!selects && !self.blank) {
            add(PartName::BeforeLead, user, &prompts.before)?;
        }
        if selects {
            add(PartName::SelectionLead, user, &prompts.selection)?;
        }
        add(PartName::Facts, user, &prompts.facts)?;
        let prefixed = self.style == Style::ChatWithPrefix && !self.blank && !selects;
        let ask = if prefixed {
            &prompts.ask_prefixed
        } else {
            &prompts.ask
        };
        add(PartName::Ask, user, ask)?;
        Ok(frame)
    }

    fn render(&self, name: PartName, template: &str, values: &Value) -> Result<String, Error> {
        self.environment
            .render_str(template, values)
            .map_err(|cause| Error::Template {
                task: self.task.id.clone(),
                part: name.id(),
                cause: Box::new(cause),
            })
    }
}

/// The stretches of the page that go along.
pub(crate) struct Stretches<'a> {
    pub(crate) text: &'a str,
    pub(crate) selection: Stretch,
    pub(crate) before: Stretch,
    pub(crate) after: Stretch,
}

impl Draft<'_> {
    /// Puts the page's stretches behind their leads.
    pub(crate) fn assemble(
        &self,
        frame: Vec<Framed>,
        page: &Stretches<'_>,
        counter: &mut Counter<'_>,
    ) -> Vec<Part> {
        let Stretches {
            text,
            selection,
            before,
            after,
        } = page;
        let stretch = |name: PartName, speaker: Speaker, range: Range<usize>, tokens: u32| Part {
            name,
            speaker,
            text: text[range.clone()].to_owned(),
            tokens,
            range: Some(range),
        };
        let speaker = if self.style.is_chat() {
            Speaker::Says(Role::User)
        } else {
            Speaker::Page
        };
        // With an answer begun, the last line of the page is said by the model.
        let answer = match (self.style, self.task.reads) {
            (Style::ChatWithPrefix, Reads::Caret) if !self.blank => last_line(text, &before.range),
            (Style::ChatWithPrefix | Style::ChatOnly | Style::Raw, _) => before.range.end,
        };
        let answer_tokens = counter.of(&text[answer..before.range.end]);
        let mut before_part = Some(stretch(
            PartName::Before,
            speaker,
            before.range.start..answer,
            before.tokens.saturating_sub(answer_tokens),
        ))
        .filter(|part| !part.text.is_empty());
        let mut after_part = Some(stretch(
            PartName::After,
            speaker,
            after.range.clone(),
            after.tokens,
        ))
        .filter(|part| !part.text.trim().is_empty());
        let mut selection_part = Some(stretch(
            PartName::Selection,
            speaker,
            selection.range.clone(),
            selection.tokens,
        ))
        .filter(|part| !part.text.is_empty());

        let mut parts = vec![];
        let order = |name: PartName| match name {
            PartName::Blank | PartName::Instructions => 0,
            PartName::AfterLead | PartName::After => 1,
            PartName::BeforeLead | PartName::Before => 2,
            PartName::SelectionLead | PartName::Selection => 3,
            PartName::Facts | PartName::Ask => 4,
            PartName::Answer => 5,
        };
        for (name, speaker, words) in frame {
            for (at, part) in [
                (1, &mut after_part),
                (2, &mut before_part),
                (3, &mut selection_part),
            ] {
                if order(name) > at {
                    parts.extend(part.take());
                }
            }
            let tokens = counter.of(&words);
            parts.push(Part {
                name,
                speaker,
                text: words,
                tokens,
                range: None,
            });
        }
        parts.extend(
            [after_part, before_part, selection_part]
                .into_iter()
                .flatten(),
        );
        if answer < before.range.end {
            parts.push(stretch(
                PartName::Answer,
                Speaker::Begins,
                answer..before.range.end,
                answer_tokens,
            ));
        }
        parts
    }
}

/// Where the last line with words begins.
fn last_line(text: &str, range: &Range<usize>) -> usize {
    let page = &text[range.clone()];
    let words = page.trim_end();
    range.start + words.rfind('\n').map_or(0, |at| at + 1)
}
