//! The update calls of a replication group.

use aws_sdk_elasticache::operation::modify_replication_group::ModifyReplicationGroupInput;
use aws_sdk_elasticache::operation::modify_replication_group::builders::ModifyReplicationGroupInputBuilder;
use aws_sdk_elasticache::types as sdk;
use wildfire_engine::model::CloudError;

use super::convert::flag;
use super::{LogDelivery, ReplicationGroup, read, rejected};
use crate::Aws;
use crate::kind::convert::int;
use crate::kind::diff::{added, changed, changed_name, changed_set, changed_version};

/// What differs, and only that.
pub(super) fn changes(want: &ReplicationGroup, prior: &ReplicationGroup) -> ModifyReplicationGroupInputBuilder {
    let input = ModifyReplicationGroupInput::builder()
        .set_replication_group_description(changed(&want.description, &prior.description))
        .set_automatic_failover_enabled(changed(&want.automatic_failover_enabled, &prior.automatic_failover_enabled))
        .set_multi_az_enabled(changed(&want.multi_az_enabled, &prior.multi_az_enabled))
        .set_auto_minor_version_upgrade(flag(
            changed(&want.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade).as_deref(),
        ))
        .set_cluster_mode(changed(&want.cluster_mode, &prior.cluster_mode).as_deref().map(sdk::ClusterMode::from))
        .set_engine(changed(&want.engine, &prior.engine))
        .set_engine_version(changed_version(&want.engine_version, &prior.engine_version))
        .set_ip_discovery(changed(&want.ip_discovery, &prior.ip_discovery).as_deref().map(sdk::IpDiscovery::from))
        .set_preferred_maintenance_window(changed_name(&want.maintenance_window, &prior.maintenance_window))
        .set_cache_node_type(changed(&want.node_type, &prior.node_type))
        .set_cache_parameter_group_name(changed_name(&want.parameter_group_name, &prior.parameter_group_name))
        .set_security_group_ids(changed_set(&want.security_group_ids, &prior.security_group_ids))
        .set_snapshot_retention_limit(changed(&want.snapshot_retention_limit, &prior.snapshot_retention_limit).map(int))
        .set_snapshot_window(changed_name(&want.snapshot_window, &prior.snapshot_window));
    match (&want.notification_topic_arn, &prior.notification_topic_arn) {
        (Some(topic), old) if old.as_ref() != Some(topic) => {
            input.notification_topic_arn(topic).notification_topic_status("active")
        }
        (None, Some(_)) => input.notification_topic_status("inactive"),
        _ => input,
    }
}

pub(super) fn transit(want: &ReplicationGroup, prior: &ReplicationGroup) -> ModifyReplicationGroupInputBuilder {
    let mode = changed(&want.transit_encryption_mode, &prior.transit_encryption_mode);
    let enabled = changed(&want.transit_encryption_enabled, &prior.transit_encryption_enabled);
    ModifyReplicationGroupInput::builder()
        // The API wants the flag with every mode.
        .set_transit_encryption_enabled(enabled.or(want.transit_encryption_enabled.filter(|_| mode.is_some())))
        .set_transit_encryption_mode(mode.as_deref().map(sdk::TransitEncryptionMode::from))
}

pub(super) fn user_groups(want: &ReplicationGroup, prior: &ReplicationGroup) -> ModifyReplicationGroupInputBuilder {
    ModifyReplicationGroupInput::builder()
        .set_user_group_ids_to_add(added(&want.user_group_ids, &prior.user_group_ids))
        .set_user_group_ids_to_remove(added(&prior.user_group_ids, &want.user_group_ids))
}

/// The logs that are wanted, and those that stop.
pub(super) fn log_delivery(
    want: &ReplicationGroup,
    prior: &ReplicationGroup,
) -> Option<Vec<sdk::LogDeliveryConfigurationRequest>> {
    let list = |group: &ReplicationGroup| group.log_delivery_configuration.clone().unwrap_or_default();
    let (want, prior) = (list(want), list(prior));
    let set = want.iter().filter(|log| !prior.contains(log)).map(LogDelivery::to_sdk);
    let stopped = prior.iter().filter(|old| !want.iter().any(|log| log.kind() == old.kind()));
    let stop = |log: &LogDelivery| {
        sdk::LogDeliveryConfigurationRequest::builder().set_log_type(log.kind()).enabled(false).build()
    };
    let requests: Vec<_> = set.chain(stopped.map(stop)).collect();
    Some(requests).filter(|requests| !requests.is_empty())
}

/// Sends a modification, unless it changes nothing.
pub(super) async fn send(
    aws: &Aws,
    id: &str,
    input: ModifyReplicationGroupInputBuilder,
    immediately: bool,
) -> Result<(), CloudError> {
    if input == ModifyReplicationGroupInput::builder() {
        return Ok(());
    }
    let input = input.replication_group_id(id).apply_immediately(immediately);
    aws.call("elasticache:ModifyReplicationGroup", input.send_with(aws.write().elasticache())).await.map(|_| ())
}

/// How many replicas every shard should have. Both ways to say it are filled in from what is live; what counts is the
/// one that differs.
pub(super) fn wanted_replicas(want: &ReplicationGroup, prior: &ReplicationGroup) -> Option<i64> {
    let per_shard = changed(&want.replicas_per_node_group, &prior.replicas_per_node_group);
    let nodes = changed(&want.num_cache_clusters, &prior.num_cache_clusters);
    per_shard.or(nodes.map(|nodes| nodes - 1))
}

/// Adds or removes replicas. The live count is read first: AWS refuses a count that is there already.
pub(super) async fn replicas(
    aws: &Aws,
    id: &str,
    want: &ReplicationGroup,
    prior: &ReplicationGroup,
) -> Result<(), CloudError> {
    let Some(target) = wanted_replicas(want, prior) else { return Ok(()) };
    let live = read::group(aws, id).await?.map(|group| ReplicationGroup::from_sdk(group, None));
    let live = live.ok_or_else(|| rejected("the replication group is gone"))?;
    let current = live.replicas_per_node_group.unwrap_or(0);
    let cache = aws.write().elasticache();
    // Neither call can wait for the maintenance window.
    if target > current {
        let request = cache.increase_replica_count().replication_group_id(id);
        let request = request.set_new_replica_count(Some(int(target))).apply_immediately(true);
        aws.call("elasticache:IncreaseReplicaCount", request.send()).await?;
    } else if target < current {
        if target == 0 && live.automatic_failover_enabled == Some(true) && want.automatic_failover_enabled != Some(true)
        {
            // AWS keeps the last replica while failover needs it. The removal that follows is answered with "busy"
            // until failover is off, and this update is then made again.
            let off = ModifyReplicationGroupInput::builder().automatic_failover_enabled(false).multi_az_enabled(false);
            send(aws, id, off, true).await?;
        }
        let request = cache.decrease_replica_count().replication_group_id(id);
        let request = request.set_new_replica_count(Some(int(target))).apply_immediately(true);
        aws.call("elasticache:DecreaseReplicaCount", request.send()).await?;
    }
    Ok(())
}

/// Adds or removes shards. Removed are those with the highest ids, which keeps the slots of the others where they are.
pub(super) async fn shards(aws: &Aws, id: &str, want: &ReplicationGroup) -> Result<(), CloudError> {
    let Some(target) = want.num_node_groups else { return Ok(()) };
    let live = read::group(aws, id).await?.ok_or_else(|| rejected("the replication group is gone"))?;
    let mut ids: Vec<String> = live.node_groups().iter().filter_map(|shard| shard.node_group_id.clone()).collect();
    ids.sort();
    let keep = usize::try_from(target).unwrap_or(0);
    if ids.len() == keep {
        return Ok(());
    }
    let remove = ids.split_off(keep.min(ids.len()));
    let request = aws
        .write()
        .elasticache()
        .modify_replication_group_shard_configuration()
        .replication_group_id(id)
        .set_node_group_count(Some(int(target)))
        .set_node_groups_to_remove(Some(remove).filter(|remove| !remove.is_empty()))
        .apply_immediately(true);
    aws.call("elasticache:ModifyReplicationGroupShardConfiguration", request.send()).await.map(|_| ())
}
