//! Decisions about objects that exist and are declared: nothing, an update, a replacement.

use super::ahead::ahead;
use super::declared::{Declared, Object, in_order};
use super::protect::{kept, lift_protection};
use super::{Decider, Decision};
use crate::compile::Desired;
use crate::model::secret::strip;
use crate::model::{Address, Change, Field, Map, TypeSchema, Value};
use crate::plan::compare::Sides;
use crate::plan::defaults::{Existing, is_ignored, is_ignored_inside, wanted};
use crate::plan::differ::{Verdict, differ};
use crate::plan::pattern::within;
use crate::plan::planned::Outlook;
use crate::plan::{Action, Direction, PropertyChange, Reason};

impl Decider<'_> {
    /// Compares, and decides between nothing, an update and a replacement.
    pub(super) fn settle(&mut self, declared: &Declared<'_>, object: &Object<'_>, decision: &mut Decision) {
        let desired = declared.desired;
        let state = object.prior.map(|prior| prior.state);
        let remembered = state.map(|state| &state.attributes);
        decision.show_before(&declared.secrets, object.live, remembered);
        let mut reasons = Vec::new();
        decision.change.changes = self.differences(declared, decision.old_schema, object);
        if let Some(status) = state.and_then(|state| state.failed.clone()) {
            reasons.push(Reason::NeverReady { status });
        }
        let forcing = decision.change.changes.iter().filter(|change| change.forces_replacement);
        reasons.extend(forcing.map(|change| Reason::ForcesReplacement { path: change.path.clone() }));
        if let Some(from) = state.map(|state| &state.place).filter(|place| **place != desired.place) {
            reasons.push(Reason::PlaceChanged { from: from.clone(), to: desired.place.clone() });
        }
        if self.inputs.options.replace.iter().any(|flag| within(&flag.0, &desired.address)) {
            reasons.push(Reason::Requested);
        }
        reasons.extend(self.triggers(desired));
        let parents = self.replaced_parents(declared);
        let goes_along = parents.iter().filter(|(field, _)| field.change == Change::Immutable);
        reasons.extend(goes_along.map(|(_, address)| Reason::ParentReplaced { address: address.clone() }));
        if reasons.is_empty() {
            self.ahead_of(declared, object, decision);
            self.update(declared, object, decision);
        } else {
            let moved = std::mem::replace(&mut decision.change.reasons, reasons);
            decision.change.reasons.extend(moved);
            self.replace(declared, object, decision);
        }
    }

    fn replace(&mut self, declared: &Declared<'_>, object: &Object<'_>, decision: &mut Decision) {
        let desired = declared.desired;
        decision.change.action = Action::Replace(Direction::DeleteFirst);
        if object.prior.is_none() {
            // An import is refused, and nothing is asked about the deletion.
            return self.make(declared, decision);
        }
        if let Some(kept) = kept(Some(desired), object.prior.map(|prior| prior.state)) {
            let why = decision.change.changes.iter().find(|change| change.forces_replacement);
            let moves = decision.old_place != desired.place;
            let note = why.map(|change| format!("`{}` cannot be changed in place", change.path));
            let note = note.or_else(|| moves.then(|| format!("it is to be in {}", desired.place)));
            self.diagnostics.push(kept.refuse(&desired.address, Some(&desired.origin), "replace", note));
        }
        let same_type = decision.old_schema.name == desired.schema.name;
        let written = same_type.then_some(&declared.evaluated.properties);
        let settings = object.prior.map(|prior| &prior.state.attributes);
        match lift_protection(decision.old_schema, &desired.address, object.live, written, settings) {
            Ok(found) => {
                decision.lift = found.map(|mut lift| {
                    lift.want = strip(&decision.old_schema.fields, &declared.secrets, &lift.want).0;
                    lift
                });
            }
            Err(diagnostic) => self.push_at(*diagnostic, Some(&desired.origin)),
        }
        self.make(declared, decision);
    }

    /// Says where AWS has a later version than is declared. A later major version is an error: there is no way back to the
    /// declared one, and no update would ever reach it.
    fn ahead_of(&mut self, declared: &Declared<'_>, object: &Object<'_>, decision: &mut Decision) {
        let (desired, properties) = (declared.desired, &declared.evaluated.properties);
        let majors = self.inputs.catalog.major_parts(desired.schema.name, object.live);
        let found = ahead(desired.schema, properties, object.live, &desired.lifecycle.ignore_changes, majors);
        decision.change.notes.extend(found.notes);
        for (name, diagnostic) in found.errors {
            let origin = declared.evaluated.origins.get(&name.into()).cloned();
            self.push_at(diagnostic.address(desired.address.clone()), origin.as_ref());
        }
    }

    fn update(&mut self, declared: &Declared<'_>, object: &Object<'_>, decision: &mut Decision) {
        let (desired, schema) = (declared.desired, declared.desired.schema);
        let want = wanted_of(declared, object);
        let (at_aws, settings): (Vec<&PropertyChange>, Vec<&PropertyChange>) =
            decision.change.changes.iter().partition(|change| change.call.is_some());
        let paths = |changes: &[&PropertyChange]| changes.iter().map(|change| change.path.clone()).collect::<Vec<_>>();
        let unfinished = object.prior.map_or(&[] as &[String], |prior| &prior.state.unfinished);
        let mut reasons = Vec::new();
        if !at_aws.is_empty() {
            reasons.push(Reason::Changed { paths: paths(&at_aws) });
        }
        let mut calls: Vec<&'static str> = at_aws.iter().filter_map(|change| change.call).collect();
        let left: Vec<&'static str> = schema
            .update_calls
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| unfinished.iter().any(|call| call == name))
            .collect();
        if !left.is_empty() {
            reasons.push(Reason::Unfinished { calls: left.iter().map(ToString::to_string).collect() });
        }
        calls.extend(left);
        for (field, address) in self.replaced_parents(declared) {
            // The new object knows nothing of what the old one was told.
            if let Change::Update(call) = field.change {
                reasons.push(Reason::ParentReplaced { address });
                calls.push(call);
            }
        }
        if !settings.is_empty() {
            decision.record = calls.is_empty();
            if calls.is_empty() {
                reasons.push(Reason::SettingsOnly { paths: paths(&settings) });
            }
        }
        if !reasons.is_empty() {
            decision.change.action = Action::Update;
        }
        decision.change.reasons.splice(0..0, reasons);
        decision.calls = in_order(schema, calls);
        let outlook = Outlook {
            address: &desired.address,
            schema,
            want: &want,
            live: Some(object.live),
            id: Some(object.id),
            calls: &decision.calls,
        };
        let planned = self.attributes(&outlook);
        self.foresee(declared, decision, planned);
        if decision.change.action == Action::NoOp {
            decision.change.after = decision.change.before.clone();
        } else {
            decision.want = strip(&schema.fields, &declared.secrets, &Value::Map(want)).0;
        }
    }

    /// The properties that hold the id of an object around this one which is replaced in this plan, and keeps that id.
    fn replaced_parents(&self, declared: &Declared<'_>) -> Vec<(&'static Field, Address)> {
        let (desired, inputs) = (declared.desired, self.inputs);
        let replaced = |id: &str| {
            let needs = inputs.graph.dependencies.get(&desired.address)?;
            needs.iter().find(|address| {
                self.made.get(address).is_some_and(|parent| {
                    matches!(parent.change.action, Action::Replace(_))
                        && parent.change.id.as_ref().is_some_and(|old| old.as_str().eq_ignore_ascii_case(id))
                })
            })
        };
        let parent = |name: &&str| {
            let id = declared.evaluated.properties.get(*name)?.as_str()?;
            Some((desired.schema.field(name)?, replaced(id)?.clone()))
        };
        desired.schema.relations.part_of.iter().filter_map(parent).collect()
    }

    /// Which of `replace_triggered_by` change in this plan.
    fn triggers(&self, desired: &Desired) -> Vec<Reason> {
        let triggered = |address: &Address, attribute: Option<&String>| {
            let Some(decision) = self.made.get(address) else { return false };
            let changes = match decision.change.action {
                Action::Update => !decision.calls.is_empty(),
                Action::Replace(_) => true,
                // Made again, since it was gone.
                Action::Create => decision.is_gone(),
                _ => false,
            };
            let Some(attribute) = attribute else { return changes };
            let (before, after) = (decision.change.before.get(attribute), decision.change.after.get(attribute));
            let hidden = decision.change.changes.iter().any(|change| change.path.first() == Some(attribute));
            changes && (hidden || before.unwrap_or(&Value::Null) != after.unwrap_or(&Value::Null))
        };
        desired
            .lifecycle
            .replace_triggered_by
            .iter()
            .filter(|(address, attribute)| triggered(address, attribute.as_ref()))
            .map(|(address, attribute)| Reason::TriggeredBy { address: address.clone(), attribute: attribute.clone() })
            .collect()
    }

    /// What is declared otherwise than it is, less what the configuration ignores.
    pub(super) fn differences(
        &self,
        declared: &Declared<'_>,
        old: &TypeSchema,
        object: &Object<'_>,
    ) -> Vec<PropertyChange> {
        let (desired, schema) = (declared.desired, declared.desired.schema);
        if old.name != schema.name {
            return vec![type_change(declared, old)];
        }
        let state = object.prior.map(|prior| prior.state);
        let sides = Sides {
            schema,
            desired: &declared.evaluated.properties,
            live: object.live,
            prior: state.map(|state| &state.attributes),
            imported: object.imported,
            origins: &declared.evaluated.origins,
            secrets: &declared.secrets,
        };
        let question = || {
            let (address, want) = (&desired.address, wanted_of(declared, object));
            Outlook { address, schema, want: &want, live: Some(object.live), id: None, calls: &[] }.question()
        };
        let mut changes = match differ(schema, self.inputs.answers).differences(&sides, &question) {
            Verdict::Decided(changes) => changes,
            Verdict::Ask(question) => {
                self.ask(*question);
                return Vec::new();
            }
        };
        let ignored = &desired.lifecycle.ignore_changes;
        changes.retain(|change| !change.path.first().is_some_and(|name| is_ignored(schema, ignored, name)));
        changes.retain(|change| !is_ignored_inside(ignored, &change.path));
        changes
    }
}

/// What is wanted of an object that exists, in full.
fn wanted_of(declared: &Declared<'_>, object: &Object<'_>) -> Map {
    let (desired, properties) = (declared.desired, &declared.evaluated.properties);
    let existing = Existing { live: object.live, prior: object.prior.map(|prior| &prior.state.attributes) };
    wanted(desired.schema, properties, &desired.lifecycle.ignore_changes, Some(existing))
}

fn type_change(declared: &Declared<'_>, old: &TypeSchema) -> PropertyChange {
    PropertyChange {
        path: "type".into(),
        before: Value::from(old.name),
        after: Value::from(declared.desired.schema.name),
        origin: Some(declared.desired.origin.clone()),
        forces_replacement: true,
        sensitive: false,
        call: None,
        drifted: false,
    }
}
