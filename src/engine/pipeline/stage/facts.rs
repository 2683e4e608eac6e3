//! The outputs of a stack, as those that use them see them: stored, and foreseen.

use crate::compile::StackFacts;
use crate::model::{Map, StackId, Unknown, Value};
use crate::plan::Plan;
use crate::state::State;

/// The outputs that a state has; `None` when the stack was never applied.
pub fn facts_of(state: &State) -> Option<StackFacts> {
    if state.lineage.is_empty() {
        return None;
    }
    let mut facts = StackFacts::default();
    for (name, output) in &state.outputs {
        match output.sensitive {
            // Its value is not kept: whoever refers to it has to read it where it comes from.
            true => drop(facts.sensitive.insert(name.clone())),
            false => drop(facts.outputs.insert(name.clone(), output.value.clone())),
        }
    }
    Some(facts)
}

/// The outputs that a stack will have once `plan`, which was made from `state`, is applied. What is not known before
/// that is unknown, and names what it waits for with the stack: `test/keys:key.arn`.
pub fn foreseen(state: &State, plan: &Plan) -> StackFacts {
    let mut facts = facts_of(state).unwrap_or_default();
    for change in &plan.outputs {
        facts.outputs.shift_remove(&change.name);
        facts.sensitive.remove(&change.name);
        match &change.after {
            None => {}
            Some(_) if change.sensitive => drop(facts.sensitive.insert(change.name.clone())),
            Some(value) => {
                let value = value.map_unknowns(&|unknown| Value::Unknown(of_stack(unknown, &plan.stack)));
                facts.outputs.insert(change.name.clone(), value);
            }
        }
    }
    facts
}

/// Facts as a stack of `stage` sees them: what waits for a stack of the same stage is named without the stage.
pub(super) fn seen_from(facts: &StackFacts, stage: &str) -> StackFacts {
    let see = |value: &Value| value.map_unknowns(&|unknown| Value::Unknown(without_stage(unknown, stage)));
    let outputs: Map = facts.outputs.iter().map(|(name, value)| (name.clone(), see(value))).collect();
    StackFacts { outputs, sensitive: facts.sensitive.clone() }
}

/// An unknown of a stack's plan, named so that other stages know it, too.
fn of_stack(unknown: &Unknown, stack: &StackId) -> Unknown {
    let named = unknown.waits_for.iter().map(|name| match Unknown::stack_of(name) {
        None => format!("{stack}:{name}"),
        Some(other) if other.contains('/') => name.clone(),
        Some(_) => format!("{}/{name}", stack.stage),
    });
    Unknown { waits_for: named.collect() }
}

fn without_stage(unknown: &Unknown, stage: &str) -> Unknown {
    let named = unknown.waits_for.iter().map(|name| {
        let local = name.strip_prefix(stage).and_then(|rest| rest.strip_prefix('/'));
        local.filter(|_| Unknown::stack_of(name).is_some()).unwrap_or(name).to_string()
    });
    Unknown { waits_for: named.collect() }
}
