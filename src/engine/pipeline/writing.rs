//! A stack that is open for writing: lock, ledger, and the state as committed.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::apply::{Journal, JournalError, LedgerJournal};
use crate::journal::{Entry, Ledger};
use crate::model::{Diagnostic, Fence};
use crate::state::{
    Ids, LockError, LockGuard, LockRow, LockTable, LockTimes, Owner, Place, State, StateError, acquire,
};

/// Who opens a stack, how long to wait for the lock, and what ends the wait.
#[derive(Clone, Debug)]
pub struct Holder {
    pub owner: Owner,
    pub times: LockTimes,
    pub halt: CancellationToken,
}

/// Why a stack cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<OpenError> for Diagnostic {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Lock(error) => error.into(),
            OpenError::State(error) => error.into(),
        }
    }
}

/// The right to write a stack's state, until [`Writing::close`].
pub struct Writing {
    guard: LockGuard,
    ledger: Ledger,
    journal: LedgerJournal,
}

impl Writing {
    /// Takes the lock, fences the head under the new epoch, and reads the state.
    ///
    /// # Errors
    /// The lock is held for longer than `holder` waits, the wait was broken off, or the state cannot be read.
    pub async fn open(
        place: Place,
        table: Arc<dyn LockTable>,
        holder: &Holder,
        ids: Arc<dyn Ids>,
        on_wait: &mut (dyn FnMut(&LockRow) + Send),
    ) -> Result<Self, OpenError> {
        let key = place.keys().lock();
        let Holder { owner, times, halt } = holder;
        let guard = acquire(table, &key, owner, *times, Arc::clone(&ids), halt, on_wait).await?;
        let opened = async {
            let ledger = Ledger::open(place, guard.lease(), ids).await?;
            let journal = LedgerJournal::new(ledger.clone()).await?;
            Ok((ledger, journal))
        };
        match opened.await {
            Ok((ledger, journal)) => Ok(Self { guard, ledger, journal }),
            Err(error) => {
                // The lock frees itself after a lease; letting go now spares the next run the wait.
                let _ = guard.release().await;
                Err(OpenError::State(error))
            }
        }
    }

    /// Where an apply writes.
    pub fn journal(&self) -> &LedgerJournal {
        &self.journal
    }

    /// The state as committed.
    pub fn state(&self) -> State {
        self.journal.state()
    }

    /// The epoch of the lock under which this run writes.
    pub fn epoch(&self) -> u64 {
        self.guard.epoch()
    }

    /// Falls once the lock may belong to another run.
    pub fn fence(&self) -> Fence {
        let lease = self.guard.lease();
        Fence::new(move || lease.is_valid())
    }

    /// Commits entries outside of an apply.
    ///
    /// # Errors
    /// They are not written, or nobody knows whether they are.
    pub async fn write(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        match entries.is_empty() {
            true => Ok(()),
            false => self.journal.commit(entries).await,
        }
    }

    /// Lets go of the lock. Before that, if `tidy`, publishes for Terraform's readers, and compacts where that pays;
    /// whoever interrupts a run does not wait for either.
    ///
    /// # Errors
    /// Whatever could not be written; the lock is let go of in any case.
    pub async fn close(self, tidy: bool) -> Result<(), StateError> {
        let tidied = match tidy {
            true => self.ledger.publish().await.and(self.ledger.close().await),
            false => Ok(()),
        };
        let released = self.guard.release().await;
        tidied.and(released)
    }
}
