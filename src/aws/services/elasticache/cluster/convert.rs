//! A cluster as AWS describes it.

use super::{Cluster, Node};
use crate::kind::convert::{filled, incoming};
use crate::services::elasticache::prelude::*;
use crate::services::elasticache::replication_group::{LogDelivery, written_version};

pub(super) fn cluster(live: sdk::CacheCluster) -> Result<Cluster, CloudError> {
    let mut cluster = Cluster::from_sdk(live.clone())?;
    let mut nodes: Vec<Node> = incoming(live.cache_nodes.clone(), "cache_nodes")?.unwrap_or_default();
    nodes.sort_by(|one, other| one.id.cmp(&other.id));
    let endpoint = live.configuration_endpoint.as_ref();
    let port = endpoint.and_then(|endpoint| endpoint.port).map(i64::from);
    // What waits for the maintenance window counts as set; sending it again changes nothing.
    let pending = live.pending_modified_values.as_ref();
    let version = pending.and_then(|pending| pending.engine_version.clone()).or(live.engine_version);
    let topic = live.notification_configuration.filter(|topic| topic.topic_status.as_deref() != Some("inactive"));
    let spread = live.preferred_availability_zone.as_deref() == Some("Multiple");
    let groups = live.security_groups.unwrap_or_default().into_iter();
    let groups = groups.filter(|group| group.status.as_deref() != Some("removing"));
    let logs = live.log_delivery_configurations.unwrap_or_default().into_iter();
    cluster.auto_minor_version_upgrade = live.auto_minor_version_upgrade.map(|flag| flag.to_string());
    cluster.az_mode = Some(if spread { "cross-az" } else { "single-az" }.to_string());
    cluster.configuration_endpoint =
        cluster.cluster_address.as_ref().zip(port).map(|(address, port)| format!("{address}:{port}"));
    cluster.engine_version = version.map(|version| match live.engine.as_deref() {
        Some("memcached") => version,
        _ => written_version(&version),
    });
    cluster.log_delivery_configuration = filled(Some(logs.filter_map(LogDelivery::from_sdk).collect()));
    cluster.node_type = pending.and_then(|pending| pending.cache_node_type.clone()).or(live.cache_node_type);
    cluster.notification_topic_arn = topic.and_then(|topic| topic.topic_arn);
    cluster.num_cache_nodes =
        pending.and_then(|pending| pending.num_cache_nodes).or(live.num_cache_nodes).map(i64::from);
    cluster.port = port.or_else(|| nodes.first()?.port);
    cluster.security_group_ids = Some(groups.filter_map(|group| group.security_group_id).collect());
    cluster.snapshot_retention_limit.get_or_insert(0);
    cluster.cache_nodes = Some(nodes);
    Ok(cluster)
}
