//! Types with the times that AWS takes for them.

use std::sync::LazyLock;

use wildfire_engine::model::{
    Batch, Catalog, CreateOnce, DataSchema, Field, Mutation, PhysicalId, Problem, Ty, TypeSchema, Value, key_part,
};

pub struct Types;

/// A type: the limit that its calls count for, seconds until it is ready, and how many can be one request.
pub struct Kind {
    pub schema: TypeSchema,
    pub service: &'static str,
    pub ready: u32,
    pub together: Option<usize>,
}

/// A name, what it is in (which requests for several have once), and whatever else it waits for.
fn kind(name: &'static str, service: &'static str, ready: u32, together: Option<usize>) -> Kind {
    let text = |name: &'static str| Field::new(name, Ty::String);
    let fields = vec![
        text("name").required().immutable(),
        text("parent").immutable(),
        Field::new("uses", Ty::list(Ty::String)).immutable(),
        text("id").computed(),
        text("status").computed(),
    ];
    let schema = TypeSchema::new(name, fields)
        .create_once(CreateOnce::NaturalName)
        .create_calls(["bench:Create"])
        .delete_calls(["bench:Delete"]);
    let schema = TypeSchema { usual_seconds: ready.max(1), ..schema };
    Kind { schema, service, ready, together }
}

/// Aurora and EKS take ten minutes, CloudFront five, a NAT gateway two; Route 53 half a minute until every name server knows.
pub static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    vec![
        kind("aws_vpc", "ec2", 0, None),
        kind("aws_subnet", "ec2", 0, None),
        kind("aws_internet_gateway", "ec2", 0, None),
        kind("aws_route_table", "ec2", 0, None),
        kind("aws_route", "ec2", 0, None),
        kind("aws_route_table_association", "ec2", 0, None),
        kind("aws_security_group", "ec2", 0, None),
        kind("aws_vpc_security_group_ingress_rule", "ec2", 0, Some(9)),
        kind("aws_nat_gateway", "ec2", 120, None),
        kind("aws_iam_role", "iam", 0, None),
        kind("aws_iam_policy", "iam", 0, None),
        kind("aws_iam_role_policy_attachment", "iam", 0, None),
        kind("aws_s3_bucket", "s3", 0, None),
        kind("aws_s3_bucket_public_access_block", "s3", 0, None),
        kind("aws_dynamodb_table", "dynamodb", 10, None),
        kind("aws_route53_zone", "route53", 0, None),
        kind("aws_route53_record", "route53", 30, Some(1000)),
        kind("aws_sqs_queue", "sqs", 0, None),
        kind("aws_cloudwatch_log_group", "logs", 0, None),
        kind("aws_rds_cluster", "rds", 600, None),
        kind("aws_eks_cluster", "eks", 600, None),
        kind("aws_cloudfront_distribution", "cloudfront", 300, None),
    ]
});

pub fn kind_of(type_name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.schema.name == type_name)
}

impl Catalog for Types {
    fn schema(&self, type_name: &str) -> Option<&'static TypeSchema> {
        kind_of(type_name).map(|kind| &kind.schema)
    }

    fn data_schema(&self, _: &str) -> Option<&'static DataSchema> {
        None
    }

    fn types(&self) -> Vec<&'static TypeSchema> {
        KINDS.iter().map(|kind| &kind.schema).collect()
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

    fn batch(&self, type_name: &str, call: &Mutation) -> Option<Batch> {
        let most = kind_of(type_name)?.together?;
        Some(Batch::of(key_part(call.properties().get("parent")), most))
    }
}
