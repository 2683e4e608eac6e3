//! Secrets that only an apply reads: what stands for one in a plan, and in state.
//!
//! Owns: the unknown that names a version of a secret, and the mark that state keeps in place of what was made of it.
//! Leaves out: which attributes are such secrets (the data source says it), and when they are read (`apply`).
//!
//! A plan knows which version of a secret there is and not what it says. The value is an unknown that waits for this
//! version, so that expressions over it need no rules of their own. State keeps the names of the versions and nothing
//! of the value, not even a digest: nobody who reads it can test a guess.

use std::collections::BTreeSet;

use super::{Map, Unknown, Value};

/// How the name of a version begins. Other unknowns are named after addresses, and those hold no space.
const PREFIX: &str = "secret ";

/// The key of the mark in state; no AWS name can contain a NUL.
const MARK: &str = "\u{0}secret";

/// Stands for an attribute of a secret until an apply reads it. `what` tells the secret from every other one
/// (an ARN), and `version` one value of it from the next.
pub fn unread(what: &str, attribute: &str, version: &str) -> Value {
    Value::Unknown(Unknown::one(format!("{PREFIX}{what} {attribute} version {version}")))
}

/// The versions among what an unknown waits for.
pub fn versions(unknown: &Unknown) -> impl Iterator<Item = &str> {
    unknown.waits_for.iter().map(String::as_str).filter(|name| name.starts_with(PREFIX))
}

/// The first version that some part of `value` waits for.
pub fn first_version(value: &Value) -> Option<&str> {
    value.unknowns().into_iter().find_map(|unknown| versions(unknown).next())
}

/// `unknown` as made by an expression with the digest `expression`: another expression over the same version is
/// another value.
pub fn made_by(unknown: &Unknown, expression: &str) -> Unknown {
    let name = |name: &String| match name.starts_with(PREFIX) {
        true => format!("{name}, expression {expression}"),
        false => name.clone(),
    };
    Unknown { waits_for: unknown.waits_for.iter().map(name).collect() }
}

/// What state keeps of a value that waits for versions of secrets and for nothing else.
pub fn mark(value: &Value) -> Option<Value> {
    let Value::Unknown(unknown) = value else { return None };
    let names: BTreeSet<&str> = versions(unknown).collect();
    let all = !names.is_empty() && unknown.waits_for.iter().all(|name| name.starts_with(PREFIX));
    all.then(|| Value::from([(MARK, Value::List(names.into_iter().map(Value::from).collect()))]))
}

/// True for what [`mark`] returns.
pub fn is_mark(value: &Value) -> bool {
    matches!(value, Value::Map(map) if map.len() == 1 && map.contains_key(MARK))
}

/// [`with_marks`] of every property.
pub fn marked(properties: &Map) -> Map {
    properties.iter().map(|(name, value)| (name.clone(), with_marks(value))).collect()
}

/// `value` with a mark in place of everything that waits for versions only.
pub fn with_marks(value: &Value) -> Value {
    if let Some(mark) = mark(value) {
        return mark;
    }
    match value {
        Value::Map(map) => Value::Map(marked(map)),
        Value::List(items) => items.iter().map(with_marks).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// Puts the marks of `marked` over what `value` has in their places.
pub fn put_marks(value: &mut Value, marked: &Value) {
    match (value, marked) {
        (value, mark) if is_mark(mark) => *value = mark.clone(),
        (Value::Map(map), Value::Map(marked)) => {
            for (name, inner) in marked.iter().filter(|(_, inner)| holds_mark(inner)) {
                put_marks(map.entry(name.clone()).or_default(), inner);
            }
        }
        (Value::List(items), Value::List(marked)) if items.len() == marked.len() => {
            items.iter_mut().zip(marked).for_each(|(item, marked)| put_marks(item, marked));
        }
        (value, marked) if holds_mark(marked) => *value = marked.clone(),
        _ => {}
    }
}

/// True when some part of `value` is a mark.
pub fn holds_mark(value: &Value) -> bool {
    match value {
        value if is_mark(value) => true,
        Value::Map(map) => map.values().any(holds_mark),
        Value::List(items) => items.iter().any(holds_mark),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:ssm:eu-west-1:123456789012:parameter/db";

    #[test]
    fn another_version_secret_or_expression_is_another_mark() {
        let here = unread(ARN, "value", "3");
        let Value::Unknown(unknown) = &here else { panic!("{here} is unknown") };
        assert_eq!(mark(&here), mark(&unread(ARN, "value", "3")));
        for other in [
            unread(ARN, "value", "4"),
            unread("arn:other", "value", "3"),
            unread(ARN, "other", "3"),
            Value::Unknown(made_by(unknown, "1f")),
        ] {
            assert!(mark(&other).is_some_and(|other| is_mark(&other)), "{other:?}");
            assert_ne!(mark(&here), mark(&other));
        }
    }

    #[test]
    fn what_waits_for_more_than_secrets_has_no_mark() {
        assert_eq!(mark(&Value::Unknown(Unknown::one("cluster.endpoint"))), None);
        let both = [Unknown::one("cluster.endpoint"), Unknown::one("secret a value version 1")];
        let both = Value::Unknown(Unknown::all(&both));
        assert_eq!(mark(&both), None);
        assert_eq!(first_version(&both), Some("secret a value version 1"));
        assert_eq!(mark(&Value::from("known")), None);
    }

    #[test]
    fn marks_are_put_where_the_secrets_stand_and_nowhere_else() {
        let planned = Map::from_iter([
            ("name".to_string(), Value::from("db")),
            ("password".to_string(), unread(ARN, "value", "3")),
            ("block".to_string(), Value::from([("token", unread(ARN, "value", "3"))])),
        ]);
        let mut recorded = Value::from([
            ("name", Value::from("live")),
            ("password", Value::from("hunter2")),
            ("block", Value::from([("token", Value::from("hunter2")), ("size", Value::from(1))])),
        ]);
        put_marks(&mut recorded, &Value::Map(marked(&planned)));
        assert!(!recorded.to_string().contains("hunter2"), "{recorded}");
        assert_eq!(recorded.get("name"), Some(&Value::from("live")));
        assert_eq!(recorded.get("block").and_then(|block| block.get("size")), Some(&Value::from(1)));
        assert!(recorded.get("password").is_some_and(is_mark));
    }
}
