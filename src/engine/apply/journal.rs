//! What apply needs of the journal: entries go in, and the state that they make comes out.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::journal::{Entry, Ledger, apply_all};
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

    /// The whole state, as committed. Costs a copy of it.
    fn state(&self) -> State;

    /// The resource at a path of the stack, as committed.
    fn resource(&self, path: &str) -> Option<ResourceState>;

    /// The deposed object with this key at a path of the stack.
    fn deposed(&self, path: &str, key: &str) -> Option<Deposed>;

    /// The outputs, as committed.
    fn outputs(&self) -> BTreeMap<String, OutputState>;

    /// The lineage of the state; it salts digests of secrets.
    fn lineage(&self) -> String;

    /// The key of these digests.
    fn digest_key(&self) -> DigestKey;
}

/// A [`Ledger`] with a copy of its state at hand, so that a step can look at its resource without waiting.
pub struct LedgerJournal {
    ledger: Ledger,
    state: Mutex<State>,
}

impl LedgerJournal {
    /// Costs one copy of the state. From here on all entries have to go through this journal.
    ///
    /// # Errors
    /// The ledger is closed.
    pub async fn new(ledger: Ledger) -> Result<Self, StateError> {
        let state = Mutex::new(ledger.state().await?);
        Ok(Self { ledger, state })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panicked with the lock had not begun to change the state: entries apply all or not at all.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for LedgerJournal {
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        let serial = self.ledger.commit(entries.clone()).await?;
        // Entries of different steps are about different paths, so the order of acknowledgements will do.
        let mut state = self.lock();
        apply_all(&mut state, &entries).map_err(|error| JournalError::Refused(error.to_string()))?;
        state.serial = state.serial.max(serial);
        Ok(())
    }

    fn state(&self) -> State {
        self.lock().clone()
    }

    fn resource(&self, path: &str) -> Option<ResourceState> {
        self.lock().resources.get(path).cloned()
    }

    fn deposed(&self, path: &str, key: &str) -> Option<Deposed> {
        self.lock().deposed.get(path)?.iter().find(|object| object.key == key).cloned()
    }

    fn outputs(&self) -> BTreeMap<String, OutputState> {
        self.lock().outputs.clone()
    }

    fn lineage(&self) -> String {
        self.lock().lineage.clone()
    }

    fn digest_key(&self) -> DigestKey {
        self.lock().digest_key.clone()
    }
}
