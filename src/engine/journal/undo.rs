//! Taking entries back: the parts of state that a list of entries may touch, as they were before.
//!
//! A group of entries is applied before it is written, so that an illegal one is never written; when the write then
//! certainly fails, the group is taken back. Costs as much as the entries touch, not as much as the state.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::OpId;
use crate::state::{Deposed, ObjectId, OutputState, Pending, PendingCall, ResourceState, State, UsedPlan};

use super::Entry;

enum Before {
    Resource(String, Option<Box<ResourceState>>),
    Deposed(String, Option<Vec<Deposed>>),
    Pending(OpId, Option<Box<Pending>>),
    Doubtful(OpId, Option<Box<Pending>>),
    Forgotten(BTreeSet<ObjectId>),
    Outputs(BTreeMap<String, OutputState>),
    Plans(Vec<UsedPlan>),
}

/// What takes applied entries back; [`Undo::remember`] before each, in order.
#[derive(Default)]
pub(super) struct Undo(Vec<Before>);

impl Undo {
    pub fn remember(&mut self, state: &State, entry: &Entry) {
        if !state.forgotten.is_empty() || matches!(entry, Entry::Forgotten { .. }) {
            self.0.push(Before::Forgotten(state.forgotten.clone()));
        }
        match entry {
            Entry::Intent { pending } => self.pending(state, &pending.operation),
            Entry::Created { operation, .. }
            | Entry::Updated { operation }
            | Entry::Deleted { operation }
            | Entry::Doubted { operation }
            | Entry::Surfaced { operation, .. }
            | Entry::Void { operation, .. } => {
                if let Some(pending) = state.pending.get(operation).or_else(|| state.doubtful.get(operation)) {
                    self.place(state, &pending.path);
                }
                self.pending(state, operation);
            }
            Entry::Observed { path, .. }
            | Entry::Echoed { path, .. }
            | Entry::Marked { path, .. }
            | Entry::Adopted { path, .. }
            | Entry::Described { path, .. }
            | Entry::Restored { path, .. }
            | Entry::Forgotten { path, .. } => self.place(state, path),
            Entry::Moved { from, to } => self.moved(state, from, to),
            Entry::Outputs { .. } => self.0.push(Before::Outputs(state.outputs.clone())),
            Entry::PlanUsed { .. } => self.0.push(Before::Plans(state.plans.clone())),
        }
    }

    pub fn roll_back(self, state: &mut State) {
        for before in self.0.into_iter().rev() {
            match before {
                Before::Resource(path, resource) => put_back(&mut state.resources, path, resource.map(|boxed| *boxed)),
                Before::Deposed(path, objects) => put_back(&mut state.deposed, path, objects),
                Before::Pending(operation, pending) => {
                    put_back(&mut state.pending, operation, pending.map(|boxed| *boxed));
                }
                Before::Doubtful(operation, pending) => {
                    put_back(&mut state.doubtful, operation, pending.map(|boxed| *boxed));
                }
                Before::Forgotten(forgotten) => state.forgotten = forgotten,
                Before::Outputs(outputs) => state.outputs = outputs,
                Before::Plans(plans) => state.plans = plans,
            }
        }
    }

    fn place(&mut self, state: &State, path: &str) {
        self.0.push(Before::Resource(path.to_string(), state.resources.get(path).cloned().map(Box::new)));
        self.0.push(Before::Deposed(path.to_string(), state.deposed.get(path).cloned()));
    }

    fn pending(&mut self, state: &State, operation: &OpId) {
        self.0.push(Before::Pending(operation.clone(), state.pending.get(operation).cloned().map(Box::new)));
        self.0.push(Before::Doubtful(operation.clone(), state.doubtful.get(operation).cloned().map(Box::new)));
    }

    fn moved(&mut self, state: &State, from: &str, to: &str) {
        self.place(state, from);
        self.place(state, to);
        for (path, resource) in &state.resources {
            if resource.dependencies.contains(from) {
                self.place(state, path);
            }
        }
        for (path, objects) in &state.deposed {
            if objects.iter().any(|object| object.dependencies.contains(from)) {
                self.place(state, path);
            }
        }
        for pending in state.pending.values().chain(state.doubtful.values()) {
            let depends = match &pending.call {
                PendingCall::Create { dependencies, .. } => dependencies.contains(from),
                _ => false,
            };
            if depends || pending.path == from {
                self.pending(state, &pending.operation);
            }
        }
    }
}

fn put_back<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}
