//! The properties of a resource in the form in which a cloud is asked for them.

use crate::model::{Field, Map, Operation, TypeSchema, Value};

/// Puts in what the provider stands for where nothing is written, and turns documents into JSON text.
/// A document that still holds an unknown stays as it is.
pub fn complete(schema: &TypeSchema, properties: &Map) -> Value {
    Value::Map(fill(schema.fields, properties))
}

/// `want` of a create: with the tags that prove whose it is.
pub(super) fn with_own_tags(schema: &TypeSchema, mut want: Value, operation: &Operation) -> Value {
    if schema.taggable()
        && let Some(map) = want.as_map_mut()
    {
        let entry = map.entry("tags_all".to_string()).or_default();
        if entry.is_null() {
            *entry = Value::Map(Map::new());
        }
        if let Some(tags) = entry.as_map_mut() {
            tags.extend(operation.tags().map(|(key, value)| (key, Value::from(value))));
        }
    }
    want
}

fn fill(fields: &'static [Field], written: &Map) -> Map {
    let mut out = Map::with_capacity(written.len());
    for (name, value) in written {
        let value = match fields.iter().find(|field| field.name == name) {
            Some(field) => of_field(field, value),
            None => value.clone(),
        };
        out.insert(name.clone(), value);
    }
    for field in fields.iter().filter(|field| field.is_property()) {
        if let Some(default) = field.default
            && out.get(field.name).is_none_or(Value::is_null)
        {
            out.insert(field.name.to_string(), default.into());
        }
    }
    out
}

fn of_field(field: &Field, value: &Value) -> Value {
    if field.json {
        return match value {
            Value::Map(_) | Value::List(_) if value.is_known() => Value::from(value.to_json().to_string()),
            other => other.clone(),
        };
    }
    let Some(fields) = field.block() else {
        return value.clone();
    };
    match (value, field.ty) {
        (Value::Map(entries), crate::model::Ty::Map(_)) => {
            entries.iter().map(|(name, value)| (name.clone(), of_block(fields, value))).collect::<Map>().into()
        }
        (Value::List(items), _) => items.iter().map(|item| of_block(fields, item)).collect::<Vec<_>>().into(),
        (value, _) => of_block(fields, value),
    }
}

fn of_block(fields: &'static [Field], value: &Value) -> Value {
    match value {
        Value::Map(map) => Value::Map(fill(fields, map)),
        other => other.clone(),
    }
}
