//! The sample project: the writer's own copy, in the system's language.

use crafts::Craft;

/// A text of the sample project.
pub struct Sample {
    /// Title in the binder.
    pub title: &'static str,
    /// Its craft.
    pub craft: Craft,
    /// Its text.
    pub text: &'static str,
}

macro_rules! sample {
    ($folder:literal, $title:literal, $end:literal, $craft:ident) => {
        Sample {
            title: $title,
            craft: Craft::$craft,
            text: include_str!(concat!(
                "../../../assets/samples/",
                $folder,
                "/",
                $title,
                ".",
                $end
            )),
        }
    };
}

static ENGLISH: [Sample; 4] = [
    sample!("en", "The Ferry", "fountain", Screenplay),
    sample!("en", "Night Bus", "txt", Lyrics),
    sample!("en", "The Lighthouse", "ink", Story),
    sample!("en", "Harbour notes", "md", Notes),
];

static CHINESE: [Sample; 4] = [
    sample!("zh-CN", "渡船", "fountain", Screenplay),
    sample!("zh-CN", "末班车", "txt", Lyrics),
    sample!("zh-CN", "灯塔", "ink", Story),
    sample!("zh-CN", "码头笔记", "md", Notes),
];

/// The sample's texts in a language; the first is where the caret goes.
pub fn samples(language: &str) -> &'static [Sample] {
    if is_chinese(language) {
        &CHINESE
    } else {
        &ENGLISH
    }
}

/// Name of the sample's file, without its end.
pub fn sample_name(language: &str) -> &'static str {
    if is_chinese(language) {
        "渡口"
    } else {
        "At the harbour"
    }
}

/// Whether a language tag is Chinese.
pub fn is_chinese(language: &str) -> bool {
    language.to_ascii_lowercase().starts_with("zh")
}

/// Language of the system by its environment: `zh-CN` or `en`.
pub fn system_language() -> &'static str {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    if named.is_some_and(|value| is_chinese(&value)) {
        "zh-CN"
    } else {
        "en"
    }
}
