//! A replication group from what AWS tells about it and about one of its nodes.

use aws_sdk_elasticache::types as sdk;

use super::{LogDelivery, ReplicationGroup};

/// A flag that the vocabulary has as text.
pub(super) fn flag(value: Option<&str>) -> Option<bool> {
    value.and_then(|value| value.parse().ok())
}

/// From version 6 on, users name major and minor version and AWS picks the patch; before that, all three.
pub(super) fn written_version(actual: &str) -> String {
    let mut parts = actual.split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) if major.parse::<u32>().is_ok_and(|major| major >= 6) => format!("{major}.{minor}"),
        _ => actual.to_string(),
    }
}

impl ReplicationGroup {
    /// `node` is any node of the group: only nodes tell the engine's version, windows, and groups.
    pub(super) fn from_sdk(group: sdk::ReplicationGroup, node: Option<sdk::CacheCluster>) -> Self {
        let shards = group.node_groups.unwrap_or_default();
        let first = shards.first();
        let address = |endpoint: Option<&sdk::Endpoint>| endpoint.and_then(|endpoint| endpoint.address.clone());
        let primary = first.and_then(|shard| shard.primary_endpoint.as_ref());
        let port = group.configuration_endpoint.as_ref().or(primary).and_then(|endpoint| endpoint.port);
        let replicas = first.map(|shard| shard.node_group_members().len().saturating_sub(1));
        let logs = group.log_delivery_configurations.unwrap_or_default();
        let logs: Vec<_> = logs.into_iter().filter_map(LogDelivery::from_sdk).collect();
        let node = node.as_ref();
        let version = node.and_then(|node| node.engine_version.clone());
        // What waits for the maintenance window counts as set; sending it again changes nothing.
        let pending = node.and_then(|node| node.pending_modified_values.as_ref());
        let new_version = pending.and_then(|pending| pending.engine_version.clone());
        let new_type = pending.and_then(|pending| pending.cache_node_type.clone());
        let topic = node.and_then(|node| node.notification_configuration.as_ref());
        let topic = topic.filter(|topic| topic.topic_status.as_deref() != Some("inactive"));
        let staying = |group: &&sdk::SecurityGroupMembership| group.status.as_deref() != Some("removing");
        let count = |length: usize| i64::try_from(length).ok();
        let yes_no = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        Self {
            apply_immediately: None,
            arn: group.arn,
            at_rest_encryption_enabled: yes_no(group.at_rest_encryption_enabled),
            auth_token: None,
            auth_token_update_strategy: None,
            auto_minor_version_upgrade: yes_no(
                group.auto_minor_version_upgrade.or_else(|| node?.auto_minor_version_upgrade),
            ),
            automatic_failover_enabled: Some(matches!(
                group.automatic_failover,
                Some(sdk::AutomaticFailoverStatus::Enabled | sdk::AutomaticFailoverStatus::Enabling)
            )),
            cluster_enabled: group.cluster_enabled,
            cluster_mode: group.cluster_mode.map(|mode| mode.as_str().to_string()),
            configuration_endpoint_address: address(group.configuration_endpoint.as_ref()),
            data_tiering_enabled: group.data_tiering.map(|tiering| tiering == sdk::DataTieringStatus::Enabled),
            description: group.description,
            engine: group.engine.or_else(|| node?.engine.clone()),
            engine_version: new_version.as_deref().or(version.as_deref()).map(written_version),
            engine_version_actual: version,
            final_snapshot_identifier: None,
            global_replication_group_id: group
                .global_replication_group_info
                .and_then(|global| global.global_replication_group_id),
            id: group.replication_group_id.clone(),
            ip_discovery: group.ip_discovery.map(|kind| kind.as_str().to_string()),
            kms_key_id: group.kms_key_id,
            log_delivery_configuration: Some(logs).filter(|logs| !logs.is_empty()),
            maintenance_window: node.and_then(|node| node.preferred_maintenance_window.clone()),
            num_cache_clusters: group.member_clusters.as_ref().and_then(|members| count(members.len())),
            member_clusters: group.member_clusters,
            multi_az_enabled: Some(group.multi_az == Some(sdk::MultiAzStatus::Enabled)),
            network_type: group.network_type.map(|kind| kind.as_str().to_string()),
            node_type: new_type.or(group.cache_node_type).or_else(|| node?.cache_node_type.clone()),
            notification_topic_arn: topic.and_then(|topic| topic.topic_arn.clone()),
            num_node_groups: count(shards.len()).filter(|shards| *shards > 0),
            parameter_group_name: node
                .and_then(|node| node.cache_parameter_group.as_ref())
                .and_then(|group| group.cache_parameter_group_name.clone()),
            port: port.map(i64::from),
            preferred_cache_cluster_azs: None,
            primary_endpoint_address: address(primary),
            reader_endpoint_address: address(first.and_then(|shard| shard.reader_endpoint.as_ref())),
            replicas_per_node_group: replicas.and_then(count),
            replication_group_id: group.replication_group_id,
            security_group_ids: node.and_then(|node| node.security_groups.as_ref()).map(|groups| {
                groups.iter().filter(staying).filter_map(|group| group.security_group_id.clone()).collect()
            }),
            snapshot_arns: None,
            snapshot_name: None,
            snapshot_retention_limit: Some(group.snapshot_retention_limit.map_or(0, i64::from)),
            snapshot_window: group.snapshot_window,
            subnet_group_name: node.and_then(|node| node.cache_subnet_group_name.clone()),
            tags: None,
            tags_all: None,
            transit_encryption_enabled: group.transit_encryption_enabled,
            transit_encryption_mode: group.transit_encryption_mode.map(|mode| mode.as_str().to_string()),
            user_group_ids: group.user_group_ids.filter(|groups| !groups.is_empty()),
            _status: group.status,
        }
    }
}

impl LogDelivery {
    fn from_sdk(log: sdk::LogDeliveryConfiguration) -> Option<Self> {
        if log.status == Some(sdk::LogDeliveryConfigurationStatus::Disabling) {
            return None;
        }
        let details = log.destination_details;
        let firehose = details.as_ref().and_then(|details| details.kinesis_firehose_details.as_ref());
        let group = details.as_ref().and_then(|details| details.cloud_watch_logs_details.as_ref());
        let destination = match (group, firehose) {
            (Some(group), _) => group.log_group.clone(),
            (None, Some(firehose)) => firehose.delivery_stream.clone(),
            (None, None) => None,
        };
        Some(Self {
            destination,
            destination_type: log.destination_type.map(|kind| kind.as_str().to_string()),
            log_format: log.log_format.map(|format| format.as_str().to_string()),
            log_type: log.log_type.map(|kind| kind.as_str().to_string()),
        })
    }

    pub(super) fn to_sdk(&self) -> sdk::LogDeliveryConfigurationRequest {
        let details = sdk::DestinationDetails::builder();
        let details = match self.destination_type.as_deref() {
            Some("kinesis-firehose") => {
                let firehose = sdk::KinesisFirehoseDestinationDetails::builder();
                details.kinesis_firehose_details(firehose.set_delivery_stream(self.destination.clone()).build())
            }
            _ => {
                let group = sdk::CloudWatchLogsDestinationDetails::builder();
                details.cloud_watch_logs_details(group.set_log_group(self.destination.clone()).build())
            }
        };
        sdk::LogDeliveryConfigurationRequest::builder()
            .set_log_type(self.kind())
            .set_destination_type(self.destination_type.as_deref().map(sdk::DestinationType::from))
            .destination_details(details.build())
            .set_log_format(self.log_format.as_deref().map(sdk::LogFormat::from))
            .enabled(true)
            .build()
    }

    pub(super) fn kind(&self) -> Option<sdk::LogType> {
        self.log_type.as_deref().map(sdk::LogType::from)
    }
}
