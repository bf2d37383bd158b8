//! Keys, in the system's keyring, or in memory where there is none.
//!
//! A locked keyring waits for a password prompt that may be hidden or never shown, so every call runs on a
//! thread of its own, is given up after a while, and may still complete later. That thread is never joined:
//! a hanging keyring must not keep the program from ending.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring::v1::{Entry, Error as Refusal};

use crate::endpoint::Endpoint;
use crate::secret::Secret;

/// Name of our entries in the keyring.
const SERVICE: &str = "org.palimpsest.studio";
/// Longest wait for the keyring.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the system's keyring.
    Keyring,
    /// In this process only: it is gone when the program ends.
    Memory,
}

/// Why the keyring could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The system has no keyring, or none that is running.
    #[error("there is no keyring on this system")]
    NoKeyring,
    /// The keyring is locked, and was not unlocked.
    #[error("the keyring is locked")]
    Locked,
    /// The keyring did not answer; it may be waiting for its password.
    #[error("the keyring did not answer within {after:?}")]
    TimedOut {
        /// How long it was waited for.
        after: Duration,
    },
    /// What lies in the keyring is no key.
    #[error("the keyring holds something for {endpoint} that is no key")]
    NotAKey {
        /// The endpoint asked for.
        endpoint: String,
    },
    /// The keyring failed.
    #[error("the keyring failed: {cause}")]
    Failed {
        /// What it said.
        cause: String,
    },
}

/// Where a key was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is now.
    pub place: KeyPlace,
    /// Why not in the keyring.
    pub because: Option<KeyError>,
}

/// A key that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The key.
    pub key: Secret,
    /// Where it was.
    pub place: KeyPlace,
}

/// Keys by endpoint. Calls wait up to five seconds: not for the window's thread.
#[derive(Clone)]
pub struct Keys {
    memory: Arc<Mutex<BTreeMap<String, Secret>>>,
    keyring: Option<Sender<Job>>,
    patience: Duration,
}

struct Job {
    name: String,
    act: Act,
    reply: SyncSender<Result<Option<Secret>, KeyError>>,
}

enum Act {
    Store(Secret),
    Load,
    Delete,
}

impl Keys {
    /// Uses the system's keyring. Whether there is one shows at the first call.
    pub fn in_keyring() -> Self {
        let (sender, jobs) = channel();
        let thread = std::thread::Builder::new()
            .name("keyring".into())
            .spawn(move || serve(&jobs));
        Self {
            memory: Arc::default(),
            keyring: thread.is_ok().then_some(sender),
            patience: PATIENCE,
        }
    }

    /// Keeps keys in memory only.
    pub fn in_memory() -> Self {
        Self {
            memory: Arc::default(),
            keyring: None,
            patience: PATIENCE,
        }
    }

    /// Keeps a key: in the keyring, else in memory, with the reason. Replaces an older one.
    pub fn store(&self, endpoint: &Endpoint, key: &Secret) -> Kept {
        let name = endpoint.key_name();
        match self.ask(&name, Act::Store(key.clone())) {
            Ok(_) => {
                self.memory().remove(&name);
                Kept {
                    place: KeyPlace::Keyring,
                    because: None,
                }
            }
            Err(error) => {
                self.memory().insert(name, key.clone());
                Kept {
                    place: KeyPlace::Memory,
                    because: Some(error),
                }
            }
        }
    }

    /// Finds a key. `None` when none was kept, also where there is no keyring.
    ///
    /// # Errors
    /// [`KeyError`] when there is a keyring that cannot be read now.
    pub fn load(&self, endpoint: &Endpoint) -> Result<Option<Found>, KeyError> {
        let name = endpoint.key_name();
        if let Some(key) = self.memory().get(&name) {
            return Ok(Some(Found {
                key: key.clone(),
                place: KeyPlace::Memory,
            }));
        }
        match self.ask(&name, Act::Load) {
            Ok(key) => Ok(key.map(|key| Found {
                key,
                place: KeyPlace::Keyring,
            })),
            Err(KeyError::NoKeyring) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Forgets a key. Does nothing when there is none.
    ///
    /// # Errors
    /// [`KeyError`] when there is a keyring that cannot be changed now; memory forgets all the same.
    pub fn delete(&self, endpoint: &Endpoint) -> Result<(), KeyError> {
        let name = endpoint.key_name();
        self.memory().remove(&name);
        match self.ask(&name, Act::Delete) {
            Ok(_) | Err(KeyError::NoKeyring) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn ask(&self, name: &str, act: Act) -> Result<Option<Secret>, KeyError> {
        let keyring = self.keyring.as_ref().ok_or(KeyError::NoKeyring)?;
        let (reply, answer) = sync_channel(1);
        let job = Job {
            name: name.into(),
            act,
            reply,
        };
        keyring.send(job).map_err(|_| KeyError::NoKeyring)?;
        answer.recv_timeout(self.patience).unwrap_or_else(|error| {
            Err(match error {
                RecvTimeoutError::Timeout => KeyError::TimedOut {
                    after: self.patience,
                },
                RecvTimeoutError::Disconnected => KeyError::Failed {
                    cause: "its thread ended".into(),
                },
            })
        })
    }

    fn memory(&self) -> MutexGuard<'_, BTreeMap<String, Secret>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keyring's thread: a plain one, since the keyring's client blocks and may start a runtime of its own.
fn serve(jobs: &Receiver<Job>) {
    for job in jobs {
        let result = act(&job.name, job.act);
        // Whoever asked may have given up; the keyring keeps what it was told all the same.
        let _ = job.reply.try_send(result);
    }
}

fn act(name: &str, act: Act) -> Result<Option<Secret>, KeyError> {
    let entry = Entry::new(SERVICE, name).map_err(|error| judge(name, &error))?;
    let result = match act {
        Act::Store(key) => entry.set_password(key.reveal()).map(|()| None),
        Act::Load => entry.get_password().map(Some),
        Act::Delete => entry.delete_credential().map(|()| None),
    };
    match result {
        Ok(None) | Err(Refusal::NoEntry) => Ok(None),
        Ok(Some(text)) => match Secret::new(&text) {
            Some(key) => Ok(Some(key)),
            None => Err(KeyError::NotAKey {
                endpoint: name.into(),
            }),
        },
        Err(error) => Err(judge(name, &error)),
    }
}

fn judge(name: &str, error: &Refusal) -> KeyError {
    match error {
        Refusal::NoDefaultStore => KeyError::NoKeyring,
        Refusal::NoStorageAccess(_) => KeyError::Locked,
        // Their own words would quote what they hold.
        Refusal::BadEncoding(_) | Refusal::BadDataFormat(..) => KeyError::NotAKey {
            endpoint: name.into(),
        },
        // The bus is there and nobody on it keeps secrets.
        Refusal::PlatformFailure(cause) if cause.to_string().contains("ServiceUnknown") => {
            KeyError::NoKeyring
        }
        error => KeyError::Failed {
            cause: error.to_string(),
        },
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("keyring", &self.keyring.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_and_forgets() {
        let keys = Keys::in_memory();
        let endpoint = Endpoint::parse("api.example.com").unwrap();
        let key = Secret::new("canary").unwrap();
        assert_eq!(keys.load(&endpoint), Ok(None));
        let kept = keys.store(&endpoint, &key);
        assert_eq!(kept.place, KeyPlace::Memory);
        let again = Endpoint::parse("https://api.example.com/v1/").unwrap();
        assert_eq!(keys.load(&again).unwrap().unwrap().key, key);
        assert!(!format!("{keys:?} {kept:?}").contains("canary"));
        keys.delete(&endpoint).unwrap();
        assert_eq!(keys.load(&endpoint), Ok(None));
    }
}
