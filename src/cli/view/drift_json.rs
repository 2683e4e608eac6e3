//! What was changed outside of wildfire, as the JSON plan has it: the attributes as they were, and as they are.

use crate::cli::clouds::AllTypes;
use serde_json::{Map as JsonMap, Value as Json, json};
use wildfire_engine::model::{Catalog, Map, Value};
use wildfire_engine::plan::{DriftItem, Plan};

use super::plan_json::{PROVIDER, known, name, terraform_address, without};
use super::provider_form::{parsed_form, provider_form, put};

/// The list of resources that differ from what state remembers.
pub fn drift(plan: &Plan) -> Json {
    plan.drift.iter().map(|item| one(plan, item)).collect()
}

fn one(plan: &Plan, item: &DriftItem) -> Json {
    let (before, after) = sides(plan, item);
    json!({
        "address": terraform_address(&item.address, &item.type_name),
        "mode": "managed",
        "type": item.type_name,
        "name": name(&item.address),
        "provider_name": PROVIDER,
        "change": {
            "actions": [if item.gone { "delete" } else { "update" }],
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": sensitive(item),
            "after_sensitive": sensitive(item),
        },
        "wildfire": {
            "address": item.address.to_string(),
            "id": item.id.as_str(),
            "changes": item.changes.iter().map(|change| json!({"path": change.path.to_string()})).collect::<Vec<_>>(),
        },
    })
}

/// The live attributes are `before` in the plan of the resource. Those that are remembered are the live ones, with what
/// differs put back.
fn sides(plan: &Plan, item: &DriftItem) -> (Json, Json) {
    let fields = AllTypes.schema(&item.type_name).map_or(&[][..], |schema| &schema.fields);
    let planned = plan.resources.iter().find(|change| change.address == item.address && change.deposed().is_none());
    let known_sides = planned.filter(|change| !change.before.is_null());
    let hidden = known_sides.map(|change| change.sensitive.clone()).unwrap_or_default();
    let live = known_sides.map_or_else(|| Value::Map(Map::new()), |change| parsed_form(fields, &change.before));
    let (mut before, mut after) = (live.clone(), live);
    for change in item.changes.iter().filter(|change| !change.sensitive) {
        put(&mut before, &change.path, &change.before);
        put(&mut after, &change.path, &change.after);
    }
    let shown = |value: &Value| match hidden.is_empty() {
        true => known(&provider_form(fields, value)),
        false => without(&provider_form(fields, value), &hidden),
    };
    (shown(&before), if item.gone { Json::Null } else { shown(&after) })
}

fn sensitive(item: &DriftItem) -> Json {
    let names = item.changes.iter().filter(|change| change.sensitive).filter_map(|change| change.path.first());
    names.map(|name| (name.to_string(), true.into())).collect::<JsonMap<_, _>>().into()
}
