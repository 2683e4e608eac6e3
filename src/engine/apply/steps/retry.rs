//! When to send a call again, and after how long. Pure.

use std::time::Duration;

use crate::model::{CloudError, ErrorKind, Lag};

/// How long each kind of failure is borne, counted from the first time the call was sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::apply) struct RetryPolicy {
    /// Throttling, which ends by itself.
    pub(in crate::apply) throttled: Duration,
    /// Something is not ready yet, or still in use.
    pub(in crate::apply) busy: Duration,
    /// A service says that it does not see something, which may be too new to be seen, or misspelt.
    pub(in crate::apply) unseen: Duration,
    /// What the call refers to may be too new to be seen.
    pub(in crate::apply) not_found: Duration,
    /// The call may be repeated without a look, as it does the same thing twice.
    pub(in crate::apply) idempotent: bool,
}

/// No connection at all: long enough for a network to come back, short enough to be noticed.
const NOT_SENT: Duration = Duration::from_secs(120);
/// How long something new may be unseen by the services that refer to it. IAM names seconds and means minutes:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
pub(in crate::apply) const UNSEEN: Duration = Duration::from_secs(180);
/// A reply that is lost this often in a row is no accident.
const UNCLEAR: u32 = 6;
/// A reply that was cut short comes whole the next time. A page of a proxy comes again, and somebody has to hear of it.
const UNREADABLE: u32 = 3;

impl RetryPolicy {
    /// The delay before the call is sent again; `None` when it is not. `attempt` counts the failures so far, this one
    /// included, and `elapsed` the time since the first was sent.
    pub(in crate::apply) fn delay(
        &self,
        error: &CloudError,
        attempt: u32,
        elapsed: Duration,
        seed: &str,
    ) -> Option<Duration> {
        let (limit, first, longest) = match error.kind {
            ErrorKind::Throttled => (self.throttled, 1.0, 30.0),
            ErrorKind::Busy if error.lag.is_some_and(|reply| reply.lag == Lag::Unseen) => (self.unseen, 2.0, 20.0),
            ErrorKind::Busy => (self.busy, 2.0, 20.0),
            ErrorKind::NotFound => (self.not_found, 1.0, 5.0),
            ErrorKind::NotSent => (NOT_SENT, 1.0, 15.0),
            ErrorKind::Ambiguous if self.idempotent && attempt < UNCLEAR => (NOT_SENT, 1.0, 15.0),
            ErrorKind::Unreadable if self.idempotent && attempt < UNREADABLE => (NOT_SENT, 1.0, 2.0),
            _ => return None,
        };
        (elapsed < limit).then(|| backoff(first, longest, attempt, seed))
    }
}

/// `first` seconds, doubled with every attempt up to `longest`, less a part of up to a half that depends on `seed`: calls
/// that failed together do not come back together, and the same run twice waits the same.
pub(in crate::apply) fn backoff(first: f64, longest: f64, attempt: u32, seed: &str) -> Duration {
    let doubled = first * 2f64.powi(attempt.saturating_sub(1).min(16) as i32);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in seed.bytes().chain(attempt.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let part = (hash >> 40) as f64 / (1u64 << 24) as f64;
    Duration::from_secs_f64(doubled.min(longest) * (1.0 - part / 2.0))
}

/// Delays between looks at a resource: quick at first, so that what is ready at once costs one read, then `steady`.
pub(in crate::apply) fn look_delay(look: u32, steady: Duration) -> Duration {
    const QUICK: [u64; 5] = [0, 200, 500, 1000, 2000];
    match QUICK.get(look as usize) {
        Some(millis) => Duration::from_millis(*millis).min(steady),
        None => Duration::from_secs(4 << (look - QUICK.len() as u32).min(8)).min(steady),
    }
}
