//! A script as one HTML page, laid out as a script and ready to print.

use std::fmt::Write;

use crate::element::{Dual, Element, ElementKind, Parse, SpanKind, TextRange, TitleField};

/// What the page says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HtmlOptions<'a> {
    /// Title of the page; the script's own title page is not touched by it.
    pub title: &'a str,
    /// Language of the script as a BCP 47 tag (`en`, `zh-CN`); it chooses Han glyphs and how emphasis looks.
    pub lang: &'a str,
}

const STYLE: &str = include_str!("html/style.css");

/// The script as a complete HTML document: title page, page breaks, scene numbers, speeches side by side,
/// emphasis. Notes, boneyard, sections and synopses are left out. All text is escaped.
pub fn html(parse: &Parse, text: &str, options: &HtmlOptions<'_>) -> String {
    let mut page = Page {
        text,
        out: String::with_capacity(text.len() * 2 + STYLE.len()),
        dual: false,
        speech: false,
    };
    page.raw("<!DOCTYPE html>\n<html lang=\"");
    page.escaped(options.lang);
    page.raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    page.escaped(options.title);
    page.raw("</title>\n<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n");
    page.title_page(parse);
    page.raw("<main>\n");
    let mut blank = false;
    for element in &parse.elements {
        page.element(element, blank);
        blank = element.kind == ElementKind::Blank || blank && !element.kind.is_printed();
    }
    page.close_speech();
    page.close_dual();
    page.raw("</main>\n</body>\n</html>\n");
    page.out
}

struct Page<'a> {
    text: &'a str,
    out: String,
    /// Whether two speeches side by side are open.
    dual: bool,
    /// Whether a speech is open.
    speech: bool,
}

impl Page<'_> {
    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn escaped(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    fn close_speech(&mut self) {
        if std::mem::take(&mut self.speech) {
            self.raw("</div>\n");
        }
    }

    fn close_dual(&mut self) {
        if std::mem::take(&mut self.dual) {
            self.raw("</div>\n");
        }
    }

    /// One element; `after_blank` says that an empty line stands before it.
    fn element(&mut self, element: &Element, after_blank: bool) {
        let goes_on = match element.kind {
            ElementKind::Dialogue | ElementKind::Parenthetical => true,
            ElementKind::Lyrics => !after_blank,
            ElementKind::Note | ElementKind::Boneyard | ElementKind::Blank => return,
            ElementKind::TitlePage | ElementKind::Section | ElementKind::Synopsis => return,
            ElementKind::SceneHeading
            | ElementKind::Action
            | ElementKind::Character
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered
            | ElementKind::PageBreak => false,
        };
        if !goes_on {
            self.close_speech();
            if element.dual != Some(Dual::Second) {
                self.close_dual();
            }
        }
        match element.kind {
            ElementKind::SceneHeading => self.heading(element),
            ElementKind::PageBreak => self.raw("<hr class=\"page-break\">\n"),
            ElementKind::Character => {
                if element.dual == Some(Dual::First) {
                    self.raw("<div class=\"dual\">\n");
                    self.dual = true;
                }
                self.raw("<div class=\"speech\">\n");
                self.speech = true;
                self.paragraph(element);
            }
            ElementKind::Action
            | ElementKind::Dialogue
            | ElementKind::Parenthetical
            | ElementKind::Lyrics
            | ElementKind::Transition
            | ElementKind::Shot
            | ElementKind::Centered => self.paragraph(element),
            ElementKind::TitlePage
            | ElementKind::Section
            | ElementKind::Synopsis
            | ElementKind::Note
            | ElementKind::Boneyard
            | ElementKind::Blank => {}
        }
    }

    fn heading(&mut self, element: &Element) {
        self.open("h2", element);
        let number = element.scene_number.map(|number| number.of(self.text));
        for (side, number) in [("left", number), ("right", number)] {
            if let Some(number) = number {
                self.raw("<span class=\"number ");
                self.raw(side);
                self.raw("\">");
                self.escaped(number);
                self.raw("</span>");
            }
            if side == "left" {
                self.inline(element, element.content);
            }
        }
        self.raw("</h2>\n");
    }

    fn paragraph(&mut self, element: &Element) {
        self.open("p", element);
        self.inline(element, element.content);
        self.raw("</p>\n");
    }

    fn open(&mut self, tag: &str, element: &Element) {
        let class = element.kind.name().replace('_', "-");
        let forced = if element.forced { " forced" } else { "" };
        // Writing to a String does not fail.
        let _ = write!(self.out, "<{tag} class=\"{class}{forced}\">");
    }

    /// `range` of `element` with its emphasis. Styles may overlap in the source, so each stretch between
    /// two marks opens and closes its own tags.
    fn inline(&mut self, element: &Element, range: TextRange) {
        let mut marks: Vec<(usize, SpanKind, bool)> = Vec::with_capacity(element.spans.len() * 2);
        for span in &element.spans {
            let start = span.range.start.max(range.start);
            let end = span.range.end.min(range.end);
            if start < end {
                marks.push((start, span.kind, true));
                marks.push((end, span.kind, false));
            }
        }
        marks.sort_by_key(|&(at, _, _)| at);
        marks.push((range.end, SpanKind::Key, false));
        let (mut hidden, mut bold, mut italic, mut underline) = (0u32, 0u32, 0u32, 0u32);
        let mut at = range.start;
        for (end, kind, opens) in marks {
            if at < end && hidden == 0 {
                let tags = [(bold, "b"), (italic, "i"), (underline, "u")];
                let tags = tags
                    .into_iter()
                    .filter(|&(open, _)| open > 0)
                    .map(|(_, tag)| tag);
                for tag in tags.clone() {
                    let _ = write!(self.out, "<{tag}>");
                }
                escape(&self.text[at..end], &mut self.out);
                for tag in tags.rev() {
                    let _ = write!(self.out, "</{tag}>");
                }
            }
            at = end;
            let count = match kind {
                SpanKind::Bold => &mut bold,
                SpanKind::Italic => &mut italic,
                SpanKind::Underline => &mut underline,
                SpanKind::Note | SpanKind::Boneyard | SpanKind::Syntax => &mut hidden,
                SpanKind::SceneNumber | SpanKind::Extension | SpanKind::Key => continue,
            };
            *count = if opens { *count + 1 } else { *count - 1 };
        }
    }

    /// Title, credit, author and source in the middle, everything else at the foot.
    fn title_page(&mut self, parse: &Parse) {
        if parse.title_page.iter().all(|field| field.values.is_empty()) {
            return;
        }
        self.raw("<header class=\"title-page\">\n<div class=\"middle\">\n");
        let elements = parse
            .elements
            .iter()
            .filter(|e| e.kind == ElementKind::TitlePage);
        let fields: Vec<(&Element, &TitleField)> = elements.zip(&parse.title_page).collect();
        for in_middle in [true, false] {
            for (element, field) in &fields {
                let place = Place::of(field.key.of(self.text));
                if (place == Place::Foot) == in_middle {
                    continue;
                }
                let tag = if place == Place::Title { "h1" } else { "p" };
                for value in &field.values {
                    let _ = write!(self.out, "<{tag}>");
                    self.inline(element, *value);
                    let _ = writeln!(self.out, "</{tag}>");
                }
            }
            if in_middle {
                self.raw("</div>\n<div class=\"foot\">\n");
            }
        }
        self.raw("</div>\n</header>\n");
    }
}

/// Where a field of the title page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    Middle,
    Foot,
}

impl Place {
    fn of(key: &str) -> Self {
        match key.trim().to_lowercase().as_str() {
            "title" | "标题" | "片名" | "剧名" => Self::Title,
            "credit" | "author" | "authors" | "source" | "作者" | "编剧" | "原著" | "来源" => {
                Self::Middle
            }
            _ => Self::Foot,
        }
    }
}

/// Text as HTML text or attribute value. Control characters that HTML forbids become U+FFFD.
fn escape(text: &str, out: &mut String) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn body(text: &str) -> String {
        let options = HtmlOptions {
            title: "T",
            lang: "en",
        };
        let page = html(&parse(text), text, &options);
        let start = page.find("<body>\n").expect("a body") + 7;
        let end = page.find("</body>").expect("its end");
        page[start..end].to_owned()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let body = body(text);
        let inner = body
            .strip_prefix("<main>\n")
            .and_then(|b| b.strip_suffix("</main>\n"));
        assert_eq!(inner.expect("a main part alone"), expected);
    }

    #[test]
    fn a_scene_is_laid_out_by_kinds() {
        check(
            "INT. HALL - DAY #4#\n\nRain & <wind>.\nMore.\n\nMARA (O.S.)\n(low)\nHi.\n\nCUT TO:\n",
            "<h2 class=\"scene-heading\"><span class=\"number left\">4</span>INT. HALL - DAY<span class=\"number right\">4</span></h2>\n\
             <p class=\"action\">Rain &amp; &lt;wind&gt;.\nMore.</p>\n\
             <div class=\"speech\">\n<p class=\"character\">MARA (O.S.)</p>\n<p class=\"parenthetical\">(low)</p>\n<p class=\"dialogue\">Hi.</p>\n</div>\n\
             <p class=\"transition\">CUT TO:</p>\n",
        );
    }

    #[test]
    fn two_speeches_stand_side_by_side() {
        check(
            "A\nYes.\n\nB ^\nNo.\n\nRain.",
            "<div class=\"dual\">\n<div class=\"speech\">\n<p class=\"character\">A</p>\n<p class=\"dialogue\">Yes.</p>\n</div>\n\
             <div class=\"speech\">\n<p class=\"character\">B</p>\n<p class=\"dialogue\">No.</p>\n</div>\n</div>\n\
             <p class=\"action\">Rain.</p>\n",
        );
    }

    #[test]
    fn emphasis_is_shown_and_what_is_not_printed_is_not() {
        check(
            "# Act\n\n= What\n\n[[note]]\n\n/* old */\n\nHe ***goes*** _on *and*_ [[why?]]on \\*.\n\n===\n\n> END <\n",
            "<p class=\"action\">He <b><i>goes</i></b> <u>on </u><i><u>and</u></i> on *.</p>\n\
             <hr class=\"page-break\">\n<p class=\"centered\">END</p>\n",
        );
    }

    #[test]
    fn a_title_page_has_a_middle_and_a_foot() {
        let body = body("Title: _**FERRY**_\nAuthor: Ann\nContact:\n\tQuay 4\n\nRain.\n");
        assert!(body.starts_with(
            "<header class=\"title-page\">\n<div class=\"middle\">\n<h1><b><u>FERRY</u></b></h1>\n<p>Ann</p>\n</div>\n\
             <div class=\"foot\">\n<p>Quay 4</p>\n</div>\n</header>\n"
        ));
    }

    #[test]
    fn options_are_escaped_too() {
        let options = HtmlOptions {
            title: "<script>",
            lang: "\"x",
        };
        let page = html(&parse(""), "", &options);
        assert!(!page.contains("<script") && page.contains("lang=\"&quot;x\""));
    }
}
