//! The update calls of an instance.

use aws_sdk_rds::operation::modify_db_instance::ModifyDbInstanceInput;
use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDbInstanceInputBuilder;

use super::{Instance, InstanceUpdate, read};
use crate::connection::operation::Operation as Named;
use crate::kind::convert::outgoing;
use crate::kind::diff::changed;
use crate::services::rds::log_exports;
use crate::services::rds::master_user::{self, Keeper};
use crate::services::rds::prelude::*;

/// Makes one update call.
pub(super) async fn update(
    aws: &Aws,
    id: &str,
    call: InstanceUpdate,
    want: &Instance,
    prior: &Instance,
) -> Result<(), CloudError> {
    let immediately = want.apply_immediately == Some(true);
    match call {
        // Nobody uses the instance yet: what the restore call does not take is set at once.
        InstanceUpdate::AfterRestore => settle(aws, id, want, prior).await,
        InstanceUpdate::Replication => match (&want.replicate_source_db, &prior.replicate_source_db) {
            (None, _) => promote(aws, id, want).await,
            (Some(_), Some(_)) => settle(aws, id, want, prior).await,
            (Some(_), None) => {
                let message = "an instance becomes a replica when it is created, and not later";
                Err(CloudError::new(ErrorKind::Rejected, message))
            }
        },
        InstanceUpdate::DeletionProtection => {
            let input = ModifyDbInstanceInput::builder();
            let input = input.deletion_protection(want.deletion_protection.unwrap_or(false));
            send(aws, id, input, true).await
        }
        // RDS changes passwords at once, whatever it is asked for.
        InstanceUpdate::Password => match password(want, prior)? {
            Some(input) => send(aws, id, input, true).await,
            None => Ok(()),
        },
        InstanceUpdate::Modify => send(aws, id, changes(want, prior)?, immediately).await,
        InstanceUpdate::Tags => {
            let arn = prior.arn.as_deref().or(want.arn.as_deref());
            tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
        }
    }
}

/// Sets what the call that made the instance does not take.
async fn settle(aws: &Aws, id: &str, want: &Instance, prior: &Instance) -> Result<(), CloudError> {
    send(aws, id, changes(want, prior)?, true).await?;
    match password(want, prior)? {
        Some(password) if prior.replicate_source_db.is_none() => send(aws, id, password, true).await,
        _ => Ok(()),
    }
}

/// What differs, and only that: RDS takes some values only when they change.
pub(super) fn changes(want: &Instance, prior: &Instance) -> Result<ModifyDbInstanceInputBuilder, CloudError> {
    let logs = log_exports::change(&want.enabled_cloudwatch_logs_exports, &prior.enabled_cloudwatch_logs_exports);
    let mut input = want.fill_changes(prior, ModifyDbInstanceInput::builder())?;
    input = input.set_cloudwatch_logs_export_configuration(logs);
    input = input.set_db_port_number(outgoing(&changed(&want.port, &prior.port), "port")?);
    if want.max_allocated_storage != prior.max_allocated_storage {
        // Storage that may grow up to its own size does not grow.
        let size = want.allocated_storage.or(prior.allocated_storage);
        let most = want.max_allocated_storage.filter(|most| *most != 0).or(size);
        input = input.set_max_allocated_storage(outgoing(&most, "max_allocated_storage")?);
    }
    let domain = |of: &Instance| of.domain.is_some() || of.domain_fqdn.is_some() || of.domain_auth_secret_arn.is_some();
    if domain(prior) && !domain(want) {
        input = input.disable_domain(true).set_domain(None).set_domain_iam_role_name(None);
    }
    // Of storage with provisioned IOPS all of it is told.
    let kind = want.storage_type.as_ref().or(prior.storage_type.as_ref());
    let storage =
        input.get_allocated_storage().is_some() || input.get_iops().is_some() || input.get_storage_type().is_some();
    if storage && matches!(kind.map(String::as_str), Some("io1" | "io2")) {
        let iops = want.iops.or(prior.iops);
        let size = want.allocated_storage.or(prior.allocated_storage);
        input = input.set_iops(outgoing(&iops, "iops")?).set_allocated_storage(outgoing(&size, "allocated_storage")?);
    }
    Ok(match input.get_engine_version() {
        // The setting is about a new version, and RDS refuses it without one.
        Some(_) => input.set_allow_major_version_upgrade(want.allow_major_version_upgrade.filter(|allowed| *allowed)),
        None => input,
    })
}

fn keeper(of: &Instance) -> Keeper<'_> {
    Keeper {
        managed: of.manage_master_user_password == Some(true),
        key: &of.master_user_secret_kms_key_id,
        password: of.password_wo.as_ref().or(of.password.as_ref()),
    }
}

/// The change of the master user's password or of who keeps it; `None` where there is nothing to send.
pub(super) fn password(want: &Instance, prior: &Instance) -> Result<Option<ModifyDbInstanceInputBuilder>, CloudError> {
    let said = master_user::change(&keeper(want), &keeper(prior))?;
    Ok(said.map(|said| {
        ModifyDbInstanceInput::builder()
            .set_manage_master_user_password(said.managed)
            .set_master_user_secret_kms_key_id(said.key)
            .set_master_user_password(said.password)
    }))
}

/// Sends a modification, unless it changes nothing.
async fn send(aws: &Aws, id: &str, input: ModifyDbInstanceInputBuilder, immediately: bool) -> Result<(), CloudError> {
    if input == ModifyDbInstanceInput::builder() {
        return Ok(());
    }
    let input = input.db_instance_identifier(id).apply_immediately(immediately);
    aws.call(<ModifyDBInstance as Named>::NAME, input.send_with(aws.write().rds())).await.map(|_| ())
}

/// Makes a replica an instance of its own. One that is that already is left alone: RDS refuses to promote it again.
async fn promote(aws: &Aws, id: &str, want: &Instance) -> Result<(), CloudError> {
    let replica = read::one(aws, id).await?.is_some_and(|live| live.replicate_source_db.is_some());
    if !replica {
        return Ok(());
    }
    let request = aws.write().rds().promote_read_replica().db_instance_identifier(id);
    let days = outgoing(&want.backup_retention_period, "backup_retention_period")?;
    aws.done(request.set_backup_retention_period(days).set_preferred_backup_window(want.backup_window.clone())).await
}
