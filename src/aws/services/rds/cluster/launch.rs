//! The four calls that make a cluster: create it, or restore it from a snapshot, a moment in time, or a bucket.

use wildfire_engine::model::CloudError;

use super::{Cluster, read};
use crate::Aws;
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::Fill;

/// What is sent: what is off is not mentioned, nor the engine mode that all engines have.
fn mentioned(want: &Cluster) -> Cluster {
    let on = |flag: Option<bool>| flag.filter(|on| *on);
    Cluster {
        backtrack_window: want.backtrack_window.filter(|seconds| *seconds > 0),
        enable_global_write_forwarding: on(want.enable_global_write_forwarding),
        enable_http_endpoint: on(want.enable_http_endpoint),
        enable_local_write_forwarding: on(want.enable_local_write_forwarding),
        engine_mode: want.engine_mode.clone().filter(|mode| mode != "provisioned"),
        iam_database_authentication_enabled: on(want.iam_database_authentication_enabled),
        manage_master_user_password: on(want.manage_master_user_password),
        performance_insights_enabled: on(want.performance_insights_enabled),
        ..want.clone()
    }
}

/// Sends the call that fits what is wanted.
pub(super) async fn launch(aws: &Aws, want: &Cluster) -> Result<(), CloudError> {
    let launched = send(aws, &mentioned(want)).await;
    let id = want.cluster_identifier.as_deref().unwrap_or_default();
    or_wait_for_name(launched, read::one(aws, id)).await
}

async fn send(aws: &Aws, want: &Cluster) -> Result<(), CloudError> {
    let rds = aws.write().rds();
    let password = want.master_password_wo.clone().or_else(|| want.master_password.clone());
    if let Some(snapshot) = &want.snapshot_identifier {
        let request = rds.restore_db_cluster_from_snapshot().snapshot_identifier(snapshot);
        aws.done(want.fill(request)?).await
    } else if let Some(restore) = &want.restore_to_point_in_time {
        let request = restore.fill(rds.restore_db_cluster_to_point_in_time())?;
        aws.done(want.fill(request)?).await
    } else if let Some(import) = &want.s3_import {
        let request = import.fill(rds.restore_db_cluster_from_s3())?;
        aws.done(want.fill(request)?.set_master_user_password(password)).await
    } else {
        let request = want.fill(rds.create_db_cluster())?;
        aws.done(request.set_master_user_password(password)).await
    }
}
