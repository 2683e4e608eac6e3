//! The simulated types: few, and each hard in another way.

use std::sync::LazyLock;

use crate::model::{
    Beginning, CreateOnce, DataSchema, Field, Form, Literal, Map, PhysicalId, Scope, TagRule, Ty, TypeSchema, Types,
    Value,
};

/// A type, and how the simulated service behaves.
pub(super) struct Kind {
    pub(super) schema: TypeSchema,
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

const TAGS: TagRule = TagRule { own: "tags", all: "tags_all", index: Some("arn"), reserved: &[] };

fn plain(name: &'static str, ty: Ty) -> Field {
    Field::new(name, ty).doc("Simulated.").immutable()
}

fn required(name: &'static str) -> Field {
    plain(name, Ty::String).required()
}

fn updated(name: &'static str, ty: Ty, call: &'static str) -> Field {
    plain(name, ty).updated_by(call)
}

fn flag(name: &'static str, call: &'static str, default: bool) -> Field {
    updated(name, Ty::Bool, call).default(Literal::Bool(default))
}

fn computed(name: &'static str) -> Field {
    plain(name, Ty::String).computed()
}

fn local(name: &'static str) -> Field {
    plain(name, Ty::Bool).local().default(Literal::Bool(false))
}

/// A type without tags, with `id` and `status`.
fn bare(name: &'static str, mut fields: Vec<Field>) -> TypeSchema {
    fields.extend([computed("id"), computed("status")]);
    let schema =
        TypeSchema::new(name, fields).doc("Simulated.").create_calls(["sim:Create"]).delete_calls(["sim:Delete"]);
    TypeSchema { usual_seconds: 2, consistency_seconds: 120, ..schema }
}

/// A type with tags, whose update calls are those in `calls` and that of the tags.
fn tagged(name: &'static str, mut fields: Vec<Field>, calls: &[(&'static str, &'static [&'static str])]) -> TypeSchema {
    let tags = || Ty::map(Ty::String);
    fields.extend([updated("tags", tags(), "Tags"), updated("tags_all", tags(), "Tags").aws_default()]);
    let schema = calls
        .iter()
        .fold(bare(name, fields), |schema, (call, operations)| schema.update_call(*call, operations.iter().copied()));
    schema.update_call("Tags", ["sim:CreateTags", "sim:DeleteTags"]).tagged(TAGS)
}

fn vpc() -> TypeSchema {
    tagged(
        "aws_vpc",
        vec![required("cidr_block"), flag("enable_dns_hostnames", "ModifyDnsHostnames", false).after_create()],
        &[("ModifyDnsHostnames", &["sim:ModifyVpcAttribute"])],
    )
}

fn subnet() -> TypeSchema {
    let public = flag("map_public_ip_on_launch", "ModifyMapPublicIp", false).after_create();
    tagged(
        "aws_subnet",
        vec![required("vpc_id"), required("cidr_block"), public],
        &[("ModifyMapPublicIp", &["sim:ModifySubnetAttribute"])],
    )
}

fn security_group() -> TypeSchema {
    let rule = Ty::Object(vec![
        Field::new("port", Ty::Int).doc("Simulated.").required(),
        Field::new("cidr_blocks", Ty::set(Ty::String)).doc("Simulated."),
        Field::new("protocol", Ty::String).doc("Simulated.").default(Literal::Str("tcp")),
    ]);
    tagged(
        "aws_security_group",
        vec![required("name"), required("vpc_id"), updated("ingress", Ty::set(rule), "Ingress")],
        &[("Ingress", &["sim:AuthorizeIngress", "sim:RevokeIngress"])],
    )
}

fn nat_gateway() -> TypeSchema {
    tagged("aws_nat_gateway", vec![required("subnet_id"), computed("public_ip")], &[])
        .create_once(CreateOnce::ClientToken)
        .slow(120)
}

fn db_instance() -> TypeSchema {
    tagged(
        "aws_db_instance",
        vec![
            required("identifier"),
            plain("engine", Ty::String).forms([Form::Case]),
            plain("subnet_ids", Ty::set(Ty::String)),
            updated("instance_class", Ty::String, "Modify"),
            updated("password", Ty::String, "ModifyPassword").sensitive().write_only(),
            flag("deletion_protection", "Modify", false).protection(),
            local("skip_final_snapshot"),
            computed("endpoint"),
        ],
        &[("Modify", &["sim:ModifyDBInstance"]), ("ModifyPassword", &["sim:ModifyDBInstance"])],
    )
    .create_once(CreateOnce::NaturalName)
    .slow(600)
}

fn bucket() -> TypeSchema {
    tagged(
        "aws_s3_bucket",
        vec![required("bucket"), flag("versioning", "PutVersioning", false).after_create(), local("force_destroy")],
        &[("PutVersioning", &["sim:PutBucketVersioning"])],
    )
    .create_once(CreateOnce::NaturalName)
    .scope(Scope::World)
}

fn role() -> TypeSchema {
    tagged(
        "aws_iam_role",
        vec![
            plain("name", Ty::String).generated(),
            plain("name_prefix", Ty::String).begins(Beginning::of("name")).conflicts(["name"]),
            updated("assume_role_policy", Ty::Any, "Policy").json(),
            computed("arn"),
        ],
        &[("Policy", &["sim:UpdateAssumeRolePolicy"])],
    )
    .create_once(CreateOnce::NaturalName)
    .scope(Scope::Account)
}

fn record() -> TypeSchema {
    let records = updated("records", Ty::list(Ty::String), "Change");
    bare("aws_route53_record", vec![required("zone_id"), required("name"), records])
        .create_once(CreateOnce::Upsert)
        .scope(Scope::Account)
        .update_call("Change", ["sim:ChangeResourceRecordSets"])
}

fn queue() -> TypeSchema {
    tagged(
        "aws_sqs_queue",
        vec![required("name"), updated("delay_seconds", Ty::Int, "SetAttributes").default(Literal::Int(0))],
        &[("SetAttributes", &["sim:SetQueueAttributes"])],
    )
    .create_once(CreateOnce::SameRequest)
    .apart(["tags", "tags_all"])
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    vec![
        Kind { prefix: "vpc", ..Kind::of(vpc()) },
        Kind {
            prefix: "subnet",
            unique: &["vpc_id", "cidr_block"],
            refers: &[("vpc_id", "aws_vpc")],
            together: Some((&["vpc_id"], 3)),
            ..Kind::of(subnet())
        },
        Kind {
            prefix: "sg",
            unique: &["vpc_id", "name"],
            refers: &[("vpc_id", "aws_vpc")],
            ..Kind::of(security_group())
        },
        Kind {
            prefix: "nat",
            refers: &[("subnet_id", "aws_subnet")],
            ready_after: 90,
            gone_after: 40,
            when_ready: &["public_ip"],
            ..Kind::of(nat_gateway())
        },
        Kind {
            natural: &["identifier"],
            unique: &["identifier"],
            refers: &[("subnet_ids", "aws_subnet")],
            ready_after: 540,
            gone_after: 240,
            lowered: &["engine"],
            when_ready: &["endpoint"],
            ..Kind::of(db_instance())
        },
        Kind { natural: &["bucket"], unique: &["bucket"], ..Kind::of(bucket()) },
        Kind { natural: &["name"], unique: &["name"], when_ready: &["arn"], ..Kind::of(role()) },
        Kind {
            natural: &["zone_id", "name"],
            unique: &["zone_id", "name"],
            together: Some((&["zone_id"], 100)),
            ..Kind::of(record())
        },
        Kind { prefix: "queue", unique: &["name"], together: Some((&[], 10)), ..Kind::of(queue()) },
    ]
});

fn data() -> Vec<DataSchema> {
    let data = |name: &'static str, doc, fields, call| DataSchema {
        doc,
        read_calls: vec![call],
        ..DataSchema::new(name, fields)
    };
    vec![
        data(
            "aws_availability_zones",
            "Simulated.",
            vec![plain("names", Ty::list(Ty::String)).computed()],
            "sim:DescribeZones",
        ),
        data(
            "aws_lookup",
            "Simulated: answers with what it was asked.",
            vec![required("question"), computed("answer")],
            "sim:Lookup",
        ),
        data(
            "aws_vault",
            "Simulated: a secret that only an apply reads.",
            vec![required("name"), computed("secret").sensitive(), computed("version")],
            "sim:DescribeVault",
        ),
    ]
}

/// The schemas of the simulated types.
pub(super) static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let types = KINDS.iter().map(|kind| kind.schema.clone()).collect();
    let natural_id =
        |type_name: &str, properties: &Value| kind(type_name)?.natural_id(properties.as_map()?).map(PhysicalId::from);
    Types::new(types, data()).named(natural_id)
});

pub(super) fn kind(type_name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.schema.name == type_name)
}

impl Kind {
    /// A type whose ids the service makes up.
    fn of(schema: TypeSchema) -> Self {
        Self {
            schema,
            prefix: "x",
            natural: &[],
            unique: &[],
            refers: &[],
            ready_after: 0,
            gone_after: 0,
            lowered: &[],
            when_ready: &[],
            together: None,
        }
    }

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
