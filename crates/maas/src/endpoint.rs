//! The address of a service, whatever form of it was pasted.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// Ends of addresses that people copy from documentation: the calls themselves.
const CALLS: [&str; 6] = [
    "/chat/completions",
    "/completions",
    "/models",
    "/responses",
    "/embeddings",
    "/messages",
];

/// Query parameters that carry a key.
const KEY_PARAMETERS: [&str; 6] = [
    "key",
    "api_key",
    "api-key",
    "apikey",
    "token",
    "access_token",
];

/// Why an address is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Nothing was given.
    #[error("no address was given")]
    Empty,
    /// It cannot be read as an address.
    #[error("{written} is not an address")]
    NotAnAddress {
        /// As given.
        written: String,
    },
    /// Neither http nor https.
    #[error("{scheme} is not supported, only http and https")]
    Scheme {
        /// The scheme found.
        scheme: String,
    },
    /// The address holds a user name, a password or a key, which would end up in settings and logs.
    #[error("the address holds a key or password; keys are kept apart")]
    Credentials,
}

/// Where a service is: an http(s) address, normalised.
///
/// `api.example.com`, `https://api.example.com/`, `…/v1`, `…/v1/v1/` and `…/v1/chat/completions` are one
/// endpoint. Without a scheme, this machine and private addresses are taken as http, all others as https.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Without the calls' names, trailing slashes and doubled versions; the query is kept.
    base: Url,
}

impl Endpoint {
    /// Reads an address as the writer gave it.
    ///
    /// # Errors
    /// [`EndpointError`], each with what to mend.
    pub fn parse(written: &str) -> Result<Self, EndpointError> {
        let written = written.trim().trim_matches(['"', '\'', '<', '>', '`']);
        if written.is_empty() {
            return Err(EndpointError::Empty);
        }
        let not_an_address = || EndpointError::NotAnAddress {
            // Whatever it is, it may hold a password.
            written: written.rsplit('@').next().unwrap_or_default().into(),
        };
        let mut base = if written.contains("://") {
            Url::parse(written).map_err(|_| not_an_address())?
        } else {
            let guess = Url::parse(&format!("http://{written}")).map_err(|_| not_an_address())?;
            if is_near(&guess) {
                guess
            } else {
                Url::parse(&format!("https://{written}")).map_err(|_| not_an_address())?
            }
        };
        if !matches!(base.scheme(), "http" | "https") {
            return Err(EndpointError::Scheme {
                scheme: base.scheme().into(),
            });
        }
        if base.host_str().is_none_or(str::is_empty) || written.contains(char::is_whitespace) {
            return Err(not_an_address());
        }
        let has_key = base
            .query_pairs()
            .any(|(name, _)| KEY_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()));
        if has_key || !base.username().is_empty() || base.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        base.set_fragment(None);
        let path = normalised_path(base.path());
        base.set_path(&path);
        Ok(Self { base })
    }

    /// Host, and port if it isn't the scheme's own: what the status line shows.
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.into(),
        }
    }

    /// The host's name alone.
    pub(crate) fn host_name(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// True when text and key go over the wire unencrypted.
    pub fn is_plaintext(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// True for this machine: text does not leave it.
    pub fn is_loopback(&self) -> bool {
        match address(&self.base) {
            Some(ip) => ip.is_loopback(),
            None => {
                let name = self.host_name();
                name == "localhost" || name.ends_with(".localhost")
            }
        }
    }

    /// True for this machine and for addresses of a home or office network.
    pub fn is_private(&self) -> bool {
        is_near(&self.base)
    }

    /// A name for the key of this endpoint: the same for every form of its address.
    pub(crate) fn key_name(&self) -> String {
        let path = self.base.path().trim_end_matches('/');
        let path = path.strip_suffix("/v1").unwrap_or(path);
        format!("{}://{}{path}", self.base.scheme(), self.host())
    }

    /// Bases to try, likeliest first; each without a trailing slash.
    pub(crate) fn bases(&self) -> Vec<String> {
        let path = self.base.path().trim_end_matches('/');
        let origin = format!("{}://{}", self.base.scheme(), self.host());
        let with = |path: &str| format!("{origin}{path}");
        match path.strip_suffix("/v1") {
            Some(short) => vec![with(path), with(short)],
            // `/v1beta/openai`, `/api/paas/v4`: complete as they are.
            None if path.split('/').any(is_version) => {
                vec![with(path), with(&format!("{path}/v1"))]
            }
            None => vec![with(&format!("{path}/v1")), with(path)],
        }
    }

    /// The address of a call at one of [`Self::bases`]. `None` when `base` is none (settings were edited).
    pub(crate) fn call(&self, base: &str, name: &str) -> Option<Url> {
        let mut url = Url::parse(&format!("{base}/{name}")).ok()?;
        url.set_query(self.base.query());
        // A stored base must never send text elsewhere than the host that is shown.
        (url.origin() == self.base.origin()).then_some(url)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

fn normalised_path(path: &str) -> String {
    let mut path = path.trim_end_matches('/').to_owned();
    while let Some(short) = CALLS.iter().find_map(|call| path.strip_suffix(call)) {
        path = short.trim_end_matches('/').to_owned();
    }
    while let Some(short) = path.strip_suffix("/v1/v1") {
        path = format!("{short}/v1");
    }
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    path
}

/// `v1`, `v4`, `v1beta`.
fn is_version(segment: &str) -> bool {
    let mut chars = segment.chars();
    chars.next() == Some('v') && chars.next().is_some_and(|c| c.is_ascii_digit())
}

fn address(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn is_near(url: &Url) -> bool {
    match address(url) {
        Some(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        None => {
            let name = url.host_str().unwrap_or_default();
            // A name without a dot is one of the local network.
            !name.contains('.')
                || [".localhost", ".local", ".lan", ".internal"]
                    .iter()
                    .any(|end| name.ends_with(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, bases: &[&str]) {
        assert_eq!(
            Endpoint::parse(written).unwrap().bases(),
            bases,
            "{written}"
        );
    }

    #[test]
    fn every_form_of_an_address_is_one_endpoint() {
        let bases = ["https://api.example.com/v1", "https://api.example.com"];
        for written in [
            "api.example.com",
            "https://api.example.com",
            "https://api.example.com/",
            "https://api.example.com/v1",
            "https://api.example.com/v1/",
            "https://api.example.com/v1/v1",
            "https://api.example.com//v1//",
            " https://api.example.com/v1/chat/completions ",
            "https://api.example.com/chat/completions/",
            "https://api.example.com/v1/models",
            "\"https://API.example.com/v1\"",
        ] {
            check(written, &bases);
        }
    }

    #[test]
    fn path_prefixes_and_other_versions_stand() {
        check(
            "https://gw.example.com/proxy/openai",
            &[
                "https://gw.example.com/proxy/openai/v1",
                "https://gw.example.com/proxy/openai",
            ],
        );
        check(
            "https://g.example.com/v1beta/openai/",
            &[
                "https://g.example.com/v1beta/openai",
                "https://g.example.com/v1beta/openai/v1",
            ],
        );
        check(
            "https://z.example.cn/api/paas/v4/chat/completions",
            &[
                "https://z.example.cn/api/paas/v4",
                "https://z.example.cn/api/paas/v4/v1",
            ],
        );
        check(
            "https://d.example.cn/compatible-mode/v1",
            &[
                "https://d.example.cn/compatible-mode/v1",
                "https://d.example.cn/compatible-mode",
            ],
        );
    }

    #[test]
    fn without_a_scheme_near_hosts_are_http_and_far_ones_https() {
        for near in [
            "localhost:8080",
            "127.0.0.1:8080/v1",
            "[::1]:8080",
            "192.168.1.7:1234",
            "nas.local",
            "tower:5000",
        ] {
            let endpoint = Endpoint::parse(near).unwrap();
            assert!(endpoint.is_plaintext() && endpoint.is_private(), "{near}");
        }
        let far = Endpoint::parse("api.example.com").unwrap();
        assert!(!far.is_plaintext() && !far.is_private() && !far.is_loopback());
        let open = Endpoint::parse("http://api.example.com").unwrap();
        assert!(open.is_plaintext() && !open.is_private());
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (written, is) in [
            ("localhost", true),
            ("127.0.0.9:80", true),
            ("[::1]", true),
            ("192.168.0.1", false),
            ("http://localhost.example.com", false),
        ] {
            assert_eq!(
                Endpoint::parse(written).unwrap().is_loopback(),
                is,
                "{written}"
            );
        }
    }

    #[test]
    fn the_host_is_shown_with_its_port() {
        assert_eq!(
            Endpoint::parse("http://127.0.0.1:8080/v1").unwrap().host(),
            "127.0.0.1:8080"
        );
        assert_eq!(
            Endpoint::parse("https://a.example.com:443").unwrap().host(),
            "a.example.com"
        );
    }

    #[test]
    fn keys_in_an_address_are_refused_and_not_repeated() {
        for written in [
            "https://user:canary@api.example.com",
            "https://canary@api.example.com/v1",
            "https://api.example.com/v1?key=canary",
            "https://api.example.com/v1?API_KEY=canary",
        ] {
            assert_eq!(Endpoint::parse(written), Err(EndpointError::Credentials));
        }
        let bad = Endpoint::parse("http://user:canary@:80:80").unwrap_err();
        assert!(!format!("{bad} {bad:?}").contains("canary"), "{bad}");
    }

    #[test]
    fn what_is_no_address_says_so() {
        assert_eq!(Endpoint::parse("  "), Err(EndpointError::Empty));
        assert!(matches!(
            Endpoint::parse("ftp://a.example.com"),
            Err(EndpointError::Scheme { .. })
        ));
        assert!(matches!(
            Endpoint::parse("my server"),
            Err(EndpointError::NotAnAddress { .. })
        ));
        assert!(matches!(
            Endpoint::parse("http://"),
            Err(EndpointError::NotAnAddress { .. })
        ));
    }

    #[test]
    fn a_query_is_kept_for_every_call() {
        let endpoint = Endpoint::parse(
            "https://x.example.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
        )
        .unwrap();
        let base = endpoint.bases().pop().unwrap();
        let url = endpoint.call(&base, "chat/completions").unwrap();
        assert_eq!(
            url.as_str(),
            "https://x.example.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
        );
    }

    #[test]
    fn a_stored_base_cannot_lead_to_another_host() {
        let endpoint = Endpoint::parse("https://a.example.com").unwrap();
        assert_eq!(endpoint.call("https://b.example.com/v1", "models"), None);
        assert_eq!(endpoint.call("http://a.example.com/v1", "models"), None);
        assert!(
            endpoint
                .call("https://a.example.com/v1", "models")
                .is_some()
        );
    }

    #[test]
    fn one_key_serves_every_form_of_an_address() {
        let name = |written| Endpoint::parse(written).unwrap().key_name();
        assert_eq!(name("https://a.example.com/v1/"), name("a.example.com"));
        assert_ne!(
            name("https://a.example.com/team"),
            name("https://a.example.com")
        );
    }
}
