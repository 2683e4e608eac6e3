//! Reading replication groups: the groups, a node of each, and their tags.

use std::collections::HashMap;

use aws_sdk_elasticache::types as sdk;
use futures::future::{join_all, try_join_all};
use wildfire_engine::model::{CloudError, ErrorKind, ReadRequest};

use super::ReplicationGroup;
use crate::Aws;
use crate::call::absent_is_none;
use crate::elasticache::tagging;
use crate::named::read_named;
use crate::resource::{Read, all_failed, asks_for};

/// Up to this many groups, the node of each is read by itself.
const FEW: usize = 2;

pub(super) async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<ReplicationGroup>> {
    let handle = aws.clone();
    let groups = read_named(wanted, id_of, |name| describe(handle.clone(), name)).await;
    let first_node = |group: &sdk::ReplicationGroup| group.member_clusters().first().cloned();
    let nodes = groups.iter().flatten().flatten().filter_map(first_node).collect();
    let nodes = match nodes_by_id(aws, nodes).await {
        Ok(nodes) => nodes,
        Err(error) => return all_failed(wanted, &error),
    };
    let complete = groups.into_iter().zip(wanted).map(|(group, request)| {
        let nodes = &nodes;
        async move {
            let Some(group) = group? else { return Ok(None) };
            let node = first_node(&group).and_then(|id| nodes.get(&id).cloned());
            let mut group = ReplicationGroup::from_sdk(group, node);
            if asks_for(request, &["tags", "tags_all"])
                && let Some(arn) = group.arn.as_deref()
            {
                match tagging::list(aws, arn).await {
                    Ok(tags) => group.tags_all = tags,
                    // While a group is being made or changed, AWS does not tell its tags.
                    Err(error) if error.kind == ErrorKind::Busy => {}
                    Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(error),
                }
            }
            Ok(Some(group))
        }
    });
    join_all(complete).await
}

fn id_of(group: &sdk::ReplicationGroup) -> Option<&str> {
    group.replication_group_id.as_deref()
}

/// One group, without its node and tags.
pub(super) async fn group(aws: &Aws, id: &str) -> Result<Option<sdk::ReplicationGroup>, CloudError> {
    let found = absent_is_none(describe(aws.clone(), Some(id.to_string())).await)?;
    Ok(found.and_then(|found| found.into_iter().next()))
}

async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<sdk::ReplicationGroup>, CloudError> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = aws
            .read()
            .elasticache()
            .describe_replication_groups()
            .set_replication_group_id(name.clone())
            .set_max_records(name.is_none().then_some(100))
            .set_marker(marker);
        let page = aws.call("elasticache:DescribeReplicationGroups", request.send()).await?;
        found.extend(page.replication_groups.unwrap_or_default());
        marker = page.marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}

async fn nodes_by_id(aws: &Aws, ids: Vec<String>) -> Result<HashMap<String, sdk::CacheCluster>, CloudError> {
    let found = if ids.len() <= FEW {
        let each = ids.into_iter().map(|id| describe_nodes(aws, Some(id)));
        // A node that is gone since its group was read is only missing.
        let each =
            each.map(|nodes| async move { Ok::<_, CloudError>(absent_is_none(nodes.await)?.unwrap_or_default()) });
        try_join_all(each).await?.into_iter().flatten().collect()
    } else {
        describe_nodes(aws, None).await?
    };
    let by_id = |node: sdk::CacheCluster| Some((node.cache_cluster_id.clone()?, node));
    Ok(found.into_iter().filter_map(by_id).collect())
}

async fn describe_nodes(aws: &Aws, id: Option<String>) -> Result<Vec<sdk::CacheCluster>, CloudError> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = aws
            .read()
            .elasticache()
            .describe_cache_clusters()
            .set_cache_cluster_id(id.clone())
            .set_max_records(id.is_none().then_some(100))
            .set_marker(marker);
        let page = aws.call("elasticache:DescribeCacheClusters", request.send()).await?;
        found.extend(page.cache_clusters.unwrap_or_default());
        marker = page.marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}
