//! The simulated types: few, and each hard in another way.

use crate::model::{
    Change, CreateOnce, DataSchema, Field, Form, Literal, Map, Relations, Scope, Ty, TypeSchema, Value,
};

/// A type, and how the simulated service behaves.
pub(super) struct Kind {
    pub(super) schema: &'static TypeSchema,
    /// Ids begin with it, where the service makes them up.
    pub(super) prefix: &'static str,
    /// Properties that make the id, joined with `_`; empty: the service makes one up.
    pub(super) natural: &'static [&'static str],
    /// No two resources have the same values of these.
    pub(super) unique: &'static [&'static str],
    /// Properties that hold the id of another resource, which has to exist and cannot be deleted before this one.
    pub(super) refers: &'static [(&'static str, &'static str)],
    /// Seconds until it is ready, and until it is gone.
    pub(super) ready_after: u64,
    pub(super) gone_after: u64,
    /// Properties that are returned in lower case, however they were sent.
    pub(super) lowered: &'static [&'static str],
    /// Attributes that AWS sets once it is ready.
    pub(super) when_ready: &'static [&'static str],
    /// Creates, updates and deletions that agree in these properties can be one request, of so many at most, which does all of
    /// them or none.
    pub(super) together: Option<(&'static [&'static str], usize)>,
}

const PLAIN: Field = Field { doc: "Simulated.", change: Change::Immutable, ..Field::NONE };

const fn required(name: &'static str) -> Field {
    Field { name, required: true, ..PLAIN }
}

const fn updated(name: &'static str, ty: Ty, call: &'static str) -> Field {
    Field { name, ty, change: Change::Update(call), ..PLAIN }
}

const fn flag(name: &'static str, call: &'static str, default: bool) -> Field {
    Field { default: Some(Literal::Bool(default)), ..updated(name, Ty::Bool, call) }
}

const fn computed(name: &'static str) -> Field {
    Field { name, change: Change::Computed, ..PLAIN }
}

const fn local(name: &'static str) -> Field {
    Field { name, ty: Ty::Bool, change: Change::Local, default: Some(Literal::Bool(false)), ..PLAIN }
}

const TAGS: Field = updated("tags", Ty::Map(&Ty::String), "Tags");
const TAGS_ALL: Field = Field { aws_default: true, ..updated("tags_all", Ty::Map(&Ty::String), "Tags") };
const ID: Field = computed("id");
const STATUS: Field = computed("status");
const TAG_CALL: (&str, &[&str]) = ("Tags", &["sim:CreateTags", "sim:DeleteTags"]);

const SCHEMA: TypeSchema = TypeSchema {
    name: "",
    doc: "Simulated.",
    fields: &[],
    create_once: CreateOnce::OpTag,
    create_calls: &["sim:Create"],
    delete_calls: &["sim:Delete"],
    update_calls: &[TAG_CALL],
    unsupported: &[],
    exactly_one: &[],
    scope: Scope::Region,
    relations: Relations::NONE,
    import_id: "ID",
    waits_for_deletion: false,
    usual_seconds: 2,
    consistency_seconds: 120,
    lags: &[],
    terraform_version: 0,
    example: "",
};

const RULE: &[Field] = &[
    Field { change: Change::Inherit, required: true, ty: Ty::Int, name: "port", ..PLAIN },
    Field { change: Change::Inherit, set: true, ty: Ty::List(&Ty::String), name: "cidr_blocks", ..PLAIN },
    Field { change: Change::Inherit, default: Some(Literal::Str("tcp")), name: "protocol", ..PLAIN },
];

static VPC: TypeSchema = TypeSchema {
    name: "aws_vpc",
    fields: &[
        required("cidr_block"),
        Field { after_create: true, ..flag("enable_dns_hostnames", "ModifyDnsHostnames", false) },
        TAGS,
        TAGS_ALL,
        ID,
        STATUS,
    ],
    update_calls: &[("ModifyDnsHostnames", &["sim:ModifyVpcAttribute"]), TAG_CALL],
    ..SCHEMA
};

static SUBNET: TypeSchema = TypeSchema {
    name: "aws_subnet",
    fields: &[
        required("vpc_id"),
        required("cidr_block"),
        Field { after_create: true, ..flag("map_public_ip_on_launch", "ModifyMapPublicIp", false) },
        TAGS,
        TAGS_ALL,
        ID,
        STATUS,
    ],
    update_calls: &[("ModifyMapPublicIp", &["sim:ModifySubnetAttribute"]), TAG_CALL],
    ..SCHEMA
};

static SECURITY_GROUP: TypeSchema = TypeSchema {
    name: "aws_security_group",
    fields: &[
        required("name"),
        required("vpc_id"),
        Field { set: true, ..updated("ingress", Ty::List(&Ty::Object(RULE)), "Ingress") },
        TAGS,
        TAGS_ALL,
        ID,
        STATUS,
    ],
    update_calls: &[("Ingress", &["sim:AuthorizeIngress", "sim:RevokeIngress"]), TAG_CALL],
    ..SCHEMA
};

static NAT_GATEWAY: TypeSchema = TypeSchema {
    name: "aws_nat_gateway",
    fields: &[required("subnet_id"), TAGS, TAGS_ALL, ID, computed("public_ip"), STATUS],
    create_once: CreateOnce::ClientToken,
    waits_for_deletion: true,
    usual_seconds: 120,
    ..SCHEMA
};

static DB_INSTANCE: TypeSchema = TypeSchema {
    name: "aws_db_instance",
    fields: &[
        required("identifier"),
        Field { name: "engine", forms: &[Form::Case], ..PLAIN },
        Field { set: true, ty: Ty::List(&Ty::String), name: "subnet_ids", ..PLAIN },
        updated("instance_class", Ty::String, "Modify"),
        Field { sensitive: true, write_only: true, ..updated("password", Ty::String, "ModifyPassword") },
        flag("deletion_protection", "Modify", false),
        local("skip_final_snapshot"),
        TAGS,
        TAGS_ALL,
        ID,
        computed("endpoint"),
        STATUS,
    ],
    create_once: CreateOnce::NaturalName,
    update_calls: &[("Modify", &["sim:ModifyDBInstance"]), ("ModifyPassword", &["sim:ModifyDBInstance"]), TAG_CALL],
    waits_for_deletion: true,
    usual_seconds: 600,
    ..SCHEMA
};

static BUCKET: TypeSchema = TypeSchema {
    scope: Scope::World,
    name: "aws_s3_bucket",
    fields: &[
        required("bucket"),
        Field { after_create: true, ..flag("versioning", "PutVersioning", false) },
        local("force_destroy"),
        TAGS,
        TAGS_ALL,
        ID,
        STATUS,
    ],
    create_once: CreateOnce::NaturalName,
    update_calls: &[("PutVersioning", &["sim:PutBucketVersioning"]), TAG_CALL],
    ..SCHEMA
};

static ROLE: TypeSchema = TypeSchema {
    scope: Scope::Account,
    name: "aws_iam_role",
    fields: &[
        required("name"),
        Field { json: true, ..updated("assume_role_policy", Ty::Any, "Policy") },
        TAGS,
        TAGS_ALL,
        ID,
        computed("arn"),
        STATUS,
    ],
    create_once: CreateOnce::NaturalName,
    update_calls: &[("Policy", &["sim:UpdateAssumeRolePolicy"]), TAG_CALL],
    ..SCHEMA
};

static RECORD: TypeSchema = TypeSchema {
    scope: Scope::Account,
    name: "aws_route53_record",
    fields: &[required("zone_id"), required("name"), updated("records", Ty::List(&Ty::String), "Change"), ID, STATUS],
    create_once: CreateOnce::Upsert,
    update_calls: &[("Change", &["sim:ChangeResourceRecordSets"])],
    ..SCHEMA
};

static QUEUE: TypeSchema = TypeSchema {
    name: "aws_sqs_queue",
    fields: &[
        required("name"),
        Field { default: Some(Literal::Int(0)), ..updated("delay_seconds", Ty::Int, "SetAttributes") },
        TAGS,
        TAGS_ALL,
        ID,
        STATUS,
    ],
    create_once: CreateOnce::SameRequest,
    update_calls: &[("SetAttributes", &["sim:SetQueueAttributes"]), TAG_CALL],
    ..SCHEMA
};

const KIND: Kind = Kind {
    schema: &VPC,
    prefix: "x",
    natural: &[],
    unique: &[],
    refers: &[],
    ready_after: 0,
    gone_after: 0,
    lowered: &[],
    when_ready: &[],
    together: None,
};

pub(super) static KINDS: &[Kind] = &[
    Kind { schema: &VPC, prefix: "vpc", ..KIND },
    Kind {
        schema: &SUBNET,
        prefix: "subnet",
        unique: &["vpc_id", "cidr_block"],
        refers: &[("vpc_id", "aws_vpc")],
        together: Some((&["vpc_id"], 3)),
        ..KIND
    },
    Kind {
        schema: &SECURITY_GROUP,
        prefix: "sg",
        unique: &["vpc_id", "name"],
        refers: &[("vpc_id", "aws_vpc")],
        ..KIND
    },
    Kind {
        schema: &NAT_GATEWAY,
        prefix: "nat",
        refers: &[("subnet_id", "aws_subnet")],
        ready_after: 90,
        gone_after: 40,
        when_ready: &["public_ip"],
        ..KIND
    },
    Kind {
        schema: &DB_INSTANCE,
        natural: &["identifier"],
        unique: &["identifier"],
        refers: &[("subnet_ids", "aws_subnet")],
        ready_after: 540,
        gone_after: 240,
        lowered: &["engine"],
        when_ready: &["endpoint"],
        ..KIND
    },
    Kind { schema: &BUCKET, natural: &["bucket"], unique: &["bucket"], ..KIND },
    Kind { schema: &ROLE, natural: &["name"], unique: &["name"], when_ready: &["arn"], ..KIND },
    Kind {
        schema: &RECORD,
        natural: &["zone_id", "name"],
        unique: &["zone_id", "name"],
        together: Some((&["zone_id"], 100)),
        ..KIND
    },
    Kind { schema: &QUEUE, prefix: "queue", unique: &["name"], together: Some((&[], 10)), ..KIND },
];

pub(super) static DATA: &[DataSchema] = &[
    DataSchema {
        secret: &[],
        name: "aws_availability_zones",
        doc: "Simulated.",
        fields: &[Field { ty: Ty::List(&Ty::String), ..computed("names") }],
        read_calls: &["sim:DescribeZones"],
        example: "",
    },
    DataSchema {
        secret: &[],
        name: "aws_lookup",
        doc: "Simulated: answers with what it was asked.",
        fields: &[required("question"), computed("answer")],
        read_calls: &["sim:Lookup"],
        example: "",
    },
    DataSchema {
        secret: &[],
        name: "aws_vault",
        doc: "Simulated: a secret that only an apply reads.",
        fields: &[required("name"), Field { sensitive: true, ..computed("secret") }, computed("version")],
        read_calls: &["sim:DescribeVault"],
        example: "",
    },
];

pub(super) fn kind(type_name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.schema.name == type_name)
}

impl Kind {
    /// The id that the properties make; `None` where the service makes one up, or a part is unknown.
    pub(super) fn natural_id(&self, properties: &Map) -> Option<String> {
        if self.natural.is_empty() {
            return None;
        }
        let parts: Option<Vec<_>> = self.natural.iter().map(|name| properties.get(*name)?.as_str()).collect();
        Some(parts?.join("_"))
    }

    /// The ids that the properties refer to, with their types.
    pub(super) fn references<'a>(&self, properties: &'a Map) -> Vec<(&'static str, &'a str)> {
        let mut out = Vec::new();
        for (name, type_name) in self.refers {
            match properties.get(*name) {
                Some(Value::String(id)) => out.push((*type_name, id.as_ref())),
                Some(Value::List(ids)) => out.extend(ids.iter().filter_map(|id| Some((*type_name, id.as_str()?)))),
                _ => {}
            }
        }
        out
    }
}
