//! Committing entries: callers hand in theirs, and one write carries all that wait.
//!
//! One task owns the state and the chain. It applies each caller's entries, so that an illegal one is refused before
//! anything is written, writes the group, and answers only when it is known to be stored. A group that was certainly
//! not stored is taken back. A caller that goes away changes nothing: its entries are written all the same.
//!
//! Intents are urgent: a call waits for them. Results may wait a moment for the intents of what depends on them, and go into
//! the same write before them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::state::{
    Chain, Ids, Known, Lease, LockRow, LockTable, Place, State, StateError, Stored, load, lock_row, terraform,
};

use super::transition::apply_undoable;
use super::undo::Undo;
use super::{Entry, apply_entry};

/// The state of a stack, open for writing. Clones share it; it ends with the last of them.
#[derive(Clone)]
pub struct Ledger {
    requests: mpsc::UnboundedSender<Request>,
    key: String,
}

/// What [`read`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub state: State,
    /// False when the stack was never written: `state` is empty, without a lineage.
    pub exists: bool,
    /// The lock row as it was before the read; whoever holds it may have written since.
    pub lock: Option<LockRow>,
}

/// Reads the state of a stack. Needs no lock and writes nothing.
pub async fn read(place: &Place, table: &dyn LockTable) -> Result<Reading, StateError> {
    // The row first: its serial is a lower bound of the head's only for heads that are read later.
    let lock = lock_row(table, &place.keys().lock()).await?;
    let another = |row: &LockRow| row.belongs_to_another(&place.account, &place.store.location());
    if let Some((expected, found)) = lock.as_ref().and_then(another) {
        return Err(StateError::ForeignLock { key: place.keys().lock(), expected, found });
    }
    let stored = load(place, &lock.as_ref().map(Known::from).unwrap_or_default()).await?;
    let mut state = replay(&stored)?;
    state.digest_key = lock.as_ref().map(|row| row.digest_key.clone()).unwrap_or_default();
    Ok(Reading { state, exists: stored.exists(), lock })
}

/// The state that is stored.
fn replay(stored: &Stored) -> Result<State, StateError> {
    let mut state = stored.snapshot().clone();
    for (index, (key, line)) in stored.entries().enumerate() {
        let corrupt = |reason| StateError::Corrupt { key: key.to_string(), reason };
        let entry: Entry =
            serde_json::from_slice(line).map_err(|error| corrupt(format!("entry {index} does not read: {error}")))?;
        apply_entry(&mut state, &entry).map_err(|error| corrupt(format!("entry {index}: {}", error.reason)))?;
    }
    state.serial = stored.serial();
    Ok(state)
}

type Reply<T> = oneshot::Sender<Result<T, StateError>>;

/// How soon entries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for them to act.
    Now,
    /// They may wait a moment for others.
    Soon,
}

/// How long a write that is due waits for others that are on their way.
const COMPANY: Duration = Duration::from_millis(5);
/// How long results wait for company at most.
const LINGER: Duration = Duration::from_secs(1);
/// After a write that many shared the next one waits for many: so long for each of them, and so long at most. A chain of steps
/// does not wait.
const PACE: Duration = Duration::from_millis(10);
const LONGEST_PACE: Duration = Duration::from_millis(200);

struct Commit {
    urgency: Urgency,
    entries: Vec<Entry>,
    /// The entries as they are stored.
    lines: Vec<u8>,
    reply: Reply<u64>,
}

enum Request {
    Commit(Commit),
    State(Reply<Box<State>>),
    Publish(Reply<()>),
    Close(Reply<()>),
}

impl Ledger {
    /// Reads the stack and fences its head under `lease`: no earlier holder can write it from here on. Writes nothing when
    /// anything of it cannot be read.
    pub async fn open(place: Place, lease: Lease, ids: Arc<dyn Ids>) -> Result<Self, StateError> {
        let key = place.keys().head();
        let digest_key = lease.digest_key();
        let (chain, mut state) = Chain::open(place, lease, ids, replay).await?;
        state.digest_key = digest_key;
        let (requests, queue) = mpsc::unbounded_channel();
        tokio::spawn(Writer { chain, state, begun: None, shared_by: 0 }.run(queue));
        Ok(Self { requests, key })
    }

    /// Stores `entries`, all or none of them, and returns the serial of the group that holds them. When this returns
    /// `Ok` they are durable. Concurrent calls share a write.
    pub async fn commit(&self, entries: Vec<Entry>) -> Result<u64, StateError> {
        self.hand_in(entries, Urgency::Now).await
    }

    /// As [`Ledger::commit`], but the entries are handed in when this is called, in the order of the calls; the answer comes when
    /// they are durable.
    pub fn hand_in(
        &self,
        entries: Vec<Entry>,
        urgency: Urgency,
    ) -> impl Future<Output = Result<u64, StateError>> + Send + use<> {
        let closed = StateError::Closed { key: self.key.clone() };
        let (reply, answer) = oneshot::channel();
        let handed_in = lines_of(&entries).and_then(|lines| {
            let commit = Commit { urgency, entries, lines, reply };
            self.requests.send(Request::Commit(commit)).map_err(|_| closed.clone())
        });
        async move {
            handed_in?;
            answer.await.unwrap_or(Err(closed))
        }
    }

    /// The state with all that is stored, and nothing else. Costs a copy of it.
    pub async fn state(&self) -> Result<State, StateError> {
        self.ask(Request::State).await.map(|state| *state)
    }

    /// Writes the document for Terraform's readers.
    pub async fn publish(&self) -> Result<(), StateError> {
        self.ask(Request::Publish).await
    }

    /// Ends the ledger for all its clones, after what was asked before: compacts where that pays, and deletes what
    /// nobody needs. Everything is durable without it.
    pub async fn close(&self) -> Result<(), StateError> {
        self.ask(Request::Close).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, StateError> {
        let closed = || StateError::Closed { key: self.key.clone() };
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }
}

fn lines_of(entries: &[Entry]) -> Result<Vec<u8>, StateError> {
    let mut lines = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut lines, entry).map_err(|error| StateError::Illegal { reason: error.to_string() })?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// True when a request is not to wait for others.
fn is_due(request: &Request) -> bool {
    !matches!(request, Request::Commit(Commit { urgency: Urgency::Soon, .. }))
}

/// Whether all are commits: whoever asks for something else is answered at once.
fn only_commits(requests: &[Request]) -> bool {
    requests.iter().all(|request| matches!(request, Request::Commit(_)))
}

struct Writer {
    chain: Chain,
    /// With the group that is being written, only while it is.
    state: State,
    /// When the last write began, and how many shared it.
    begun: Option<Instant>,
    shared_by: u32,
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Request>) {
        let mut requests = Vec::new();
        // All that waits at once: the longer a write takes, the more the next one carries.
        while queue.recv_many(&mut requests, usize::MAX).await > 0 {
            self.wait_for_company(&mut queue, &mut requests).await;
            self.begun = Some(Instant::now());
            self.shared_by = requests.len().try_into().unwrap_or(u32::MAX);
            let mut group = Vec::new();
            for request in requests.drain(..) {
                if let Request::Commit(commit) = request {
                    group.push(commit);
                    continue;
                }
                self.write(std::mem::take(&mut group)).await;
                // Whoever asked may be gone; then there is nobody to tell.
                match request {
                    Request::Commit(_) => {}
                    Request::State(reply) => drop(reply.send(Ok(Box::new(self.state.clone())))),
                    Request::Publish(reply) => {
                        let document = terraform::outputs_document(&self.state);
                        drop(reply.send(self.chain.publish(&document).await));
                    }
                    Request::Close(reply) => {
                        queue.close();
                        if self.chain.welcomes_compaction() {
                            self.compact().await;
                        }
                        self.chain.sweep().await;
                        drop(reply.send(Ok(())));
                    }
                }
            }
            self.write(group).await;
            if self.chain.wants_compaction() {
                self.compact().await;
            }
        }
    }

    /// Lets come what is on its way, so that it shares the write.
    async fn wait_for_company(&self, queue: &mut mpsc::UnboundedReceiver<Request>, requests: &mut Vec<Request>) {
        let now = Instant::now();
        let latest = now + LINGER;
        while !requests.iter().any(is_due) {
            match timeout_at(latest, queue.recv_many(requests, usize::MAX)).await {
                Ok(1..) => {}
                // Time is up, or nobody is left who could send.
                Ok(0) | Err(_) => break,
            }
        }
        let pace = (PACE * self.shared_by.saturating_sub(1)).min(LONGEST_PACE);
        let at = self.begun.map_or(now, |begun| begun + pace).max(Instant::now() + COMPANY);
        while only_commits(requests) {
            match timeout_at(at, queue.recv_many(requests, usize::MAX)).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => break,
            }
        }
    }

    async fn write(&mut self, commits: Vec<Commit>) {
        let mut lines = Vec::new();
        let mut group: Vec<(Undo, Reply<u64>)> = Vec::new();
        for commit in commits {
            match apply_undoable(&mut self.state, &commit.entries) {
                Ok(undo) => {
                    lines.extend_from_slice(&commit.lines);
                    group.push((undo, commit.reply));
                }
                Err(error) => drop(commit.reply.send(Err(StateError::Illegal { reason: error.to_string() }))),
            }
        }
        let outcome = match lines.is_empty() {
            true => Ok(self.chain.serial()),
            false => self.chain.append(&lines).await,
        };
        self.state.serial = self.chain.serial();
        let mut replies = Vec::with_capacity(group.len());
        for (undo, reply) in group.into_iter().rev() {
            if outcome.is_err() {
                undo.roll_back(&mut self.state);
            }
            replies.push(reply);
        }
        for reply in replies.into_iter().rev() {
            drop(reply.send(outcome.clone()));
        }
    }

    /// A compaction that fails loses nothing: the journal stays, and the next commit tells of a store that is gone.
    async fn compact(&mut self) {
        if self.chain.is_dead() {
            return;
        }
        if let Err(error) = self.chain.compact(&self.state).await {
            tracing::warn!(%error, "no snapshot was written");
        }
    }
}
