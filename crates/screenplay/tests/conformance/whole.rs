//! Whole scripts: `afterwriting`, The Long Haul. What must hold of any text holds of them.

use screenplay::check::check;

#[test]
fn scripts_with_everything_in_them_come_back() {
    let files = ["client", "cyrillic", "jp", "sc", "test"];
    crate::run("afterwriting", &files, |file| {
        check(&crate::corpus(&format!("afterwriting/{file}.fountain")));
        Ok(())
    });
}

#[test]
fn a_long_script_comes_back() {
    check(&crate::corpus(
        "fountain-tests/input/The Long Haul.fountain",
    ));
}
