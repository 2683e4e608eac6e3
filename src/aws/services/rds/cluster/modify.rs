//! The update calls of a cluster.

use aws_sdk_rds::operation::modify_db_cluster::ModifyDbClusterInput;
use aws_sdk_rds::operation::modify_db_cluster::builders::ModifyDbClusterInputBuilder;
use wildfire_engine::model::{CloudError, ErrorKind};

use super::{Cluster, ClusterUpdate, read};
use crate::Aws;
use crate::connection::operation::Operation as Named;
use crate::kind::convert::FillChanges;
use crate::services::rds::log_exports;
use crate::services::rds::master_user::{self, Keeper};
use crate::services::rds::operations::ModifyDBCluster;
use crate::services::rds::tagging;

/// Makes one update call.
pub(super) async fn update(
    aws: &Aws,
    id: &str,
    call: ClusterUpdate,
    want: &Cluster,
    prior: &Cluster,
) -> Result<(), CloudError> {
    let immediately = want.apply_immediately == Some(true);
    match call {
        // Nobody uses the cluster yet: what the restore call does not take is set at once.
        ClusterUpdate::AfterRestore => {
            send(aws, id, changes(want, prior)?, true).await?;
            match password(want, prior)? {
                Some(password) => send(aws, id, password, true).await,
                None => Ok(()),
            }
        }
        ClusterUpdate::GlobalCluster => match want.global_cluster_identifier.as_deref() {
            None | Some("") => {
                let global = prior.global_cluster_identifier.as_deref();
                leave_global_cluster(aws, prior.arn.as_deref(), global).await
            }
            Some(_) => {
                let message = "a cluster joins a global cluster when it is created, and cannot move to another one";
                Err(CloudError::new(ErrorKind::Rejected, message))
            }
        },
        ClusterUpdate::Promote => match &want.replication_source_identifier {
            None => promote(aws, id).await,
            Some(_) => {
                let message = "a cluster's replication source counts at creation, and can only be taken away later";
                Err(CloudError::new(ErrorKind::Rejected, message))
            }
        },
        ClusterUpdate::DeletionProtection => {
            let input = ModifyDbClusterInput::builder();
            let input = input.deletion_protection(want.deletion_protection.unwrap_or(false));
            send(aws, id, input, true).await
        }
        // RDS changes passwords at once, whatever it is asked for.
        ClusterUpdate::Password => match password(want, prior)? {
            Some(input) => send(aws, id, input, true).await,
            None => Ok(()),
        },
        ClusterUpdate::Modify => send(aws, id, changes(want, prior)?, immediately).await,
        ClusterUpdate::HttpEndpoint => http_endpoint(aws, id, want, prior).await,
        ClusterUpdate::Roles => roles(aws, id, want, prior).await,
        ClusterUpdate::Tags => {
            let arn = prior.arn.as_deref().or(want.arn.as_deref());
            tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
        }
    }
}

/// What differs, and only that: RDS takes some values only when they change.
pub(super) fn changes(want: &Cluster, prior: &Cluster) -> Result<ModifyDbClusterInputBuilder, CloudError> {
    let logs = log_exports::change(&want.enabled_cloudwatch_logs_exports, &prior.enabled_cloudwatch_logs_exports);
    let input = want.fill_changes(prior, ModifyDbClusterInput::builder())?;
    let input = input.set_cloudwatch_logs_export_configuration(logs);
    Ok(match input.get_engine_version() {
        // Both settings are about a new version, and RDS refuses them without one.
        Some(_) => input
            .set_allow_major_version_upgrade(want.allow_major_version_upgrade.filter(|allowed| *allowed))
            .set_db_instance_parameter_group_name(want.db_instance_parameter_group_name.clone()),
        None => input,
    })
}

fn keeper(of: &Cluster) -> Keeper<'_> {
    Keeper {
        managed: of.manage_master_user_password == Some(true),
        key: &of.master_user_secret_kms_key_id,
        password: of.master_password_wo.as_ref().or(of.master_password.as_ref()),
    }
}

/// The change of the master user's password or of who keeps it; `None` where there is nothing to send.
pub(super) fn password(want: &Cluster, prior: &Cluster) -> Result<Option<ModifyDbClusterInputBuilder>, CloudError> {
    let said = master_user::change(&keeper(want), &keeper(prior))?;
    Ok(said.map(|said| {
        ModifyDbClusterInput::builder()
            .set_manage_master_user_password(said.managed)
            .set_master_user_secret_kms_key_id(said.key)
            .set_master_user_password(said.password)
    }))
}

/// Sends a modification, unless it changes nothing.
async fn send(aws: &Aws, id: &str, input: ModifyDbClusterInputBuilder, immediately: bool) -> Result<(), CloudError> {
    if input == ModifyDbClusterInput::builder() {
        return Ok(());
    }
    let input = input.db_cluster_identifier(id).apply_immediately(immediately);
    aws.call(<ModifyDBCluster as Named>::NAME, input.send_with(aws.write().rds())).await.map(|_| ())
}

/// Brings the roles that the cluster may use from `prior` to `want`.
async fn roles(aws: &Aws, id: &str, want: &Cluster, prior: &Cluster) -> Result<(), CloudError> {
    // Roles that nobody wrote are left as they are.
    let Some(want) = want.iam_roles.clone() else { return Ok(()) };
    let (prior, rds) = (prior.iam_roles.clone().unwrap_or_default(), aws.write().rds());
    for role in want.iter().filter(|role| !prior.contains(role)) {
        let request = rds.add_role_to_db_cluster().db_cluster_identifier(id).role_arn(role);
        match aws.done(request).await {
            Err(error) if error.kind != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    for role in prior.iter().filter(|role| !want.contains(role)) {
        let request = rds.remove_role_from_db_cluster().db_cluster_identifier(id).role_arn(role);
        aws.gone(request).await?;
    }
    Ok(())
}

/// Makes a replica a cluster of its own. One that is that already is left alone: RDS refuses to promote it again.
async fn promote(aws: &Aws, id: &str) -> Result<(), CloudError> {
    let replica = read::one(aws, id).await?.is_some_and(|live| live.replication_source_identifier.is_some());
    if !replica {
        return Ok(());
    }
    let request = aws.write().rds().promote_read_replica_db_cluster().db_cluster_identifier(id);
    aws.done(request).await
}

/// Turns the Data API on or off. Serverless v1 has it as a setting, everything else as calls of its own.
async fn http_endpoint(aws: &Aws, id: &str, want: &Cluster, prior: &Cluster) -> Result<(), CloudError> {
    let on = want.enable_http_endpoint.unwrap_or(false);
    if prior.enable_http_endpoint == Some(on) {
        return Ok(());
    }
    if prior.engine_mode.as_deref() == Some("serverless") {
        return send(aws, id, ModifyDbClusterInput::builder().enable_http_endpoint(on), true).await;
    }
    let arn = prior.arn.clone().or_else(|| want.arn.clone());
    let rds = aws.write().rds();
    if on {
        let request = rds.enable_http_endpoint().set_resource_arn(arn);
        aws.done(request).await
    } else {
        let request = rds.disable_http_endpoint().set_resource_arn(arn);
        aws.done(request).await
    }
}

/// Takes the cluster out of its global cluster; RDS cannot put it into another one.
pub(super) async fn leave_global_cluster(aws: &Aws, arn: Option<&str>, global: Option<&str>) -> Result<(), CloudError> {
    let (Some(arn), Some(global)) = (arn, global) else { return Ok(()) };
    let request = aws.write().rds().remove_from_global_cluster();
    let request = request.global_cluster_identifier(global).db_cluster_identifier(arn);
    aws.gone(request).await
}
