//! The blocks of a group with instances of several types.

use super::requirements::Requirements;
use crate::services::autoscaling::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MixedInstancesPolicy, into = sdk::MixedInstancesPolicy)]
pub struct Mixed {
    /// How many are on demand and how many are spot instances.
    #[field(aws_default)]
    pub instances_distribution: Option<Distribution>,
    /// The template, and the types that are used in place of its own.
    #[field(required)]
    pub launch_template: Option<MixedTemplate>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::InstancesDistribution, into = sdk::InstancesDistribution)]
pub struct Distribution {
    /// Which types are used on demand: `prioritized`, `lowest-price`.
    #[field(aws_default)]
    pub on_demand_allocation_strategy: Option<String>,
    /// How many are on demand before any other.
    #[field(aws_default)]
    pub on_demand_base_capacity: Option<i64>,
    /// The share of the others that is on demand, in percent.
    #[field(aws_default, range = 0..=100)]
    pub on_demand_percentage_above_base_capacity: Option<i64>,
    /// Which types are used as spot instances: `price-capacity-optimized`.
    #[field(aws_default)]
    pub spot_allocation_strategy: Option<String>,
    /// How many pools of spot instances are used, with `lowest-price`.
    #[field(aws_default)]
    pub spot_instance_pools: Option<i64>,
    /// The most that a spot instance costs; absent: the price on demand.
    #[field(filled)]
    pub spot_max_price: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplate, into = sdk::LaunchTemplate)]
pub struct MixedTemplate {
    /// The template.
    #[field(required)]
    pub launch_template_specification: Option<Specification>,
    /// Types, most preferred first.
    #[field(filled, sdk = overrides)]
    pub r#override: Option<Vec<Override>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateSpecification)]
pub struct Specification {
    /// The template's id.
    #[field(aws_default, conflicts = ["launch_template_name"])]
    pub launch_template_id: Option<String>,
    /// The template's name.
    #[field(aws_default, conflicts = ["launch_template_id"])]
    pub launch_template_name: Option<String>,
    /// The version: a number, `$Latest` or `$Default`.
    #[field(aws_default)]
    pub version: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateOverrides, into = sdk::LaunchTemplateOverrides)]
pub struct Override {
    /// What an instance has to have, where no type is named.
    #[field(conflicts = ["instance_type"])]
    pub instance_requirements: Option<Requirements>,
    /// The type.
    #[field(filled, conflicts = ["instance_requirements"])]
    pub instance_type: Option<String>,
    /// Another template for it.
    #[field(optional)]
    pub launch_template_specification: Option<Specification>,
    /// For how many units of the group's size one counts.
    #[field(filled)]
    pub weighted_capacity: Option<String>,
}

/// By id or by name: EC2 refuses both together.
impl ToSdk<sdk::LaunchTemplateSpecification> for Specification {
    fn to_sdk(&self) -> Result<sdk::LaunchTemplateSpecification, Unfit> {
        Ok(sdk::LaunchTemplateSpecification::builder()
            .set_launch_template_id(self.launch_template_id.clone())
            .set_launch_template_name(self.launch_template_name.clone().filter(|_| self.launch_template_id.is_none()))
            .set_version(self.version.clone())
            .build())
    }
}
