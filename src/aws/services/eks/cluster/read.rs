//! A cluster from what EKS tells about it.

use super::Cluster;
use super::blocks::{Identity, Oidc, RemoteNetworkConfig};
use crate::connection::call::absent_is_none;
use crate::services::eks::prelude::*;

/// One cluster; the API describes one a call.
pub(super) async fn describe(aws: &Aws, name: &str) -> Result<Option<sdk::Cluster>, CloudError> {
    let request = aws.read().eks().describe_cluster().name(name);
    Ok(absent_is_none(aws.send(request).await)?.and_then(|reply| reply.cluster))
}

/// A cluster as EKS describes it.
pub(super) fn cluster(live: sdk::Cluster) -> Result<Cluster, CloudError> {
    let mut cluster = Cluster::from_sdk(live.clone())?;
    if let (Some(compute), Some(live)) = (&mut cluster.compute_config, live.compute_config) {
        compute.node_pools = filled(live.node_pools);
    }
    let certificate = live.certificate_authority.map(FromSdk::from_sdk).transpose()?;
    cluster.certificate_authority = certificate.map(|certificate| vec![certificate]);
    cluster.created_at = live.created_at.and_then(tagging::date);
    cluster.enabled_cluster_log_types = enabled_logs(live.logging);
    let encryption = live.encryption_config.unwrap_or_default().into_iter().next();
    cluster.encryption_config = encryption.map(FromSdk::from_sdk).transpose()?;
    let issuer = live.identity.and_then(|identity| identity.oidc).and_then(|oidc| oidc.issuer);
    cluster.identity = issuer.map(|issuer| vec![Identity { oidc: Some(vec![Oidc { issuer: Some(issuer) }]) }]);
    let remote = live.remote_network_config.map(RemoteNetworkConfig::from);
    cluster.remote_network_config = remote.filter(|remote| *remote != RemoteNetworkConfig::default());
    let issues = live.health.and_then(|health| health.issues).unwrap_or_default();
    cluster._status = issues
        .first()
        .map(|issue| tagging::issue(issue.code.as_ref().map(sdk::ClusterIssueCode::as_str), issue.message.as_deref()));
    Ok(cluster)
}

fn enabled_logs(logging: Option<sdk::Logging>) -> Option<Vec<String>> {
    let setups = logging.and_then(|logging| logging.cluster_logging).unwrap_or_default();
    let on = setups.into_iter().filter(|setup| setup.enabled == Some(true));
    let types: Vec<String> = on.flat_map(|setup| setup.types.unwrap_or_default()).map(|t| t.to_string()).collect();
    Some(types).filter(|types| !types.is_empty())
}
