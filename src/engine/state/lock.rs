//! Taking a lock: at once when it is free, from a dead holder after a lease of silence.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::lease::{LockGuard, Moment};
use super::retry::{answered, read_with_retry};
use super::{Ids, LockError, LockRow, LockTable, RowPut, StateError, StoreError};
use crate::model::DigestKey;

/// Who takes a lock, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `user@host`
    pub who: String,
    /// The command.
    pub why: String,
    /// 12 digits; a row of another account is refused.
    pub account: String,
    /// Where the state is, as [`ObjectStore::location`](super::ObjectStore::location) says; the row of another state is refused.
    pub state: String,
}

/// The times of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockTimes {
    /// After this long without a sign of life the holder is dead. Whole seconds.
    pub lease: Duration,
    pub heartbeat: Duration,
    /// How long to wait for a lock that is held; zero: not at all. None: until it is known whether its holder lives, a lease
    /// at most. Then the lock of a dead one is taken, and that of a living one is not waited for.
    pub wait: Option<Duration>,
}

impl Default for LockTimes {
    fn default() -> Self {
        Self { lease: Duration::from_secs(30), heartbeat: Duration::from_secs(10), wait: None }
    }
}

/// How many failures in a row of the table are borne.
const PATIENCE: u32 = 5;

/// Takes the lock `key`.
///
/// `on_wait` is told of the holder, once for each, and `halt` ends the wait for one. A free lock costs a read and a write.
/// Dropping the future may leave a row in our name, which frees itself after one lease.
pub async fn acquire(
    table: Arc<dyn LockTable>,
    key: &str,
    owner: &Owner,
    times: LockTimes,
    ids: Arc<dyn Ids>,
    halt: &CancellationToken,
    on_wait: &mut (dyn FnMut(&LockRow) + Send),
) -> Result<LockGuard, LockError> {
    let me = ids.ulid();
    let began = Instant::now();
    let mut failures = 0;
    let mut watched = Watched::default();
    let mut told: Option<String> = None;
    loop {
        let there = match answered(times.lease / 6, table.get(key)).await {
            Ok(there) => there,
            Err(error) => {
                bear(error, &mut failures)?;
                sleep(pause(&*ids, times.lease)).await;
                continue;
            }
        };
        let (next, expected) = match &there {
            None => (claim(&me, owner, times.lease, None, &*ids), None),
            Some(row) => {
                if let Some((expected, found)) = row.belongs_to_another(&owner.account, &owner.state) {
                    return Err(LockError::Foreign { key: key.into(), expected, found });
                }
                match &row.owner {
                    None => {}
                    // A write whose reply was lost: claimed once more, so that it is known when the lease began.
                    Some(holder) if *holder == me => {}
                    Some(holder) => {
                        failures = 0;
                        if told.as_ref() != Some(holder) {
                            on_wait(row);
                            told = Some(holder.clone());
                        }
                        let lease = Duration::from_secs(row.lease).max(times.lease);
                        let alive = lease.saturating_sub(watched.unchanged_for(row));
                        if !alive.is_zero() {
                            let waited = began.elapsed();
                            let left = match times.wait {
                                Some(wait) => wait.saturating_sub(waited),
                                None if watched.has_changed => Duration::ZERO,
                                None => alive,
                            };
                            if left.is_zero() {
                                return Err(LockError::Held { key: key.into(), row: Box::new(row.clone()), waited });
                            }
                            tokio::select! {
                                biased;
                                () = halt.cancelled() => return Err(LockError::Halted { key: key.into() }),
                                () = sleep(pause(&*ids, times.lease).min(alive).min(left)) => continue,
                            }
                        }
                    }
                }
                (claim(&me, owner, times.lease, Some(row), &*ids), Some(row.version.as_str()))
            }
        };
        let written = Moment::now(&*ids);
        match answered(times.lease / 6, table.put(key, &next, expected)).await {
            Ok(RowPut::Written) => {
                return Ok(LockGuard::hold(table, ids, key, &me, next, written, times));
            }
            Ok(RowPut::Conflict) => {}
            Err(error) => {
                bear(error, &mut failures)?;
                sleep(pause(&*ids, times.lease)).await;
            }
        }
    }
}

/// The row of a lock, for those who only look.
pub async fn lock_row(table: &dyn LockTable, key: &str) -> Result<Option<LockRow>, StateError> {
    Ok(read_with_retry(|| table.get(key)).await?)
}

/// The row in our name that follows `before`.
fn claim(me: &str, owner: &Owner, lease: Duration, before: Option<&LockRow>, ids: &dyn Ids) -> LockRow {
    LockRow {
        owner: Some(me.to_string()),
        epoch: before.map_or(0, |row| row.epoch) + 1,
        version: ids.ulid(),
        lease: lease.as_secs().max(1),
        who: owner.who.clone(),
        why: owner.why.clone(),
        since: ids.now(),
        account: owner.account.clone(),
        state: owner.state.clone(),
        serial: before.map_or(0, |row| row.serial),
        signed: before.is_some_and(|row| row.signed),
        digest_key: match before.map(|row| &row.digest_key).filter(|key| key.text().is_some()) {
            Some(key) => key.clone(),
            None => DigestKey::new(format!("{}{}", ids.uuid(), ids.uuid())),
        },
    }
}

/// Since when a row has the version that it has, on our own clock, counted from the answer that first showed it.
#[derive(Default)]
struct Watched {
    seen: Option<(String, Instant)>,
    /// Another version was seen before: somebody is alive.
    has_changed: bool,
}

impl Watched {
    fn unchanged_for(&mut self, row: &LockRow) -> Duration {
        match &self.seen {
            Some((version, since)) if *version == row.version => since.elapsed(),
            seen => {
                self.has_changed = seen.is_some();
                self.seen = Some((row.version.clone(), Instant::now()));
                Duration::ZERO
            }
        }
    }
}

/// A twentieth of the lease, up to 1.5 s, less up to half of it at random: waiters do not march in step.
fn pause(ids: &dyn Ids, lease: Duration) -> Duration {
    let longest = (lease / 20).min(Duration::from_millis(1500));
    let byte = ids.ulid().bytes().last().unwrap_or_default();
    longest - (longest / 2) * u32::from(byte % 16) / 16
}

fn bear(error: StoreError, failures: &mut u32) -> Result<(), LockError> {
    *failures += 1;
    match error.write_again() && *failures < PATIENCE {
        true => Ok(()),
        false => Err(error.into()),
    }
}
