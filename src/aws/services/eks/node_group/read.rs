//! A node group from what EKS tells about it, and the two names that are its id.

use super::NodeGroup;
use super::blocks::Resources;
use crate::connection::call::absent_is_none;
use crate::services::eks::prelude::*;

/// Cluster and node group; neither name has a colon.
fn split(id: &PhysicalId) -> Option<(&str, &str)> {
    id.as_str().split_once(':')
}

/// As [`split`], of an id that a call needs.
pub(super) fn parts(id: &PhysicalId) -> Result<(&str, &str), CloudError> {
    split(id).ok_or_else(|| {
        CloudError::new(ErrorKind::Rejected, format!("{:?} is not of the form CLUSTER:NODE_GROUP", id.as_str()))
    })
}

/// One node group; the API describes one a call.
pub(super) async fn describe(aws: &Aws, id: &PhysicalId) -> Read<NodeGroup> {
    let Some((cluster, name)) = split(id) else { return Ok(None) };
    let request = aws.read().eks().describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    let reply = absent_is_none(aws.send(request).await)?;
    reply.and_then(|reply| reply.nodegroup).map(node_group).transpose()
}

fn node_group(live: sdk::Nodegroup) -> Result<NodeGroup, CloudError> {
    let mut group = NodeGroup::from_sdk(live.clone())?;
    group.id = match (&live.cluster_name, &live.nodegroup_name) {
        (Some(cluster), Some(name)) => Some(format!("{cluster}:{name}")),
        _ => None,
    };
    group.resources = live.resources.map(Resources::of_live).transpose()?.map(|resources| vec![resources]);
    let issues = live.health.and_then(|health| health.issues).unwrap_or_default();
    group._status = issues.first().map(|issue| {
        tagging::issue(issue.code.as_ref().map(sdk::NodegroupIssueCode::as_str), issue.message.as_deref())
    });
    Ok(group)
}
