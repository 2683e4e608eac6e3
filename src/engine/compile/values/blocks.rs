//! References into blocks: what is not written inside of a written block.

use crate::expr::{LookupError, RefSegment, descend};
use crate::model::{Field, Map, Ty, Unknown, Value};

/// A written value with what a block in it leaves out: a default, unknown where AWS sets it, else null. What a plan
/// foresees has the same form. `place` is how an expression names the value.
pub(in crate::compile) fn completed(ty: &Ty, value: Value, place: &str) -> Value {
    match (ty, value) {
        (Ty::Object(fields), Value::Map(map)) => Value::Map(block(fields, map, place)),
        (Ty::List(inner) | Ty::Set(inner), Value::List(items)) if inner.object().is_some() => {
            let items = items.into_iter().enumerate();
            Value::List(items.map(|(index, item)| completed(inner, item, &format!("{place}[{index}]"))).collect())
        }
        (Ty::Map(inner), Value::Map(map)) if inner.object().is_some() => {
            let entry = |(key, item): (String, Value)| {
                let item = completed(inner, item, &format!("{place}.{key}"));
                (key, item)
            };
            Value::Map(map.into_iter().map(entry).collect())
        }
        (_, value) => value,
    }
}

fn block(fields: &[Field], mut map: Map, place: &str) -> Map {
    let field = |field: &Field| {
        let written = map.shift_remove(field.name).filter(|value| !value.is_null());
        let place = format!("{place}.{}", field.name);
        let value = match (written, field.default) {
            (Some(value), _) => completed(&field.ty, value, &place),
            (None, Some(default)) => default.into(),
            (None, None) if !field.is_property() || field.aws_default => Value::Unknown(Unknown::one(place)),
            (None, None) => Value::Null,
        };
        (field.name.to_string(), value)
    };
    fields.iter().map(field).collect()
}

/// As [`descend`] into the value of an attribute that AWS returned: what a block of the type could have and does not
/// have is null.
pub(in crate::compile) fn into_attribute(
    field: &Field,
    value: &Value,
    path: &[RefSegment],
    depth: usize,
) -> Result<Value, LookupError> {
    let (mut ty, mut here) = (&field.ty, value);
    for (position, segment) in path.iter().enumerate().skip(depth) {
        match (ty, here, segment) {
            (Ty::Object(fields), Value::Map(map), RefSegment::Field(name)) => {
                let Some(inner) = fields.iter().find(|field| field.name == name) else { break };
                let Some(found) = map.get(name) else { return descend(&Value::Null, path, position + 1) };
                (ty, here) = (&inner.ty, found);
            }
            (_, Value::List(items), RefSegment::Index(index)) if ty.is_list() => {
                let Ok(index) = usize::try_from(*index) else { break };
                let (Some(inner), Some(found)) = (ty.element(index), items.get(index)) else { break };
                (ty, here) = (inner, found);
            }
            (Ty::Map(inner), Value::Map(map), RefSegment::Field(key)) => {
                let Some(found) = map.get(key) else { break };
                (ty, here) = (inner, found);
            }
            _ => break,
        }
    }
    descend(value, path, depth)
}
