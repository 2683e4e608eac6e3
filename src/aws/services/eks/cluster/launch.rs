//! The call that makes a cluster.

use aws_sdk_eks::types as sdk;
use wildfire_engine::model::{CloudError, Operation};

use super::blocks::{ComputeConfig, KubernetesNetworkConfig, RemoteNetworkConfig, StorageConfig, VpcConfig};
use super::update::{logging, upgrade_policy, zonal_shift};
use super::{Cluster, read};
use crate::Aws;
use crate::kind::by_name::or_wait_for_name;
use crate::services::eks::tagging;

pub(super) async fn create(aws: &Aws, want: &Cluster, operation: &Operation) -> Result<(), CloudError> {
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
        .set_kubernetes_network_config(want.kubernetes_network_config.as_ref().map(KubernetesNetworkConfig::request))
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
    let created = aws.call("eks:CreateCluster", request.send()).await;
    let holder = async { Ok(read::describe(aws, want.name.as_deref().unwrap_or_default()).await?.map(Cluster::from)) };
    or_wait_for_name(created, holder).await.map(|_| ())
}
