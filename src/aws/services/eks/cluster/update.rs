//! The update calls of a cluster.

use aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigFluentBuilder;

use super::blocks::{ComputeConfig, KubernetesNetworkConfig, StorageConfig, Switch};
use super::{Cluster, ClusterUpdate};
use crate::kind::convert::{ToSdk, Unfit, outgoing};
use crate::services::eks::prelude::*;
use crate::services::eks::tagging::no_change_is_fine;

/// Makes one update call.
pub(super) async fn update(
    aws: &Aws,
    name: &str,
    call: ClusterUpdate,
    want: &Cluster,
    prior: &Cluster,
    operation: &Operation,
) -> Result<(), CloudError> {
    let eks = aws.write().eks();
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
            let policy = outgoing(&want.upgrade_policy, "upgrade_policy")?;
            update_config(aws, config("upgrade").set_upgrade_policy(policy)).await
        }
        ClusterUpdate::AutoMode => {
            let request = config("auto-mode")
                .compute_config(auto_mode_compute(want, prior)?)
                .storage_config(auto_mode_storage(want, prior)?)
                .kubernetes_network_config(auto_mode_network(want, prior)?);
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
            no_change_is_fine(aws.send(request).await)
        }
        ClusterUpdate::Encryption => match (&want.encryption_config, &prior.encryption_config) {
            (wanted, there) if wanted == there => Ok(()),
            (Some(encryption), None) => {
                let request = eks
                    .associate_encryption_config()
                    .cluster_name(name)
                    .encryption_config(encryption.to_sdk()?)
                    .client_request_token(token(operation, "encryption"));
                no_change_is_fine(aws.send(request).await)
            }
            _ => {
                let message = "EKS can encrypt a cluster's secrets later, but never change the key or stop: keep \
                               encryption_config as it was";
                Err(CloudError::new(ErrorKind::Rejected, message))
            }
        },
        ClusterUpdate::Tags => {
            let arn = prior.arn.as_deref().or(want.arn.as_deref());
            tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
        }
    }
}

/// The token of an update. Every change has its own: EKS answers a repeated token with the first update.
fn token(operation: &Operation, change: &str) -> String {
    format!("{}-{change}", operation.id)
}

async fn update_config(aws: &Aws, request: UpdateClusterConfigFluentBuilder) -> Result<(), CloudError> {
    no_change_is_fine(aws.send(request).await)
}

/// All log types, each on or off.
pub(super) fn logging(on: Option<&Vec<String>>) -> sdk::Logging {
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

pub(super) fn zonal_shift(want: &Cluster) -> sdk::ZonalShiftConfigRequest {
    let enabled = want.zonal_shift_config.as_ref().and_then(|shift| shift.enabled).unwrap_or(false);
    sdk::ZonalShiftConfigRequest::builder().enabled(enabled).build()
}

// EKS turns the three parts of Auto Mode on and off together or not at all, so each update names all of them: as they
// are wanted, else as they are, else off.

fn auto_mode_compute(want: &Cluster, prior: &Cluster) -> Result<sdk::ComputeConfigRequest, Unfit> {
    let off = ComputeConfig { enabled: Some(false), ..Default::default() };
    want.compute_config.as_ref().or(prior.compute_config.as_ref()).unwrap_or(&off).to_sdk()
}

fn auto_mode_storage(want: &Cluster, prior: &Cluster) -> Result<sdk::StorageConfigRequest, Unfit> {
    let off = StorageConfig { block_storage: Some(Switch { enabled: Some(false) }) };
    want.storage_config.as_ref().or(prior.storage_config.as_ref()).unwrap_or(&off).to_sdk()
}

fn auto_mode_network(want: &Cluster, prior: &Cluster) -> Result<sdk::KubernetesNetworkConfigRequest, Unfit> {
    let balancing = |cluster: &Cluster| {
        let network = cluster.kubernetes_network_config.as_ref();
        network.and_then(|network| network.elastic_load_balancing.clone())
    };
    let off = Switch { enabled: Some(false) };
    let elastic_load_balancing = Some(balancing(want).or_else(|| balancing(prior)).unwrap_or(off));
    KubernetesNetworkConfig { elastic_load_balancing, ..Default::default() }.to_sdk()
}
