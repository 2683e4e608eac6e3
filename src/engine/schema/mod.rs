//! JSON Schema of the files of a project, for editors: draft 7, which every one of them reads.
//!
//! Owns: what the shapes of `config` and the fields of the types mean as a schema. Leaves out: whatever needs a value or a
//! name of another place (references, inputs of a module), which `validate` tells. A schema never refuses what `validate`
//! accepts.

mod fields;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

pub use crate::config::shapes::Document;
use crate::config::shapes::{self, KeyShape, Kind, Shape};
use crate::model::Catalog;

/// A text with an expression in it.
const EXPRESSION: &str = r"\$\{";

/// The schema of a kind of file.
pub fn schema(document: Document, catalog: &dyn Catalog) -> Json {
    let mut writer = Writer { catalog, definitions: BTreeMap::new() };
    let mut root = writer.object(document.shape());
    // A file may be empty.
    root.insert("type".into(), json!(["object", "null"]));
    let mut out = Map::new();
    out.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    out.insert("title".into(), format!("wildfire: {}", document.shape().what.replace('`', "")).into());
    out.extend(root);
    if !writer.definitions.is_empty() {
        let definitions = writer.definitions.into_iter().filter_map(|(name, schema)| Some((name, schema?)));
        out.insert("definitions".into(), Json::Object(definitions.collect()));
    }
    Json::Object(out)
}

struct Writer<'a> {
    catalog: &'a dyn Catalog,
    /// What is said once and referred to; `None` while it is being made.
    definitions: BTreeMap<String, Option<Json>>,
}

impl Writer<'_> {
    fn object(&mut self, shape: &'static Shape) -> Map<String, Json> {
        let mut properties = Map::new();
        for key in shape.keys {
            properties.insert(key.name.into(), self.key(key));
        }
        let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let mut out = Map::new();
        out.insert("type".into(), "object".into());
        out.insert("properties".into(), Json::Object(properties));
        out.insert("additionalProperties".into(), false.into());
        if !required.is_empty() {
            out.insert("required".into(), json!(required));
        }
        if let Some(of_types) = self.of_types(shape) {
            out.insert("allOf".into(), of_types);
        }
        out
    }

    fn key(&mut self, key: &KeyShape) -> Json {
        let mut schema = self.kind(key.kind);
        if !key.required {
            // A key with nothing behind it is as if it were not there.
            schema = or_null(schema);
        }
        match schema {
            Json::Object(mut map) => {
                map.insert("description".into(), key.doc.into());
                Json::Object(map)
            }
            _ => json!({"description": key.doc}),
        }
    }

    fn kind(&mut self, kind: Kind) -> Json {
        match kind {
            Kind::Text => json!({"type": ["string", "number"]}),
            Kind::TextOrExpression => json!({"type": "string"}),
            Kind::AccountId => json!({"type": ["string", "integer"], "pattern": "^[0-9]{12}$"}),
            Kind::Region => json!({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)+-[0-9]+$"}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Number => json!({"type": "number"}),
            Kind::Size => json!({"type": "integer", "minimum": 0}),
            Kind::Duration => json!({"type": "string", "minLength": 1, "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$"}),
            Kind::Texts => json!({"type": "array", "items": {"type": ["string", "number"]}}),
            Kind::TextsOr(words) => json!({"anyOf": [
                {"type": "array", "items": {"type": ["string", "number"]}},
                {"enum": words},
            ]}),
            Kind::Any | Kind::Constant => json!({}),
            Kind::AnyMap => json!({"type": ["object", "string"], "pattern": EXPRESSION}),
            Kind::TextMap => json!({
                "type": ["object", "string"],
                "pattern": EXPRESSION,
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            }),
            Kind::Constants => json!({"type": "array"}),
            Kind::InputType => self.input_type(),
            Kind::OneOf(words) => json!({"enum": words}),
            Kind::Condition => json!({"type": ["boolean", "string"], "pattern": EXPRESSION}),
            Kind::ForEach => json!({"type": ["array", "object", "string"], "pattern": EXPRESSION}),
            Kind::ResourceType => {
                let names: Vec<&str> = self.catalog.types().iter().map(|schema| schema.name).collect();
                json!({"enum": names})
            }
            Kind::DataType => {
                let names: Vec<&str> = self.catalog.data_types().iter().map(|schema| schema.name).collect();
                json!({"enum": names})
            }
            Kind::Properties => json!({"type": "object"}),
            Kind::Table(shape) => self.refer(shape),
            Kind::TextOrTable(shape) => {
                let table = self.refer(shape);
                json!({"anyOf": [{"type": "string"}, table]})
            }
            Kind::Entries(shape) => json!({"type": "array", "items": self.refer(shape)}),
            Kind::TableOrEntries(shape) => {
                let one = self.refer(shape);
                json!({"anyOf": [one, {"type": "array", "items": one}]})
            }
            Kind::Names => named(json!({})),
            Kind::Named(shape) => named(self.refer(shape)),
            Kind::NamedOr(shape, other) => {
                let other = self.kind(*other);
                // Any value takes the map as well, and then nothing would be said of its keys.
                let long = self.refer(shape);
                named(match other.as_object().is_some_and(Map::is_empty) {
                    true => json!({
                        "if": {"type": "object", "required": [shape.keys[0].name]},
                        "then": long,
                    }),
                    false => json!({"anyOf": [other, long]}),
                })
            }
        }
    }

    /// A type by its name, or one with a type inside, to any depth.
    fn input_type(&mut self) -> Json {
        const NAME: &str = "input_type";
        if !self.definitions.contains_key(NAME) {
            self.definitions.insert(NAME.into(), None);
            let field = self.refer(&shapes::FIELD);
            let inner = reference(NAME);
            let of_fields = named(json!({"anyOf": [inner, field]}));
            let composed = json!({
                "type": "object",
                "properties": {"list": inner, "map": inner, "object": of_fields},
                "additionalProperties": false,
                "minProperties": 1,
                "maxProperties": 1,
            });
            self.definitions.insert(NAME.into(), Some(json!({"anyOf": [{"enum": shapes::INPUT_TYPES}, composed]})));
        }
        reference(NAME)
    }

    /// A reference to a shape, which is written down once.
    fn refer(&mut self, shape: &'static Shape) -> Json {
        let name = shape.what.trim_start_matches("an ").trim_start_matches("a ").replace('`', "").replace(' ', "_");
        if !self.definitions.contains_key(&name) {
            self.definitions.insert(name.clone(), None);
            let object = self.object(shape);
            self.definitions.insert(name.clone(), Some(Json::Object(object)));
        }
        reference(&name)
    }

    /// What the properties may be, type by type.
    fn of_types(&mut self, shape: &'static Shape) -> Option<Json> {
        let kind = shape.keys.iter().find_map(|key| match key.kind {
            kind @ (Kind::ResourceType | Kind::DataType) => Some(kind),
            _ => None,
        })?;
        let types: Vec<(&str, &str, &[_])> = match kind {
            Kind::ResourceType => {
                self.catalog.types().iter().map(|schema| (schema.name, schema.doc, schema.fields.as_slice())).collect()
            }
            _ => self
                .catalog
                .data_types()
                .iter()
                .map(|schema| (schema.name, schema.doc, schema.fields.as_slice()))
                .collect(),
        };
        let mut rules = Vec::new();
        for (name, doc, fields) in types {
            let place = match kind {
                Kind::ResourceType => name.to_string(),
                _ => format!("data.{name}"),
            };
            let needed = fields.iter().any(|field| field.required && field.is_property());
            let mut properties = fields::object(fields);
            if let Some(map) = properties.as_object_mut() {
                map.insert("description".into(), doc.into());
            }
            let properties = if needed { properties } else { or_null(properties) };
            self.definitions.insert(place.clone(), Some(properties));
            let mut then = json!({"properties": {"properties": reference(&place)}});
            if needed {
                then["required"] = json!(["properties"]);
            }
            rules.push(json!({
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": then,
            }));
        }
        // An empty one is none.
        (!rules.is_empty()).then_some(Json::Array(rules))
    }
}

fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/definitions/{name}")})
}

/// A map from names, as an expression can write them.
fn named(value: Json) -> Json {
    json!({
        "type": "object",
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
        "additionalProperties": value,
    })
}

/// The schema, or null.
fn or_null(schema: Json) -> Json {
    let mut map = match schema {
        Json::Object(map) => map,
        other => return other,
    };
    let types = match map.get("type") {
        Some(Json::String(one)) => Some(json!([one, "null"])),
        Some(Json::Array(several)) if several.contains(&json!("null")) => Some(json!(several)),
        Some(Json::Array(several)) => Some(several.iter().cloned().chain([json!("null")]).collect()),
        _ => None,
    };
    match types {
        Some(types) => drop(map.insert("type".into(), types)),
        // Whatever is there fits.
        None if map.is_empty() => {}
        None => return json!({"anyOf": [map, {"type": "null"}]}),
    }
    Json::Object(map)
}
