//! Three types in the manner of AWS, with defaults, sets, JSON and computed attributes.
//!
//! The simulated cloud has more of them, and is not compiled into benchmarks; these hold the marks that cost time
//! in a comparison.

use wildfire_engine::model::{
    Catalog, Change, CreateOnce, DataSchema, Field, Literal, PhysicalId, Problem, Relations, Scope, Ty, TypeSchema,
    Value,
};

pub struct Types;

const FIELD: Field = Field { change: Change::Immutable, ..Field::NONE };

const fn modified(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, change: Change::Update("Modify"), ..FIELD }
}

const fn computed(name: &'static str) -> Field {
    Field { name, change: Change::Computed, ..FIELD }
}

const TAGS: Field = modified("tags", Ty::Map(&Ty::String));
const TAGS_ALL: Field = Field { name: "tags_all", ty: Ty::Map(&Ty::String), ..computed("tags_all") };

const fn schema(name: &'static str, fields: &'static [Field]) -> TypeSchema {
    TypeSchema {
        name,
        doc: "",
        fields,
        create_once: CreateOnce::OpTag,
        create_calls: &["bench:Create"],
        delete_calls: &["bench:Delete"],
        update_calls: &[("Modify", &["bench:Modify"])],
        unsupported: &[],
        exactly_one: &[],
        scope: Scope::Region,
        relations: Relations::NONE,
        import_id: "ID",
        waits_for_deletion: false,
        usual_seconds: 1,
        consistency_seconds: 0,
        lags: &[],
        terraform_version: 0,
        example: "",
    }
}

const RULE: &[Field] = &[
    Field { name: "port", ty: Ty::Int, change: Change::Inherit, required: true, ..FIELD },
    Field { name: "cidr_blocks", ty: Ty::List(&Ty::String), change: Change::Inherit, set: true, ..FIELD },
    Field { name: "protocol", change: Change::Inherit, default: Some(Literal::Str("tcp")), ..FIELD },
];

static TYPES: [TypeSchema; 3] = [
    schema(
        "aws_network",
        &[
            Field { name: "cidr_block", required: true, ..FIELD },
            Field { default: Some(Literal::Bool(true)), ..modified("enable_dns", Ty::Bool) },
            TAGS,
            TAGS_ALL,
            computed("id"),
            computed("arn"),
        ],
    ),
    schema(
        "aws_group",
        &[
            Field { name: "name", required: true, ..FIELD },
            Field { name: "network", required: true, ..FIELD },
            Field { set: true, ..modified("ingress", Ty::List(&Ty::Object(RULE))) },
            TAGS,
            TAGS_ALL,
            computed("id"),
            computed("arn"),
        ],
    ),
    schema(
        "aws_instance_like",
        &[
            Field { name: "name", required: true, ..FIELD },
            modified("group", Ty::String),
            Field { aws_default: true, ..modified("zone", Ty::String) },
            Field { json: true, ..modified("policy", Ty::Any) },
            Field { default: Some(Literal::Int(30)), ..modified("retention", Ty::Int) },
            TAGS,
            TAGS_ALL,
            computed("id"),
            computed("endpoint"),
        ],
    ),
];

impl Catalog for Types {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        TYPES.iter().find(|schema| schema.name == type_name)
    }

    fn data_schema(&self, _: &str) -> Option<&'static DataSchema> {
        None
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        TYPES.iter().collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        Vec::new()
    }

    fn validate(&self, _: &str, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn natural_id(&self, _: &str, _: &Value) -> Option<PhysicalId> {
        None
    }
}
