//! Remote services: which one a project on this machine may use, and its key.

use inference::Place;
use maas::{Endpoint, KeyPlace, Keys, Runtime, Secret, Service, TestReport};

use crate::error::Error;
use crate::home::{Consent, Home};

/// Services and their keys.
#[derive(Clone)]
pub struct Remotes {
    runtime: Runtime,
    keys: Keys,
}

/// What a test of a connection found, and where its key is.
#[derive(Debug, Clone)]
pub struct Tested {
    /// What the service said.
    pub report: TestReport,
    /// Where the key is; `None` = no key.
    pub key: Option<KeyPlace>,
}

impl Remotes {
    /// Keys in the system's keyring.
    pub fn new(runtime: Runtime, keys: Keys) -> Self {
        Self { runtime, keys }
    }

    /// A service by its address, with the key kept for it, or a new one that is kept now. Blocks for the
    /// keyring: not on the window's thread.
    ///
    /// # Errors
    /// When the address is none, or the keyring is locked.
    pub fn service(
        &self,
        url: &str,
        model: &str,
        new_key: Option<&str>,
    ) -> Result<(Service, Option<KeyPlace>), Error> {
        let endpoint = Endpoint::parse(url)?;
        let (key, place) = match new_key.and_then(Secret::new) {
            Some(key) => {
                let kept = self.keys.store(&endpoint, &key);
                (Some(key), Some(kept.place))
            }
            None => match self.keys.load(&endpoint)? {
                Some(found) => (Some(found.key), Some(found.place)),
                None => (None, None),
            },
        };
        Ok((Service::new(endpoint, key, model, &self.runtime)?, place))
    }

    /// A service whose key is given for this call only.
    ///
    /// # Errors
    /// When the address is none.
    pub fn service_with_key(
        &self,
        url: &str,
        model: &str,
        key: Option<&str>,
    ) -> Result<Service, Error> {
        let endpoint = Endpoint::parse(url)?;
        let key = match key.and_then(Secret::new) {
            Some(key) => Some(key),
            None => self
                .keys
                .load(&endpoint)
                .ok()
                .flatten()
                .map(|found| found.key),
        };
        Ok(Service::new(endpoint, key, model, &self.runtime)?)
    }

    /// Tests a connection. Nothing of the project is sent. Blocks.
    ///
    /// # Errors
    /// What would keep every draft from working.
    pub fn test(&self, url: &str, model: &str, new_key: Option<&str>) -> Result<Tested, Error> {
        let (service, key) = self.service(url, model, new_key)?;
        Ok(Tested {
            report: service.test_connection_blocking()?,
            key,
        })
    }

    /// Forgets a key.
    ///
    /// # Errors
    /// When the keyring cannot be changed.
    pub fn forget_key(&self, url: &str) -> Result<(), Error> {
        Ok(self.keys.delete(&Endpoint::parse(url)?)?)
    }

    /// The service that a project may use on this machine; `None` while it is off.
    ///
    /// # Errors
    /// [`Error::NoRemoteModel`] when it is on and no model is chosen.
    pub fn of_project(&self, home: &Home, project: &str) -> Result<Option<Service>, Error> {
        let Consent {
            enabled,
            url,
            model,
        } = home.consent(project);
        if !enabled {
            return Ok(None);
        }
        if url.is_empty() || model.is_empty() {
            return Err(Error::NoRemoteModel);
        }
        Ok(Some(self.service(&url, &model, None)?.0))
    }
}

/// Host of an address, for the status line; empty when it is none.
pub fn host_of(url: &str) -> String {
    Endpoint::parse(url)
        .map(|endpoint| endpoint.host())
        .unwrap_or_default()
}

/// Host of a place; `None` = this machine.
pub fn host(place: &Place) -> Option<&str> {
    match place {
        Place::ThisMachine => None,
        Place::Remote { host } => Some(host),
    }
}

/// Where a key is, as a word: `keyring`, `memory`, `none`.
pub fn key_place(place: Option<KeyPlace>) -> &'static str {
    match place {
        Some(KeyPlace::Keyring) => "keyring",
        Some(KeyPlace::Memory) => "memory",
        None => "none",
    }
}
