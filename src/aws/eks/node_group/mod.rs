//! `aws_eks_node_group`

mod blocks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_eks::types as sdk;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover, Value,
};

use self::blocks::{
    AutoscalingGroup, LaunchTemplate, NodeRepair, RemoteAccess, Resources, Scaling, Taint, UpdateLimits, int,
};
use super::tagging::{self, no_change_is_fine};
use crate::call::{absent_is_none, gone_is_fine};
use crate::resource::{Read, Resource};
use crate::tags::{Tags, made_by};
use crate::{Aws, updates};

updates! {
    pub enum NodeGroupUpdate {
        Version => ["eks:UpdateNodegroupVersion"],
        Config => ["eks:UpdateNodegroupConfig"],
        Tags => ["eks:TagResource", "eks:UntagResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = NodeGroupUpdate)]
pub struct NodeGroup {
    /// The kind of image, such as `AL2023_x86_64_STANDARD`.
    #[field(immutable, aws_default)]
    ami_type: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether nodes are on-demand or spot instances.
    #[field(immutable, aws_default, one_of = ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"])]
    capacity_type: Option<String>,
    /// The name of the cluster.
    #[field(immutable, required)]
    cluster_name: Option<String>,
    /// The size of the nodes' disks, in GiB.
    #[field(immutable, aws_default)]
    disk_size: Option<i64>,
    /// Whether a version update goes on although pods cannot be drained.
    #[field(local)]
    force_update_version: Option<bool>,
    /// Cluster and node group: `CLUSTER:NODE_GROUP`.
    #[field(computed)]
    id: Option<String>,
    /// The instance types, the preferred one first.
    #[field(immutable, aws_default)]
    instance_types: Option<Vec<String>>,
    /// Kubernetes labels of the nodes.
    #[field(update = Config)]
    labels: Option<BTreeMap<String, String>>,
    /// The launch template of the nodes.
    #[field(update = Version)]
    launch_template: Option<LaunchTemplate>,
    /// The name, unique in the cluster.
    #[field(immutable, required)]
    node_group_name: Option<String>,
    /// Whether EKS replaces nodes that are not healthy.
    #[field(update = Config, aws_default)]
    node_repair_config: Option<NodeRepair>,
    /// The ARN of the role of the nodes.
    #[field(immutable, required)]
    node_role_arn: Option<String>,
    /// The version of the image.
    #[field(update = Version, aws_default)]
    release_version: Option<String>,
    /// SSH access to the nodes.
    #[field(immutable)]
    remote_access: Option<RemoteAccess>,
    /// What EKS made for the group.
    #[field(computed)]
    resources: Option<Vec<Resources>>,
    /// How many nodes there are; leave `desired_size` to an autoscaler with `ignore_changes`.
    #[field(update = Config, required)]
    scaling_config: Option<Scaling>,
    /// AWS's word for the status.
    #[field(computed)]
    status: Option<String>,
    /// The subnets of the nodes.
    #[field(immutable, required, set)]
    subnet_ids: Option<Vec<String>>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// Kubernetes taints of the nodes.
    #[field(update = Config, set)]
    taint: Option<Vec<Taint>>,
    /// How many nodes an update takes down at once.
    #[field(update = Config, aws_default)]
    update_config: Option<UpdateLimits>,
    /// The Kubernetes version of the nodes; that of the cluster if none is written.
    #[field(update = Version, aws_default)]
    version: Option<String>,
    /// Why the group is in trouble.
    #[field(computed)]
    _status: Option<String>,
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

fn label_changes(prior: &NodeGroup, want: &NodeGroup) -> Option<sdk::UpdateLabelsPayload> {
    let empty = BTreeMap::new();
    let (prior, want) = (prior.labels.as_ref().unwrap_or(&empty), want.labels.as_ref().unwrap_or(&empty));
    let set: std::collections::HashMap<_, _> = want
        .iter()
        .filter(|(key, value)| prior.get(*key) != Some(value))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let remove: Vec<_> = prior.keys().filter(|key| !want.contains_key(*key)).cloned().collect();
    (!set.is_empty() || !remove.is_empty()).then(|| {
        sdk::UpdateLabelsPayload::builder()
            .set_add_or_update_labels(Some(set).filter(|set| !set.is_empty()))
            .set_remove_labels(Some(remove).filter(|remove| !remove.is_empty()))
            .build()
    })
}

/// A taint is known by key and effect: one with a new value is updated, not removed.
fn taint_changes(prior: &NodeGroup, want: &NodeGroup) -> Option<sdk::UpdateTaintsPayload> {
    let list = |group: &NodeGroup| group.taint.clone().unwrap_or_default();
    let (prior, want) = (list(prior), list(want));
    let set: Vec<_> = want.iter().filter(|taint| !prior.contains(taint)).map(Taint::to_sdk).collect();
    let kept = |old: &Taint| want.iter().any(|taint| taint.key == old.key && taint.effect == old.effect);
    let remove: Vec<_> = prior.iter().filter(|taint| !kept(taint)).map(Taint::to_sdk).collect();
    (!set.is_empty() || !remove.is_empty()).then(|| {
        sdk::UpdateTaintsPayload::builder()
            .set_add_or_update_taints(Some(set).filter(|set| !set.is_empty()))
            .set_remove_taints(Some(remove).filter(|remove| !remove.is_empty()))
            .build()
    })
}

/// What is wanted, if it is not what is there.
fn changed<'a, T: PartialEq>(want: &'a Option<T>, prior: &Option<T>) -> Option<&'a T> {
    want.as_ref().filter(|_| want != prior)
}

/// The template, if its version is a new one: which template it is cannot change, and is told in more than one way.
fn new_template(want: &NodeGroup, prior: &NodeGroup) -> Option<sdk::LaunchTemplateSpecification> {
    let version = |group: &NodeGroup| group.launch_template.as_ref().and_then(|template| template.version.clone());
    (version(want) != version(prior)).then(|| want.launch_template.as_ref().map(LaunchTemplate::to_sdk))?
}

/// Cluster and node group; neither name has a colon.
fn split(id: &PhysicalId) -> Option<(&str, &str)> {
    id.as_str().split_once(':')
}

fn parts(id: &PhysicalId) -> Result<(&str, &str), CloudError> {
    split(id).ok_or_else(|| {
        CloudError::new(ErrorKind::Rejected, format!("{:?} is not of the form CLUSTER:NODE_GROUP", id.as_str()))
    })
}

async fn describe(aws: &Aws, id: &PhysicalId) -> Read<NodeGroup> {
    let Some((cluster, name)) = split(id) else { return Ok(None) };
    let request = aws.read().eks().describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    let reply = absent_is_none(aws.call("eks:DescribeNodegroup", request.send()).await)?;
    Ok(reply.and_then(|reply| reply.nodegroup).map(NodeGroup::from))
}

#[async_trait]
impl Resource for NodeGroup {
    const TYPE: &'static str = "aws_eks_node_group";
    const DOC: &'static str = "Nodes of a cluster that EKS manages.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: &'static [&'static str] = &["eks:CreateNodegroup"];
    const DELETE_CALLS: &'static [&'static str] = &["eks:DeleteNodegroup"];
    const IMPORT_ID: &'static str = "CLUSTER:NODE_GROUP";
    const EXAMPLE: &'static str = "\
cluster_name: ${cluster.name}
node_group_name: general
node_role_arn: ${node_role.arn}
subnet_ids: ${values(private).map(subnet, subnet.id)}
instance_types: [m7g.large]
ami_type: AL2023_ARM_64_STANDARD
scaling_config: {min_size: 2, desired_size: 3, max_size: 6}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("node_group_name_prefix", "a random name cannot be recognised after a crash: write `node_group_name`")];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 180;
    const POLL_SECONDS: u32 = 10;

    type Update = NodeGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The API describes one node group a call.
        join_all(wanted.iter().map(|request| describe(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = describe(aws, &id).await?;
        let ours = live.filter(|live| made_by(live.tags_all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let remote_access = want.remote_access.as_ref().map(|access| {
            sdk::RemoteAccessConfig::builder()
                .set_ec2_ssh_key(access.ec2_ssh_key.clone())
                .set_source_security_groups(access.source_security_group_ids.clone())
                .build()
        });
        let taints = want.taint.as_ref().map(|taints| taints.iter().map(Taint::to_sdk).collect());
        let request = aws
            .write()
            .eks()
            .create_nodegroup()
            .set_cluster_name(want.cluster_name.clone())
            .set_nodegroup_name(want.node_group_name.clone())
            .set_scaling_config(want.scaling_config.as_ref().map(Scaling::to_sdk))
            .set_disk_size(int(want.disk_size))
            .set_subnets(want.subnet_ids.clone())
            .set_instance_types(want.instance_types.clone())
            .set_ami_type(want.ami_type.as_deref().map(sdk::AmiTypes::from))
            .set_remote_access(remote_access)
            .set_node_role(want.node_role_arn.clone())
            .set_labels(want.labels.clone().map(|labels| labels.into_iter().collect()))
            .set_taints(taints)
            .set_launch_template(want.launch_template.as_ref().map(LaunchTemplate::to_sdk))
            .set_update_config(want.update_config.as_ref().map(UpdateLimits::to_sdk))
            .set_node_repair_config(want.node_repair_config.as_ref().map(NodeRepair::to_sdk))
            .set_capacity_type(want.capacity_type.as_deref().map(sdk::CapacityTypes::from))
            .set_version(want.version.clone())
            .set_release_version(want.release_version.clone())
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()))
            .client_request_token(operation.id.as_str());
        aws.call("eks:CreateNodegroup", request.send()).await?;
        let name = |part: &Option<String>| part.clone().unwrap_or_default();
        Ok(format!("{}:{}", name(&want.cluster_name), name(&want.node_group_name)).into())
    }

    async fn update(
        aws: &Aws,
        id: &PhysicalId,
        call: NodeGroupUpdate,
        want: &Self,
        prior: &Self,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        let (cluster, name) = parts(id)?;
        let eks = aws.write().eks();
        match call {
            NodeGroupUpdate::Version => {
                let request = eks
                    .update_nodegroup_version()
                    .cluster_name(cluster)
                    .nodegroup_name(name)
                    .set_launch_template(new_template(want, prior))
                    .set_version(changed(&want.version, &prior.version).cloned())
                    .set_release_version(changed(&want.release_version, &prior.release_version).cloned())
                    .set_force(want.force_update_version)
                    .client_request_token(format!("{}-version", operation.id));
                no_change_is_fine(aws.call("eks:UpdateNodegroupVersion", request.send()).await)
            }
            NodeGroupUpdate::Config => {
                let request = eks
                    .update_nodegroup_config()
                    .cluster_name(cluster)
                    .nodegroup_name(name)
                    .set_labels(label_changes(prior, want))
                    .set_taints(taint_changes(prior, want))
                    .set_scaling_config(changed(&want.scaling_config, &prior.scaling_config).map(Scaling::to_sdk))
                    .set_update_config(changed(&want.update_config, &prior.update_config).map(UpdateLimits::to_sdk))
                    .set_node_repair_config(
                        changed(&want.node_repair_config, &prior.node_repair_config).map(NodeRepair::to_sdk),
                    )
                    .client_request_token(format!("{}-config", operation.id));
                no_change_is_fine(aws.call("eks:UpdateNodegroupConfig", request.send()).await)
            }
            NodeGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (cluster, name) = parts(id)?;
        let request = aws.write().eks().delete_nodegroup().cluster_name(cluster).nodegroup_name(name);
        gone_is_fine(aws.call("eks:DeleteNodegroup", request.send()).await)
    }

    fn readiness(&self) -> Readiness {
        let reason = |word: &str| self._status.clone().unwrap_or_else(|| word.into());
        match self.status.as_deref() {
            Some(word @ ("CREATE_FAILED" | "DELETE_FAILED")) => Readiness::Failed(reason(word)),
            Some("DELETING") => Readiness::Deleting,
            Some(word @ ("CREATING" | "UPDATING")) => Readiness::Pending(word.into()),
            // A degraded group has nodes that work.
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut problem = |path: &str, message: &str| {
            problems.push(Problem { path: path.into(), message: message.into(), help: None });
        };
        if let Some(scaling) = properties.get("scaling_config") {
            let size = |name| scaling.get(name).and_then(Value::as_int);
            let (min, desired, max) = (size("min_size"), size("desired_size"), size("max_size"));
            let above = |a: Option<i64>, b: Option<i64>| matches!((a, b), (Some(a), Some(b)) if a > b);
            if above(min, desired) || above(desired, max) || above(min, max) {
                problem("scaling_config", "min_size <= desired_size <= max_size does not hold");
            }
        }
        if properties.get("node_group_name").and_then(Value::as_str).is_some_and(|name| name.len() > 63) {
            problem("node_group_name", "a node group's name has at most 63 characters");
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let cluster = properties.get("cluster_name")?.as_str()?;
        let name = properties.get("node_group_name")?.as_str()?;
        Some(format!("{cluster}:{name}").into())
    }
}
