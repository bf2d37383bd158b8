//! Whole scripts: `afterwriting`, The Long Haul. What must hold of any text holds of them.

use screenplay::{check::check, length, outline, parse};

#[test]
fn scripts_with_everything_in_them_come_back() {
    let files = ["client", "cyrillic", "jp", "sc", "test"];
    crate::run("afterwriting", &files, |file| {
        check(&crate::corpus(&format!("afterwriting/{file}.fountain")));
        Ok(())
    });
}

#[test]
fn a_long_script_has_its_scenes_and_pages() {
    let text = crate::corpus("fountain-tests/input/The Long Haul.fountain");
    check(&text);
    let parse = parse(&text);
    assert_eq!(outline(&parse, &text).len(), 190);
    let pages = length(&parse, &text);
    assert!((110.0..130.0).contains(&pages), "about 120 pages: {pages}");
}
