//! A plan in Terraform's JSON format 1.2, which policy and cost tools read.
//!
//! Addresses are Terraform's (`module.network.aws_subnet.private["a"]`), with ours beside them. Deleted
//! resources are left out of `planned_values`, as checkov would scan them.

mod address;
mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::cli::clouds::AllTypes;
use serde_json::{Map as JsonMap, Value as Json, json};
use wildfire_engine::compile::GivenValue;
use wildfire_engine::model::{Address, Catalog, PropertyPath, Value, visible};
use wildfire_engine::plan::{Action, Direction, Mode, Plan, ResourceChange};

use address::module_address;
pub(super) use address::{name, terraform_address};
pub(super) use values::{known, without};
use values::{path_json, sensitive_json, unknowns};

use super::provider_form::provider_form;
use super::{notes, unread};

pub(super) const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

/// The document on one line, as some readers take only the first.
pub fn text(plan: &Plan, complete: bool) -> String {
    visible::json(&document(plan, complete).to_string()).into_owned()
}

/// The document.
pub fn document(plan: &Plan, complete: bool) -> Json {
    let resources = by_type(plan);
    let changes: Vec<Json> = resources.iter().map(|change| resource_change(plan, change)).collect();
    let mut document = json!({
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": variables(plan),
        "planned_values": {
            "outputs": planned_outputs(plan),
            "root_module": module_tree(&resources, |change| {
                let lives = !matches!(change.action, Action::Delete | Action::Forget);
                lives.then(|| resource_values(change, &change.after))
            }),
        },
        "resource_changes": changes,
        "resource_drift": super::drift_json::drift(plan),
        "output_changes": plan.outputs.iter().map(|output| (output.name.clone(), json!({
            "actions": [match (&output.before, &output.after) {
                (None, _) => "create",
                (_, None) => "delete",
                _ => "update",
            }],
            "before": shown(output.before.as_ref(), output.sensitive),
            "after": shown(output.after.as_ref(), output.sensitive),
            "after_unknown": output.after.as_ref().is_some_and(|value| !value.is_known()),
            "before_sensitive": output.sensitive,
            "after_sensitive": output.sensitive,
        }))).collect::<JsonMap<_, _>>(),
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": module_tree(&resources, |change| {
                (!change.before.is_null()).then(|| resource_values(change, &change.before))
            })},
        },
        "configuration": configuration(plan, &resources),
        "relevant_attributes": [],
        "checks": [],
        "applyable": !plan.is_empty(),
        "complete": complete && plan.unread.is_empty(),
        "errored": !plan.unread.is_empty(),
        "wildfire": {
            "stack": plan.stack.to_string(),
            "account": plan.account,
            "region": plan.region,
            "mode": match plan.mode {
                Mode::Normal => "normal", Mode::Destroy => "destroy", Mode::RefreshOnly => "refresh-only",
            },
            "lineage": plan.lineage,
            "serial": plan.serial,
            "summary": plan.summary(),
            "unread": unread::json(plan),
            "notes": notes::json(plan),
        },
    });
    if !plan.values.is_empty() {
        let by = plan.values.iter().map(|given| (given.name.clone(), Json::from(given.by.clone())));
        document["wildfire"]["set_by"] = by.collect::<JsonMap<_, _>>().into();
    }
    document
}

/// What was set from outside; of what is sensitive only that it was.
fn variables(plan: &Plan) -> JsonMap<String, Json> {
    let one = |given: &GivenValue| match &given.value {
        Some(value) => json!({"value": value.to_json()}),
        None => json!({"sensitive": true}),
    };
    plan.values.iter().map(|given| (given.name.clone(), one(given))).collect()
}

/// The resources of a plan; one that gets another type is two, as in Terraform, where the type is a part of the address.
fn by_type(plan: &Plan) -> Vec<Cow<'_, ResourceChange>> {
    plan.resources
        .iter()
        .flat_map(|change| match retyped(plan, change) {
            Some((old, new)) => vec![Cow::Owned(old), Cow::Owned(new)],
            None => vec![Cow::Borrowed(change)],
        })
        .collect()
}

/// What goes and what comes, when the type changes.
fn retyped(plan: &Plan, change: &ResourceChange) -> Option<(ResourceChange, ResourceChange)> {
    if !change.changes_type() {
        return None;
    }
    let old_type = change.changes.iter().find(|one| one.path == PropertyPath::from("type"))?.before.as_str()?;
    let steps = |type_name: &str| {
        let of_type = |step: &&wildfire_engine::plan::StepId| {
            plan.steps.get(step.0).is_some_and(|planned| planned.type_name == type_name)
        };
        change.steps.iter().filter(of_type).copied().collect::<Vec<_>>()
    };
    let common = ResourceChange { changes: Vec::new(), ..change.clone() };
    let old = ResourceChange {
        type_name: AllTypes.schema(old_type)?.name,
        action: Action::Delete,
        after: Default::default(),
        origin: None,
        steps: steps(old_type),
        ..common.clone()
    };
    let new = ResourceChange {
        id: None,
        action: Action::Create,
        before: Default::default(),
        previous_address: None,
        steps: steps(change.type_name),
        ..common
    };
    Some((old, new))
}

/// Attributes as Terraform's provider has them.
fn attributes(change: &ResourceChange, values: &Value) -> Value {
    provider_form(AllTypes.schema(change.type_name).map_or(&[], |schema| &schema.fields), values)
}

fn shown(value: Option<&Value>, sensitive: bool) -> Json {
    match value {
        Some(value) if !sensitive => known(value),
        _ => Json::Null,
    }
}

fn resource_change(plan: &Plan, change: &ResourceChange) -> Json {
    let replaces: Vec<Json> = change
        .changes
        .iter()
        .filter(|property| property.forces_replacement)
        .map(|property| path_json(&property.path))
        .collect();
    let sensitive = sensitive_json(&change.sensitive);
    let mut out = resource_head(change);
    let actions: &[&str] = match change.action {
        Action::NoOp => &["no-op"],
        Action::Create => &["create"],
        Action::Update => &["update"],
        Action::Replace(Direction::DeleteFirst) => &["delete", "create"],
        Action::Replace(Direction::CreateFirst) => &["create", "delete"],
        Action::Delete => &["delete"],
        Action::Forget => &["forget"],
        Action::Import if change.changes_at_aws() => &["update"],
        Action::Import => &["no-op"],
    };
    let (before, after) = (attributes(change, &change.before), attributes(change, &change.after));
    let mut body = JsonMap::new();
    body.insert("actions".into(), json!(actions));
    body.insert("before".into(), without(&before, &change.sensitive));
    body.insert("after".into(), without(&after, &change.sensitive));
    body.insert("after_unknown".into(), unknowns(&after).unwrap_or_else(|| json!({})));
    body.insert("before_sensitive".into(), sensitive.clone());
    body.insert("after_sensitive".into(), sensitive);
    if !replaces.is_empty() {
        body.insert("replace_paths".into(), Json::Array(replaces));
    }
    if change.action == Action::Import
        && let Some(id) = &change.id
    {
        body.insert("importing".into(), json!({"id": id.as_str()}));
    }
    out.insert("change".into(), Json::Object(body));
    if let Some(key) = change.deposed() {
        out.insert("deposed".into(), key.into());
    }
    if let Some(previous) = &change.previous_address {
        out.insert("previous_address".into(), terraform_address(previous, change.type_name).into());
    }
    let reasons: Vec<String> = change.reasons.iter().map(super::reason::why).collect();
    let calls: BTreeSet<&str> = change
        .steps
        .iter()
        .filter_map(|step| plan.steps.get(step.0))
        .flat_map(|step| step.calls.iter().copied())
        .collect();
    let mut ours = json!({
            "address": change.address.to_string(),
            "reasons": reasons,
            "calls": calls,
            "place": change.origin.as_ref().map(|origin| origin.span.to_string()),
            "changes": change.changes.iter().map(|property| json!({
                "path": property.path.to_string(),
                "forces_replacement": property.forces_replacement,
                "place": property.origin.as_ref().map(|origin| origin.span.to_string()),
            })).collect::<Vec<_>>(),
    });
    // Only where they are not the stage's own.
    for (key, value) in [("account", change.place.account()), ("region", change.place.region())] {
        if let (Some(ours), Some(value)) = (ours.as_object_mut(), value) {
            ours.insert(key.into(), value.into());
        }
    }
    out.insert("wildfire".into(), ours);
    Json::Object(out)
}

fn resource_head(change: &ResourceChange) -> JsonMap<String, Json> {
    let mut out = JsonMap::new();
    out.insert("address".into(), terraform_address(&change.address, change.type_name).into());
    if let Some(module) = module_address(&change.address) {
        out.insert("module_address".into(), module.into());
    }
    out.insert("mode".into(), "managed".into());
    out.insert("type".into(), change.type_name.into());
    out.insert("name".into(), name(&change.address).into());
    if let Some(key) = change.address.segments().pop().and_then(|segment| segment.key) {
        out.insert("index".into(), key.into());
    }
    out.insert("provider_name".into(), PROVIDER.into());
    out
}

fn resource_values(change: &ResourceChange, values: &Value) -> Json {
    let mut out = resource_head(change);
    out.remove("module_address");
    out.insert("schema_version".into(), 0.into());
    if let Some(key) = change.deposed() {
        out.insert("deposed_key".into(), key.into());
    }
    out.insert("values".into(), without(&attributes(change, values), &change.sensitive));
    out.insert("sensitive_values".into(), sensitive_json(&change.sensitive));
    Json::Object(out)
}

/// Resources by module, nested as Terraform nests them.
fn module_tree(resources: &[Cow<'_, ResourceChange>], resource: impl Fn(&ResourceChange) -> Option<Json>) -> Json {
    let mut by_module: BTreeMap<Option<String>, Vec<Json>> = BTreeMap::new();
    for change in resources {
        if let Some(json) = resource(change) {
            by_module.entry(module_address(&change.address)).or_default().push(json);
        }
    }
    let root = by_module.remove(&None).unwrap_or_default();
    // Readers walk child_modules to any depth and take the address as it is, so one level is enough.
    let children: Vec<Json> =
        by_module.into_iter().map(|(module, resources)| json!({"address": module, "resources": resources})).collect();
    json!({"resources": root, "child_modules": children})
}

fn planned_outputs(plan: &Plan) -> Json {
    plan.outputs
        .iter()
        .filter_map(|output| {
            let after = output.after.as_ref()?;
            Some((
                output.name.clone(),
                json!({"sensitive": output.sensitive, "value": shown(Some(after), output.sensitive)}),
            ))
        })
        .collect::<JsonMap<_, _>>()
        .into()
}

fn configuration(plan: &Plan, resources: &[Cow<'_, ResourceChange>]) -> Json {
    let resource = |change: &ResourceChange| {
        let after = attributes(change, &change.after);
        let expressions: JsonMap<String, Json> = after
            .as_map()
            .into_iter()
            .flatten()
            .filter(|(name, _)| !name.starts_with('_'))
            .filter_map(|(name, value)| match value {
                Value::Unknown(unknown) if only_itself(unknown, &change.address, name) => None,
                Value::Unknown(unknown) => Some((name.clone(), json!({"references": *unknown.waits_for}))),
                value if value.is_known() && !change.sensitive.contains(&PropertyPath::from(name.as_str())) => {
                    Some((name.clone(), json!({"constant_value": known(value)})))
                }
                _ => None,
            })
            .collect();
        json!({
            "address": format!("{}.{}", change.type_name, name(&change.address)),
            "mode": "managed",
            "type": change.type_name,
            "name": name(&change.address),
            "provider_config_key": "aws",
            "schema_version": 0,
            "expressions": expressions,
        })
    };
    let declared = |change: &&Cow<'_, ResourceChange>| change.origin.is_some();
    let mut modules: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    let mut root = Vec::new();
    for change in resources.iter().filter(declared) {
        match change.address.segments().first().filter(|_| module_address(&change.address).is_some()) {
            Some(segment) => modules.entry(segment.name.clone()).or_default().push(resource(change)),
            None => root.push(resource(change)),
        }
    }
    json!({
        "provider_config": {"aws": {
            "name": "aws",
            "full_name": PROVIDER,
            "expressions": {"region": {"constant_value": plan.region}},
        }},
        "root_module": {
            "resources": root,
            "module_calls": modules.into_iter()
                .map(|(name, resources)| (name, json!({"module": {"resources": resources}})))
                .collect::<JsonMap<_, _>>(),
        },
    })
}

/// True for an attribute of the resource itself, which only AWS sets: no reference to anything.
fn only_itself(unknown: &wildfire_engine::model::Unknown, address: &Address, name: &str) -> bool {
    matches!(&*unknown.waits_for, [only] if *only == format!("{}.{name}", address.path()))
}
