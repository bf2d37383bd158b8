use super::*;
use crate::fixture;

#[track_caller]
fn check_meant(
    before: &str,
    meant: Option<ElementKind>,
    key: Key,
    after: &str,
    intent: Option<ElementKind>,
) {
    let (text, selection) = fixture::unselect(before);
    let edit = on_key(&text, &read(&text), selection, meant, key);
    assert_eq!(
        fixture::mark(&edit::apply(&text, &edit.edits), edit.caret),
        after
    );
    assert_eq!(edit.intent, intent);
}

#[track_caller]
fn check(before: &str, key: Key, after: &str) {
    let (text, selection) = fixture::unselect(before);
    let edit = on_key(&text, &read(&text), selection, None, key);
    assert_eq!(
        fixture::mark(&edit::apply(&text, &edit.edits), edit.caret),
        after
    );
}

const CUE: Option<ElementKind> = Some(ElementKind::Character);
const HEADING: Option<ElementKind> = Some(ElementKind::SceneHeading);
const ACTION: Option<ElementKind> = Some(ElementKind::Action);
const TRANSITION: Option<ElementKind> = Some(ElementKind::Transition);
const DIALOGUE: Option<ElementKind> = Some(ElementKind::Dialogue);

#[test]
fn tab_on_an_empty_line_goes_through_the_elements() {
    let at = "Rain.\n\n<|>";
    for (meant, next) in [
        (None, CUE),
        (CUE, ACTION),
        (ACTION, HEADING),
        (HEADING, TRANSITION),
        (TRANSITION, CUE),
    ] {
        check_meant(at, meant, Key::Tab, at, next);
    }
    for (meant, next) in [
        (None, HEADING),
        (HEADING, ACTION),
        (ACTION, CUE),
        (CUE, TRANSITION),
    ] {
        check_meant(at, meant, Key::ShiftTab, at, next);
    }
}

#[test]
fn tab_puts_the_empty_lines_that_a_cue_needs() {
    check_meant("Rain.\n<|>", None, Key::Tab, "Rain.\n\n<|>", CUE);
    check_meant(
        "Rain.\n\n<|>\nWind.",
        None,
        Key::Tab,
        "Rain.\n\n<|>\n\nWind.",
        CUE,
    );
}

#[test]
fn enter_after_a_heading_opens_action() {
    check("INT. HALL - DAY<|>", Key::Enter, "INT. HALL - DAY\n\n<|>");
    check("INT. HALL<|> #4#", Key::Enter, "INT. HALL #4#\n\n<|>");
    check(
        "INT. HALL<|>\n\nRain.",
        Key::Enter,
        "INT. HALL\n\n<|>\n\nRain.",
    );
    check("内景 船舱 - 夜<|>", Key::Enter, "内景 船舱 - 夜\n\n<|>");
}

#[test]
fn enter_after_a_cue_opens_dialogue() {
    check_meant(
        "Rain.\n\nMARA<|>",
        CUE,
        Key::Enter,
        "Rain.\n\nMARA\n<|>",
        DIALOGUE,
    );
    check_meant(
        "Rain.\n\nMARA<|>",
        None,
        Key::Enter,
        "Rain.\n\nMARA\n<|>",
        DIALOGUE,
    );
    check("MARA<|>\nHello.", Key::Enter, "MARA\n<|>Hello.");
    check(
        "BO\nHi.\n\nMARA<|> ^\nHello.",
        Key::Enter,
        "BO\nHi.\n\nMARA ^\n<|>Hello.",
    );
}

#[test]
fn what_was_meant_gets_its_mark() {
    check_meant(
        "雨。\n\n玛拉<|>",
        CUE,
        Key::Enter,
        "雨。\n\n@玛拉\n<|>",
        DIALOGUE,
    );
    check_meant(
        "Rain.\n\nMcKay<|>",
        CUE,
        Key::Enter,
        "Rain.\n\n@McKay\n<|>",
        DIALOGUE,
    );
    check_meant(
        "Rain.\n\nTHE SEA<|>",
        HEADING,
        Key::Enter,
        "Rain.\n\n.THE SEA\n\n<|>",
        None,
    );
    check_meant(
        "Rain.\n\nINT. SEA<|>",
        HEADING,
        Key::Enter,
        "Rain.\n\nINT. SEA\n\n<|>",
        None,
    );
    check_meant(
        "Rain.\n\nFade out.<|>",
        TRANSITION,
        Key::Enter,
        "Rain.\n\n> Fade out.\n\n<|>",
        HEADING,
    );
}

#[test]
fn a_second_enter_under_a_cue_makes_it_action() {
    check("BOOM\n<|>", Key::Enter, "BOOM\n\n<|>");
    check("A loud BOOM<|>", Key::Enter, "A loud BOOM\n\n<|>");
    check("BOOM!<|>", Key::Enter, "BOOM!\n\n<|>");
}

#[test]
fn enter_on_an_empty_meant_line_drops_what_was_meant() {
    check_meant("Rain.\n\n<|>", CUE, Key::Enter, "Rain.\n\n<|>", None);
    check_meant("Rain.\n\n<|>", None, Key::Enter, "Rain.\n\n\n<|>", None);
}

#[test]
fn tab_under_a_cue_opens_a_parenthetical() {
    check("MARA\n<|>", Key::Tab, "MARA\n(<|>)");
    check("MARA<|>", Key::Tab, "MARA\n(<|>)");
    check_meant(
        "玛拉<|>",
        CUE,
        Key::Tab,
        "@玛拉\n(<|>)",
        Some(ElementKind::Parenthetical),
    );
    check("MARA\nHello.<|>", Key::Tab, "MARA\nHello.\n(<|>)");
    check("MARA\nHello.\n<|>", Key::Tab, "MARA\nHello.\n(<|>)");
    check("MARA<|>\n(low)\nHello.", Key::Tab, "MARA\n(<|>low)\nHello.");
}

#[test]
fn enter_leaves_a_parenthetical() {
    check("MARA\n(low<|>)", Key::Enter, "MARA\n(low)\n<|>");
    check("MARA\n(low)<|>", Key::Enter, "MARA\n(low)\n<|>");
    check("MARA\n(low<|>)", Key::Tab, "MARA\n(low)\n<|>");
    check(
        "MARA\n(low<|>)\nHello.",
        Key::Enter,
        "MARA\n(low)\n<|>Hello.",
    );
    check_meant("MARA\n(<|>)", None, Key::Enter, "MARA\n<|>", DIALOGUE);
    check_meant("MARA\n(<|>)", None, Key::Tab, "MARA\n<|>", DIALOGUE);
    check_meant("MARA\n(<|>)", None, Key::ShiftTab, "MARA\n<|>", DIALOGUE);
    check_meant(
        "@玛拉\n（低声<|>）",
        None,
        Key::Enter,
        "@玛拉\n（低声）\n<|>",
        DIALOGUE,
    );
}

#[test]
fn enter_after_dialogue_opens_action() {
    check_meant(
        "MARA\nHello.<|>",
        None,
        Key::Enter,
        "MARA\nHello.\n\n<|>",
        None,
    );
    check(
        "MARA\nHello.<|>\n\nRain.",
        Key::Enter,
        "MARA\nHello.\n\n<|>\n\nRain.",
    );
    check(
        "MARA\nHello.<|>\nBye.",
        Key::Enter,
        "MARA\nHello.\n<|>\nBye.",
    );
}

#[test]
fn enter_inside_text_splits_it() {
    check(
        "He goes.<|> She stays.",
        Key::Enter,
        "He goes.\n\n<|>She stays.",
    );
    check(
        "He goes. <|>She stays.",
        Key::Enter,
        "He goes.\n\n<|>She stays.",
    );
    check("MARA\nHello, <|>you.", Key::Enter, "MARA\nHello,\n<|>you.");
    check("One.<|>\nTwo.", Key::Enter, "One.\n\n<|>\n\nTwo.");
    check("Rain.\n\n<|>Wind.", Key::Enter, "Rain.\n\n\n\n<|>Wind.");
    check("雨<|>停了。", Key::Enter, "雨\n\n<|>停了。");
}

#[test]
fn enter_replaces_a_selection() {
    check(
        "He goes<[> and goes<]> on.",
        Key::Enter,
        "He goes\n\n<|>on.",
    );
    check("He <[>goes<]> on.", Key::Tab, "He goes<|> on.");
}

#[test]
fn tab_after_action_opens_a_cue() {
    check_meant("He goes.<|>", None, Key::Tab, "He goes.\n\n<|>", CUE);
    check_meant("He <|>goes.", None, Key::Tab, "He <|>goes.", None);
}

#[test]
fn tab_in_a_heading_asks_for_the_time() {
    check("INT. HALL<|>", Key::Tab, "INT. HALL - <|>");
    check("INT. HALL<|> #4#", Key::Tab, "INT. HALL - <|> #4#");
    check("INT. HALL - DAY<|>", Key::Tab, "INT. HALL - DAY<|>");
}

#[test]
fn enter_after_a_transition_opens_a_heading() {
    check_meant(
        "Rain.\n\nCUT TO:<|>",
        None,
        Key::Enter,
        "Rain.\n\nCUT TO:\n\n<|>",
        HEADING,
    );
}

#[test]
fn a_lyric_goes_on_until_an_empty_one() {
    check("~Row the boat<|>", Key::Enter, "~Row the boat\n~<|>");
    check("~Row the boat\n~<|>", Key::Enter, "~Row the boat\n<|>");
}

#[test]
fn the_title_page_and_notes_get_plain_lines() {
    check("Title: Ferry<|>", Key::Enter, "Title: Ferry\n<|>");
    check("Title: Ferry\n<|>", Key::Tab, "Title: Ferry\n    <|>");
    check("[[one<|>\ntwo]]", Key::Enter, "[[one\n<|>\ntwo]]");
}

#[test]
fn a_cue_waits_for_its_speech() {
    let (text, caret) = fixture::unmark("Rain.\n\nMARA\n<|>");
    let range = pending_cue(&text, &read(&text), caret).expect("a cue");
    assert_eq!(range.of(&text), "MARA");
    let (text, caret) = fixture::unmark("Rain.\n<|>");
    assert_eq!(pending_cue(&text, &read(&text), caret), None);
}

#[test]
fn line_ends_of_two_bytes_stay_whole() {
    check("MARA<|>\r\nHello.\r\n", Key::Enter, "MARA\r\n<|>Hello.\r\n");
    check(
        "Rain.<|>\r\n\r\nWind.",
        Key::Enter,
        "Rain.\n\n<|>\r\n\r\nWind.",
    );
}
