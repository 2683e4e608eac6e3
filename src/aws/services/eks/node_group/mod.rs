//! `aws_eks_node_group`

mod blocks;
mod checks;
mod read;
#[cfg(test)]
mod tests;
mod update;

use std::collections::BTreeMap;

use aws_sdk_eks::operation::create_nodegroup::builders::CreateNodegroupFluentBuilder;
use futures::future::join_all;

use self::blocks::{LaunchTemplate, NodeRepair, RemoteAccess, Resources, Scaling, Taint, UpdateLimits};
use super::prelude::*;
use crate::kind::by_name::or_wait_for_name;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum NodeGroupUpdate {
        Version => [UpdateNodegroupVersion],
        Config => [UpdateNodegroupConfig],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = NodeGroupUpdate)]
#[sdk(from = sdk::Nodegroup, create = CreateNodegroupFluentBuilder)]
pub struct NodeGroup {
    /// The kind of image, such as `AL2023_x86_64_STANDARD`.
    #[field(immutable, aws_default)]
    ami_type: Option<String>,
    /// The ARN.
    #[field(computed, sdk = nodegroup_arn)]
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
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The instance types, the preferred one first.
    #[field(immutable, aws_default, filled)]
    instance_types: Option<Vec<String>>,
    /// Kubernetes labels of the nodes.
    #[field(update = Config, filled)]
    labels: Option<BTreeMap<String, String>>,
    /// The launch template of the nodes.
    #[field(update = Version)]
    launch_template: Option<LaunchTemplate>,
    /// The name, unique in the cluster.
    #[field(immutable, generated, sdk = nodegroup_name)]
    node_group_name: Option<String>,
    /// The beginning of the name; the rest is made up, and makes it unique.
    #[field(immutable, begins = "node_group_name", conflicts = ["node_group_name"], length = 1..=37)]
    node_group_name_prefix: Option<String>,
    /// Whether EKS replaces nodes that are not healthy.
    #[field(update = Config, aws_default)]
    node_repair_config: Option<NodeRepair>,
    /// The ARN of the role of the nodes.
    #[field(immutable, required, sdk = node_role)]
    node_role_arn: Option<String>,
    /// The version of the image.
    #[field(update = Version, aws_default, changed_by = ["Version"])]
    release_version: Option<String>,
    /// SSH access to the nodes.
    #[field(immutable, aws_default)]
    remote_access: Option<RemoteAccess>,
    /// What EKS made for the group.
    #[field(computed, by_hand)]
    resources: Option<Vec<Resources>>,
    /// How many nodes there are; leave `desired_size` to an autoscaler with `ignore_changes`.
    #[field(update = Config, required)]
    scaling_config: Option<Scaling>,
    /// AWS's word for the status.
    #[field(computed)]
    status: Option<String>,
    /// The subnets of the nodes.
    #[field(immutable, required, set, sdk = subnets)]
    subnet_ids: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// Kubernetes taints of the nodes.
    #[field(update = Config, set, filled, sdk = taints)]
    taint: Option<Vec<Taint>>,
    /// How many nodes an update takes down at once.
    #[field(update = Config, aws_default)]
    update_config: Option<UpdateLimits>,
    /// The Kubernetes version of the nodes; that of the cluster if none is written.
    #[field(update = Version, aws_default, ty = Version, changed_by = ["Version"])]
    version: Option<String>,
    /// Why the group is in trouble.
    #[field(computed)]
    _status: Option<String>,
}

#[async_trait]
impl Resource for NodeGroup {
    const TYPE: &'static str = "aws_eks_node_group";
    const DOC: &'static str = "Nodes of a cluster that EKS manages.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateNodegroup];
    const DELETE_CALLS: Calls = calls![DeleteNodegroup];
    const LAGS: &'static [LagReply] = lags::NODE_GROUP;
    const IMPORT_ID: &'static str = "CLUSTER:NODE_GROUP";
    const RELATIONS: Relations =
        Relations { identity: &["cluster_name", "node_group_name"], part_of: &["cluster_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
cluster_name: ${cluster.name}
node_group_name: general
node_role_arn: ${node_role.arn}
subnet_ids: ${values(private).map(subnet, subnet.id)}
instance_types: [m7g.large]
ami_type: AL2023_ARM_64_STANDARD
scaling_config: {min_size: 2, desired_size: 3, max_size: 6}
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 180;
    const POLL_SECONDS: u32 = 10;

    type Update = NodeGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The API describes one node group a call.
        join_all(wanted.iter().map(|request| read::describe(aws, &request.id))).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = read::describe(aws, &id).await?.map(|live| {
            let leaving = live.readiness() == Readiness::Deleting;
            Candidate::new(Some(id.to_string()), live.tags.all).leaving(leaving)
        });
        only_made_by(recover, live)
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().eks().create_nodegroup())?.client_request_token(operation.id.as_str());
        let name = |part: &Option<String>| part.clone().unwrap_or_default();
        let id = PhysicalId::from(format!("{}:{}", name(&want.cluster_name), name(&want.node_group_name)));
        let created = aws.send(request).await;
        or_wait_for_name(created, read::describe(aws, &id)).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: NodeGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        update::update(aws, id, call, want, prior, operation).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (cluster, name) = read::parts(id)?;
        let request = aws.write().eks().delete_nodegroup().cluster_name(cluster).nodegroup_name(name);
        aws.gone(request).await
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
        checks::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let cluster = properties.get("cluster_name")?.as_str()?;
        let name = properties.get("node_group_name")?.as_str()?;
        Some(format!("{cluster}:{name}").into())
    }
}
