//! What a read after a step need not ask for: what takes a call of its own, and is known.

use crate::model::secret::holds_digest;
use crate::model::{Change, Field, Map, TypeSchema, Value};
use crate::plan::StepKind;

/// What is known without a look, of what a type [reads apart](TypeSchema::apart), after the call of a step: the names that need
/// not be asked for, with their values as a read would show them.
///
/// - What a create call has sent AWS has taken with it, or it has refused the call.
/// - What it does not take has its default as long as no other call has set it: the plan makes no call for that either.
/// - What an update call is not about is what this run has `seen` before.
pub(in crate::apply) fn known_apart(schema: &TypeSchema, step: &StepKind, want: &Value, seen: Option<&Value>) -> Map {
    let mut known = Map::new();
    for field in schema.apart.iter().filter_map(|name| schema.field(name)) {
        let value = match step {
            StepKind::Create { .. } => at_birth(schema, field, want),
            StepKind::Update { call, .. } if !changes(schema, field, call) => unchanged(schema, field, seen),
            _ => None,
        };
        known.extend(value.map(|value| (field.name.to_string(), value)));
    }
    known
}

fn at_birth(schema: &TypeSchema, field: &Field, want: &Value) -> Option<Value> {
    let sent = want.get(field.name).filter(|value| !value.is_null());
    match schema.tags.filter(|rule| rule.is(field.name)) {
        Some(_) if schema.tag_field().is_none_or(|field| field.after_create) => None,
        // A read tells all tags of an object, and none as its own.
        Some(rule) if rule.own == field.name => Some(Value::Null),
        Some(_) => Some(sent.cloned().unwrap_or_else(|| Value::Map(Map::new()))),
        None if !field.is_property() => None,
        None if field.after_create => field.default.map(Value::from),
        None => sent.cloned(),
    }
}

fn unchanged(schema: &TypeSchema, field: &Field, seen: Option<&Value>) -> Option<Value> {
    if schema.tags.is_some_and(|rule| rule.own == field.name) {
        return Some(Value::Null);
    }
    // State keeps secrets as digests, which nobody must take for what AWS has.
    seen?.get(field.name).filter(|value| !value.is_null() && !holds_digest(value)).cloned()
}

/// True when an update call may change the property, whatever it is about.
fn changes(schema: &TypeSchema, field: &Field, call: &str) -> bool {
    let inside = |field: &Field| matches!(field.change, Change::Update(own) if own == call);
    if schema.tags.is_some_and(|rule| rule.is(field.name)) && schema.tag_field().is_none_or(inside) {
        return true;
    }
    inside(field)
        || field.changes_on_update
        || field.changed_by.iter().any(|cause| cause.call == call)
        || field.block().is_some_and(|inner| inner.iter().any(inside))
}

/// What was read, with what was known before.
pub(in crate::apply) fn completed(live: &Value, known: &Map) -> Value {
    let mut live = live.clone();
    if let Value::Map(map) = &mut live {
        map.extend(
            known.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    live
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Literal, TagRule, Ty};

    fn schema() -> TypeSchema {
        let tags = |name: &'static str| Field::new(name, Ty::map(Ty::String));
        let rule = TagRule { own: "tags", all: "tags_all", index: None, reserved: &[] };
        let fields = vec![
            Field::new("name", Ty::String).immutable(),
            Field::new("dns", Ty::Bool).updated_by("Dns").after_create().default(Literal::Bool(true)),
            Field::new("size", Ty::Int).updated_by("Resize"),
            Field::new("domain", Ty::String).computed(),
            tags("tags").updated_by("Tags"),
            tags("tags_all").computed(),
        ];
        let schema = TypeSchema::new("aws_thing", fields).tagged(rule);
        schema.apart(["dns", "size", "domain", "tags", "tags_all"])
    }

    fn value(json: serde_json::Value) -> Value {
        Value::from_json(json)
    }

    fn known(step: &StepKind, want: serde_json::Value, seen: serde_json::Value) -> serde_json::Value {
        Value::Map(known_apart(&schema(), step, &value(want), Some(&value(seen)))).to_json()
    }

    #[test]
    fn what_a_create_has_sent_is_known() {
        let create = StepKind::Create { depose: None, unfinished: Vec::new() };
        let want = serde_json::json!({"name": "a", "dns": false, "size": 3, "tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2"}});
        let expected = serde_json::json!({"dns": true, "size": 3, "tags": null, "tags_all": {"a": "1", "b": "2"}});
        assert_eq!(known(&create, want, serde_json::json!({})), expected, "a later call sets dns, and domain is AWS's");
        let expected = serde_json::json!({"dns": true, "tags": null, "tags_all": {}});
        assert_eq!(
            known(&create, serde_json::json!({"name": "a"}), serde_json::json!({})),
            expected,
            "AWS decides on size"
        );
    }

    #[test]
    fn tags_that_follow_a_create_are_asked_for() {
        let mut schema = schema();
        schema.fields.iter_mut().filter(|field| field.name == "tags").for_each(|field| field.after_create = true);
        let create = StepKind::Create { depose: None, unfinished: vec!["Tags"] };
        let known = known_apart(&schema, &create, &value(serde_json::json!({"tags_all": {"a": "1"}})), None);
        assert_eq!(known.keys().collect::<Vec<_>>(), ["dns"]);
    }

    #[test]
    fn what_an_update_is_not_about_is_as_it_was_seen() {
        let update = |call| StepKind::Update { id: None, call };
        let seen = || serde_json::json!({"dns": true, "size": 3, "domain": "d", "tags_all": {"a": "1"}});
        let expected = serde_json::json!({"dns": true, "domain": "d", "tags": null, "tags_all": {"a": "1"}});
        assert_eq!(known(&update("Resize"), serde_json::json!({"size": 4}), seen()), expected);
        let expected = serde_json::json!({"dns": true, "size": 3, "domain": "d"});
        assert_eq!(known(&update("Tags"), serde_json::json!({}), seen()), expected);
        assert_eq!(
            known(&update("Resize"), serde_json::json!({}), serde_json::json!({})),
            serde_json::json!({"tags": null})
        );
    }

    #[test]
    fn what_stands_for_a_secret_is_no_value() {
        let key = crate::model::DigestKey::default();
        let digest = crate::model::secret::digest(&Value::from("hunter2"), &"tags_all".into(), "salt", &key);
        let seen = Value::from([("tags_all", Value::from([("password", digest)]))]);
        let update = StepKind::Update { id: None, call: "Resize" };
        assert!(!known_apart(&schema(), &update, &Value::Null, Some(&seen)).contains_key("tags_all"));
    }

    #[test]
    fn what_is_known_completes_what_was_read() {
        let known =
            Map::from_iter([("tags_all".to_string(), Value::from([("a", "1".into())])), ("tags".into(), Value::Null)]);
        let live = completed(&Value::from([("id", Value::from("x"))]), &known);
        assert_eq!(live.to_json(), serde_json::json!({"id": "x", "tags_all": {"a": "1"}}));
    }
}
