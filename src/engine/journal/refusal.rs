//! What an entry may not do: intents that no call may follow, places that are taken, and the words of every refusal.

use std::sync::Arc;

use crate::model::{OpId, PhysicalId, Placement};
use crate::state::{Pending, PendingCall, State};

pub(super) fn check_intent(state: &State, pending: &Pending) -> Result<(), String> {
    let Pending { operation, path, .. } = pending;
    if let Some(before) = state.pending.get(operation) {
        // Sent again: a token is only good for the very same request.
        let same = before.path == *path
            && before.type_name == pending.type_name
            && before.place == pending.place
            && before.digest == pending.digest
            && before.call == pending.call;
        return match same && pending.attempts > before.attempts {
            true => Ok(()),
            false => Err(format!("operation {operation} is announced already, with another request or attempt")),
        };
    }
    if state.doubtful.contains_key(operation) {
        return Err(format!("operation {operation} was given up, and may not be sent again"));
    }
    let resource = state.resources.get(path);
    if resource.is_some_and(|resource| resource.created_by.as_ref() == Some(operation)) {
        return Err(format!("operation {operation} has created {path} already"));
    }
    match &pending.call {
        PendingCall::Create { depose, .. } => {
            idle(state, path, None)?;
            check_place(state, path, depose.as_deref())
        }
        PendingCall::Update { id, call } => {
            // Different calls may change one resource at the same time; the same call may not.
            let rival = state.pending.values().find(|other| {
                other.path == *path
                    && match &other.call {
                        PendingCall::Create { .. } => true,
                        PendingCall::Update { call: other, .. } => other == call,
                        PendingCall::Delete { deposed, .. } => deposed.is_none(),
                    }
            });
            if let Some(rival) = rival {
                return Err(busy(path, rival));
            }
            match resource {
                Some(resource) => {
                    let is = (&resource.type_name, &resource.id, &resource.place);
                    is_meant(path, is, (&pending.type_name, id, &pending.place))
                }
                None => Err(not_in_state(path)),
            }
        }
        PendingCall::Delete { id, deposed } => {
            idle(state, path, deposed.as_deref())?;
            let is = match deposed {
                Some(key) => {
                    let object = state.deposed_at(path).iter().find(|object| object.key == *key);
                    let is = object.map(|object| (&object.type_name, &object.id, &object.place));
                    is.ok_or_else(|| no_deposed(path, key))?
                }
                None => {
                    let is = resource.map(|resource| (&resource.type_name, &resource.id, &resource.place));
                    is.ok_or_else(|| not_in_state(path))?
                }
            };
            is_meant(path, is, (&pending.type_name, id, &pending.place))
        }
    }
}

/// What tells one object at AWS from every other.
type Whole<'a> = (&'a Arc<str>, &'a PhysicalId, &'a Placement);

/// A call is about the object that state has at the path.
fn is_meant(path: &str, is: Whole<'_>, meant: Whole<'_>) -> Result<(), String> {
    if is == meant {
        return Ok(());
    }
    let (type_name, id, place) = is;
    let there = if place == meant.2 { String::new() } else { format!(" in {place}") };
    let elsewhere = if place == meant.2 { String::new() } else { format!(" in {}", meant.2) };
    Err(format!("{path} is {type_name} {id}{there}, not {} {}{elsewhere}", meant.0, meant.1))
}

pub(super) fn occupied(state: &State, path: &str) -> bool {
    state.resources.contains_key(path)
        || state.deposed.contains_key(path)
        || state.pending.values().any(|pending| pending.path == path)
}

/// A create needs an empty place, or a resource that it deposes under a new key.
pub(super) fn check_place(state: &State, path: &str, depose: Option<&str>) -> Result<(), String> {
    match (state.resources.get(path), depose) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(format!("{path} is in state already")),
        (None, Some(_)) => Err(format!("there is nothing at {path} to depose")),
        (Some(_), Some(key)) if state.deposed_at(path).iter().any(|object| object.key == key) => {
            Err(format!("{path} has a deposed object {key} already"))
        }
        (Some(_), Some(_)) => Ok(()),
    }
}

/// No call is under way for the current resource at `path`, or for its deposed object `key`.
pub(super) fn idle(state: &State, path: &str, key: Option<&str>) -> Result<(), String> {
    let rival = state.pending.values().find(|other| {
        let target = match &other.call {
            PendingCall::Delete { deposed, .. } => deposed.as_deref(),
            _ => None,
        };
        other.path == path && target == key
    });
    rival.map_or(Ok(()), |rival| Err(busy(path, rival)))
}

pub(super) fn not_a_create(operation: &OpId) -> String {
    format!("operation {operation} is not a create")
}

pub(super) fn no_intent(operation: &OpId) -> String {
    format!("operation {operation} was not announced, or has its result already")
}

pub(super) fn not_in_state(path: &str) -> String {
    format!("{path} is not in state")
}

pub(super) fn no_deposed(path: &str, key: &str) -> String {
    format!("{path} has no deposed object {key}")
}

fn busy(path: &str, rival: &Pending) -> String {
    format!("operation {} is under way on {path}", rival.operation)
}
