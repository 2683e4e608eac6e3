//! What holds for every type in the registry.

use std::collections::BTreeSet;

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
        need(!schema.create_calls.is_empty(), "no create calls");
        need(!schema.delete_calls.is_empty(), "no delete calls");
        need(!schema.import_id.is_empty(), "no import id");
        need(!schema.example.trim().is_empty(), "no example");
        need(schema.field("id").is_some(), "no attribute id");
        let calls: BTreeSet<&str> = schema.update_calls.iter().map(|(name, _)| *name).collect();
        let mut used = BTreeSet::new();
        for field in schema.fields {
            if let Change::Update(call) = field.change {
                used.insert(call);
            }
        }
        need(used.is_subset(&calls), "a property names an update call that does not exist");
        let operations = schema
            .create_calls
            .iter()
            .chain(schema.delete_calls)
            .chain(schema.update_calls.iter().flat_map(|(_, calls)| *calls));
        for operation in operations {
            need(
                operation.split_once(':').is_some_and(|(service, name)| {
                    !service.is_empty() && name.starts_with(|c: char| c.is_ascii_uppercase())
                }),
                operation,
            );
        }
        walk(schema.fields, &mut |field| {
            let top_level_only = field.block().is_none() || !field.json;
            if !top_level_only {
                problems.push(format!("{}.{}: a block is no JSON document", schema.name, field.name));
            }
        });
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
            .chain(schema.delete_calls)
            .chain(schema.update_calls.iter().flat_map(|(_, calls)| *calls))
            .copied()
            .collect();
        for reply in schema.lags {
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
    assert_eq!(none, ["aws_launch_template", "aws_iam_openid_connect_provider"]);
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
    "aws_launch_template.default_version",
    "aws_s3_bucket_lifecycle_configuration.object_size_greater_than",
    "aws_s3_bucket_lifecycle_configuration.object_size_less_than",
];

/// What is declared is sent: a number that its member of the request cannot hold is refused before anything is sent.
#[test]
fn numbers_fit_their_requests_or_are_refused() {
    let (mut numbers, mut wide) = (0, BTreeSet::new());
    for schema in AwsCatalog.types() {
        walk(schema.fields, &mut |field| {
            if !field.is_property() || !matches!(field.ty, Ty::Int | Ty::List(Ty::Int) | Ty::Map(Ty::Int)) {
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
        walk(schema.fields, &mut |field| {
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
