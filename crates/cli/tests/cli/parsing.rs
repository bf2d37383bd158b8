//! `parse`: ranges tile the bytes of the file.

use serde_json::Value;

use crate::Desk;

/// The elements of a file, after asserting that they tile `bytes`.
#[track_caller]
fn tiled(desk: &Desk, file: &str, bytes: &[u8]) -> Vec<Value> {
    let parsed = desk.json(&["parse", file]);
    assert!(parsed["diagnostics"].is_array());
    let elements = parsed["elements"].as_array().unwrap().clone();
    let mut at = 0;
    for element in &elements {
        assert_eq!(element["start"], at);
        at = element["end"].as_u64().unwrap();
    }
    assert_eq!(at, bytes.len() as u64);
    elements
}

fn types(elements: &[Value]) -> Vec<&str> {
    elements
        .iter()
        .map(|e| e["type"].as_str().unwrap())
        .collect()
}

#[test]
fn a_script_with_a_mark_and_windows_line_ends_is_tiled_as_it_is() {
    let desk = Desk::new();
    let text = "\u{feff}INT. HALL - DAY #3A#\r\n\r\n@mara (V.O.)\r\n*Wait* [[why?]]\r\n\r\nTOM ^\r\nNo.\r\n\r\n# Act\r\n";
    let file = desk.file("a.fountain", text);
    let elements = tiled(&desk, &file, text.as_bytes());
    let heading = &elements[0];
    assert_eq!(heading["type"], "scene_heading");
    assert_eq!(heading["text"], "INT. HALL - DAY");
    assert_eq!(heading["scene_number"], "3A");
    let cue = elements.iter().find(|e| e["type"] == "character").unwrap();
    assert!(cue["text"].as_str().unwrap().starts_with("mara"), "{cue}");
    assert_eq!(cue["extension"], "V.O.");
    assert!(cue.get("dual").is_none() && cue.get("depth").is_none());
    let speech = elements.iter().find(|e| e["type"] == "dialogue").unwrap();
    let spans = speech["spans"].as_array().unwrap();
    assert!(spans.iter().any(|span| span["type"] == "note"));
    assert!(spans.iter().any(|span| span["type"] == "italic"));
    assert!(elements.iter().any(|e| e["dual"] == true));
    let section = elements.iter().find(|e| e["type"] == "section").unwrap();
    assert_eq!(
        (&section["depth"], &section["text"]),
        (&1.into(), &"Act".into())
    );
}

#[test]
fn every_craft_has_its_words() {
    let desk = Desk::new();
    let song = "[Verse]\nHello [Am]there\n{tempo: 90}\n# note\n\n";
    let file = desk.file("a.txt", song);
    assert_eq!(
        types(&tiled(&desk, &file, song.as_bytes())),
        ["section", "lyric_line", "directive", "comment", "blank"]
    );
    let ink = "VAR x = 1\n=== cave ===\n= in\nDark.\n** [Go]\n-> END\n";
    let file = desk.file("a.ink", ink);
    let elements = tiled(&desk, &file, ink.as_bytes());
    assert_eq!(
        types(&elements),
        ["variable", "knot", "stitch", "text", "choice", "divert"]
    );
    assert_eq!(elements[4]["depth"], 2);
    let notes = "# Head\n\nText.\n- item\n> quote\n";
    let file = desk.file("a.md", notes);
    assert_eq!(
        types(&tiled(&desk, &file, notes.as_bytes())),
        ["heading", "blank", "paragraph", "list_item", "quote"]
    );
}

#[test]
fn findings_have_a_code_and_a_place() {
    let desk = Desk::new();
    let text = "Hi.\n-> kelar\n=== cellar\n-> END\n";
    let file = desk.file("a.ink", text);
    let parsed = desk.json(&["parse", &file]);
    let finding = &parsed["diagnostics"][0];
    assert_eq!(finding["code"], "unknown_target");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["found"], "kelar");
    let start = finding["start"].as_u64().unwrap() as usize;
    assert!(text[start..].starts_with("kelar"), "{finding}");
    let lines = desk.ok(&["parse", &file]);
    assert!(
        lines.contains("a.ink:2: error: unknown target kelar"),
        "{lines}"
    );
}

#[test]
fn a_story_finds_what_it_includes_beside_it() {
    let desk = Desk::new();
    desk.file("rooms.ink", "=== cellar\n-> END\n");
    let file = desk.file("a.ink", "INCLUDE rooms.ink\n-> cellar\n");
    let parsed = desk.json(&["parse", &file]);
    assert_eq!(parsed["diagnostics"], serde_json::json!([]));
}

#[test]
fn standard_input_needs_a_craft() {
    let desk = Desk::new();
    let run = desk.run_with_input(&["parse", "-", "--craft", "notes", "--json"], b"# A\n");
    assert_eq!(run.code, 0, "{}", run.err);
    let parsed: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(parsed["elements"][0]["type"], "heading");
    assert_eq!(desk.run_with_input(&["parse", "-"], b"# A\n").code, 2);
    let file = desk.file("a.xyz", "words\n");
    let said = desk.refused(2, &["parse", &file]);
    assert!(said.contains("--craft"), "{said}");
    desk.ok(&["parse", &file, "--craft", "notes"]);
}

#[test]
fn other_encodings_are_decoded_first() {
    let desk = Desk::new();
    let text = "INT. HALL - DAY\n\n雨。\n";
    let wide: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let file = desk.file("a.fountain", wide);
    tiled(&desk, &file, text.as_bytes());
    let broken = desk.file("b.fountain", [b'a', 0, 1, 2, 0xff]);
    desk.refused(1, &["parse", &broken]);
    let empty = desk.file("c.fountain", "");
    tiled(&desk, &empty, b"");
}
