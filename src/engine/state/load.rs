//! Reading what is stored: the head, then what it names. Needs no lock and writes nothing.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use crate::model::{DigestKey, StackId};

use super::frame::{self, Format};
use super::head::{Head, ObjectRef, Place, check_owner, parse, split_line};
use super::retry::read_with_retry;
use super::{LockRow, ObjectStore, State, StateError};

/// Objects read at the same time.
const AT_ONCE: usize = 16;

/// How often a head is read again because an object that it names was deleted meanwhile.
const ATTEMPTS: usize = 10;

/// The first line of a segment's content.
#[derive(Serialize, Deserialize)]
pub(super) struct SegmentLabel {
    pub stack: StackId,
    pub lineage: String,
    /// Of the last entry.
    pub serial: u64,
}

/// What the lock row says of the head.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The head was at this serial: an older one was put back.
    pub serial: u64,
    /// The head has an HMAC under `key`. Never again false for a row: a head without one was not written by wildfire.
    pub signed: bool,
    pub key: DigestKey,
}

impl From<&LockRow> for Known {
    fn from(row: &LockRow) -> Self {
        Self { serial: row.serial, signed: row.signed, key: row.digest_key.clone() }
    }
}

/// What is stored of a stack: a snapshot and the entries since, checked against their checksums.
#[derive(Clone, Debug)]
pub struct Stored {
    pub(super) head: Head,
    /// None: there is no head.
    pub(super) etag: Option<String>,
    pub(super) tail: Vec<u8>,
    snapshot: State,
    segments: Vec<(String, Vec<u8>)>,
    head_key: String,
}

impl Stored {
    /// The state to which the entries apply.
    pub fn snapshot(&self) -> &State {
        &self.snapshot
    }

    /// The entries since the snapshot, oldest first: the key of the object that holds each, and its JSON.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let segments = self.segments.iter().map(|(key, lines)| (key.as_str(), lines.as_slice()));
        segments
            .chain([(self.head_key.as_str(), self.tail.as_slice())])
            .flat_map(|(key, lines)| lines.split(|byte| *byte == b'\n').map(move |line| (key, line)))
            .filter(|(_, line)| !line.is_empty())
    }

    /// False for a stack that was never written.
    pub fn exists(&self) -> bool {
        self.etag.is_some()
    }

    /// Gives a stack that was never written its lineage.
    pub(super) fn begin(&mut self, lineage: String) {
        self.snapshot.lineage.clone_from(&lineage);
        self.head.lineage = lineage;
    }

    /// The serial after all entries.
    pub fn serial(&self) -> u64 {
        self.head.serial
    }
}

/// Reads a stack. `known` is of the lock row, read before.
pub async fn load(place: &Place, known: &Known) -> Result<Stored, StateError> {
    let head_key = place.keys().head();
    let mut missing = None;
    for _ in 0..ATTEMPTS {
        let Some((head, tail, etag)) = read_head(place, known).await? else {
            return fresh(place, known).await;
        };
        if head.serial < known.serial {
            return Err(StateError::RolledBack { key: head_key, serial: head.serial, known: known.serial });
        }
        // An object that is gone although the same head still names it did not go by our hand.
        if let Some((key, write_id)) = &missing
            && *write_id == head.write_id
        {
            let reason = "the head names it, and it is not there".to_string();
            return Err(StateError::Missing { key: String::clone(key), reason });
        }
        match read_objects(place, &head).await? {
            Ok((snapshot, segments)) => {
                return Ok(Stored { head, etag: Some(etag), tail, snapshot, segments, head_key });
            }
            Err(key) => missing = Some((key, head.write_id)),
        }
    }
    Err(StateError::Conflict { key: head_key })
}

/// The head, its tail and its ETag.
pub(super) async fn read_head(place: &Place, known: &Known) -> Result<Option<(Head, Vec<u8>, String)>, StateError> {
    let key = place.keys().head();
    let Some((object, etag)) = read_with_retry(|| place.store.get(&key)).await? else { return Ok(None) };
    let (head, tail) = Head::decode(place, &object, known)?;
    Ok(Some((head, tail, etag)))
}

/// The empty state, if nothing says that there was more.
async fn fresh(place: &Place, known: &Known) -> Result<Stored, StateError> {
    let (keys, head_key) = (place.keys(), place.keys().head());
    let missing = |reason: String| StateError::Missing { key: head_key.clone(), reason };
    if known.serial > 0 {
        return Err(missing(format!("the lock row says that it was at serial {}", known.serial)));
    }
    let others = read_with_retry(|| place.store.list(keys.prefix())).await?;
    if let Some(key) = others.iter().find(|key| keys.proves_a_head(key)) {
        // Another run may have begun the stack after we looked for the head.
        if read_head(place, known).await?.is_some() {
            return Box::pin(load(place, known)).await;
        }
        return Err(missing(format!("{key} is there, which is written after it")));
    }
    let head = Head::fresh(place);
    let snapshot = empty(place, &head);
    Ok(Stored { head, etag: None, tail: Vec::new(), snapshot, segments: Vec::new(), head_key })
}

type Objects = (State, Vec<(String, Vec<u8>)>);

/// The inner error is the key of an object that is not there.
async fn read_objects(place: &Place, head: &Head) -> Result<Result<Objects, String>, StateError> {
    let keys: Vec<String> = head.objects().map(|object| object.key.clone()).collect();
    let fetched: Vec<Option<Vec<u8>>> =
        stream::iter(keys).map(|key| fetch(place.store.clone(), key)).buffered(AT_ONCE).try_collect().await?;
    let mut snapshot = None;
    let mut segments = Vec::new();
    for (object, body) in head.objects().zip(fetched) {
        let Some(body) = body else { return Ok(Err(object.key.clone())) };
        if head.snapshot.as_ref() == Some(object) {
            snapshot = Some(read_snapshot(place, head, object, &body)?);
        } else {
            segments.push((object.key.clone(), read_segment(place, head, object, &body)?));
        }
    }
    Ok(Ok((snapshot.unwrap_or_else(|| empty(place, head)), segments)))
}

async fn fetch(store: Arc<dyn ObjectStore>, key: String) -> Result<Option<Vec<u8>>, StateError> {
    Ok(read_with_retry(|| store.get(&key)).await?.map(|(body, _)| body))
}

fn read_snapshot(place: &Place, head: &Head, object: &ObjectRef, body: &[u8]) -> Result<State, StateError> {
    let content = checked(Format::Snapshot, object, body)?;
    let state: State = parse(&object.key, content)?;
    check_owner(&object.key, (&state.stack, &state.account), (&place.stack, &place.account))?;
    check_lineage(&object.key, &state.lineage, head)?;
    Ok(state)
}

fn read_segment(place: &Place, head: &Head, object: &ObjectRef, body: &[u8]) -> Result<Vec<u8>, StateError> {
    let content = checked(Format::Segment, object, body)?;
    let (first, lines) = split_line(content);
    let label: SegmentLabel = parse(&object.key, first)?;
    check_owner(&object.key, (&label.stack, &head.account), (&place.stack, &place.account))?;
    check_lineage(&object.key, &label.lineage, head)?;
    Ok(lines.to_vec())
}

fn checked<'a>(format: Format, object: &ObjectRef, body: &'a [u8]) -> Result<&'a [u8], StateError> {
    let frame = frame::unwrap(format, &object.key, body)?;
    if frame.sha256 != object.sha256 {
        let reason = "it is whole, and not what the head names: another version of it was put there".to_string();
        return Err(StateError::Corrupt { key: object.key.clone(), reason });
    }
    Ok(frame.content)
}

fn check_lineage(key: &str, lineage: &str, head: &Head) -> Result<(), StateError> {
    if lineage == head.lineage {
        return Ok(());
    }
    let (expected, found) = (format!("lineage {}", head.lineage), format!("lineage {lineage}"));
    Err(StateError::Foreign { key: key.to_string(), expected, found })
}

fn empty(place: &Place, head: &Head) -> State {
    State::empty(place.stack.clone(), head.account.clone(), head.region.clone(), head.lineage.clone())
}
