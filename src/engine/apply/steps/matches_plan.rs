//! Whether what a step is about to send is what the plan said it would send.

use crate::model::secret::strip;
use crate::model::{Field, Form, PropertyPath, SecretPaths, Ty, TypeSchema, Value};

/// The first property in which `actual` is not what `planned` said. An unknown of the plan agrees with anything,
/// and a text with every spelling of it that the field declares.
/// `extra` are paths that are sensitive beyond the schema; secrets are compared with nothing, as no plan holds one.
pub(in crate::apply) fn disagreement(
    schema: &TypeSchema,
    extra: &SecretPaths,
    planned: &Value,
    actual: &Value,
) -> Option<PropertyPath> {
    let (planned, actual) = (strip(&schema.fields, extra, planned).0, strip(&schema.fields, extra, actual).0);
    let (Some(planned), Some(actual)) = (planned.as_map(), actual.as_map()) else {
        return None;
    };
    schema.fields.iter().filter(|field| field.is_property()).find_map(|field| {
        let path = PropertyPath::from(field.name);
        of_field(field, planned.get(field.name), actual.get(field.name), path)
    })
}

/// Whether properties are what a plan said that they would be. An unknown of the plan agrees with anything.
pub fn agrees(schema: &TypeSchema, planned: &Value, actual: &Value) -> bool {
    disagreement(schema, &SecretPaths::default(), planned, actual).is_none()
}

/// The same for a value without a type: that of an output.
pub fn agrees_value(planned: &Value, actual: &Value) -> bool {
    of_value(None, &[], Some(planned), Some(actual), PropertyPath::default()).is_none()
}

fn of_field(
    field: &Field,
    planned: Option<&Value>,
    actual: Option<&Value>,
    path: PropertyPath,
) -> Option<PropertyPath> {
    if field.json {
        let (planned, actual) = (planned.map(Value::parsed), actual.map(Value::parsed));
        return of_value(None, &[], planned.as_ref(), actual.as_ref(), path);
    }
    of_value(Some(&field.ty), &field.forms, planned, actual, path)
}

/// `forms` are those of the field that holds the value.
fn of_value(
    ty: Option<&Ty>,
    forms: &[Form],
    planned: Option<&Value>,
    actual: Option<&Value>,
    path: PropertyPath,
) -> Option<PropertyPath> {
    let (planned, actual) = (planned.unwrap_or(&Value::Null), actual.unwrap_or(&Value::Null));
    match (planned, actual) {
        (Value::Unknown(_), _) => None,
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Some(path);
            }
            left.iter().zip(right).enumerate().find_map(|(index, (left, right))| {
                let element = ty.and_then(|ty| ty.element(index));
                of_value(element, forms, Some(left), Some(right), path.index(index))
            })
        }
        (Value::Map(left), Value::Map(right)) => {
            if let Some(Ty::Object(fields)) = ty {
                return fields.iter().filter(|field| field.is_property()).find_map(|field| {
                    of_field(field, left.get(field.name), right.get(field.name), path.key(field.name))
                });
            }
            let element = match ty {
                Some(Ty::Map(element)) => Some(&**element),
                _ => None,
            };
            let names = left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
            names
                .into_iter()
                .find_map(|name| of_value(element, forms, left.get(name), right.get(name), path.key(name.as_str())))
        }
        (Value::String(left), Value::String(right)) if forms.iter().any(|form| form.same(left, right)) => None,
        (left, right) if same_scalar(left, right) => None,
        _ => Some(path),
    }
}

/// 1 and 1.0 are one number; "1" and 1 are one where the language converts.
fn same_scalar(left: &Value, right: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Int(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        _ => None,
    };
    left == right || matches!((number(left), number(right)), (Some(left), Some(right)) if left == right)
}
