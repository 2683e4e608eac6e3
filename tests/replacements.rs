//! What forces a replacement, against CloudFormation: AWS's own list of what cannot change on a living resource.
//!
//! Where ours says otherwise, in either direction, a row says why. What AWS can change in place is not a replacement.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use wildfire_aws::registry;
use wildfire_engine::model::{Change, Field};

/// CloudFormation's names of what the vocabulary calls otherwise, by type and property.
const NAMES: &[(&str, &str, &str)] = &[
    ("aws_acm_certificate", "DomainValidationOptions", "validation_option"),
    ("aws_appautoscaling_policy", "PolicyName", "name"),
    ("aws_autoscaling_group", "AutoScalingGroupName", "name"),
    ("aws_autoscaling_policy", "AutoScalingGroupName", "autoscaling_group_name"),
    ("aws_autoscaling_schedule", "AutoScalingGroupName", "autoscaling_group_name"),
    ("aws_cloudwatch_log_group", "LogGroupName", "name"),
    ("aws_cloudwatch_log_metric_filter", "FilterName", "name"),
    ("aws_cloudwatch_log_stream", "LogStreamName", "name"),
    ("aws_cloudwatch_log_subscription_filter", "FilterName", "name"),
    ("aws_db_event_subscription", "SnsTopicArn", "sns_topic"),
    ("aws_db_event_subscription", "SubscriptionName", "name"),
    ("aws_db_instance", "DBInstanceIdentifier", "identifier"),
    ("aws_db_instance", "DBSnapshotIdentifier", "snapshot_identifier"),
    ("aws_db_instance", "MasterUserPassword", "password"),
    ("aws_db_instance", "MasterUsername", "username"),
    ("aws_db_option_group", "OptionGroupName", "name"),
    ("aws_db_parameter_group", "DBParameterGroupName", "name"),
    ("aws_db_subnet_group", "DBSubnetGroupName", "name"),
    ("aws_dynamodb_table", "TableName", "name"),
    ("aws_ecr_repository", "RepositoryName", "name"),
    ("aws_ecs_cluster", "ClusterName", "name"),
    ("aws_ecs_service", "Role", "iam_role"),
    ("aws_ecs_service", "ServiceName", "name"),
    ("aws_ecs_task_definition", "Volumes", "volume"),
    ("aws_eks_node_group", "NodegroupName", "node_group_name"),
    ("aws_eks_node_group", "NodeRole", "node_role_arn"),
    ("aws_eks_node_group", "Subnets", "subnet_ids"),
    ("aws_elasticache_cluster", "CacheSecurityGroupNames", "security_group_names"),
    ("aws_elasticache_cluster", "CacheSubnetGroupName", "subnet_group_name"),
    ("aws_elasticache_cluster", "ClusterName", "cluster_id"),
    ("aws_elasticache_cluster", "PreferredAvailabilityZone", "availability_zone"),
    ("aws_elasticache_parameter_group", "CacheParameterGroupFamily", "family"),
    ("aws_elasticache_replication_group", "CacheSubnetGroupName", "subnet_group_name"),
    ("aws_elasticache_replication_group", "PreferredCacheClusterAZs", "preferred_cache_cluster_azs"),
    ("aws_elasticache_subnet_group", "CacheSubnetGroupName", "name"),
    ("aws_flow_log", "DeliverLogsPermissionArn", "iam_role_arn"),
    ("aws_flow_log", "ResourceId", "vpc_id"),
    ("aws_eip_association", "EIP", "public_ip"),
    ("aws_iam_group", "GroupName", "name"),
    ("aws_iam_group_policy", "GroupName", "group"),
    ("aws_iam_group_policy", "PolicyName", "name"),
    ("aws_iam_instance_profile", "InstanceProfileName", "name"),
    ("aws_iam_policy", "ManagedPolicyName", "name"),
    ("aws_iam_role", "RoleName", "name"),
    ("aws_iam_role_policy", "PolicyName", "name"),
    ("aws_iam_role_policy", "RoleName", "role"),
    ("aws_iam_user", "UserName", "name"),
    ("aws_iam_user_policy", "PolicyName", "name"),
    ("aws_iam_user_policy", "UserName", "user"),
    ("aws_instance", "ImageId", "ami"),
    ("aws_instance", "NetworkInterfaces", "network_interface"),
    ("aws_instance", "PlacementGroupName", "placement_group"),
    ("aws_instance", "PrivateIpAddress", "private_ip"),
    ("aws_instance", "HibernationOptions", "hibernation"),
    ("aws_key_pair", "PublicKeyMaterial", "public_key"),
    ("aws_kms_alias", "AliasName", "name"),
    ("aws_launch_configuration", "BlockDeviceMappings", "ebs_block_device"),
    ("aws_launch_configuration", "InstanceMonitoring", "enable_monitoring"),
    ("aws_launch_configuration", "LaunchConfigurationName", "name"),
    ("aws_launch_template", "LaunchTemplateName", "name"),
    ("aws_lb", "Scheme", "internal"),
    ("aws_lb", "Type", "load_balancer_type"),
    ("aws_nat_gateway", "PrivateIpAddress", "private_ip"),
    ("aws_network_interface", "PrivateIpAddress", "private_ip"),
    ("aws_rds_cluster", "DBClusterIdentifier", "cluster_identifier"),
    ("aws_rds_cluster", "MasterUserPassword", "master_password"),
    ("aws_rds_cluster_parameter_group", "DBClusterParameterGroupName", "name"),
    ("aws_route53_record", "HostedZoneId", "zone_id"),
    ("aws_s3_bucket", "BucketName", "bucket"),
    ("aws_security_group", "GroupDescription", "description"),
    ("aws_security_group", "GroupName", "name"),
    ("aws_sns_topic", "TopicName", "name"),
    ("aws_sqs_queue", "QueueName", "name"),
    ("aws_volume_attachment", "Device", "device_name"),
    ("aws_route53_health_check", "HealthCheckConfig/MeasureLatency", "measure_latency"),
    ("aws_route53_health_check", "HealthCheckConfig/RequestInterval", "request_interval"),
    ("aws_route53_health_check", "HealthCheckConfig/Type", "type"),
];

/// What is replaced here and changed in place by CloudFormation, or not known to it, and why.
const REPLACED: &[(&[&str], &str)] = &[
    (
        &[
            "aws_cloudfront_distribution.staging",
            "aws_cloudwatch_log_group.log_group_class",
            "aws_db_instance.availability_zone",
            "aws_db_instance.engine",
            "aws_dynamodb_table.hash_key",
            "aws_dynamodb_table.local_secondary_index",
            "aws_dynamodb_table.range_key",
            "aws_ebs_volume.availability_zone",
            "aws_ebs_volume.encrypted",
            "aws_ebs_volume.kms_key_id",
            "aws_ebs_volume.outpost_arn",
            "aws_ebs_volume.snapshot_id",
            "aws_eip.customer_owned_ipv4_pool",
            "aws_eip.domain",
            "aws_ecs_service.launch_type",
            "aws_eip.public_ipv4_pool",
            "aws_instance.associate_public_ip_address",
            "aws_instance.enable_primary_ipv6",
            "aws_instance.ephemeral_block_device",
            "aws_instance.instance_market_options",
            "aws_instance.root_block_device.encrypted",
            "aws_instance.root_block_device.kms_key_id",
            "aws_kms_key.custom_key_store_id",
            "aws_kms_key.customer_master_key_spec",
            "aws_kms_key.key_usage",
            "aws_kms_key.multi_region",
            "aws_kms_key.xks_key_id",
            "aws_lb.customer_owned_ipv4_pool",
            "aws_placement_group.name",
            "aws_placement_group.partition_count",
            "aws_placement_group.spread_level",
            "aws_placement_group.strategy",
            "aws_lambda_event_source_mapping.amazon_managed_kafka_event_source_config",
            "aws_lambda_event_source_mapping.queues",
            "aws_lambda_event_source_mapping.self_managed_kafka_event_source_config",
            "aws_lambda_event_source_mapping.topics",
            "aws_rds_cluster.engine",
            "aws_rds_cluster.master_username",
            "aws_route53_zone.delegation_set_id",
            "aws_vpn_gateway.availability_zone",
        ],
        "no call changes it; CloudFormation has a rule of its own for it, or fails",
    ),
    (
        &["aws_elasticache_parameter_group.description", "aws_elasticache_parameter_group.name"],
        "no call changes it; CloudFormation makes up the name, and fails for the description",
    ),
    (
        &["aws_eks_node_group.launch_template.id", "aws_eks_node_group.launch_template.name"],
        "UpdateNodegroupVersion takes another version of the same template only",
    ),
    (
        &[
            "aws_flow_log.eni_id",
            "aws_flow_log.subnet_id",
            "aws_flow_log.transit_gateway_attachment_id",
            "aws_flow_log.transit_gateway_id",
        ],
        "CloudFormation's ResourceId is one property for all of them",
    ),
    (
        &["aws_route53_record.set_identifier", "aws_route53_record.type"],
        "zone, name, type and set identifier are what tells one record from another",
    ),
    (&["aws_route_table_association.gateway_id"], "the other thing that a table may be associated with"),
    (
        &[
            "aws_acm_certificate_validation.certificate_arn",
            "aws_appautoscaling_scheduled_action.name",
            "aws_appautoscaling_scheduled_action.resource_id",
            "aws_appautoscaling_scheduled_action.scalable_dimension",
            "aws_appautoscaling_scheduled_action.service_namespace",
            "aws_autoscaling_attachment.autoscaling_group_name",
            "aws_autoscaling_attachment.elb",
            "aws_autoscaling_attachment.lb_target_group_arn",
            "aws_autoscaling_lifecycle_hook.autoscaling_group_name",
            "aws_autoscaling_lifecycle_hook.name",
            "aws_autoscaling_notification.topic_arn",
            "aws_autoscaling_policy.name",
            "aws_autoscaling_schedule.scheduled_action_name",
            "aws_cloudwatch_event_rule.event_bus_name",
            "aws_cloudwatch_event_target.event_bus_name",
            "aws_cloudwatch_event_target.rule",
            "aws_cloudwatch_event_target.target_id",
            "aws_default_network_acl.default_network_acl_id",
            "aws_default_route_table.default_route_table_id",
            "aws_default_security_group.vpc_id",
            "aws_ec2_tag.key",
            "aws_ec2_tag.resource_id",
            "aws_ecr_lifecycle_policy.repository",
            "aws_ecr_repository_policy.repository",
            "aws_ecs_cluster_capacity_providers.cluster_name",
            "aws_eks_access_policy_association.access_scope",
            "aws_eks_access_policy_association.cluster_name",
            "aws_eks_access_policy_association.policy_arn",
            "aws_eks_access_policy_association.principal_arn",
            "aws_iam_account_alias.account_alias",
            "aws_iam_group_membership.group",
            "aws_iam_group_membership.name",
            "aws_iam_group_policy_attachment.group",
            "aws_iam_group_policy_attachment.policy_arn",
            "aws_iam_openid_connect_provider.url",
            "aws_iam_policy_attachment.name",
            "aws_iam_policy_attachment.policy_arn",
            "aws_iam_role_policy_attachment.policy_arn",
            "aws_iam_role_policy_attachment.role",
            "aws_iam_user_policy_attachment.policy_arn",
            "aws_iam_user_policy_attachment.user",
            "aws_lb_listener_certificate.certificate_arn",
            "aws_lb_listener_certificate.listener_arn",
            "aws_lb_target_group_attachment.availability_zone",
            "aws_lb_target_group_attachment.port",
            "aws_lb_target_group_attachment.target_group_arn",
            "aws_lb_target_group_attachment.target_id",
            "aws_kms_grant.key_id",
            "aws_lambda_function_event_invoke_config.function_name",
            "aws_lambda_function_event_invoke_config.qualifier",
            "aws_lambda_function_url.function_name",
            "aws_lambda_function_url.qualifier",
            "aws_lambda_permission.qualifier",
            "aws_lambda_permission.statement_id",
            "aws_rds_cluster_endpoint.cluster_endpoint_identifier",
            "aws_rds_cluster_endpoint.cluster_identifier",
            "aws_route53_zone_association.vpc_id",
            "aws_route53_zone_association.vpc_region",
            "aws_route53_zone_association.zone_id",
            "aws_s3_bucket_acl.bucket",
            "aws_s3_bucket_cors_configuration.bucket",
            "aws_s3_bucket_lifecycle_configuration.bucket",
            "aws_s3_bucket_logging.bucket",
            "aws_s3_bucket_notification.bucket",
            "aws_s3_bucket_ownership_controls.bucket",
            "aws_s3_bucket_public_access_block.bucket",
            "aws_s3_bucket_server_side_encryption_configuration.bucket",
            "aws_s3_bucket_versioning.bucket",
            "aws_s3_bucket_website_configuration.bucket",
            "aws_s3_object.bucket",
            "aws_s3_object.key",
            "aws_secretsmanager_secret_version.secret_id",
            "aws_secretsmanager_secret_policy.secret_arn",
            "aws_sns_topic_policy.arn",
            "aws_sqs_queue_policy.queue_url",
            "aws_vpc_security_group_egress_rule.security_group_id",
            "aws_vpc_security_group_ingress_rule.security_group_id",
        ],
        "it says which object is meant; CloudFormation has no type of its own for it, or none with facts here",
    ),
    (
        &[
            "aws_s3_bucket_acl.expected_bucket_owner",
            "aws_s3_bucket_cors_configuration.expected_bucket_owner",
            "aws_s3_bucket_lifecycle_configuration.expected_bucket_owner",
            "aws_s3_bucket_logging.expected_bucket_owner",
            "aws_s3_bucket_server_side_encryption_configuration.expected_bucket_owner",
            "aws_s3_bucket_versioning.expected_bucket_owner",
            "aws_s3_bucket_website_configuration.expected_bucket_owner",
        ],
        "it is a part of the id, as in the vocabulary: another owner is another bucket",
    ),
    (
        &[
            "aws_rds_cluster_instance.availability_zone",
            "aws_rds_cluster_instance.cluster_identifier",
            "aws_rds_cluster_instance.custom_iam_instance_profile",
            "aws_rds_cluster_instance.db_subnet_group_name",
            "aws_rds_cluster_instance.engine",
        ],
        "no call changes it for an instance of a cluster",
    ),
    (
        &["aws_rds_cluster_instance.identifier"],
        "ModifyDBInstance can rename it; the id of the resource is its name, and an id stays while the resource does",
    ),
    (
        &[
            "aws_security_group_rule.cidr_blocks",
            "aws_security_group_rule.from_port",
            "aws_security_group_rule.ipv6_cidr_blocks",
            "aws_security_group_rule.prefix_list_ids",
            "aws_security_group_rule.protocol",
            "aws_security_group_rule.security_group_id",
            "aws_security_group_rule.self",
            "aws_security_group_rule.source_security_group_id",
            "aws_security_group_rule.to_port",
            "aws_security_group_rule.type",
        ],
        "its id is made of them, as in the vocabulary; aws_vpc_security_group_ingress_rule changes in place",
    ),
    (
        &[
            "aws_launch_configuration.ephemeral_block_device",
            "aws_launch_configuration.root_block_device",
            "aws_launch_configuration.user_data_base64",
        ],
        "CloudFormation has one list for all devices, and one property for user data",
    ),
    (
        &[
            "aws_cloudwatch_event_bus.event_source_name",
            "aws_elasticache_cluster.availability_zone",
            "aws_elasticache_cluster.outpost_mode",
            "aws_elasticache_cluster.preferred_outpost_arn",
            "aws_elasticache_cluster.replication_group_id",
            "aws_elasticache_cluster.transit_encryption_enabled",
            "aws_route53_health_check.reference_name",
            "aws_route53_health_check.routing_control_arn",
        ],
        "it is said when the object is made, and no call changes it",
    ),
    (
        &[
            "aws_customer_gateway.bgp_asn",
            "aws_customer_gateway.bgp_asn_extended",
            "aws_customer_gateway.certificate_arn",
            "aws_customer_gateway.device_name",
            "aws_customer_gateway.ip_address",
            "aws_customer_gateway.type",
            "aws_db_cluster_snapshot.db_cluster_identifier",
            "aws_db_cluster_snapshot.db_cluster_snapshot_identifier",
            "aws_db_snapshot.db_instance_identifier",
            "aws_db_snapshot.db_snapshot_identifier",
            "aws_ec2_managed_prefix_list.address_family",
            "aws_elasticache_user.user_id",
            "aws_elasticache_user.user_name",
            "aws_elasticache_user_group.user_group_id",
            "aws_kms_grant.constraints",
            "aws_kms_grant.grant_creation_tokens",
            "aws_kms_grant.grantee_principal",
            "aws_kms_grant.name",
            "aws_kms_grant.operations",
            "aws_kms_grant.retiring_principal",
        ],
        "no call changes it; CloudFormation has no type of its own for it, or none with facts here",
    ),
    (
        &[
            "aws_iam_server_certificate.certificate_body",
            "aws_iam_server_certificate.certificate_chain",
            "aws_iam_server_certificate.private_key",
        ],
        "another certificate is uploaded under another name",
    ),
    (
        &["aws_iam_server_certificate.name", "aws_iam_server_certificate.path"],
        "UpdateServerCertificate changes them, and with them the ARN, which balancers and distributions hold",
    ),
    (
        &[
            "aws_lambda_layer_version.s3_bucket",
            "aws_lambda_layer_version.s3_key",
            "aws_lambda_layer_version.s3_object_version",
            "aws_lambda_layer_version.source_code_hash",
        ],
        "CloudFormation's Content is one property for all of them",
    ),
    (&["aws_s3_bucket.object_lock_enabled"], "no call switches it off again"),
    (
        &[
            "aws_secretsmanager_secret_version.generate",
            "aws_secretsmanager_secret_version.secret_binary",
            "aws_secretsmanager_secret_version.secret_string",
        ],
        "another value is another version",
    ),
    (&["aws_vpc.instance_tenancy"], "no call makes a VPC dedicated"),
    (
        &["aws_instance.ebs_block_device"],
        "AWS does not tell these volumes from those that were attached later; aws_ebs_volume changes in place",
    ),
    (
        &["aws_instance.host_id", "aws_instance.placement_partition_number", "aws_instance.tenancy"],
        "ModifyInstancePlacement changes them for some instances only, and only while they stand still",
    ),
];

/// What CloudFormation replaces and is changed in place here, or does not exist here, and why.
const KEPT: &[(&[&str], &str)] = &[
    (
        &[
            "aws_eks_cluster.access_config.bootstrap_cluster_creator_admin_permissions",
            "aws_eks_cluster.bootstrap_self_managed_addons",
            "aws_elasticache_replication_group.snapshot_arns",
            "aws_elasticache_replication_group.snapshot_name",
            "aws_rds_cluster.RestoreToTime",
            "aws_rds_cluster.RestoreType",
            "aws_rds_cluster.SourceDBClusterIdentifier",
            "aws_rds_cluster.SourceDbClusterResourceId",
            "aws_rds_cluster.UseLatestRestorableTime",
            "aws_rds_cluster.snapshot_identifier",
        ],
        "it counts at creation only, and a later change of it means nothing to the data that was made",
    ),
    (
        &[
            "aws_ecs_task_definition.container_definitions",
            "aws_ecs_task_definition.cpu",
            "aws_ecs_task_definition.enable_fault_injection",
            "aws_ecs_task_definition.ephemeral_storage",
            "aws_ecs_task_definition.execution_role_arn",
            "aws_ecs_task_definition.ipc_mode",
            "aws_ecs_task_definition.memory",
            "aws_ecs_task_definition.network_mode",
            "aws_ecs_task_definition.pid_mode",
            "aws_ecs_task_definition.placement_constraints",
            "aws_ecs_task_definition.proxy_configuration",
            "aws_ecs_task_definition.requires_compatibilities",
            "aws_ecs_task_definition.runtime_platform",
            "aws_ecs_task_definition.task_role_arn",
            "aws_ecs_task_definition.volume",
        ],
        "the resource is the family: a change makes its next revision, and the old ones stay",
    ),
    (&["aws_db_event_subscription.sns_topic"], "ModifyEventSubscription changes it"),
    (&["aws_ec2_transit_gateway_vpc_attachment.subnet_ids"], "ModifyTransitGatewayVpcAttachment adds and removes them"),
    (&["aws_lambda_layer_version.Content"], "its parts are properties here"),
    (&["aws_db_instance.db_subnet_group_name"], "ModifyDBInstance moves it to another one"),
    (&["aws_eks_cluster.encryption_config"], "AssociateEncryptionConfig adds it to a living cluster"),
    (&["aws_elasticache_replication_group.preferred_cache_cluster_azs"], "it counts where replicas are added"),
    (&["aws_key_pair.tags"], "CreateTags and DeleteTags change them"),
    (&["aws_route_table_association.route_table_id"], "ReplaceRouteTableAssociation changes it"),
    (&["aws_vpc_dhcp_options_association.dhcp_options_id"], "AssociateDhcpOptions changes it"),
    (
        &[
            "aws_acm_certificate.CertificateExport",
            "aws_appautoscaling_policy.ScalingTargetId",
            "aws_autoscaling_group.InstanceId",
            "aws_db_instance.DBClusterIdentifier",
            "aws_db_instance.DBSystemId",
            "aws_db_instance.SourceRegion",
            "aws_dynamodb_table.ImportSourceSpecification",
            "aws_ecs_task_definition.InferenceAccelerators",
            "aws_eip.TransferAddress",
            "aws_eks_addon.NamespaceConfig",
            "aws_eks_cluster.OutpostConfig",
            "aws_flow_log.LogGroupName",
            "aws_flow_log.ResourceType",
            "aws_flow_log.TagFieldSpecifications",
            "aws_instance.ElasticGpuSpecifications",
            "aws_instance.ElasticInferenceAccelerators",
            "aws_instance.LicenseSpecifications",
            "aws_key_pair.KeyFormat",
            "aws_key_pair.KeyType",
            "aws_lambda_function.TenancyConfig",
            "aws_lambda_permission.InvokedViaFunctionUrl",
            "aws_launch_configuration.ClassicLinkVPCId",
            "aws_launch_configuration.ClassicLinkVPCSecurityGroups",
            "aws_launch_configuration.InstanceId",
            "aws_launch_configuration.KernelId",
            "aws_launch_configuration.RamDiskId",
            "aws_nat_gateway.AvailabilityMode",
            "aws_nat_gateway.VpcId",
            "aws_rds_cluster.PubliclyAccessible",
            "aws_rds_cluster.SourceRegion",
            "aws_route53_record.HostedZoneName",
            "aws_s3_bucket.BucketNamePrefix",
            "aws_s3_bucket.BucketNamespace",
            "aws_subnet.Ipv4IpamPoolId",
            "aws_subnet.Ipv4NetmaskLength",
            "aws_subnet.Ipv6IpamPoolId",
            "aws_subnet.Ipv6NetmaskLength",
            "aws_volume_attachment.EbsCardIndex",
            "aws_vpc.VpcEncryptionControl",
            "aws_vpc_endpoint.DnsOptions/PrivateDnsPreference",
            "aws_vpc_endpoint.DnsOptions/PrivateDnsSpecifiedDomains",
            "aws_vpc_ipv4_cidr_block_association.AmazonProvidedIpv6CidrBlock",
            "aws_vpc_ipv4_cidr_block_association.Ipv4IpamPoolId",
            "aws_vpc_ipv4_cidr_block_association.Ipv4NetmaskLength",
            "aws_vpc_ipv4_cidr_block_association.Ipv6CidrBlock",
            "aws_vpc_ipv4_cidr_block_association.Ipv6CidrBlockNetworkBorderGroup",
            "aws_vpc_ipv4_cidr_block_association.Ipv6IpamPoolId",
            "aws_vpc_ipv4_cidr_block_association.Ipv6NetmaskLength",
            "aws_vpc_ipv4_cidr_block_association.Ipv6Pool",
            "aws_vpc_peering_connection.AssumeRoleRegion",
            "aws_vpc_peering_connection.PeerRoleArn",
            "aws_vpn_gateway.Type",
        ],
        "not a property here",
    ),
];

/// `GroupName` as `group_name`, and `A/B` as `a.b`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if starts {
            out.push('_');
        }
        out.push(if *letter == '/' { '.' } else { letter.to_ascii_lowercase() });
    }
    out
}

fn forcing(prefix: &str, fields: &'static [Field], outer: Change, found: &mut BTreeMap<String, bool>) {
    // The beginning of a name is none of AWS's properties.
    for field in fields.iter().filter(|field| field.is_property() && field.begins.is_none()) {
        let change = if field.change == Change::Inherit { outer } else { field.change };
        let path = format!("{prefix}.{}", field.name);
        let forces = change == Change::Immutable;
        found.insert(path.clone(), forces);
        // What is inside of an immutable block is as the block.
        if let (Some(block), false) = (field.block(), forces) {
            forcing(&path, block, change, found);
        }
    }
}

/// What CloudFormation says of our types.
pub fn facts() -> Json {
    serde_json::from_str(include_str!("facts/cloudformation.json")).expect("the facts are JSON")
}

/// The path in the vocabulary of CloudFormation's property `name`.
pub fn path_of(type_name: &str, name: &str) -> String {
    let alias = NAMES.iter().find(|(of, theirs, _)| *of == type_name && *theirs == name);
    format!("{type_name}.{}", alias.map_or_else(|| snake(name), |(_, _, ours)| (*ours).into()))
}

/// Holds what was found against the rows that give reasons.
pub fn compare(what: &str, found: &BTreeSet<String>, table: &[(&'static [&'static str], &str)]) {
    let listed = listed(table);
    let new: Vec<_> = found.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(found).collect();
    assert!(new.is_empty() && stale.is_empty(), "{what}: without a reason {new:#?}; not so any more {stale:#?}");
}

fn listed(table: &[(&'static [&'static str], &str)]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (paths, reason) in table {
        assert!(!reason.is_empty());
        for path in *paths {
            assert!(out.insert((*path).to_string()), "{path} is listed twice");
        }
    }
    out
}

#[test]
fn what_forces_a_replacement_is_what_aws_cannot_change() {
    let facts = facts();
    let (mut replaced, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for kind in registry::kinds() {
        let schema = kind.schema();
        let mut ours = BTreeMap::new();
        forcing(schema.name, &schema.fields, Change::Computed, &mut ours);
        let mut theirs = BTreeSet::new();
        for name in facts[schema.name]["createOnly"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            let path = path_of(schema.name, name);
            match ours.get(&path) {
                Some(true) => drop(theirs.insert(path)),
                Some(false) => drop(kept.insert(path)),
                None => drop(kept.insert(format!("{}.{name}", schema.name))),
            }
        }
        replaced
            .extend(ours.into_iter().filter(|(path, forces)| *forces && !theirs.contains(path)).map(|(path, _)| path));
    }
    compare("replaced here alone", &replaced, REPLACED);
    compare("replaced by CloudFormation alone", &kept, KEPT);
}
