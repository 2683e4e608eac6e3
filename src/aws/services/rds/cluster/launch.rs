//! The four calls that make a cluster: create it, or restore it from a snapshot, a moment in time, or a bucket.

use aws_sdk_rds::types as sdk;
use wildfire_engine::model::CloudError;

use super::blocks::{RestoreToPointInTime, S3Import, Scaling, ServerlessV2Scaling};
use super::{Cluster, read};
use crate::Aws;
use crate::kind::by_name::or_wait_for_name;
use crate::kind::convert::{date_time, int};
use crate::services::rds::tagging;

/// What all four calls take.
macro_rules! shared {
    ($request:expr, $want:ident) => {
        $request
            .set_db_cluster_identifier($want.cluster_identifier.clone())
            .set_db_cluster_parameter_group_name($want.db_cluster_parameter_group_name.clone())
            .set_vpc_security_group_ids($want.vpc_security_group_ids.clone())
            .set_db_subnet_group_name($want.db_subnet_group_name.clone())
            .set_port($want.port.map(int))
            .set_kms_key_id($want.kms_key_id.clone())
            .set_enable_iam_database_authentication($want.iam_database_authentication_enabled.filter(|on| *on))
            .set_backtrack_window($want.backtrack_window.filter(|seconds| *seconds > 0))
            .set_enable_cloudwatch_logs_exports($want.enabled_cloudwatch_logs_exports.clone())
            .set_deletion_protection($want.deletion_protection)
            .set_copy_tags_to_snapshot($want.copy_tags_to_snapshot)
            .set_domain($want.domain.clone())
            .set_domain_iam_role_name($want.domain_iam_role_name.clone())
            .set_storage_type($want.storage_type.clone())
            .set_network_type($want.network_type.clone())
            .set_backup_retention_period($want.backup_retention_period.map(int))
            .set_preferred_backup_window($want.preferred_backup_window.clone())
            .set_serverless_v2_scaling_configuration(
                $want.serverlessv2_scaling_configuration.as_ref().map(ServerlessV2Scaling::to_sdk),
            )
            .set_engine_lifecycle_support($want.engine_lifecycle_support.clone())
            .set_tags(tagging::to_sdk($want.tags_all.as_ref()))
    };
}

/// What a restore takes besides.
macro_rules! restored {
    ($request:expr, $want:ident) => {
        $request
            .set_engine_mode(mode($want))
            .set_db_cluster_instance_class($want.db_cluster_instance_class.clone())
            .set_iops($want.iops.map(int))
            .set_scaling_configuration($want.scaling_configuration.as_ref().map(Scaling::to_sdk))
            .set_monitoring_interval($want.monitoring_interval.map(int))
            .set_monitoring_role_arn($want.monitoring_role_arn.clone())
            .set_enable_performance_insights($want.performance_insights_enabled.filter(|on| *on))
            .set_performance_insights_kms_key_id($want.performance_insights_kms_key_id.clone())
            .set_performance_insights_retention_period($want.performance_insights_retention_period.map(int))
    };
}

/// The engine mode, unless it is the one that all engines have.
fn mode(want: &Cluster) -> Option<String> {
    want.engine_mode.clone().filter(|mode| mode != "provisioned")
}

fn password(want: &Cluster) -> Option<String> {
    want.master_password_wo.clone().or_else(|| want.master_password.clone())
}

/// Sends the call that fits what is wanted.
pub(super) async fn launch(aws: &Aws, want: &Cluster) -> Result<(), CloudError> {
    let launched = if let Some(snapshot) = &want.snapshot_identifier {
        from_snapshot(aws, want, snapshot).await
    } else if let Some(restore) = &want.restore_to_point_in_time {
        to_point_in_time(aws, want, restore).await
    } else if let Some(import) = &want.s3_import {
        from_s3(aws, want, import).await
    } else {
        create(aws, want).await
    };
    let id = want.cluster_identifier.as_deref().unwrap_or_default();
    or_wait_for_name(launched, read::one(aws, id)).await
}

async fn create(aws: &Aws, want: &Cluster) -> Result<(), CloudError> {
    let request = shared!(aws.write().rds().create_db_cluster(), want)
        .set_availability_zones(want.availability_zones.clone())
        .set_engine(want.engine.clone())
        .set_engine_version(want.engine_version.clone())
        .set_engine_mode(mode(want))
        .set_database_name(want.database_name.clone())
        .set_master_username(want.master_username.clone())
        .set_master_user_password(password(want))
        .set_manage_master_user_password(want.manage_master_user_password.filter(|managed| *managed))
        .set_master_user_secret_kms_key_id(want.master_user_secret_kms_key_id.clone())
        .set_preferred_maintenance_window(want.preferred_maintenance_window.clone())
        .set_replication_source_identifier(want.replication_source_identifier.clone())
        .set_storage_encrypted(want.storage_encrypted)
        .set_scaling_configuration(want.scaling_configuration.as_ref().map(Scaling::to_sdk))
        .set_db_cluster_instance_class(want.db_cluster_instance_class.clone())
        .set_allocated_storage(want.allocated_storage.map(int))
        .set_iops(want.iops.map(int))
        .set_global_cluster_identifier(want.global_cluster_identifier.clone())
        .set_enable_http_endpoint(want.enable_http_endpoint.filter(|on| *on))
        .set_enable_global_write_forwarding(want.enable_global_write_forwarding.filter(|on| *on))
        .set_enable_local_write_forwarding(want.enable_local_write_forwarding.filter(|on| *on))
        .set_monitoring_interval(want.monitoring_interval.map(int))
        .set_monitoring_role_arn(want.monitoring_role_arn.clone())
        .set_database_insights_mode(want.database_insights_mode.as_deref().map(sdk::DatabaseInsightsMode::from))
        .set_enable_performance_insights(want.performance_insights_enabled.filter(|on| *on))
        .set_performance_insights_kms_key_id(want.performance_insights_kms_key_id.clone())
        .set_performance_insights_retention_period(want.performance_insights_retention_period.map(int))
        .set_cluster_scalability_type(want.cluster_scalability_type.as_deref().map(sdk::ClusterScalabilityType::from))
        .set_db_system_id(want.db_system_id.clone())
        .set_ca_certificate_identifier(want.ca_certificate_identifier.clone());
    aws.call("rds:CreateDBCluster", request.send()).await.map(|_| ())
}

async fn from_snapshot(aws: &Aws, want: &Cluster, snapshot: &str) -> Result<(), CloudError> {
    let request = restored!(shared!(aws.write().rds().restore_db_cluster_from_snapshot(), want), want)
        .snapshot_identifier(snapshot)
        .set_availability_zones(want.availability_zones.clone())
        .set_engine(want.engine.clone())
        .set_engine_version(want.engine_version.clone())
        .set_database_name(want.database_name.clone());
    aws.call("rds:RestoreDBClusterFromSnapshot", request.send()).await.map(|_| ())
}

async fn to_point_in_time(aws: &Aws, want: &Cluster, restore: &RestoreToPointInTime) -> Result<(), CloudError> {
    let time = restore.restore_to_time.as_deref().map(|text| date_time("restore_to_time", text)).transpose()?;
    let request = restored!(shared!(aws.write().rds().restore_db_cluster_to_point_in_time(), want), want)
        .set_restore_to_time(time)
        .set_restore_type(restore.restore_type.clone())
        .set_source_db_cluster_identifier(restore.source_cluster_identifier.clone())
        .set_source_db_cluster_resource_id(restore.source_cluster_resource_id.clone())
        .set_use_latest_restorable_time(restore.use_latest_restorable_time);
    aws.call("rds:RestoreDBClusterToPointInTime", request.send()).await.map(|_| ())
}

async fn from_s3(aws: &Aws, want: &Cluster, import: &S3Import) -> Result<(), CloudError> {
    let request = shared!(aws.write().rds().restore_db_cluster_from_s3(), want)
        .set_s3_bucket_name(import.bucket_name.clone())
        .set_s3_prefix(import.bucket_prefix.clone())
        .set_s3_ingestion_role_arn(import.ingestion_role.clone())
        .set_source_engine(import.source_engine.clone())
        .set_source_engine_version(import.source_engine_version.clone())
        .set_availability_zones(want.availability_zones.clone())
        .set_engine(want.engine.clone())
        .set_engine_version(want.engine_version.clone())
        .set_database_name(want.database_name.clone())
        .set_master_username(want.master_username.clone())
        .set_master_user_password(password(want))
        .set_manage_master_user_password(want.manage_master_user_password.filter(|managed| *managed))
        .set_master_user_secret_kms_key_id(want.master_user_secret_kms_key_id.clone())
        .set_preferred_maintenance_window(want.preferred_maintenance_window.clone())
        .set_storage_encrypted(want.storage_encrypted);
    aws.call("rds:RestoreDBClusterFromS3", request.send()).await.map(|_| ())
}
