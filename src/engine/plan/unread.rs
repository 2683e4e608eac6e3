//! A plan of what could be read.
//!
//! A resource that cannot be read may exist, and may be as declared or not, so nothing is planned for it, and nothing for
//! what builds on it or is built upon by it in the wrong direction. The rest has nothing to do with it and goes on.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::{Decisions, Inputs, decide};
use super::select::Selection;
use super::{Action, Mode, Unread};
use crate::model::{Address, Code, Diagnostic, Diagnostics};
use crate::state::{PendingCall, State};

/// What can be decided, and what cannot.
pub(super) struct Readable {
    pub decisions: Decisions,
    /// What the decisions are about.
    pub selection: Selection,
    pub unread: Vec<Unread>,
}

/// Decides about everything that was read, and does not wait for something that was not.
pub(super) fn readable_part(inputs: Inputs<'_>, state: &State, diagnostics: &mut Diagnostics) -> Readable {
    let mut problems = Diagnostics::default();
    let mut decisions = decide(inputs, &mut problems);
    let mut unread: BTreeMap<Address, Unread> =
        unclear(inputs, state).map(|unread| (unread.address.clone(), unread)).collect();
    for one in std::mem::take(&mut decisions.unread) {
        unread.entry(one.address.clone()).or_insert(one);
    }
    if unread.is_empty() {
        diagnostics.extend(problems);
        return Readable { decisions, selection: inputs.selection.clone(), unread: Vec::new() };
    }
    // Again without them: what was wrong with the first attempt may be a consequence of what it could not know.
    let own: BTreeSet<Address> = unread.keys().cloned().collect();
    let selection = inputs.selection.without(&own, inputs.graph, inputs.prior, inputs.options.mode);
    let held_back: BTreeSet<&Address> = decisions
        .list
        .iter()
        .filter(|decision| decision.change.action != Action::NoOp)
        .map(|decision| &decision.change.address)
        .filter(|address| !selection.contains(address) && !own.contains(*address))
        .collect();
    for one in unread.values_mut() {
        let alone = BTreeSet::from([one.address.clone()]);
        let without = inputs.selection.without(&alone, inputs.graph, inputs.prior, inputs.options.mode);
        one.waiting = held_back.iter().filter(|address| !without.contains(address)).map(|a| (*a).clone()).collect();
    }
    let unread = unread.into_values().collect();
    let decisions = decide(Inputs { selection: &selection, ..inputs }, diagnostics);
    Readable { decisions, selection, unread }
}

/// Resources with a call of an earlier run of which a recovery could not find out what became.
fn unclear<'a>(inputs: Inputs<'a>, state: &'a State) -> impl Iterator<Item = Unread> + 'a {
    state.pending.values().filter_map(move |pending| {
        if inputs.options.mode == Mode::RefreshOnly {
            return None;
        }
        let address = Address::in_stack(&state.stack, &pending.path).ok()?;
        if !inputs.selection.contains(&address) {
            return None;
        }
        let (call, id) = match &pending.call {
            PendingCall::Create { .. } => ("create", None),
            PendingCall::Update { id, call } => (call.as_str(), Some(id.clone())),
            PendingCall::Delete { id, .. } => ("delete", Some(id.clone())),
        };
        let message = format!("it is not known what became of the call `{call}` of {address} in an earlier run");
        let problem = Diagnostic::error(Code::AwsError, message).address(address.clone());
        Some(Unread { address, type_name: pending.type_name.to_string(), id, problem, waiting: Vec::new() })
    })
}
