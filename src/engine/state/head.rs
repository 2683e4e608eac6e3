//! The head object: what the state of a stack consists of, and who may write it.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::model::{DigestKey, StackId};

use super::frame::{self, Format};
use super::load::Known;
use super::{Keys, StateError};

/// Where a stack is kept, and whose it has to be.
#[derive(Clone)]
pub struct Place {
    pub store: std::sync::Arc<dyn super::ObjectStore>,
    pub stack: StackId,
    /// 12 digits.
    pub account: String,
    pub region: String,
}

impl Place {
    pub fn keys(&self) -> Keys {
        Keys::new(&self.stack)
    }
}

/// The first line of the head's content. The entries since the last segment follow it, one a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    pub stack: StackId,
    pub account: String,
    pub region: String,
    pub lineage: String,
    /// Of the lock under which it was written.
    pub epoch: u64,
    /// Grows by one with every committed group of entries, and with nothing else.
    pub serial: u64,
    /// Unique for every write, so that a write whose reply was lost is recognised.
    pub write_id: String,
    /// None: the empty state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<ObjectRef>,
    /// Entries since the snapshot, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<ObjectRef>,
}

/// An object that is written once. The checksum is of its content: an older or swapped object is not taken for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ObjectRef {
    pub key: String,
    pub sha256: String,
    /// Of the whole object.
    pub bytes: u64,
}

impl Head {
    /// Of a stack that was never written.
    pub fn fresh(place: &Place) -> Self {
        Self {
            stack: place.stack.clone(),
            account: place.account.clone(),
            region: place.region.clone(),
            lineage: String::new(),
            epoch: 0,
            serial: 0,
            write_id: String::new(),
            snapshot: None,
            segments: Vec::new(),
        }
    }

    /// The object, with the entries of `tail`, signed with the key of the lock row.
    pub fn encode(&self, tail: &[u8], key: &DigestKey) -> Result<Vec<u8>, StateError> {
        let mut content = line(self)?;
        content.extend_from_slice(tail);
        Ok(wrapped(&content, key))
    }

    /// The head and its tail, from the object that was read.
    pub fn decode(place: &Place, object: &[u8], known: &Known) -> Result<(Self, Vec<u8>), StateError> {
        let key = place.keys().head();
        let frame = frame::unwrap(Format::Head, &key, object)?;
        let (first, tail) = split_line(frame.content);
        let head: Self = parse(&key, first)?;
        check_owner(&key, (&head.stack, &head.account), (&place.stack, &place.account))?;
        check_region(&key, &head.region, place)?;
        if known.signed && !is_signed(&known.key, frame.content, frame.hmac.as_deref()) {
            return Err(StateError::Forged { key });
        }
        Ok((head, tail.to_vec()))
    }

    /// The objects that the head names.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRef> {
        self.snapshot.iter().chain(&self.segments)
    }

    /// Bytes of entries since the snapshot, the tail aside.
    pub fn segment_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }
}

/// The object with this content, signed if there is a key.
pub(super) fn wrapped(content: &[u8], key: &DigestKey) -> Vec<u8> {
    let hmac = signature(key, content).map(hex::encode);
    frame::wrap_signed(Format::Head, content, hmac.as_deref()).0
}

/// HMAC-SHA256 of a head's content. The prefix keeps it apart from the digests of secrets, which have the same key.
fn signature(key: &DigestKey, content: &[u8]) -> Option<[u8; 32]> {
    key.sign(&[b"wildfire.head\0", content].concat())
}

fn is_signed(key: &DigestKey, content: &[u8], hmac: Option<&str>) -> bool {
    match (signature(key, content), hmac) {
        (Some(expected), Some(found)) => hex::encode(expected).as_bytes().ct_eq(found.as_bytes()).into(),
        _ => false,
    }
}

/// Refuses state that was made in another region: nothing of it would be found there, and all be created again.
fn check_region(key: &str, found: &str, place: &Place) -> Result<(), StateError> {
    if found == place.region {
        return Ok(());
    }
    let name = |region: &str| format!("{} in {region}", place.stack);
    Err(StateError::Foreign { key: key.to_string(), expected: name(&place.region), found: name(found) })
}

/// Refuses state of another stack or account.
pub(super) fn check_owner(key: &str, found: (&StackId, &str), expected: (&StackId, &str)) -> Result<(), StateError> {
    if found == expected {
        return Ok(());
    }
    let name = |(stack, account): (&StackId, &str)| format!("{stack} of account {account}");
    Err(StateError::Foreign { key: key.to_string(), expected: name(expected), found: name(found) })
}

/// JSON and a newline.
pub(super) fn line(value: &impl Serialize) -> Result<Vec<u8>, StateError> {
    let mut text = serde_json::to_vec(value).map_err(|error| StateError::Illegal { reason: error.to_string() })?;
    text.push(b'\n');
    Ok(text)
}

/// The first line without its end, and the rest.
pub(super) fn split_line(content: &[u8]) -> (&[u8], &[u8]) {
    match content.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&content[..end], &content[end + 1..]),
        None => (content, &[]),
    }
}

pub(super) fn parse<'a, T: Deserialize<'a>>(key: &str, text: &'a [u8]) -> Result<T, StateError> {
    serde_json::from_slice(text)
        .map_err(|error| StateError::Corrupt { key: key.to_string(), reason: format!("it does not read: {error}") })
}
