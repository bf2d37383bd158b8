//! Documents of a project: made, imported, exported, shown, restored, played, checked.

use serde_json::json;

use crate::Desk;

const SCENE: &str = "INT. FERRY - NIGHT\n\nRain.\n\nMARA\nWait.\n";
const STORY: &str = "You wake.\n* [Up] You stand. # loud\n  ** [Out] -> END\n* [Sleep] -> END\n\n=== cellar\nIt is dark.\n-> END\n";

#[test]
fn a_project_begins_empty_or_with_a_document() {
    let desk = Desk::new();
    let made = desk.json(&["new", &desk.path("a.palimpsest")]);
    assert!(made["document"].is_null());
    assert_eq!(made["project"].as_str().unwrap().len(), 36);

    let made = desk.json(&["new", &desk.path("b.palimpsest"), "--craft", "lyrics"]);
    assert_eq!(made["document"]["craft"], "lyrics");
    assert_eq!(made["document"]["title"], "b");

    let file = desk.file("Ferry.fountain", SCENE);
    let project = desk.path("c.palimpsest");
    let made = desk.json(&["new", &project, "--from", &file, "--title", "The Ferry"]);
    assert_eq!(made["document"]["title"], "The Ferry");
    assert_eq!(made["document"]["craft"], "screenplay");
    assert_eq!(desk.text(&project, "The Ferry"), SCENE);
}

#[test]
fn a_file_that_cannot_be_imported_leaves_no_project() {
    let desk = Desk::new();
    let picture = desk.file("a.png", [0x89, b'P', 0, 1, 0, 2]);
    let project = desk.path("p.palimpsest");
    desk.refused(1, &["new", &project, "--from", &picture]);
    desk.refused(
        1,
        &["new", &project, "--from", &picture, "--craft", "notes"],
    );
    assert!(!std::path::Path::new(&project).exists());
}

#[test]
fn documents_are_listed_in_order_with_their_sizes() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE), ("歌.txt", "[主歌]\n雨落下来\n")]);
    let list = desk.json(&["list", &project]);
    let documents = list["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0]["title"], "Ferry");
    assert_eq!(documents[0]["craft"], "screenplay");
    assert_eq!(documents[0]["bytes"], SCENE.len());
    assert_eq!(documents[1]["title"], "歌");
    assert_eq!(documents[1]["craft"], "lyrics");
    assert_eq!(documents[1]["words"], 6);
    let lines = desk.ok(&["list", &project]);
    assert_eq!(lines.lines().count(), 2);
    assert!(lines.contains(documents[0]["id"].as_str().unwrap()));
}

#[test]
fn a_taken_title_gets_a_number_and_every_form_of_file_comes_back() {
    let desk = Desk::new();
    let project = desk.project(&[]);
    let gb = desk.file(
        "Bus.txt",
        b"[Verse]\r\n\xd3\xea\xc2\xe4\xcf\xc2\xc0\xb4\r\n",
    );
    let utf16: Vec<u8> = "\u{feff}[Verse]\n雨\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::create_dir(desk.path("other")).unwrap();
    let wide = desk.file("other/Bus.txt", &utf16);
    let imported = desk.json(&["import", &project, &gb, &wide]);
    assert_eq!(imported["documents"][0]["title"], "Bus");
    assert_eq!(imported["documents"][1]["title"], "Bus (2)");
    assert_eq!(desk.text(&project, "Bus"), "[Verse]\n雨落下来\n");
    for (title, file) in [("Bus", &gb), ("Bus (2)", &wide)] {
        let to = desk.path("out.txt");
        let exported = desk.json(&["export", &project, title, "--to", &to]);
        assert_eq!(exported["document"]["title"], title);
        assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(file).unwrap());
    }
}

#[test]
fn a_page_to_print_is_html() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let to = desk.path("ferry.html");
    desk.ok(&["export", &project, "Ferry", "--to", &to]);
    let page = std::fs::read_to_string(to).unwrap();
    assert!(page.contains("<html") && page.contains("MARA"), "{page}");
}

#[test]
fn an_id_names_a_document_as_well_as_its_title() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let shown = desk.json(&["show", &project, "Ferry"]);
    assert_eq!(shown["text"], SCENE);
    assert!(shown["version"].is_null());
    let id = shown["document"]["id"].as_str().unwrap();
    assert_eq!(desk.text(&project, id), SCENE);
}

#[test]
fn versions_are_listed_shown_and_brought_back() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let history = desk.json(&["history", &project, "Ferry"]);
    let versions = history["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 1);
    let first = &versions[0];
    assert_eq!(first["act"], "import");
    assert_eq!(first["author"]["kind"], "file");
    assert_eq!(first["author"]["name"], "Ferry.fountain");
    assert!(first["name"].is_null());
    let when = first["when"].as_str().unwrap();
    assert!(when.len() == 24 && when.ends_with('Z'), "{when}");

    write(&project, "Ferry", "And then nothing.\n");
    let changed = format!("{SCENE}And then nothing.\n");
    assert_eq!(desk.text(&project, "Ferry"), changed);
    let first = first["id"].as_str().unwrap();
    assert_eq!(
        desk.ok(&["show", &project, "Ferry", "--version", first]),
        SCENE
    );
    let restored = desk.json(&["restore", &project, "Ferry", first]);
    assert_eq!(restored["restored"], first);
    assert_eq!(desk.text(&project, "Ferry"), SCENE);

    let history = desk.json(&["history", &project, "Ferry"]);
    let kinds: Vec<_> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (&version["act"], &version["author"]["kind"]))
        .collect();
    assert_eq!(
        kinds,
        [
            (&json!("import"), &json!("file")),
            (&json!("typing"), &json!("person")),
            (&json!("restore"), &json!("person")),
        ]
    );
    assert_eq!(history["versions"][2]["id"], restored["version"]);
    let lines = desk.ok(&["history", &project, "Ferry"]);
    assert_eq!(lines.lines().count(), 3);
}

/// Types at the end of a document, as a window does.
fn write(project: &str, title: &str, text: &str) {
    use project::{Access, Batch, Project};
    let mut project = Project::open(std::path::Path::new(project), None, Access::Write).unwrap();
    let id = project.documents_titled(title).unwrap()[0].id;
    let (base, end) = (
        project.version(id).unwrap(),
        project.text(id).unwrap().len() as u64,
    );
    let now = 1_800_000_000_000;
    project
        .edit(id, Batch::typing(base, end, text, now))
        .unwrap();
    project.flush(now).unwrap();
}

#[test]
fn a_story_is_played_by_its_choices() {
    let desk = Desk::new();
    let project = desk.project(&[("Cave.ink", STORY)]);
    let played = desk.json(&["play", &project, "Cave"]);
    let turn = &played["turns"][0];
    assert_eq!(turn["lines"][0]["text"], "You wake.");
    assert_eq!(turn["choices"][1]["text"], "Sleep");
    assert!(turn["chosen"].is_null());
    assert_eq!(turn["ended"], false);

    let played = desk.json(&["play", &project, "Cave", "--choices", "1,1"]);
    let turns = played["turns"].as_array().unwrap();
    assert_eq!(turns.len(), 3);
    assert_eq!(turns[1]["lines"][0]["text"], "You stand.");
    assert_eq!(turns[1]["lines"][0]["tags"], json!(["loud"]));
    assert_eq!(turns[2]["ended"], true);

    let at = STORY.find("It is dark").unwrap().to_string();
    let played = desk.json(&["play", &project, "Cave", "--at", &at]);
    assert_eq!(played["from"], "cellar");
    assert_eq!(played["turns"][0]["lines"][0]["text"], "It is dark.");

    let lines = desk.ok(&["play", &project, "Cave", "--choices", "2"]);
    assert!(
        lines.starts_with("You wake.\n\n1. Up\n2. Sleep\n\n> Sleep\n"),
        "{lines}"
    );

    let said = desk.refused(1, &["play", &project, "Cave", "--choices", "1,7"]);
    assert!(
        said.contains("no choice 7") && said.contains("are 1"),
        "{said}"
    );
}

#[test]
fn a_story_that_does_not_compile_is_told_with_its_place() {
    let desk = Desk::new();
    let project = desk.project(&[("Cave.ink", "-> nowhere\n"), ("Ferry.fountain", SCENE)]);
    let said = desk.refused(1, &["play", &project, "Cave"]);
    assert!(said.contains("nowhere"), "{said}");
    let said = desk.refused(1, &["play", &project, "Ferry"]);
    assert!(said.contains("a screenplay"), "{said}");
}

#[test]
fn a_whole_project_is_told_whole() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let checked = desk.json(&["check", &project]);
    assert_eq!(checked["ok"], true);
    assert_eq!(checked["documents"], 1);
    assert_eq!(checked["problems"], json!([]));
    assert!(desk.ok(&["check", &project]).contains("is whole"));
}

#[test]
fn a_text_that_its_history_does_not_lead_to_is_found() {
    let desk = Desk::new();
    // Noise that no packing shortens or keeps in plain: what stands in the file is the text itself.
    let text = format!(
        "INT. FERRY - NIGHT\n\nA LIGHTHOUSEKEEPER waits. {}\n",
        "na ".repeat(400)
    );
    let project = desk.project(&[("Ferry.fountain", &text)]);
    let mut bytes = std::fs::read(&project).unwrap();
    let word = b"LIGHTHOUSEKEEPER";
    let places: Vec<usize> = (0..bytes.len() - word.len())
        .filter(|at| bytes[*at..].starts_with(word))
        .collect();
    assert!(!places.is_empty(), "the text stands in the file in plain");
    let mut found = 0;
    for at in places {
        bytes[at] = b'N';
        let damaged = desk.file("damaged.palimpsest", &bytes);
        bytes[at] = word[0];
        let run = desk.run(&["check", &damaged, "--json"]);
        if run.code == 1 {
            assert_eq!(run.err.lines().count(), 1, "{}", run.err);
            let checked: serde_json::Value = serde_json::from_str(&run.out).unwrap();
            assert_eq!(checked["ok"], false);
            assert!(!checked["problems"][0]["says"].as_str().unwrap().is_empty());
            found += 1;
        }
    }
    assert!(found > 0, "the change is found");
}

#[test]
fn a_project_that_is_cut_short_is_told_damaged() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let bytes = std::fs::read(project).unwrap();
    let cut = desk.file("cut.palimpsest", &bytes[..bytes.len() / 3]);
    let run = desk.run(&["check", &cut, "--json"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    let checked: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(checked["ok"], false);
    assert_eq!(checked["problems"][0]["code"], "database");
    let said = desk.refused(1, &["list", &cut]);
    assert!(said.contains("damaged"), "{said}");
}

#[test]
fn a_project_that_is_written_has_a_copy_of_the_day() {
    let desk = Desk::new();
    let project = desk.project(&[("Ferry.fountain", SCENE)]);
    let copies = || {
        let copies = std::fs::read_dir(desk.path("home/backups"))
            .into_iter()
            .flatten();
        copies.map(|copy| copy.unwrap().path()).collect::<Vec<_>>()
    };
    let made = copies();
    assert_eq!(made.len(), 1, "{made:?}");
    desk.ok(&["list", &project]);
    assert_eq!(copies(), made);
    let checked = desk.json(&["check", made[0].to_str().unwrap()]);
    assert_eq!(checked["ok"], true);
}
