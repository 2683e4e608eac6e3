//! The blocks of a node group, and how they go to EKS and come back.

use aws_sdk_eks::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

use crate::kind::convert::{FromSdk, ToSdk, Unfit};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateSpecification)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::NodeRepairConfig, into = sdk::NodeRepairConfig)]
pub struct NodeRepair {
    /// Whether it does.
    pub enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::RemoteAccessConfig, into = sdk::RemoteAccessConfig)]
pub struct RemoteAccess {
    /// The name of the key pair.
    pub ec2_ssh_key: Option<String>,
    /// The security groups that may connect.
    #[field(set, filled, sdk = source_security_groups)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AutoScalingGroup)]
pub struct AutoscalingGroup {
    /// The group's name.
    #[field(computed)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::NodegroupScalingConfig, into = sdk::NodegroupScalingConfig)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Taint, into = sdk::Taint)]
pub struct Taint {
    /// What happens to pods that do not tolerate it.
    #[field(required, one_of = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"])]
    pub effect: Option<String>,
    /// The key.
    #[field(required)]
    pub key: Option<String>,
    /// The value.
    #[field(filled)]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::NodegroupUpdateConfig, into = sdk::NodegroupUpdateConfig)]
pub struct UpdateLimits {
    /// As a number of nodes.
    #[field(conflicts = ["max_unavailable_percentage"])]
    pub max_unavailable: Option<i64>,
    /// As a percentage of the nodes.
    #[field(conflicts = ["max_unavailable"])]
    pub max_unavailable_percentage: Option<i64>,
}

impl Resources {
    pub fn of_live(live: sdk::NodegroupResources) -> Result<Self, Unfit> {
        Ok(Self {
            autoscaling_groups: Some(FromSdk::from_sdk(live.auto_scaling_groups.unwrap_or_default())?),
            remote_access_security_group_id: live.remote_access_security_group,
        })
    }
}

/// By id or by name: EKS refuses both together.
impl ToSdk<sdk::LaunchTemplateSpecification> for LaunchTemplate {
    fn to_sdk(&self) -> Result<sdk::LaunchTemplateSpecification, Unfit> {
        Ok(sdk::LaunchTemplateSpecification::builder()
            .set_id(self.id.clone())
            .set_name(self.name.clone().filter(|_| self.id.is_none()))
            .set_version(self.version.clone())
            .build())
    }
}
