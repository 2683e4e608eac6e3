//! `aws_eks_cluster`

mod blocks;
mod checks;
mod launch;
mod read;
#[cfg(test)]
mod tests;
mod update;

use aws_sdk_eks::operation::create_cluster::builders::CreateClusterFluentBuilder;
use futures::future::join_all;

use self::blocks::{
    AccessConfig, CertificateAuthority, ComputeConfig, EncryptionConfig, Identity, KubernetesNetworkConfig,
    RemoteNetworkConfig, StorageConfig, Switch, UpgradePolicy, VpcConfig,
};
use super::prelude::*;
use crate::kind::ownership::{Candidate, only_made_by};

updates! {
    pub enum ClusterUpdate {
        AccessConfig => [UpdateClusterConfig],
        Vpc => [UpdateClusterConfig],
        Logging => [UpdateClusterConfig],
        UpgradePolicy => [UpdateClusterConfig],
        Version => [UpdateClusterVersion],
        AutoMode => [UpdateClusterConfig],
        RemoteNetworks => [UpdateClusterConfig],
        ZonalShift => [UpdateClusterConfig],
        Encryption => [AssociateEncryptionConfig],
        Tags => [TagResource, UntagResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ClusterUpdate)]
#[sdk(from = sdk::Cluster, create = CreateClusterFluentBuilder)]
pub struct Cluster {
    /// Who may use the cluster.
    #[field(update = AccessConfig, aws_default)]
    access_config: Option<AccessConfig>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether EKS installs its networking and DNS add-ons; counts at creation only.
    #[field(local, default = true, sent_as = bootstrap_self_managed_addons)]
    bootstrap_self_managed_addons: Option<bool>,
    /// The certificate of the cluster's API.
    #[field(computed, by_hand)]
    certificate_authority: Option<Vec<CertificateAuthority>>,
    /// The id of a cluster on an Outpost.
    #[field(computed, sdk = id)]
    cluster_id: Option<String>,
    /// Nodes that EKS Auto Mode runs; turned off by `enabled: false`.
    #[field(update = AutoMode, aws_default, changed_by = ["AutoMode"])]
    compute_config: Option<ComputeConfig>,
    /// When it was created.
    #[field(computed, by_hand)]
    created_at: Option<String>,
    /// The logs that the control plane writes: `api`, `audit`, `authenticator`, `controllerManager`, `scheduler`.
    #[field(update = Logging, set, by_hand)]
    enabled_cluster_log_types: Option<Vec<String>>,
    /// Encryption of secrets with a key of one's own; can be added later, and never changed.
    #[field(update = Encryption, by_hand)]
    encryption_config: Option<EncryptionConfig>,
    /// The URL of the cluster's API.
    #[field(computed, changes_on_update)]
    endpoint: Option<String>,
    /// Whether a version update goes on although EKS's checks warn.
    #[field(local)]
    force_update_version: Option<bool>,
    /// The cluster's name.
    #[field(computed, sdk = name)]
    id: Option<String>,
    /// The cluster as an issuer of tokens, for roles of service accounts.
    #[field(computed, by_hand)]
    identity: Option<Vec<Identity>>,
    /// Addresses of services, and load balancing by EKS Auto Mode.
    #[field(update = AutoMode, aws_default, changed_by = ["AutoMode"])]
    kubernetes_network_config: Option<KubernetesNetworkConfig>,
    /// The name, unique in the region.
    #[field(immutable, required)]
    name: Option<String>,
    /// EKS's version of the control plane.
    #[field(computed, changes_on_update)]
    platform_version: Option<String>,
    /// Networks of hybrid nodes.
    #[field(update = RemoteNetworks, by_hand)]
    remote_network_config: Option<RemoteNetworkConfig>,
    /// The ARN of the role that the control plane acts with.
    #[field(immutable, required)]
    role_arn: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    status: Option<String>,
    /// Storage by EKS Auto Mode.
    #[field(update = AutoMode, aws_default, changed_by = ["AutoMode"])]
    storage_config: Option<StorageConfig>,
    #[serde(flatten)]
    #[field(tags = Tags)]
    tags: Tagged,
    /// What happens when standard support of the version ends.
    #[field(update = UpgradePolicy, aws_default)]
    upgrade_policy: Option<UpgradePolicy>,
    /// The Kubernetes version; EKS goes up one minor version at a time, and never down.
    #[field(update = Version, aws_default, ty = Version)]
    version: Option<String>,
    /// Subnets, security groups and endpoints of the control plane.
    #[field(update = Vpc, required, sdk = resources_vpc_config)]
    vpc_config: Option<VpcConfig>,
    /// Whether traffic is shifted away from a zone in trouble.
    #[field(update = ZonalShift, aws_default, sent_by_hand)]
    zonal_shift_config: Option<Switch>,
    /// Why the cluster is in trouble.
    #[field(computed)]
    _status: Option<String>,
}

#[async_trait]
impl Resource for Cluster {
    const TYPE: &'static str = "aws_eks_cluster";
    const DOC: &'static str = "A Kubernetes control plane.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateCluster];
    const DELETE_CALLS: Calls = calls![DeleteCluster];
    const LAGS: &'static [LagReply] = lags::CLUSTER;
    const IMPORT_ID: &'static str = "NAME";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
name: main
role_arn: ${cluster_role.arn}
version: \"1.33\"
vpc_config:
  subnet_ids: ${values(private).map(subnet, subnet.id)}
  endpoint_private_access: true
enabled_cluster_log_types: [api, audit]
";
    const UNSUPPORTED: Refused = &[("outpost_config", "clusters on Outposts are not managed")];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 600;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The API describes one cluster a call.
        let read = |request| async move { read::describe(aws, request).await?.map(read::cluster).transpose() };
        join_all(wanted.iter().map(|request| read(request.id.as_str()))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.as_deref() else { return Ok(None) };
        let Some(live) = read::describe(aws, name).await? else { return Ok(None) };
        let leaving = live.status == Some(sdk::ClusterStatus::Deleting);
        // The token is proof too: EKS tells it of every cluster.
        if !leaving && live.client_request_token.as_deref() == Some(recover.operation.id.as_str()) {
            return Ok(Some(name.into()));
        }
        let candidate = Candidate::new(Some(name.into()), tagging::from_sdk(live.tags)).leaving(leaving);
        only_made_by(recover, [candidate])
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        launch::create(aws, want, operation).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(aws: &Aws, call: ClusterUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, operation } = change;
        update::update(aws, id.as_str(), call, want, prior, operation).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().eks().delete_cluster().name(id.as_str());
        aws.gone(request).await
    }

    fn readiness(&self) -> Readiness {
        match self.status.as_deref() {
            Some("FAILED") => Readiness::Failed(self._status.clone().unwrap_or_else(|| "FAILED".into())),
            Some("DELETING") => Readiness::Deleting,
            Some(word @ ("CREATING" | "PENDING" | "UPDATING")) => Readiness::Pending(word.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        checks::problems(properties)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }
}
