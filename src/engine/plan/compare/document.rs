//! Equality by meaning: loosely typed scalars, JSON documents, IAM policies.

use crate::model::{Map, Ty, Value, is_version};

/// True when two values of a field without inner structure are the same. Numbers are compared as numbers, also when
/// one side is text; text against text only where the type is a number, since `012` is an account and not twelve. `a`
/// is what is wanted.
pub(super) fn alike(ty: &Ty, a: &Value, b: &Value, ignore_case: bool) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            a == b
                || (ignore_case && a.to_lowercase() == b.to_lowercase())
                || (matches!(ty, Ty::Version) && is_version(a, b))
                || (matches!(ty, Ty::Int | Ty::Float) && number_text(a).is_some_and(|a| Some(a) == number_text(b)))
        }
        (Value::Bool(flag), Value::String(text)) | (Value::String(text), Value::Bool(flag)) => {
            text.as_ref() == if *flag { "true" } else { "false" }
        }
        (number @ (Value::Int(_) | Value::Float(_)), Value::String(text))
        | (Value::String(text), number @ (Value::Int(_) | Value::Float(_))) => {
            number_text(text).is_some_and(|text| Some(text) == number_of(number))
        }
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => number_of(a) == number_of(b),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(&Ty::Any, a, b, ignore_case))
        }
        (Value::Map(a), Value::Map(b)) => {
            let present = |map: &Map| map.values().filter(|value| !value.is_null()).count();
            present(a) == present(b)
                && a.iter()
                    .filter(|(_, value)| !value.is_null())
                    .all(|(key, value)| b.get(key).is_some_and(|other| alike(&Ty::Any, value, other, ignore_case)))
        }
        _ => a == b,
    }
}

/// True when two JSON documents mean the same; each may be a value or its text.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    let (a, b) = (parsed(a), parsed(b));
    if is_policy(&a) && is_policy(&b) {
        return policy(&a) == policy(&b);
    }
    // `{}` and `[]` stand for no document.
    (a.is_empty() && b.is_empty()) || alike(&Ty::Any, &a, &b, false)
}

fn parsed(value: &Value) -> Value {
    match value {
        Value::String(text) => serde_json::from_str(text).map_or_else(|_| value.clone(), Value::from_json),
        other => other.clone(),
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        _ => None,
    }
}

fn number_text(text: &str) -> Option<f64> {
    // `inf` and `nan` parse as floats and are words here.
    text.parse().ok().filter(|number: &f64| number.is_finite() && text.ends_with(|c: char| c.is_ascii_digit()))
}

fn is_policy(value: &Value) -> bool {
    matches!(value.get("Statement"), Some(Value::Map(_) | Value::List(_)))
}

/// The normal form of a policy: equal for policies that IAM treats alike.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn policy(value: &Value) -> Value {
    let mut out = Map::new();
    // An absent version means the first one.
    out.insert("Version".into(), Value::from("2008-10-17"));
    for (key, value) in value.as_map().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let value = match key.as_str() {
            "Statement" => sorted(items(value).iter().map(statement).collect()),
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Map(out)
}

fn statement(value: &Value) -> Value {
    let Some(map) = value.as_map() else { return value.clone() };
    let mut out = Map::new();
    for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
        let value = match key.as_str() {
            // IAM compares actions without regard to case.
            "Action" | "NotAction" => set(value, |text| text.to_lowercase()),
            "Resource" | "NotResource" => set(value, str::to_string),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            "Sid" if value.is_empty() => continue,
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    out.sort_keys();
    Value::Map(out)
}

fn principal(value: &Value) -> Value {
    let mut out: Map = match value {
        Value::Map(kinds) => kinds.iter().map(|(kind, names)| (kind.clone(), set(names, account))).collect(),
        other => [("AWS".to_string(), set(other, account))].into_iter().collect(),
    };
    out.sort_keys();
    Value::Map(out)
}

/// `arn:aws:iam::123456789012:root` and the bare account id name the same principal.
fn account(text: &str) -> String {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        ["arn", _, "iam", "", id, "root"] if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            id.into()
        }
        _ => text.into(),
    }
}

fn condition(value: &Value) -> Value {
    let Some(operators) = value.as_map() else { return value.clone() };
    let mut out = Map::new();
    for (operator, keys) in operators {
        let mut inner: Map = keys
            .as_map()
            .into_iter()
            .flatten()
            // Condition keys have no case; their values do.
            .map(|(key, values)| (key.to_lowercase(), set(values, str::to_string)))
            .collect();
        inner.sort_keys();
        out.insert(operator.clone(), Value::Map(inner));
    }
    out.sort_keys();
    Value::Map(out)
}

/// One text or a list of texts, as a sorted list of distinct texts.
fn set(value: &Value, normal: impl Fn(&str) -> String) -> Value {
    let mut texts: Vec<String> = items(value)
        .iter()
        .map(|item| match item {
            Value::String(text) => normal(text),
            // Condition values may be written as booleans and numbers; IAM stores text.
            other => other.to_string(),
        })
        .collect();
    texts.sort();
    texts.dedup();
    Value::List(texts.into_iter().map(Value::from).collect())
}

fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) => items.clone(),
        other => vec![other.clone()],
    }
}

fn sorted(mut items: Vec<Value>) -> Value {
    items.sort_by_cached_key(Value::to_string);
    Value::List(items)
}
