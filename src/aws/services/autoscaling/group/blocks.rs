//! The blocks of a group, but for those of mixed instances.

use crate::services::autoscaling::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AvailabilityZoneDistribution, into = sdk::AvailabilityZoneDistribution)]
pub struct ZoneDistribution {
    /// What happens where a zone has no room: others take its share, or it is tried again.
    #[field(aws_default, one_of = ["balanced-best-effort", "balanced-only"])]
    pub capacity_distribution_strategy: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityReservationSpecification, into = sdk::CapacityReservationSpecification)]
pub struct Reservation {
    /// Whether reserved capacity is used.
    #[field(aws_default)]
    #[field(one_of = ["default", "none", "capacity-reservations-first", "capacity-reservations-only"])]
    pub capacity_reservation_preference: Option<String>,
    /// Which.
    #[field(optional)]
    pub capacity_reservation_target: Option<ReservationTarget>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityReservationTarget, into = sdk::CapacityReservationTarget)]
pub struct ReservationTarget {
    /// Ids of reservations.
    #[field(filled)]
    pub capacity_reservation_ids: Option<Vec<String>>,
    /// ARNs of groups of reservations.
    #[field(filled)]
    pub capacity_reservation_resource_group_arns: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::LifecycleHookSpecification)]
pub struct InitialHook {
    /// What happens where nobody answers in time.
    #[field(aws_default, one_of = ["CONTINUE", "ABANDON"])]
    pub default_result: Option<String>,
    /// For how many seconds the instance waits.
    #[field(range = 30..=7200)]
    pub heartbeat_timeout: Option<i64>,
    /// Whether instances wait before they are used, or before they end.
    #[field(required)]
    #[field(one_of = ["autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"])]
    pub lifecycle_transition: Option<String>,
    /// The name.
    #[field(required, sdk = lifecycle_hook_name)]
    pub name: Option<String>,
    /// What the message says besides.
    pub notification_metadata: Option<String>,
    /// The ARN of the queue or topic that gets a message.
    pub notification_target_arn: Option<String>,
    /// The role that sends it.
    pub role_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceMaintenancePolicy, into = sdk::InstanceMaintenancePolicy)]
pub struct Maintenance {
    /// The most instances while some are replaced, in percent.
    #[field(required, range = -1..=200)]
    pub max_healthy_percentage: Option<i64>,
    /// The fewest instances while some are replaced, in percent.
    #[field(required, range = -1..=100)]
    pub min_healthy_percentage: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Refresh {
    /// How instances are replaced.
    #[field(optional)]
    pub preferences: Option<Preferences>,
    /// One after the other.
    #[field(required, one_of = ["Rolling"])]
    pub strategy: Option<String>,
    /// Properties of which a change replaces the instances too, besides those of the template.
    #[field(set)]
    pub triggers: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::RefreshPreferences)]
pub struct Preferences {
    /// Alarms that stop it.
    #[field(optional)]
    pub alarm_specification: Option<RefreshAlarms>,
    /// Whether it is taken back where it fails.
    pub auto_rollback: Option<bool>,
    /// Seconds to wait at a checkpoint.
    #[field(forms = Number)]
    pub checkpoint_delay: Option<String>,
    /// Checkpoints, in percent of the instances.
    pub checkpoint_percentages: Option<Vec<i64>>,
    /// Seconds until a new instance counts.
    #[field(forms = Number)]
    pub instance_warmup: Option<String>,
    /// The most instances meanwhile, in percent.
    #[field(range = 100..=200)]
    pub max_healthy_percentage: Option<i64>,
    /// The fewest instances meanwhile, in percent.
    #[field(default = 90, range = 0..=100)]
    pub min_healthy_percentage: Option<i64>,
    /// What happens to instances that are protected.
    #[field(one_of = ["Refresh", "Ignore", "Wait"])]
    pub scale_in_protected_instances: Option<String>,
    /// Whether instances that are as they should be stay.
    pub skip_matching: Option<bool>,
    /// What happens to instances on standby.
    #[field(one_of = ["Terminate", "Ignore", "Wait"])]
    pub standby_instances: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::AlarmSpecification)]
pub struct RefreshAlarms {
    /// The names of the alarms.
    pub alarms: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateSpecification)]
pub struct Template {
    /// The template's id.
    #[field(aws_default, conflicts = ["name"], sdk = launch_template_id)]
    pub id: Option<String>,
    /// The template's name.
    #[field(aws_default, conflicts = ["id"], sdk = launch_template_name)]
    pub name: Option<String>,
    /// The version: a number, `$Latest` or `$Default`.
    #[field(aws_default)]
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct GroupTag {
    /// The key.
    #[field(required)]
    pub key: Option<String>,
    /// Whether instances get it too.
    #[field(required)]
    pub propagate_at_launch: Option<bool>,
    /// The value.
    #[field(required)]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::TrafficSourceIdentifier, into = sdk::TrafficSourceIdentifier)]
pub struct TrafficSource {
    /// The ARN, or the name of a classic load balancer.
    #[field(required)]
    pub identifier: Option<String>,
    /// The kind: `elb`, `elbv2`, `vpc-lattice`.
    #[field(aws_default, one_of = ["elb", "elbv2", "vpc-lattice"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::WarmPoolConfiguration)]
pub struct WarmPool {
    /// Whether instances go back to it when the group is made smaller.
    #[field(optional)]
    pub instance_reuse_policy: Option<Reuse>,
    /// The most instances that the group and the pool have together; -1: as many as the group may have.
    #[field(default = -1, range = -1..=2147483647)]
    pub max_group_prepared_capacity: Option<i64>,
    /// The fewest instances in the pool.
    #[field(default = 0, range = 0..=2147483647)]
    pub min_size: Option<i64>,
    /// The state in which they wait.
    #[field(default = "Stopped", one_of = ["Stopped", "Running", "Hibernated"])]
    pub pool_state: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstanceReusePolicy, into = sdk::InstanceReusePolicy)]
pub struct Reuse {
    /// Whether they do.
    #[field(default = false)]
    pub reuse_on_scale_in: Option<bool>,
}

/// By id or by name: EC2 refuses both together.
impl ToSdk<sdk::LaunchTemplateSpecification> for Template {
    fn to_sdk(&self) -> Result<sdk::LaunchTemplateSpecification, Unfit> {
        Ok(sdk::LaunchTemplateSpecification::builder()
            .set_launch_template_id(self.id.clone())
            .set_launch_template_name(self.name.clone().filter(|_| self.id.is_none()))
            .set_version(self.version.clone())
            .build())
    }
}
