//! The blocks of a cluster.

use aws_sdk_rds::operation::restore_db_cluster_from_s3::builders::RestoreDBClusterFromS3FluentBuilder;
use aws_sdk_rds::operation::restore_db_cluster_to_point_in_time::builders::RestoreDBClusterToPointInTimeFluentBuilder;
use aws_sdk_rds::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

use crate::kind::convert::{ToSdk, Unfit, outgoing};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(create = RestoreDBClusterToPointInTimeFluentBuilder)]
pub struct RestoreToPointInTime {
    /// The moment, as `2026-01-31T10:00:00Z`.
    #[field(conflicts = ["use_latest_restorable_time"], forms = Timestamp)]
    pub restore_to_time: Option<String>,
    /// A copy, or a clone that shares pages until they change.
    #[field(one_of = ["full-copy", "copy-on-write"])]
    pub restore_type: Option<String>,
    /// The cluster to restore from.
    #[field(conflicts = ["source_cluster_resource_id"], sdk = source_db_cluster_identifier)]
    pub source_cluster_identifier: Option<String>,
    /// The resource id of the cluster to restore from, which may be deleted.
    #[field(conflicts = ["source_cluster_identifier"], sdk = source_db_cluster_resource_id)]
    pub source_cluster_resource_id: Option<String>,
    /// Whether to restore the newest state there is.
    #[field(conflicts = ["restore_to_time"])]
    pub use_latest_restorable_time: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(create = RestoreDBClusterFromS3FluentBuilder)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ScalingConfigurationInfo, into = sdk::ScalingConfiguration)]
pub struct Scaling {
    /// Whether an idle cluster is stopped.
    #[field(aws_default)]
    pub auto_pause: Option<bool>,
    /// The most capacity units.
    #[field(aws_default)]
    pub max_capacity: Option<i64>,
    /// The fewest capacity units.
    #[field(aws_default)]
    pub min_capacity: Option<i64>,
    /// How long to look for a moment to scale in.
    #[field(aws_default)]
    pub seconds_before_timeout: Option<i64>,
    /// How long the cluster is idle before it is stopped.
    #[field(aws_default)]
    pub seconds_until_auto_pause: Option<i64>,
    /// What happens when no such moment is found.
    #[field(aws_default, one_of = ["ForceApplyCapacityChange", "RollbackCapacityChange"])]
    pub timeout_action: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServerlessV2ScalingConfigurationInfo)]
pub struct ServerlessV2Scaling {
    /// The most capacity units, in halves.
    #[field(required)]
    pub max_capacity: Option<f64>,
    /// The fewest capacity units, in halves; 0 lets instances pause.
    #[field(required)]
    pub min_capacity: Option<f64>,
    /// How long instances are idle before they pause.
    #[field(aws_default)]
    pub seconds_until_auto_pause: Option<i64>,
}

/// Only instances that can pause have a time until they do.
impl ToSdk<sdk::ServerlessV2ScalingConfiguration> for ServerlessV2Scaling {
    fn to_sdk(&self) -> Result<sdk::ServerlessV2ScalingConfiguration, Unfit> {
        let pauses = self.seconds_until_auto_pause.filter(|_| self.min_capacity == Some(0.0));
        let request = sdk::ServerlessV2ScalingConfiguration::builder();
        let request = request.set_max_capacity(self.max_capacity).set_min_capacity(self.min_capacity);
        let pauses = outgoing(&pauses, "seconds_until_auto_pause")?;
        Ok(request.set_seconds_until_auto_pause(pauses).build())
    }
}
