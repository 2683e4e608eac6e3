//! Attributes: settings by name, with text as values, which a call of their own changes.

use std::collections::HashMap;

/// By name.
pub(super) type Attributes = HashMap<String, String>;

/// What `want` has otherwise than `prior`, by name.
pub(super) fn changes(want: Attributes, prior: &Attributes) -> Vec<(String, String)> {
    let mut changed: Vec<_> = want.into_iter().filter(|(key, value)| prior.get(key) != Some(value)).collect();
    changed.sort();
    changed
}

/// The attributes of a reply.
pub(super) fn from_list<T>(list: Option<Vec<T>>, pair: impl Fn(T) -> (Option<String>, Option<String>)) -> Attributes {
    crate::kind::tags::from_list(list, pair).into_iter().collect()
}

/// The value of `key`, where it says something.
pub(super) fn get(live: &Attributes, key: &str) -> Option<String> {
    live.get(key).filter(|value| !value.is_empty()).cloned()
}

/// The same of a flag. What is no flag is none.
pub(super) fn flag(live: &Attributes, key: &str) -> Option<bool> {
    live.get(key)?.parse().ok()
}

/// The same of a number.
pub(super) fn number(live: &Attributes, key: &str) -> Option<i64> {
    live.get(key)?.parse().ok()
}
