//! Three types in the manner of AWS, with defaults, sets, JSON and computed attributes.
//!
//! The simulated cloud has more of them, and is not compiled into benchmarks; these hold the marks that cost time
//! in a comparison.

use std::sync::LazyLock;

use wildfire_engine::model::{Field, Literal, TagRule, Ty, TypeSchema, Types};

pub static TYPES: LazyLock<Types> = LazyLock::new(|| Types::new(types(), Vec::new()));

fn required(name: &'static str) -> Field {
    Field::new(name, Ty::String).immutable().required()
}

fn modified(name: &'static str, ty: Ty) -> Field {
    Field::new(name, ty).updated_by("Modify")
}

fn schema(name: &'static str, mut fields: Vec<Field>, computed: [&'static str; 2]) -> TypeSchema {
    let labels = || Ty::map(Ty::String);
    fields.extend([modified("tags", labels()), Field::new("tags_all", labels()).computed()]);
    fields.extend(computed.map(|name| Field::new(name, Ty::String).computed()));
    TypeSchema::new(name, fields)
        .create_calls(["bench:Create"])
        .delete_calls(["bench:Delete"])
        .update_call("Modify", ["bench:Modify"])
        .tagged(TagRule { own: "tags", all: "tags_all", index: Some("arn"), reserved: &[] })
}

fn types() -> Vec<TypeSchema> {
    let rule = Ty::Object(vec![
        Field::new("port", Ty::Int).required(),
        Field::new("cidr_blocks", Ty::set(Ty::String)),
        Field::new("protocol", Ty::String).default(Literal::Str("tcp")),
    ]);
    let dns = modified("enable_dns", Ty::Bool).default(Literal::Bool(true));
    vec![
        schema("aws_network", vec![required("cidr_block"), dns], ["id", "arn"]),
        schema(
            "aws_group",
            vec![required("name"), required("network"), modified("ingress", Ty::set(rule))],
            ["id", "arn"],
        ),
        schema(
            "aws_instance_like",
            vec![
                required("name"),
                modified("group", Ty::String),
                modified("zone", Ty::String).aws_default(),
                modified("policy", Ty::Any).json(),
                modified("retention", Ty::Int).default(Literal::Int(30)),
            ],
            ["id", "endpoint"],
        ),
    ]
}
