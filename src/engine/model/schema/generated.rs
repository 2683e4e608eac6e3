//! Names that are made up: a beginning that the user may write, and the id of the operation that makes the object.
//!
//! The name stands in the intent of the create before the call is sent. So a repeated call carries the same name, and what
//! an interrupted run made is found by it.

use super::TypeSchema;
use crate::model::{Field, OpId, Value};

/// What a field says that holds only the beginning of a name (`name_prefix`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The property with the whole name.
    pub of: &'static str,
    /// The beginning where the user writes neither of them.
    pub otherwise: &'static str,
    /// How the name ends while a property is on: `.fifo`, `fifo_topic`.
    pub ending: Option<(&'static str, &'static str)>,
}

impl Beginning {
    /// Of the property `of`, whose names begin with `wildfire-` where nothing is written.
    pub fn of(of: &'static str) -> Self {
        Self { of, otherwise: "wildfire-", ending: None }
    }

    #[must_use]
    pub fn otherwise(self, otherwise: &'static str) -> Self {
        Self { otherwise, ..self }
    }

    #[must_use]
    pub fn ending(self, ending: &'static str, property: &'static str) -> Self {
        Self { ending: Some((ending, property)), ..self }
    }

    /// A new name. The id of the operation is lower-case: some names must be.
    fn name(&self, written: Option<&str>, properties: &Value, operation: &OpId) -> String {
        let is_on = |property: &str| properties.get(property).and_then(Value::as_bool) == Some(true);
        let ending = self.ending.filter(|(_, property)| is_on(property)).map_or("", |(ending, _)| ending);
        format!("{}{}{ending}", written.unwrap_or(self.otherwise), operation.as_str().to_lowercase())
    }

    /// What a living object has for the field: the written beginning where its name begins so, and as many characters of
    /// its name where not.
    pub fn seen(&self, field: &Field, want: Option<&Value>, live: &Value) -> Value {
        let (Some(Value::String(want)), Some(Value::String(name))) = (want, live.get(self.of)) else {
            return Value::Null;
        };
        match field.normal(name).starts_with(&field.normal(want)) {
            true => Value::String(want.clone()),
            false => name.chars().take(want.chars().count()).collect::<String>().into(),
        }
    }
}

impl TypeSchema {
    /// The properties of a create, with the names that are to be made up.
    #[must_use]
    pub fn named(&self, mut want: Value, operation: &OpId) -> Value {
        for (field, beginning) in self.fields.iter().filter_map(|field| Some((field, field.begins?))) {
            if want.get(beginning.of).is_none_or(Value::is_null) {
                let written = want.get(field.name).and_then(Value::as_str);
                let name = beginning.name(written, &want, operation);
                if let Some(map) = want.as_map_mut() {
                    map.insert(beginning.of.to_string(), name.into());
                }
            }
        }
        want
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Form, Map, Ty};

    fn schema() -> TypeSchema {
        let beginning = Beginning::of("name").ending(".fifo", "fifo");
        TypeSchema::new(
            "test_queue",
            vec![
                Field::new("name", Ty::String).immutable().generated(),
                Field::new("name_prefix", Ty::String).immutable().begins(beginning),
                Field::new("fifo", Ty::Bool).immutable(),
            ],
        )
    }

    fn name<const N: usize>(properties: [(&str, Value); N]) -> String {
        let named = schema().named(Value::from(properties), &OpId::new("01JB"));
        named.get("name").and_then(Value::as_str).unwrap_or_default().to_string()
    }

    #[test]
    fn a_name_is_beginning_operation_and_ending() {
        assert_eq!(name([("name_prefix", "jobs-".into())]), "jobs-01jb");
        assert_eq!(name([("name_prefix", "jobs-".into()), ("fifo", true.into())]), "jobs-01jb.fifo");
        assert_eq!(name([("fifo", false.into())]), "wildfire-01jb");
        assert_eq!(name([("name", "jobs".into())]), "jobs");
        assert_eq!(schema().named(Value::Map(Map::new()), &OpId::new("A")).get("name"), Some(&"wildfire-a".into()));
    }

    #[test]
    fn a_name_that_begins_so_is_no_difference() {
        let beginning = Beginning::of("name");
        let live = Value::from([("name", Value::from("jobs-01jb"))]);
        let field = Field::new("name_prefix", Ty::String).begins(beginning);
        let seen = |field: &Field, want: &str| beginning.seen(field, Some(&want.into()), &live);
        assert_eq!(seen(&field, "jobs-"), "jobs-".into());
        assert_eq!(seen(&field, "Jobs-"), "jobs-".into());
        assert_eq!(seen(&field.clone().forms([Form::Case]), "Jobs-"), "Jobs-".into());
        assert_eq!(seen(&field, "works"), "jobs-".into());
        assert_eq!(beginning.seen(&field, None, &live), Value::Null);
    }
}
