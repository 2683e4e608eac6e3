//! Conversions between scalars, as Terraform's users expect them: only where nothing is lost.

use crate::model::{Ty, Value};

/// A scalar as another, where nothing is lost.
pub(super) fn scalar(value: &Value, ty: Ty) -> Option<Value> {
    Some(match (ty, value) {
        (Ty::String, Value::String(_))
        | (Ty::Int, Value::Int(_))
        | (Ty::Float, Value::Float(_))
        | (Ty::Bool, Value::Bool(_)) => value.clone(),
        (Ty::String, Value::Bool(_) | Value::Int(_) | Value::Float(_)) => Value::from(text(value)),
        (Ty::Int, Value::Float(_)) => Value::Int(value.as_int()?),
        (Ty::Int, Value::String(text)) => Value::Int(text.trim().parse().ok()?),
        (Ty::Float, Value::Int(int)) => Value::Float(*int as f64),
        (Ty::Float, Value::String(text)) => Value::Float(text.trim().parse().ok().filter(|f: &f64| f.is_finite())?),
        (Ty::Bool, Value::String(text)) => match text.as_ref() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return None,
        },
        _ => return None,
    })
}

/// A bool or a number as text: `1.0` is `1`, as in Terraform.
fn text(value: &Value) -> String {
    match (value, value.as_int()) {
        (Value::Float(_), Some(int)) => int.to_string(),
        _ => value.to_string(),
    }
}
