//! Waits until a resource is ready or gone. The condition is a pure function of what was read; the loop only polls.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::poller::Poller;
use crate::apply::steps::{backoff, look_delay};
use crate::model::{Cloud, CloudError, ErrorKind, PhysicalId, Placement, ReadRequest, Readiness, Value};

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::apply) enum Until {
    /// It can be used.
    Ready,
    /// AWS says that it does not exist.
    Gone,
    /// It can be seen, in whatever condition.
    Seen,
}

/// After this long of not being deleted a resource that is waited for to be gone stays: AWS has given its deletion up, or
/// never began it. Longer than any read lags behind.
const NOT_DELETING: Duration = Duration::from_secs(180);

/// How a wait ended.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::apply) enum Settled {
    /// What was waited for is there.
    Ready(Value),
    Gone,
    /// It will never be ready, or never be gone; AWS's word for the status, and what was read.
    Failed(String, Value),
    /// Time ran out; the last status.
    TimedOut(String),
    /// The run is being stopped; the last status.
    Halted(String),
    /// It cannot be read.
    Unreadable(CloudError),
}

/// One wait.
pub(in crate::apply) struct Wait<'a> {
    pub(in crate::apply) cloud: &'a dyn Cloud,
    pub(in crate::apply) poller: &'a Poller,
    pub(in crate::apply) halt: &'a CancellationToken,
    pub(in crate::apply) place: &'a Placement,
    pub(in crate::apply) type_name: &'a str,
    pub(in crate::apply) id: &'a PhysicalId,
    /// See [`ReadRequest`].
    pub(in crate::apply) properties: Vec<String>,
    pub(in crate::apply) until: Until,
    /// For how long a resource that is not seen, or not as it was sent, counts as not visible yet.
    pub(in crate::apply) consistency: Duration,
    pub(in crate::apply) timeout: Duration,
}

enum Judgement {
    End(Settled),
    Again(String),
}

impl Wait<'_> {
    /// Polls until the wait is over. `stale` tells a look that does not show what was sent: within the consistency
    /// delay another one follows, and the last one counts. `waiting` hears every new status. May be dropped at any time.
    pub(in crate::apply) async fn run(&self, stale: impl Fn(&Value) -> bool, mut waiting: impl FnMut(&str)) -> Settled {
        let start = Instant::now();
        let steady = self.cloud.poll_interval(self.type_name).max(Duration::from_millis(100));
        let mut status = String::new();
        let mut looks = 0;
        let mut errors = 0;
        let mut rests: Option<Instant> = None;
        loop {
            let delay = match errors {
                0 => look_delay(looks, steady),
                errors => backoff(1.0, 30.0, errors, self.id.as_str()).max(look_delay(looks, steady)),
            };
            let request = ReadRequest::new(self.id.clone(), self.properties.clone());
            let answer = tokio::select! {
                biased;
                () = self.halt.cancelled() => return Settled::Halted(status),
                answer = self.poller.look(self.place, self.type_name, request, delay) => answer,
            };
            looks += 1;
            let elapsed = start.elapsed();
            match answer {
                Err(error) if !worth_repeating(&error) || elapsed >= self.timeout => return Settled::Unreadable(error),
                Err(_) => errors += 1,
                Ok(seen) => {
                    errors = 0;
                    if let Some((status, seen)) = self.rests(seen.as_ref()) {
                        if rests.get_or_insert_with(Instant::now).elapsed() >= NOT_DELETING {
                            return Settled::Failed(status, seen.clone());
                        }
                    } else {
                        rests = None;
                    }
                    match self.judge(seen, elapsed < self.consistency, &stale) {
                        Judgement::End(end) => return end,
                        Judgement::Again(now) => {
                            if now != status {
                                waiting(&now);
                                status = now;
                            }
                        }
                    }
                    if elapsed >= self.timeout {
                        return Settled::TimedOut(status);
                    }
                }
            }
        }
    }

    /// The status of what should be on its way out and is not.
    fn rests<'v>(&self, seen: Option<&'v Value>) -> Option<(String, &'v Value)> {
        let seen = seen.filter(|_| self.until == Until::Gone)?;
        match self.cloud.readiness(self.type_name, seen) {
            Readiness::Failed(status) => Some((status, seen)),
            Readiness::Ready => Some(("there, and not being deleted".into(), seen)),
            Readiness::Pending(_) | Readiness::Deleting => None,
        }
    }

    fn judge(&self, seen: Option<Value>, may_be_late: bool, stale: &impl Fn(&Value) -> bool) -> Judgement {
        let Some(seen) = seen else {
            return match self.until {
                Until::Ready | Until::Seen if may_be_late => Judgement::Again("not visible yet".into()),
                _ => Judgement::End(Settled::Gone),
            };
        };
        let readiness = self.cloud.readiness(self.type_name, &seen);
        match (self.until, readiness) {
            (Until::Seen, _) => Judgement::End(Settled::Ready(seen)),
            (Until::Gone, Readiness::Pending(status)) => Judgement::Again(status),
            (Until::Gone, _) => Judgement::Again("deleting".into()),
            (Until::Ready, Readiness::Ready) if may_be_late && stale(&seen) => {
                Judgement::Again("change not visible yet".into())
            }
            (Until::Ready, Readiness::Ready) => Judgement::End(Settled::Ready(seen)),
            (Until::Ready, Readiness::Pending(status)) => Judgement::Again(status),
            (Until::Ready, Readiness::Failed(status)) => Judgement::End(Settled::Failed(status, seen)),
            (Until::Ready, Readiness::Deleting) => Judgement::End(Settled::Failed("it is being deleted".into(), seen)),
        }
    }
}

/// A look changes nothing, so every failure that may pass is worth another one.
pub(in crate::apply) fn worth_repeating(error: &CloudError) -> bool {
    error.is_transient() || matches!(error.kind, ErrorKind::Ambiguous | ErrorKind::NotSent)
}
