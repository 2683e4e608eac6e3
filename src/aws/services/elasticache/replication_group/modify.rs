//! The update calls of a replication group.

use aws_sdk_elasticache::operation::modify_replication_group::ModifyReplicationGroupInput;
use aws_sdk_elasticache::operation::modify_replication_group::builders::ModifyReplicationGroupInputBuilder;

use super::convert::flag;
use super::{LogDelivery, ReplicationGroup, convert, read, rejected};
use crate::connection::operation::Operation as Named;
use crate::kind::convert::int;
use crate::kind::diff::{added, changed};
use crate::services::elasticache::prelude::*;

/// What differs, and only that.
pub(super) fn changes(
    want: &ReplicationGroup,
    prior: &ReplicationGroup,
) -> Result<ModifyReplicationGroupInputBuilder, CloudError> {
    let upgrades = changed(&want.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade);
    let input = want.fill_changes(prior, ModifyReplicationGroupInput::builder())?;
    let input = input.set_auto_minor_version_upgrade(flag(upgrades.as_deref()));
    Ok(match (&want.notification_topic_arn, &prior.notification_topic_arn) {
        (Some(topic), old) if old.as_ref() != Some(topic) => {
            input.notification_topic_arn(topic).notification_topic_status("active")
        }
        (None, Some(_)) => input.notification_topic_status("inactive"),
        _ => input,
    })
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
    log_changes(&list(want), &list(prior))
}

/// The same of lists of them.
pub(in crate::services::elasticache) fn log_changes(
    want: &[LogDelivery],
    prior: &[LogDelivery],
) -> Option<Vec<sdk::LogDeliveryConfigurationRequest>> {
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
    aws.call(ModifyReplicationGroup::NAME, input.send_with(aws.write().elasticache())).await.map(drop)
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
    let live = read::group(aws, id).await?.map(|group| convert::group(group, None)).transpose()?;
    let live = live.ok_or_else(|| rejected("the replication group is gone"))?;
    let current = live.replicas_per_node_group.unwrap_or(0);
    let cache = aws.write().elasticache();
    // Neither call can wait for the maintenance window.
    if target > current {
        let request = cache.increase_replica_count().replication_group_id(id);
        let request = request.set_new_replica_count(Some(int(target))).apply_immediately(true);
        aws.done(request).await?;
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
        aws.done(request).await?;
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
    aws.done(request).await
}
