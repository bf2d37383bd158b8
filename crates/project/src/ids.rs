//! Names of things as they leave the file: UUIDv7, one type for each kind of thing.

use std::fmt;
use std::str::FromStr;

use uuid::{NoContext, Timestamp, Uuid};

/// Milliseconds since 1970-01-01 UTC. The callers' clock; this crate has none of its own.
pub type Millis = i64;

fn stamp(now: Millis) -> Timestamp {
    let ms = now.max(0) as u64;
    Timestamp::from_unix(NoContext, ms / 1000, (ms % 1000) as u32 * 1_000_000)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id made at `now`.
            #[must_use]
            pub fn new(now: Millis) -> Self {
                Self(Uuid::new_v7(stamp(now)))
            }

            /// The id with these bytes, as they stand in the file.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The bytes of the id, as they stand in the file.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// When the id was made, in milliseconds since 1970.
            #[must_use]
            pub fn made(&self) -> Millis {
                let mut ms = [0u8; 8];
                ms[2..].copy_from_slice(&self.0.as_bytes()[..6]);
                i64::from_be_bytes(ms)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(s: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(s).map(Self).map_err(|_| InvalidId)
            }
        }
    )*};
}

ids! {
    /// A project, for as long as its file and the copies of it live.
    ProjectId,
    /// A document of a project.
    DocumentId,
    /// One opening of a project for writing. Says which opening wrote, never who.
    OpeningId,
    /// One act of a document: what a single undo takes back. Also names the version right after it.
    ActId,
    /// One request to a model, with all its candidates.
    GenerationId,
    /// One of the texts that a generation brought.
    CandidateId,
    /// A place in a document that moves with the edits.
    AnchorId,
    /// An act of the binder: a document made, named, moved, thrown away.
    BinderActId,
    /// A named version of the whole project.
    ProjectVersionId,
}

impl ActId {
    /// The id of an act is not stored: 48 bits of it are the time the act began, the rest a
    /// hash of what tells it from all others. `seed` must be the same for ever.
    pub(crate) fn derived(at: Millis, seed: &[u8; 32]) -> Self {
        let mut bytes = [0u8; 16];
        bytes[..6].copy_from_slice(&at.max(0).to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&seed[..10]);
        bytes[6] = bytes[6] & 0x0f | 0x70;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self::from_bytes(bytes)
    }
}

/// The text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_knows_when_it_was_made_and_reads_back() {
        let id = DocumentId::new(1_790_000_000_123);
        assert_eq!(id.made(), 1_790_000_000_123);
        assert_eq!(id.to_string().parse::<DocumentId>().unwrap(), id);
        assert_eq!("title".parse::<DocumentId>(), Err(InvalidId));
    }

    #[test]
    fn a_derived_id_is_a_uuid_of_version_7() {
        let id = ActId::derived(1_790_000_000_123, &[0xff; 32]);
        let uuid = Uuid::from_bytes(*id.as_bytes());
        assert_eq!(uuid.get_version_num(), 7);
        assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(id.made(), 1_790_000_000_123);
    }
}
