//! Equality by meaning: loosely typed scalars, JSON documents, IAM policies.

use std::borrow::Cow;

use crate::model::{Form, Map, Normal, PropertyPath, Standing, Ty, Value, standing};

/// True when two values of a field without inner structure are the same. Numbers are compared as numbers, also when
/// one side is text; text against text only where the type is a number, since `012` is an account and not twelve. `a`
/// is what is wanted.
pub(super) fn alike(ty: &Ty, a: &Value, b: &Value, forms: &[Form]) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            a == b
                || forms.iter().any(|form| form.same(a, b))
                || (matches!(ty, Ty::Version) && matches!(standing(a, b), Standing::Met | Standing::Ahead))
                || (matches!(ty, Ty::Int | Ty::Float | Ty::Number)
                    && number_text(a).is_some_and(|a| Some(a) == number_text(b)))
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
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(&Ty::Any, a, b, forms))
        }
        (Value::Map(a), Value::Map(b)) => {
            let present = |map: &Map| map.values().filter(|value| !value.is_null()).count();
            present(a) == present(b)
                && a.iter()
                    .filter(|(_, value)| !value.is_null())
                    .all(|(key, value)| b.get(key).is_some_and(|other| alike(&Ty::Any, value, other, forms)))
        }
        _ => a == b,
    }
}

/// The document as it is compared.
pub(super) fn normal(document: &Value, normal: Option<Normal>) -> Cow<'_, Value> {
    match normal {
        Some(normal) if !matches!(document, Value::Null | Value::Unknown(_)) => {
            Cow::Owned(normal.of(&document.parsed()))
        }
        _ => Cow::Borrowed(document),
    }
}

/// True when two JSON documents mean the same; each may be a value or its text. `forms` are those of their field.
pub(super) fn same(a: &Value, b: &Value, forms: &[Form]) -> bool {
    let (a, b) = (a.parsed(), b.parsed());
    if is_policy(&a) && is_policy(&b) {
        return policy(&a, forms) == policy(&b, forms);
    }
    // `{}` and `[]` stand for no document.
    (a.is_empty() && b.is_empty()) || alike(&Ty::Any, &a, &b, &[])
}

/// A part of two documents in which they differ.
pub(super) struct Part {
    /// Within the document; empty for the whole of it.
    pub path: PropertyPath,
    pub have: Value,
    pub want: Value,
}

/// The smallest parts in which two documents differ, both in the same form. Statements of policies are paired by what
/// they say and by their `Sid`, whatever their order. At least one part: for documents that are not the same.
pub(super) fn differences(want: &Value, have: &Value, forms: &[Form]) -> Vec<Part> {
    let (want, have) = (want.parsed(), have.parsed());
    let mut parts = Vec::new();
    let root = PropertyPath::default();
    if is_policy(&want) && is_policy(&have) {
        for key in keys(&want, &have) {
            let (a, b) = (want.get(&key).unwrap_or(&Value::Null), have.get(&key).unwrap_or(&Value::Null));
            match key.as_str() {
                "Statement" => statements(a, b, forms, &root.key(key), &mut parts),
                _ => walk(a, b, &root.key(key), &mut parts, &|_, a, b| alike(&Ty::Any, a, b, &[])),
            }
        }
    } else {
        walk(&want, &have, &root, &mut parts, &|_, a, b| alike(&Ty::Any, a, b, &[]));
    }
    if parts.is_empty() {
        parts.push(Part { path: root, have, want });
    }
    parts
}

/// The keys of two maps, those of the first one first.
fn keys(a: &Value, b: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_map().into_iter().flat_map(Map::keys).cloned().collect::<Vec<_>>();
    let mut keys = of(a);
    keys.extend(of(b).into_iter().filter(|key| a.get(key).is_none()));
    keys
}

type Same<'a> = dyn Fn(&str, &Value, &Value) -> bool + 'a;

/// `same` is asked for the entries of maps, with their key.
fn walk(want: &Value, have: &Value, path: &PropertyPath, parts: &mut Vec<Part>, same: &Same<'_>) {
    match (want, have) {
        (Value::Map(_), Value::Map(_)) => {
            for key in keys(want, have) {
                let (a, b) = (want.get(&key).unwrap_or(&Value::Null), have.get(&key).unwrap_or(&Value::Null));
                if !same(&key, a, b) {
                    walk(a, b, &path.key(key), parts, same);
                }
            }
        }
        (Value::List(a), Value::List(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                if !alike(&Ty::Any, a, b, &[]) {
                    walk(a, b, &path.index(index), parts, same);
                }
            }
        }
        (want, have) if alike(&Ty::Any, want, have, &[]) => {}
        (want, have) => parts.push(Part { path: path.clone(), have: have.clone(), want: want.clone() }),
    }
}

/// Statements that say the same are left out. Of the others those with the same `Sid` are compared, then those at the
/// same place among what is left.
fn statements(want: &Value, have: &Value, forms: &[Form], path: &PropertyPath, parts: &mut Vec<Part>) {
    let (want, mut left) = (items(want), items(have));
    let mut rest: Vec<(usize, &Value)> = Vec::new();
    for (index, item) in want.iter().enumerate() {
        match left.iter().position(|other| statement(other, forms) == statement(item, forms)) {
            Some(mate) => drop(left.remove(mate)),
            None => rest.push((index, item)),
        }
    }
    let sid = |value: &Value| value.get("Sid").filter(|sid| !sid.is_empty()).cloned();
    let mut unnamed = Vec::new();
    for (index, item) in rest {
        match left.iter().position(|other| sid(item).is_some() && sid(other) == sid(item)) {
            Some(mate) => inside(item, &left.remove(mate), forms, &path.index(index), parts),
            None => unnamed.push((index, item)),
        }
    }
    let mut left = left.into_iter();
    for (index, item) in unnamed {
        match left.next() {
            Some(other) => inside(item, &other, forms, &path.index(index), parts),
            None => parts.push(Part { path: path.index(index), have: Value::Null, want: item.clone() }),
        }
    }
    for (offset, other) in left.enumerate() {
        parts.push(Part { path: path.index(want.len() + offset), have: other, want: Value::Null });
    }
}

/// Two statements that differ, key by key.
fn inside(want: &Value, have: &Value, forms: &[Form], path: &PropertyPath, parts: &mut Vec<Part>) {
    let before = parts.len();
    let normal =
        |key: &str, value: &Value| statement(&Value::Map(Map::from([(key.to_string(), value.clone())])), forms);
    if want.as_map().is_some() && have.as_map().is_some() {
        for key in keys(want, have) {
            let (a, b) = (want.get(&key).unwrap_or(&Value::Null), have.get(&key).unwrap_or(&Value::Null));
            if normal(&key, a) != normal(&key, b) {
                parts.push(Part { path: path.key(key), have: b.clone(), want: a.clone() });
            }
        }
    }
    if parts.len() == before {
        parts.push(Part { path: path.clone(), have: have.clone(), want: want.clone() });
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
fn policy(value: &Value, forms: &[Form]) -> Value {
    let mut out = Map::new();
    // An absent version means the first one.
    out.insert("Version".into(), Value::from("2008-10-17"));
    for (key, value) in value.as_map().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let value = match key.as_str() {
            "Statement" => sorted(items(value).iter().map(|item| statement(item, forms)).collect()),
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Map(out)
}

fn statement(value: &Value, forms: &[Form]) -> Value {
    let Some(map) = value.as_map() else { return value.clone() };
    let mut out = Map::new();
    for (key, value) in map.iter().filter(|(_, value)| !value.is_null()) {
        let value = match key.as_str() {
            // IAM compares actions without regard to case.
            "Action" | "NotAction" => set(value, |text| text.to_lowercase()),
            "Resource" | "NotResource" => set(value, str::to_string),
            "Principal" | "NotPrincipal" => principal(value, forms),
            "Condition" => condition(value),
            "Sid" if value.is_empty() => continue,
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    out.sort_keys();
    Value::Map(out)
}

fn principal(value: &Value, forms: &[Form]) -> Value {
    let account = |text: &str| match forms.contains(&Form::Account) {
        true => Form::Account.normal(text),
        false => text.to_string(),
    };
    let mut out: Map = match value {
        Value::Map(kinds) => kinds.iter().map(|(kind, names)| (kind.clone(), set(names, account))).collect(),
        other => [("AWS".to_string(), set(other, account))].into_iter().collect(),
    };
    out.sort_keys();
    Value::Map(out)
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
