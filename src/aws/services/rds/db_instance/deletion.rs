//! The deletion of an instance.

use super::{Instance, read};
use crate::services::rds::prelude::*;

pub(super) async fn delete(aws: &Aws, id: &str, prior: &Instance) -> Result<(), CloudError> {
    let Some(live) = read::one(aws, id).await? else { return Ok(()) };
    if live.readiness() == Readiness::Deleting {
        return Ok(());
    }
    // RDS takes no last snapshot of a replica, whose data its source has.
    let skip = prior.skip_final_snapshot == Some(true) || live.replicate_source_db.is_some();
    if !skip && prior.final_snapshot_identifier.is_none() {
        let message = "the deletion takes a last snapshot and has no name for it: set final_snapshot_identifier, \
                       or skip_final_snapshot: true, and apply that first";
        return Err(CloudError::new(ErrorKind::Rejected, message));
    }
    let request = aws
        .write()
        .rds()
        .delete_db_instance()
        .db_instance_identifier(id)
        .skip_final_snapshot(skip)
        .set_final_db_snapshot_identifier(prior.final_snapshot_identifier.clone().filter(|_| !skip))
        .set_delete_automated_backups(prior.delete_automated_backups);
    aws.gone(request).await
}
