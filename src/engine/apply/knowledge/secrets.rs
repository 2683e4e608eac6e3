//! Attributes that no plan holds: what a step needs of resources that the plan leaves as they are.

use std::sync::Arc;

use super::KnownAttributes;
use super::attributes::overlay;
use crate::apply::failure::Stop;
use crate::apply::run::Run;
use crate::apply::steps::Turn;
use crate::compile::{Desired, Known};
use crate::model::secret::learn;
use crate::model::secret_version::first_version;
use crate::model::{Address, Change, Field, SecretPaths, Unknown, Value};
use crate::plan::StepPlan;

/// Attributes as this run knows them.
pub(in crate::apply) struct KnownNow<'r> {
    run: &'r Run<'r>,
    /// Whether secrets are what they say, or the versions that the plan knew.
    revealed: bool,
}

impl Known for KnownNow<'_> {
    fn sends(&self) -> bool {
        true
    }

    fn attributes(&self, address: &Address) -> Option<Arc<Value>> {
        let (run, path) = (self.run, address.path());
        if let (true, Some(revealed)) = (self.revealed, run.knowledge.revealed(path)) {
            return Some(revealed);
        }
        if run.knowledge.is_lost(path) {
            return Some(Arc::new(run.nothing_known(address)));
        }
        let planned = match run.knowledge.attributes(path)? {
            KnownAttributes::Planned(planned) => planned,
            KnownAttributes::Completed(known) | KnownAttributes::Read(known) => return Some(known),
        };
        let desired = run.graph.resources.get(address).filter(|desired| run.holds_secrets(desired));
        let Some(desired) = desired else { return Some(planned) };
        // Its own properties have the secrets. Ends, as references have no cycles; an error leaves what is known.
        let whole = run.with_own_properties(desired, &planned).map_or(planned, Arc::new);
        run.knowledge.complete(path, whole.clone());
        Some(whole)
    }
}

impl Run<'_> {
    pub(in crate::apply) fn known(&self) -> KnownNow<'_> {
        KnownNow { run: self, revealed: true }
    }

    /// As [`Run::known`], with versions in place of the secrets that only an apply reads.
    pub(in crate::apply) fn known_versions(&self) -> KnownNow<'_> {
        KnownNow { run: self, revealed: false }
    }

    /// Reads the secrets that the resource of a step needs, each once in a run, of the version that the plan has shown.
    pub(in crate::apply) async fn reveal(&self, step: &StepPlan) -> Result<(), Stop> {
        for address in self.graph.data_needed(&step.address) {
            let path = address.path();
            let read = self.knowledge.attributes(path).map(|known| known.value().as_ref().clone());
            let Some(read) = read.or_else(|| self.graph.data_read(&address).cloned()) else { continue };
            let Some((schema, _)) = self.graph.data.get(&address) else { continue };
            if first_version(&read).is_none() || self.knowledge.revealed(path).is_some() {
                continue;
            }
            let place = self.graph.place(&address);
            let reveal = async || self.cloud.reveal_data(&place, schema.name, &read).await;
            let revealed = self.read_with(step, Turn::Queue, reveal).await;
            let revealed = revealed.map_err(|stop| match stop {
                Stop::Failed(diagnostic) => {
                    Stop::Failed(diagnostic.note(format!("it needs the secret of {path}")).into())
                }
                other => other,
            })?;
            if let Some(map) = revealed.as_map() {
                learn(&schema.fields, &SecretPaths::default(), map);
            }
            self.knowledge.reveal(path, revealed);
        }
        Ok(())
    }

    /// True when AWS makes a secret of the type, which can only be read.
    pub(in crate::apply) fn makes_secrets(desired: &Desired) -> bool {
        any(&desired.schema.fields, &|field| field.sensitive && field.change == Change::Computed)
    }

    pub(in crate::apply) fn holds_secrets(&self, desired: &Desired) -> bool {
        any(&desired.schema.fields, &|field| field.sensitive && field.is_property())
            || self.journal.resource(desired.address.path()).is_some_and(|resource| !resource.sensitive.is_empty())
    }

    /// `live` with the parts of the resource's own properties that are sensitive, or that AWS never returns.
    pub(in crate::apply) fn with_own_properties(&self, desired: &Desired, live: &Value) -> Option<Value> {
        let evaluated = self.graph.evaluate(&desired.address, &self.known()).ok()?;
        let mut whole = overlay(&desired.schema.fields, live, &Value::Map(evaluated.properties.clone()));
        for name in evaluated.sensitive.iter().filter_map(|path| path.first()) {
            if let Some(value) = evaluated.properties.get(name) {
                whole.insert(name.to_string(), value.clone());
            }
        }
        Some(Value::Map(whole))
    }

    fn nothing_known(&self, address: &Address) -> Value {
        let fields = match (self.graph.resources.get(address), self.graph.data.get(address)) {
            (Some(desired), _) => &desired.schema.fields[..],
            (None, Some((schema, _))) => &schema.fields,
            (None, None) => &[],
        };
        let unknown = |name: &str| Value::Unknown(Unknown::one(format!("{}.{name}", address.path())));
        Value::Map(fields.iter().map(|field| (field.name.to_string(), unknown(field.name))).collect())
    }
}

fn any(fields: &[Field], holds: &dyn Fn(&Field) -> bool) -> bool {
    fields.iter().any(|field| holds(field) || field.block().is_some_and(|inner| any(inner, holds)))
}
