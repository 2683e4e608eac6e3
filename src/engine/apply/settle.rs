//! Waiting until AWS is done with a resource: a pure judgement of what was read, and the loop around it.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::failure::{self, Doing};
use super::poller::{Poller, poller};
use super::retry::{backoff, look_delay};
use crate::model::{
    Address, Catalog, Cloud, CloudError, Code, Diagnostics, ErrorKind, PhysicalId, ReadRequest, Readiness, Value,
};
use crate::read::{Live, LiveSet};
use crate::state::State;

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// It can be used.
    Ready,
    /// AWS says that it does not exist.
    Gone,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Settled {
    Ready(Value),
    Gone,
    /// It will never be ready; AWS's word for the status, and what was read.
    Failed(String, Value),
    /// Time ran out; the last status.
    TimedOut(String),
    /// The run is being stopped; the last status.
    Halted(String),
    /// It cannot be read.
    Unreadable(CloudError),
}

/// One wait.
pub(super) struct Wait<'a> {
    pub(super) cloud: &'a dyn Cloud,
    pub(super) poller: &'a Poller,
    pub(super) halt: &'a CancellationToken,
    pub(super) type_name: &'a str,
    pub(super) id: &'a PhysicalId,
    /// See [`ReadRequest`].
    pub(super) properties: Vec<String>,
    pub(super) until: Until,
    /// For how long a resource that is not seen, or is seen as it was before, counts as not visible yet.
    pub(super) consistency: Duration,
    pub(super) timeout: Duration,
}

enum Judgement {
    End(Settled),
    Again(String),
}

impl Wait<'_> {
    /// Looks until the wait is over. `stale` tells a look from before the last change, within the consistency delay;
    /// `waiting` hears every new status. May be dropped at any time.
    pub(super) async fn run(&self, stale: impl Fn(&Value) -> bool, mut waiting: impl FnMut(&str)) -> Settled {
        let start = Instant::now();
        let steady = self.cloud.poll_interval(self.type_name).max(Duration::from_millis(100));
        let mut status = String::new();
        let mut looks = 0;
        let mut errors = 0;
        loop {
            let delay = match errors {
                0 => look_delay(looks, steady),
                errors => backoff(1.0, 30.0, errors, self.id.as_str()).max(look_delay(looks, steady)),
            };
            let request = ReadRequest { id: self.id.clone(), properties: self.properties.clone() };
            let answer = tokio::select! {
                biased;
                () = self.halt.cancelled() => return Settled::Halted(status),
                answer = self.poller.look(self.type_name, request, delay) => answer,
            };
            looks += 1;
            let elapsed = start.elapsed();
            match answer {
                Err(error) if !worth_repeating(&error) || elapsed >= self.timeout => return Settled::Unreadable(error),
                Err(_) => errors += 1,
                Ok(seen) => {
                    errors = 0;
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

    fn judge(&self, seen: Option<Value>, may_be_late: bool, stale: &impl Fn(&Value) -> bool) -> Judgement {
        let Some(seen) = seen else {
            return match self.until {
                Until::Ready if may_be_late => Judgement::Again("not visible yet".into()),
                _ => Judgement::End(Settled::Gone),
            };
        };
        let readiness = self.cloud.readiness(self.type_name, &seen);
        match (self.until, readiness) {
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
pub(super) fn worth_repeating(error: &CloudError) -> bool {
    error.is_transient() || matches!(error.kind, ErrorKind::Ambiguous | ErrorKind::NotSent)
}

/// Waits for what an earlier run left at work: resources in state that AWS is still making, and such as are still going
/// away. What was read in the end replaces the answers in `live`, so that a plan made from it sees whole attributes.
/// `waiting` hears every new status. Cheap when nothing is pending.
///
/// # Errors
/// Resources that cannot be read any more, and such as took longer than `timeout`.
pub async fn await_ready(
    state: &State,
    live: &mut LiveSet,
    catalog: &dyn Catalog,
    cloud: &dyn Cloud,
    halt: &CancellationToken,
    timeout: Duration,
    mut waiting: impl FnMut(&Address, &str),
) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    let mut waits = Vec::new();
    for (path, resource) in &state.resources {
        let Some(Live::Found(seen)) = live.get(&resource.type_name, &resource.id) else { continue };
        let until = match cloud.readiness(&resource.type_name, seen) {
            Readiness::Pending(_) => Until::Ready,
            Readiness::Deleting => Until::Gone,
            Readiness::Ready | Readiness::Failed(_) => continue,
        };
        match Address::in_stack(&state.stack, path) {
            Ok(address) => waits.push((address, resource, until)),
            Err(error) => problems.push(crate::model::Diagnostic::error(Code::StateCorrupt, error.to_string())),
        }
    }
    if waits.is_empty() {
        return if problems.has_errors() { Err(problems) } else { Ok(()) };
    }

    let (poller, looks) = poller();
    let heard = std::cell::RefCell::new(&mut waiting);
    let all = join_all(waits.iter().map(|(address, resource, until)| {
        let (poller, heard) = (&poller, &heard);
        async move {
            let wait = Wait {
                cloud,
                poller,
                halt,
                type_name: &resource.type_name,
                id: &resource.id,
                properties: super::attributes::asked(&resource.attributes, None),
                until: *until,
                consistency: catalog
                    .schema(&resource.type_name)
                    .map_or(Duration::ZERO, |schema| Duration::from_secs(schema.consistency_seconds.into())),
                timeout,
            };
            wait.run(|_| false, |status| (heard.borrow_mut())(address, status)).await
        }
    }));
    let settled = tokio::select! {
        biased;
        settled = all => settled,
        // Cannot end first: `poller` lives longer than this block.
        () = looks.serve(cloud) => Vec::new(),
    };
    for ((address, resource, _), settled) in waits.iter().zip(settled) {
        let key = (resource.type_name.clone(), resource.id.clone());
        match settled {
            Settled::Ready(value) | Settled::Failed(_, value) => drop(live.0.insert(key, Live::Found(value.into()))),
            Settled::Gone => drop(live.0.insert(key, Live::Absent)),
            Settled::Halted(status) => {
                problems.push(failure::new(Code::Interrupted, format!("{address} is still {status}"), address, None))
            }
            Settled::TimedOut(status) => {
                problems.push(failure::new(Code::TimedOut, format!("{address} is still {status}"), address, None));
            }
            Settled::Unreadable(error) => problems.push(failure::of_call(Doing::Read, address, None, &error)),
        }
    }
    if problems.has_errors() { Err(problems) } else { Ok(()) }
}
