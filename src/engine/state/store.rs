//! What the engine asks of an object store and of a lock table. Both are implemented for AWS in the `aws`
//! crate, and in memory for tests; the protocol on top of them is the engine's.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::model::{CloudError, DigestKey};

/// The condition of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// Only if the object does not exist (`If-None-Match: *`).
    Absent,
    /// Only if the object still has this ETag (`If-Match`).
    Unchanged(String),
    /// For objects under unique names, and the document for Terraform's readers.
    None,
}

/// The outcome of a write that AWS answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    Written {
        etag: String,
    },
    /// 409 or 412: the condition does not hold, or somebody writes at this moment.
    Conflict,
}

/// Why the store has no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// The bucket or the table does not exist.
    #[error("{0} does not exist")]
    Missing(String),
    /// Something under our key that wildfire did not write.
    #[error("{0} is no lock of wildfire's")]
    NotOurs(String),
    /// Any other failure; `Ambiguous` when a write may have landed.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// Objects under keys, strongly consistent (as S3 is).
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// The bytes and the ETag; `None` when there is no such object.
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError>;
    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError>;
    async fn delete(&self, key: &str) -> Result<(), StoreError>;
    /// Keys that begin with `prefix`.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError>;
    /// How people find it: `s3://bucket`.
    fn location(&self) -> String;
}

/// The row of a lock; one per stack, never deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockRow {
    /// Unique per run; `None` when nobody holds it.
    pub owner: Option<String>,
    /// Grows with every change of owner.
    pub epoch: u64,
    /// Changes with every write; a row that keeps it for a whole lease has a dead owner.
    pub version: String,
    /// Seconds.
    pub lease: u64,
    /// `user@host`
    pub who: String,
    /// The command.
    pub why: String,
    /// RFC 3339, of the holder's clock; for people only.
    pub since: String,
    /// 12 digits.
    pub account: String,
    /// Where the state that it locks is: `s3://bucket`. Empty in a row that an earlier version wrote.
    #[serde(default)]
    pub state: String,
    /// The head object is at this serial or a later one: how an older head, put back by hand, is told from the
    /// right one. Written with heartbeats and with the release.
    #[serde(default)]
    pub serial: u64,
    /// The head has an HMAC under `digest_key` from here on: one without is not wildfire's. Written after the first head
    /// that has one.
    #[serde(default)]
    pub signed: bool,
    /// The key of the digests of secrets in state, made with the row; with another one every secret counts as changed. Left out
    /// wherever a row is printed.
    #[serde(skip)]
    pub digest_key: DigestKey,
}

impl LockRow {
    /// What the row should belong to and what it does: another account, or another state.
    pub fn belongs_to_another(&self, account: &str, state: &str) -> Option<(String, String)> {
        if self.account != account {
            return Some((format!("account {account}"), format!("account {}", self.account)));
        }
        let other = !self.state.is_empty() && self.state != state;
        other.then(|| (format!("the state in {state}"), format!("the state in {}", self.state)))
    }
}

/// The outcome of a conditional write of a row that the table answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowPut {
    Written,
    /// The condition does not hold.
    Conflict,
}

/// Rows with conditional writes and consistent reads (as DynamoDB has).
#[async_trait]
pub trait LockTable: Send + Sync {
    async fn get(&self, key: &str) -> Result<Option<LockRow>, StoreError>;
    /// Writes only if the row has version `expected`; `None`: only if there is no row.
    async fn put(&self, key: &str, row: &LockRow, expected: Option<&str>) -> Result<RowPut, StoreError>;
    fn location(&self) -> String;
}
