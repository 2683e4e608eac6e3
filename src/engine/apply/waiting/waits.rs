//! How long steps wait, for what, and how a wait ends a step.

use std::time::Duration;

use super::poller::Company;
use super::settle::{Settled, Until, Wait};
use crate::apply::Event;
use crate::apply::failure::{self, Doing, Stop};
use crate::apply::knowledge::{asked, asked_after, completed, known_apart};
use crate::apply::run::Run;
use crate::journal::Entry;
use crate::model::{Address, Code, Map, PhysicalId, Placement, Readiness, TypeSchema, Value};
use crate::plan::StepPlan;

/// Shortest default of how long a step may take.
const TIMEOUT: Duration = Duration::from_secs(30 * 60);

impl Run<'_> {
    /// What a step needs of a dependency that has no step of its own: that it is ready, as an earlier run may have left it
    /// at work, and the secrets of it that only a read brings.
    pub(in crate::apply) async fn await_dependency(&self, step: &StepPlan, path: &str) -> Result<(), Stop> {
        let Ok(address) = Address::in_stack(&step.address.stack, path) else { return Ok(()) };
        let idle = self.change(&address).is_some_and(|change| change.steps.is_empty());
        let (true, Some(desired)) = (idle, self.graph.resources.get(&address)) else { return Ok(()) };
        if !self.knowledge.begin_wait(path) && self.knowledge.read(path).is_some() {
            return Ok(());
        }
        if self.holds_secrets(desired) {
            // Its own secrets may be those of what it depends on.
            for further in self.dependencies(&address) {
                Box::pin(self.await_dependency(step, &further)).await?;
            }
        }
        let Some(known) = self.knowledge.attributes(path) else { return Ok(()) };
        let planned = known.value();
        let pending = matches!(self.cloud.readiness(desired.schema.name, planned), Readiness::Pending(_));
        if !pending && !Self::makes_secrets(desired) {
            return Ok(());
        }
        let Some(state) = self.journal.resource(path) else { return Ok(()) };
        let about = (&state.place, &state.id);
        let live = self.settle(step, desired.schema, Doing::Read, about, planned, Until::Ready, |_| false).await?;
        let live = self.with_own_properties(desired, &live).unwrap_or(live);
        self.knowledge.set_read(path, live);
        Ok(())
    }

    /// An earlier run may have left the resource itself at work.
    pub(in crate::apply) async fn own_readiness(
        &self,
        step: &StepPlan,
        schema: &'static TypeSchema,
    ) -> Result<(), Stop> {
        let Some(change) = self.change(&step.address) else { return Ok(()) };
        let (Some(id), false) = (&change.id, change.before.is_null()) else { return Ok(()) };
        let touched = self.knowledge.is_created(step.address.path());
        if touched || !matches!(self.cloud.readiness(schema.name, &change.before), Readiness::Pending(_)) {
            return Ok(());
        }
        let about = (&step.place, id);
        self.settle(step, schema, Doing::Update, about, &change.before, Until::Ready, |_| false).await.map(drop)
    }

    /// Waits for AWS and turns what came of it into the end of the step. After [`Until::Gone`] the value is null.
    #[expect(clippy::too_many_arguments, reason = "one wait, told in full at each of its five places")]
    pub(in crate::apply) async fn settle(
        &self,
        step: &StepPlan,
        schema: &'static TypeSchema,
        doing: Doing,
        (place, id): (&Placement, &PhysicalId),
        want: &Value,
        until: Until,
        stale: impl Fn(&Value) -> bool,
    ) -> Result<Value, Stop> {
        let known = self.journal.resource(step.address.path()).map(|resource| resource.attributes).unwrap_or_default();
        let apart = match (doing, until) {
            (Doing::Create | Doing::Update, Until::Ready) => {
                known_apart(schema, &step.kind, want, self.seen(&step.address).as_deref())
            }
            _ => Map::new(),
        };
        let mut properties = match until {
            Until::Ready | Until::Seen => asked_after(schema, &known, want),
            Until::Gone => asked(&known, Some(want)),
        };
        // Whether it is gone, no property tells.
        let left_out = |name: &String| match until {
            Until::Gone => schema.apart.contains(&name.as_str()),
            Until::Ready | Until::Seen => apart.contains_key(name),
        };
        properties.retain(|name| !left_out(name));
        let stale = |live: &Value| stale(&completed(live, &apart));
        let poller = self.poller.with(self.company(step, schema.name));
        let wait = Wait {
            cloud: self.cloud,
            poller: &poller,
            halt: &self.halt,
            place,
            type_name: schema.name,
            id,
            properties,
            until,
            consistency: match doing {
                Doing::Create | Doing::Update => Duration::from_secs(schema.consistency_seconds.into()),
                Doing::Delete | Doing::Read => Duration::ZERO,
            },
            timeout: self.timeout(step, doing),
        };
        let settled =
            wait.run(stale, |status| self.tell(Event::Waiting { step: step.id, status: status.to_string() })).await;
        let address = &step.address;
        let note = format!("It is in state as {id}; the next run goes on from there.");
        match settled {
            Settled::Ready(live) => Ok(completed(&live, &apart)),
            Settled::Gone if until == Until::Gone => Ok(Value::Null),
            Settled::Gone => Err(self.failed(address, Code::NotFound, &format!("AWS has no {} {id}", schema.name))),
            Settled::Failed(status, _) if until == Until::Gone => {
                Err(self.failed(address, Code::StepFailed, &format!("AWS does not delete {id}: it is {status}")))
            }
            Settled::Failed(status, _) => {
                if doing == Doing::Create {
                    let path = address.path().to_string();
                    self.commit(vec![Entry::Marked { path, failed: Some(status.clone()) }]).await?;
                }
                Err(self.failed(address, Code::StepFailed, &format!("{id} did not become ready: {status}")))
            }
            Settled::TimedOut(status) => {
                let mut stop =
                    self.failed(address, Code::TimedOut, &format!("{id} is still {status} after {:?}", wait.timeout));
                if let Stop::Failed(diagnostic) = &mut stop {
                    diagnostic.notes.push(note);
                    diagnostic.help = Some("run apply again, or raise the resource's `timeouts`".into());
                }
                Err(stop)
            }
            Settled::Halted(status) if status.is_empty() => Err(Stop::HandedOver("at work".into())),
            Settled::Halted(status) => Err(Stop::HandedOver(status)),
            Settled::Unreadable(error) => Err(Stop::Failed(
                failure::from_call_error(Doing::Read, address, self.origin(address), &error).note(note).into(),
            )),
        }
    }

    /// For whom the first look after a call waits.
    fn company(&self, step: &StepPlan, type_name: &str) -> Company {
        match () {
            () if self.is_last(step) => Company::LAST,
            () if self.gates.has_queue(type_name) => Company::QUEUED,
            () if self.slots.in_flight(type_name) => Company::IN_FLIGHT,
            () => Company::ALONE,
        }
    }

    pub(in crate::apply) fn declared_timeout(&self, address: &Address, doing: Doing) -> Option<Duration> {
        let timeouts = &self.graph.resources.get(address)?.timeouts;
        match doing {
            Doing::Create => timeouts.create,
            Doing::Update => timeouts.update,
            Doing::Delete => timeouts.delete,
            Doing::Read => None,
        }
    }

    /// How long the step may take: as declared, or a multiple of what is usual.
    pub(in crate::apply) fn timeout(&self, step: &StepPlan, doing: Doing) -> Duration {
        self.declared_timeout(&step.address, doing).unwrap_or_else(|| timeout_of(step.usual_seconds))
    }

    /// For how long the resource may be too new to be seen: zero unless this run has made it.
    pub(in crate::apply) fn visibility(&self, path: &str, schema: &TypeSchema) -> Duration {
        match self.knowledge.is_created(path) {
            // Even where reads are consistent, another service may lag.
            true => Duration::from_secs(schema.consistency_seconds.max(10).into()),
            false => Duration::ZERO,
        }
    }
}

/// How long something may take that usually takes `usual_seconds`.
pub(in crate::apply) fn timeout_of(usual_seconds: u32) -> Duration {
    TIMEOUT.max(Duration::from_secs(4 * u64::from(usual_seconds)))
}
