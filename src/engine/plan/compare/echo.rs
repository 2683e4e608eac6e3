//! What AWS makes of a value: returned in another form than it was sent, or not at all.
//!
//! A property that reads back differently right after it was written would be a change in every plan. So apply
//! remembers what was sent and what came back, and as long as neither side moves, it is no difference. The moment
//! that either does (the YAML, or somebody at AWS), it counts again.

use std::collections::BTreeMap;

use super::{Sides, compare, same};
use crate::model::{Field, Map, Origins, SecretPaths, TypeSchema, Value};
use crate::state::Echo;

/// The properties among `fields` that read back differently from what was sent, and those that do not, by name.
/// Secrets are left out, as neither side of them may be kept.
pub fn echoes(
    schema: &'static TypeSchema,
    sent: &Map,
    live: &Value,
    secrets: &SecretPaths,
    about: impl Fn(&Field) -> bool,
) -> BTreeMap<String, Option<Echo>> {
    let origins = Origins::default();
    let sides = Sides { schema, desired: sent, live, prior: Some(live), imported: true, origins: &origins, secrets };
    let changes = compare(&sides);
    let mut out = BTreeMap::new();
    for field in schema.fields.iter().filter(|field| can_echo(field) && about(field)) {
        let mut differences = changes.iter().filter(|change| change.path.first() == Some(field.name)).peekable();
        if differences.peek().is_none() {
            out.insert(field.name.to_string(), None);
        } else if differences.all(|change| !change.sensitive) {
            let echo = Echo { sent: form(field, sent.get(field.name)), got: form(field, live.get(field.name)) };
            out.insert(field.name.to_string(), Some(echo));
        }
    }
    out
}

/// True when one of the properties that `about` chooses is exactly as it was before it was written, and was to become
/// something else: the change is not visible yet, or was taken back, or AWS makes of both values the same. What is known
/// to be AWS's form of the value (`echoes`) does not count.
pub fn shows_prior(
    schema: &TypeSchema,
    echoes: &BTreeMap<String, Echo>,
    sent: &Map,
    prior: &Value,
    live: &Value,
    about: impl Fn(&Field) -> bool,
) -> bool {
    let is_as_before = |field: &Field| match (sent.get(field.name), prior.get(field.name), live.get(field.name)) {
        (Some(sent), Some(before), Some(now)) => now == before && !same(field, sent, before),
        _ => false,
    };
    let chosen = schema.fields.iter().filter(|field| can_echo(field) && about(field));
    chosen.filter(|field| is_as_before(field)).any(|field| !is_echo(schema, field.name, echoes, sent, live))
}

/// True when the property differs only as it did right after it was written.
pub(in crate::plan) fn is_echo(
    schema: &TypeSchema,
    name: &str,
    echoes: &BTreeMap<String, Echo>,
    wanted: &Map,
    live: &Value,
) -> bool {
    let (Some(field), Some(echo)) = (schema.field(name), echoes.get(name)) else { return false };
    echo.sent == form(field, wanted.get(name)) && echo.got == form(field, live.get(name))
}

fn can_echo(field: &Field) -> bool {
    let tags = matches!(field.name, "tags" | "tags_all");
    field.is_property() && !tags && !field.write_only && !field.sensitive
}

/// A value as it is remembered: documents as what they say, so that a map and its text are one.
fn form(field: &Field, value: Option<&Value>) -> Value {
    match value {
        Some(Value::String(text)) if field.json => {
            serde_json::from_str(text).map_or_else(|_| Value::String(text.clone()), Value::from_json)
        }
        Some(value) => value.clone(),
        None => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::catalog::{FIELD, TYPE};

    const FIELDS: &[Field] = &[Field { name: "engine", ..FIELD }];
    const SCHEMA: TypeSchema = TypeSchema { fields: FIELDS, ..TYPE };

    #[test]
    fn what_shows_as_before_was_not_changed_unless_aws_is_known_to_write_it_so() {
        let engine = |name: &str| Map::from_iter([("engine".to_string(), Value::from(name))]);
        let shows = |echoes: &BTreeMap<String, Echo>, sent: &str, before: &str, now: &str| {
            shows_prior(&SCHEMA, echoes, &engine(sent), &Value::Map(engine(before)), &Value::Map(engine(now)), |_| true)
        };
        let none = BTreeMap::new();
        assert!(shows(&none, "new", "old", "old"));
        assert!(!shows(&none, "new", "old", "new"));
        assert!(!shows(&none, "new", "old", "New"), "a form of its own");
        assert!(!shows(&none, "old", "old", "old"), "it was not to change");

        let echo = Echo { sent: "MySQL".into(), got: "mysql".into() };
        let known = BTreeMap::from([("engine".to_string(), echo)]);
        assert!(!shows(&known, "MySQL", "mysql", "mysql"));
        assert!(shows(&known, "MariaDB", "mysql", "mysql"));
    }
}
