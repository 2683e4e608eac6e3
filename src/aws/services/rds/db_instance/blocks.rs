//! The blocks of an instance.

use aws_sdk_rds::operation::restore_db_instance_from_s3::builders::RestoreDBInstanceFromS3FluentBuilder;
use aws_sdk_rds::operation::restore_db_instance_to_point_in_time::builders::RestoreDBInstanceToPointInTimeFluentBuilder;

use crate::services::rds::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Endpoint)]
pub struct Listener {
    /// The address.
    #[field(computed)]
    pub address: Option<String>,
    /// The hosted zone of the address.
    #[field(computed)]
    pub hosted_zone_id: Option<String>,
    /// The port.
    #[field(computed)]
    pub port: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(create = RestoreDBInstanceToPointInTimeFluentBuilder)]
pub struct RestoreToPointInTime {
    /// The moment, as `2026-01-31T10:00:00Z`.
    #[field(conflicts = ["use_latest_restorable_time"], forms = Timestamp)]
    pub restore_time: Option<String>,
    /// The ARN of backups that were copied from another region.
    #[field(conflicts = ["source_db_instance_identifier", "source_dbi_resource_id"])]
    pub source_db_instance_automated_backups_arn: Option<String>,
    /// The instance to restore from.
    #[field(conflicts = ["source_dbi_resource_id", "source_db_instance_automated_backups_arn"])]
    pub source_db_instance_identifier: Option<String>,
    /// The resource id of the instance to restore from, which may be deleted.
    #[field(conflicts = ["source_db_instance_identifier", "source_db_instance_automated_backups_arn"])]
    pub source_dbi_resource_id: Option<String>,
    /// Whether to restore the newest state there is.
    #[field(conflicts = ["restore_time"])]
    pub use_latest_restorable_time: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(create = RestoreDBInstanceFromS3FluentBuilder)]
pub struct S3Import {
    /// The bucket of the backup.
    #[field(required, sdk = s3_bucket_name)]
    pub bucket_name: Option<String>,
    /// The prefix of the backup's objects.
    #[field(sdk = s3_prefix)]
    pub bucket_prefix: Option<String>,
    /// The ARN of the role that reads the bucket.
    #[field(required, sdk = s3_ingestion_role_arn)]
    pub ingestion_role: Option<String>,
    /// The engine of the backup: `mysql`.
    #[field(required)]
    pub source_engine: Option<String>,
    /// The version of that engine.
    #[field(required)]
    pub source_engine_version: Option<String>,
}
