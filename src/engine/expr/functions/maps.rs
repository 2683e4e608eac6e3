//! Maps made of maps: merged, turned around, picked from.

use std::collections::HashSet;

use super::super::operators::identity;
use super::arguments::Arguments;
use super::{Failure, Function, fits};
use crate::model::{Map, Unknown, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new(
            "deepmerge(maps...)",
            "deepmerge",
            0,
            None,
            deepmerge,
            "As merge, and maps that several have under one key are merged too; lists are replaced.",
        )
        .keeps_unknowns(),
        Function::new(
            "matchkeys(values, keys, wanted)",
            "matchkeys",
            3,
            Some(3),
            matchkeys,
            "The values whose key, at the same position, is wanted.",
        ),
        Function::new(
            "transpose(map)",
            "transpose",
            1,
            Some(1),
            transpose,
            "A map of lists the other way around: from each element to the keys whose lists have it.",
        ),
    ]
}

fn deepmerge(arguments: &Arguments) -> Result<Value, Failure> {
    let parts = arguments.rest(0);
    let unknown: Vec<&Unknown> = parts
        .iter()
        .filter_map(|part| match part {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        })
        .collect();
    if !unknown.is_empty() {
        return Ok(Value::Unknown(Unknown::all(unknown)));
    }
    let mut out = Map::new();
    for part in parts {
        match part {
            Value::Null => {}
            Value::Map(map) => merge(&mut out, map),
            other => return Err(Failure::new(format!("takes maps, found {}", other.type_name()))),
        }
    }
    Ok(Value::Map(out))
}

fn merge(into: &mut Map, from: &Map) {
    for (key, value) in from {
        let merged = match (into.get_mut(key), value) {
            (Some(Value::Map(before)), Value::Map(after)) => {
                merge(before, after);
                continue;
            }
            // Either may turn out to be a map, and then the other counts as well.
            (Some(Value::Unknown(before)), Value::Unknown(after)) => Value::Unknown(Unknown::all([&*before, after])),
            (Some(Value::Unknown(before)), Value::Map(after)) => {
                let inside = after.values().flat_map(Value::unknowns);
                Value::Unknown(Unknown::all(std::iter::once(&*before).chain(inside)))
            }
            (_, value) => value.clone(),
        };
        into.insert(key.clone(), merged);
    }
}

fn matchkeys(arguments: &Arguments) -> Result<Value, Failure> {
    let (values, keys) = (arguments.list(0)?, arguments.list(1)?);
    if values.len() != keys.len() {
        return Err(Failure::new(format!("there are {} values and {} keys", values.len(), keys.len())));
    }
    let wanted: HashSet<String> = arguments.list(2)?.iter().map(identity).collect();
    let picked = values.iter().zip(keys).filter(|(_, key)| wanted.contains(&identity(key)));
    Ok(Value::List(picked.map(|(value, _)| value.clone()).collect()))
}

fn transpose(arguments: &Arguments) -> Result<Value, Failure> {
    let mut out = Map::new();
    let mut size = 0;
    for (key, items) in arguments.map(0)? {
        let Value::List(items) = items else {
            return Err(Failure::new(format!("takes a map of lists, found {} at {key:?}", items.type_name())));
        };
        // The key is written once for each element.
        size += items.len().saturating_mul(key.len() + size_of::<Value>());
        fits(1, size)?;
        for item in items {
            let name = item.scalar_text().ok_or_else(|| {
                Failure::new(format!("the lists hold strings, found {} at {key:?}", item.type_name()))
            })?;
            // Every value of this map is made here, and a list.
            if let Value::List(keys) = out.entry(name.to_string()).or_insert_with(|| Value::List(Vec::new())) {
                keys.push(key.as_str().into());
            }
        }
    }
    out.sort_unstable_keys();
    for keys in out.values_mut() {
        if let Value::List(keys) = keys {
            keys.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            keys.dedup_by(|a, b| a.as_str() == b.as_str());
        }
    }
    Ok(Value::Map(out))
}
