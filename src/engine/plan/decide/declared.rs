//! Decisions about declared resources.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::imported::{made_by, not_as_declared, over_another};
use super::{Decider, Decision, LiveAnswer};
use crate::compile::{Desired, Evaluated, Import};
use crate::model::secret::strip;
use crate::model::{
    Address, Change, Code, Diagnostic, Field, Map, PhysicalId, Placement, PropertyPath, SecretPaths, TagRule, Ty,
    TypeSchema, Value,
};
use crate::plan::compare::{blank, drift, same};
use crate::plan::defaults::wanted;
use crate::plan::planned::Outlook;
use crate::plan::prior::PriorResource;
use crate::plan::{Action, Reason};
use crate::read::Live;

/// A declared resource whose properties are computed.
pub(super) struct Declared<'a> {
    pub desired: &'a Desired,
    pub evaluated: Evaluated,
    /// What may not be shown: now, or when state was written.
    pub secrets: SecretPaths,
}

/// The object at AWS that a declared resource stands for.
pub(super) struct Object<'a> {
    pub id: &'a PhysicalId,
    pub live: &'a Value,
    pub prior: Option<&'a PriorResource<'a>>,
    pub imported: bool,
}

impl Decider<'_> {
    pub(super) fn declared_resources(&mut self) {
        let inputs = self.inputs;
        let imports: HashMap<&Address, &Import> = inputs.graph.imports.iter().map(|entry| (&entry.to, entry)).collect();
        let managed: BTreeMap<(&Placement, &str, &PhysicalId), &Address> = inputs
            .prior
            .resources
            .iter()
            .map(|(address, prior)| ((&prior.state.place, prior.state.type_name.as_ref(), &prior.state.id), address))
            .collect();
        for address in inputs.graph.topological() {
            let Some(desired) = inputs.graph.resources.get(&address) else { continue };
            let prior = inputs.prior.resources.get(&address);
            if !inputs.selection.contains(&address) {
                if let Some(prior) = prior {
                    self.remember_prior(&address, prior);
                }
                continue;
            }
            let evaluated = match inputs.graph.evaluate(&address, &self.known) {
                Ok(evaluated) => evaluated,
                Err(diagnostics) => {
                    self.diagnostics.extend(diagnostics);
                    continue;
                }
            };
            let mut secrets = SecretPaths::new(&evaluated.sensitive).with_key(self.inputs.key);
            if let Some(prior) = prior {
                secrets.extend(SecretPaths::from_texts(&prior.state.sensitive));
            }
            let declared = Declared { desired, evaluated, secrets };
            let decision = match (prior, imports.get(&address)) {
                (Some(prior), import) => {
                    if let Some(import) = import {
                        self.refuse_over_another(&declared, import, prior);
                    }
                    self.existing(&declared, prior)
                }
                (None, Some(import)) => self.import(&declared, import, &managed),
                (None, None) => Some(self.create(&declared, None, Reason::NotInState)),
            };
            if let Some(mut decision) = decision {
                decision.change.origin = Some(desired.origin.clone());
                decision.create_first = desired.lifecycle.create_before_destroy;
                let sets = desired.schema.relations.inline.iter().map(|inline| inline.property);
                decision.inline = sets.filter(|name| declared.evaluated.properties.contains_key(*name)).collect();
                decision.needs = inputs.graph.dependencies.get(&address).cloned().unwrap_or_default();
                self.add(decision);
            }
        }
    }

    fn create(&mut self, declared: &Declared<'_>, prior: Option<&PriorResource<'_>>, reason: Reason) -> Decision {
        let (address, schema) = (&declared.desired.address, declared.desired.schema);
        let mut decision = match prior {
            Some(prior) => Decision::of_prior(address, schema, schema, prior),
            None => Decision::new(address, schema, schema, &declared.desired.place),
        };
        decision.change.id = None;
        decision.change.action = Action::Create;
        decision.change.reasons.insert(0, reason);
        self.make(declared, &mut decision);
        decision
    }

    /// A new object: what is sent, what follows the create call, what it will look like.
    pub(super) fn make(&mut self, declared: &Declared<'_>, decision: &mut Decision) {
        let (address, schema) = (&declared.desired.address, declared.desired.schema);
        decision.change.place.clone_from(&declared.desired.place);
        let want = wanted(schema, &declared.evaluated.properties, &[], None);
        let sent = Value::Map(want);
        decision.natural_id = self.inputs.catalog.natural_id(schema.name, &sent);
        decision.want = strip(&schema.fields, &declared.secrets, &sent).0;
        let Value::Map(want) = sent else { return };
        decision.calls = follow_up_calls(schema, &want);
        let id = decision.natural_id.clone();
        let outlook = Outlook { address, schema, want: &want, live: None, id: id.as_ref(), calls: &[] };
        let planned = self.attributes(&outlook);
        self.foresee(declared, decision, planned);
    }

    pub(super) fn foresee(&mut self, declared: &Declared<'_>, decision: &mut Decision, planned: Value) {
        let planned = Arc::new(planned);
        decision.show_after(declared, &planned);
        self.remember(&declared.desired.address, declared.desired.schema, declared.secrets.clone(), planned);
    }

    fn existing(&mut self, declared: &Declared<'_>, prior: &PriorResource<'_>) -> Option<Decision> {
        let (address, schema) = (&declared.desired.address, declared.desired.schema);
        let state = prior.state;
        let old = self.schema_of(&state.type_name, address)?;
        let live = match self.look(old.name, (&state.place, &state.id), address, Some(&declared.desired.origin)) {
            LiveAnswer::Unclear => {
                // Dependants are planned as if nothing changed, to tell what waits for it.
                self.remember_prior(address, prior);
                return None;
            }
            LiveAnswer::Absent => {
                self.note_gone(address, old.name, &state.id);
                let mut decision = self.create(declared, Some(prior), Reason::GoneAtAws { id: state.id.clone() });
                decision.old_schema = old;
                return Some(decision);
            }
            LiveAnswer::Found(live) => live,
        };
        let properties = &declared.evaluated.properties;
        let drifted = drift(old, &state.attributes, &live, |name| properties.contains_key(name), &declared.secrets);
        let was_drifted = !drifted.is_empty();
        self.note_drift(address, old.name, prior, drifted);
        let object = Object { id: &state.id, live: &live, prior: Some(prior), imported: state.created_by.is_none() };
        if let Some(decision) = self.restored(declared, &object, prior, old) {
            return Some(decision);
        }
        let mut decision = Decision::of_prior(address, schema, old, prior);
        self.settle(declared, &object, &mut decision);
        if decision.change.action == Action::NoOp || decision.change.action == Action::Update {
            let told = decision.calls.is_empty();
            let lifecycle = &declared.desired.lifecycle;
            let flags: Vec<PropertyPath> = [
                ("prevent_destroy", lifecycle.prevent_destroy.unwrap_or(false) != state.prevent_destroy),
                ("create_before_destroy", lifecycle.create_before_destroy != state.create_before_destroy),
            ]
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(name, _)| PropertyPath::from("lifecycle").key(name))
            .collect();
            let needs = self.inputs.graph.dependencies.get(address);
            let same_needs = needs.map_or(prior.dependencies.is_empty(), |needs| *needs == prior.dependencies);
            let sensitive: BTreeSet<String> = declared.evaluated.sensitive.iter().map(ToString::to_string).collect();
            // Drift that nothing takes back is what is wanted now.
            decision.record |=
                !flags.is_empty() || !same_needs || sensitive != state.sensitive || (was_drifted && told);
            if !flags.is_empty() {
                decision.change.action = Action::Update;
                decision.change.reasons.push(Reason::SettingsOnly { paths: flags });
            }
        }
        Some(decision)
    }

    /// An import for an address that holds something has no effect when that is the object that it names. An entry of a file
    /// may outlive its object: where a replacement has followed the import, it names what is gone.
    fn refuse_over_another(&mut self, declared: &Declared<'_>, import: &Import, prior: &PriorResource<'_>) {
        let (desired, held) = (declared.desired, prior.state);
        let Some(id) = import.id.as_ref().filter(|id| **id != held.id) else { return };
        let keys =
            |place: &Placement, value: &Value| self.inputs.catalog.natural_keys_in(place, desired.schema.name, value);
        let is_another = match self.inputs.live.get(&desired.place, desired.schema.name, id) {
            Some(Live::Found(live)) => {
                let named = keys(&desired.place, live);
                // The same object under another spelling of its id.
                named.is_empty() || named != keys(&held.place, &held.attributes)
            }
            Some(Live::Absent) | None => !import.written,
            Some(Live::Failed(_)) => true,
        };
        if is_another {
            self.diagnostics.push(over_another(desired, import, id, held));
        }
    }

    fn import(
        &mut self,
        declared: &Declared<'_>,
        import: &Import,
        managed: &BTreeMap<(&Placement, &str, &PhysicalId), &Address>,
    ) -> Option<Decision> {
        let (address, schema, place) = (&declared.desired.address, declared.desired.schema, &declared.desired.place);
        let fail =
            |code, message: String| Diagnostic::error(code, message).at(import.origin.clone()).address(address.clone());
        let Some(id) = &import.id else {
            let message = format!("the id to import as {address} is not known before apply");
            self.open_imports.push(fail(Code::NotKnownBeforeApply, message).help(
                "it may follow from what is in state and does not change: apply the rest first, or write the id",
            ));
            return None;
        };
        if let Some(other) = managed.get(&(place, schema.name, id)) {
            let message = format!("{} {id} is managed already, as {other}", schema.name);
            self.diagnostics.push(fail(Code::AlreadyExists, message).help("to rename it, write a `moved` entry"));
            return None;
        }
        let live = match self.look(schema.name, (place, id), address, Some(&import.origin)) {
            LiveAnswer::Unclear => return None,
            LiveAnswer::Absent => {
                let message = format!("there is no {} {id}{} to import as {address}", schema.name, place.suffix());
                let help = format!("the id is written as {}", schema.import_id);
                self.diagnostics.push(fail(Code::NotFound, message).help(help));
                return None;
            }
            LiveAnswer::Found(live) if schema.in_state => Arc::new(as_declared(declared, &live)),
            LiveAnswer::Found(live) => live,
        };
        let mut decision = Decision::new(address, schema, schema, place);
        decision.change.id = Some(id.clone());
        decision.adopt = Some(id.clone());
        decision.change.notes.extend(made_by(declared.desired, &live));
        self.settle(declared, &Object { id, live: &live, prior: None, imported: true }, &mut decision);
        if matches!(decision.change.action, Action::Replace(_)) {
            self.diagnostics.push(not_as_declared(declared.desired, import, id, &decision.change));
            return None;
        }
        decision.change.reasons.insert(0, Reason::ImportEntry);
        decision.change.action = Action::Import;
        // The adoption takes what AWS has, and AWS has never seen our own settings.
        let want = wanted(schema, &declared.evaluated.properties, &[], None);
        let local = |field: &&Field| field.change == Change::Local;
        let set = |field: &Field| want.get(field.name).is_some_and(|value| !blank(value));
        decision.record = schema.fields.iter().filter(local).any(set);
        Some(decision)
    }
}

/// A generated value that is imported: all that there is of it is its id, and the rest is as it is declared.
fn as_declared(declared: &Declared<'_>, live: &Value) -> Value {
    let mut all = wanted(declared.desired.schema, &declared.evaluated.properties, &[], None);
    let read = live.as_map().into_iter().flatten().filter(|(_, value)| !value.is_null());
    all.extend(read.map(|(name, value)| (name.clone(), value.clone())));
    Value::Map(all)
}

/// The update calls that a create needs after it: for what the create call does not take.
fn follow_up_calls(schema: &'static TypeSchema, want: &Map) -> Vec<&'static str> {
    fn collect(tags: Option<TagRule>, fields: &[Field], outer: Change, want: &Map, calls: &mut Vec<&'static str>) {
        for field in fields {
            let change = if field.change == Change::Inherit { outer } else { field.change };
            let value = want.get(field.name).unwrap_or(&Value::Null);
            // A resource that cannot be tagged when it is made gets our own tags afterwards.
            let are_tags = tags.is_some_and(|rule| rule.is(field.name));
            let set = match field.default {
                Some(default) => !same(field, value, &default.into()),
                None => !value.is_empty(),
            };
            if let Change::Update(call) = change
                && field.after_create
                && (set || are_tags)
            {
                calls.push(call);
            }
            if let (Ty::Object(inner), Value::Map(block)) = (&field.ty, value) {
                collect(None, inner, change, block, calls);
            }
        }
    }
    let mut calls = Vec::new();
    collect(schema.tags, &schema.fields, Change::Computed, want, &mut calls);
    in_order(schema, calls)
}

/// Each call once, in the order in which the type makes them.
pub(super) fn in_order(schema: &TypeSchema, mut calls: Vec<&'static str>) -> Vec<&'static str> {
    let place = |call: &str| schema.update_calls.iter().position(|(name, _)| *name == call).unwrap_or(usize::MAX);
    calls.sort_by_key(|call| (place(call), *call));
    calls.dedup();
    calls
}
