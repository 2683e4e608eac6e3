//! Changes of outputs.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::decide::{Attributes, owners};
use super::select::Selection;
use super::{Mode, OutputChange};
use crate::compile::{DesiredGraph, Output};
use crate::model::secret_version::versions;
use crate::model::{Address, Diagnostics, Unknown, Value};
use crate::state::State;

/// The outputs that change, in the order of the files; those that go come last.
pub(super) fn changes(
    graph: &DesiredGraph,
    state: &State,
    known: &Attributes,
    mode: Mode,
    selection: &Selection,
    diagnostics: &mut Diagnostics,
) -> Vec<OutputChange> {
    let all = matches!(selection, Selection::All);
    if mode == Mode::Destroy {
        return if all { compared(IndexMap::new(), state) } else { Vec::new() };
    }
    let mut outputs = match graph.outputs(known) {
        Ok(outputs) => outputs,
        Err(errors) => {
            diagnostics.extend(errors);
            return Vec::new();
        }
    };
    if mode == Mode::RefreshOnly {
        refreshed(&mut outputs, state);
    }
    if !all {
        // What waits for a resource that this plan leaves alone stays as it was.
        let left = graph.resources.keys().filter(|address| !selection.contains(address));
        let left: HashSet<&str> = left.map(Address::path).collect();
        let waits = |value: &Value| {
            let unknowns = value.unknowns();
            let mut names = unknowns.iter().flat_map(|unknown| unknown.waits_for.iter());
            names.any(|name| owners(name).any(|path| left.contains(path)))
        };
        for (name, output) in &mut outputs {
            if waits(&output.value)
                && let Some(before) = state.outputs.get(name)
            {
                output.value = before.value.clone();
                output.sensitive = before.sensitive;
            }
        }
        outputs.retain(|_, output| !waits(&output.value));
        if mode == Mode::RefreshOnly {
            refreshed(&mut outputs, state);
        }
        let mut changes = compared(outputs, state);
        changes.retain(|change| change.after.is_some());
        return changes;
    }
    if mode == Mode::RefreshOnly {
        refreshed(&mut outputs, state);
    }
    compared(outputs, state)
}

/// A refresh makes nothing, so no output of it waits for anything: what is gone is null, and an output of what is not
/// made yet stays as it is. So does one that waits for another stack, or for a secret.
fn refreshed(outputs: &mut IndexMap<String, Output>, state: &State) {
    outputs.retain(|name, output| {
        let Some(before) = state.outputs.get(name) else { return output.value.is_known() };
        let unknowns = output.value.unknowns();
        let elsewhere = |name: &String| {
            Unknown::stack_of(name).is_some() || name.starts_with("stack.") || name.starts_with("stages.")
        };
        if unknowns.iter().any(|one| one.waits_for.iter().any(elsewhere) || versions(one).next().is_some()) {
            output.value = before.value.clone();
            output.sensitive = before.sensitive;
        } else {
            output.value = output.value.map_unknowns(&|_| Value::Null);
        }
        true
    });
}

fn compared(outputs: IndexMap<String, Output>, state: &State) -> Vec<OutputChange> {
    let mut changes = Vec::new();
    for (name, output) in &outputs {
        let before = state.outputs.get(name);
        // State does not hold the value of a sensitive output, so only its being there can differ.
        let same = before.is_some_and(|before| {
            before.sensitive == output.sensitive && (output.sensitive || before.value == output.value)
        });
        if !same {
            let sensitive = output.sensitive || before.is_some_and(|before| before.sensitive);
            let shown = |value: &Value| if sensitive { Value::Null } else { value.clone() };
            changes.push(OutputChange {
                name: name.clone(),
                before: before.map(|before| shown(&before.value)),
                after: Some(shown(&output.value)),
                sensitive,
            });
        }
    }
    let gone = state.outputs.iter().filter(|(name, _)| !outputs.contains_key(*name));
    changes.extend(gone.map(|(name, before)| OutputChange {
        name: name.clone(),
        before: Some(before.value.clone()),
        after: None,
        sensitive: before.sensitive,
    }));
    changes
}
