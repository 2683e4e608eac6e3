//! A few types in the manner of AWS.

use std::sync::LazyLock;

use crate::model::{
    DataSchema, Field, Form, Inline, Literal, Network, PhysicalId, Problem, PropertyPath, Relations, ReservedTags,
    TagRule, Ty, TypeSchema, Types, Value,
};

const RESERVED: &[ReservedTags] = &[ReservedTags { prefix: "aws:", owner: "AWS" }];
const TAGS: TagRule = TagRule { own: "tags", all: "tags_all", index: Some("arn"), reserved: RESERVED };
const SUBNET: Network = Network::Part { of: "vpc_id", block: "cidr_block", nouns: ["subnet", "VPC"] };

fn field(name: &'static str, ty: Ty) -> Field {
    Field::new(name, ty).updated_by("Modify")
}

fn required(name: &'static str, ty: Ty) -> Field {
    field(name, ty).required()
}

fn computed(name: &'static str) -> Field {
    field(name, Ty::String).computed()
}

fn tags() -> Field {
    field("tags", Ty::map(Ty::String))
}

fn tags_all() -> Field {
    field("tags_all", Ty::map(Ty::String))
}

fn vpc() -> Vec<Field> {
    vec![
        computed("id"),
        computed("arn"),
        field("cidr_block", Ty::String).cidr().conflicts(["ipv4_ipam_pool_id"]),
        field("ipv4_ipam_pool_id", Ty::String).conflicts(["cidr_block"]),
        field("enable_dns_support", Ty::Bool).default(Literal::Bool(true)),
        field("instance_tenancy", Ty::String).one_of(["default", "dedicated"]),
        tags(),
        tags_all(),
    ]
}

fn subnet() -> Vec<Field> {
    vec![
        computed("id"),
        required("vpc_id", Ty::String),
        field("cidr_block", Ty::String).cidr(),
        field("availability_zone", Ty::String),
        field("map_public_ip_on_launch", Ty::Bool),
        tags(),
        tags_all(),
    ]
}

fn ingress() -> Vec<Field> {
    vec![
        required("from_port", Ty::Int),
        required("to_port", Ty::Int),
        field("protocol", Ty::String),
        field("cidr_blocks", Ty::list(Ty::String)).cidr(),
        field("description", Ty::String),
    ]
}

fn group() -> Vec<Field> {
    vec![
        computed("id"),
        field("name", Ty::String),
        field("vpc_id", Ty::String),
        field("ingress", Ty::list(Ty::Object(ingress()))),
        tags(),
        tags_all(),
    ]
}

fn rule() -> Vec<Field> {
    vec![
        computed("id"),
        required("security_group_id", Ty::String),
        field("referenced_security_group_id", Ty::String),
        field("cidr_ipv4", Ty::String).cidr(),
    ]
}

fn scaling() -> Vec<Field> {
    vec![required("max_capacity", Ty::Float), field("min_capacity", Ty::Float)]
}

fn database() -> Vec<Field> {
    vec![
        computed("id"),
        computed("endpoint"),
        field("identifier", Ty::String),
        field("port", Ty::Int),
        field("password", Ty::String).sensitive().write_only(),
        field("scaling", Ty::Object(scaling())),
        field("subnet_ids", Ty::list(Ty::String)),
        field("character_set_name", Ty::String),
        field("optimized", Ty::String).forms([Form::Flag]).one_of(["", "true", "false"]),
        tags(),
        tags_all(),
    ]
}

fn bucket() -> Vec<Field> {
    vec![computed("id"), computed("arn"), field("bucket", Ty::String), tags(), tags_all()]
}

fn bucket_policy() -> Vec<Field> {
    vec![computed("id"), required("bucket", Ty::String), field("policy", Ty::String)]
}

fn policy() -> Vec<Field> {
    vec![computed("id"), field("name", Ty::String), field("policy", Ty::String).json().policy().required()]
}

fn network() -> Vec<Field> {
    vec![
        required("subnet_ids", Ty::list(Ty::String)),
        field("vpc_id", Ty::String).computed(),
        field("cidr", Ty::String).cidr().aws_default(),
        field("private", Ty::Bool).default(Literal::Bool(false)),
        field("zone", Ty::String),
    ]
}

fn cluster() -> Vec<Field> {
    vec![
        computed("id"),
        required("name", Ty::String),
        field("version", Ty::Version),
        required("network", Ty::Object(network())),
        field("settings", Ty::Any),
    ]
}

fn record() -> Vec<Field> {
    vec![
        computed("id"),
        required("name", Ty::String),
        field("records", Ty::list(Ty::String)),
        field("alias", Ty::map(Ty::String)),
    ]
}

const INLINE: &[Inline] = &[Inline {
    property: "ingress",
    type_name: "aws_vpc_security_group_ingress_rule",
    parent: "security_group_id",
    only: None,
}];

fn types() -> Vec<TypeSchema> {
    let by_bucket = Relations { identity: &["bucket"], ..Relations::NONE };
    vec![
        TypeSchema::new("aws_vpc", vpc())
            .relations(Relations { network: Some(Network::Whole { block: "cidr_block" }), ..Relations::NONE }),
        TypeSchema::new("aws_subnet", subnet()).relations(Relations { network: Some(SUBNET), ..Relations::NONE }),
        TypeSchema::new("aws_security_group", group()).relations(Relations { inline: INLINE, ..Relations::NONE }),
        TypeSchema::new("aws_vpc_security_group_ingress_rule", rule())
            .relations(Relations { identity: &["security_group_id", "cidr_ipv4"], ..Relations::NONE }),
        TypeSchema {
            unsupported: vec![("character_set_name", "it is for Oracle only")],
            ..TypeSchema::new("aws_db_instance", database())
        },
        TypeSchema::new("aws_s3_bucket", bucket()).relations(by_bucket),
        TypeSchema::new("aws_s3_bucket_policy", bucket_policy()).relations(by_bucket),
        TypeSchema::new("aws_iam_policy", policy()),
        TypeSchema::new("aws_eks_cluster", cluster()),
        TypeSchema { exactly_one: vec![vec!["records", "alias"]], ..TypeSchema::new("aws_route53_record", record()) },
    ]
}

fn data() -> Vec<DataSchema> {
    let text = required("name", Ty::String);
    vec![
        DataSchema {
            secret: vec!["text"],
            ..DataSchema::new("aws_vault", vec![text.clone(), computed("text").sensitive()])
        },
        DataSchema::new(
            "aws_availability_zones",
            vec![field("state", Ty::String), field("names", Ty::list(Ty::String)).computed(), computed("id")],
        ),
        DataSchema::new("aws_ssm_parameter", vec![text, computed("value").sensitive(), computed("arn")]),
    ]
}

fn validate(type_name: &str, properties: &Value) -> Vec<Problem> {
    let bucket = properties.get("bucket").and_then(Value::as_str).unwrap_or_default();
    if type_name == "aws_s3_bucket" && bucket.contains('_') {
        return vec![Problem {
            path: PropertyPath::from("bucket"),
            message: "a bucket's name has no `_`".into(),
            help: Some("use `-`".into()),
        }];
    }
    Vec::new()
}

fn natural_id(type_name: &str, properties: &Value) -> Option<PhysicalId> {
    let bucket = properties.get("bucket").filter(|_| type_name == "aws_s3_bucket")?;
    bucket.as_str().map(PhysicalId::from)
}

fn finished(mut schema: TypeSchema) -> TypeSchema {
    for field in &mut schema.fields {
        field.names = matches!(field.name, "name" | "bucket" | "identifier" | "cidr_block");
    }
    schema.tagged(TAGS)
}

pub(super) static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let types = types().into_iter().map(finished).collect();
    Types::new(types, data()).reserving(RESERVED).validated(validate).named(natural_id)
});
