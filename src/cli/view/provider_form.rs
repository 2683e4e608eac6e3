//! Attributes in the form that Terraform's AWS provider gives them, for readers of the JSON plan.
//!
//! A JSON document is text there. Here it may be written as YAML, come from a file, or come from AWS: one document has one
//! text, so that what differs between before and after differs in what it says.

use wildfire_engine::model::{Field, Map, PropertyPath, Step, Ty, Unknown, Value};

use super::document;

/// Attributes with the text of each document; a document that is not all known is not known.
pub fn provider_form(fields: &[Field], value: &Value) -> Value {
    each_document(fields, value, &|document| match document {
        Value::Map(_) | Value::List(_) if document.is_known() => Value::from(document::canonical(document)),
        Value::Map(_) | Value::List(_) => Value::Unknown(Unknown::all(document.unknowns())),
        Value::String(text) => match document::parse(text) {
            Some(parsed) => Value::from(document::canonical(&parsed)),
            None => document.clone(),
        },
        other => other.clone(),
    })
}

/// Attributes with each document as a value, so that a path leads into it.
pub fn parsed_form(fields: &[Field], value: &Value) -> Value {
    each_document(fields, value, &|document| match document {
        Value::String(text) => document::parse(text).unwrap_or_else(|| document.clone()),
        other => other.clone(),
    })
}

fn each_document(fields: &[Field], value: &Value, form: &dyn Fn(&Value) -> Value) -> Value {
    let Value::Map(map) = value else { return value.clone() };
    let entry = |(name, value): (&String, &Value)| {
        let formed = match fields.iter().find(|field| field.name == name) {
            Some(field) if field.json => form(value),
            Some(field) => inside(&field.ty, value, form),
            None => value.clone(),
        };
        (name.clone(), formed)
    };
    Value::Map(map.iter().map(entry).collect())
}

fn inside(ty: &Ty, value: &Value, form: &dyn Fn(&Value) -> Value) -> Value {
    match (ty, value) {
        (Ty::Object(fields), Value::Map(_)) => each_document(fields, value, form),
        (Ty::List(ty) | Ty::Set(ty), Value::List(items)) => {
            Value::List(items.iter().map(|item| inside(ty, item, form)).collect())
        }
        (Ty::Map(ty), Value::Map(map)) => {
            Value::Map(map.iter().map(|(name, item)| (name.clone(), inside(ty, item, form))).collect())
        }
        _ => value.clone(),
    }
}

/// Puts `new` where `path` leads to; maps and lists on the way are made. A key of nothing is taken out.
pub fn put(value: &mut Value, path: &PropertyPath, new: &Value) {
    put_at(value, &path.0, new);
}

fn put_at(value: &mut Value, path: &[Step], new: &Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new.clone();
        return;
    };
    match first {
        Step::Key(name) => {
            if !matches!(value, Value::Map(_)) {
                *value = Value::Map(Map::new());
            }
            let Value::Map(map) = value else { return };
            match rest.is_empty() && new.is_null() {
                true => drop(map.shift_remove(&**name)),
                false => put_at(map.entry(name.to_string()).or_default(), rest, new),
            }
        }
        Step::Index(index) => {
            if !matches!(value, Value::List(_)) {
                *value = Value::List(Vec::new());
            }
            let Value::List(items) = value else { return };
            match items.get_mut(*index) {
                Some(item) => put_at(item, rest, new),
                None => {
                    let mut item = Value::Null;
                    put_at(&mut item, rest, new);
                    items.push(item);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::clouds::AllTypes;
    use wildfire_engine::model::Catalog;

    use super::*;

    fn value(json: &str) -> Value {
        Value::from_json(serde_json::from_str(json).expect("JSON"))
    }

    fn role(policy: Value) -> Value {
        let fields = &AllTypes.schema("aws_iam_role").expect("a type").fields;
        let formed = provider_form(fields, &Value::from([("assume_role_policy", policy), ("name", Value::from("{}"))]));
        assert_eq!(formed.get("name"), Some(&Value::from("{}")));
        formed.get("assume_role_policy").expect("it is there").clone()
    }

    #[test]
    fn a_document_has_one_text_wherever_it_comes_from() {
        let text = Value::from(r#"{"Statement":[{"Action":"x"}],"Version":"1"}"#);
        assert_eq!(role(Value::from("{\"Version\": \"1\",\n \"Statement\": [{\"Action\": \"x\"}]}")), text);
        assert_eq!(role(value(r#"{"Version": "1", "Statement": [{"Action": "x"}]}"#)), text);
        assert_eq!(role(Value::from("no document")), Value::from("no document"));
        let unknown = Unknown::one("key.arn");
        let partly = Value::from([("Resource", Value::Unknown(unknown.clone())), ("Action", Value::from("x"))]);
        assert_eq!(role(partly), Value::Unknown(unknown));
    }

    #[test]
    fn a_value_is_put_where_its_path_leads() {
        let mut attributes = value(r#"{"a": [{"b": 1}], "c": 2}"#);
        let path = |steps: &[Step]| PropertyPath(steps.to_vec());
        put(&mut attributes, &path(&[Step::Key("a".into()), Step::Index(0), Step::Key("b".into())]), &Value::Int(5));
        put(&mut attributes, &path(&[Step::Key("c".into())]), &Value::Null);
        put(&mut attributes, &path(&[Step::Key("d".into()), Step::Index(3), Step::Key("e".into())]), &Value::Int(6));
        assert_eq!(attributes, value(r#"{"a": [{"b": 5}], "d": [{"e": 6}]}"#));
    }
}
