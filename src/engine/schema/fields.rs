//! The fields of a type as a schema.

use serde_json::{Map, Value as Json, json};

use super::EXPRESSION;
use crate::model::{Change, Field, Literal, Ty};

/// A block, or the properties of a type.
pub(super) fn object(fields: &[Field]) -> Json {
    let mut properties = Map::new();
    let written = || fields.iter().filter(|field| field.is_written());
    for field in written() {
        properties.insert(field.name.into(), property(field));
    }
    let required: Vec<&str> = written().filter(|field| field.required).map(|field| field.name).collect();
    let mut out = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        out["required"] = json!(required);
    }
    out
}

fn property(field: &Field) -> Json {
    let schema = match (field.json, &field.ty) {
        // A document may be text or a map.
        (true, _) => match &field.shape {
            Some(shape) => json!({"anyOf": [typed(field, shape), {"type": "string"}]}),
            None => json!({}),
        },
        (_, ty) => typed(field, ty),
    };
    // A null is as if the property were not there.
    let schema = if field.required { schema } else { super::or_null(schema) };
    let mut map = match schema {
        Json::Object(map) => map,
        _ => Map::new(),
    };
    let mut doc = field.doc.to_string();
    match field.change {
        Change::Immutable => doc.push_str("\n\nA change replaces the resource."),
        Change::Local => doc.push_str("\n\nA setting of wildfire, which AWS never sees."),
        _ => {}
    }
    map.insert("description".into(), doc.into());
    if let Some(default) = field.default {
        let default = match default {
            Literal::Bool(value) => json!(value),
            Literal::Int(value) => json!(value),
            Literal::Float(value) => json!(value),
            Literal::Str(value) => json!(value),
        };
        map.insert("default".into(), default);
    }
    Json::Object(map)
}

/// What may be written for a type; everywhere an expression as well.
fn typed(field: &Field, ty: &Ty) -> Json {
    match ty {
        // Words with another spelling that is the same value are left to `validate`.
        Ty::String if !field.one_of.is_empty() && field.forms.is_empty() => {
            // Where text is wanted, what is written without quotes is its text.
            let bare = |word: &&str| serde_json::from_str::<Json>(word).ok().filter(|bare| !bare.is_string());
            let words = field.one_of.iter().map(|word| json!(word)).chain(field.one_of.iter().filter_map(bare));
            json!({"anyOf": [{"enum": words.collect::<Vec<_>>()}, {"type": "string", "pattern": EXPRESSION}]})
        }
        Ty::String | Ty::Version => json!({"type": ["string", "number", "boolean"]}),
        Ty::Int => {
            let mut number = json!({"type": "integer"});
            if let Some((least, most)) = field.range {
                number["minimum"] = json!(least);
                number["maximum"] = json!(most);
            }
            json!({"anyOf": [number, {"type": "string", "pattern": format!("^[-+]?[0-9]+$|{EXPRESSION}")}]})
        }
        Ty::Float | Ty::Number => {
            json!({"type": ["number", "string"], "pattern": format!("^[-+]?[0-9.]+|{EXPRESSION}")})
        }
        Ty::Bool => json!({"type": ["boolean", "string"], "pattern": format!("^(true|false)$|{EXPRESSION}")}),
        Ty::Any => json!({}),
        // What stands at which place is left to `validate`.
        Ty::Tuple(_) => json!({"type": ["array", "string"], "pattern": EXPRESSION}),
        Ty::List(inner) | Ty::Set(inner) => json!({
            "type": ["array", "string"],
            "items": super::or_null(typed(field, inner)),
            "pattern": EXPRESSION,
        }),
        Ty::Map(inner) => json!({
            "type": ["object", "string"],
            "additionalProperties": super::or_null(typed(field, inner)),
            "pattern": EXPRESSION,
        }),
        // One block may be written as a list of one.
        Ty::Object(fields) => {
            let block = object(fields);
            json!({"anyOf": [
                block,
                {"type": "array", "maxItems": 1, "items": object(fields)},
                {"type": "string", "pattern": EXPRESSION},
            ]})
        }
    }
}
