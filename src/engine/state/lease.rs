//! Holding a lock: the heartbeat, how long it may be relied on, and giving it back.
//!
//! The lease gives liveness, not safety: a holder that was paused may believe in it for a moment longer than others
//! do. What it writes then is refused by the compare-and-swap of the head.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::load::Known;
use super::retry::answered;
use super::{Ids, LockRow, LockTable, LockTimes, RowPut, StateError, StoreError};
use crate::model::DigestKey;

/// A held lock. Dropping it ends the heartbeat and the lease; the row then frees itself after one lease.
#[derive(Debug)]
pub struct LockGuard {
    lease: Lease,
    heartbeat: JoinHandle<()>,
}

/// What others need of a held lock: may I still act, under which epoch. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Lease(Arc<Shared>);

struct Shared {
    table: Arc<dyn LockTable>,
    ids: Arc<dyn Ids>,
    key: String,
    owner: String,
    /// What the table promises others about us.
    lease: Duration,
    digest_key: DigestKey,
    /// The row as we last wrote or saw it. Held across calls: one write at a time.
    row: tokio::sync::Mutex<LockRow>,
    epoch: AtomicU64,
    serial: AtomicU64,
    /// What the row said of the head when it was taken.
    known: Known,
    /// A head with an HMAC is in its place: the next write of the row says so.
    signed: AtomicBool,
    renewed: Mutex<Moment>,
    lost: CancellationToken,
}

/// One instant on two clocks of this machine. The monotonic one may stand still while the machine sleeps; the wall
/// clock does not. Each is only compared with itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    pub fn now(ids: &dyn Ids) -> Self {
        Self { steady: Instant::now(), wall: ids.wall() }
    }
}

/// The outcome of one attempt to write the row.
enum Attempt {
    Done,
    /// Another run holds the lock, or the row is gone.
    Lost,
    Failed,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lease").field("key", &self.key).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Lease {
    /// True while no other run can hold the lock; false for good once it was false. Costs nothing: ask before each call.
    pub fn is_valid(&self) -> bool {
        if self.0.lost.is_cancelled() {
            return false;
        }
        let renewed = self.0.renewed();
        let limit = self.0.limit();
        // A wall clock that was set back says nothing; the monotonic one stands.
        let overslept = self.0.ids.wall().duration_since(renewed.wall).is_ok_and(|elapsed| elapsed >= limit);
        renewed.steady.elapsed() < limit && !overslept
    }

    /// Resolves when the lock is lost, released or dropped.
    pub async fn lost(&self) {
        self.0.lost.cancelled().await;
    }

    /// Grows with every change of owner; the head carries it.
    pub fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::Acquire)
    }

    /// The key of the row.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// The key of the digests of secrets.
    pub fn digest_key(&self) -> DigestKey {
        self.0.digest_key.clone()
    }

    /// What earlier holders have seen of the head.
    pub(super) fn known(&self) -> &Known {
        &self.0.known
    }

    /// A signed head is stored: the next heartbeat, or the release, says in the row that there is no other from here on.
    /// Not before that, so that a run that is killed in between leaves a head that reads.
    pub(super) fn note_signed(&self) {
        self.0.signed.store(true, Ordering::Release);
    }

    /// The head has reached `serial`: the next heartbeat, or the release, says so in the row.
    pub(super) fn note_serial(&self, serial: u64) {
        self.0.serial.fetch_max(serial, Ordering::AcqRel);
    }

    /// Makes the epoch at least `epoch`. The head is ahead of the row after the row was lost and made again: the
    /// write proves that the lock is ours all the same.
    pub(super) async fn raise_epoch(&self, epoch: u64) -> Result<(), StateError> {
        loop {
            if !self.is_valid() {
                return Err(StateError::LockLost { key: self.0.key.clone() });
            }
            match self.0.attempt(|row| row.epoch = row.epoch.max(epoch)).await {
                Attempt::Done => return Ok(()),
                Attempt::Lost => self.0.lost.cancel(),
                Attempt::Failed => sleep(self.0.pause()).await,
            }
        }
    }
}

impl LockGuard {
    /// For a row that `acquire` wrote in our name, by a call begun at `written`.
    pub(super) fn hold(
        table: Arc<dyn LockTable>,
        ids: Arc<dyn Ids>,
        key: &str,
        owner: &str,
        row: LockRow,
        written: Moment,
        times: LockTimes,
    ) -> Self {
        let shared = Arc::new(Shared {
            table,
            ids,
            key: key.to_string(),
            owner: owner.to_string(),
            lease: times.lease,
            epoch: AtomicU64::new(row.epoch),
            serial: AtomicU64::new(row.serial),
            known: Known::from(&row),
            signed: AtomicBool::new(row.signed),
            digest_key: row.digest_key.clone(),
            row: tokio::sync::Mutex::new(row),
            renewed: Mutex::new(written),
            lost: CancellationToken::new(),
        });
        let lease = Lease(shared.clone());
        let heartbeat = tokio::spawn(beat(lease.clone(), times.heartbeat));
        Self { lease, heartbeat }
    }

    pub fn lease(&self) -> Lease {
        self.lease.clone()
    }

    pub fn epoch(&self) -> u64 {
        self.lease.epoch()
    }

    pub fn is_valid(&self) -> bool {
        self.lease.is_valid()
    }

    /// See [`Lease::lost`].
    pub async fn lost(&self) {
        self.lease.lost().await;
    }

    /// Gives the lock back: the owner is cleared and the row stays. Takes 5 s at most.
    ///
    /// # Errors
    /// [`StateError::NotReleased`] when the table did not answer in time; [`StateError::LockLost`] when the lock had been
    /// lost before. In both cases the row frees itself when the lease runs out.
    pub async fn release(self) -> Result<(), StateError> {
        let shared = &self.lease.0;
        let valid = self.is_valid();
        self.heartbeat.abort();
        shared.lost.cancel();
        let give_back = async {
            loop {
                match shared.attempt(|row| row.owner = None).await {
                    Attempt::Failed => sleep(shared.pause()).await,
                    Attempt::Done | Attempt::Lost => return,
                }
            }
        };
        let key = shared.key.clone();
        match timeout(Duration::from_secs(5), give_back).await {
            _ if !valid => Err(StateError::LockLost { key }),
            Ok(()) => Ok(()),
            Err(_) => Err(StateError::NotReleased { key, lease: shared.lease }),
        }
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        self.heartbeat.abort();
        self.lease.0.lost.cancel();
    }
}

impl Shared {
    fn renewed(&self) -> Moment {
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how long after its start a write of the row may be relied on: a sixth of the lease is kept for clocks
    /// that run differently and for what is under way.
    fn limit(&self) -> Duration {
        self.lease - self.lease / 6
    }

    fn pause(&self) -> Duration {
        (self.lease / 30).min(Duration::from_secs(1))
    }

    /// Writes the row once, with a new version. Only we write it with our owner, so whatever version a row of ours
    /// has came from an earlier attempt whose reply was lost.
    async fn attempt(&self, edit: impl Fn(&mut LockRow)) -> Attempt {
        let limit = self.lease / 6;
        let mut row = self.row.lock().await;
        let mut next = row.clone();
        next.version = self.ids.ulid();
        next.serial = next.serial.max(self.serial.load(Ordering::Acquire));
        next.signed |= self.signed.load(Ordering::Acquire);
        edit(&mut next);
        let started = Moment::now(&*self.ids);
        match answered(limit, self.table.put(&self.key, &next, Some(&row.version))).await {
            Ok(RowPut::Written) => {}
            Ok(RowPut::Conflict) => match answered(limit, self.table.get(&self.key)).await {
                Ok(Some(there)) if there.version == next.version => {}
                Ok(Some(there)) if there.owner.as_deref() == Some(self.owner.as_str()) => {
                    *row = there;
                    return Attempt::Failed;
                }
                Ok(_) => return Attempt::Lost,
                Err(error) => return self.failed(&error),
            },
            Err(error) => return self.failed(&error),
        }
        self.epoch.store(next.epoch, Ordering::Release);
        *row = next;
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = started;
        Attempt::Done
    }

    fn failed(&self, error: &StoreError) -> Attempt {
        tracing::debug!(key = self.key, %error, "writing the lock row failed");
        Attempt::Failed
    }
}

/// Renews the lease until it is lost.
async fn beat(lease: Lease, every: Duration) {
    let shared = &lease.0;
    loop {
        sleep_until(shared.renewed().steady + every).await;
        loop {
            if !lease.is_valid() {
                return shared.lost.cancel();
            }
            let end = shared.renewed().steady + shared.limit();
            match timeout_at(end, shared.attempt(|_| {})).await {
                Ok(Attempt::Done) => break,
                Ok(Attempt::Lost) | Err(_) => return shared.lost.cancel(),
                Ok(Attempt::Failed) => sleep_until((Instant::now() + shared.pause()).min(end)).await,
            }
        }
    }
}
