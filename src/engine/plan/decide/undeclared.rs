//! Decisions about what only state knows, about everything when a stack is destroyed or refreshed, and about
//! deposed objects.

use std::collections::HashSet;

use super::protect::{kept, lift_protection};
use super::{Decider, Decision, LiveAnswer};
use crate::model::secret::strip;
use crate::model::{Address, Map, Origin, SecretPaths, Value};
use crate::plan::compare::drift;
use crate::plan::prior::PriorResource;
use crate::plan::{Action, DriftItem, Mode, Reason};

impl Decider<'_> {
    /// A resource of state that is not declared. `families` holds the declared addresses without keys.
    pub(super) fn undeclared(&mut self, address: &Address, prior: &PriorResource<'_>, families: &HashSet<Address>) {
        if !self.inputs.selection.contains(address) {
            return;
        }
        let reason = match families.contains(&address.without_key()) {
            true => Reason::InstanceGone,
            false => Reason::NotDeclared,
        };
        self.remove(address, prior, reason, None);
    }

    /// Everything goes.
    pub(super) fn destroy(&mut self) {
        let inputs = self.inputs;
        // What is declared is asked about deletion protection, and may refer to anything in state.
        for (address, prior) in &inputs.prior.resources {
            self.remember_prior(address, prior);
        }
        for (address, prior) in &inputs.prior.resources {
            if !inputs.selection.contains(address) {
                continue;
            }
            let declared = inputs.graph.resources.contains_key(address);
            // A declaration that cannot be evaluated says nothing, and must not stand against a destroy.
            let evaluated = declared.then(|| inputs.graph.evaluate(address, &self.known).ok()).flatten();
            let written = evaluated.map(|evaluated| evaluated.properties);
            self.remove(address, prior, Reason::DestroyMode, written.as_ref());
        }
    }

    fn remove(&mut self, address: &Address, prior: &PriorResource<'_>, reason: Reason, written: Option<&Map>) {
        let inputs = self.inputs;
        let desired = inputs.graph.resources.get(address);
        let origin = desired.map(|desired| desired.origin.clone());
        let Some(schema) = self.schema_of(&prior.state.type_name, address) else { return };
        let mut decision = Decision::of_prior(address, schema, schema, prior);
        decision.change.origin.clone_from(&origin);
        decision.change.reasons.insert(0, reason);
        let entry = self.removed.around(address).first().and_then(|number| inputs.graph.removed.get(*number));
        if let Some(entry) = entry
            && !entry.destroy
            && desired.is_none()
        {
            decision.change.action = Action::Forget;
            decision.change.reasons.push(Reason::RemovedEntry);
            decision.change.origin = Some(entry.origin.clone());
            return self.add(decision);
        }
        let id = &prior.state.id;
        match self.look(schema.name, (&prior.state.place, id), address, origin.as_ref()) {
            LiveAnswer::Unclear => {}
            LiveAnswer::Absent => {
                decision.change.action = Action::Forget;
                decision.change.reasons.push(Reason::GoneAtAws { id: id.clone() });
                self.note_gone(address, schema.name, id);
                self.add(decision);
            }
            LiveAnswer::Found(live) => {
                decision.change.action = Action::Delete;
                if let Some(kept) = kept(desired, Some(prior.state)) {
                    self.diagnostics.push(kept.refuse(address, origin.as_ref(), "delete", None));
                }
                let secrets = SecretPaths::from_texts(&prior.state.sensitive);
                match lift_protection(schema, address, &live, written, Some(&prior.state.attributes)) {
                    Ok(found) => {
                        decision.lift = found.map(|mut lift| {
                            lift.want = strip(&schema.fields, &secrets, &lift.want).0;
                            lift
                        });
                    }
                    Err(diagnostic) => self.push_at(*diagnostic, origin.as_ref()),
                }
                decision.show_before(&secrets, &live, Some(&prior.state.attributes));
                self.add(decision);
            }
        }
    }

    pub(super) fn push_at(&mut self, diagnostic: crate::model::Diagnostic, origin: Option<&Origin>) {
        self.diagnostics.push(match origin {
            Some(origin) => diagnostic.at(origin.clone()),
            None => diagnostic,
        });
    }

    /// State learns what AWS is like, and AWS is left alone.
    pub(super) fn refresh(&mut self) {
        let inputs = self.inputs;
        // Outputs of what is not there have no value, whatever is declared.
        for (address, desired) in &inputs.graph.resources {
            if !inputs.prior.resources.contains_key(address) {
                self.remember_nothing(address, desired.schema);
            }
        }
        for (address, prior) in &inputs.prior.resources {
            if !inputs.selection.contains(address) {
                self.remember_prior(address, prior);
                continue;
            }
            let origin = inputs.graph.resources.get(address).map(|desired| desired.origin.clone());
            let Some(schema) = self.schema_of(&prior.state.type_name, address) else { continue };
            let mut decision = Decision::of_prior(address, schema, schema, prior);
            decision.change.origin.clone_from(&origin);
            let id = &prior.state.id;
            match self.look(schema.name, (&prior.state.place, id), address, origin.as_ref()) {
                LiveAnswer::Unclear => continue,
                LiveAnswer::Absent => {
                    decision.change.action = Action::Forget;
                    decision.change.reasons.insert(0, Reason::GoneAtAws { id: id.clone() });
                    self.note_gone(address, schema.name, id);
                    self.remember_nothing(address, schema);
                }
                LiveAnswer::Found(live) => {
                    let mut secrets = SecretPaths::from_texts(&prior.state.sensitive).with_key(self.inputs.key);
                    // The same question as a normal plan asks, so that both show the same drift.
                    let evaluated = inputs.graph.resources.get(address).and_then(|_| {
                        // What cannot be computed is no reason not to look.
                        inputs.graph.evaluate(address, &self.known).ok()
                    });
                    if let Some(evaluated) = &evaluated {
                        secrets.extend(SecretPaths::new(&evaluated.sensitive));
                    }
                    let declared = |name: &str| {
                        evaluated.as_ref().is_some_and(|evaluated| evaluated.properties.contains_key(name))
                    };
                    let changes = drift(schema, &prior.state.attributes, &live, declared, &secrets);
                    decision.record = !changes.is_empty();
                    decision.show_before(&secrets, &live, Some(&prior.state.attributes));
                    decision.change.after = decision.change.before.clone();
                    self.note_drift(address, schema.name, prior, changes);
                    let mut attributes = live.as_ref().clone();
                    if let Value::Map(map) = &mut attributes
                        && map.get("id").is_none_or(Value::is_null)
                    {
                        map.insert("id".into(), Value::from(id.as_str()));
                    }
                    self.remember(address, schema, secrets, attributes);
                }
            }
            self.add(decision);
        }
    }

    pub(super) fn note_drift(
        &mut self,
        address: &Address,
        type_name: &str,
        prior: &PriorResource<'_>,
        changes: Vec<crate::plan::PropertyChange>,
    ) {
        if !changes.is_empty() {
            let item = DriftItem {
                address: address.clone(),
                type_name: type_name.to_string(),
                id: prior.state.id.clone(),
                gone: false,
                changes,
            };
            self.drift.insert(address.clone(), item);
        }
    }

    /// Predecessors of replacements that were not deleted yet.
    pub(super) fn deposed_objects(&mut self) {
        let inputs = self.inputs;
        for (address, objects) in inputs.prior.deposed.iter().filter(|(at, _)| inputs.selection.contains(at)) {
            let restored =
                self.made.get(address).and_then(|decision| decision.restore.as_ref()).map(|it| it.key.clone());
            for object in objects.iter().filter(|object| Some(&object.state.key) != restored.as_ref()) {
                let Some(schema) = self.schema_of(&object.state.type_name, address) else { continue };
                let mut decision = Decision::new(address, schema, schema, &object.state.place);
                decision.change.id = Some(object.state.id.clone());
                decision.change.reasons.push(Reason::Deposed { key: object.state.key.clone() });
                decision.deposed = Some(object.state.key.clone());
                decision.held.clone_from(&object.dependencies);
                match self.look(schema.name, (&object.state.place, &object.state.id), address, None) {
                    LiveAnswer::Unclear => continue,
                    LiveAnswer::Absent => {
                        decision.change.action = Action::Forget;
                        decision.change.reasons.push(Reason::GoneAtAws { id: object.state.id.clone() });
                    }
                    LiveAnswer::Found(_) if inputs.options.mode == Mode::RefreshOnly => continue,
                    LiveAnswer::Found(live) => {
                        decision.change.action = Action::Delete;
                        let current = inputs.prior.resources.get(address);
                        let secrets =
                            current.map(|prior| SecretPaths::from_texts(&prior.state.sensitive)).unwrap_or_default();
                        decision.show_before(&secrets, &live, Some(&object.state.attributes));
                    }
                }
                self.deposed.push(decision);
            }
        }
    }
}
