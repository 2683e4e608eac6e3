//! Conversions between scalars, as Terraform's users expect them: only where nothing is lost. A number that was written
//! without quotes is its text where text is wanted.

use crate::model::{Ty, Value};

/// A scalar as another, where nothing is lost.
pub(crate) fn scalar(value: &Value, ty: &Ty) -> Option<Value> {
    if let Value::Written(written) = value {
        return match ty {
            Ty::String => Some(Value::String(written.text().clone())),
            Ty::Version if written.value().as_bool().is_none() => Some(Value::String(written.text().clone())),
            Ty::Int | Ty::Float | Ty::Number if written.ambiguous().is_some() => None,
            _ => scalar(written.value(), ty),
        };
    }
    Some(match (ty, value) {
        (Ty::String | Ty::Version, Value::String(_))
        | (Ty::Int, Value::Int(_))
        | (Ty::Float, Value::Float(_))
        | (Ty::Number, Value::Int(_) | Value::Float(_))
        | (Ty::Bool, Value::Bool(_)) => value.clone(),
        (Ty::String, Value::Bool(_) | Value::Int(_) | Value::Float(_)) => Value::String(value.scalar_text()?),
        (Ty::Version, Value::Int(_) | Value::Float(_)) => Value::from(value.to_string()),
        (Ty::Int, Value::Float(_)) => Value::Int(value.as_int()?),
        (Ty::Int, Value::String(text)) => Value::Int(text.trim().parse().ok()?),
        (Ty::Number, Value::String(text)) => match text.trim().parse() {
            Ok(int) => Value::Int(int),
            Err(_) => scalar(value, &Ty::Float)?,
        },
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Value {
        crate::expr::plain_scalar(text)
    }

    #[test]
    fn a_number_without_quotes_is_its_text_where_text_is_wanted() {
        for text in ["1.30", "16.10", "8.0", "01234", "012345678901", "1e3", "0x1F", "0o17", "+49", ".5", "True", "-0"]
        {
            assert_eq!(scalar(&written(text), &Ty::String), Some(Value::from(text)), "{text}");
        }
        assert_eq!(scalar(&written("1.30"), &Ty::Version), Some(Value::from("1.30")));
        assert_eq!(scalar(&written("True"), &Ty::Version), None);
    }

    #[test]
    fn a_number_that_can_be_read_in_two_ways_is_none() {
        assert_eq!(scalar(&written("7"), &Ty::Number), Some(Value::Int(7)));
        assert_eq!(scalar(&Value::from("1.5"), &Ty::Number), Some(Value::Float(1.5)));
        assert_eq!(scalar(&written("1e3"), &Ty::Int), Some(Value::Int(1000)));
        assert_eq!(scalar(&written("1.50"), &Ty::Float), Some(Value::Float(1.5)));
        assert_eq!(scalar(&written("True"), &Ty::Bool), Some(Value::Bool(true)));
        for text in ["0060", "0x1F", "0o17", "-010"] {
            assert_eq!(scalar(&written(text), &Ty::Int), None, "{text}");
            assert_eq!(scalar(&written(text), &Ty::Float), None, "{text}");
        }
    }

    #[test]
    fn a_computed_version_keeps_its_zero() {
        let version = |value: Value| scalar(&value, &Ty::Version);
        assert_eq!(version(Value::Float(8.0)), Some(Value::from("8.0")));
        assert_eq!(version(Value::Float(16.6)), Some(Value::from("16.6")));
        assert_eq!(version(Value::Int(16)), Some(Value::from("16")));
        assert_eq!(version(Value::from("16.6")), Some(Value::from("16.6")));
        assert_eq!(version(Value::Bool(true)), None);
        assert_eq!(scalar(&Value::Float(8.0), &Ty::String), Some(Value::from("8")));
    }
}
