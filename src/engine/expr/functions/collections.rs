//! Maps, and what maps and lists have in common.

use super::arguments::Arguments;
use super::{Failure, FirstArgument, Function, brief};
use crate::model::{Map, Unknown, Value};

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("dyn(value)", "dyn", 1, Some(1), |a| Ok(a.value(0).clone()), "The value itself.")
            .keeps_unknowns(),
        Function::new("keys(map)", "keys", 1, Some(1), keys, "The keys of a map, in its order.")
            .keeps_unknowns()
            .needs(FirstArgument::Keys),
        Function::new("values(map)", "values", 1, Some(1), values, "The values of a map, in its order.")
            .keeps_unknowns()
            .needs(FirstArgument::Elements),
        Function::new("length(collection)", "length", 1, Some(1), length, "The number of elements, or of characters.")
            .keeps_unknowns()
            .needs(FirstArgument::Keys),
        Function::new("size(collection)", "size", 1, Some(1), length, "The number of elements, or of characters.")
            .keeps_unknowns()
            .needs(FirstArgument::Keys),
        Function::new("lookup(map, key, default)", "lookup", 2, Some(3), lookup, "The value at a key, or the default.")
            .keeps_unknowns()
            .needs(FirstArgument::OneElement),
        Function::new("merge(maps...)", "merge", 0, None, merge, "One map of several; of the same key the last wins.")
            .keeps_unknowns(),
        Function::new(
            "zipmap(keys, values)",
            "zipmap",
            2,
            Some(2),
            zipmap,
            "A map of a list of keys and a list of values.",
        )
        .keeps_unknowns(),
        Function::new("tomap(map)", "tomap", 1, Some(1), tomap, "The map itself.").keeps_unknowns(),
        Function::new(
            "coalesce(values...)",
            "coalesce",
            1,
            None,
            coalesce,
            "The first that is neither null nor an empty string.",
        )
        .keeps_unknowns(),
        Function::new(
            "coalescelist(lists...)",
            "coalescelist",
            1,
            None,
            coalescelist,
            "The first list that is not empty.",
        )
        .keeps_unknowns(),
    ]
}

fn keys(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0) {
        return Ok(unknown);
    }
    Ok(Value::List(arguments.map(0)?.keys().map(|key| Value::from(key.as_str())).collect()))
}

fn values(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        unknown @ Value::Unknown(_) => Ok(unknown.clone()),
        // A `for_each` over a list makes a map; whoever writes `values` of the list means its elements.
        list @ Value::List(_) => Ok(list.clone()),
        _ => Ok(Value::List(arguments.map(0)?.values().cloned().collect())),
    }
}

fn length(arguments: &Arguments) -> Result<Value, Failure> {
    let count = match arguments.value(0) {
        Value::Unknown(unknown) => return Ok(Value::Unknown(unknown.clone())),
        Value::List(items) => items.len(),
        Value::Map(map) => map.len(),
        Value::String(text) => text.chars().count(),
        other => return Err(Failure::new(format!("takes a list, a map or a string, found {}", other.type_name()))),
    };
    Ok(Value::Int(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn lookup(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.whole_unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let map = arguments.map(0)?;
    let key = arguments.text(1)?;
    match map.get(key.as_ref()) {
        Some(value) => Ok(value.clone()),
        None if arguments.has(2) => Ok(arguments.value(2).clone()),
        None => {
            let failure = Failure::new(format!("there is no key {} and no default", brief(&key)));
            Err(match crate::model::nearest(&key, map.keys().map(String::as_str)) {
                Some(near) => failure.help(format!("did you mean {near:?}?")),
                None => failure,
            })
        }
    }
}

fn merge(arguments: &Arguments) -> Result<Value, Failure> {
    let parts = arguments.rest(0);
    // What a map that is not known adds or replaces is not known either.
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
            Value::Map(map) => out.extend(map.iter().map(|(key, value)| (key.clone(), value.clone()))),
            other => return Err(Failure::new(format!("takes maps, found {}", other.type_name()))),
        }
    }
    Ok(Value::Map(out))
}

fn zipmap(arguments: &Arguments) -> Result<Value, Failure> {
    if let Some(unknown) = arguments.unknown(0).or_else(|| arguments.whole_unknown(1)) {
        return Ok(unknown);
    }
    let keys = arguments.texts(0)?;
    let values = arguments.list(1)?;
    if keys.len() != values.len() {
        return Err(Failure::new(format!("there are {} keys and {} values", keys.len(), values.len())));
    }
    Ok(Value::Map(keys.into_iter().zip(values.iter().cloned()).collect()))
}

fn tomap(arguments: &Arguments) -> Result<Value, Failure> {
    match arguments.value(0) {
        same @ (Value::Unknown(_) | Value::Null) => Ok(same.clone()),
        _ => Ok(Value::Map(arguments.map(0)?.clone())),
    }
}

fn coalesce(arguments: &Arguments) -> Result<Value, Failure> {
    for value in arguments.all() {
        match value {
            // It may be null in the end: whether it is the first that counts is not known.
            Value::Unknown(_) => {
                return Ok(Value::Unknown(Unknown::all(arguments.all().iter().flat_map(Value::unknowns))));
            }
            Value::Null => {}
            value if value.scalar_text().is_some_and(|text| text.is_empty()) => {}
            value => return Ok(value.clone()),
        }
    }
    Err("every argument is null or an empty string".into())
}

fn coalescelist(arguments: &Arguments) -> Result<Value, Failure> {
    for value in arguments.all() {
        match value {
            Value::Unknown(_) => {
                return Ok(Value::Unknown(Unknown::all(arguments.all().iter().flat_map(Value::unknowns))));
            }
            Value::List(items) if !items.is_empty() => return Ok(value.clone()),
            Value::List(_) | Value::Null => {}
            other => return Err(Failure::new(format!("takes lists, found {}", other.type_name()))),
        }
    }
    Err("every list is empty".into())
}
