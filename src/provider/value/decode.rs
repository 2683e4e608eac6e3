//! Values of the engine from the wire.

use rmpv::Value as Wire;
use serde_json::Value as Json;
use wildfire_engine::model::{Map, Unknown, Value};

use super::{Mismatch, Ty, exact, set};

/// The most that a message is nested.
const DEPTH: usize = 1000;

/// The value of a message. `name` is what an unknown in it is called: the path of the resource.
///
/// # Errors
/// It is no MessagePack, or not of the type, or a number that the engine cannot hold exactly.
pub fn decode(bytes: &[u8], ty: &Ty, name: &str) -> Result<Value, Mismatch> {
    let mut rest = bytes;
    let wire = rmpv::decode::read_value_with_max_depth(&mut rest, DEPTH)
        .map_err(|error| Mismatch::new(format!("no MessagePack: {error}")))?;
    if !rest.is_empty() {
        return Err(Mismatch::new(format!("{} bytes follow the value", rest.len())));
    }
    value(wire, ty, name)
}

fn value(wire: Wire, ty: &Ty, name: &str) -> Result<Value, Mismatch> {
    Ok(match (ty, wire) {
        (_, Wire::Nil) => Value::Null,
        // Whatever is said about it besides.
        (_, Wire::Ext(..)) => Value::Unknown(Unknown::one(name)),
        (Ty::Bool, Wire::Boolean(flag)) => Value::Bool(flag),
        (Ty::Str, Wire::String(text)) => Value::from(text.into_str().ok_or_else(|| Mismatch::new("no UTF-8"))?),
        (Ty::Num, Wire::Integer(number)) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => return Err(too_long()),
        },
        (Ty::Num, Wire::F64(number)) => whole(number),
        (Ty::Num, Wire::F32(number)) => whole(number.into()),
        (Ty::Num, Wire::String(text)) => decimal(text.as_str().unwrap_or_default())?,
        (Ty::List(inner), Wire::Array(items)) => Value::List(each(items, inner, name)?),
        (Ty::Set(inner), Wire::Array(items)) => set(each(items, inner, name)?),
        (Ty::One(inner), Wire::Array(mut items)) => match (items.pop(), items.is_empty()) {
            (None, _) => Value::Null,
            (Some(item), true) => value(item, inner, name)?,
            (Some(_), false) => return Err(Mismatch::new("more than one of a block of which there is one at most")),
        },
        (Ty::Tuple(types), Wire::Array(items)) if types.len() == items.len() => {
            let each = items.into_iter().zip(types).map(|(item, ty)| value(item, ty, name));
            Value::List(each.collect::<Result<_, _>>()?)
        }
        (Ty::Map(inner), Wire::Map(entries)) => {
            let mut map = Map::new();
            for (key, item) in entries {
                let key = text(key)?;
                let item = value(item, inner, &format!("{name}.{key}")).map_err(|error| error.under(&key))?;
                map.insert(key, item);
            }
            map.sort_unstable_keys();
            Value::Map(map)
        }
        (Ty::Object(types), Wire::Map(entries)) => {
            let mut map: Map = types.keys().map(|name| (name.clone(), Value::Null)).collect();
            for (key, item) in entries {
                let key = text(key)?;
                let ty = types.get(&key).ok_or_else(|| Mismatch::new(format!("its type has no attribute {key}")))?;
                let item = value(item, ty, &format!("{name}.{key}")).map_err(|error| error.under(&key))?;
                map.insert(key, item);
            }
            Value::Map(map)
        }
        (Ty::Dyn, Wire::Array(parts)) => {
            let [Wire::Binary(ty), item] =
                <[Wire; 2]>::try_from(parts).map_err(|_| Mismatch::new("no dynamic value"))?
            else {
                return Err(Mismatch::new("no dynamic value"));
            };
            value(item, &Ty::from_json(&ty)?, name)?
        }
        (ty, _) => return Err(Mismatch::new(format!("expected {}, found something else", ty.to_json()))),
    })
}

fn each(items: Vec<Wire>, inner: &Ty, name: &str) -> Result<Vec<Value>, Mismatch> {
    let each = items.into_iter().enumerate();
    each.map(|(index, item)| value(item, inner, name).map_err(|error| error.under(&index.to_string()))).collect()
}

fn text(key: Wire) -> Result<String, Mismatch> {
    match key {
        Wire::String(text) => text.into_str().ok_or_else(|| Mismatch::new("no UTF-8")),
        _ => Err(Mismatch::new("a key that is no text")),
    }
}

fn whole(number: f64) -> Value {
    exact(number).map_or(Value::Float(number), Value::Int)
}

fn too_long() -> Mismatch {
    Mismatch::new("a number with more digits than wildfire can keep")
}

/// A number as decimal text. One that loses digits is refused: it would differ from what the provider has for ever.
fn decimal(text: &str) -> Result<Value, Mismatch> {
    if let Ok(number) = text.parse() {
        return Ok(Value::Int(number));
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && (number.to_string() == text || digits <= 15) => Ok(whole(number)),
        Ok(_) => Err(too_long()),
        Err(_) => Err(Mismatch::new("a number that is none")),
    }
}

/// A value from JSON, for providers that answer in it.
///
/// # Errors
/// As for [`decode`].
pub fn from_json(json: &Json, ty: &Ty, name: &str) -> Result<Value, Mismatch> {
    let wire = wire_of(json, ty)?;
    value(wire, ty, name)
}

fn wire_of(json: &Json, ty: &Ty) -> Result<Wire, Mismatch> {
    Ok(match (ty, json) {
        (_, Json::Null) => Wire::Nil,
        (_, Json::Bool(flag)) => Wire::Boolean(*flag),
        (_, Json::Number(number)) => match number.as_i64() {
            Some(number) => Wire::from(number),
            None => Wire::from(number.to_string()),
        },
        (_, Json::String(text)) => Wire::from(text.as_str()),
        (Ty::Tuple(types), Json::Array(items)) => {
            Wire::Array(items.iter().zip(types).map(|(item, ty)| wire_of(item, ty)).collect::<Result<_, _>>()?)
        }
        (Ty::List(inner) | Ty::Set(inner) | Ty::One(inner), Json::Array(items)) => {
            Wire::Array(items.iter().map(|item| wire_of(item, inner)).collect::<Result<_, _>>()?)
        }
        (Ty::Dyn, Json::Object(map)) => {
            let (Some(ty), Some(item)) = (map.get("type"), map.get("value")) else {
                return Err(Mismatch::new("no dynamic value"));
            };
            let ty = ty.to_string().into_bytes();
            let item = wire_of(item, &Ty::from_json(&ty)?)?;
            Wire::Array(vec![Wire::Binary(ty), item])
        }
        (Ty::Map(inner), Json::Object(map)) => {
            let each = map.iter().map(|(key, item)| Ok((Wire::from(key.as_str()), wire_of(item, inner)?)));
            Wire::Map(each.collect::<Result<_, Mismatch>>()?)
        }
        (Ty::Object(types), Json::Object(map)) => {
            let each = map.iter().map(|(key, item)| {
                let ty = types.get(key).ok_or_else(|| Mismatch::new(format!("its type has no attribute {key}")))?;
                Ok((Wire::from(key.as_str()), wire_of(item, ty)?))
            });
            Wire::Map(each.collect::<Result<_, Mismatch>>()?)
        }
        (ty, _) => return Err(Mismatch::new(format!("expected {}, found something else", ty.to_json()))),
    })
}
