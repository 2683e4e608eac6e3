//! A stack in memory that several machines use, for the tests of the ledger.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::journal::{Entry, Ledger, Reading, read};
use crate::model::{Placement, StackId, Value};
use crate::state::tests::faults::{Counter, FaultyLock, FaultyStore, Machine};
use crate::state::{
    LockError, LockGuard, LockTable, LockTimes, MemoryLock, MemoryStore, Owner, Place, ResourceState, StateError,
    acquire,
};

pub const ACCOUNT: &str = "123456789012";

#[derive(Clone, Default)]
pub struct Stack {
    pub store: Arc<MemoryStore>,
    pub rows: Arc<MemoryLock>,
    pub ids: Arc<Counter>,
    /// Bytes sent to the store by all machines.
    pub sent: Arc<AtomicU64>,
    /// Epoch and serial of each head that was written.
    pub heads: Arc<Mutex<Vec<(u64, u64)>>>,
}

impl Stack {
    /// The stack without faults.
    pub fn place(&self) -> Place {
        self.place_of("test", ACCOUNT)
    }

    pub fn place_of(&self, stage: &str, account: &str) -> Place {
        Place {
            store: self.store.clone(),
            stack: StackId::new(stage, "main"),
            account: account.into(),
            region: "eu-west-1".into(),
        }
    }

    /// The stack as `machine` reaches it.
    pub fn seen_by(&self, machine: &Arc<Machine>) -> (Place, Arc<dyn LockTable>) {
        let (machine, inner) = (machine.clone(), self.store.clone());
        let (sent, heads) = (self.sent.clone(), self.heads.clone());
        let store = Arc::new(FaultyStore { machine: machine.clone(), inner, sent, heads });
        (Place { store, ..self.place() }, Arc::new(FaultyLock { machine, inner: self.rows.clone() }))
    }

    pub async fn lock(&self, table: Arc<dyn LockTable>) -> Result<LockGuard, LockError> {
        let owner =
            Owner { who: "me@here".into(), why: "apply".into(), account: ACCOUNT.into(), state: "memory".into() };
        let times = LockTimes { wait: Some(Duration::from_secs(3600)), ..LockTimes::default() };
        acquire(table, "test/main", &owner, times, self.ids.clone(), &CancellationToken::new(), &mut |_| {}).await
    }

    /// A ledger without faults.
    pub async fn open(&self) -> Result<(Ledger, LockGuard), StateError> {
        let guard = self.lock(self.rows.clone()).await.expect("nobody holds the lock for long");
        let ledger = Ledger::open(self.place(), guard.lease(), self.ids.clone()).await?;
        Ok((ledger, guard))
    }

    pub async fn read(&self) -> Result<Reading, StateError> {
        read(&self.place(), &*self.rows).await
    }
}

/// A resource of about `bytes` bytes at `path`.
pub fn adopted(path: &str, bytes: usize) -> Entry {
    let resource = ResourceState {
        type_name: "aws_vpc".into(),
        id: path.into(),
        place: Placement::HOME,
        attributes: Value::from([("text", Value::from("x".repeat(bytes)))]),
        dependencies: BTreeSet::new(),
        sensitive: BTreeSet::new(),
        prevent_destroy: false,
        create_before_destroy: false,
        unfinished: Vec::new(),
        unread: false,
        created_by: None,
        failed: None,
    };
    Entry::Adopted { path: path.into(), resource }
}
