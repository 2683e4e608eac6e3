//! A stack that is open for writing: lock, ledger, and the state as committed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::apply::{Journal, JournalError};
use crate::journal::{self, Entry, Ledger};
use crate::model::Diagnostic;
use crate::state::{
    Deposed, Ids, LockError, LockGuard, LockRow, LockTable, LockTimes, OutputState, Owner, Place, ResourceState, State,
    StateError, acquire,
};

/// Who opens a stack, and how long to wait for the lock.
#[derive(Clone, Debug)]
pub struct Holder {
    pub owner: Owner,
    pub times: LockTimes,
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
    /// What was committed; the ledger's own copy belongs to its task.
    mirror: Mutex<State>,
}

impl Writing {
    /// Takes the lock, seals the head under the new epoch, and reads the state.
    ///
    /// # Errors
    /// The lock is held for longer than `holder` waits, or the state cannot be read.
    pub async fn open(
        place: Place,
        table: Arc<dyn LockTable>,
        holder: &Holder,
        ids: Arc<dyn Ids>,
        on_wait: &mut (dyn FnMut(&LockRow) + Send),
    ) -> Result<Self, OpenError> {
        let key = place.keys().lock();
        let guard = acquire(table, &key, &holder.owner, holder.times, Arc::clone(&ids), on_wait).await?;
        let opened = async {
            let ledger = Ledger::open(place, guard.lease(), ids).await?;
            let state = ledger.state().await?;
            Ok((ledger, state))
        };
        match opened.await {
            Ok((ledger, state)) => Ok(Self { guard, ledger, mirror: Mutex::new(state) }),
            Err(error) => {
                // The lock frees itself after a lease; letting go now spares the next run the wait.
                let _ = guard.release().await;
                Err(OpenError::State(error))
            }
        }
    }

    /// The state as committed.
    pub fn state(&self) -> State {
        self.mirror.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// False once the lock may belong to another run; cheap.
    pub fn fence(&self) -> Arc<dyn Fn() -> bool + Send + Sync> {
        let lease = self.guard.lease();
        Arc::new(move || lease.is_valid())
    }

    /// Commits entries outside of an apply.
    ///
    /// # Errors
    /// As for [`Ledger::commit`].
    pub async fn write(&self, entries: Vec<Entry>) -> Result<(), StateError> {
        if entries.is_empty() {
            return Ok(());
        }
        let serial = self.ledger.commit(entries.clone()).await?;
        let mut mirror = self.mirror.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in &entries {
            // The ledger has accepted it, and entries of concurrent commits never touch the same resource.
            journal::apply_entry(&mut mirror, entry)
                .map_err(|error| StateError::Illegal { reason: error.to_string() })?;
        }
        mirror.serial = mirror.serial.max(serial);
        Ok(())
    }

    /// Publishes for Terraform's readers if `publish`, compacts where that pays, and lets go of the lock.
    ///
    /// # Errors
    /// Whatever could not be written; the lock is let go of in any case.
    pub async fn close(self, publish: bool) -> Result<(), StateError> {
        let published = if publish { self.ledger.publish().await } else { Ok(()) };
        let closed = self.ledger.close().await;
        let released = self.guard.release().await;
        published.and(closed).and(released)
    }
}

#[async_trait]
impl Journal for Writing {
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        self.write(entries).await.map_err(|error| match error.is_fenced() {
            true => JournalError::Fenced(error.to_string()),
            false => JournalError::Store(Box::new(error.into())),
        })
    }

    fn resource(&self, path: &str) -> Option<ResourceState> {
        self.mirror.lock().unwrap_or_else(PoisonError::into_inner).resources.get(path).cloned()
    }

    fn deposed(&self, path: &str, key: &str) -> Option<Deposed> {
        let mirror = self.mirror.lock().unwrap_or_else(PoisonError::into_inner);
        mirror.deposed.get(path)?.iter().find(|deposed| deposed.key == key).cloned()
    }

    fn outputs(&self) -> BTreeMap<String, OutputState> {
        self.mirror.lock().unwrap_or_else(PoisonError::into_inner).outputs.clone()
    }

    fn lineage(&self) -> String {
        self.mirror.lock().unwrap_or_else(PoisonError::into_inner).lineage.clone()
    }
}
