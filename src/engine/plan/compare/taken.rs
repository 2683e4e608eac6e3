//! What AWS took of a call: whether what was sent reads back.
//!
//! A value that reads back in another spelling that its field declares is the same value. Any other is either not visible
//! yet, or not what AWS has. So apply looks again, and says so in the end; the next plan shows the difference.

use super::{Sides, compare, same};
use crate::model::{Field, Map, Origins, SecretPaths, TypeSchema, Value};
use crate::plan::PropertyChange;

/// The differences between what was sent and what reads back, among the properties that `about` chooses: before is what
/// AWS returned, after what was sent. What AWS never returns is left out.
pub fn untaken(
    schema: &TypeSchema,
    sent: &Map,
    live: &Value,
    secrets: &SecretPaths,
    about: impl Fn(&Field) -> bool,
) -> Vec<PropertyChange> {
    let origins = Origins::default();
    let mut changes =
        compare(&Sides { schema, desired: sent, live, prior: None, imported: true, origins: &origins, secrets });
    changes.retain(|change| {
        // Tags are compared as all of them, and written as those of the resource.
        let name = match change.path.first() {
            Some(name) => match schema.tags.filter(|rule| rule.all == name && schema.field(rule.own).is_some()) {
                Some(rule) => rule.own,
                None => name,
            },
            None => return false,
        };
        schema.field(name).is_some_and(|field| field.is_returned() && about(field))
    });
    changes
}

/// True when one of the properties that `about` chooses is exactly as it was before it was written, and was to become
/// something else: the change is not visible yet, or was taken back, or AWS ignored it.
pub fn shows_prior(
    schema: &TypeSchema,
    sent: &Map,
    prior: &Value,
    live: &Value,
    about: impl Fn(&Field) -> bool,
) -> bool {
    let is_as_before = |field: &Field| match (sent.get(field.name), prior.get(field.name), live.get(field.name)) {
        (Some(sent), Some(before), Some(now)) => now == before && !same(field, sent, before),
        _ => false,
    };
    schema.fields.iter().any(|field| field.is_returned() && about(field) && is_as_before(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Form, Ty};
    use crate::plan::tests::catalog::{self, field};

    fn schema() -> TypeSchema {
        catalog::schema(
            "test_taken",
            vec![
                field("engine", Ty::String).forms([Form::Case]),
                field("group", Ty::String),
                field("size", Ty::Int),
                field("password", Ty::String).write_only(),
                field("force_destroy", Ty::Bool).local(),
            ],
        )
    }

    fn side<const N: usize>(entries: [(&str, Value); N]) -> Map {
        entries.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }

    #[test]
    fn only_a_declared_form_is_the_value_that_was_sent() {
        let paths = |sent: Map, live: Map| {
            let found = untaken(&schema(), &sent, &Value::Map(live), &SecretPaths::default(), |_| true);
            found.iter().map(|change| change.path.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(paths(side([("engine", "MySQL".into())]), side([("engine", "mysql".into())])), [""; 0]);
        let other = (
            side([("group", "sg-2".into()), ("size", 2.into())]),
            side([("group", "SG-2".into()), ("size", 3.into())]),
        );
        assert_eq!(paths(other.0, other.1), ["group", "size"]);
        // AWS never shows these, so a read says nothing about them.
        let unseen = side([("password", "secret".into()), ("force_destroy", true.into())]);
        assert_eq!(paths(unseen, Map::new()), [""; 0]);
    }

    #[test]
    fn what_shows_as_before_was_not_changed() {
        let shows = |name: &str, sent: &str, before: &str, now: &str| {
            let of = |text: &str| side([(name, text.into())]);
            shows_prior(&schema(), &of(sent), &Value::Map(of(before)), &Value::Map(of(now)), |_| true)
        };
        assert!(shows("group", "new", "old", "old"));
        assert!(!shows("group", "new", "old", "new"));
        assert!(!shows("group", "new", "old", "third"));
        assert!(!shows("group", "old", "old", "old"), "it was not to change");
        assert!(!shows("engine", "MySQL", "mysql", "mysql"), "it is the value");
    }
}
