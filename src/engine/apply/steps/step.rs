//! What the kinds of steps have in common: what is wanted, what is known, how a wait or a failure ends a step.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::matches_plan::disagreement;
use super::retry::RetryPolicy;
use super::send::{Refusal, Tries, Turn};
use super::want::with_documents;
use crate::apply::Event;
use crate::apply::failure::{self, Doing, Stop, first};
use crate::apply::knowledge::{Attributes, Sources};
use crate::apply::run::Run;
use crate::apply::waiting::Slot;
use crate::compile::{Evaluated, Known};
use crate::journal::Entry;
use crate::model::secret::{redact, texts};
use crate::model::secret_version::{holds_mark, marked, put_marks};
use crate::model::{
    Address, Change, CloudError, Code, Diagnostic, Field, Map, OpId, Operation, Origin, Origins, PropertyPath,
    SecretPaths, TypeSchema, Value,
};
use crate::plan::{Action, Existing, StepKind, StepPlan, wanted};
use crate::state::{Pending, PendingCall};

/// What a step asks AWS for.
#[derive(Default)]
pub(in crate::apply) struct Wanted {
    /// In full, with defaults; documents as text.
    pub(in crate::apply) value: Value,
    /// The same with documents as they are declared; null when nothing is.
    pub(in crate::apply) declared: Value,
    pub(in crate::apply) sensitive: BTreeSet<PropertyPath>,
    /// The properties with marks where they are made of secrets that only an apply reads.
    pub(in crate::apply) marked: Map,
    /// Where the properties are written.
    pub(in crate::apply) origins: Origins,
}

impl Run<'_> {
    pub(in crate::apply) fn new_op(&self) -> OpId {
        OpId::new(self.options.ids.ulid())
    }

    /// A call of the step, that was not sent yet.
    pub(in crate::apply) fn operation(&self, step: &StepPlan) -> Operation {
        Operation { id: self.new_op(), address: step.address.clone(), attempt: 0, place: step.place.clone() }
    }

    pub(in crate::apply) fn schema(&self, step: &StepPlan) -> Result<&'static TypeSchema, Stop> {
        self.catalog.schema(step.type_name).ok_or_else(|| {
            self.failed(&step.address, Code::UnknownType, &format!("there is no type {}", step.type_name))
        })
    }

    /// Waits until the step may announce its first call, and says that it starts. Sending the call takes the slot.
    pub(in crate::apply) async fn begin(&self, step: &StepPlan) -> Result<Turn<'_>, Stop> {
        self.await_dependencies(step).await?;
        if step.shares.is_some() {
            self.start(step)?;
            return Ok(Turn::Shared);
        }
        let announced = tokio::select! {
            biased;
            () = self.halt.cancelled() => return Err(Stop::NotStarted),
            announced = self.gates.enter(step.type_name, self.weight(step)) => announced,
        };
        self.start(step)?;
        Ok(Turn::Announced(announced))
    }

    /// Waits for the slot of a call that is not announced, and says that the step starts.
    pub(in crate::apply) async fn begin_alone(&self, step: &StepPlan) -> Result<Slot<'_>, Stop> {
        let slot = tokio::select! {
            biased;
            () = self.halt.cancelled() => return Err(Stop::NotStarted),
            slot = self.slot(step) => slot,
        };
        self.start(step)?;
        Ok(slot)
    }

    pub(in crate::apply) async fn await_dependencies(&self, step: &StepPlan) -> Result<(), Stop> {
        if !matches!(step.kind, StepKind::Delete { .. }) {
            for path in self.dependencies(&step.address) {
                self.await_dependency(step, &path).await?;
            }
        }
        Ok(())
    }

    pub(in crate::apply) async fn slot(&self, step: &StepPlan) -> Slot<'_> {
        self.slots.take(step.type_name, self.weight(step)).await
    }

    pub(in crate::apply) fn start(&self, step: &StepPlan) -> Result<(), Stop> {
        if self.halt.is_cancelled() {
            return Err(Stop::NotStarted);
        }
        self.tell(Event::Started { step: step.id });
        Ok(())
    }

    /// Evaluates the resource with what is known now, and holds it against the plan. Secrets that only an apply reads are
    /// read when the step sends them; otherwise a mark stands in their place, which no type sends.
    pub(in crate::apply) async fn wanted(&self, step: &StepPlan, schema: &'static TypeSchema) -> Result<Wanted, Stop> {
        let none = Map::new();
        let planned = step.want.as_map().unwrap_or(&none);
        let desired = match self.graph.resources.get(&step.address) {
            Some(desired) if !self.lifts_protection(step) => desired,
            // About the object that goes, not about what is declared: all of it is in the plan.
            _ => {
                let value = with_documents(schema, planned);
                return Ok(Wanted { value, declared: Value::Map(planned.clone()), ..Wanted::default() });
            }
        };
        let state = self.journal.resource(step.address.path()).map(|resource| resource.attributes).unwrap_or_default();
        let live = self.prior(&step.address, schema, &state);
        let existing = match step.kind {
            // What follows a create is part of it: `ignore_changes` is about objects that were there before.
            StepKind::Update { id: Some(_), .. } | StepKind::Record => {
                Some(Existing { live: &live, prior: Some(&state) })
            }
            _ => None,
        };
        let ignored = &desired.lifecycle.ignore_changes;
        let evaluated = self.evaluated(step, &self.known_versions())?;
        let marked = marked(&wanted(schema, &evaluated.properties, ignored, existing));
        let secret = |field: &Field| marked.get(field.name).is_some_and(holds_mark);
        let properties = if !schema.fields.iter().any(secret) {
            Value::Map(wanted(schema, &evaluated.properties, ignored, existing))
        } else if schema.fields.iter().any(|field| secret(field) && sends(&step.kind, field)) {
            self.reveal(step).await?;
            let revealed = self.evaluated(step, &self.known())?;
            Value::Map(wanted(schema, &revealed.properties, ignored, existing))
        } else {
            Value::Map(marked.clone())
        };
        let mut hidden = SecretPaths::new(&evaluated.sensitive);
        hidden.extend(self.planned_secrets(&step.address));
        if !step.want.is_null()
            && let Some(path) = disagreement(schema, &hidden, &step.want, &properties)
        {
            let origin = evaluated.origins.get(&path);
            return Err(Stop::Failed(self.disagreed(&step.address, &path, origin).into()));
        }
        self.known_by_now(step, &properties)?;
        let value = properties.as_map().map_or(Value::Null, |map| with_documents(schema, map));
        Ok(Wanted { value, declared: properties, sensitive: evaluated.sensitive, marked, origins: evaluated.origins })
    }

    fn evaluated(&self, step: &StepPlan, known: &dyn Known) -> Result<Evaluated, Stop> {
        self.graph.evaluate(&step.address, known).map_err(|problems| {
            first(problems, || self.failed(&step.address, Code::EvaluationFailed, "its properties have no value"))
        })
    }

    /// An update of the object that a replacement or a deletion takes away, before it goes.
    pub(in crate::apply) fn lifts_protection(&self, step: &StepPlan) -> bool {
        matches!(step.kind, StepKind::Update { id: Some(_), .. })
            && self
                .change(&step.address)
                .is_some_and(|change| matches!(change.action, Action::Replace(_) | Action::Delete))
    }

    fn disagreed(&self, address: &Address, path: &PropertyPath, origin: Option<&Origin>) -> Diagnostic {
        let message = format!("{address}: `{path}` has another value now than the plan said, so nothing was sent");
        failure::new(Code::StalePlan, message, address, origin.or_else(|| self.origin(address)))
            .help("plan again, and apply the new plan")
    }

    /// Everything that a step waited for is there, or the step sends nothing.
    fn known_by_now(&self, step: &StepPlan, value: &Value) -> Result<(), Stop> {
        match value.unknowns().first() {
            None => Ok(()),
            Some(unknown) => {
                let what = format!("{} is still not known", unknown.waits_for.join(", "));
                Err(self.failed(&step.address, Code::EvaluationFailed, &what))
            }
        }
    }

    /// What AWS has of the resource, as this run or its plan has read it.
    pub(in crate::apply) fn seen(&self, address: &Address) -> Option<Arc<Value>> {
        self.knowledge.read(address.path()).or_else(|| {
            let before = &self.change(address)?.before;
            (!before.is_null()).then(|| Arc::clone(before))
        })
    }

    /// The same, with our own settings as state has them and documents as text, as a read returns them: what is known of a
    /// resource has the form of its declaration, which no type can be handed.
    pub(in crate::apply) fn prior(&self, address: &Address, schema: &TypeSchema, state: &Value) -> Value {
        let Some(mut map) = self.seen(address).and_then(|seen| seen.as_map().cloned()) else { return state.clone() };
        for field in &schema.fields {
            let from_state = field.change == Change::Local || !map.contains_key(field.name);
            if let (true, Some(value)) = (from_state, state.get(field.name)) {
                map.insert(field.name.to_string(), value.clone());
            }
        }
        with_documents(schema, &map)
    }

    pub(in crate::apply) fn attributes(
        &self,
        step: &StepPlan,
        schema: &'static TypeSchema,
        live: &Value,
        wanted: &Wanted,
        sent: impl Fn(&crate::model::Field) -> bool,
    ) -> Attributes {
        let path = step.address.path();
        let prior = self.journal.resource(path).map(|resource| resource.attributes).unwrap_or_default();
        let salt = self.salt(path);
        let sources = Sources {
            schema,
            live,
            want: &wanted.value,
            declared: &wanted.declared,
            marked: &wanted.marked,
            prior: &prior,
            secrets: self.secrets(path, &wanted.sensitive),
            salt,
        };
        sources.attributes(sent)
    }

    pub(in crate::apply) fn redacted(&self, address: &Address, schema: &TypeSchema, wanted: &Wanted) -> Value {
        let mut value = wanted.value.clone();
        put_marks(&mut value, &Value::Map(wanted.marked.clone()));
        let secrets = self.secrets(address.path(), &wanted.sensitive);
        redact(&schema.fields, &secrets, &value, &self.salt(address.path()))
    }

    /// Paths that the plan held back.
    pub(in crate::apply) fn planned_secrets(&self, address: &Address) -> SecretPaths {
        self.change(address).map(|change| SecretPaths::new(&change.sensitive)).unwrap_or_default()
    }

    /// Paths that are sensitive beyond the schema: now, or when state was written.
    pub(in crate::apply) fn secrets(&self, path: &str, sensitive: &BTreeSet<PropertyPath>) -> SecretPaths {
        let mut secrets = SecretPaths::new(sensitive).with_key(&self.journal.digest_key());
        if let Some(state) = self.journal.resource(path) {
            secrets.extend(SecretPaths::from_texts(&state.sensitive));
        }
        secrets
    }

    fn salt(&self, path: &str) -> String {
        format!("{}:{path}", self.journal.lineage())
    }

    /// `prevent_destroy` and `create_before_destroy`, as declared.
    pub(in crate::apply) fn protections(&self, address: &Address) -> (bool, bool) {
        self.graph.resources.get(address).map_or((false, false), |desired| {
            (desired.lifecycle.prevent_destroy.unwrap_or(false), desired.lifecycle.create_before_destroy)
        })
    }

    /// Direct dependencies as paths: the declared ones, or those that state remembers.
    pub(in crate::apply) fn dependencies(&self, address: &Address) -> BTreeSet<String> {
        match self.graph.dependencies.get(address) {
            Some(declared) => declared.iter().map(|address| address.path().to_string()).collect(),
            None if self.graph.resources.contains_key(address) => BTreeSet::new(),
            None => self.journal.resource(address.path()).map(|resource| resource.dependencies).unwrap_or_default(),
        }
    }

    /// What state is to remember about a declared resource besides its attributes.
    pub(in crate::apply) fn describe(&self, address: &Address, sensitive: &BTreeSet<PropertyPath>) -> Entry {
        let (prevent_destroy, create_before_destroy) = self.protections(address);
        Entry::Described {
            path: address.path().to_string(),
            dependencies: self.dependencies(address),
            prevent_destroy,
            create_before_destroy,
            sensitive: texts(sensitive),
        }
    }

    /// As [`Run::describe`], when it is not what state says already, and the resource is declared.
    pub(in crate::apply) fn describe_anew(
        &self,
        address: &Address,
        sensitive: &BTreeSet<PropertyPath>,
    ) -> Option<Entry> {
        if !self.graph.resources.contains_key(address) {
            return None;
        }
        let state = self.journal.resource(address.path())?;
        let known = Entry::Described {
            path: address.path().to_string(),
            dependencies: state.dependencies,
            prevent_destroy: state.prevent_destroy,
            create_before_destroy: state.create_before_destroy,
            sensitive: state.sensitive,
        };
        let entry = self.describe(address, sensitive);
        (entry != known).then_some(entry)
    }

    pub(in crate::apply) async fn read_data_with(
        &self,
        step: &StepPlan,
        slot: Slot<'_>,
        arguments: &Value,
    ) -> Result<Value, Stop> {
        self.known_by_now(step, arguments)?;
        let read = async || self.cloud.read_data(&step.place, step.type_name, arguments).await;
        self.read_with(step, Turn::Slot(slot), read).await
    }

    pub(in crate::apply) async fn read_with(
        &self,
        step: &StepPlan,
        turn: Turn<'_>,
        read: impl AsyncFn() -> Result<Value, CloudError>,
    ) -> Result<Value, Stop> {
        let timeout = self.timeout(step, Doing::Read);
        let policy = RetryPolicy {
            throttled: timeout,
            busy: timeout,
            unseen: timeout,
            not_found: Duration::ZERO,
            idempotent: true,
        };
        let mut tries = Tries::default();
        let result = self.send(step, turn, &policy, &mut tries, async |_| read().await).await;
        result.map_err(|refusal| match refusal {
            Refusal::Halted => Stop::NotStarted,
            Refusal::Fenced => Stop::Fenced,
            Refusal::Error(error) => Stop::Failed(
                failure::from_call_error(Doing::Read, &step.address, self.origin(&step.address), &error).into(),
            ),
        })
    }

    /// The intent of a call, before it is sent for the first time. `parameters` hold no secrets.
    pub(in crate::apply) fn intent(
        &self,
        step: &StepPlan,
        operation: &OpId,
        parameters: &Value,
        call: PendingCall,
    ) -> Pending {
        Pending {
            operation: operation.clone(),
            path: step.address.path().to_string(),
            type_name: step.type_name.into(),
            place: step.place.clone(),
            digest: digest(parameters),
            call,
            at: self.options.ids.now(),
            attempts: 1,
        }
    }

    /// Records that a call did nothing.
    pub(in crate::apply) async fn void(&self, pending: &Pending, reason: &str) -> Result<(), Stop> {
        self.commit(vec![Entry::Void { operation: pending.operation.clone(), reason: reason.to_string() }]).await
    }

    pub(in crate::apply) fn tell_retry(&self, step: &StepPlan, error: CloudError, attempt: u32, after: Duration) {
        self.tell(Event::Retrying { step: step.id, error, attempt, after });
    }

    pub(in crate::apply) fn origin(&self, address: &Address) -> Option<&Origin> {
        match (self.graph.resources.get(address), self.graph.data.get(address)) {
            (Some(desired), _) => Some(&desired.origin),
            (None, Some((_, origin))) => Some(origin),
            (None, None) => self.change(address).and_then(|change| change.origin.as_ref()),
        }
    }

    pub(in crate::apply) fn failed(&self, address: &Address, code: Code, what: &str) -> Stop {
        Stop::Failed(failure::new(code, format!("{address}: {what}"), address, self.origin(address)).into())
    }
}

/// True when the call of a step takes the property.
fn sends(kind: &StepKind, field: &Field) -> bool {
    let inside = |call: &str| {
        let belongs = |field: &Field| matches!(field.change, Change::Update(own) if own == call);
        belongs(field) || field.block().is_some_and(|inner| inner.iter().any(belongs))
    };
    match kind {
        StepKind::Create { .. } => !field.after_create,
        StepKind::Update { call, .. } => inside(call),
        _ => false,
    }
}

/// SHA-256 of the parameters of a call, in hex. Secrets have to be redacted already.
pub(in crate::apply) fn digest(parameters: &Value) -> String {
    hex::encode(Sha256::digest(parameters.to_json().to_string()))
}
