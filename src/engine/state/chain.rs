//! Writing what is stored: the head by compare-and-swap, and the objects that it names before it names them.
//!
//! The rules that make it safe:
//! - An object other than the head is written once, under a unique key, before a head names it, and deleted only when
//!   neither the head nor the one before its last compaction names it.
//! - A head is written only over the head that this chain has read or written last, and only while the lease is valid.
//! - Every head has a write id of its own, so no two are equal, no ETag comes back, and a request that was delayed for
//!   however long finds its condition false.
//! - The first write of a new holder fences the head: it changes the ETag, so that nothing of the old holder can land any more.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};

use super::frame::{self, Format};
use super::head::{Head, ObjectRef, Place, line};
use super::load::{SegmentLabel, Stored, load, read_head};
use super::retry::{Backoff, answer, read_with_retry};
use super::{Ids, Keys, Lease, ObjectStore, Precondition, Put, State, StateError, StoreError};

/// Entries beyond this leave the head for a segment: every commit writes the head, so it has to stay small.
const TAIL_BYTES: usize = 64 * 1024;

/// A journal up to this long is never worth a snapshot during a run.
const JOURNAL_BYTES: u64 = 256 * 1024;

/// How long a write is tried, while the lease is valid.
const PERSISTENCE: Duration = Duration::from_secs(60);

/// How often fencing begins again because the holder before wrote at the same time.
const FENCE_ATTEMPTS: usize = 10;

/// The writing end of a stack's state. One at a time, under a lease.
pub struct Chain {
    place: Place,
    keys: Keys,
    lease: Lease,
    ids: Arc<dyn Ids>,
    head: Head,
    tail: Vec<u8>,
    /// Of `head`; none when there is no head yet.
    etag: Option<String>,
    /// What the head named before its last compaction; some when this chain has compacted.
    previous: Option<BTreeSet<String>>,
    /// Why nothing can be written any more.
    dead: Option<StateError>,
}

/// What the head turned out to be after a write without a clear answer.
enum Look {
    /// Ours.
    Landed { etag: String },
    /// As before the write.
    Before { etag: Option<String> },
}

impl Chain {
    /// Reads the stack, lets `fold` judge it, and fences the head. Nothing is written when either fails.
    pub async fn open<T>(
        place: Place,
        lease: Lease,
        ids: Arc<dyn Ids>,
        fold: impl Fn(&Stored) -> Result<T, StateError>,
    ) -> Result<(Self, T), StateError> {
        let keys = place.keys();
        for _ in 0..FENCE_ATTEMPTS {
            let mut stored = load(&place, lease.known()).await?;
            if !stored.exists() {
                stored.begin(ids.uuid());
            }
            let folded = fold(&stored)?;
            if stored.head.epoch >= lease.epoch() {
                lease.raise_epoch(stored.head.epoch + 1).await?;
            }
            let Stored { head, tail, etag, .. } = stored;
            let (place, keys, lease, ids) = (place.clone(), keys.clone(), lease.clone(), ids.clone());
            let mut chain = Self { place, keys, lease, ids, head, tail, etag, previous: None, dead: None };
            match chain.write_head(chain.head.clone(), chain.tail.clone()).await {
                Ok(()) => {
                    chain.lease.note_signed();
                    return Ok((chain, folded));
                }
                // The holder before us wrote between our read and our write.
                Err(StateError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StateError::Conflict { key: keys.head() })
    }

    pub fn serial(&self) -> u64 {
        self.head.serial
    }

    /// True when no write can succeed any more: what is stored may be other than what this chain believes.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    /// Appends entries, each a line of JSON with its newline, as one group. After an error nothing was written,
    /// unless the chain is dead.
    pub async fn append(&mut self, lines: &[u8]) -> Result<u64, StateError> {
        self.check_alive()?;
        let mut next = self.head.clone();
        next.serial += 1;
        let mut tail = Vec::with_capacity(self.tail.len() + lines.len());
        tail.extend_from_slice(&self.tail);
        tail.extend_from_slice(lines);
        if tail.len() > TAIL_BYTES {
            let label = SegmentLabel { stack: next.stack.clone(), lineage: next.lineage.clone(), serial: next.serial };
            let mut content = line(&label)?;
            content.append(&mut tail);
            let key = self.keys.segment(next.serial, &self.ids.ulid());
            next.segments.push(self.write_object(Format::Segment, key, &content).await?);
        }
        self.write_head(next, tail).await?;
        self.lease.note_serial(self.head.serial);
        Ok(self.head.serial)
    }

    /// True when reading the journal has become as dear as a snapshot: bytes written stay linear in the changes.
    pub fn wants_compaction(&self) -> bool {
        self.journal_bytes() > JOURNAL_BYTES.max(self.snapshot_bytes() / 2)
    }

    /// True when a snapshot at the end of a run costs little, or spares the next run much.
    pub fn welcomes_compaction(&self) -> bool {
        let journal = self.journal_bytes();
        journal > 0 && (self.snapshot_bytes() <= JOURNAL_BYTES || journal >= self.snapshot_bytes() / 8)
    }

    /// Puts a snapshot in the place of the journal. `state` is the fold of all that was appended. The serial stays.
    pub async fn compact(&mut self, state: &State) -> Result<(), StateError> {
        self.check_alive()?;
        let key = self.keys.snapshot(self.head.serial, &self.ids.ulid());
        let snapshot = self.write_object(Format::Snapshot, key, &line(state)?).await?;
        let previous = self.head.objects().map(|object| object.key.clone()).collect();
        let next = Head { snapshot: Some(snapshot), segments: Vec::new(), ..self.head.clone() };
        self.write_head(next, Vec::new()).await?;
        self.previous = Some(previous);
        Ok(())
    }

    /// Deletes snapshots and segments that nobody can need, if this chain has compacted. Failures are left to the next run.
    ///
    /// A run that has lost the lock without knowing may get here. It deletes nothing of its successor's: those keys
    /// have the serial of our last head at least.
    pub async fn sweep(&mut self) {
        let Some(previous) = &self.previous else { return };
        let named: BTreeSet<&str> = self.head.objects().map(|object| object.key.as_str()).collect();
        let keys = match answer(self.place.store.list(self.keys.prefix())).await {
            Ok(keys) => keys,
            Err(error) => return tracing::debug!(%error, "old objects stay until the next run"),
        };
        let unneeded = keys.into_iter().filter(|key| {
            let old = self.keys.serial(key).is_some_and(|serial| serial < self.head.serial);
            old && !named.contains(key.as_str()) && !previous.contains(key)
        });
        let unneeded: Vec<String> = unneeded.collect();
        stream::iter(unneeded).for_each_concurrent(16, |key| remove(self.place.store.clone(), key)).await;
    }

    /// Writes the document for Terraform's readers, unless there is one of a later serial.
    pub async fn publish(&mut self, document: &serde_json::Value) -> Result<(), StateError> {
        let key = self.keys.terraform();
        let body =
            serde_json::to_vec_pretty(document).map_err(|error| StateError::Illegal { reason: error.to_string() })?;
        let mut backoff = Backoff::for_at_most(PERSISTENCE);
        loop {
            self.check_alive()?;
            let there = read_with_retry(|| self.place.store.get(&key)).await?;
            // By compare-and-swap: a delayed write of an earlier holder must not cover ours, nor ours a later one.
            let condition = match &there {
                None => Precondition::Absent,
                Some((there, _)) if *there == body => return Ok(()),
                Some((there, etag)) => {
                    if !self.may_replace(&key, there)? {
                        return Ok(());
                    }
                    Precondition::Unchanged(etag.clone())
                }
            };
            self.check_lease()?;
            match answer(self.place.store.put(&key, body.clone(), condition)).await {
                Ok(Put::Written { .. }) => return Ok(()),
                Err(error) if !error.write_again() => return Err(error.into()),
                Ok(Put::Conflict) if backoff.wait().await => {}
                Err(_) if backoff.wait().await => {}
                Ok(Put::Conflict) => return Err(StateError::Conflict { key }),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// False for a published document of a later serial. A damaged one is replaced: it holds nothing of its own.
    fn may_replace(&self, key: &str, there: &[u8]) -> Result<bool, StateError> {
        let Ok(there) = serde_json::from_slice::<serde_json::Value>(there) else { return Ok(true) };
        if there["resources"].as_array().is_some_and(|resources| !resources.is_empty()) {
            let (expected, found) = ("wildfire".to_string(), "Terraform: it has resources".to_string());
            return Err(StateError::Foreign { key: key.to_string(), expected, found });
        }
        let later = there["serial"].as_u64().is_some_and(|serial| serial > self.head.serial);
        Ok(there["lineage"] != self.head.lineage.as_str() || !later)
    }

    fn journal_bytes(&self) -> u64 {
        self.head.segment_bytes() + self.tail.len() as u64
    }

    fn snapshot_bytes(&self) -> u64 {
        self.head.snapshot.as_ref().map_or(0, |snapshot| snapshot.bytes)
    }

    fn check_alive(&self) -> Result<(), StateError> {
        self.dead.clone().map_or(Ok(()), Err)
    }

    fn check_lease(&self) -> Result<(), StateError> {
        match self.lease.is_valid() {
            true => Ok(()),
            false => Err(StateError::LockLost { key: self.lease.key().to_string() }),
        }
    }

    /// Writes an object under a unique key: doing it twice is doing it once.
    async fn write_object(&self, format: Format, key: String, content: &[u8]) -> Result<ObjectRef, StateError> {
        let (body, sha256) = frame::wrap(format, content);
        let bytes = body.len() as u64;
        let mut backoff = Backoff::for_at_most(PERSISTENCE);
        loop {
            self.check_lease()?;
            match answer(self.place.store.put(&key, body.clone(), Precondition::None)).await {
                Ok(_) => return Ok(ObjectRef { key, sha256, bytes }),
                Err(error) if error.write_again() && backoff.wait().await => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Replaces the head. The same request is repeated until it is known what became of it.
    async fn write_head(&mut self, mut next: Head, tail: Vec<u8>) -> Result<(), StateError> {
        next.epoch = self.lease.epoch();
        next.write_id = self.ids.ulid();
        let key = self.keys.head();
        let body = next.encode(&tail, &self.lease.digest_key())?;
        let mut etag = self.etag.clone();
        // A request without an answer may land until another head is in its place.
        let mut open = None;
        let mut backoff = Backoff::for_at_most(PERSISTENCE);
        loop {
            if let Err(error) = self.check_lease() {
                return Err(self.give_up(open, error));
            }
            let condition = etag.clone().map_or(Precondition::Absent, Precondition::Unchanged);
            let failure = match answer(self.place.store.put(&key, body.clone(), condition)).await {
                Ok(Put::Written { etag }) => return self.landed(next, tail, etag),
                Ok(Put::Conflict) => None,
                Err(error) if !error.write_again() => return Err(self.give_up(open, error.into())),
                Err(error) => {
                    if error.may_have_landed() {
                        open = Some(error.clone());
                    }
                    Some(error)
                }
            };
            match self.look(&next).await {
                Ok(Look::Landed { etag }) => return self.landed(next, tail, etag),
                Ok(Look::Before { etag: now }) => etag = now,
                Err(error @ StateError::Store(_)) => return Err(self.give_up(open, error)),
                Err(error) => return Err(self.die(error)),
            }
            if !backoff.wait().await {
                let error = failure.map_or_else(|| StateError::Conflict { key: key.clone() }, StateError::from);
                return Err(self.give_up(open, error));
            }
        }
    }

    fn landed(&mut self, head: Head, tail: Vec<u8>, etag: String) -> Result<(), StateError> {
        self.head = head;
        self.tail = tail;
        self.etag = Some(etag);
        Ok(())
    }

    /// Reads the head after a write of `next` without a clear answer.
    async fn look(&self, next: &Head) -> Result<Look, StateError> {
        let key = self.keys.head();
        match read_head(&self.place, self.lease.known()).await? {
            Some((there, _, etag)) if there.write_id == next.write_id => Ok(Look::Landed { etag }),
            Some((there, _, etag)) if self.etag.is_some() && there.write_id == self.head.write_id => {
                Ok(Look::Before { etag: Some(etag) })
            }
            Some((there, ..)) if there.epoch > next.epoch => {
                Err(StateError::Fenced { key, epoch: next.epoch, by: there.epoch })
            }
            Some(_) => Err(StateError::Conflict { key }),
            None if self.etag.is_none() => Ok(Look::Before { etag: None }),
            None => Err(StateError::Missing { key, reason: "it was deleted during this run".into() }),
        }
    }

    /// The error of a write that ends without success: fatal when a request of it may still land.
    fn give_up(&mut self, open: Option<StoreError>, error: StateError) -> StateError {
        match open {
            Some(cause) => {
                let (key, cause) = (self.keys.head(), cause.to_string());
                self.die(StateError::Uncertain { key, cause })
            }
            None => error,
        }
    }

    fn die(&mut self, error: StateError) -> StateError {
        self.dead = Some(error.clone());
        error
    }
}

async fn remove(store: Arc<dyn ObjectStore>, key: String) {
    if let Err(error) = answer(store.delete(&key)).await {
        tracing::debug!(key, %error, "an old object stays until the next run");
    }
}
