//! A plan as JSON, for a file: what is done, to what, and what it was decided from; equal for equal plans.
//!
//! Owns: the canonical form. Left out of it are sensitive values (a plan has none), what is write-only, the places in files, and resources that the plan leaves alone: what happens to these meanwhile does
//! not matter to what is done. Leaves out: the file itself, and what differs between two plans (`pipeline::saved`).

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value as Json, json};

use super::{Action, Plan, ResourceChange, StepKind, StepPlan};
use crate::model::{Catalog, Field, Map, Placement, Ty, Value};

/// Stands for every write-only value, which a file is no place for, not even as a digest: a weak one could be guessed.
/// What such values are made of is held against the file otherwise, as files and results of data sources.
const WRITE_ONLY: &str = "(write-only)";

/// The canonical form of `plan`.
pub fn rendering(plan: &Plan, catalog: &dyn Catalog) -> Json {
    let hidden = Hidden { catalog };
    let mut resources = JsonMap::new();
    for change in plan.resources.iter().filter(|change| touched(change)) {
        resources.insert(name(change), hidden.resource(change));
    }
    let outputs = plan.outputs.iter().map(|output| {
        let side = |value: &Option<Value>| value.as_ref().map(Value::to_json);
        let body = json!({
            "before": side(&output.before), "after": side(&output.after), "gone": output.after.is_none(),
            "sensitive": output.sensitive,
        });
        (output.name.clone(), body)
    });
    let mut form = json!({
        "mode": plan.mode,
        "resources": resources,
        "outputs": outputs.collect::<JsonMap<_, _>>(),
        "reads": plan.reads.iter().map(|read| read.address.to_string()).collect::<Vec<_>>(),
        "recovered": plan.recovered.iter().map(|recovered| json!({
            "operation": recovered.operation.as_str(),
            "address": recovered.address.to_string(),
            "call": recovered.call,
            "found": recovered.found.as_ref().map(|id| id.as_str()),
        })).collect::<Vec<_>>(),
        "steps": plan.steps.iter().map(|step| hidden.step(step)).collect::<Vec<_>>(),
        "edges": plan.edges.iter().map(|edge| [edge.before.0, edge.after.0]).collect::<Vec<_>>(),
    });
    let foreseen = plan.foreseen.iter().map(|answered| {
        json!({
            "address": answered.address.to_string(),
            "new": answered.new,
            "planned": answered.planned.to_json(),
            "replaces": answered.replaces.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let foreseen: Vec<Json> = foreseen.collect();
    if !foreseen.is_empty() {
        form["foreseen"] = Json::Array(foreseen);
    }
    form
}

/// Null for the stage's own.
fn place(place: &Placement) -> Json {
    if place.is_home() { Json::Null } else { place.to_string().into() }
}

fn touched(change: &ResourceChange) -> bool {
    change.action != Action::NoOp || !change.steps.is_empty()
}

/// The address, and the key of a deposed object.
fn name(change: &ResourceChange) -> String {
    match change.deposed() {
        Some(key) => format!("{} (deposed {key})", change.address),
        None => change.address.to_string(),
    }
}

/// What stands in the place of write-only values.
struct Hidden<'a> {
    catalog: &'a dyn Catalog,
}

impl Hidden<'_> {
    fn resource(&self, change: &ResourceChange) -> Json {
        json!({
            "type": change.type_name,
            "id": change.id.as_ref().map(|id| id.as_str()),
            "place": place(&change.place),
            "action": change.action,
            "previous_address": change.previous_address.as_ref().map(ToString::to_string),
            "before": self.attributes(change.type_name, &change.before),
            "after": self.attributes(change.type_name, &change.after),
            // A change of a secret shows in nothing else.
            "changes": change.changes.iter().map(|property| {
                let flags = (property.forces_replacement, property.sensitive, property.call);
                (property.path.to_string(), json!(flags))
            }).collect::<BTreeMap<_, _>>(),
        })
    }

    fn step(&self, step: &StepPlan) -> Json {
        let kind = match &step.kind {
            StepKind::Create { depose, unfinished } => json!({"create": {"depose": depose, "unfinished": unfinished}}),
            StepKind::Update { id, call } => json!({"update": {"id": id.as_ref().map(|id| id.as_str()), "call": call}}),
            StepKind::Delete { id, deposed } => json!({"delete": {"id": id.as_str(), "deposed": deposed}}),
            StepKind::Forget { deposed, gone } => json!({"forget": {"deposed": deposed, "gone": gone}}),
            StepKind::Import { id } => json!({"import": {"id": id.as_str()}}),
            StepKind::Move { from } => json!({"move": {"from": from.to_string()}}),
            StepKind::Restore { key, depose } => json!({"restore": {"key": key, "depose": depose}}),
            StepKind::Record => json!("record"),
            StepKind::Read => json!("read"),
        };
        json!({
            "address": step.address.to_string(),
            "type": step.type_name,
            "place": place(&step.place),
            "kind": kind,
            "want": self.attributes(step.type_name, &step.want),
            "calls": step.calls,
        })
    }

    fn attributes(&self, type_name: &str, attributes: &Value) -> Json {
        let fields = self.catalog.schema(type_name).map_or(&[][..], |schema| &schema.fields);
        match attributes {
            Value::Map(map) => self.block(fields, map),
            other => other.to_json(),
        }
    }

    fn block(&self, fields: &[Field], map: &Map) -> Json {
        let property = |(name, value): (&String, &Value)| {
            let json = match fields.iter().find(|field| field.name == name) {
                Some(field) if field.write_only && !value.is_empty() => WRITE_ONLY.into(),
                Some(field) => self.value(&field.ty, value),
                None => value.to_json(),
            };
            (name.clone(), json)
        };
        Json::Object(map.iter().map(property).collect())
    }

    /// A set is sorted: AWS returns it in any order.
    fn value(&self, ty: &Ty, value: &Value) -> Json {
        match (ty, value) {
            (Ty::List(inner) | Ty::Set(inner), Value::List(items)) => {
                let mut items: Vec<Json> = items.iter().map(|item| self.value(inner, item)).collect();
                if matches!(ty, Ty::Set(_)) {
                    items.sort_by_cached_key(Json::to_string);
                }
                Json::Array(items)
            }
            (Ty::Object(fields), Value::Map(map)) => self.block(fields, map),
            (Ty::Map(inner), Value::Map(map)) => {
                Json::Object(map.iter().map(|(key, item)| (key.clone(), self.value(inner, item))).collect())
            }
            _ => value.to_json(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Options;
    use crate::plan::tests::catalog::CATALOG;
    use crate::plan::tests::project::graph;
    use crate::plan::tests::world::World;

    const STACK: &str = r#"{"resources": {
        "db": {"type": "test_db", "properties": {"name": "orders", "engine": "e", "password": "hunter2"}}
    }}"#;

    #[test]
    fn equal_plans_have_equal_forms_and_other_ones_do_not() {
        let world = World::new();
        let plan = world.try_plan(&graph(STACK), &Options::default()).unwrap();
        let again = world.try_plan(&graph(STACK), &Options::default()).unwrap();
        let form = rendering(&plan, &*CATALOG);
        assert_eq!(form.to_string(), rendering(&again, &*CATALOG).to_string());
        let other = world.try_plan(&graph(&STACK.replace("orders", "invoices")), &Options::default()).unwrap();
        assert_ne!(form, rendering(&other, &*CATALOG));
        assert_eq!(form["resources"]["test/main:db"]["after"]["name"], "orders", "{form:#}");
        assert!(!form.to_string().contains("hunter"), "{form:#}");
    }
}
