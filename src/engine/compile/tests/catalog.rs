//! A few types in the manner of AWS.

use crate::model::{
    Catalog, Change, CreateOnce, DataSchema, Field, Inline, Literal, PhysicalId, Problem, PropertyPath, Relations,
    Scope, Ty, TypeSchema, Value,
};

pub(super) struct Types;

const fn field(name: &'static str, ty: Ty) -> Field {
    Field { name, ty, change: Change::Update("Modify"), ..Field::NONE }
}

const fn required(name: &'static str, ty: Ty) -> Field {
    Field { required: true, ..field(name, ty) }
}

const fn computed(name: &'static str) -> Field {
    Field { change: Change::Computed, ..field(name, Ty::String) }
}

const TAGS: Field = field("tags", Ty::Map(&Ty::String));
const TAGS_ALL: Field = field("tags_all", Ty::Map(&Ty::String));

const VPC: &[Field] = &[
    computed("id"),
    computed("arn"),
    Field { conflicts: &["ipv4_ipam_pool_id"], ..field("cidr_block", Ty::String) },
    Field { conflicts: &["cidr_block"], ..field("ipv4_ipam_pool_id", Ty::String) },
    Field { default: Some(Literal::Bool(true)), ..field("enable_dns_support", Ty::Bool) },
    Field { one_of: &["default", "dedicated"], ..field("instance_tenancy", Ty::String) },
    TAGS,
    TAGS_ALL,
];

const SUBNET: &[Field] = &[
    computed("id"),
    required("vpc_id", Ty::String),
    field("cidr_block", Ty::String),
    field("availability_zone", Ty::String),
    field("map_public_ip_on_launch", Ty::Bool),
    TAGS,
    TAGS_ALL,
];

const INGRESS: &[Field] = &[
    required("from_port", Ty::Int),
    required("to_port", Ty::Int),
    field("protocol", Ty::String),
    field("cidr_blocks", Ty::List(&Ty::String)),
    field("description", Ty::String),
];

const GROUP: &[Field] = &[
    computed("id"),
    field("name", Ty::String),
    field("vpc_id", Ty::String),
    field("ingress", Ty::List(&Ty::Object(INGRESS))),
    TAGS,
    TAGS_ALL,
];

const RULE: &[Field] = &[
    computed("id"),
    required("security_group_id", Ty::String),
    field("referenced_security_group_id", Ty::String),
    field("cidr_ipv4", Ty::String),
];

const SCALING: &[Field] = &[required("max_capacity", Ty::Float), field("min_capacity", Ty::Float)];

const DATABASE: &[Field] = &[
    computed("id"),
    computed("endpoint"),
    field("identifier", Ty::String),
    field("port", Ty::Int),
    Field { sensitive: true, write_only: true, ..field("password", Ty::String) },
    field("scaling", Ty::Object(SCALING)),
    field("subnet_ids", Ty::List(&Ty::String)),
    field("character_set_name", Ty::String),
    TAGS,
    TAGS_ALL,
];

const BUCKET: &[Field] = &[computed("id"), computed("arn"), field("bucket", Ty::String), TAGS, TAGS_ALL];

const BUCKET_POLICY: &[Field] = &[computed("id"), required("bucket", Ty::String), field("policy", Ty::String)];

const POLICY: &[Field] = &[
    computed("id"),
    field("name", Ty::String),
    Field { json: true, policy: true, required: true, ..field("policy", Ty::String) },
];

const NETWORK: &[Field] = &[
    required("subnet_ids", Ty::List(&Ty::String)),
    Field { change: Change::Computed, ..field("vpc_id", Ty::String) },
    Field { aws_default: true, ..field("cidr", Ty::String) },
    Field { default: Some(Literal::Bool(false)), ..field("private", Ty::Bool) },
    field("zone", Ty::String),
];

const CLUSTER: &[Field] = &[
    computed("id"),
    required("name", Ty::String),
    field("version", Ty::Version),
    required("network", Ty::Object(NETWORK)),
    field("settings", Ty::Any),
];

const RECORD: &[Field] = &[
    computed("id"),
    required("name", Ty::String),
    field("records", Ty::List(&Ty::String)),
    field("alias", Ty::Map(&Ty::String)),
];

const fn schema(name: &'static str, fields: &'static [Field]) -> TypeSchema {
    TypeSchema {
        name,
        doc: "",
        fields,
        create_once: CreateOnce::OpTag,
        create_calls: &[],
        delete_calls: &[],
        update_calls: &[],
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

static TYPES: &[TypeSchema] = &[
    schema("aws_vpc", VPC),
    schema("aws_subnet", SUBNET),
    TypeSchema {
        relations: Relations {
            inline: &[Inline {
                property: "ingress",
                type_name: "aws_vpc_security_group_ingress_rule",
                parent: "security_group_id",
                only: None,
            }],
            ..Relations::NONE
        },
        ..schema("aws_security_group", GROUP)
    },
    TypeSchema {
        relations: Relations { identity: &["security_group_id", "cidr_ipv4"], ..Relations::NONE },
        ..schema("aws_vpc_security_group_ingress_rule", RULE)
    },
    TypeSchema {
        unsupported: &[("character_set_name", "it is for Oracle only")],
        ..schema("aws_db_instance", DATABASE)
    },
    TypeSchema { relations: Relations { identity: &["bucket"], ..Relations::NONE }, ..schema("aws_s3_bucket", BUCKET) },
    TypeSchema {
        relations: Relations { identity: &["bucket"], ..Relations::NONE },
        ..schema("aws_s3_bucket_policy", BUCKET_POLICY)
    },
    schema("aws_iam_policy", POLICY),
    schema("aws_eks_cluster", CLUSTER),
    TypeSchema { exactly_one: &[&["records", "alias"]], ..schema("aws_route53_record", RECORD) },
];

static DATA: &[DataSchema] = &[
    DataSchema {
        secret: &["text"],
        name: "aws_vault",
        doc: "",
        fields: &[required("name", Ty::String), Field { sensitive: true, ..computed("text") }],
        read_calls: &[],
        example: "",
    },
    DataSchema {
        secret: &[],
        name: "aws_availability_zones",
        doc: "",
        fields: &[
            field("state", Ty::String),
            Field { change: Change::Computed, ..field("names", Ty::List(&Ty::String)) },
            computed("id"),
        ],
        read_calls: &[],
        example: "",
    },
    DataSchema {
        secret: &[],
        name: "aws_ssm_parameter",
        doc: "",
        fields: &[required("name", Ty::String), Field { sensitive: true, ..computed("value") }, computed("arn")],
        read_calls: &[],
        example: "",
    },
];

impl Catalog for Types {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        TYPES.iter().find(|schema| schema.name == type_name)
    }

    fn data_schema(&self, type_name: &str) -> Option<&'static DataSchema> {
        DATA.iter().find(|schema| schema.name == type_name)
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        TYPES.iter().collect()
    }

    fn data_types(&self) -> Vec<&'static DataSchema> {
        DATA.iter().collect()
    }

    fn validate(&self, type_name: &str, properties: &Value) -> Vec<Problem> {
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

    fn natural_id(&self, type_name: &str, properties: &Value) -> Option<PhysicalId> {
        let bucket = properties.get("bucket").filter(|_| type_name == "aws_s3_bucket")?;
        bucket.as_str().map(PhysicalId::from)
    }
}
