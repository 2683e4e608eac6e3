//! An engine with one of its protections switched off. A simulation that finds nothing wrong with such an engine would
//! find nothing at all.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::apply::{Journal, JournalError, LedgerJournal};
use crate::journal::Entry;
use crate::model::DigestKey;
use crate::state::{Deposed, OutputState, ResourceState, State};

/// What is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    Nothing,
    /// An intent is written with the result of the call, not before it.
    NoIntent,
    /// The head is written whatever is there.
    NoCas,
    /// A search finds nothing, ever.
    NoSearch,
}

/// The journal of a run that keeps intents to itself until there is something else to write.
pub struct Careless<'a> {
    inner: &'a LedgerJournal,
    kept: Mutex<Vec<Entry>>,
}

impl<'a> Careless<'a> {
    pub fn new(inner: &'a LedgerJournal) -> Self {
        Self { inner, kept: Mutex::default() }
    }
}

#[async_trait]
impl Journal for Careless<'_> {
    async fn commit(&self, entries: Vec<Entry>) -> Result<(), JournalError> {
        let all = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if entries.iter().all(|entry| matches!(entry, Entry::Intent { .. })) {
                kept.extend(entries);
                return Ok(());
            }
            kept.drain(..).chain(entries).collect()
        };
        self.inner.commit(all).await
    }

    fn record(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), JournalError>> {
        let all = self.kept.lock().unwrap_or_else(PoisonError::into_inner).drain(..).chain(entries).collect();
        self.inner.record(all)
    }

    fn hurry(&self) {
        self.inner.hurry();
    }

    async fn settle(&self) {
        self.inner.settle().await;
    }

    fn state(&self) -> State {
        self.inner.state()
    }

    fn resource(&self, path: &str) -> Option<ResourceState> {
        self.inner.resource(path)
    }

    fn deposed(&self, path: &str, key: &str) -> Option<Deposed> {
        self.inner.deposed(path, key)
    }

    fn outputs(&self) -> BTreeMap<String, OutputState> {
        self.inner.outputs()
    }

    fn lineage(&self) -> String {
        self.inner.lineage()
    }

    fn digest_key(&self) -> DigestKey {
        self.inner.digest_key()
    }
}
