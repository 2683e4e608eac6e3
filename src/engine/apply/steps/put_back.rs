//! Deletion protection that was lifted for a deletion which did not follow is switched on again.
//!
//! A run may end between the two: the deletion is refused, something that it waits for fails, the run is interrupted. What
//! stays must not stay unprotected. A run that is killed there cannot do it; the next plan then goes on with the deletion,
//! or shows the protection as a difference.
//!
//! The predecessor of a replacement that creates first is deposed once its successor is there, and takes no more updates: that
//! it stays unprotected until the next run deletes it is told.

use std::collections::BTreeMap;
use std::time::Duration;

use super::want::with_documents;
use crate::apply::StepResult;
use crate::apply::run::Run;
use crate::journal::Entry;
use crate::model::{Address, Code, Diagnostic, Diagnostics, ErrorKind, Map, PhysicalId, TypeSchema, Value};
use crate::plan::{StepId, StepKind, StepPlan, protection_of};
use crate::state::{PendingCall, ResourceState};

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
            warnings.extend(self.deposed_unprotected(step, results));
            let Some(lifted) = self.still_there(step, results) else { continue };
            let done = tokio::time::timeout(PATIENCE, self.put_back(&lifted)).await;
            let reason = match done {
                Ok(Ok(())) => continue,
                Ok(Err(reason)) => reason,
                Err(_) => "AWS did not answer in time".to_string(),
            };
            let help = format!("delete it with the next apply, or set `{}: true` and apply", lifted.name);
            let what = step.address.to_string();
            warnings.push(self.unprotected(&step.address, &what).note(reason).help(help));
        }
        warnings
    }

    /// The warning of a predecessor that is not deleted yet. A deposed object takes no updates, neither to protect it nor,
    /// in the next run, to lift that again before its deletion, which has to go on: so it is told, and left as it is.
    fn deposed_unprotected(&self, step: &StepPlan, results: &Results) -> Option<Diagnostic> {
        let (id, deletion) = self.not_deleted(step, results)?;
        let StepKind::Delete { deposed: Some(key), .. } = &deletion.kind else { return None };
        self.journal.deposed(step.address.path(), key).filter(|object| object.id == *id)?;
        let what = format!("{} (deposed {key}, {id})", step.address);
        let note = "its successor has taken its place, and what is replaced takes no more updates";
        Some(self.unprotected(&step.address, &what).note(note).help("delete it with the next apply"))
    }

    fn unprotected(&self, address: &Address, what: &str) -> Diagnostic {
        let message = format!("{what} was not deleted, and its deletion protection is off");
        let mut warning = Diagnostic::warning(Code::PreventDestroy, message).address(address.clone());
        warning.origin = self.origin(address).cloned().map(Box::new);
        warning
    }

    /// What `step` has lifted the protection of, and its deletion, if that was not begun.
    fn not_deleted<'a>(&'a self, step: &'a StepPlan, results: &Results) -> Option<(&'a PhysicalId, &'a StepPlan)> {
        let StepKind::Update { id: Some(id), .. } = &step.kind else { return None };
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
        let begun = is(deletion, |result| matches!(result, StepResult::Done | StepResult::HandedOver { .. }));
        (!begun).then_some((id, deletion))
    }

    /// The lift that `step` was, if what it was for was not begun and the object is still the current one.
    fn still_there<'a>(&'a self, step: &'a StepPlan, results: &Results) -> Option<Lifted<'a>> {
        let StepKind::Update { call, .. } = &step.kind else { return None };
        let (id, _) = self.not_deleted(step, results)?;
        let schema = self.catalog.schema(step.type_name)?;
        let state =
            self.journal.resource(step.address.path()).filter(|state| state.id == *id && state.place == step.place)?;
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
        let operation = self.operation(step);
        let intent = PendingCall::Update { id: id.clone(), call: call.to_string() };
        let pending = self.intent(step, &operation.id, &want, intent);
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
