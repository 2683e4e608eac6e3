//! Values as Terraform writes them: what is known, what is not yet, and what is not shown.

use std::collections::BTreeSet;

use serde_json::{Map as JsonMap, Value as Json, json};
use wildfire_engine::model::{PropertyPath, Step, Value};

pub fn path_json(path: &PropertyPath) -> Json {
    path.0
        .iter()
        .map(|step| match step {
            Step::Key(name) => json!(&**name),
            Step::Index(index) => json!(index),
        })
        .collect()
}

/// The known part, as Terraform writes it: unknowns are left out.
pub fn known(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => Json::Null,
        Value::List(items) => items.iter().map(known).collect(),
        Value::Map(map) => map
            .iter()
            .filter(|(name, item)| !matches!(item, Value::Unknown(_)) && !name.starts_with('_'))
            .map(|(name, item)| (name.clone(), known(item)))
            .collect::<JsonMap<_, _>>()
            .into(),
        other => other.to_json(),
    }
}

pub fn without(value: &Value, sensitive: &BTreeSet<PropertyPath>) -> Json {
    let mut json = known(value);
    if let Some(map) = json.as_object_mut() {
        for path in sensitive {
            if let Some(first) = path.first() {
                map.remove(first);
            }
        }
    }
    json
}

pub fn unknowns(value: &Value) -> Option<Json> {
    match value {
        Value::Unknown(_) => Some(true.into()),
        Value::List(items) => {
            let inner: Vec<Option<Json>> = items.iter().map(unknowns).collect();
            inner
                .iter()
                .any(Option::is_some)
                .then(|| inner.into_iter().map(|item| item.unwrap_or(false.into())).collect())
        }
        Value::Map(map) => {
            let inner: JsonMap<String, Json> = map
                .iter()
                .filter(|(name, _)| !name.starts_with('_'))
                .filter_map(|(name, item)| Some((name.clone(), unknowns(item)?)))
                .collect();
            (!inner.is_empty()).then(|| inner.into())
        }
        _ => None,
    }
}

pub fn sensitive_json(paths: &BTreeSet<PropertyPath>) -> Json {
    paths.iter().filter_map(|path| Some((path.first()?.to_string(), true.into()))).collect::<JsonMap<_, _>>().into()
}
