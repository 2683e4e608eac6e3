//! The deletion of a cluster.

use wildfire_engine::model::{CloudError, ErrorKind, Readiness};

use super::{Cluster, modify, read};
use crate::Aws;
use crate::kind::resource::Resource;

pub(super) async fn delete(aws: &Aws, id: &str, prior: &Cluster) -> Result<(), CloudError> {
    let skip = prior.skip_final_snapshot == Some(true);
    if !skip && prior.final_snapshot_identifier.is_none() {
        let message = "the deletion takes a last snapshot and has no name for it: set final_snapshot_identifier, \
                       or skip_final_snapshot: true, and apply that first";
        return Err(CloudError::new(ErrorKind::Rejected, message));
    }
    let Some(live) = read::one(aws, id).await? else { return Ok(()) };
    if live.readiness() == Readiness::Deleting {
        return Ok(());
    }
    let global = live.global_cluster_identifier.as_deref();
    modify::leave_global_cluster(aws, live.arn.as_deref(), global).await?;
    let request = aws
        .write()
        .rds()
        .delete_db_cluster()
        .db_cluster_identifier(id)
        .skip_final_snapshot(skip)
        .set_final_db_snapshot_identifier(prior.final_snapshot_identifier.clone().filter(|_| !skip))
        .set_delete_automated_backups(prior.delete_automated_backups);
    aws.gone(request).await
}
