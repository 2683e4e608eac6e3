//! What apply needs of the journal: entries go in, and the state that they make comes out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::{BoxFuture, ready};

use crate::journal::{Entry, Ledger, Urgency, apply_all};
use crate::model::{Code, Diagnostic, DigestKey};
use crate::state::{Deposed, OutputState, ResourceState, State, StateError};

/// Why entries were not committed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JournalError {
    /// Another run holds the stack now. Nothing may be sent or written any more.
    #[error("another run has taken the stack over: {0}")]
    Fenced(String),
    /// The entries cannot follow what the journal says: a fault of ours. They are not written, and others still can be.
    #[error("the journal refuses an entry: {0}")]
    Refused(String),
    /// The entries are not written, or nobody knows whether they are.
    #[error("the state cannot be written: {}", .0.message)]
    Store(Box<Diagnostic>),
}

impl From<StateError> for JournalError {
    fn from(error: StateError) -> Self {
        match error {
            error if error.is_fenced() => JournalError::Fenced(error.to_string()),
            StateError::Illegal { reason } => JournalError::Refused(reason),
            error => JournalError::Store(Box::new(error.into())),
        }
    }
}

impl From<JournalError> for Diagnostic {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Fenced(reason) => {
                Diagnostic::error(Code::LockLost, "another run has taken the stack over").note(reason)
            }
            JournalError::Refused(reason) => {
                Diagnostic::error(Code::Internal, "the journal refuses an entry").note(reason)
            }
            JournalError::Store(diagnostic) => *diagnostic,
        }
    }
}

/// A journal that is open for writing, and the state that its entries make.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Commits all of `entries` or none. When it returns `Ok` they survive any crash. May be called concurrently;
    /// callers that wait at the same time share one write.
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError>;

    /// Hands in entries that may wait a moment for others; they go before all that is handed in later. What they change is
    /// seen at once, and durable when the answer comes.
    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), JournalError>>;

    /// What waits for others waits no longer.
    fn hurry(&self) {}

    /// Called when nobody commits any more: writes what still waits. From here on the state is what is stored, also after a
    /// failed write.
    async fn settle(&self) {}

    /// The whole state, as handed in. Costs a copy of it.
    fn state(&self) -> State;

    /// The resource at a path of the stack, as handed in.
    fn resource(&self, path: &str) -> Option<ResourceState>;

    /// The deposed object with this key at a path of the stack.
    fn deposed(&self, path: &str, key: &str) -> Option<Deposed>;

    /// The outputs, as handed in.
    fn outputs(&self) -> BTreeMap<String, OutputState>;

    /// The lineage of the state; it salts digests of secrets.
    fn lineage(&self) -> String;

    /// The key of these digests.
    fn digest_key(&self) -> DigestKey;
}

/// A [`Ledger`] with a copy of its state at hand, so that a step can look at its resource without waiting.
pub struct LedgerJournal {
    ledger: Ledger,
    local: Mutex<Local>,
}

struct Local {
    state: State,
    /// A write has failed: the state holds what is not stored, and the ledger alone says which entries are legal.
    ahead: bool,
}

impl LedgerJournal {
    /// Costs one copy of the state. From here on all entries have to go through this journal.
    ///
    /// # Errors
    /// The ledger is closed.
    pub async fn new(ledger: Ledger) -> Result<Self, StateError> {
        let local = Mutex::new(Local { state: ledger.state().await?, ahead: false });
        Ok(Self { ledger, local })
    }

    fn lock(&self) -> MutexGuard<'_, Local> {
        // Whoever panicked with the lock had not begun to change the state: entries apply all or not at all.
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies entries to the copy and hands them in, in one order.
    fn hand_in(&self, entries: Vec<Entry>, urgency: Urgency) -> BoxFuture<'_, Result<(), JournalError>> {
        let written = {
            let mut local = self.lock();
            if !local.ahead
                && let Err(error) = apply_all(&mut local.state, &entries)
            {
                return ready(Err(JournalError::Refused(error.to_string()))).boxed();
            }
            self.ledger.hand_in(entries, urgency)
        };
        let answer = async move {
            match written.await.map_err(JournalError::from) {
                Ok(serial) => {
                    let state = &mut self.lock().state;
                    state.serial = state.serial.max(serial);
                    Ok(())
                }
                Err(error) => {
                    self.lock().ahead = true;
                    Err(error)
                }
            }
        };
        answer.boxed()
    }
}

#[async_trait]
impl Journal for LedgerJournal {
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        self.hand_in(entries, Urgency::Now).await
    }

    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), JournalError>> {
        self.hand_in(entries, Urgency::Soon)
    }

    fn hurry(&self) {
        drop(self.ledger.hand_in(Vec::new(), Urgency::Now));
    }

    async fn settle(&self) {
        // Whoever handed them in hears what becomes of them.
        let written = self.hand_in(Vec::new(), Urgency::Now).await;
        if written.is_ok() && !self.lock().ahead {
            return;
        }
        // A ledger that is closed has no state to tell; whoever reads next reads what is stored.
        if let Ok(state) = self.ledger.state().await {
            *self.lock() = Local { state, ahead: false };
        }
    }

    fn state(&self) -> State {
        self.lock().state.clone()
    }

    fn resource(&self, path: &str) -> Option<ResourceState> {
        self.lock().state.resources.get(path).cloned()
    }

    fn deposed(&self, path: &str, key: &str) -> Option<Deposed> {
        self.lock().state.deposed.get(path)?.iter().find(|object| object.key == key).cloned()
    }

    fn outputs(&self) -> BTreeMap<String, OutputState> {
        self.lock().state.outputs.clone()
    }

    fn lineage(&self) -> String {
        self.lock().state.lineage.clone()
    }

    fn digest_key(&self) -> DigestKey {
        self.lock().state.digest_key.clone()
    }
}
