//! The blocks of a node group, and how they go to EKS and come back.

use aws_sdk_eks::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use crate::kind::convert::int;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct LaunchTemplate {
    /// The template's id.
    #[field(immutable, aws_default, conflicts = ["name"])]
    pub id: Option<String>,
    /// The template's name.
    #[field(immutable, aws_default, conflicts = ["id"])]
    pub name: Option<String>,
    /// The number of the version.
    #[field(required)]
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct NodeRepair {
    /// Whether it does.
    pub enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct RemoteAccess {
    /// The name of the key pair.
    pub ec2_ssh_key: Option<String>,
    /// The security groups that may connect.
    #[field(set)]
    pub source_security_group_ids: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Resources {
    /// The Auto Scaling groups.
    #[field(computed)]
    pub autoscaling_groups: Option<Vec<AutoscalingGroup>>,
    /// The security group of SSH access.
    #[field(computed)]
    pub remote_access_security_group_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct AutoscalingGroup {
    /// The group's name.
    #[field(computed)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Scaling {
    /// How many nodes there should be now.
    #[field(required)]
    pub desired_size: Option<i64>,
    /// The most there may be.
    #[field(required)]
    pub max_size: Option<i64>,
    /// The fewest there may be.
    #[field(required)]
    pub min_size: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Taint {
    /// What happens to pods that do not tolerate it.
    #[field(required, one_of = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"])]
    pub effect: Option<String>,
    /// The key.
    #[field(required)]
    pub key: Option<String>,
    /// The value.
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct UpdateLimits {
    /// As a number of nodes.
    #[field(conflicts = ["max_unavailable_percentage"])]
    pub max_unavailable: Option<i64>,
    /// As a percentage of the nodes.
    #[field(conflicts = ["max_unavailable"])]
    pub max_unavailable_percentage: Option<i64>,
}

impl From<sdk::Taint> for Taint {
    fn from(taint: sdk::Taint) -> Self {
        Self {
            effect: taint.effect.map(|effect| effect.as_str().to_string()),
            key: taint.key,
            value: taint.value.filter(|value| !value.is_empty()),
        }
    }
}

impl Taint {
    pub fn to_sdk(&self) -> sdk::Taint {
        sdk::Taint::builder()
            .set_key(self.key.clone())
            .set_value(self.value.clone())
            .set_effect(self.effect.as_deref().map(sdk::TaintEffect::from))
            .build()
    }
}

impl Scaling {
    pub fn to_sdk(&self) -> sdk::NodegroupScalingConfig {
        sdk::NodegroupScalingConfig::builder()
            .set_desired_size(self.desired_size.map(int))
            .set_max_size(self.max_size.map(int))
            .set_min_size(self.min_size.map(int))
            .build()
    }
}

impl UpdateLimits {
    pub fn to_sdk(&self) -> sdk::NodegroupUpdateConfig {
        sdk::NodegroupUpdateConfig::builder()
            .set_max_unavailable(self.max_unavailable.map(int))
            .set_max_unavailable_percentage(self.max_unavailable_percentage.map(int))
            .build()
    }
}

impl NodeRepair {
    pub fn to_sdk(&self) -> sdk::NodeRepairConfig {
        sdk::NodeRepairConfig::builder().set_enabled(self.enabled).build()
    }
}

impl LaunchTemplate {
    /// By id or by name: EKS refuses both together.
    pub fn to_sdk(&self) -> sdk::LaunchTemplateSpecification {
        sdk::LaunchTemplateSpecification::builder()
            .set_id(self.id.clone())
            .set_name(self.name.clone().filter(|_| self.id.is_none()))
            .set_version(self.version.clone())
            .build()
    }
}
