//! The way back of a replacement that created first and was interrupted: the configuration is what it was before, and the
//! predecessor still exists.
//!
//! A second replacement would be refused for types with unique names, as the predecessor has the name. And nothing that
//! already moved over, or did not, would be served by a third object.

use std::sync::Arc;

use super::declared::{Declared, Object};
use super::protect::protection;
use super::{Decider, Decision, Restore};
use crate::model::{SecretPaths, TypeSchema, Value};
use crate::plan::prior::{PriorDeposed, PriorResource};
use crate::plan::steps::depose_key;
use crate::plan::{Action, Reason};
use crate::read::Live;
use crate::state::ResourceState;

impl Decider<'_> {
    /// The decision about a resource whose current object would be replaced, and whose predecessor fits. The current one
    /// becomes a deposed object, and is deleted.
    pub(super) fn restored(
        &mut self,
        declared: &Declared<'_>,
        current: &Object<'_>,
        prior: &PriorResource<'_>,
        old: &'static TypeSchema,
    ) -> Option<Decision> {
        let inputs = self.inputs;
        let (address, schema) = (&declared.desired.address, declared.desired.schema);
        let deposed = inputs.prior.deposed.get(address)?;
        if self.fits(declared, old, current) || protection(old, current.live).is_some() {
            return None;
        }
        let (object, state, live) = deposed.iter().find_map(|object| self.fitting(declared, object, prior.state))?;
        let before = PriorResource {
            state: &state,
            moved_from: prior.moved_from.clone(),
            dependencies: object.dependencies.clone(),
        };
        let mut decision = Decision::of_prior(address, schema, schema, &before);
        let imported = state.created_by.is_none();
        self.settle(declared, &Object { id: &state.id, live: &live, prior: Some(&before), imported }, &mut decision);
        if matches!(decision.change.action, Action::Replace(_)) {
            // Asked for, or triggered by something else.
            return None;
        }
        let restore = Restore { key: object.state.key.clone(), depose: depose_key(address, prior.state.id.as_str()) };
        self.depose(declared, current, prior, old, &restore.depose);
        decision.restore = Some(restore);
        decision.change.action = Action::Update;
        decision.change.reasons.insert(0, Reason::Restored);
        decision.record = true;
        Some(decision)
    }

    /// A deposed object of the declared type that needs no replacement, as it would be in state, and as it is at AWS.
    fn fitting<'p>(
        &self,
        declared: &Declared<'_>,
        object: &'p PriorDeposed<'p>,
        successor: &ResourceState,
    ) -> Option<(&'p PriorDeposed<'p>, ResourceState, Arc<Value>)> {
        let schema = declared.desired.schema;
        if *object.state.type_name != *schema.name {
            return None;
        }
        let Some(Live::Found(live)) = self.inputs.live.get(&object.state.place, schema.name, &object.state.id) else {
            return None;
        };
        let state = object.state.resource(successor);
        let prior = PriorResource { state: &state, moved_from: None, dependencies: object.dependencies.clone() };
        let imported = state.created_by.is_none();
        let as_declared = self.fits(declared, schema, &Object { id: &state.id, live, prior: Some(&prior), imported });
        as_declared.then(|| (object, state, live.clone()))
    }

    fn depose(
        &mut self,
        declared: &Declared<'_>,
        current: &Object<'_>,
        prior: &PriorResource<'_>,
        old: &'static TypeSchema,
        key: &str,
    ) {
        let mut decision = Decision::new(&declared.desired.address, old, old, &prior.state.place);
        decision.change.id = Some(current.id.clone());
        decision.change.action = Action::Delete;
        decision.change.reasons.push(Reason::Deposed { key: key.to_string() });
        decision.deposed = Some(key.to_string());
        decision.held.clone_from(&prior.dependencies);
        let secrets = SecretPaths::from_texts(&prior.state.sensitive);
        decision.show_before(&secrets, current.live, Some(&prior.state.attributes));
        self.deposed.push(decision);
    }

    /// True when nothing is declared that only a replacement could make.
    fn fits(&self, declared: &Declared<'_>, old: &TypeSchema, object: &Object<'_>) -> bool {
        let there = object.prior.is_none_or(|prior| prior.state.place == declared.desired.place);
        there && !self.differences(declared, old, object).iter().any(|change| change.forces_replacement)
    }
}
