//! What apply needs of the journal: entries go in, and the state that they make comes out.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::journal::Entry;
use crate::model::{Code, Diagnostic};
use crate::state::{Deposed, OutputState, ResourceState};

/// Why entries were not committed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JournalError {
    /// Another run holds the stack now. Nothing may be sent or written any more.
    #[error("another run has taken the stack over: {0}")]
    Fenced(String),
    /// The entries are not written, or nobody knows whether they are.
    #[error("the state cannot be written: {}", .0.message)]
    Store(Box<Diagnostic>),
}

impl JournalError {
    /// As the user is told.
    pub fn diagnostic(self) -> Diagnostic {
        match self {
            JournalError::Fenced(reason) => {
                Diagnostic::error(Code::LockLost, "another run has taken the stack over").note(reason)
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

    /// The resource at a path of the stack, as committed.
    fn resource(&self, path: &str) -> Option<ResourceState>;

    /// The deposed object with this key at a path of the stack.
    fn deposed(&self, path: &str, key: &str) -> Option<Deposed>;

    /// The outputs, as committed.
    fn outputs(&self) -> BTreeMap<String, OutputState>;

    /// The lineage of the state; it salts digests of secrets.
    fn lineage(&self) -> String;
}
