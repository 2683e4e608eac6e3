//! The delete step: announced, sent as often as it takes, waited for where a deletion takes time.

use std::time::Duration;

use super::retry::RetryPolicy;
use super::send::{Refusal, Tries};
use crate::apply::failure::{self, Doing, Stop};
use crate::apply::run::Run;
use crate::apply::waiting::Until;
use crate::journal::Entry;
use crate::model::{Code, ErrorKind, Mutation, PhysicalId, Value};
use crate::plan::{Action, Direction, StepPlan};
use crate::state::PendingCall;

/// How long a deletion that meets users of the resource waits for them to go: network interfaces linger for minutes.
const IN_USE: Duration = Duration::from_secs(600);

impl Run<'_> {
    pub(in crate::apply) async fn delete(
        &self,
        step: &StepPlan,
        id: &PhysicalId,
        deposed: Option<&str>,
    ) -> Result<(), Stop> {
        let schema = self.schema(step)?;
        let path = step.address.path();
        let prior = match deposed {
            Some(key) => self.journal.deposed(path, key).map(|object| (object.id, object.place, object.attributes)),
            None => self.journal.resource(path).map(|resource| {
                let prior = self.prior(&step.address, schema, &resource.attributes);
                (resource.id, resource.place, prior)
            }),
        };
        let Some((in_state, place, prior)) = prior else {
            return Err(self.failed(&step.address, Code::Internal, "it is to be deleted and is not in state"));
        };
        if in_state != *id || place != step.place {
            return Err(self.failed(&step.address, Code::StalePlan, "it is not the resource that the plan saw"));
        }
        let turn = self.begin(step).await?;
        let operation = self.new_op();
        let call = PendingCall::Delete { id: id.clone(), deposed: deposed.map(str::to_string) };
        let pending = self.intent(step, &operation, &Value::from(id.as_str()), call);
        self.commit(vec![Entry::Intent { pending: pending.clone() }]).await?;

        let timeout = self.timeout(step, Doing::Delete);
        let policy = RetryPolicy {
            throttled: timeout,
            busy: self.declared_timeout(&step.address, Doing::Delete).unwrap_or(IN_USE),
            unseen: timeout,
            not_found: Duration::ZERO,
            idempotent: true,
        };
        let mut tries = Tries::default();
        let sent = self
            .send(step, turn, &policy, &mut tries, async |sending| {
                let call = Mutation::Delete { id: id.clone(), prior: prior.clone(), place: step.place.clone() };
                match self.send_call(step, sending, call).await {
                    Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
                    other => other.map(drop),
                }
            })
            .await;
        match sent {
            Ok(()) => {}
            Err(Refusal::Fenced) => return Err(Stop::Fenced),
            Err(Refusal::Halted) if tries.unclear => {
                return Err(Stop::HandedOver("the reply of the delete was lost".into()));
            }
            Err(Refusal::Halted) => {
                self.void(&pending, "the run was stopped before AWS took the call").await?;
                return Err(Stop::NotStarted);
            }
            Err(Refusal::Error(error)) => {
                // When an earlier sending may have been done, recovery reads before it says anything.
                if !tries.unclear {
                    self.void(&pending, &error.message).await?;
                }
                let origin = self.origin(&step.address);
                let diagnostic = failure::from_call_error(Doing::Delete, &step.address, origin, &error);
                let replaced = self.change(&step.address).is_some_and(|change| {
                    deposed.is_none() && change.action == Action::Replace(Direction::DeleteFirst)
                });
                let diagnostic = match replaced && error.kind == ErrorKind::Busy {
                    true => failure::replaced_in_use(diagnostic, schema),
                    false => diagnostic,
                };
                return Err(Stop::Failed(diagnostic.into()));
            }
        }
        if schema.waits_for_deletion {
            self.settle(step, schema, Doing::Delete, (&step.place, id), &prior, Until::Gone, |_| false).await?;
        }
        self.conclude(step, vec![Entry::Deleted { operation }]).await
    }
}
