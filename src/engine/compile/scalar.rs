//! Conversions between scalars, as Terraform's users expect them: only where nothing is lost.

use crate::model::{Ty, Value};

/// A scalar as another, where nothing is lost.
pub(super) fn scalar(value: &Value, ty: Ty) -> Option<Value> {
    Some(match (ty, value) {
        (Ty::String | Ty::Version, Value::String(_))
        | (Ty::Int, Value::Int(_))
        | (Ty::Float, Value::Float(_))
        | (Ty::Bool, Value::Bool(_)) => value.clone(),
        (Ty::String, Value::Bool(_) | Value::Int(_) | Value::Float(_)) => Value::from(text(value)),
        // Whoever writes 8.0 without quotes means the version, and not the number 8.
        (Ty::Version, Value::Int(_) | Value::Float(_)) => Value::from(value.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_without_quotes_keeps_its_zero() {
        let version = |value: Value| scalar(&value, Ty::Version);
        assert_eq!(version(Value::Float(8.0)), Some(Value::from("8.0")));
        assert_eq!(version(Value::Float(16.6)), Some(Value::from("16.6")));
        assert_eq!(version(Value::Int(16)), Some(Value::from("16")));
        assert_eq!(version(Value::from("16.6")), Some(Value::from("16.6")));
        assert_eq!(version(Value::Bool(true)), None);
        assert_eq!(scalar(&Value::Float(8.0), Ty::String), Some(Value::from("8")));
    }
}
