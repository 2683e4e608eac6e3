//! The blocks of a cluster.

use aws_sdk_rds::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use crate::kind::convert::int;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct MasterUserSecret {
    /// The key that encrypts the secret.
    #[field(computed)]
    pub kms_key_id: Option<String>,
    /// The ARN of the secret.
    #[field(computed)]
    pub secret_arn: Option<String>,
    /// Whether the secret is in use.
    #[field(computed)]
    pub secret_status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct RestoreToPointInTime {
    /// The moment, as `2026-01-31T10:00:00Z`.
    #[field(conflicts = ["use_latest_restorable_time"], forms = Timestamp)]
    pub restore_to_time: Option<String>,
    /// A copy, or a clone that shares pages until they change.
    #[field(one_of = ["full-copy", "copy-on-write"])]
    pub restore_type: Option<String>,
    /// The cluster to restore from.
    #[field(conflicts = ["source_cluster_resource_id"])]
    pub source_cluster_identifier: Option<String>,
    /// The resource id of the cluster to restore from, which may be deleted.
    #[field(conflicts = ["source_cluster_identifier"])]
    pub source_cluster_resource_id: Option<String>,
    /// Whether to restore the newest state there is.
    #[field(conflicts = ["restore_to_time"])]
    pub use_latest_restorable_time: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct S3Import {
    /// The bucket of the backup.
    #[field(required)]
    pub bucket_name: Option<String>,
    /// The prefix of the backup's objects.
    pub bucket_prefix: Option<String>,
    /// The ARN of the role that reads the bucket.
    #[field(required)]
    pub ingestion_role: Option<String>,
    /// The engine of the backup: `mysql`.
    #[field(required)]
    pub source_engine: Option<String>,
    /// The version of that engine.
    #[field(required)]
    pub source_engine_version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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

impl From<sdk::MasterUserSecret> for MasterUserSecret {
    fn from(secret: sdk::MasterUserSecret) -> Self {
        Self { kms_key_id: secret.kms_key_id, secret_arn: secret.secret_arn, secret_status: secret.secret_status }
    }
}

impl From<sdk::ScalingConfigurationInfo> for Scaling {
    fn from(scaling: sdk::ScalingConfigurationInfo) -> Self {
        Self {
            auto_pause: scaling.auto_pause,
            max_capacity: scaling.max_capacity.map(i64::from),
            min_capacity: scaling.min_capacity.map(i64::from),
            seconds_before_timeout: scaling.seconds_before_timeout.map(i64::from),
            seconds_until_auto_pause: scaling.seconds_until_auto_pause.map(i64::from),
            timeout_action: scaling.timeout_action,
        }
    }
}

impl Scaling {
    pub fn to_sdk(&self) -> sdk::ScalingConfiguration {
        sdk::ScalingConfiguration::builder()
            .set_auto_pause(self.auto_pause)
            .set_max_capacity(self.max_capacity.map(int))
            .set_min_capacity(self.min_capacity.map(int))
            .set_seconds_before_timeout(self.seconds_before_timeout.map(int))
            .set_seconds_until_auto_pause(self.seconds_until_auto_pause.map(int))
            .set_timeout_action(self.timeout_action.clone())
            .build()
    }
}

impl From<sdk::ServerlessV2ScalingConfigurationInfo> for ServerlessV2Scaling {
    fn from(scaling: sdk::ServerlessV2ScalingConfigurationInfo) -> Self {
        Self {
            max_capacity: scaling.max_capacity,
            min_capacity: scaling.min_capacity,
            seconds_until_auto_pause: scaling.seconds_until_auto_pause.map(i64::from),
        }
    }
}

impl ServerlessV2Scaling {
    pub fn to_sdk(&self) -> sdk::ServerlessV2ScalingConfiguration {
        sdk::ServerlessV2ScalingConfiguration::builder()
            .set_max_capacity(self.max_capacity)
            .set_min_capacity(self.min_capacity)
            // Only instances that can pause have a time until they do.
            .set_seconds_until_auto_pause(
                self.seconds_until_auto_pause.map(int).filter(|_| self.min_capacity == Some(0.0)),
            )
            .build()
    }
}
