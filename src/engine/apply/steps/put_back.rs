//! Deletion protection that was lifted for a deletion which did not follow is switched on again.
//!
//! A run may end between the two: the deletion is refused, something that it waits for fails, the run is interrupted. What
//! stays must not stay unprotected. A run that is killed there cannot do it; the next plan then goes on with the deletion,
//! or shows the protection as a difference.

use std::collections::BTreeMap;
use std::time::Duration;

use super::step::digest;
use super::want::with_documents;
use crate::apply::StepResult;
use crate::apply::run::Run;
use crate::journal::Entry;
use crate::model::{Code, Diagnostic, Diagnostics, ErrorKind, Map, Operation, PhysicalId, TypeSchema, Value};
use crate::plan::{StepId, StepKind, StepPlan, protection_of};
use crate::state::{Pending, PendingCall, ResourceState};

/// For all of it: an interrupted run ends within seconds.
const PATIENCE: Duration = Duration::from_secs(2);

type Results = BTreeMap<StepId, (StepResult, Duration)>;

/// A protection to switch on again.
struct Lifted<'a> {
    step: &'a StepPlan,
    schema: &'static TypeSchema,
    call: &'static str,
    /// The property.
    name: &'static str,
    state: ResourceState,
}

impl Run<'_> {
    /// Warns of each protection that could not be put back.
    pub(in crate::apply) async fn put_protections_back(&self, results: &Results) -> Diagnostics {
        let mut warnings = Diagnostics::default();
        for step in &self.plan.steps {
            let Some(lifted) = self.still_there(step, results) else { continue };
            let done = tokio::time::timeout(PATIENCE, self.put_back(&lifted)).await;
            let reason = match done {
                Ok(Ok(())) => continue,
                Ok(Err(reason)) => reason,
                Err(_) => "AWS did not answer in time".to_string(),
            };
            let (address, name) = (&step.address, lifted.name);
            let message = format!("{address} was not deleted, and its deletion protection is off");
            let mut warning = Diagnostic::warning(Code::PreventDestroy, message).address(address.clone());
            warning.origin = self.origin(address).cloned().map(Box::new);
            warnings.push(
                warning.note(reason).help(format!("delete it with the next apply, or set `{name}: true` and apply")),
            );
        }
        warnings
    }

    /// The lift that `step` was, if it was done and what it was for was not begun.
    fn still_there<'a>(&self, step: &'a StepPlan, results: &Results) -> Option<Lifted<'a>> {
        let StepKind::Update { id: Some(id), call } = &step.kind else { return None };
        let is = |step: &StepPlan, wanted: fn(&StepResult) -> bool| {
            results.get(&step.id).is_some_and(|(result, _)| wanted(result))
        };
        if !self.lifts_protection(step) || !is(step, |result| *result == StepResult::Done) {
            return None;
        }
        let deletes = |other: &&StepPlan| {
            other.address == step.address && matches!(&other.kind, StepKind::Delete { id: gone, .. } if gone == id)
        };
        let deletion = self.plan.steps.iter().find(deletes)?;
        if is(deletion, |result| matches!(result, StepResult::Done | StepResult::HandedOver { .. })) {
            return None;
        }
        let schema = self.catalog.schema(step.type_name)?;
        // A predecessor that is deposed by now takes no more updates, and is deleted by the next run.
        let state = self.journal.resource(step.address.path()).filter(|state| state.id == *id)?;
        Some(Lifted { step, schema, call, name: protection_of(schema, call)?, state })
    }

    async fn put_back(&self, lifted: &Lifted<'_>) -> Result<(), String> {
        let Lifted { step, schema, call, name, state } = lifted;
        let on = |properties: Option<&Map>| {
            let mut properties = properties.cloned().unwrap_or_default();
            properties.insert(name.to_string(), Value::Bool(true));
            properties
        };
        let want = with_documents(schema, &on(step.want.as_map()));
        let id: &PhysicalId = &state.id;
        let operation = Operation { id: self.new_op(), address: step.address.clone(), attempt: 0 };
        let pending = Pending {
            operation: operation.id.clone(),
            path: step.address.path().to_string(),
            type_name: schema.name.into(),
            call: PendingCall::Update { id: id.clone(), call: call.to_string() },
            digest: digest(&want),
            at: self.options.ids.now(),
            attempts: 1,
        };
        let unwritten = |_| "the state cannot be written".to_string();
        self.commit(vec![Entry::Intent { pending }]).await.map_err(unwritten)?;
        if let Err(error) = self.cloud.update(schema.name, id, call, &want, &state.attributes, &operation).await {
            if error.kind != ErrorKind::Ambiguous {
                let void = Entry::Void { operation: operation.id, reason: error.message.clone() };
                self.commit(vec![void]).await.map_err(unwritten)?;
            }
            // Deleted after all.
            return if error.kind == ErrorKind::NotFound { Ok(()) } else { Err(error.message) };
        }
        let attributes = Value::Map(on(state.attributes.as_map()));
        let path = step.address.path().to_string();
        let entries = vec![Entry::Updated { operation: operation.id }, Entry::Observed { path, attributes }];
        self.commit(entries).await.map_err(unwritten)
    }
}
