//! What AWS never returns, and what takes tags at its creation, against CloudFormation. Where ours says otherwise, a row says
//! why.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use wildfire_aws::registry;
use wildfire_engine::model::Change;

use crate::replacements::{compare, facts, path_of};

/// What CloudFormation does not read back, and we do.
const READ: &[(&[&str], &str)] = &[
    (&["aws_acm_certificate.validation_method"], "DescribeCertificate returns it with each domain"),
    (&["aws_appautoscaling_target.role_arn"], "DescribeScalableTargets returns it"),
    (&["aws_ecs_cluster.service_connect_defaults"], "DescribeClusters returns it"),
    (&["aws_ecs_service.service_connect_configuration"], "DescribeServices returns it with the newest deployment"),
    (&["aws_lambda_function.snap_start"], "GetFunction returns it"),
    (&["aws_elasticache_cluster.availability_zone"], "DescribeCacheClusters returns it"),
    (
        &[
            "aws_elasticache_replication_group.engine_version",
            "aws_elasticache_replication_group.notification_topic_arn",
            "aws_elasticache_replication_group.security_group_ids",
        ],
        "DescribeReplicationGroups does not return them, DescribeCacheClusters does, for the nodes",
    ),
    (
        &["aws_elasticache_replication_group.kms_key_id", "aws_elasticache_replication_group.num_node_groups"],
        "DescribeReplicationGroups returns the key, and the shards to count",
    ),
    (
        &["aws_instance.ipv6_address_count", "aws_instance.ipv6_addresses"],
        "DescribeInstances returns them with the first interface",
    ),
    (
        &["aws_iam_service_linked_role.aws_service_name", "aws_iam_service_linked_role.custom_suffix"],
        "the ARN of the role has both in it",
    ),
    (&["aws_kms_key.rotation_period_in_days"], "GetKeyRotationStatus returns it"),
    (&["aws_lb_listener_rule.listener_arn"], "the ARN of a rule has that of its listener in it"),
    (
        &["aws_launch_template.tag_specifications"],
        "DescribeLaunchTemplateVersions returns it within the data of a version",
    ),
    (&["aws_rds_cluster.cluster_scalability_type"], "DescribeDBClusters returns it"),
    (
        &["aws_ssm_parameter.allowed_pattern", "aws_ssm_parameter.description", "aws_ssm_parameter.tier"],
        "DescribeParameters returns them",
    ),
];

/// What we do not read back, and CloudFormation does.
const WRITTEN: &[(&[&str], &str)] = &[
    (
        &[
            "aws_acm_certificate.certificate_body",
            "aws_acm_certificate.certificate_chain",
            "aws_acm_certificate.private_key",
        ],
        "an import of the vocabulary, which CloudFormation has not; no call returns the key, nor the others as they were sent",
    ),
    (
        &["aws_acm_certificate.validation_option"],
        "DescribeCertificate names a validation domain for every domain, whoever asked for it",
    ),
    (&["aws_ecs_service.triggers"], "values that only say when tasks are replaced, and that AWS never sees"),
    (
        &[
            "aws_lambda_function.s3_bucket",
            "aws_lambda_function.s3_key",
            "aws_lambda_function.s3_object_version",
            "aws_lambda_layer_version.s3_bucket",
            "aws_lambda_layer_version.s3_key",
            "aws_lambda_layer_version.s3_object_version",
        ],
        "parts of a block in CloudFormation, which has them write-only too",
    ),
    (
        &["aws_db_instance.password_wo", "aws_db_instance.password_wo_version"],
        "no call returns a password, and the version of it is in state alone",
    ),
    (
        &["aws_db_instance.restore_to_point_in_time", "aws_db_instance.s3_import"],
        "where the data came from: no call returns it, and CloudFormation has other properties for it or none",
    ),
    (
        &["aws_eip.associate_with_private_ip"],
        "an argument of AssociateAddress; DescribeAddresses returns the address that the interface uses under another name",
    ),
    (
        &["aws_elasticache_cluster.outpost_mode"],
        "an argument of CreateCacheCluster; DescribeCacheClusters returns the outposts of the nodes that came of it",
    ),
    (
        &["aws_instance.associate_public_ip_address", "aws_instance.instance_market_options"],
        "arguments of RunInstances; DescribeInstances returns what came of them, which changes with the instance",
    ),
    (
        &["aws_instance.ebs_block_device", "aws_instance.ephemeral_block_device", "aws_instance.network_interface"],
        "DescribeInstances returns all devices and interfaces, also those that were attached later",
    ),
    (&["aws_launch_template.update_default_version"], "it says what an update does, and nothing at AWS holds it"),
    (
        &["aws_rds_cluster.master_password_wo", "aws_rds_cluster.master_password_wo_version"],
        "no call returns a password, and the version of it is in state alone",
    ),
    (
        &["aws_rds_cluster.restore_to_point_in_time", "aws_rds_cluster.s3_import"],
        "where the data came from: no call returns it, and CloudFormation has other properties for it or none",
    ),
    (
        &["aws_vpc.ipv6_ipam_pool_id", "aws_vpc.ipv6_netmask_length"],
        "DescribeVpcs returns the block that the pool gave; CloudFormation has a resource of its own for it",
    ),
    (
        &["aws_route53_health_check.reference_name"],
        "the beginning of the reference that GetHealthCheck returns, which does not tell where it ends",
    ),
    (&["aws_route53_health_check.triggers"], "values that only say when an update is sent, and that AWS never sees"),
    (&["aws_ssm_parameter.generate"], "how the run made the value, which is all that AWS holds"),
    (&["aws_vpc_peering_connection.auto_accept"], "it says what follows the creation, and nothing at AWS holds it"),
    (&["aws_vpn_gateway.availability_zone"], "DescribeVpnGateways may leave it out, says its documentation"),
    (
        &["aws_vpc_endpoint.subnet_configuration"],
        "DescribeVpcEndpoints returns the interfaces and not what was asked for",
    ),
];

/// Types that take tags at their creation where CloudFormation adds them later, or the other way round.
const TAGS: &[(&[&str], &str)] = &[
    (
        &["aws_appautoscaling_target", "aws_iam_instance_profile", "aws_iam_policy", "aws_launch_template"],
        "the create call takes tags; CloudFormation has none for the type, or others",
    ),
    (
        &["aws_s3_bucket"],
        "stores that speak S3 do not take tags at the creation, so that the tags of a bucket are a call of their own",
    ),
];

#[test]
fn what_is_write_only_is_what_aws_does_not_return() {
    let facts = facts();
    let (mut read, mut written) = (BTreeSet::new(), BTreeSet::new());
    for kind in registry::kinds() {
        let schema = kind.schema();
        let Some(theirs) = facts.get(schema.name) else { continue };
        let theirs: BTreeSet<String> = theirs["writeOnly"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .map(|name| path_of(schema.name, name))
            .collect();
        for field in schema.fields.iter().filter(|field| field.is_property()) {
            let path = format!("{}.{}", schema.name, field.name);
            // What is kept in state alone is not read either.
            let unread = field.write_only || field.change == Change::Local;
            match (unread, theirs.contains(&path)) {
                (true, false) if field.change == Change::Local => {}
                (true, false) => drop(written.insert(path)),
                (false, true) => drop(read.insert(path)),
                _ => {}
            }
        }
    }
    compare("read here alone", &read, READ);
    compare("write only here alone", &written, WRITTEN);
}

#[test]
fn tags_are_sent_with_the_create_call_where_it_takes_them() {
    let facts = facts();
    let mut found = BTreeSet::new();
    for kind in registry::kinds() {
        let schema = kind.schema();
        let Some(theirs) = facts.get(schema.name).and_then(|facts| facts["tagOnCreate"].as_bool()) else { continue };
        let Some(tags) = schema.field("tags") else { continue };
        if tags.after_create == theirs {
            found.insert(schema.name.to_string());
        }
    }
    compare("tags at the creation", &found, TAGS);
}
