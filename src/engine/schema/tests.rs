//! Schemas of a small catalog, held against what `config` and `compile` accept and refuse.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use super::*;
use crate::model::{Field, Ty, TypeSchema, Types};

static THINGS: LazyLock<Types> = LazyLock::new(|| {
    let rule = || Ty::Object(vec![Field::new("port", Ty::Int).range(0, 65535).required()]);
    let fields = vec![
        Field::new("id", Ty::String).computed(),
        Field::new("name", Ty::String).required().immutable().doc("Its name."),
        Field::new("size", Ty::Int),
        Field::new("on", Ty::Bool),
        Field::new("tier", Ty::String).one_of(["small", "large"]),
        Field::new("policy", Ty::Any).json(),
        Field::new("names", Ty::list(Ty::String)),
        Field::new("rule", Ty::list(rule())),
        Field::new("block", rule()),
    ];
    Types::new(vec![TypeSchema::new("aws_thing", fields).doc("A thing.")], Vec::new())
});

/// Whether a document fits the schema of its kind.
fn fits(document: Document, file: &Json) -> bool {
    let schema = schema(document, &*THINGS);
    jsonschema::validator_for(&schema).expect("the schema is one").is_valid(file)
}

#[test]
fn stack_files() {
    let resource = |properties: Json| json!({"resources": {"a": {"type": "aws_thing", "properties": properties}}});
    for properties in [
        json!({"name": "x"}),
        json!({"name": 1}),
        json!({"name": "${a.b}", "size": "${1}", "on": "${true}", "names": "${[]}", "rule": "${[]}", "block": "${{}}"}),
        json!({"name": "x", "size": "5", "on": "true", "tier": "${x}", "policy": "{}"}),
        json!({"name": "x", "size": null, "tier": "small", "policy": {"any": ["thing"]}, "names": ["a", 1, "${b}"]}),
        json!({"name": "x", "rule": [{"port": 1}, {"port": "${p}"}], "block": {"port": 2}}),
        json!({"name": "x", "block": [{"port": 2}]}),
    ] {
        assert!(fits(Document::Stack, &resource(properties.clone())), "{properties}");
    }
    for properties in [
        json!({}),
        json!({"nam": "x"}),
        json!({"name": null}),
        json!({"name": ["x"]}),
        json!({"name": "x", "id": "computed"}),
        json!({"name": "x", "size": "five"}),
        json!({"name": "x", "on": "yes"}),
        json!({"name": "x", "tier": "medium"}),
        json!({"name": "x", "names": "a"}),
        json!({"name": "x", "rule": [{"port": 70000}]}),
        json!({"name": "x", "rule": [{"prot": 1}]}),
        json!({"name": "x", "block": [{"port": 2}, {"port": 3}]}),
    ] {
        assert!(!fits(Document::Stack, &resource(properties.clone())), "{properties}");
    }
    for file in [
        json!(null),
        json!({}),
        json!({"resources": null, "moved": [{"from": "a", "to": "b"}]}),
        json!({"outputs": {"a": 1, "b": {"value": null, "sensitive": true}, "c": {"any": "map"}}}),
        json!({"modules": {"m": {"source": "vpc", "for_each": ["a"], "inputs": {"x": [1]}}}}),
        json!({"resources": {"a": {"type": "aws_thing", "when": "${x}", "properties": {"name": "x"}, "depends_on": ["b"],
            "lifecycle": {"ignore_changes": "all", "prevent_destroy": true}, "timeouts": {"create": "1h30m"}}}}),
    ] {
        assert!(fits(Document::Stack, &file), "{file}");
    }
    for file in [
        json!([]),
        json!({"resource": {}}),
        json!({"resources": {"a": {"type": "aws_thing"}}}),
        json!({"resources": {"a": {"type": "aws_none", "properties": {}}}}),
        json!({"resources": {"a-b": {"type": "aws_thing", "properties": {"name": "x"}}}}),
        json!({"resources": {"a": {"type": "aws_thing", "properties": {"name": "x"}, "count": 1}}}),
        json!({"resources": {"a": {"type": "aws_thing", "properties": {"name": "x"}, "when": "true"}}}),
        json!({"resources": {"a": {"type": "aws_thing", "properties": {"name": "x"}, "timeouts": {"create": "1d"}}}}),
        json!({"outputs": {"a": {"value": 1, "sensitive": "yes"}}}),
        json!({"modules": {"m": {"inputs": {}}}}),
        json!({"moved": [{"from": "a"}]}),
        json!({"inputs": {}}),
    ] {
        assert!(!fits(Document::Stack, &file), "{file}");
    }
}

#[test]
fn other_files() {
    for (document, file) in [
        (Document::Project, json!({"name": "shop"})),
        (
            Document::Stage,
            json!({"account_id": "123456789012", "region": "eu-west-1", "tags": {"a": "${b}"}, "values": {"x": [1]}}),
        ),
        (Document::Module, json!({"inputs": {"a": "string", "b": {"type": "int", "default": 1}, "c": {}}})),
        (Document::Module, json!({"description": "x", "resources": {}, "outputs": {"a": "${b}"}})),
    ] {
        assert!(fits(document, &file), "{file}");
    }
    for (document, file) in [
        (Document::Project, json!({})),
        (Document::Project, json!({"name": "shop", "version": "1"})),
        (Document::Stage, json!({"account_id": "1", "region": "eu-west-1"})),
        (Document::Stage, json!({"account_id": "123456789012", "region": "eu-west-1a"})),
        (Document::Stage, json!({"account_id": "123456789012", "region": "eu-west-1", "resources": {}})),
        (Document::Module, json!({"inputs": {"a": "text"}})),
        (Document::Module, json!({"inputs": {"a": {"typ": "int"}}})),
        (Document::Module, json!({"moved": []})),
    ] {
        assert!(!fits(document, &file), "{file}");
    }
}

/// Every key of every shape is in the schema, with a description.
#[test]
fn every_key_is_described() {
    fn described(schema: &Json, out: &mut BTreeSet<String>) {
        match schema {
            Json::Object(map) => {
                if let Some(Json::Object(properties)) = map.get("properties") {
                    out.extend(
                        properties
                            .iter()
                            .filter(|(_, key)| key["description"].is_string())
                            .map(|(name, _)| name.clone()),
                    );
                }
                map.values().for_each(|inner| described(inner, out));
            }
            Json::Array(items) => items.iter().for_each(|inner| described(inner, out)),
            _ => {}
        }
    }
    fn names(shape: &'static Shape, out: &mut BTreeSet<String>) {
        for key in shape.keys {
            assert!(key.doc.ends_with('.'), "{}: {}", shape.what, key.name);
            out.insert(key.name.to_string());
            if let Kind::Table(inner)
            | Kind::Entries(inner)
            | Kind::TableOrEntries(inner)
            | Kind::TextOrTable(inner)
            | Kind::Named(inner)
            | Kind::NamedOr(inner, _) = key.kind
            {
                names(inner, out);
            }
        }
    }
    for document in Document::ALL {
        let (mut found, mut wanted) = (BTreeSet::new(), BTreeSet::new());
        described(&schema(document, &*THINGS), &mut found);
        names(document.shape(), &mut wanted);
        let missing: Vec<&String> = wanted.difference(&found).collect();
        assert!(missing.is_empty(), "{document:?} {missing:?}");
    }
    let stack = schema(Document::Stack, &*THINGS);
    let doc = &stack["definitions"]["aws_thing"]["properties"]["name"]["description"];
    assert_eq!(doc, "Its name.\n\nA change replaces the resource.");
}
