//! The documents that Terraform reads.

use std::collections::BTreeSet;

use serde_json::json;

use crate::model::{Field, Literal, Placement, StackId, Ty, TypeSchema, Types, Value};
use crate::state::terraform::{export, outputs_document};
use crate::state::{Deposed, OutputState, ResourceState, State};

fn field(name: &'static str, ty: Ty) -> Field {
    Field::new(name, ty).immutable()
}

fn types() -> Types {
    let password = || field("password", Ty::String).sensitive();
    let inner = Ty::Object(vec![field("x", Ty::Int)]);
    let fields = vec![
        field("id", Ty::String),
        field("_status", Ty::String),
        field("generate", Ty::Any).ours(),
        field("name", Ty::String),
        field("policy", Ty::Any).json(),
        password(),
        field("scaling", Ty::Object(vec![field("max", Ty::Int), password()])),
        field("rule", Ty::list(Ty::Object(vec![field("inner", inner)]))),
    ];
    Types::new(
        vec![TypeSchema {
            terraform_version: 2,
            terraform_defaults: vec![("wait", Literal::Str("10m"))],
            provider: "registry.terraform.io/hashicorp/aws",
            ..TypeSchema::new("aws_thing", fields)
        }],
        Vec::new(),
    )
}

fn resource(id: &str, attributes: Value, dependencies: &[&str]) -> ResourceState {
    ResourceState {
        type_name: "aws_thing".into(),
        id: id.into(),
        place: Placement::HOME,
        attributes,
        dependencies: dependencies.iter().map(|path| (*path).to_string()).collect(),
        sensitive: BTreeSet::new(),
        prevent_destroy: false,
        create_before_destroy: false,
        unfinished: Vec::new(),
        unread: false,
        created_by: None,
        failed: None,
    }
}

fn state() -> State {
    let mut state = State::empty(
        StackId::new("test", "main"),
        "123456789012".into(),
        "eu-west-1".into(),
        "11111111-2222-4333-8444-555555555555".into(),
    );
    state.serial = 7;
    state
}

fn output(value: impl Into<Value>) -> OutputState {
    OutputState { value: value.into(), sensitive: false }
}

/// A member a line.
fn lines(object: &serde_json::Value) -> String {
    let members = object.as_object().unwrap().iter();
    members.map(|(key, value)| format!("{key:?}: {value}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_published_document_has_typed_outputs_and_neither_secrets_nor_resources() {
    let mut state = state();
    state.resources.insert("a".into(), resource("t-1", Value::Null, &[]));
    let text = Value::from("x");
    state.outputs = [
        ("text", output("x")),
        ("number", output(3)),
        ("float", output(1.5)),
        ("flag", output(true)),
        ("same", output(vec![text.clone(), text.clone()])),
        ("mixed", output(vec![text.clone(), Value::Int(1)])),
        ("none", output(Vec::new())),
        ("nulls", output(vec![Value::Null])),
        ("object", output([("port", Value::Int(1)), ("host", text)])),
        ("null", OutputState { value: Value::Null, sensitive: false }),
        ("secret", OutputState { value: Value::Null, sensitive: true }),
    ]
    .map(|(name, output)| (name.to_string(), output))
    .into();
    let document = outputs_document(&state);
    assert_eq!(document["version"], 4);
    assert_eq!(document["serial"], 7);
    assert_eq!(document["lineage"], "11111111-2222-4333-8444-555555555555");
    assert_eq!(document["resources"], json!([]));
    insta::assert_snapshot!(lines(&document["outputs"]), @r#"
    "flag": {"value":true,"type":"bool"}
    "float": {"value":1.5,"type":"number"}
    "mixed": {"value":["x",1],"type":["tuple",["string","number"]]}
    "none": {"value":[],"type":["tuple",[]]}
    "null": {"value":null,"type":"dynamic"}
    "nulls": {"value":[null],"type":["tuple",["dynamic"]]}
    "number": {"value":3,"type":"number"}
    "object": {"value":{"port":1,"host":"x"},"type":["object",{"host":"string","port":"number"}]}
    "same": {"value":["x","x"],"type":["list","string"]}
    "text": {"value":"x","type":"string"}
    "#);
}

#[test]
fn an_export_has_modules_keys_blocks_and_deposed_objects() {
    let mut state = state();
    let attributes = Value::from([
        ("name", Value::from("n")),
        ("_status", Value::from("available")),
        ("generate", Value::from([("length", Value::Int(20))])),
        ("policy", Value::from([("Version", Value::from("1"))])),
        ("password", Value::from("digest")),
        ("scaling", Value::from([("max", Value::Int(3)), ("password", Value::from("digest"))])),
        ("rule", Value::List(vec![Value::from([("inner", Value::from([("x", Value::Int(1))]))])])),
    ]);
    let base = Value::from([("name", Value::from("base")), ("scaling", Value::from([("max", Value::Null)]))]);
    state.resources.insert("base".into(), resource("t-0", base, &[]));
    let mut secret = resource("t-1", attributes, &["base", "network.each", "gone"]);
    secret.sensitive.insert("name".into());
    state.resources.insert("network.thing[\"a\"]".into(), secret);
    state
        .resources
        .insert("network.each[\"k\"]".into(), resource("t-2", Value::from([("id", Value::from("t-2"))]), &[]));
    state.deposed.insert(
        "network.thing[\"a\"]".into(),
        vec![Deposed {
            key: "0000000a".into(),
            type_name: "aws_thing".into(),
            id: "t-9".into(),
            place: Placement::HOME,
            attributes: Value::from([("name", Value::from("old"))]),
            dependencies: BTreeSet::new(),
            created_by: None,
        }],
    );
    let expected = json!([
        {
            "mode": "managed",
            "type": "aws_thing",
            "name": "base",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [
                {
                    "schema_version": 2,
                    "attributes": {
                        "id": null,
                        "name": "base",
                        "policy": null,
                        "password": null,
                        "scaling": [],
                        "rule": [],
                        "wait": "10m"
                    },
                    "sensitive_attributes": []
                }
            ]
        },
        {
            "module": "module.network",
            "mode": "managed",
            "type": "aws_thing",
            "name": "each",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [
                {
                    "schema_version": 2,
                    "attributes": {
                        "id": "t-2",
                        "name": null,
                        "policy": null,
                        "password": null,
                        "scaling": [],
                        "rule": [],
                        "wait": "10m"
                    },
                    "sensitive_attributes": [],
                    "index_key": "k"
                }
            ]
        },
        {
            "module": "module.network",
            "mode": "managed",
            "type": "aws_thing",
            "name": "thing",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [
                {
                    "schema_version": 2,
                    "attributes": {
                        "id": null,
                        "name": null,
                        "policy": "{\"Version\":\"1\"}",
                        "password": null,
                        "scaling": [
                            {
                                "max": 3,
                                "password": null
                            }
                        ],
                        "rule": [
                            {
                                "inner": [
                                    {
                                        "x": 1
                                    }
                                ]
                            }
                        ],
                        "wait": "10m"
                    },
                    "sensitive_attributes": [
                        [
                            {
                                "type": "get_attr",
                                "value": "name"
                            }
                        ]
                    ],
                    "dependencies": [
                        "aws_thing.base",
                        "module.network.aws_thing.each"
                    ],
                    "index_key": "a"
                },
                {
                    "schema_version": 2,
                    "attributes": {
                        "id": null,
                        "name": "old",
                        "policy": null,
                        "password": null,
                        "scaling": [],
                        "rule": [],
                        "wait": "10m"
                    },
                    "sensitive_attributes": [],
                    "deposed": "0000000a",
                    "index_key": "a"
                }
            ]
        }
    ]);
    assert_eq!(export(&state, &types())["resources"], expected);
}

#[test]
fn attributes_of_a_type_that_is_not_known_are_written_as_they_are() {
    let mut state = state();
    let mut unknown = resource("t-1", Value::from([("size", Value::Int(1))]), &[]);
    unknown.type_name = "aws_other".into();
    state.resources.insert("a".into(), unknown);
    let instance = &export(&state, &types())["resources"][0]["instances"][0];
    assert_eq!(instance["attributes"], json!({"size": 1}));
    assert_eq!(instance["schema_version"], 0);
}
