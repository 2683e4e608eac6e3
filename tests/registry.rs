//! What holds for every type in the registry.

use std::collections::BTreeSet;

use serde_json::json;
use wildfire_aws::{AwsCatalog, registry};
use wildfire_engine::model::{Catalog, Change, Field, Form, Ty, Value};

fn walk(fields: &'static [Field], visit: &mut dyn FnMut(&'static Field)) {
    for field in fields {
        visit(field);
        if let Some(block) = field.block() {
            walk(block, visit);
        }
    }
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeSet::new();
    for schema in AwsCatalog.types() {
        assert!(seen.insert(schema.name), "{} is registered twice", schema.name);
    }
}

/// What waits for another resource, and makes nothing at AWS.
const WAITS: [&str; 1] = ["aws_acm_certificate_validation"];

#[test]
fn every_type_is_complete() {
    let mut problems = Vec::new();
    for schema in AwsCatalog.types() {
        let mut need = |holds: bool, text: &str| {
            if !holds {
                problems.push(format!("{}: {text}", schema.name));
            }
        };
        need(schema.doc.ends_with('.'), "the sentence has no full stop");
        let waits = WAITS.contains(&schema.name);
        need(schema.create_calls.is_empty() == waits, "no create calls");
        need(schema.delete_calls.is_empty() == waits, "no delete calls");
        need(!schema.import_id.is_empty(), "no import id");
        need(!schema.example.trim().is_empty(), "no example");
        need(schema.field("id").is_some(), "no attribute id");
        let calls: BTreeSet<&str> = schema.update_calls.iter().map(|(name, _)| *name).collect();
        let mut used = BTreeSet::new();
        for field in &schema.fields {
            if let Change::Update(call) = field.change {
                used.insert(call);
            }
        }
        need(used.is_subset(&calls), "a property names an update call that does not exist");
        let operations = schema
            .create_calls
            .iter()
            .chain(&schema.delete_calls)
            .chain(schema.update_calls.iter().flat_map(|(_, calls)| calls));
        for operation in operations {
            need(
                operation.split_once(':').is_some_and(|(service, name)| {
                    !service.is_empty() && name.starts_with(|c: char| c.is_ascii_uppercase())
                }),
                operation,
            );
        }
        walk(&schema.fields, &mut |field| {
            let top_level_only = field.block().is_none() || !field.json;
            if !top_level_only {
                problems.push(format!("{}.{}: a block is no JSON document", schema.name, field.name));
            }
        });
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Of a made-up name 26 characters are the operation's id.
#[test]
fn a_beginning_leaves_room_for_the_rest_of_the_name() {
    let mut problems = Vec::new();
    for schema in AwsCatalog.types() {
        let begun: BTreeSet<&str> = schema.fields.iter().filter_map(|field| Some(field.begins?.of)).collect();
        let generated: BTreeSet<&str> =
            schema.fields.iter().filter(|field| field.generated).map(|field| field.name).collect();
        if begun != generated {
            problems.push(format!("{}: begun are {begun:?}, made up are {generated:?}", schema.name));
        }
        for field in schema.fields.iter().filter(|field| field.begins.is_some()) {
            let whole = field.begins.and_then(|beginning| schema.field(beginning.of)).and_then(|whole| whole.length);
            let own = field.length.map_or(u32::MAX, |(_, most)| most);
            let otherwise = field.begins.map_or(0, |beginning| beginning.otherwise.len() as u32);
            if own == u32::MAX || whole.is_some_and(|(_, most)| own.max(otherwise) + 26 > most) {
                problems.push(format!("{}.{}: no room", schema.name, field.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Rows that no call of the type can get, or whose words do not make the wait that they stand for, would be dead.
#[test]
fn what_lags_is_said_of_calls_of_the_type_and_with_a_source() {
    let mut problems = Vec::new();
    for schema in AwsCatalog.types() {
        let calls: BTreeSet<&str> = schema
            .create_calls
            .iter()
            .chain(&schema.delete_calls)
            .chain(schema.update_calls.iter().flat_map(|(_, calls)| calls))
            .copied()
            .collect();
        for reply in &schema.lags {
            let mut need = |holds: bool, text: &str| {
                if !holds {
                    problems.push(format!("{}: {:?} {}: {text}", schema.name, reply.calls, reply.code));
                }
            };
            need(!reply.calls.is_empty(), "no calls");
            need(reply.calls.iter().all(|call| calls.contains(call)), "not a call of the type");
            need(!reply.code.is_empty() && !reply.what.is_empty(), "says nothing");
            need(reply.source.starts_with("https://"), "no source");
            need(reply.calls.iter().all(|call| reply.is(call, reply.code, &reply.message.join(" "))), "is not itself");
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The types that stated that nothing is known to lag for them. `Resource::LAGS` has no default, so that every type says.
#[test]
fn few_types_have_nothing_that_lags() {
    let none: Vec<&str> =
        AwsCatalog.types().iter().filter(|schema| schema.lags.is_empty()).map(|schema| schema.name).collect();
    assert_eq!(
        none,
        [
            "aws_acm_certificate_validation",
            "aws_launch_template",
            "aws_key_pair",
            "aws_iam_openid_connect_provider",
            "aws_iam_account_password_policy",
            "aws_iam_account_alias",
        ]
    );
}

/// What AWS tells apart by its own id only: any number of them may be alike.
const NAMELESS: [&str; 17] = [
    "aws_acm_certificate",
    "aws_cloudfront_distribution",
    "aws_ebs_volume",
    "aws_ec2_managed_prefix_list",
    "aws_ec2_transit_gateway",
    "aws_ec2_transit_gateway_route_table",
    "aws_eip",
    "aws_instance",
    "aws_kms_grant",
    "aws_kms_key",
    "aws_network_acl",
    "aws_network_interface",
    "aws_route53_health_check",
    "aws_route_table",
    "aws_secretsmanager_secret_version",
    "aws_vpc",
    "aws_vpc_dhcp_options",
];

/// What an account has one of, so that nothing tells two apart.
const ONE_PER_ACCOUNT: [&str; 1] = ["aws_iam_account_password_policy"];

#[test]
fn relations_name_what_there_is() {
    let mut problems = Vec::new();
    for schema in AwsCatalog.types() {
        let mut need = |holds: bool, text: String| {
            if !holds {
                problems.push(format!("{}: {text}", schema.name));
            }
        };
        let relations = schema.relations;
        let nameless = NAMELESS.contains(&schema.name) || ONE_PER_ACCOUNT.contains(&schema.name);
        need(relations.identity.is_empty() == nameless, "an identity, or a place in the list of those without".into());
        for name in relations.identity.iter().chain(relations.part_of) {
            need(schema.field(name).is_some_and(Field::is_property), format!("no property {name}"));
        }
        let property = |type_name: &str, path: &str| {
            let mut parts = path.split('.');
            let first = AwsCatalog.schema(type_name).zip(parts.next()).and_then(|(schema, name)| schema.field(name));
            parts.try_fold(first?, |field, name| field.block()?.iter().find(|inner| inner.name == name))
        };
        for (type_name, path) in relations.held_by {
            need(property(type_name, path).is_some(), format!("held by {type_name}.{path}, which does not exist"));
        }
        for inline in relations.inline {
            need(schema.field(inline.property).is_some(), format!("no property {}", inline.property));
            let only = inline.only.map(|(name, _)| name);
            for name in [Some(inline.parent), only].into_iter().flatten() {
                need(property(inline.type_name, name).is_some(), format!("{} has no {name}", inline.type_name));
            }
        }
        walk(&schema.fields, &mut |field| {
            for cause in &field.changed_by {
                let call = schema.update_calls.iter().any(|(name, _)| *name == cause.call);
                need(call, format!("{} is changed by {}, which is no call", field.name, cause.call));
                let when = cause.when.is_none_or(|name| schema.field(name).is_some());
                need(when, format!("{} is changed while {:?} is on", field.name, cause.when));
            }
        });
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_names_of_objects_are_those_that_aws_compares() {
    let keys = |type_name: &str, properties: serde_json::Value| {
        AwsCatalog.natural_keys(type_name, &Value::from_json(properties))
    };
    let same = |type_name: &str, a: serde_json::Value, b: serde_json::Value| {
        let (a, b) = (keys(type_name, a), keys(type_name, b));
        !a.is_empty() && a == b
    };
    assert!(same("aws_iam_role", json!({"name": "Nodes", "path": "/a/"}), json!({"name": "nodes", "path": "/b/"})));
    assert!(same("aws_db_subnet_group", json!({"name": "DB"}), json!({"name": "db"})));
    assert!(!same("aws_sqs_queue", json!({"name": "Jobs"}), json!({"name": "jobs"})));
    let url = |url: &str| json!({"url": url});
    assert!(same("aws_iam_openid_connect_provider", url("https://a.example/x/"), url("a.example/x")));
    let owned = json!({"bucket": "data", "expected_bucket_owner": "123456789012"});
    assert!(same("aws_s3_bucket_versioning", json!({"bucket": "data"}), owned));
    let group = |vpc: serde_json::Value| json!({"name": "web", "vpc_id": vpc});
    assert!(!same("aws_security_group", group(json!("vpc-1")), group(json!("vpc-2"))));
    assert!(same("aws_security_group", group(json!(null)), json!({"name": "web"})));
    let table = |table: &str| json!({"subnet_id": "subnet-1", "route_table_id": table});
    assert!(same("aws_route_table_association", table("rtb-1"), table("rtb-2")));
    assert!(keys("aws_vpc", json!({"cidr_block": "10.0.0.0/16"})).is_empty());
    assert!(same("aws_iam_account_password_policy", json!({"max_password_age": 30}), json!({})));
    assert!(same("aws_iam_account_alias", json!({"account_alias": "acme"}), json!({"account_alias": "other"})));
    let (a, b) = (
        keys("aws_subnet", json!({"vpc_id": "vpc-1", "cidr_block": "10.0.0.0/20"})),
        keys("aws_subnet", json!({"vpc_id": "vpc-1", "cidr_block": "10.0.8.0/24"})),
    );
    assert!(a[0].excludes(&b[0]) && a != b);
}

#[test]
fn tags_come_in_pairs() {
    for schema in AwsCatalog.types() {
        assert_eq!(schema.field("tags").is_some(), schema.field("tags_all").is_some(), "{}", schema.name);
    }
}

/// Properties whose members in AWS's API are 64 bits wide.
const WIDE: &[&str] = &[
    "aws_dynamodb_table.max_read_request_units",
    "aws_dynamodb_table.max_write_request_units",
    "aws_dynamodb_table.read_capacity",
    "aws_dynamodb_table.write_capacity",
    "aws_ec2_transit_gateway.amazon_side_asn",
    "aws_launch_template.default_version",
    "aws_s3_bucket_lifecycle_configuration.object_size_greater_than",
    "aws_s3_bucket_lifecycle_configuration.object_size_less_than",
];

fn holds_ints(ty: &Ty) -> bool {
    match ty {
        Ty::Map(inner) => holds_ints(inner),
        ty => *ty == Ty::Int || ty.element(0) == Some(&Ty::Int),
    }
}

/// What is declared is sent: a number that its member of the request cannot hold is refused before anything is sent.
#[test]
fn numbers_fit_their_requests_or_are_refused() {
    let (mut numbers, mut wide) = (0, BTreeSet::new());
    for schema in AwsCatalog.types() {
        walk(&schema.fields, &mut |field| {
            if !field.is_property() || !holds_ints(&field.ty) {
                return;
            }
            numbers += 1;
            let refuses = |number: i64| field.refuses(&Value::Int(number)).is_some();
            let name = format!("{}.{}", schema.name, field.name);
            assert!(refuses(i64::MIN), "{name}");
            match refuses(i64::MAX) {
                true => assert!(refuses(i64::from(i32::MAX) + 1) && refuses(i64::from(i32::MIN) - 1), "{name}"),
                false => drop(wide.insert(name)),
            }
        });
    }
    assert!(numbers > 80, "{numbers}");
    assert_eq!(wide.iter().map(String::as_str).collect::<Vec<_>>(), WIDE);
}

#[test]
fn booleans_that_are_texts_take_no_other_text() {
    for schema in AwsCatalog.types() {
        walk(&schema.fields, &mut |field| {
            let flag = field.forms.contains(&Form::Flag) || field.one_of.contains(&"true");
            assert!(flag || !field.doc.contains("`true` or `false`"), "{}.{}", schema.name, field.name);
            let refused = field.refuses(&Value::from("yes")).is_some() || !field.one_of.is_empty();
            assert!(!flag || refused, "{}.{}", schema.name, field.name);
        });
    }
}

#[test]
fn the_types_of_the_reference_stage_and_more_are_there() {
    let wanted = "aws_vpc aws_subnet aws_internet_gateway aws_eip aws_nat_gateway aws_vpn_gateway aws_route_table aws_route \
        aws_route_table_association aws_security_group aws_vpc_security_group_ingress_rule \
        aws_vpc_security_group_egress_rule aws_security_group_rule aws_vpc_endpoint aws_flow_log aws_launch_template \
        aws_eks_cluster aws_eks_node_group aws_iam_openid_connect_provider aws_iam_role aws_iam_policy \
        aws_iam_role_policy aws_iam_role_policy_attachment aws_iam_instance_profile aws_db_subnet_group \
        aws_db_parameter_group aws_rds_cluster_parameter_group aws_rds_cluster aws_rds_cluster_instance \
        aws_elasticache_subnet_group aws_elasticache_parameter_group aws_elasticache_replication_group \
        aws_route53_zone aws_route53_record aws_s3_bucket aws_s3_bucket_versioning \
        aws_s3_bucket_server_side_encryption_configuration aws_s3_bucket_public_access_block aws_s3_bucket_policy \
        aws_s3_bucket_cors_configuration aws_s3_bucket_lifecycle_configuration aws_s3_bucket_ownership_controls \
        aws_dynamodb_table aws_kms_key aws_kms_alias aws_cloudwatch_log_group aws_sqs_queue aws_sns_topic";
    let missing: Vec<&str> = wanted.split_whitespace().filter(|name| registry::kind(name).is_none()).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    let data = ["aws_caller_identity", "aws_region", "aws_availability_zones", "aws_ssm_parameter", "aws_route53_zone"];
    let missing: Vec<&&str> = data.iter().filter(|name| registry::data_kind(name).is_none()).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}
