//! Values of the engine on the wire.

use rmpv::Value as Wire;
use serde_json::Value as Json;
use wildfire_engine::model::Value;

use super::{Mismatch, Ty, exact};

/// MessagePack of a value. What an object does not have is null; a member that its type does not have is left out.
///
/// # Errors
/// The value is not of the type.
pub fn encode(value: &Value, ty: &Ty) -> Result<Vec<u8>, Mismatch> {
    let mut bytes = Vec::new();
    let wire = wire(value, ty)?;
    rmpv::encode::write_value(&mut bytes, &wire).map_err(|error| Mismatch::new(error.to_string()))?;
    Ok(bytes)
}

fn wire(value: &Value, ty: &Ty) -> Result<Wire, Mismatch> {
    Ok(match (ty, value) {
        (ty, Value::Written(written)) => wire(written.value(), ty)?,
        // A block that is not there is no null.
        (Ty::One(_), Value::Null) => Wire::Array(Vec::new()),
        (_, Value::Null) => Wire::Nil,
        // Extension 0 is an unknown of which nothing is known.
        (_, Value::Unknown(_)) => Wire::Ext(0, vec![0]),
        (Ty::One(inner), value) => Wire::Array(vec![wire(value, inner)?]),
        (Ty::Bool, Value::Bool(flag)) => Wire::Boolean(*flag),
        (Ty::Str, Value::String(text)) => Wire::from(text.as_ref()),
        (Ty::Num, Value::Int(number)) => Wire::from(*number),
        (Ty::Num, Value::Float(number)) => match exact(*number) {
            Some(whole) => Wire::from(whole),
            // Decimal text keeps what a reader of decimals sees: 0.1 is no binary fraction.
            None => Wire::from(number.to_string()),
        },
        (Ty::List(inner) | Ty::Set(inner), Value::List(items)) => {
            let each = items.iter().enumerate().map(|(index, item)| at(index, wire(item, inner)));
            Wire::Array(each.collect::<Result<_, _>>()?)
        }
        (Ty::Tuple(types), Value::List(items)) if types.len() == items.len() => {
            let each = items.iter().zip(types).enumerate().map(|(index, (item, ty))| at(index, wire(item, ty)));
            Wire::Array(each.collect::<Result<_, _>>()?)
        }
        (Ty::Map(inner), Value::Map(map)) => {
            let each = map.iter().map(|(key, item)| {
                Ok((Wire::from(key.as_str()), wire(item, inner).map_err(|error| error.under(key))?))
            });
            Wire::Map(each.collect::<Result<_, Mismatch>>()?)
        }
        (Ty::Object(types), Value::Map(map)) => {
            let each = types.iter().map(|(name, ty)| {
                let item = map.get(name).unwrap_or(&Value::Null);
                Ok((Wire::from(name.as_str()), wire(item, ty).map_err(|error| error.under(name))?))
            });
            Wire::Map(each.collect::<Result<_, Mismatch>>()?)
        }
        (Ty::Dyn, value) => {
            let ty = Ty::guessed(value);
            Wire::Array(vec![Wire::Binary(ty.to_json().to_string().into_bytes()), wire(value, &ty)?])
        }
        (ty, value) => return Err(wrong(ty, value)),
    })
}

fn at<T>(index: usize, result: Result<T, Mismatch>) -> Result<T, Mismatch> {
    result.map_err(|error| error.under(&index.to_string()))
}

fn wrong(ty: &Ty, value: &Value) -> Mismatch {
    Mismatch::new(format!("expected {}, found a {}", ty.to_json(), value.type_name()))
}

/// JSON of a value, in the form in which Terraform keeps it. What is unknown is null.
pub fn to_json(value: &Value, ty: &Ty) -> Json {
    match (ty, value) {
        (ty, Value::Written(written)) => to_json(written.value(), ty),
        (Ty::One(_), Value::Null) => Json::Array(Vec::new()),
        (_, Value::Null | Value::Unknown(_)) => Json::Null,
        (Ty::One(inner), value) => Json::Array(vec![to_json(value, inner)]),
        (Ty::List(inner) | Ty::Set(inner), Value::List(items)) => {
            items.iter().map(|item| to_json(item, inner)).collect()
        }
        (Ty::Tuple(types), Value::List(items)) => items.iter().zip(types).map(|(item, ty)| to_json(item, ty)).collect(),
        (Ty::Map(inner), Value::Map(map)) => {
            Json::Object(map.iter().map(|(key, item)| (key.clone(), to_json(item, inner))).collect())
        }
        (Ty::Object(types), Value::Map(map)) => {
            let of = |name: &String, ty| to_json(map.get(name).unwrap_or(&Value::Null), ty);
            Json::Object(types.iter().map(|(name, ty)| (name.clone(), of(name, ty))).collect())
        }
        (Ty::Dyn, value) => {
            let ty = Ty::guessed(value);
            serde_json::json!({ "type": ty.to_json(), "value": to_json(value, &ty) })
        }
        (_, value) => value.to_json(),
    }
}
