//! The update step: one update call, announced, sent as often as it takes, waited for.

use super::retry::{RetryPolicy, UNSEEN};
use super::send::{Refusal, Tries, Turn};
use super::step::Wanted;
use crate::apply::failure::{self, Doing, Stop};
use crate::apply::run::Run;
use crate::apply::waiting::Until;
use crate::journal::Entry;
use crate::model::{Change, Code, Field, Mutation, OpId, Operation, PhysicalId, TypeSchema, Value};
use crate::plan::{StepPlan, shows_prior};
use crate::state::PendingCall;

/// One update call, and what it is made from.
#[derive(Clone, Copy)]
struct Update<'a> {
    step: &'a StepPlan,
    schema: &'static TypeSchema,
    call: &'static str,
    id: &'a PhysicalId,
    wanted: &'a Wanted,
    /// What was read before the call.
    prior: &'a Value,
}

impl Run<'_> {
    pub(in crate::apply) async fn update(
        &self,
        step: &StepPlan,
        id: Option<&PhysicalId>,
        call: &'static str,
    ) -> Result<(), Stop> {
        let schema = self.schema(step)?;
        self.own_readiness(step, schema).await?;
        let mut turn = self.begin(step).await?;
        let wanted = self.wanted(step, schema).await?;
        let path = step.address.path();
        let Some(state) = self.journal.resource(path) else {
            return Err(self.failed(&step.address, Code::Internal, "it is to be updated and is not in state"));
        };
        if id.is_some_and(|id| *id != state.id) || state.place != step.place {
            return Err(self.failed(&step.address, Code::StalePlan, "it is not the resource that the plan saw"));
        }
        let prior = self.prior(&step.address, schema, &state.attributes);
        let written = |field: &Field| field.change == Change::Update(call);
        let update = Update { step, schema, call, id: &state.id, wanted: &wanted, prior: &prior };
        let mut again = false;
        let (live, updated_is_written) = loop {
            let operation = self.send_update(&update, turn.take()).await?;
            let mut entries = vec![Entry::Updated { operation }];
            if !self.lifts_protection(step) {
                entries.extend(self.describe_anew(&step.address, &wanted.sensitive));
            }
            let updated_is_written = self.hand_in(entries);

            let sent = wanted.value.as_map();
            let unchanged = |live: &Value| sent.is_some_and(|sent| shows_prior(schema, sent, &prior, live, written));
            let stale = |live: &Value| !self.untaken(step, schema, &wanted, live, written).is_empty();
            let about = (&step.place, &state.id);
            let live = self.settle(step, schema, Doing::Update, about, &wanted.value, Until::Ready, stale).await?;
            // An earlier request may have come late and taken the update back. What is not there after a second one, AWS
            // does not take.
            if again || !unchanged(&live) {
                break (live, updated_is_written);
            }
            again = true;
        };
        let attributes = self.attributes(step, schema, &live, &wanted, written);
        self.warn_of_untaken(step, schema, schema.calls_of_update(call), &wanted, &live, written);
        self.knowledge.set_read(step.address.path(), attributes.clear);
        let observed = Entry::Observed { path: path.to_string(), attributes: attributes.recorded };
        self.conclude(step, vec![observed]).await?;
        updated_is_written.await
    }

    /// Announces an update and sends it until AWS has taken it.
    async fn send_update(&self, update: &Update<'_>, turn: Turn<'_>) -> Result<OpId, Stop> {
        let Update { step, schema, call, id, wanted, prior } = *update;
        let path = step.address.path();
        let operation = self.operation(step);
        let redacted = self.redacted(&step.address, schema, wanted);
        let intent = PendingCall::Update { id: id.clone(), call: call.to_string() };
        let pending = self.intent(step, &operation.id, &redacted, intent);
        self.commit(vec![Entry::Intent { pending: pending.clone() }]).await?;

        let timeout = self.timeout(step, Doing::Update);
        let policy = RetryPolicy {
            throttled: timeout,
            busy: timeout,
            unseen: self.declared_timeout(&step.address, Doing::Update).unwrap_or(UNSEEN),
            // Of a resource made a moment ago.
            not_found: self.visibility(path, schema),
            idempotent: true,
        };
        let mut tries = Tries::default();
        let sent = self
            .send(step, turn, &policy, &mut tries, async |sending| {
                let operation = Operation { attempt: sending.attempt, ..operation.clone() };
                let call = Mutation::Update {
                    id: id.clone(),
                    call: call.to_string(),
                    want: wanted.value.clone(),
                    prior: prior.clone(),
                    operation,
                };
                self.send_call(step, sending, call).await.map(drop)
            })
            .await;
        match sent {
            Ok(()) => Ok(operation.id),
            Err(Refusal::Fenced) => Err(Stop::Fenced),
            Err(Refusal::Halted) => {
                // An update that was done is no secret: the next plan reads it.
                self.void(&pending, "the run was stopped before AWS took the call").await?;
                Err(if tries.unclear { Stop::HandedOver("the reply was lost".into()) } else { Stop::NotStarted })
            }
            Err(Refusal::Error(error)) => {
                if !error.may_have_landed() {
                    self.void(&pending, &error.message).await?;
                }
                let origin = self.origin(&step.address);
                Err(Stop::Failed(failure::from_call_error(Doing::Update, &step.address, origin, &error).into()))
            }
        }
    }
}
