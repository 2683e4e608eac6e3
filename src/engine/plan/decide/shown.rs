//! Attributes as people and dependants see them.

use crate::model::secret::is_digest;
use crate::model::{Map, TypeSchema, Value};
use crate::plan::planned::unknown;

/// Live attributes for people: tags of our own and of the cloud left out, and tags as the user knows them.
pub(super) fn shown(schema: &TypeSchema, live: &Value, prior: Option<&Value>) -> Value {
    let mut out = live.clone();
    if let (Value::Map(map), Some(rule)) = (&mut out, schema.tags) {
        for name in [rule.own, rule.all] {
            if let Some(Value::Map(tags)) = map.get_mut(name) {
                *tags = rule.of_user(tags);
            }
        }
        if let Some(tags @ Value::Map(_)) = prior.and_then(|prior| prior.get(rule.own))
            && map.contains_key(rule.own)
        {
            map.insert(rule.own.into(), tags.clone());
        }
    }
    out
}

/// A secret that only state knows is not known at all.
pub(super) fn without_digests(value: &Value, place: &str) -> Value {
    match value {
        value if is_digest(value) => {
            let (place, name) = place.rsplit_once('.').unwrap_or((place, "value"));
            unknown(place, name)
        }
        Value::Map(map) => {
            let entries =
                map.iter().map(|(key, value)| (key.clone(), without_digests(value, &format!("{place}.{key}"))));
            Value::Map(entries.collect::<Map>())
        }
        Value::List(items) => Value::List(items.iter().map(|item| without_digests(item, place)).collect()),
        other => other.clone(),
    }
}
