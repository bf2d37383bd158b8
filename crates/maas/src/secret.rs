//! A key that cannot print itself.

use std::fmt;

/// A service's key. `Debug` and `Display` show a placeholder; the bytes are overwritten on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes a key as the writer pasted it: surrounding white space and a leading `Bearer ` are not part
    /// of it. `None` when nothing is left, or when it holds characters that no header can carry.
    pub fn new(pasted: &str) -> Option<Self> {
        let key = pasted.trim();
        let key = key.strip_prefix("Bearer ").unwrap_or(key).trim();
        let fits = !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(key.as_bytes().to_vec()))
    }

    /// The key itself, for the request's header and the keyring.
    pub(crate) fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made of ASCII in `new`")
    }

    /// `text` without this key, without parts of it, and without whatever else looks like a key.
    ///
    /// Services quote keys in their messages, often shortened (`sk-abc***xyz`), so a word goes when it
    /// holds the key's first six characters, too.
    pub(crate) fn redact(key: Option<&Secret>, text: &str) -> String {
        let whole = key.map(Secret::reveal);
        let text = match whole {
            Some(key) => text.replace(key, "[key]"),
            None => text.to_owned(),
        };
        let head = whole.and_then(|key| key.get(..6));
        let mut after_bearer = false;
        text.split_inclusive(char::is_whitespace)
            .map(|word| {
                let bare = word.trim_end();
                let inner = bare.trim_matches(|c: char| !c.is_alphanumeric());
                let secret = inner.starts_with("sk-")
                    || (after_bearer && inner.len() >= 6)
                    || head.is_some_and(|head| inner.contains(head));
                after_bearer = inner.eq_ignore_ascii_case("bearer");
                if secret {
                    format!("[key]{}", &word[bare.len()..])
                } else {
                    word.to_owned()
                }
            })
            .collect()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Keeps the writes: without a reader the compiler may leave them out.
        std::hint::black_box(&self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([key])")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_a_placeholder() {
        let key = Secret::new("canary-7f3a91").unwrap();
        assert!(!format!("{key:?} {key} {key:#?}").contains("canary"));
    }

    #[test]
    fn what_was_pasted_around_a_key_is_left_out() {
        assert_eq!(Secret::new(" Bearer abc\n").unwrap().reveal(), "abc");
        assert_eq!(Secret::new("  "), None);
        assert_eq!(Secret::new("钥匙"), None);
        assert_eq!(Secret::new("two words"), None);
    }

    #[test]
    fn messages_lose_keys_whole_and_shortened() {
        let key = Secret::new("canary-7f3a91c0").unwrap();
        let said = "Incorrect key canary-7f3a91c0 (canary***c0), Bearer abcdefgh, sk-proj-12ab.";
        let shown = Secret::redact(Some(&key), said);
        assert_eq!(shown, "Incorrect key [key] [key] Bearer [key] [key]");
        assert_eq!(
            Secret::redact(None, "the bearer of bad news"),
            "the bearer of bad news"
        );
    }
}
