//! Reading replication groups: the groups, a node of each, and their tags.

use std::collections::HashMap;

use aws_sdk_elasticache::types as sdk;
use futures::future::{join_all, try_join_all};
use wildfire_engine::model::{CloudError, ErrorKind, ReadRequest, Readiness};

use super::{ReplicationGroup, convert};
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::by_name::{find_by_name, read_named};
use crate::kind::resource::{Read, Resource, all_failed, asks_for};
use crate::services::elasticache::tagging;

/// Up to this many nodes are read one by one.
const LIST_ABOVE: usize = 2;

type Nodes = HashMap<String, sdk::CacheCluster>;

pub(super) async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<ReplicationGroup>> {
    let handle = aws.clone();
    let groups = read_named(wanted, sdk::ReplicationGroup::replication_group_id, |name| describe(handle.clone(), name));
    let groups = groups.await;
    let telling = groups.iter().flatten().flatten().flat_map(telling_nodes).cloned().collect();
    let nodes = match nodes_by_id(aws, telling).await {
        Ok(nodes) => nodes,
        Err(error) => return all_failed(wanted, &error),
    };
    let nodes = &nodes;
    let complete = groups.into_iter().zip(wanted).map(|(group, request)| async move {
        let Some(group) = group?.filter(|group| !is_gone(group, nodes)) else { return Ok(None) };
        let first = group.member_clusters().first().cloned();
        let node = first.as_ref().and_then(|id| nodes.get(id).cloned());
        let silent = first.filter(|_| node.is_none());
        let mut group = convert::group(group, node)?;
        // What only nodes tell would look as if nobody had set it.
        if let (Some(id), Readiness::Ready) = (silent, group.readiness()) {
            let message = format!("ElastiCache lists the node {id} of the group, and does not describe it");
            return Err(CloudError::new(ErrorKind::Busy, message));
        }
        if asks_for(request, &["tags", "tags_all"]) {
            match add_tags(aws, &mut group).await {
                // While a group is being made, changed or deleted, AWS may not tell its tags.
                Err(error) if matches!(error.kind, ErrorKind::Busy | ErrorKind::NotFound) => {}
                result => result?,
            }
        }
        Ok(Some(group))
    });
    join_all(complete).await
}

/// One group, as AWS describes it.
pub(super) async fn group(aws: &Aws, id: &str) -> Result<Option<sdk::ReplicationGroup>, CloudError> {
    let found = absent_is_none(describe(aws.clone(), Some(id.to_string())).await)?.unwrap_or_default();
    Ok(find_by_name(found, sdk::ReplicationGroup::replication_group_id, id))
}

/// One group, without its node and tags.
pub(super) async fn one(aws: &Aws, id: &str) -> Read<ReplicationGroup> {
    group(aws, id).await?.map(|group| convert::group(group, None)).transpose()
}

/// One group with its tags, and without its node. `Busy` while AWS does not tell the tags.
pub(super) async fn with_tags(aws: &Aws, id: &str) -> Read<ReplicationGroup> {
    let Some(mut group) = one(aws, id).await? else { return Ok(None) };
    Ok(absent_is_none(add_tags(aws, &mut group).await)?.map(|()| group))
}

async fn add_tags(aws: &Aws, group: &mut ReplicationGroup) -> Result<(), CloudError> {
    if let Some(arn) = group.arn.as_deref() {
        group.tags.all = tagging::list(aws, arn).await?;
    }
    Ok(())
}

/// The nodes to ask about a group: any one tells what all have in common, and whether a deletion is done only all do.
fn telling_nodes(group: &sdk::ReplicationGroup) -> &[String] {
    let members = group.member_clusters();
    if is_deleting(group) { members } else { &members[..members.len().min(1)] }
}

fn is_deleting(group: &sdk::ReplicationGroup) -> bool {
    group.status.as_deref() == Some("deleting")
}

/// True when nothing is left of a group but its name: it is being deleted, and none of its nodes exists. Its security
/// and subnet groups are free then, and whoever wants the name waits for it when it is created again.
fn is_gone(group: &sdk::ReplicationGroup, nodes: &Nodes) -> bool {
    is_deleting(group) && !group.member_clusters().iter().any(|id| nodes.contains_key(id))
}

async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<sdk::ReplicationGroup>, CloudError> {
    let request = aws.read().elasticache().describe_replication_groups();
    let request = request.set_max_records(name.is_none().then_some(100)).set_replication_group_id(name);
    aws.pages(request, |page| page.replication_groups).await
}

async fn nodes_by_id(aws: &Aws, ids: Vec<String>) -> Result<Nodes, CloudError> {
    let found = if ids.len() <= LIST_ABOVE {
        // A node that is gone since its group was read is only missing.
        let each = ids.into_iter().map(|id| async move {
            let found = absent_is_none(describe_nodes(aws, Some(id.clone())).await)?.unwrap_or_default();
            Ok::<_, CloudError>(find_by_name(found, sdk::CacheCluster::cache_cluster_id, &id))
        });
        try_join_all(each).await?.into_iter().flatten().collect()
    } else {
        describe_nodes(aws, None).await?
    };
    let by_id = |node: sdk::CacheCluster| Some((node.cache_cluster_id.clone()?, node));
    Ok(found.into_iter().filter_map(by_id).collect())
}

async fn describe_nodes(aws: &Aws, id: Option<String>) -> Result<Vec<sdk::CacheCluster>, CloudError> {
    let request = aws.read().elasticache().describe_cache_clusters();
    let request = request.set_max_records(id.is_none().then_some(100)).set_cache_cluster_id(id);
    aws.pages(request, |page| page.cache_clusters).await
}
