//! A value of the language: JSON's types, integers apart from floats, and *unknown*.

use std::fmt;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Written;

/// A map in the order in which it was written; equality ignores the order.
pub type Map = IndexMap<String, Value>;

/// A value that is not known yet, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// What has to exist first, as a reader would write it: `main:network.vpc.id`. Never empty.
    pub waits_for: Arc<[String]>,
}

impl Unknown {
    /// An unknown that waits for one thing.
    pub fn one(waits_for: impl Into<String>) -> Self {
        Self { waits_for: Arc::from([waits_for.into()]) }
    }

    /// The stack that a name belongs to, when it is another stack's: `main` of `main:network.vpc.id`, `shared/dns` of
    /// `shared/dns:zone.id`.
    pub fn stack_of(name: &str) -> Option<&str> {
        // A key may hold a colon, and stands in brackets.
        let end = name.find(['[', '"']).unwrap_or(name.len());
        name[..end].split_once(':').map(|(stack, _)| stack)
    }

    /// The same, seen from another stack: each name of ours with `stack` before it.
    #[must_use]
    pub fn of_stack(&self, stack: &str) -> Self {
        let named = self.waits_for.iter().map(|name| match Self::stack_of(name) {
            Some(_) => name.clone(),
            None => format!("{stack}:{name}"),
        });
        Self { waits_for: named.collect() }
    }

    /// What it waits for, for people: `keys.key.arn`, and several with commas.
    pub fn shown(&self) -> String {
        let shown = |name: &String| match Self::stack_of(name) {
            Some(stack) => format!("{stack}.{}", &name[stack.len() + 1..]),
            None => name.clone(),
        };
        self.waits_for.iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    /// An unknown that waits for everything that any of `parts` waits for, each named once.
    pub fn all<'a>(parts: impl IntoIterator<Item = &'a Unknown>) -> Self {
        // In the order of their first mention; there may be tens of thousands.
        let mut names: IndexSet<&String> = IndexSet::new();
        for part in parts {
            names.extend(part.waits_for.iter());
        }
        Self { waits_for: names.into_iter().cloned().collect() }
    }
}

/// A value of a property, an attribute, an input or an output.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Arc<str>),
    List(Vec<Value>),
    Map(Map),
    Unknown(Unknown),
    /// A bool or a number with the text that it was written with; only until its type is known.
    Written(Arc<Written>),
}

/// The key that marks an unknown in JSON; no AWS name can contain a NUL.
const UNKNOWN_KEY: &str = "\u{0}unknown";

impl Value {
    /// The name of the type as error messages use it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Unknown(_) => "unknown",
            Value::Written(written) => written.value().type_name(),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Null, or an empty string, list or map: what AWS returns where nothing was set.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::String(s) => s.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
            _ => false,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.bare() {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self.bare() {
            Value::Int(i) => Some(*i),
            Value::Float(f) if f.fract() == 0.0 && f.abs() < 9e15 => Some(*f as i64),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The member `name` of a map; `None` for anything else.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_map().and_then(|map| map.get(name))
    }

    /// A JSON document as a value, whichever way it is written. A text that is no JSON stays what it is.
    #[must_use]
    pub fn parsed(&self) -> Value {
        match self {
            Value::String(text) => serde_json::from_str(text).map_or_else(|_| self.clone(), Self::from_json),
            other => other.clone(),
        }
    }

    /// Every unknown inside this value, outermost first.
    pub fn unknowns(&self) -> Vec<&Unknown> {
        fn walk<'a>(value: &'a Value, out: &mut Vec<&'a Unknown>) {
            match value {
                Value::Unknown(unknown) => out.push(unknown),
                Value::List(items) => items.iter().for_each(|item| walk(item, out)),
                Value::Map(map) => map.values().for_each(|item| walk(item, out)),
                _ => {}
            }
        }
        let mut out = Vec::new();
        walk(self, &mut out);
        out
    }

    /// The value with `replace` in the place of each unknown.
    #[must_use]
    pub fn map_unknowns(&self, replace: &dyn Fn(&Unknown) -> Value) -> Value {
        match self {
            Value::Unknown(unknown) => replace(unknown),
            Value::List(items) => Value::List(items.iter().map(|item| item.map_unknowns(replace)).collect()),
            Value::Map(map) => {
                Value::Map(map.iter().map(|(key, item)| (key.clone(), item.map_unknowns(replace))).collect())
            }
            other => other.clone(),
        }
    }

    /// True when no part of the value is unknown.
    pub fn is_known(&self) -> bool {
        match self {
            Value::Unknown(_) => false,
            Value::List(items) => items.iter().all(Value::is_known),
            Value::Map(map) => map.values().all(Value::is_known),
            _ => true,
        }
    }

    /// As JSON. An unknown becomes a map with one reserved key, which [`Value::from_json`] reads back.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(b) => (*b).into(),
            Value::Int(i) => (*i).into(),
            Value::Float(f) => serde_json::Number::from_f64(*f).map_or(serde_json::Value::Null, Into::into),
            Value::String(s) => s.as_ref().into(),
            Value::List(items) => items.iter().map(Value::to_json).collect(),
            Value::Map(map) => {
                serde_json::Value::Object(map.iter().map(|(key, value)| (key.clone(), value.to_json())).collect())
            }
            Value::Unknown(unknown) => serde_json::json!({ UNKNOWN_KEY: *unknown.waits_for }),
            Value::Written(written) => written.value().to_json(),
        }
    }

    /// From JSON; integers stay integers, and whole numbers beyond `i64` become floats.
    pub fn from_json(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(b),
            serde_json::Value::Number(n) => match n.as_i64() {
                Some(i) => Value::Int(i),
                None => n.as_f64().map_or(Value::Null, Value::Float),
            },
            serde_json::Value::String(s) => Value::String(s.into()),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(Value::from_json).collect()),
            serde_json::Value::Object(map) => {
                let map: Map = map.into_iter().map(|(key, value)| (key, Value::from_json(value))).collect();
                Value::from_marked(map)
            }
        }
    }

    fn from_marked(map: Map) -> Self {
        match map.get(UNKNOWN_KEY) {
            Some(Value::List(names)) if map.len() == 1 => Value::Unknown(Unknown {
                waits_for: names.iter().filter_map(|name| name.as_str().map(String::from)).collect(),
            }),
            _ => Value::Map(map),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value.into())
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Self {
        Value::List(value)
    }
}

impl From<Map> for Value {
    fn from(value: Map) -> Self {
        Value::Map(value)
    }
}

impl<K: Into<String>, const N: usize> From<[(K, Value); N]> for Value {
    fn from(value: [(K, Value); N]) -> Self {
        Value::Map(value.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl fmt::Display for Value {
    /// Compact JSON; an unknown reads `(known after apply)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unknown(_) => f.write_str("(known after apply)"),
            Value::Written(written) => f.write_str(written.text()),
            Value::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            Value::Map(map) => {
                f.write_str("{")?;
                for (index, (key, value)) in map.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{}: {value}", serde_json::Value::from(key.as_str()))?;
                }
                f.write_str("}")
            }
            other => write!(f, "{}", other.to_json()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Written(written) => written.value().serialize(serializer),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(i) => serializer.serialize_i64(*i),
            Value::Float(f) => serializer.serialize_f64(*f),
            Value::String(s) => serializer.serialize_str(s),
            Value::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Value::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, value) in map {
                    out.serialize_entry(key, value)?;
                }
                out.end()
            }
            Value::Unknown(unknown) => {
                let mut out = serializer.serialize_map(Some(1))?;
                out.serialize_entry(UNKNOWN_KEY, &*unknown.waits_for)?;
                out.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Build;
        impl<'de> Visitor<'de> for Build {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_none<E: de::Error>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
                Value::deserialize(deserializer)
            }
            fn visit_bool<E: de::Error>(self, b: bool) -> Result<Value, E> {
                Ok(Value::Bool(b))
            }
            fn visit_i64<E: de::Error>(self, i: i64) -> Result<Value, E> {
                Ok(Value::Int(i))
            }
            fn visit_u64<E: de::Error>(self, i: u64) -> Result<Value, E> {
                Ok(i64::try_from(i).map_or(Value::Float(i as f64), Value::Int))
            }
            fn visit_f64<E: de::Error>(self, f: f64) -> Result<Value, E> {
                Ok(Value::Float(f))
            }
            fn visit_str<E: de::Error>(self, s: &str) -> Result<Value, E> {
                Ok(Value::from(s))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Value::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = access.next_entry::<String, Value>()? {
                    map.insert(key, value);
                }
                Ok(Value::from_marked(map))
            }
        }
        deserializer.deserialize_any(Build)
    }
}
