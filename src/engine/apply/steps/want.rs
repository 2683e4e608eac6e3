//! The properties of a resource in the form in which a cloud is asked for them.

use crate::model::{Field, Map, Operation, Ty, TypeSchema, Value};

/// Turns documents into JSON text, as AWS takes them. One that still holds an unknown stays as it is.
pub(in crate::apply) fn with_documents(schema: &TypeSchema, properties: &Map) -> Value {
    Value::Map(documents(&schema.fields, properties))
}

/// `want` of a create: with the tags that prove whose it is.
pub(in crate::apply) fn with_own_tags(schema: &TypeSchema, mut want: Value, operation: &Operation) -> Value {
    if let (Some(rule), Some(map)) = (schema.tags, want.as_map_mut()) {
        let entry = map.entry(rule.all.to_string()).or_default();
        if entry.is_null() {
            *entry = Value::Map(Map::new());
        }
        if let Some(tags) = entry.as_map_mut() {
            tags.extend(operation.tags().map(|(key, value)| (key, Value::from(value))));
        }
    }
    want
}

fn documents(fields: &[Field], written: &Map) -> Map {
    let of_name = |(name, value): (&String, &Value)| {
        let value = match fields.iter().find(|field| field.name == name) {
            Some(field) => of_field(field, value),
            None => value.clone(),
        };
        (name.clone(), value)
    };
    written.iter().map(of_name).collect()
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
    let of_block = |value: &Value| match value {
        Value::Map(map) => Value::Map(documents(fields, map)),
        other => other.clone(),
    };
    match (value, &field.ty) {
        (Value::Map(entries), Ty::Map(_)) => {
            Value::Map(entries.iter().map(|(name, value)| (name.clone(), of_block(value))).collect())
        }
        (Value::List(items), _) => items.iter().map(of_block).collect::<Vec<_>>().into(),
        (value, _) => of_block(value),
    }
}
