//! A journal in memory, which survives the run that writes it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::faults::Process;
use crate::apply::{Journal, JournalError};
use crate::journal::{Entry, apply_all};
use crate::model::DigestKey;
use crate::state::{Deposed, OutputState, ResourceState, State};

/// One process's hold on the journal of a stack. Every commit is two interactions for the crash switch.
pub struct SimJournal {
    state: Arc<Mutex<State>>,
    crash: Arc<Process>,
}

impl SimJournal {
    pub fn new(state: Arc<Mutex<State>>, crash: Arc<Process>) -> Self {
        Self { state, crash }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked with the lock has failed already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for SimJournal {
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        self.crash.point().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        {
            let mut state = self.lock();
            apply_all(&mut state, &entries).map_err(|error| JournalError::Refused(format!("{error}: {entries:?}")))?;
            state.serial += 1;
        }
        self.crash.point().await;
        Ok(())
    }

    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), JournalError>> {
        let applied = apply_all(&mut self.lock(), &entries);
        let answer = async move {
            applied.map_err(|error| JournalError::Refused(format!("{error}: {entries:?}")))?;
            self.crash.point().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(())
        };
        answer.boxed()
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
