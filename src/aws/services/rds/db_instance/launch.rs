//! The five calls that make an instance: create it, replicate one, or restore it from a snapshot, a moment in time, or a
//! bucket.

use super::{Instance, read};
use crate::kind::by_name::or_wait_for_name;
use crate::services::rds::prelude::*;

/// What is sent: what is off is not mentioned.
fn mentioned(want: &Instance) -> Instance {
    let on = |flag: Option<bool>| flag.filter(|on| *on);
    let some = |number: Option<i64>| number.filter(|number| *number != 0);
    Instance {
        customer_owned_ip_enabled: on(want.customer_owned_ip_enabled),
        dedicated_log_volume: on(want.dedicated_log_volume),
        iam_database_authentication_enabled: on(want.iam_database_authentication_enabled),
        manage_master_user_password: on(want.manage_master_user_password),
        max_allocated_storage: some(want.max_allocated_storage),
        monitoring_interval: some(want.monitoring_interval),
        performance_insights_enabled: on(want.performance_insights_enabled),
        ..want.clone()
    }
}

/// Sends the call that fits what is wanted.
pub(super) async fn launch(aws: &Aws, want: &Instance) -> Result<(), CloudError> {
    let launched = send(aws, &mentioned(want)).await;
    let id = want.identifier.as_deref().unwrap_or_default();
    or_wait_for_name(launched, read::one(aws, id)).await
}

async fn send(aws: &Aws, want: &Instance) -> Result<(), CloudError> {
    let rds = aws.write().rds();
    let password = want.password_wo.clone().or_else(|| want.password.clone());
    if let Some(source) = &want.replicate_source_db {
        let request = rds.create_db_instance_read_replica().source_db_instance_identifier(source);
        aws.done(want.fill(request)?).await
    } else if let Some(snapshot) = &want.snapshot_identifier {
        // The snapshot of a Multi-AZ cluster is told from that of an instance by its ARN alone.
        let request = rds.restore_db_instance_from_db_snapshot();
        let request = match snapshot.contains(":cluster-snapshot:") {
            true => request.db_cluster_snapshot_identifier(snapshot),
            false => request.db_snapshot_identifier(snapshot),
        };
        aws.done(want.fill(request)?).await
    } else if let Some(restore) = &want.restore_to_point_in_time {
        let request = restore.fill(rds.restore_db_instance_to_point_in_time())?;
        let request = want.fill(request)?.set_target_db_instance_identifier(want.identifier.clone());
        aws.done(request).await
    } else if let Some(import) = &want.s3_import {
        let request = import.fill(rds.restore_db_instance_from_s3())?;
        aws.done(want.fill(request)?.set_master_user_password(password)).await
    } else {
        let request = want.fill(rds.create_db_instance())?;
        aws.done(request.set_master_user_password(password)).await
    }
}
