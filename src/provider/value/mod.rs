//! Types and values of the protocol: how a value of the engine is written on the wire, and read from it.
//!
//! The encoding follows the type. A set is kept sorted and without duplicates, so that equal sets are equal lists. A block of
//! which there is one at most is a list on the wire, and a map (or null) for the engine.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value as Json;
use wildfire_engine::model::Value;

pub use decode::{decode, from_json};
pub use encode::{encode, to_json};

/// The type of a value on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Str,
    Num,
    Bool,
    /// Sent with each value.
    Dyn,
    List(Box<Ty>),
    Set(Box<Ty>),
    Map(Box<Ty>),
    Object(BTreeMap<String, Ty>),
    Tuple(Vec<Ty>),
    /// A list of one element at most, which is the element itself for the engine.
    One(Box<Ty>),
}

/// A value that is not of its type. The message names the place and no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}", at = if at.is_empty() { "the value" } else { at })]
pub struct Mismatch {
    pub at: String,
    pub what: String,
}

impl Mismatch {
    pub fn new(what: impl Into<String>) -> Self {
        Self { at: String::new(), what: what.into() }
    }

    fn under(mut self, name: &str) -> Self {
        self.at = match self.at.is_empty() {
            true => name.to_string(),
            false => format!("{name}.{}", self.at),
        };
        self
    }
}

static NULL: Value = Value::Null;

/// The member of a map; null where there is none, and unknown in an unknown.
pub fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    match value {
        Value::Unknown(_) => value,
        _ => value.get(name).unwrap_or(&NULL),
    }
}

/// The elements of a set in the one order in which they are kept, each once.
pub fn set(mut items: Vec<Value>) -> Value {
    items.sort_by_cached_key(|item| item.to_json().to_string());
    items.dedup();
    Value::List(items)
}

/// A whole number as an integer, as far as a float holds each of them.
fn exact(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

impl Ty {
    /// From the JSON of a schema: `"string"`, `["list","number"]`, `["object",{"a":"bool"}]`.
    ///
    /// # Errors
    /// It is no type.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Mismatch> {
        let json: Json = serde_json::from_slice(bytes).map_err(|error| Mismatch::new(format!("no type: {error}")))?;
        Self::of(&json, 0)
    }

    fn of(json: &Json, depth: usize) -> Result<Self, Mismatch> {
        // Types of providers are at most 15 deep.
        if depth > 100 {
            return Err(Mismatch::new("a type that is nested too deeply"));
        }
        let none = || Mismatch::new("no type of the protocol");
        if let Some(name) = json.as_str() {
            return Ok(match name {
                "string" => Ty::Str,
                "number" => Ty::Num,
                "bool" => Ty::Bool,
                "dynamic" => Ty::Dyn,
                _ => return Err(none()),
            });
        }
        // An object may have a third element: which attributes are optional, of no meaning for values.
        let [kind, inner, ..] = json.as_array().map(Vec::as_slice).unwrap_or_default() else { return Err(none()) };
        let element = || Self::of(inner, depth + 1).map(Box::new);
        Ok(match kind.as_str() {
            Some("list") => Ty::List(element()?),
            Some("set") => Ty::Set(element()?),
            Some("map") => Ty::Map(element()?),
            Some("tuple") => {
                let types = inner.as_array().ok_or_else(none)?;
                Ty::Tuple(types.iter().map(|ty| Self::of(ty, depth + 1)).collect::<Result<_, _>>()?)
            }
            Some("object") => {
                let types = inner.as_object().ok_or_else(none)?.iter();
                Ty::Object(
                    types.map(|(name, ty)| Ok((name.clone(), Self::of(ty, depth + 1)?))).collect::<Result<_, _>>()?,
                )
            }
            _ => return Err(none()),
        })
    }

    /// The JSON of the type, as it stands beside a dynamic value.
    fn to_json(&self) -> Json {
        match self {
            Ty::Str => "string".into(),
            Ty::Num => "number".into(),
            Ty::Bool => "bool".into(),
            Ty::Dyn => "dynamic".into(),
            Ty::List(inner) | Ty::One(inner) => serde_json::json!(["list", inner.to_json()]),
            Ty::Set(inner) => serde_json::json!(["set", inner.to_json()]),
            Ty::Map(inner) => serde_json::json!(["map", inner.to_json()]),
            Ty::Tuple(types) => serde_json::json!(["tuple", types.iter().map(Ty::to_json).collect::<Vec<_>>()]),
            Ty::Object(types) => {
                let types: serde_json::Map<String, Json> =
                    types.iter().map(|(name, ty)| (name.clone(), ty.to_json())).collect();
                serde_json::json!(["object", types])
            }
        }
    }

    /// The type of a value that is written where any may stand: tuples and objects, as literals have it.
    fn guessed(value: &Value) -> Self {
        match value {
            Value::Null | Value::Unknown(_) => Ty::Dyn,
            Value::Bool(_) => Ty::Bool,
            Value::Int(_) | Value::Float(_) => Ty::Num,
            Value::String(_) => Ty::Str,
            Value::Written(written) => Self::guessed(written.value()),
            Value::List(items) => Ty::Tuple(items.iter().map(Self::guessed).collect()),
            Value::Map(map) => Ty::Object(map.iter().map(|(key, item)| (key.clone(), Self::guessed(item))).collect()),
        }
    }
}
