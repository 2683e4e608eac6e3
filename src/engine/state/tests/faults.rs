//! A machine whose calls fail in every way that calls over a network can, over stores that are in memory.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;

use crate::model::{CloudError, ErrorKind};
use crate::state::{
    Ids, LockRow, LockTable, MemoryLock, MemoryStore, ObjectStore, Precondition, Put, RowPut, StoreError,
};

/// Ids that count, so that a test can be repeated.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Ids for Counter {
    fn ulid(&self) -> String {
        format!("{:026}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn uuid(&self) -> String {
        format!("00000000-0000-4000-8000-{:012}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn now(&self) -> String {
        "2026-01-01T00:00:00Z".into()
    }
}

/// SplitMix64: all that a test needs of randomness.
pub struct Random(Mutex<u64>);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    /// From 0 to `limit`, which it does not reach.
    pub fn below(&self, limit: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    pub fn millis(&self, limit: u64) -> Duration {
        Duration::from_millis(self.below(limit))
    }
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    None,
    /// It is done, and the reply is lost.
    LostReply,
    /// It is not done, and nobody says so.
    LostRequest,
    /// The reply is lost, and it is done later, when nobody waits for it any more.
    Late(Duration),
    Throttled,
}

/// The calls of one process: all of them fail, stop or get lost together.
pub struct Machine {
    random: Random,
    /// Calls in 1,000 that meet a fault.
    pub faults: u64,
    /// The process dies before or after the call with this number; 0: never.
    pub dies_at: u64,
    /// At this call it stands still for a while, as a machine does that sleeps.
    pub sleeps_at: u64,
    calls: AtomicU64,
    dead: AtomicBool,
    asleep: AtomicBool,
}

impl Machine {
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            faults: 0,
            dies_at: 0,
            sleeps_at: 0,
            calls: AtomicU64::new(0),
            dead: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
        }
    }

    /// From now on no call of this machine is ever answered.
    pub fn kill(&self) {
        self.dead.store(true, Ordering::Relaxed);
    }

    /// While it sleeps, calls wait.
    pub fn sleep(&self, asleep: bool) {
        self.asleep.store(asleep, Ordering::Relaxed);
    }

    async fn call<T: Send + 'static>(
        &self,
        operation: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let dies = number == self.dies_at;
        if dies {
            self.kill();
        }
        sleep(self.random.millis(40)).await;
        if number == self.sleeps_at {
            self.sleep(true);
            sleep(Duration::from_secs(100)).await;
            self.sleep(false);
        }
        while self.asleep.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(500)).await;
        }
        if self.dead.load(Ordering::Relaxed) {
            // What was sent when the process died may arrive or not.
            if dies && self.random.below(2) == 0 {
                let _ = operation.await;
            }
            return pending().await;
        }
        match self.fault() {
            Fault::None => {
                let answer = operation.await;
                sleep(self.random.millis(40)).await;
                answer
            }
            Fault::LostReply => {
                let _ = operation.await;
                Err(failure(ErrorKind::Ambiguous))
            }
            Fault::LostRequest => Err(failure(ErrorKind::Ambiguous)),
            Fault::Late(after) => {
                tokio::spawn(async move {
                    sleep(after).await;
                    let _ = operation.await;
                });
                Err(failure(ErrorKind::Ambiguous))
            }
            Fault::Throttled => Err(failure(ErrorKind::Throttled)),
        }
    }

    fn fault(&self) -> Fault {
        if self.random.below(1000) >= self.faults {
            return Fault::None;
        }
        match self.random.below(4) {
            0 => Fault::LostReply,
            1 => Fault::LostRequest,
            2 => Fault::Late(self.random.millis(90_000)),
            _ => Fault::Throttled,
        }
    }
}

pub fn failure(kind: ErrorKind) -> StoreError {
    CloudError::new(kind, "a fault of the test").into()
}

/// A store as a machine sees it.
pub struct FaultyStore {
    pub machine: Arc<Machine>,
    pub inner: Arc<MemoryStore>,
    /// Bytes of all bodies sent.
    pub sent: Arc<AtomicU64>,
    /// Epoch and serial of each head that was written, by any machine, in the order of the writes.
    pub heads: Arc<Mutex<Vec<(u64, u64)>>>,
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn get(&self, key: &str) -> Result<Option<(Vec<u8>, String)>, StoreError> {
        let (inner, key) = (self.inner.clone(), key.to_string());
        self.machine.call(async move { inner.get(&key).await }).await
    }

    async fn put(&self, key: &str, body: Vec<u8>, condition: Precondition) -> Result<Put, StoreError> {
        self.sent.fetch_add(body.len() as u64, Ordering::Relaxed);
        let (inner, heads, key) = (self.inner.clone(), self.heads.clone(), key.to_string());
        let operation = async move {
            let head = key.ends_with("head.json").then(|| epoch_and_serial(&body));
            let outcome = inner.put(&key, body, condition).await;
            if let (Ok(Put::Written { .. }), Some(head)) = (&outcome, head) {
                heads.lock().unwrap().push(head);
            }
            outcome
        };
        self.machine.call(operation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let (inner, key) = (self.inner.clone(), key.to_string());
        self.machine.call(async move { inner.delete(&key).await }).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let (inner, prefix) = (self.inner.clone(), prefix.to_string());
        self.machine.call(async move { inner.list(&prefix).await }).await
    }

    fn location(&self) -> String {
        "faulty".into()
    }
}

fn epoch_and_serial(head: &[u8]) -> (u64, u64) {
    let line = head.split(|byte| *byte == b'\n').nth(1).unwrap();
    let label: serde_json::Value = serde_json::from_slice(line).unwrap();
    (label["epoch"].as_u64().unwrap(), label["serial"].as_u64().unwrap())
}

/// A lock table as a machine sees it.
pub struct FaultyLock {
    pub machine: Arc<Machine>,
    pub inner: Arc<MemoryLock>,
}

#[async_trait]
impl LockTable for FaultyLock {
    async fn get(&self, key: &str) -> Result<Option<LockRow>, StoreError> {
        let (inner, key) = (self.inner.clone(), key.to_string());
        self.machine.call(async move { inner.get(&key).await }).await
    }

    async fn put(&self, key: &str, row: &LockRow, expected: Option<&str>) -> Result<RowPut, StoreError> {
        let (inner, key, row) = (self.inner.clone(), key.to_string(), row.clone());
        let expected = expected.map(String::from);
        self.machine.call(async move { inner.put(&key, &row, expected.as_deref()).await }).await
    }

    fn location(&self) -> String {
        "faulty".into()
    }
}
