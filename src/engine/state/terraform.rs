//! State as Terraform reads it (version 4): the document that is published after each apply, and the whole as an export.
//!
//! What is published holds outputs only: a `terraform plan` on a key whose resources are not in its configuration
//! plans to destroy them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map as Object, Value as Json, json};

use crate::model::{Address, Catalog, Field, Map, Segment, Ty, Value};

use super::{ResourceState, State};

/// The version that Terraform's readers are told; they refuse what is not one of Terraform's.
const TERRAFORM_VERSION: &str = "1.11.4";

/// What `terraform_remote_state` and `terraform output` read. Sensitive outputs are left out: state has no value of them.
pub fn outputs_document(state: &State) -> Json {
    document(state, Vec::new())
}

/// The whole state, for `state pull --format terraform`. Sensitive attributes are null: state has digests of them.
///
/// `catalog` tells blocks, which Terraform writes as lists, from maps; attributes of a type that it does not know
/// are written as they are.
pub fn export(state: &State, catalog: &dyn Catalog) -> Json {
    let mut resources: BTreeMap<(String, String, String), Vec<Json>> = BTreeMap::new();
    let mut add = |path: &str, type_name: &str, instance: Json| {
        // Paths in state come from addresses; one that is none has no place in Terraform's document.
        let Ok(address) = Address::in_stack(&state.stack, path) else { return };
        let (module, last) = module_of(&address.segments());
        let mut instance = instance;
        if let (Some(key), Some(object)) = (&last.key, instance.as_object_mut()) {
            object.insert("index_key".into(), key.as_str().into());
        }
        resources.entry((module, type_name.to_string(), last.name)).or_default().push(instance);
    };
    for (path, resource) in &state.resources {
        let instance = instance(state, catalog, &resource.type_name, &resource.attributes, &resource.dependencies);
        add(path, &resource.type_name, with_sensitive(instance, resource));
    }
    for (path, object) in state.deposed.iter().flat_map(|(path, all)| all.iter().map(move |object| (path, object))) {
        let mut instance = instance(state, catalog, &object.type_name, &object.attributes, &object.dependencies);
        if let Some(instance) = instance.as_object_mut() {
            instance.insert("deposed".into(), object.key.as_str().into());
        }
        add(path, &object.type_name, instance);
    }
    let resources = resources.into_iter().map(|((module, type_name, name), instances)| {
        let mut resource = Object::new();
        if !module.is_empty() {
            resource.insert("module".into(), module.into());
        }
        resource.insert("mode".into(), "managed".into());
        let provider = catalog.schema(&type_name).map_or("", |schema| schema.provider);
        resource.insert("type".into(), type_name.into());
        resource.insert("name".into(), name.into());
        resource.insert("provider".into(), format!("provider[\"{provider}\"]").into());
        resource.insert("instances".into(), instances.into());
        Json::Object(resource)
    });
    document(state, resources.collect())
}

fn document(state: &State, resources: Vec<Json>) -> Json {
    let outputs = state.outputs.iter().filter(|(_, output)| !output.sensitive);
    let outputs: Object<String, Json> = outputs
        .map(|(name, output)| (name.clone(), json!({"value": output.value.to_json(), "type": type_of(&output.value)})))
        .collect();
    json!({
        "version": 4,
        "terraform_version": TERRAFORM_VERSION,
        "serial": state.serial,
        "lineage": state.lineage,
        "outputs": outputs,
        "resources": resources,
    })
}

/// The type of a value as Terraform writes types.
fn type_of(value: &Value) -> Json {
    match value.bare() {
        Value::Null | Value::Unknown(_) | Value::Written(_) => "dynamic".into(),
        Value::Bool(_) => "bool".into(),
        Value::Int(_) | Value::Float(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::List(items) => {
            let types: Vec<Json> = items.iter().map(type_of).collect();
            match types.first() {
                // A null has no type to share.
                Some(first) if *first != "dynamic" && types.iter().all(|other| other == first) => {
                    json!(["list", first])
                }
                _ => json!(["tuple", types]),
            }
        }
        Value::Map(map) => {
            let sorted: BTreeMap<&String, Json> = map.iter().map(|(key, value)| (key, type_of(value))).collect();
            json!(["object", sorted])
        }
    }
}

fn instance(
    state: &State,
    catalog: &dyn Catalog,
    type_name: &str,
    attributes: &Value,
    dependencies: &BTreeSet<String>,
) -> Json {
    let schema = catalog.schema(type_name);
    let attributes = attributes.as_map().map(|map| match schema {
        Some(schema) => {
            let mut all = block(&schema.fields, map);
            let defaults = schema.terraform_defaults.iter();
            all.extend(defaults.map(|(name, default)| (name.to_string(), Value::from(*default).to_json())));
            all
        }
        None => map.iter().map(|(name, value)| (name.clone(), value.to_json())).collect(),
    });
    let dependencies: BTreeSet<String> = dependencies.iter().filter_map(|path| depends_on(state, path)).collect();
    let mut instance = json!({
        "schema_version": schema.map_or(0, |schema| schema.terraform_version),
        "attributes": attributes.unwrap_or_default(),
        "sensitive_attributes": [],
    });
    if let (false, Some(object)) = (dependencies.is_empty(), instance.as_object_mut()) {
        object.insert("dependencies".into(), dependencies.into_iter().collect());
    }
    instance
}

/// Empties what is sensitive beyond the schema, and says so. Only whole attributes: a part of one hides the whole.
fn with_sensitive(mut instance: Json, resource: &ResourceState) -> Json {
    let names: BTreeSet<&str> = resource
        .sensitive
        .iter()
        .filter_map(|path| path.split(['.', '[']).next())
        .filter(|name| !name.is_empty())
        .collect();
    for name in &names {
        if let Some(value) = instance["attributes"].get_mut(*name) {
            *value = Json::Null;
        }
    }
    instance["sensitive_attributes"] = names.iter().map(|name| json!([{"type": "get_attr", "value": name}])).collect();
    instance
}

/// Every field of a type or a block, as Terraform writes them: what is not set is null, and a block that is not there an
/// empty list. What is only ours (`_status`, `generate`) is left out, since Terraform refuses attributes that it does not know.
fn block(fields: &[Field], map: &Map) -> Object<String, Json> {
    let known = fields.iter().filter(|field| !field.ours);
    known
        .map(|field| {
            let json = match map.get(field.name).unwrap_or(&Value::Null) {
                _ if field.sensitive => Json::Null,
                value => attribute(field, value),
            };
            (field.name.to_string(), json)
        })
        .collect()
}

fn attribute(field: &Field, value: &Value) -> Json {
    if field.json && !matches!(value, Value::Null | Value::String(_)) {
        return value.to_json().to_string().into();
    }
    match (&field.ty, value) {
        // AWS names the block in any case, and has nothing to say of it.
        (Ty::Object(fields), Value::Map(map)) if !fields.is_empty() && map.values().all(Value::is_null) => json!([]),
        // A block with at most one occurrence is a map to us and a list of one to Terraform.
        (ty, Value::Null) if ty.object().or(ty.blocks()).is_some() => json!([]),
        (Ty::Object(fields), Value::Map(map)) => json!([block(fields, map)]),
        (ty, Value::List(items)) if let Some(fields) = ty.blocks() => items
            .iter()
            .map(|item| item.as_map().map_or_else(|| item.to_json(), |map| Json::Object(block(fields, map))))
            .collect(),
        _ => value.to_json(),
    }
}

/// A dependency as Terraform writes it: without keys. None for a resource that is gone.
fn depends_on(state: &State, path: &str) -> Option<String> {
    let all = format!("{path}[");
    let resource = state.resources.get(path).or_else(|| {
        // The path of a resource with `for_each` stands for all its instances, which follow it in the order of paths.
        let (instance, resource) = state.resources.range(all.clone()..).next()?;
        instance.starts_with(&all).then_some(resource)
    })?;
    let mut segments = Address::in_stack(&state.stack, path).ok()?.segments();
    segments.iter_mut().for_each(|segment| segment.key = None);
    let (module, last) = module_of(&segments);
    let dot = if module.is_empty() { "" } else { "." };
    Some(format!("{module}{dot}{}.{}", resource.type_name, last.name))
}

/// `module.network["a"]`, empty at the root, and the segment of the resource itself.
fn module_of(segments: &[Segment]) -> (String, Segment) {
    let Some((last, modules)) = segments.split_last() else {
        return (String::new(), Segment { name: String::new(), key: None });
    };
    let calls = modules.iter().map(|segment| match &segment.key {
        Some(key) => format!("module.{}[{}]", segment.name, Json::from(key.as_str())),
        None => format!("module.{}", segment.name),
    });
    (calls.collect::<Vec<_>>().join("."), last.clone())
}
