//! The call that makes a replication group.

use aws_sdk_elasticache::types as sdk;
use wildfire_engine::model::CloudError;

use super::convert::flag;
use super::{LogDelivery, ReplicationGroup, read};
use crate::Aws;
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::int;
use crate::services::elasticache::tagging;

pub(super) async fn create(aws: &Aws, want: &ReplicationGroup) -> Result<(), CloudError> {
    // A secondary group of a global datastore takes most settings from the primary one.
    let secondary = want.global_replication_group_id.is_some();
    let own = |value: &Option<String>| value.clone().filter(|_| !secondary);
    let logs = want.log_delivery_configuration.as_ref();
    let request = aws
        .write()
        .elasticache()
        .create_replication_group()
        .set_replication_group_id(want.replication_group_id.clone())
        .set_replication_group_description(want.description.clone())
        .set_global_replication_group_id(want.global_replication_group_id.clone())
        .set_automatic_failover_enabled(want.automatic_failover_enabled)
        .set_multi_az_enabled(want.multi_az_enabled)
        .set_num_cache_clusters(want.num_cache_clusters.map(int))
        .set_preferred_cache_cluster_azs(want.preferred_cache_cluster_azs.clone())
        .set_num_node_groups(want.num_node_groups.map(int))
        .set_replicas_per_node_group(want.replicas_per_node_group.map(int))
        .set_cache_node_type(want.node_type.clone())
        .set_engine(own(&want.engine))
        .set_engine_version(own(&want.engine_version))
        .set_cache_parameter_group_name(own(&want.parameter_group_name))
        .set_cache_subnet_group_name(want.subnet_group_name.clone())
        .set_security_group_ids(want.security_group_ids.clone())
        .set_tags(tagging::to_sdk(want.tags_all.as_ref()))
        .set_snapshot_arns(want.snapshot_arns.clone())
        .set_snapshot_name(want.snapshot_name.clone())
        .set_preferred_maintenance_window(want.maintenance_window.clone())
        .set_port(want.port.map(int))
        .set_notification_topic_arn(want.notification_topic_arn.clone())
        .set_auto_minor_version_upgrade(flag(want.auto_minor_version_upgrade.as_deref()))
        .set_snapshot_retention_limit(want.snapshot_retention_limit.map(int))
        .set_snapshot_window(want.snapshot_window.clone())
        .set_auth_token(want.auth_token.clone())
        .set_transit_encryption_enabled(want.transit_encryption_enabled.filter(|_| !secondary))
        .set_transit_encryption_mode(want.transit_encryption_mode.as_deref().map(sdk::TransitEncryptionMode::from))
        .set_at_rest_encryption_enabled(flag(want.at_rest_encryption_enabled.as_deref()).filter(|_| !secondary))
        .set_kms_key_id(want.kms_key_id.clone())
        .set_user_group_ids(want.user_group_ids.clone())
        .set_log_delivery_configurations(logs.map(|logs| logs.iter().map(LogDelivery::to_sdk).collect()))
        .set_data_tiering_enabled(want.data_tiering_enabled)
        .set_network_type(want.network_type.as_deref().map(sdk::NetworkType::from))
        .set_ip_discovery(want.ip_discovery.as_deref().map(sdk::IpDiscovery::from))
        .set_cluster_mode(want.cluster_mode.as_deref().map(sdk::ClusterMode::from));
    let created = aws.call("elasticache:CreateReplicationGroup", request.send()).await;
    let id = want.replication_group_id.as_deref().unwrap_or_default();
    or_wait_for_name(created, read::one(aws, id)).await.map(|_| ())
}
