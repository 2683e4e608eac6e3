//! A replication group from what AWS tells about it and about one of its nodes.

use super::{LogDelivery, ReplicationGroup};
use crate::kind::convert::filled;
use crate::services::elasticache::prelude::*;

/// A flag that the vocabulary has as text.
pub(in crate::services::elasticache) fn flag(value: Option<&str>) -> Option<bool> {
    value.and_then(|value| value.parse().ok())
}

/// From version 6 on, users name major and minor version and AWS picks the patch; before that, all three.
pub(in crate::services::elasticache) fn written_version(actual: &str) -> String {
    let mut parts = actual.split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) if major.parse::<u32>().is_ok_and(|major| major >= 6) => format!("{major}.{minor}"),
        _ => actual.to_string(),
    }
}

/// `node` is any node of the group: only nodes tell the engine's version, windows, and groups.
pub(super) fn group(
    live: sdk::ReplicationGroup,
    node: Option<sdk::CacheCluster>,
) -> Result<ReplicationGroup, CloudError> {
    let mut group = ReplicationGroup::from_sdk(live.clone())?;
    let count = |length: usize| i64::try_from(length).ok();
    group.at_rest_encryption_enabled = live.at_rest_encryption_enabled.map(|flag| flag.to_string());
    group.automatic_failover_enabled = Some(matches!(
        live.automatic_failover,
        Some(sdk::AutomaticFailoverStatus::Enabled | sdk::AutomaticFailoverStatus::Enabling)
    ));
    group.data_tiering_enabled = live.data_tiering.as_ref().map(|on| *on == sdk::DataTieringStatus::Enabled);
    let logs = live.log_delivery_configurations().iter().cloned();
    group.log_delivery_configuration = filled(Some(logs.filter_map(LogDelivery::from_sdk).collect()));
    group.multi_az_enabled = Some(live.multi_az == Some(sdk::MultiAzStatus::Enabled));
    group.num_cache_clusters = live.member_clusters.as_ref().and_then(|members| count(members.len()));
    group.snapshot_retention_limit.get_or_insert(0);
    add_shards(&mut group, &live);
    add_node(&mut group, live, node.as_ref());
    Ok(group)
}

/// What the shards tell.
fn add_shards(group: &mut ReplicationGroup, live: &sdk::ReplicationGroup) {
    let shards = live.node_groups();
    let first = shards.first();
    let address = |endpoint: Option<&sdk::Endpoint>| endpoint.and_then(|endpoint| endpoint.address.clone());
    let primary = first.and_then(|shard| shard.primary_endpoint.as_ref());
    let port = live.configuration_endpoint.as_ref().or(primary).and_then(|endpoint| endpoint.port);
    let replicas = first.map(|shard| shard.node_group_members().len().saturating_sub(1));
    group.num_node_groups = i64::try_from(shards.len()).ok().filter(|shards| *shards > 0);
    group.port = port.map(i64::from);
    group.primary_endpoint_address = address(primary);
    group.reader_endpoint_address = address(first.and_then(|shard| shard.reader_endpoint.as_ref()));
    group.replicas_per_node_group = replicas.and_then(|replicas| i64::try_from(replicas).ok());
}

/// What the group and its node tell together, or the node alone.
fn add_node(group: &mut ReplicationGroup, live: sdk::ReplicationGroup, node: Option<&sdk::CacheCluster>) {
    let version = node.and_then(|node| node.engine_version.clone());
    // What waits for the maintenance window counts as set; sending it again changes nothing.
    let pending = node.and_then(|node| node.pending_modified_values.as_ref());
    let new_version = pending.and_then(|pending| pending.engine_version.clone());
    let new_type = pending.and_then(|pending| pending.cache_node_type.clone());
    let topic = node.and_then(|node| node.notification_configuration.as_ref());
    let topic = topic.filter(|topic| topic.topic_status.as_deref() != Some("inactive"));
    let staying = |group: &&sdk::SecurityGroupMembership| group.status.as_deref() != Some("removing");
    let upgrades = live.auto_minor_version_upgrade.or_else(|| node?.auto_minor_version_upgrade);
    group.auto_minor_version_upgrade = upgrades.map(|flag| flag.to_string());
    group.engine = live.engine.or_else(|| node?.engine.clone());
    group.engine_version = new_version.as_deref().or(version.as_deref()).map(written_version);
    group.engine_version_actual = version;
    group.maintenance_window = node.and_then(|node| node.preferred_maintenance_window.clone());
    group.node_type = new_type.or(live.cache_node_type).or_else(|| node?.cache_node_type.clone());
    group.notification_topic_arn = topic.and_then(|topic| topic.topic_arn.clone());
    group.parameter_group_name = node
        .and_then(|node| node.cache_parameter_group.as_ref())
        .and_then(|group| group.cache_parameter_group_name.clone());
    group.security_group_ids = node
        .and_then(|node| node.security_groups.as_ref())
        .map(|groups| groups.iter().filter(staying).filter_map(|group| group.security_group_id.clone()).collect());
    group.subnet_group_name = node.and_then(|node| node.cache_subnet_group_name.clone());
}

impl LogDelivery {
    pub(in crate::services::elasticache) fn from_sdk(log: sdk::LogDeliveryConfiguration) -> Option<Self> {
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

    pub(in crate::services::elasticache) fn to_sdk(&self) -> sdk::LogDeliveryConfigurationRequest {
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
