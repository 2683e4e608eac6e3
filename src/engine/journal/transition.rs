//! What an entry does to state, and which entries are refused.
//!
//! A refusal leaves state as it was; what is refused of an intent, and in which words, is in `refusal`. Every check is local to the paths and the operation of the entry, but for
//! [`Entry::Moved`], which looks at all dependencies.

use std::collections::{BTreeSet, btree_map};

use crate::model::{OpId, PhysicalId, Value};
use crate::state::{Deposed, Object, ObjectId, PendingCall, ResourceState, State};

use super::refusal::{check_intent, check_place, idle, no_deposed, no_intent, not_a_create, not_in_state, occupied};
use super::undo::Undo;
use super::{Entry, TransitionError};

/// How many used plans state remembers by name. An older one is refused all the same, as its serial is behind.
const PLANS: usize = 20;

/// Applies one entry; on an error `state` is unchanged.
pub fn apply_entry(state: &mut State, entry: &Entry) -> Result<(), TransitionError> {
    transition(state, entry).map_err(|reason| TransitionError { index: 0, reason })
}

/// Applies all of `entries` or none of them.
pub fn apply_all(state: &mut State, entries: &[Entry]) -> Result<(), TransitionError> {
    apply_undoable(state, entries).map(drop)
}

/// As [`apply_all`], and returns what takes the entries back.
pub(super) fn apply_undoable(state: &mut State, entries: &[Entry]) -> Result<Undo, TransitionError> {
    let mut undo = Undo::default();
    for (index, entry) in entries.iter().enumerate() {
        undo.remember(state, entry);
        if let Err(reason) = transition(state, entry) {
            undo.roll_back(state);
            return Err(TransitionError { index, reason });
        }
    }
    Ok(undo)
}

/// The state after `entries`.
pub fn fold<'a>(mut state: State, entries: impl IntoIterator<Item = &'a Entry>) -> Result<State, TransitionError> {
    for (index, entry) in entries.into_iter().enumerate() {
        transition(&mut state, entry).map_err(|reason| TransitionError { index, reason })?;
    }
    Ok(state)
}

fn transition(state: &mut State, entry: &Entry) -> Result<(), String> {
    match entry {
        Entry::Intent { pending } => {
            check_intent(state, pending)?;
            state.pending.insert(pending.operation.clone(), pending.clone());
        }
        Entry::Created { operation, id, attributes } => created(state, operation, id, attributes)?,
        Entry::Updated { operation } => updated(state, operation)?,
        Entry::Deleted { operation } => deleted(state, operation)?,
        Entry::Void { operation, .. } => {
            let pending = state.pending.remove(operation);
            pending.or_else(|| state.doubtful.remove(operation)).ok_or_else(|| no_intent(operation))?;
        }
        Entry::Doubted { operation } => {
            let pending = state.pending.get(operation).ok_or_else(|| no_intent(operation))?;
            if !matches!(pending.call, PendingCall::Create { .. }) {
                return Err(not_a_create(operation));
            }
            let pending = pending.clone();
            state.pending.remove(operation);
            state.doubtful.insert(operation.clone(), pending);
        }
        Entry::Surfaced { operation, id, attributes, key } => surfaced(state, operation, id, attributes, key)?,
        Entry::Restored { path, key, depose } => restored(state, path, key, depose)?,
        Entry::Observed { path, attributes } => {
            let resource = current(state, path)?;
            resource.attributes = attributes.clone();
            resource.unread = false;
        }
        // What it says means nothing any more.
        Entry::Echoed { path } => drop(current(state, path)?),
        Entry::Marked { path, failed } => current(state, path)?.failed = failed.clone(),
        Entry::Adopted { path, resource } => {
            if state.resources.contains_key(path) {
                return Err(format!("{path} is in state already"));
            }
            idle(state, path, None)?;
            state.resources.insert(path.clone(), resource.clone());
        }
        Entry::Described { path, dependencies, prevent_destroy, create_before_destroy, sensitive } => {
            let resource = current(state, path)?;
            resource.dependencies = dependencies.clone();
            resource.prevent_destroy = *prevent_destroy;
            resource.create_before_destroy = *create_before_destroy;
            resource.sensitive = sensitive.clone();
        }
        Entry::Forgotten { path, deposed, gone } => {
            idle(state, path, deposed.as_deref())?;
            let (type_name, id, place) = match deposed {
                Some(key) => {
                    let Deposed { type_name, id, place, .. } = take_deposed(state, path, key)?;
                    (type_name, id, place)
                }
                None => {
                    let resource = state.resources.remove(path).ok_or_else(|| not_in_state(path))?;
                    (resource.type_name, resource.id, resource.place)
                }
            };
            if !gone {
                state.forgotten.insert(ObjectId { type_name: type_name.to_string(), id, place });
            }
        }
        Entry::Moved { from, to } => moved(state, from, to)?,
        Entry::Outputs { outputs } => state.outputs = outputs.clone(),
        Entry::PlanUsed { plan } => {
            if state.used_plan(&plan.id).is_some() {
                return Err(format!("the saved plan {} was applied already", plan.id));
            }
            state.plans.push(plan.clone());
            let forgotten = state.plans.len().saturating_sub(PLANS);
            state.plans.drain(..forgotten);
        }
    }
    if state.doubtful.is_empty() {
        state.forgotten.clear();
    }
    Ok(())
}

fn created(state: &mut State, operation: &OpId, id: &PhysicalId, attributes: &Value) -> Result<(), String> {
    let pending = state.pending.get(operation).ok_or_else(|| no_intent(operation))?;
    let PendingCall::Create { dependencies, prevent_destroy, create_before_destroy, unfinished, depose, .. } =
        &pending.call
    else {
        return Err(not_a_create(operation));
    };
    check_place(state, &pending.path, depose.as_deref())?;
    let resource = ResourceState {
        type_name: pending.type_name.clone(),
        id: id.clone(),
        place: pending.place.clone(),
        attributes: attributes.clone(),
        dependencies: dependencies.clone(),
        sensitive: BTreeSet::new(),
        prevent_destroy: *prevent_destroy,
        create_before_destroy: *create_before_destroy,
        unfinished: unfinished.clone(),
        unread: true,
        created_by: Some(operation.clone()),
        failed: None,
    };
    let (path, depose) = (pending.path.clone(), depose.clone());
    let before = state.resources.insert(path.clone(), resource);
    // `check_place`: there is a resource before exactly when there is a key to depose it under.
    if let (Some(key), Some(before)) = (depose, before) {
        state.deposed.entry(path).or_default().push(deposed(key, before));
    }
    if let Some(pending) = state.pending.remove(operation).filter(|pending| pending.attempts > 1) {
        state.doubtful.insert(operation.clone(), pending);
    }
    Ok(())
}

fn surfaced(state: &mut State, operation: &OpId, id: &PhysicalId, attributes: &Value, key: &str) -> Result<(), String> {
    let doubtful = state.doubtful.get(operation).ok_or_else(|| no_intent(operation))?;
    let PendingCall::Create { dependencies, prevent_destroy, create_before_destroy, unfinished, .. } = &doubtful.call
    else {
        return Err(not_a_create(operation));
    };
    let path = doubtful.path.clone();
    idle(state, &path, None)?;
    if state.deposed_at(&path).iter().any(|object| object.key == key) {
        return Err(format!("{path} has a deposed object {key} already"));
    }
    let (type_name, place, attributes) = (doubtful.type_name.clone(), doubtful.place.clone(), attributes.clone());
    let is = |one: Object<'_>| *one.type_name == type_name && one.id == id && *one.place == place;
    if state.objects().any(is) {
        // A second time it would be deposed, and then deleted.
        return Err(format!("{type_name} {id} is in state already"));
    }
    match state.resources.entry(path) {
        btree_map::Entry::Occupied(there) => {
            let object = Deposed {
                key: key.to_string(),
                type_name,
                id: id.clone(),
                place,
                attributes,
                dependencies: dependencies.clone(),
                created_by: Some(operation.clone()),
            };
            state.deposed.entry(there.key().clone()).or_default().push(object);
        }
        btree_map::Entry::Vacant(free) => {
            free.insert(ResourceState {
                type_name,
                id: id.clone(),
                place,
                attributes,
                dependencies: dependencies.clone(),
                sensitive: BTreeSet::new(),
                prevent_destroy: *prevent_destroy,
                create_before_destroy: *create_before_destroy,
                unfinished: unfinished.clone(),
                unread: true,
                created_by: Some(operation.clone()),
                failed: None,
            });
        }
    }
    Ok(())
}

fn deposed(key: String, resource: ResourceState) -> Deposed {
    let ResourceState { type_name, id, place, attributes, dependencies, created_by, .. } = resource;
    Deposed { key, type_name, id, place, attributes, dependencies, created_by }
}

fn restored(state: &mut State, path: &str, key: &str, depose: &str) -> Result<(), String> {
    idle(state, path, None)?;
    idle(state, path, Some(key))?;
    if state.deposed_at(path).iter().any(|object| object.key == depose) {
        return Err(format!("{path} has a deposed object {depose} already"));
    }
    let before = current(state, path)?.clone();
    let object = take_deposed(state, path, key)?;
    let resource = object.resource(&before);
    state.resources.insert(path.to_string(), resource);
    state.deposed.entry(path.to_string()).or_default().push(deposed(depose.to_string(), before));
    Ok(())
}

fn updated(state: &mut State, operation: &OpId) -> Result<(), String> {
    let pending = state.pending.get(operation).ok_or_else(|| no_intent(operation))?;
    let PendingCall::Update { call, .. } = &pending.call else {
        return Err(format!("operation {operation} is not an update"));
    };
    let resource = state.resources.get_mut(&pending.path).ok_or_else(|| not_in_state(&pending.path))?;
    resource.unfinished.retain(|waiting| waiting != call);
    state.pending.remove(operation);
    Ok(())
}

fn deleted(state: &mut State, operation: &OpId) -> Result<(), String> {
    let pending = state.pending.get(operation).ok_or_else(|| no_intent(operation))?;
    let PendingCall::Delete { id, deposed } = &pending.call else {
        return Err(format!("operation {operation} is not a delete"));
    };
    let path = pending.path.clone();
    match deposed.clone() {
        Some(key) => drop(take_deposed(state, &path, &key)?),
        None => match state.resources.get(&path) {
            Some(resource) if resource.id == *id => drop(state.resources.remove(&path)),
            Some(resource) => return Err(format!("{path} is {}, not the deleted {id}", resource.id)),
            None => return Err(not_in_state(&path)),
        },
    }
    state.pending.remove(operation);
    Ok(())
}

fn moved(state: &mut State, from: &str, to: &str) -> Result<(), String> {
    if !occupied(state, from) {
        return Err(not_in_state(from));
    }
    if occupied(state, to) {
        return Err(format!("{from} cannot become {to}: that is in state already"));
    }
    if let Some(resource) = state.resources.remove(from) {
        state.resources.insert(to.to_string(), resource);
    }
    if let Some(deposed) = state.deposed.remove(from) {
        state.deposed.insert(to.to_string(), deposed);
    }
    let rename = |dependencies: &mut BTreeSet<String>| {
        if dependencies.remove(from) {
            dependencies.insert(to.to_string());
        }
    };
    state.resources.values_mut().for_each(|resource| rename(&mut resource.dependencies));
    state.deposed.values_mut().flatten().for_each(|object| rename(&mut object.dependencies));
    for pending in state.pending.values_mut().chain(state.doubtful.values_mut()) {
        if pending.path == from {
            pending.path = to.to_string();
        }
        if let PendingCall::Create { dependencies, .. } = &mut pending.call {
            rename(dependencies);
        }
    }
    Ok(())
}

fn current<'a>(state: &'a mut State, path: &str) -> Result<&'a mut ResourceState, String> {
    state.resources.get_mut(path).ok_or_else(|| not_in_state(path))
}

fn take_deposed(state: &mut State, path: &str, key: &str) -> Result<Deposed, String> {
    let objects = state.deposed.get_mut(path).ok_or_else(|| no_deposed(path, key))?;
    let index = objects.iter().position(|object| object.key == key).ok_or_else(|| no_deposed(path, key))?;
    let object = objects.remove(index);
    if objects.is_empty() {
        state.deposed.remove(path);
    }
    Ok(object)
}
