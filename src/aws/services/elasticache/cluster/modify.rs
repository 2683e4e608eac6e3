//! The update calls of a cluster.

use aws_sdk_elasticache::operation::modify_cache_cluster::ModifyCacheClusterInput;
use aws_sdk_elasticache::operation::modify_cache_cluster::builders::ModifyCacheClusterInputBuilder;

use super::Cluster;
use crate::connection::operation::Operation as Named;
use crate::kind::by_name::find_by_name;
use crate::kind::convert::{filled, int};
use crate::kind::diff::changed;
use crate::services::elasticache::prelude::*;
use crate::services::elasticache::replication_group::{flag, log_changes};

/// What differs, and only that.
pub(super) fn changes(want: &Cluster, prior: &Cluster) -> Result<ModifyCacheClusterInputBuilder, CloudError> {
    let upgrades = changed(&want.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade);
    let input = want.fill_changes(prior, ModifyCacheClusterInput::builder())?;
    let input = input.set_auto_minor_version_upgrade(flag(upgrades.as_deref()));
    Ok(match (&want.notification_topic_arn, &prior.notification_topic_arn) {
        (Some(topic), old) if old.as_ref() != Some(topic) => {
            input.notification_topic_arn(topic).notification_topic_status("active")
        }
        (None, Some(_)) => input.notification_topic_status("inactive"),
        _ => input,
    })
}

/// The logs that are wanted, and those that stop.
pub(super) fn log_delivery(want: &Cluster, prior: &Cluster) -> ModifyCacheClusterInputBuilder {
    let list = |cluster: &Cluster| cluster.log_delivery_configuration.clone().unwrap_or_default();
    ModifyCacheClusterInput::builder().set_log_delivery_configurations(log_changes(&list(want), &list(prior)))
}

/// Sends a modification, unless it changes nothing.
pub(super) async fn send(
    aws: &Aws,
    id: &str,
    input: ModifyCacheClusterInputBuilder,
    immediately: bool,
) -> Result<(), CloudError> {
    if input == ModifyCacheClusterInput::builder() {
        return Ok(());
    }
    let input = input.cache_cluster_id(id).apply_immediately(immediately);
    aws.call(ModifyCacheCluster::NAME, input.send_with(aws.write().elasticache())).await.map(drop)
}

/// Adds or removes nodes. The live count is read first: AWS refuses a count that is there already.
pub(super) async fn nodes(aws: &Aws, id: &str, want: &Cluster) -> Result<(), CloudError> {
    let found = super::described(aws, Some(id.to_string())).await?;
    let live = find_by_name(found, sdk::CacheCluster::cache_cluster_id, id);
    let live = live.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("the cluster {id} is gone")))?;
    let (Some(target), Some(input)) = (want.num_cache_nodes, node_change(want, &live)) else { return Ok(()) };
    let input = input.num_cache_nodes(int(target));
    send(aws, id, input, want.apply_immediately == Some(true)).await
}

/// Which nodes go, or where new ones come; nothing where the count is that already.
fn node_change(want: &Cluster, live: &sdk::CacheCluster) -> Option<ModifyCacheClusterInputBuilder> {
    let pending = live.pending_modified_values.as_ref().and_then(|pending| pending.num_cache_nodes);
    let there = usize::try_from(pending.or(live.num_cache_nodes)?).ok()?;
    let target = usize::try_from(want.num_cache_nodes?).ok()?;
    let input = ModifyCacheClusterInput::builder();
    if target == there {
        return None;
    }
    if target > there {
        // A zone for each new node: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html
        let zones = want.preferred_availability_zones.as_ref().filter(|zones| zones.len() == target);
        return Some(input.set_new_availability_zones(filled(zones.map(|zones| zones[there..].to_vec()))));
    }
    let mut ids: Vec<String> = live.cache_nodes().iter().filter_map(|node| node.cache_node_id.clone()).collect();
    ids.sort();
    // Those with the highest numbers go.
    let gone: Vec<String> = ids.into_iter().rev().take(there - target).collect();
    Some(input.set_cache_node_ids_to_remove(Some(gone)))
}
