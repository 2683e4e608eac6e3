//! Creations that met something, of which another stack turns out to be the owner.
//!
//! A name that is known only while it is made cannot be looked for before. When AWS says that it is taken, the owner is looked
//! for among the stacks of the stage: to import what one of them manages would be the wrong advice.

use std::collections::BTreeMap;

use super::words::shell;
use crate::apply::{Met, Report, StepResult};
use crate::model::{Address, Catalog, Code, Diagnostic, StackId};
use crate::state::State;

/// Says of failed creations which other stack holds what they met. `states` are those of the other stacks.
pub fn explain(report: &mut Report, states: &BTreeMap<StackId, State>, catalog: &dyn Catalog) {
    let met = std::mem::take(&mut report.met);
    for one in &met {
        let Some((holder, what)) = states.values().find_map(|state| holder(one, state, catalog)) else { continue };
        let failed = report.steps.iter_mut().filter_map(|(_, result, _)| match result {
            StepResult::Failed(diagnostic) => Some(diagnostic),
            _ => None,
        });
        let about = |diagnostic: &&mut Box<Diagnostic>| {
            diagnostic.code == Code::AlreadyExists && diagnostic.address.as_ref() == Some(&one.address)
        };
        failed.filter(about).for_each(|diagnostic| rewrite(diagnostic, one, &holder, &what));
    }
    report.met = met;
}

fn rewrite(diagnostic: &mut Diagnostic, met: &Met, holder: &Address, what: &str) {
    diagnostic.notes.retain(|note| *note != met.note);
    diagnostic.notes.push(format!("It is {what}, which {} holds as `{}`.", holder.stack, holder.path()));
    diagnostic.help = Some(format!(
        "choose another name, or refer to an output of {stack}; to move it here, take its declaration out of {stack} and \
         let go of it there: `wildfire state rm {stack} {}`",
        shell(holder.path()),
        stack = holder.stack,
    ));
}

/// Where a state holds what a creation met, and what it is.
fn holder(met: &Met, state: &State, catalog: &dyn Catalog) -> Option<(Address, String)> {
    let Met { place, type_name, id, names, .. } = met;
    let (path, _, object) = state.held().find(|(_, _, object)| {
        let same_id = || *object.place == *place && **object.type_name == **type_name && Some(object.id) == id.as_ref();
        let named = || {
            let keys = catalog.natural_keys_in(object.place, object.type_name, object.attributes);
            keys.iter().any(|key| names.iter().any(|name| name.excludes(key)))
        };
        same_id() || named()
    })?;
    let address = Address::in_stack(&state.stack, path).ok()?;
    Some((address, format!("{} {}", object.type_name, object.id)))
}
