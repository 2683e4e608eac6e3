//! Which steps may share a request, as far as a plan can tell.

use std::collections::{BTreeMap, HashMap};

use super::{Plan, ResourceChange, StepId, StepKind, StepPlan};
use crate::model::{Batch, Catalog, Mutation, OpId, Operation, Placement, Value, requests};

/// Notes for each step how its call may share a request.
pub(super) fn note(catalog: &dyn Catalog, resources: &[ResourceChange], steps: &mut [StepPlan]) {
    let mut before: HashMap<StepId, &Value> = HashMap::new();
    for change in resources {
        before.extend(change.steps.iter().map(|step| (*step, &*change.before)));
    }
    for step in steps {
        let prior = before.get(&step.id).map_or(Value::Null, |value| (*value).clone());
        step.shares = call(step, prior).and_then(|call| catalog.batch(step.type_name, &call));
    }
}

/// The call of a step as the plan knows it; the operation is made up when it is sent.
fn call(step: &StepPlan, prior: Value) -> Option<Mutation> {
    let operation =
        || Operation { id: OpId::new(""), address: step.address.clone(), attempt: 0, place: step.place.clone() };
    Some(match &step.kind {
        StepKind::Create { .. } => Mutation::Create { want: step.want.clone(), operation: operation() },
        StepKind::Update { id, call } => Mutation::Update {
            id: id.clone().unwrap_or_else(|| "".into()),
            call: (*call).to_string(),
            want: step.want.clone(),
            prior,
            operation: operation(),
        },
        StepKind::Delete { id, .. } => Mutation::Delete { id: id.clone(), prior, place: step.place.clone() },
        _ => return None,
    })
}

/// The steps of a plan whose calls can be one request, request by request; those that would be alone are left out. When they are
/// sent, only those share that are ready at the same time.
pub fn shared_requests(plan: &Plan) -> Vec<Vec<StepId>> {
    type Key<'a> = (&'a Placement, &'a str, &'a str);
    let mut keys: BTreeMap<Key<'_>, Vec<(StepId, &Batch)>> = BTreeMap::new();
    for step in &plan.steps {
        if let Some(batch) = &step.shares {
            keys.entry((&step.place, step.type_name, batch.key.as_str())).or_default().push((step.id, batch));
        }
    }
    let all = keys.into_values().flat_map(|steps| requests(steps, |(_, batch)| *batch));
    all.filter(|steps| steps.len() > 1).map(|steps| steps.into_iter().map(|(step, _)| step).collect()).collect()
}
