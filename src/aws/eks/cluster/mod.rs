//! `aws_eks_cluster`

mod blocks;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use aws_sdk_eks::types as sdk;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover, Value,
};

use self::blocks::{
    AccessConfig, CertificateAuthority, ComputeConfig, EncryptionConfig, Identity, KubernetesNetworkConfig, Oidc,
    RemoteNetworkConfig, StorageConfig, Switch, UpgradePolicy, VpcConfig,
};
use super::tagging::{self, no_change_is_fine};
use crate::call::{absent_is_none, gone_is_fine};
use crate::resource::{Read, Resource};
use crate::tags::{Tags, made_by};
use crate::{Aws, updates};

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
    #[field(update = AutoMode, aws_default)]
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
    #[field(update = AutoMode, aws_default)]
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
    #[field(update = AutoMode, aws_default)]
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
    #[field(update = Version, aws_default)]
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

impl From<sdk::Cluster> for Cluster {
    fn from(cluster: sdk::Cluster) -> Self {
        let issues = cluster.health.and_then(|health| health.issues).unwrap_or_default();
        let issue = issues.first().map(|issue| {
            tagging::issue(issue.code.as_ref().map(sdk::ClusterIssueCode::as_str), issue.message.as_deref())
        });
        let issuer = cluster.identity.and_then(|identity| identity.oidc).and_then(|oidc| oidc.issuer);
        Self {
            access_config: cluster.access_config.map(|access| AccessConfig {
                authentication_mode: access.authentication_mode.map(|mode| mode.as_str().to_string()),
                bootstrap_cluster_creator_admin_permissions: None,
            }),
            arn: cluster.arn,
            bootstrap_self_managed_addons: None,
            certificate_authority: cluster
                .certificate_authority
                .map(|authority| vec![CertificateAuthority { data: authority.data }]),
            cluster_id: cluster.id,
            compute_config: cluster.compute_config.map(From::from),
            created_at: cluster.created_at.and_then(tagging::date),
            enabled_cluster_log_types: enabled_logs(cluster.logging),
            encryption_config: cluster.encryption_config.unwrap_or_default().into_iter().next().map(From::from),
            endpoint: cluster.endpoint,
            force_update_version: None,
            id: cluster.name.clone(),
            identity: issuer.map(|issuer| vec![Identity { oidc: Some(vec![Oidc { issuer: Some(issuer) }]) }]),
            kubernetes_network_config: cluster.kubernetes_network_config.map(From::from),
            name: cluster.name,
            platform_version: cluster.platform_version,
            remote_network_config: cluster
                .remote_network_config
                .map(RemoteNetworkConfig::from)
                .filter(|remote| *remote != RemoteNetworkConfig::default()),
            role_arn: cluster.role_arn,
            status: cluster.status.map(|status| status.as_str().to_string()),
            storage_config: cluster.storage_config.map(From::from),
            tags: None,
            tags_all: tagging::from_sdk(cluster.tags),
            upgrade_policy: cluster.upgrade_policy.map(|policy| UpgradePolicy {
                support_type: policy.support_type.map(|support| support.as_str().to_string()),
            }),
            version: cluster.version,
            vpc_config: cluster.resources_vpc_config.map(From::from),
            zonal_shift_config: cluster.zonal_shift_config.map(|shift| Switch { enabled: shift.enabled }),
            _status: issue,
        }
    }
}

fn enabled_logs(logging: Option<sdk::Logging>) -> Option<Vec<String>> {
    let setups = logging.and_then(|logging| logging.cluster_logging).unwrap_or_default();
    let on = setups.into_iter().filter(|setup| setup.enabled == Some(true));
    let types: Vec<String> = on.flat_map(|setup| setup.types.unwrap_or_default()).map(|t| t.to_string()).collect();
    Some(types).filter(|types| !types.is_empty())
}

/// All log types, each on or off.
fn logging(on: Option<&Vec<String>>) -> sdk::Logging {
    let on: &[String] = on.map_or(&[], Vec::as_slice);
    let (enabled, disabled): (Vec<_>, Vec<_>) = sdk::LogType::values()
        .iter()
        .map(|name| sdk::LogType::from(*name))
        .partition(|log| on.iter().any(|wanted| wanted == log.as_str()));
    let setup = |types: Vec<sdk::LogType>, on| {
        (!types.is_empty()).then(|| sdk::LogSetup::builder().set_types(Some(types)).enabled(on).build())
    };
    let setups = [setup(enabled, true), setup(disabled, false)].into_iter().flatten().collect();
    sdk::Logging::builder().set_cluster_logging(Some(setups)).build()
}

fn zonal_shift(want: &Cluster) -> sdk::ZonalShiftConfigRequest {
    let enabled = want.zonal_shift_config.as_ref().and_then(|shift| shift.enabled).unwrap_or(false);
    sdk::ZonalShiftConfigRequest::builder().enabled(enabled).build()
}

fn upgrade_policy(policy: &UpgradePolicy) -> sdk::UpgradePolicyRequest {
    let support = policy.support_type.as_deref().map(sdk::SupportType::from);
    sdk::UpgradePolicyRequest::builder().set_support_type(support).build()
}

// EKS turns the three parts of Auto Mode on and off together or not at all, so each update names all of them: as they
// are wanted, else as they are, else off.

fn auto_mode_compute(want: &Cluster, prior: &Cluster) -> sdk::ComputeConfigRequest {
    let off = ComputeConfig { enabled: Some(false), ..Default::default() };
    want.compute_config.as_ref().or(prior.compute_config.as_ref()).unwrap_or(&off).request()
}

fn auto_mode_storage(want: &Cluster, prior: &Cluster) -> sdk::StorageConfigRequest {
    let off = StorageConfig { block_storage: Some(Switch { enabled: Some(false) }) };
    want.storage_config.as_ref().or(prior.storage_config.as_ref()).unwrap_or(&off).request()
}

fn auto_mode_network(want: &Cluster, prior: &Cluster) -> sdk::KubernetesNetworkConfigRequest {
    let balancing = |cluster: &Cluster| {
        let network = cluster.kubernetes_network_config.as_ref();
        network.and_then(|network| network.elastic_load_balancing.clone())
    };
    let off = Switch { enabled: Some(false) };
    let elastic_load_balancing = Some(balancing(want).or_else(|| balancing(prior)).unwrap_or(off));
    KubernetesNetworkConfig { elastic_load_balancing, ..Default::default() }.request()
}

async fn describe(aws: &Aws, name: &str) -> Result<Option<sdk::Cluster>, CloudError> {
    let request = aws.read().eks().describe_cluster().name(name);
    Ok(absent_is_none(aws.call("eks:DescribeCluster", request.send()).await)?.and_then(|reply| reply.cluster))
}

/// The token of an update. Every change has its own: EKS answers a repeated token with the first update.
fn token(operation: &Operation, change: &str) -> String {
    format!("{}-{change}", operation.id)
}

async fn update_config(
    aws: &Aws,
    request: aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigFluentBuilder,
) -> Result<(), CloudError> {
    no_change_is_fine(aws.call("eks:UpdateClusterConfig", request.send()).await)
}

#[async_trait]
impl Resource for Cluster {
    const TYPE: &'static str = "aws_eks_cluster";
    const DOC: &'static str = "A Kubernetes control plane.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: &'static [&'static str] = &["eks:CreateCluster"];
    const DELETE_CALLS: &'static [&'static str] = &["eks:DeleteCluster"];
    const IMPORT_ID: &'static str = "NAME";
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
        let read = |request| async move { Ok(describe(aws, request).await?.map(Cluster::from)) };
        join_all(wanted.iter().map(|request| read(request.id.as_str()))).await
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(name) = wanted.name.as_deref() else { return Ok(None) };
        let operation = recover.operation.id.as_str();
        let Some(live) = describe(aws, name).await? else { return Ok(None) };
        let tags = tagging::from_sdk(live.tags);
        let ours = live.client_request_token.as_deref() == Some(operation) || made_by(tags.as_ref(), operation);
        Ok(ours.then(|| name.into()))
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let access = want.access_config.as_ref().map(|access| {
            sdk::CreateAccessConfigRequest::builder()
                .set_authentication_mode(access.authentication_mode.as_deref().map(sdk::AuthenticationMode::from))
                .set_bootstrap_cluster_creator_admin_permissions(access.bootstrap_cluster_creator_admin_permissions)
                .build()
        });
        let request = aws
            .write()
            .eks()
            .create_cluster()
            .set_name(want.name.clone())
            .set_version(want.version.clone())
            .set_role_arn(want.role_arn.clone())
            .set_resources_vpc_config(want.vpc_config.as_ref().map(VpcConfig::request))
            .set_kubernetes_network_config(
                want.kubernetes_network_config.as_ref().map(KubernetesNetworkConfig::request),
            )
            .set_logging(want.enabled_cluster_log_types.as_ref().map(|types| logging(Some(types))))
            .set_encryption_config(want.encryption_config.as_ref().map(|encryption| vec![encryption.request()]))
            .set_access_config(access)
            .set_bootstrap_self_managed_addons(want.bootstrap_self_managed_addons)
            .set_upgrade_policy(want.upgrade_policy.as_ref().map(upgrade_policy))
            .set_zonal_shift_config(want.zonal_shift_config.as_ref().map(|_| zonal_shift(want)))
            .set_remote_network_config(want.remote_network_config.as_ref().map(RemoteNetworkConfig::request))
            .set_compute_config(want.compute_config.as_ref().map(ComputeConfig::request))
            .set_storage_config(want.storage_config.as_ref().map(StorageConfig::request))
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()))
            .client_request_token(operation.id.as_str());
        aws.call("eks:CreateCluster", request.send()).await?;
        Ok(want.name.clone().unwrap_or_default().into())
    }

    async fn update(
        aws: &Aws,
        id: &PhysicalId,
        call: ClusterUpdate,
        want: &Self,
        prior: &Self,
        operation: &Operation,
    ) -> Result<(), CloudError> {
        let (eks, name) = (aws.write().eks(), id.as_str());
        let config = |change| eks.update_cluster_config().name(name).client_request_token(token(operation, change));
        match call {
            ClusterUpdate::AccessConfig => {
                let mode = want.access_config.as_ref().and_then(|access| access.authentication_mode.as_deref());
                let access = sdk::UpdateAccessConfigRequest::builder()
                    .set_authentication_mode(mode.map(sdk::AuthenticationMode::from));
                update_config(aws, config("access").access_config(access.build())).await
            }
            ClusterUpdate::Vpc => {
                let (want, prior) = (want.vpc_config.clone(), prior.vpc_config.clone());
                let (want, prior) = (want.unwrap_or_default(), prior.unwrap_or_default());
                // Two updates, as EKS takes one kind a call. The second is answered with "busy" until the first is
                // done; this update is then made again, and the first call finds nothing left to change.
                if !want.same_endpoint(&prior) {
                    update_config(aws, config("endpoint").resources_vpc_config(want.endpoint_request())).await?;
                }
                if !want.same_network(&prior) {
                    update_config(aws, config("network").resources_vpc_config(want.network_request())).await?;
                }
                Ok(())
            }
            ClusterUpdate::Logging => {
                let logging = logging(want.enabled_cluster_log_types.as_ref());
                update_config(aws, config("logging").logging(logging)).await
            }
            ClusterUpdate::UpgradePolicy => {
                let policy = want.upgrade_policy.as_ref().map(upgrade_policy);
                update_config(aws, config("upgrade").set_upgrade_policy(policy)).await
            }
            ClusterUpdate::AutoMode => {
                let request = config("auto-mode")
                    .compute_config(auto_mode_compute(want, prior))
                    .storage_config(auto_mode_storage(want, prior))
                    .kubernetes_network_config(auto_mode_network(want, prior));
                update_config(aws, request).await
            }
            ClusterUpdate::RemoteNetworks => {
                let remote = want.remote_network_config.clone().unwrap_or_default().request();
                update_config(aws, config("remote").remote_network_config(remote)).await
            }
            ClusterUpdate::ZonalShift => {
                update_config(aws, config("zonal-shift").zonal_shift_config(zonal_shift(want))).await
            }
            ClusterUpdate::Version => {
                let request = eks
                    .update_cluster_version()
                    .name(name)
                    .set_version(want.version.clone())
                    .set_force(want.force_update_version)
                    .client_request_token(token(operation, "version"));
                no_change_is_fine(aws.call("eks:UpdateClusterVersion", request.send()).await)
            }
            ClusterUpdate::Encryption => match (&want.encryption_config, &prior.encryption_config) {
                (wanted, there) if wanted == there => Ok(()),
                (Some(encryption), None) => {
                    let request = eks
                        .associate_encryption_config()
                        .cluster_name(name)
                        .encryption_config(encryption.request())
                        .client_request_token(token(operation, "encryption"));
                    no_change_is_fine(aws.call("eks:AssociateEncryptionConfig", request.send()).await)
                }
                _ => {
                    let message = "EKS can encrypt a cluster's secrets later, but never change the key or stop: keep \
                                   encryption_config as it was";
                    Err(CloudError::new(ErrorKind::Rejected, message))
                }
            },
            ClusterUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
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
        let mut problems = Vec::new();
        let mut problem = |path: &str, message: String| {
            problems.push(Problem { path: path.into(), message, help: None });
        };
        if let Some(name) = properties.get("name").and_then(Value::as_str) {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
            if !starts || name.len() > 100 || !name.chars().all(allowed) {
                let message =
                    "a cluster's name has 1 to 100 letters, digits, - and _, and starts with a letter or digit";
                problem("name", message.into());
            }
        }
        let types = properties.get("enabled_cluster_log_types").and_then(Value::as_list).unwrap_or_default();
        for log in types.iter().filter_map(Value::as_str) {
            if !sdk::LogType::values().contains(&log) {
                let message = format!("EKS writes no log {log:?}; it writes {}", sdk::LogType::values().join(", "));
                problem("enabled_cluster_log_types", message);
            }
        }
        problems
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        properties.get("name")?.as_str().map(PhysicalId::from)
    }
}
