//! A cluster from what EKS tells about it.

use aws_sdk_eks::types as sdk;
use wildfire_engine::model::CloudError;

use super::Cluster;
use super::blocks::{AccessConfig, CertificateAuthority, Identity, Oidc, RemoteNetworkConfig, Switch, UpgradePolicy};
use crate::Aws;
use crate::connection::call::absent_is_none;
use crate::services::eks::tagging;

/// One cluster; the API describes one a call.
pub(super) async fn describe(aws: &Aws, name: &str) -> Result<Option<sdk::Cluster>, CloudError> {
    let request = aws.read().eks().describe_cluster().name(name);
    Ok(absent_is_none(aws.call("eks:DescribeCluster", request.send()).await)?.and_then(|reply| reply.cluster))
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
