//! A journal in memory, for the time of one test.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::apply::{Journal, JournalError};
use crate::journal::{Entry, apply_all};
use crate::model::DigestKey;
use crate::state::{Deposed, OutputState, ResourceState, State};

pub(super) struct Kept(Mutex<State>);

impl Kept {
    pub fn new(state: State) -> Self {
        Self(Mutex::new(state))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn apply(&self, entries: &[Entry]) -> Result<(), JournalError> {
        let mut state = self.lock();
        apply_all(&mut state, entries).map_err(|error| JournalError::Refused(error.to_string()))?;
        state.serial += 1;
        Ok(())
    }
}

#[async_trait]
impl Journal for Kept {
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        self.apply(&entries)
    }

    /// What is handed in is seen at once. Nothing is written, so nothing waits for company.
    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), JournalError>> {
        let applied = self.apply(&entries);
        Box::pin(async move { applied })
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
