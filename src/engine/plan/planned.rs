//! Planned attributes: what a resource will look like, for whoever refers to it.

use super::compare::{blank, same_element};
use crate::model::{Address, Cause, Field, Map, PhysicalId, Question, Ty, TypeSchema, Unknown, Value};

/// What is known about a resource after the plan is done.
pub(super) struct Outlook<'a> {
    pub address: &'a Address,
    pub schema: &'a TypeSchema,
    /// In full: see [`super::wanted`].
    pub want: &'a Map,
    /// The object that stays; none when a new one is made.
    pub live: Option<&'a Value>,
    /// Known beforehand for some types, also of what is not made yet.
    pub id: Option<&'a PhysicalId>,
    /// The calls that change it in place; empty for a new one.
    pub calls: &'a [&'static str],
}

impl Outlook<'_> {
    /// What a cloud that decides by itself is asked.
    pub fn question(&self) -> Question {
        Question {
            address: self.address.clone(),
            type_name: self.schema.name,
            prior: self.live.cloned().unwrap_or_default(),
            wanted: Value::Map(self.want.clone()),
        }
    }

    /// Every attribute of the type; those that AWS will choose are unknown and name themselves.
    pub fn attributes(&self) -> Value {
        let mut out = self.fields(&self.schema.fields, self.want, self.live, self.address.path());
        if let Some(rule) = self.schema.tags {
            for name in [rule.own, rule.all] {
                let tags = match self.want.get(name) {
                    Some(Value::Map(tags)) => Value::Map(rule.of_user(tags)),
                    Some(unknown @ Value::Unknown(_)) => unknown.clone(),
                    _ => Value::Map(Map::new()),
                };
                out.insert(name.to_string(), tags);
            }
        }
        let known = |value: &Value| !value.is_null() && value.is_known();
        if self.live.is_none() || !out.get("id").is_some_and(known) {
            let id = match self.id {
                Some(id) => Value::from(id.as_str()),
                None => unknown(self.address.path(), "id"),
            };
            out.insert("id".to_string(), id);
        }
        Value::Map(out)
    }

    fn fields(&self, fields: &[Field], want: &Map, live: Option<&Value>, place: &str) -> Map {
        fields
            .iter()
            .map(|field| {
                let want = want.get(field.name).filter(|value| !value.is_null());
                let now = live.map(|live| live.get(field.name).unwrap_or(&Value::Null));
                let value = match (want, now) {
                    (_, Some(now)) if !field.is_property() => match self.changes(field) {
                        true => unknown(place, field.name),
                        false => now.clone(),
                    },
                    (_, None) if !field.is_property() => unknown(place, field.name),
                    (Some(want), now) => self.merged(field, want, now, &format!("{place}.{}", field.name)),
                    (None, Some(_)) if field.aws_default && self.changes(field) => unknown(place, field.name),
                    (None, Some(now)) if field.aws_default || blank(now) => now.clone(),
                    (None, None) if field.aws_default => unknown(place, field.name),
                    (None, _) => Value::Null,
                };
                (field.name.to_string(), value)
            })
            .collect()
    }

    /// True for what a call of this update may change besides the properties that it is about.
    fn changes(&self, field: &Field) -> bool {
        let applies = |cause: &Cause| {
            self.calls.contains(&cause.call)
                && cause.when.is_none_or(|property| match self.want.get(property) {
                    Some(Value::Unknown(_)) => true,
                    value => value.and_then(Value::as_bool) == Some(true),
                })
        };
        (field.changes_on_update && !self.calls.is_empty()) || field.changed_by.iter().any(applies)
    }

    /// `want`, and inside of blocks what only AWS sets.
    fn merged(&self, field: &Field, want: &Value, live: Option<&Value>, place: &str) -> Value {
        match (&field.ty, want) {
            (Ty::Object(fields), Value::Map(map)) => {
                let live = live.filter(|live| matches!(live, Value::Map(_)));
                Value::Map(self.fields(fields, map, live, place))
            }
            (ty, Value::List(items)) if let Some(fields) = ty.blocks() => {
                let live = live.and_then(Value::as_list).unwrap_or(&[]);
                let merged = items.iter().enumerate().map(|(index, item)| {
                    let Value::Map(map) = item else { return item.clone() };
                    let now = match field.is_set() {
                        true => live.iter().find(|other| same_element(field, item, other)),
                        false => live.get(index),
                    };
                    Value::Map(self.fields(fields, map, now, &format!("{place}[{index}]")))
                });
                Value::List(merged.collect())
            }
            (Ty::Map(inner), Value::Map(map)) if let Some(fields) = inner.object() => {
                let merged = map.iter().map(|(key, item)| {
                    let Value::Map(inner) = item else { return (key.clone(), item.clone()) };
                    let now = live.and_then(|live| live.get(key));
                    (key.clone(), Value::Map(self.fields(fields, inner, now, &format!("{place}.{key}"))))
                });
                Value::Map(merged.collect())
            }
            _ => want.clone(),
        }
    }
}

pub(super) fn unknown(place: &str, name: &str) -> Value {
    Value::Unknown(Unknown::one(format!("{place}.{name}")))
}
