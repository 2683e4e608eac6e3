//! What is wanted of a resource in full: the user's properties, provider defaults, and what `ignore_changes` keeps.
//!
//! Plan and apply both call [`wanted`], so that what is compared is what is sent.

use crate::model::{Change, Field, Map, PropertyPath, Step, Ty, TypeSchema, Value};

/// The object that exists already.
#[derive(Clone, Copy, Debug)]
pub struct Existing<'a> {
    /// What AWS returned.
    pub live: &'a Value,
    /// What state remembers; needed for settings that AWS never sees.
    pub prior: Option<&'a Value>,
}

/// `properties` with the defaults of the type. With an existing object, the properties that `ignore_changes` names
/// (all of them for `all`) are as they are there; a new object gets what the user wrote.
pub fn wanted(schema: &TypeSchema, properties: &Map, ignore_changes: &[String], existing: Option<Existing<'_>>) -> Map {
    let mut out = with_defaults(&schema.fields, properties);
    let Some(existing) = existing else { return out };
    for field in schema.fields.iter().filter(|field| is_ignored(schema, ignore_changes, field.name)) {
        let value = match field.change {
            Change::Local => existing.prior.and_then(|prior| prior.get(field.name)).cloned(),
            // State holds a digest at most, and nothing is sent when nothing is said.
            _ if field.write_only => None,
            _ if let Some(rule) = schema.tags.filter(|rule| rule.is(field.name)) => {
                if rule.own == field.name {
                    continue;
                }
                existing.live.get(rule.all).and_then(Value::as_map).map(|tags| Value::Map(rule.of_user(tags)))
            }
            Change::Computed => continue,
            _ => existing.live.get(field.name).cloned(),
        };
        match value.filter(|value| !value.is_null()) {
            Some(value) => drop(out.insert(field.name.to_string(), value)),
            None => drop(out.shift_remove(field.name)),
        }
    }
    for (field, inner) in ignore_changes.iter().filter_map(|path| path.split_once('.')) {
        if let Some(value) = out.get_mut(field) {
            keep(value, existing.live.get(field), inner);
        }
    }
    out
}

/// Takes what `path` names inside a block from the live block: `scaling_config.desired_size`, or a key of a map.
fn keep(wanted: &mut Value, live: Option<&Value>, path: &str) {
    let Value::Map(wanted) = wanted else { return };
    // A key of a map may hold dots itself: `tags.kubernetes.io/name`.
    let found = live.and_then(|live| live.get(path));
    match (found, path.split_once('.')) {
        (Some(value), _) => drop(wanted.insert(path.to_string(), value.clone())),
        (None, Some((name, inner))) if wanted.contains_key(name) => {
            let live = live.and_then(|live| live.get(name)).cloned();
            if let Some(value) = wanted.get_mut(name) {
                keep(value, live.as_ref(), inner);
            }
        }
        (None, _) => drop(wanted.shift_remove(path)),
    }
}

/// True when `ignore_changes` covers the property; tags and all tags are one.
pub(super) fn is_ignored(schema: &TypeSchema, ignore_changes: &[String], name: &str) -> bool {
    let are_tags = |name: &str| schema.tags.is_some_and(|rule| rule.is(name));
    ignore_changes.iter().any(|ignored| ignored == name || ignored == "all" || (are_tags(name) && are_tags(ignored)))
}

/// True when `ignore_changes` covers a place inside of a property: `scaling_config.desired_size`.
pub(super) fn is_ignored_inside(ignore_changes: &[String], path: &PropertyPath) -> bool {
    let mut inside = ignore_changes.iter().filter(|ignored| ignored.contains('.')).peekable();
    if inside.peek().is_none() {
        return false;
    }
    // As it is written in the YAML: keys joined by dots, also those that hold a dot themselves.
    let mut text = String::new();
    for step in &path.0 {
        match step {
            Step::Key(name) if text.is_empty() => text.push_str(name),
            Step::Key(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Index(_) => return false,
        }
    }
    inside
        .any(|ignored| text.strip_prefix(ignored.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

fn with_defaults(fields: &[Field], properties: &Map) -> Map {
    let mut out = properties.clone();
    for field in fields {
        match out.get_mut(field.name) {
            Some(value) if !value.is_null() => fill(&field.ty, value),
            _ => {
                let group = || Some(Value::Map(with_defaults(field.ty.object().filter(|_| field.group)?, &Map::new())));
                if let Some(default) = field.default.map(Value::from).or_else(group) {
                    out.insert(field.name.to_string(), default);
                }
            }
        }
    }
    out
}

fn fill(ty: &Ty, value: &mut Value) {
    match (ty, value) {
        (Ty::Object(fields), Value::Map(map)) => *map = with_defaults(fields, map),
        (Ty::List(inner) | Ty::Set(inner), Value::List(items)) => items.iter_mut().for_each(|item| fill(inner, item)),
        (Ty::Map(inner), Value::Map(map)) => map.values_mut().for_each(|item| fill(inner, item)),
        _ => {}
    }
}
