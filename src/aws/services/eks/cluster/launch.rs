//! The call that makes a cluster.

use super::blocks::RemoteNetworkConfig;
use super::update::{logging, zonal_shift};
use super::{Cluster, read};
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::ToSdk;
use crate::services::eks::prelude::*;

pub(super) async fn create(aws: &Aws, want: &Cluster, operation: &Operation) -> Result<(), CloudError> {
    let encryption = want.encryption_config.as_ref().map(ToSdk::to_sdk).transpose()?;
    let request = want
        .fill(aws.write().eks().create_cluster())?
        .set_logging(want.enabled_cluster_log_types.as_ref().map(|types| logging(Some(types))))
        .set_encryption_config(encryption.map(|encryption| vec![encryption]))
        .set_zonal_shift_config(want.zonal_shift_config.as_ref().map(|_| zonal_shift(want)))
        .set_remote_network_config(want.remote_network_config.as_ref().map(RemoteNetworkConfig::request))
        .client_request_token(operation.id.as_str());
    let created = aws.send(request).await;
    let holder = async {
        let holder = read::describe(aws, want.name.as_deref().unwrap_or_default()).await?;
        holder.map(read::cluster).transpose()
    };
    or_wait_for_name(created, holder).await.map(|_| ())
}
