//! A node group from what EKS tells about it, and the two names that are its id.

use aws_sdk_eks::types as sdk;
use wildfire_engine::model::{CloudError, ErrorKind, PhysicalId};

use super::NodeGroup;
use super::blocks::{
    AutoscalingGroup, LaunchTemplate, NodeRepair, RemoteAccess, Resources, Scaling, Taint, UpdateLimits,
};
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::kind::resource::Read;
use crate::services::eks::tagging;

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
    let reply = absent_is_none(aws.call("eks:DescribeNodegroup", request.send()).await)?;
    Ok(reply.and_then(|reply| reply.nodegroup).map(NodeGroup::from))
}

impl From<sdk::Nodegroup> for NodeGroup {
    fn from(group: sdk::Nodegroup) -> Self {
        let id = match (&group.cluster_name, &group.nodegroup_name) {
            (Some(cluster), Some(name)) => Some(format!("{cluster}:{name}")),
            _ => None,
        };
        let issues = group.health.and_then(|health| health.issues).unwrap_or_default();
        let issue = issues.first().map(|issue| {
            tagging::issue(issue.code.as_ref().map(sdk::NodegroupIssueCode::as_str), issue.message.as_deref())
        });
        Self {
            ami_type: group.ami_type.map(|kind| kind.as_str().to_string()),
            arn: group.nodegroup_arn,
            capacity_type: group.capacity_type.map(|kind| kind.as_str().to_string()),
            cluster_name: group.cluster_name,
            disk_size: group.disk_size.map(i64::from),
            force_update_version: None,
            id,
            instance_types: group.instance_types.filter(|types| !types.is_empty()),
            labels: group.labels.filter(|labels| !labels.is_empty()).map(|labels| labels.into_iter().collect()),
            launch_template: group.launch_template.map(|template| LaunchTemplate {
                id: template.id,
                name: template.name,
                version: template.version,
            }),
            node_group_name: group.nodegroup_name,
            node_repair_config: group.node_repair_config.map(|repair| NodeRepair { enabled: repair.enabled }),
            node_role_arn: group.node_role,
            release_version: group.release_version,
            remote_access: group.remote_access.map(|access| RemoteAccess {
                ec2_ssh_key: access.ec2_ssh_key,
                source_security_group_ids: access.source_security_groups.filter(|groups| !groups.is_empty()),
            }),
            resources: group.resources.map(|resources| {
                let groups = resources.auto_scaling_groups.unwrap_or_default();
                vec![Resources {
                    autoscaling_groups: Some(
                        groups.into_iter().map(|group| AutoscalingGroup { name: group.name }).collect(),
                    ),
                    remote_access_security_group_id: resources.remote_access_security_group,
                }]
            }),
            scaling_config: group.scaling_config.map(|scaling| Scaling {
                desired_size: scaling.desired_size.map(i64::from),
                max_size: scaling.max_size.map(i64::from),
                min_size: scaling.min_size.map(i64::from),
            }),
            status: group.status.map(|status| status.as_str().to_string()),
            subnet_ids: group.subnets,
            tags: None,
            tags_all: tagging::from_sdk(group.tags),
            taint: group
                .taints
                .filter(|taints| !taints.is_empty())
                .map(|taints| taints.into_iter().map(Taint::from).collect()),
            update_config: group.update_config.map(|limits| UpdateLimits {
                max_unavailable: limits.max_unavailable.map(i64::from),
                max_unavailable_percentage: limits.max_unavailable_percentage.map(i64::from),
            }),
            version: group.version,
            _status: issue,
        }
    }
}
