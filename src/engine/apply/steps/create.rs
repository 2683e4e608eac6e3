//! The create step: announced, sent once, recorded at once, then waited for.

use std::cell::RefCell;
use std::time::Duration;

use tokio::time::Instant;

use super::retry::{RetryPolicy, UNSEEN};
use super::send::{Refusal, Tries, Turn};
use super::step::Wanted;
use super::want::with_own_tags;
use crate::apply::Met;
use crate::apply::failure::{self, Doing, Stop};
use crate::apply::recovery::{PATIENCE, Search, delay, search};
use crate::apply::run::Run;
use crate::apply::waiting::Until;
use crate::journal::Entry;
use crate::model::{
    Address, Change, CloudError, CreateOnce, Created, Diagnostic, ErrorKind, Field, Mutation, OpId, Operation,
    PhysicalId, Recover, TypeSchema, Value,
};
use crate::plan::StepPlan;
use crate::state::{Pending, PendingCall};

/// A search that finds nothing allows the call to be sent again; this often, then the next run goes on.
const SEARCHES: u32 = 4;
const LOST: &str = "the reply of the create was lost";

impl Run<'_> {
    pub(in crate::apply) async fn create(
        &self,
        step: &StepPlan,
        depose: Option<&str>,
        unfinished: &[&'static str],
    ) -> Result<(), Stop> {
        let schema = self.schema(step)?;
        let turn = self.begin(step).await?;
        let wanted = self.wanted(step, schema).await?;
        let operation = self.operation(step);
        let wanted = Wanted { value: schema.named(wanted.value, &operation.id), ..wanted };
        let sent = with_own_tags(schema, wanted.value.clone(), &operation);
        if let Err(error) = self.cloud.check_no_lookalike(schema.name, &sent, &operation).await {
            return Err(Stop::Failed(self.create_failed(step, schema, &error, &sent).into()));
        }
        let pending = self.announce_create(step, schema, &wanted, &operation, depose, unfinished).await?;

        let (created, operation) = self.create_once(step, schema, turn, &wanted.value, operation, pending).await?;
        let path = step.address.path().to_string();
        let known = known_at_once(schema, &wanted.value, &created);
        let attributes = self.attributes(step, schema, &known, &wanted, |field| !field.after_create);
        let mut entries = vec![Entry::Created { operation, id: created.id.clone(), attributes: attributes.recorded }];
        if !wanted.sensitive.is_empty() {
            entries.push(self.describe(&step.address, &wanted.sensitive));
        }
        let created_is_written = self.hand_in(entries);
        self.knowledge.set_created(&path);
        self.knowledge.set_read(step.address.path(), attributes.clear);

        let later = |call: &str| unfinished.contains(&call);
        let written =
            |field: &Field| !field.after_create && !matches!(field.change, Change::Update(call) if later(call));
        let stale = |live: &Value| !self.untaken(step, schema, &wanted, live, written).is_empty();
        let about = (&step.place, &created.id);
        let live = self.settle(step, schema, Doing::Create, about, &wanted.value, Until::Ready, stale).await?;
        let attributes = self.attributes(step, schema, &live, &wanted, |field| !field.after_create);
        self.warn_of_untaken(step, schema, &schema.create_calls, &wanted, &live, written);
        self.knowledge.set_read(step.address.path(), attributes.clear);
        self.conclude(step, vec![Entry::Observed { path, attributes: attributes.recorded }]).await?;
        created_is_written.await
    }

    async fn announce_create(
        &self,
        step: &StepPlan,
        schema: &'static TypeSchema,
        wanted: &Wanted,
        operation: &Operation,
        depose: Option<&str>,
        unfinished: &[&'static str],
    ) -> Result<Pending, Stop> {
        let replaced = self.journal.resource(step.address.path()).is_some();
        let (prevent_destroy, create_before_destroy) = self.protections(&step.address);
        let redacted = self.redacted(&step.address, schema, wanted);
        let call = PendingCall::Create {
            wanted: redacted.clone(),
            dependencies: self.dependencies(&step.address),
            prevent_destroy,
            create_before_destroy,
            unfinished: unfinished.iter().map(ToString::to_string).collect(),
            depose: depose.filter(|_| replaced).map(str::to_string),
        };
        let pending = self.intent(step, &operation.id, &redacted, call);
        self.commit(vec![Entry::Intent { pending: pending.clone() }]).await?;
        Ok(pending)
    }

    /// Sends the create until it is known what became of it; returns the operation that did it. On an error the journal
    /// says either that nothing was made, or, with the intent still pending, that the next run has to look.
    async fn create_once<'s>(
        &'s self,
        step: &StepPlan,
        schema: &'static TypeSchema,
        mut turn: Turn<'s>,
        wanted: &Value,
        mut operation: Operation,
        mut pending: Pending,
    ) -> Result<(Created, OpId), Stop> {
        let mut sent = with_own_tags(schema, wanted.clone(), &operation);
        let timeout = self.timeout(step, Doing::Create);
        let policy = RetryPolicy {
            throttled: timeout,
            busy: timeout,
            unseen: self.declared_timeout(&step.address, Doing::Create).unwrap_or(UNSEEN),
            not_found: self.visibility_of_dependencies(&step.address),
            idempotent: false,
        };
        let mut tries = Tries::default();
        let last_sent = RefCell::new(Instant::now());
        for _ in 0..SEARCHES {
            let result = self
                .send(step, turn.take(), &policy, &mut tries, async |sending| {
                    *last_sent.borrow_mut() = Instant::now();
                    let operation = Operation { attempt: sending.attempt, ..operation.clone() };
                    let call = Mutation::Create { want: sent.clone(), operation };
                    let result = self.send_call(step, sending, call).await;
                    *last_sent.borrow_mut() = Instant::now();
                    result
                })
                .await;
            let refusal = match result {
                Ok(created) => return Ok((created, operation.id)),
                Err(refusal) => refusal,
            };
            let error = match refusal {
                Refusal::Error(error) => error,
                Refusal::Fenced => return Err(Stop::Fenced),
                // What an earlier sending did is for the next run to find.
                Refusal::Halted if tries.unclear => return Err(Stop::HandedOver(LOST.into())),
                Refusal::Halted => {
                    self.void(&pending, "the run was stopped before AWS took the call").await?;
                    return Err(Stop::NotStarted);
                }
            };
            let may_be_ours = error.may_have_landed() || (error.kind == ErrorKind::AlreadyExists && tries.unclear);
            if !may_be_ours {
                return Err(self.not_created(step, schema, &pending, &error, &sent).await);
            }
            let recover =
                Recover { operation: Operation { attempt: tries.sent, ..operation.clone() }, wanted: sent.clone() };
            let visible = *last_sent.borrow() + delay(schema);
            match search(self.cloud, schema, &recover, visible, PATIENCE, &self.halt, |_| {}).await {
                Search::Found(found) => return Ok((Created { id: found.id, attributes: Value::Null }, operation.id)),
                Search::Nothing if error.kind == ErrorKind::AlreadyExists => {
                    return Err(self.not_created(step, schema, &pending, &error, &sent).await);
                }
                // Were the first request to land now, two objects would carry one tag. So the next one has its own.
                Search::Nothing if schema.create_once == CreateOnce::OpTag => {
                    let doubted = Entry::Doubted { operation: operation.id };
                    operation = self.operation(step);
                    pending = Pending { operation: operation.id.clone(), at: self.options.ids.now(), ..pending };
                    self.commit(vec![doubted, Entry::Intent { pending: pending.clone() }]).await?;
                    sent = with_own_tags(schema, sent, &operation);
                    tries = Tries::default();
                }
                Search::Nothing => {
                    pending.attempts = tries.sent + 1;
                    self.commit(vec![Entry::Intent { pending: pending.clone() }]).await?;
                }
                Search::Halted => return Err(Stop::HandedOver(LOST.into())),
                Search::Failed(problem) => {
                    let diagnostic =
                        failure::from_call_error(Doing::Create, &step.address, self.origin(&step.address), &error)
                            .note(format!("Looking for what it made failed too: {problem}"));
                    return Err(Stop::Failed(diagnostic.into()));
                }
            }
        }
        let error = CloudError::new(ErrorKind::Ambiguous, "every reply of the create was lost");
        Err(Stop::Failed(
            failure::from_call_error(Doing::Create, &step.address, self.origin(&step.address), &error).into(),
        ))
    }

    /// Records that the create made nothing; returns how the step ends.
    async fn not_created(
        &self,
        step: &StepPlan,
        schema: &'static TypeSchema,
        pending: &Pending,
        error: &CloudError,
        sent: &Value,
    ) -> Stop {
        // An earlier sending that got no answer may be carried out after all.
        let recorded = match pending.attempts > 1 {
            true => self.commit(vec![Entry::Doubted { operation: pending.operation.clone() }]).await,
            false => self.void(pending, &error.message).await,
        };
        if let Err(stop) = recorded {
            return stop;
        }
        Stop::Failed(self.create_failed(step, schema, error, sent).into())
    }

    fn create_failed(
        &self,
        step: &StepPlan,
        schema: &'static TypeSchema,
        error: &CloudError,
        sent: &Value,
    ) -> Diagnostic {
        let origin = self.origin(&step.address);
        if error.kind == ErrorKind::AlreadyExists {
            if let Some(holder) = self.holder(step, schema, sent) {
                return failure::held(&step.address, &holder, origin, error);
            }
            let id = self.catalog.natural_id(schema.name, sent);
            self.met.borrow_mut().push(Met {
                address: step.address.clone(),
                place: step.place.clone(),
                type_name: schema.name,
                id: id.clone(),
                names: self.catalog.natural_keys_in(&step.place, schema.name, sent),
                note: failure::MET,
            });
            return failure::exists(schema, &step.address, origin, error, id.as_ref().map(PhysicalId::as_str));
        }
        failure::from_call_error(Doing::Create, &step.address, origin, error)
    }

    /// The path at which this stack holds what has the name already.
    fn holder(&self, step: &StepPlan, schema: &TypeSchema, sent: &Value) -> Option<String> {
        let wanted = self.catalog.natural_keys_in(&step.place, schema.name, sent);
        let state = self.journal.state();
        let mut others = state.held().filter(|(path, key, _)| key.is_some() || *path != step.address.path());
        let holder = others.find(|(_, _, object)| {
            let keys = self.catalog.natural_keys_in(object.place, object.type_name, object.attributes);
            keys.iter().any(|key| wanted.iter().any(|wanted| wanted.excludes(key)))
        });
        holder.map(|(path, ..)| path.to_string())
    }

    /// For how long a resource that this one refers to may be too new to be seen; zero when none is new.
    fn visibility_of_dependencies(&self, address: &Address) -> Duration {
        let new = |path: &String| self.knowledge.is_created(path);
        let seconds = self
            .dependencies(address)
            .iter()
            .filter(|path| new(path))
            .filter_map(|path| self.journal.resource(path))
            .filter_map(|resource| self.catalog.schema(&resource.type_name))
            .map(|schema| schema.consistency_seconds.max(10))
            .max();
        Duration::from_secs(seconds.unwrap_or(0).into())
    }
}

/// What is known the moment a create returns: what was asked for, less what later calls set, and what it answered.
fn known_at_once(schema: &TypeSchema, want: &Value, created: &Created) -> Value {
    let mut map = want.as_map().cloned().unwrap_or_default();
    map.retain(|name, _| schema.field(name).is_none_or(|field| !field.after_create));
    if let Some(answered) = created.attributes.as_map() {
        map.extend(answered.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    map.entry("id".to_string()).or_insert_with(|| created.id.as_str().into());
    Value::Map(map)
}
