//! `aws_eks_cluster`

mod blocks;
mod checks;
mod launch;
mod read;
#[cfg(test)]
mod tests;
mod update;

use async_trait::async_trait;
use aws_sdk_eks::types as sdk;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover, Relations, Value,
};

use self::blocks::{
    AccessConfig, CertificateAuthority, ComputeConfig, EncryptionConfig, Identity, KubernetesNetworkConfig,
    RemoteNetworkConfig, StorageConfig, Switch, UpgradePolicy, VpcConfig,
};
use super::tagging;
use crate::Aws;
use crate::connection::call::gone_is_fine;
use crate::kind::ownership::{Candidate, only_made_by};
use crate::kind::resource::{Change, Read, Resource};
use crate::kind::tags::Tags;
use crate::services::eks::lags;
use crate::updates;

updates! {
    pub enum ClusterUpdate {
        AccessConfig => ["eks:UpdateClusterConfig"],
        Vpc => ["eks:UpdateClusterConfig"],
        Logging => ["eks:UpdateClusterConfig"],
        UpgradePolicy => ["eks:UpdateClusterConfig"],
        Version => ["eks:UpdateClusterVersion"],
        AutoMode => ["eks:UpdateClusterConfig"],
        RemoteNetworks => ["eks:UpdateClusterConfig"],
        ZonalShift => ["eks:UpdateClusterConfig"],
        Encryption => ["eks:AssociateEncryptionConfig"],
        Tags => ["eks:TagResource", "eks:UntagResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ClusterUpdate)]
pub struct Cluster {
    /// Who may use the cluster.
    #[field(update = AccessConfig, aws_default)]
    access_config: Option<AccessConfig>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// Whether EKS installs its networking and DNS add-ons; counts at creation only.
    #[field(local, default = true)]
    bootstrap_self_managed_addons: Option<bool>,
    /// The certificate of the cluster's API.
    #[field(computed)]
    certificate_authority: Option<Vec<CertificateAuthority>>,
    /// The id of a cluster on an Outpost.
    #[field(computed)]
    cluster_id: Option<String>,
    /// Nodes that EKS Auto Mode runs; turned off by `enabled: false`.
    #[field(update = AutoMode, aws_default, changed_by = ["AutoMode"])]
    compute_config: Option<ComputeConfig>,
    /// When it was created.
    #[field(computed)]
    created_at: Option<String>,
    /// The logs that the control plane writes: `api`, `audit`, `authenticator`, `controllerManager`, `scheduler`.
    #[field(update = Logging, set)]
    enabled_cluster_log_types: Option<Vec<String>>,
    /// Encryption of secrets with a key of one's own; can be added later, and never changed.
    #[field(update = Encryption)]
    encryption_config: Option<EncryptionConfig>,
    /// The URL of the cluster's API.
    #[field(computed, changes_on_update)]
    endpoint: Option<String>,
    /// Whether a version update goes on although EKS's checks warn.
    #[field(local)]
    force_update_version: Option<bool>,
    /// The cluster's name.
    #[field(computed)]
    id: Option<String>,
    /// The cluster as an issuer of tokens, for roles of service accounts.
    #[field(computed)]
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
    #[field(update = RemoteNetworks)]
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
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// What happens when standard support of the version ends.
    #[field(update = UpgradePolicy, aws_default)]
    upgrade_policy: Option<UpgradePolicy>,
    /// The Kubernetes version; EKS goes up one minor version at a time, and never down.
    #[field(update = Version, aws_default, ty = Version)]
    version: Option<String>,
    /// Subnets, security groups and endpoints of the control plane.
    #[field(update = Vpc, required)]
    vpc_config: Option<VpcConfig>,
    /// Whether traffic is shifted away from a zone in trouble.
    #[field(update = ZonalShift, aws_default)]
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
    const CREATE_CALLS: &'static [&'static str] = &["eks:CreateCluster"];
    const DELETE_CALLS: &'static [&'static str] = &["eks:DeleteCluster"];
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
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("outpost_config", "clusters on Outposts are not managed")];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 600;
    const POLL_SECONDS: u32 = 15;

    type Update = ClusterUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        // The API describes one cluster a call.
        let read = |request| async move { Ok(read::describe(aws, request).await?.map(Cluster::from)) };
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
        gone_is_fine(aws.call("eks:DeleteCluster", request.send()).await)
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
