//! Planned attributes: what a resource will look like, for whoever refers to it.

use super::compare::{blank, same, same_element};
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
        let merge = Merge { want: self.want, calls: self.calls };
        let mut out = merge.fields(&self.schema.fields, self.want, self.live, self.address.path());
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
}

/// Gives each property that has the declared value the form of the declaration, as the plan foresees it:
/// AWS returns another spelling, another order of a set, or the text of a document. What is in `seen` and not the declared
/// value stays as it is, but for a document, which is no text where a map or a list is declared.
pub fn in_declared_form(schema: &TypeSchema, want: &Map, seen: &mut Map) {
    let merge = Merge { want, calls: &[] };
    for field in schema.fields.iter().filter(|field| field.is_property()) {
        if schema.tags.is_some_and(|rule| rule.is(field.name)) {
            continue;
        }
        let Some(wanted) = want.get(field.name).filter(|wanted| !wanted.is_null() && wanted.is_known()) else {
            continue;
        };
        let Some(now) = seen.get(field.name) else { continue };
        let value = match same(field, wanted, now) {
            true => merge.field(field, wanted, Some(now), field.name),
            false if field.json && !matches!(wanted, Value::String(_)) => now.parsed(),
            false => continue,
        };
        // A block that is not there has nothing that AWS sets.
        if value.is_known() {
            seen.insert(field.name.to_string(), value);
        }
    }
}

/// Joins what is wanted with what there is.
struct Merge<'a> {
    want: &'a Map,
    calls: &'a [&'static str],
}

impl Merge<'_> {
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
                    (Some(want), now) => self.field(field, want, now, &format!("{place}.{}", field.name)),
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
    fn field(&self, field: &Field, want: &Value, live: Option<&Value>, place: &str) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Form;
    use crate::plan::tests::catalog::{self, field};

    #[test]
    fn what_is_read_has_the_form_of_the_declaration() {
        let block =
            Ty::Object(vec![field("name", Ty::String).forms([Form::Case]), field("arn", Ty::String).computed()]);
        let schema = catalog::schema(
            "test_forms",
            vec![
                field("engine", Ty::String).forms([Form::Case]),
                field("version", Ty::Version),
                field("groups", Ty::set(Ty::String)),
                field("policy", Ty::Any).json(),
                field("trust", Ty::Any).json(),
                field("redrive", Ty::Any).json(),
                field("rules", Ty::list(block)),
                field("size", Ty::Int),
            ],
        );
        let side = |json| Value::from_json(json).as_map().cloned().unwrap();
        let want = side(serde_json::json!({
            "engine": "MySQL",
            "version": "16",
            "groups": ["b", "a"],
            "policy": {"Statement": [{"Action": "s3:GetObject"}]},
            "trust": "{\"a\": 1}",
            "redrive": {"a": 1},
            "rules": [{"name": "One"}],
            "size": 3,
        }));
        let mut seen = side(serde_json::json!({
            "engine": "mysql",
            "version": "16.4",
            "groups": ["a", "b"],
            "policy": "{\"Statement\":[{\"Action\":[\"s3:GetObject\"]}]}",
            "trust": "{\"a\":1}",
            "redrive": "{\"a\":2}",
            "rules": [{"name": "one", "arn": "arn:1"}],
            "size": 4,
        }));
        in_declared_form(&schema, &want, &mut seen);
        let expected = side(serde_json::json!({
            "engine": "MySQL",
            "version": "16",
            "groups": ["b", "a"],
            "policy": {"Statement": [{"Action": "s3:GetObject"}]},
            "trust": "{\"a\": 1}",
            // AWS did not take these two.
            "redrive": {"a": 2},
            "size": 4,
            "rules": [{"name": "One", "arn": "arn:1"}],
        }));
        assert_eq!(seen, expected);
    }
}
