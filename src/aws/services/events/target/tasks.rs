//! The blocks of targets that start tasks of ECS or jobs of Batch.

use crate::services::events::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EcsParameters, into = sdk::EcsParameters)]
pub struct Ecs {
    /// Capacity providers, and how tasks are spread over them.
    #[field(set, filled)]
    pub capacity_provider_strategy: Option<Vec<CapacityProvider>>,
    /// Whether ECS tags the tasks with its cluster and service.
    #[field(default = false)]
    pub enable_ecs_managed_tags: Option<bool>,
    /// Whether commands can be run in the tasks.
    #[field(default = false)]
    pub enable_execute_command: Option<bool>,
    /// The group of the tasks.
    #[field(filled, length = 1..=255)]
    pub group: Option<String>,
    /// Where the tasks run.
    #[field(one_of = ["EC2", "EXTERNAL", "FARGATE"])]
    pub launch_type: Option<String>,
    /// The network of the tasks.
    #[field(optional)]
    pub network_configuration: Option<Network>,
    /// How tasks are placed, most important first.
    #[field(filled, sdk = placement_strategy)]
    pub ordered_placement_strategy: Option<Vec<PlacementStrategy>>,
    /// Which instances may take tasks.
    #[field(set, filled, sdk = placement_constraints)]
    pub placement_constraint: Option<Vec<PlacementConstraint>>,
    /// The version of Fargate.
    #[field(filled)]
    pub platform_version: Option<String>,
    /// Whether tasks get the tags of their definition.
    #[field(one_of = ["TASK_DEFINITION"])]
    pub propagate_tags: Option<String>,
    /// Tags of the tasks.
    #[field(filled)]
    pub tags: Option<Tags>,
    /// How many tasks are started.
    #[field(default = 1, range = 1..=2147483647)]
    pub task_count: Option<i64>,
    /// The ARN of the task definition.
    #[field(required)]
    pub task_definition_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::CapacityProviderStrategyItem, into = sdk::CapacityProviderStrategyItem)]
pub struct CapacityProvider {
    /// How many tasks it gets at least.
    #[field(default = 0, range = 0..=100000)]
    pub base: Option<i64>,
    /// The name of the provider.
    #[field(required)]
    pub capacity_provider: Option<String>,
    /// Its share of the tasks.
    #[field(default = 0, range = 0..=1000)]
    pub weight: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Network {
    /// Whether tasks get a public address.
    #[field(default = false)]
    pub assign_public_ip: Option<bool>,
    /// Security groups.
    #[field(set, filled)]
    pub security_groups: Option<Vec<String>>,
    /// Subnets.
    #[field(required, set)]
    pub subnets: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PlacementConstraint, into = sdk::PlacementConstraint)]
pub struct PlacementConstraint {
    /// The expression of a `memberOf` constraint.
    #[field(filled)]
    pub expression: Option<String>,
    /// The kind.
    #[field(required, one_of = ["distinctInstance", "memberOf"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::PlacementStrategy, into = sdk::PlacementStrategy)]
pub struct PlacementStrategy {
    /// What tasks are spread over or packed by.
    #[field(filled)]
    pub field: Option<String>,
    /// The kind.
    #[field(required, one_of = ["random", "spread", "binpack"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Batch {
    /// How many jobs an array has.
    #[field(range = 2..=10000)]
    pub array_size: Option<i64>,
    /// How often a job is tried.
    #[field(range = 1..=10)]
    pub job_attempts: Option<i64>,
    /// The job definition.
    #[field(required)]
    pub job_definition: Option<String>,
    /// The job's name.
    #[field(required)]
    pub job_name: Option<String>,
}

impl FromSdk<sdk::NetworkConfiguration> for Network {
    fn from_sdk(live: sdk::NetworkConfiguration) -> Result<Self, Unfit> {
        let Some(vpc) = live.awsvpc_configuration else { return Ok(Self::default()) };
        Ok(Self {
            assign_public_ip: Some(vpc.assign_public_ip == Some(sdk::AssignPublicIp::Enabled)),
            security_groups: filled(vpc.security_groups),
            subnets: Some(vpc.subnets),
        })
    }
}

impl ToSdk<sdk::NetworkConfiguration> for Network {
    fn to_sdk(&self) -> Result<sdk::NetworkConfiguration, Unfit> {
        let public = match self.assign_public_ip {
            Some(true) => sdk::AssignPublicIp::Enabled,
            _ => sdk::AssignPublicIp::Disabled,
        };
        let vpc = sdk::AwsVpcConfiguration::builder()
            .assign_public_ip(public)
            .set_security_groups(filled(self.security_groups.clone()))
            .set_subnets(self.subnets.clone())
            .build()
            .built()?;
        Ok(sdk::NetworkConfiguration::builder().awsvpc_configuration(vpc).build())
    }
}

impl FromSdk<sdk::BatchParameters> for Batch {
    fn from_sdk(live: sdk::BatchParameters) -> Result<Self, Unfit> {
        Ok(Self {
            array_size: live.array_properties.map(|array| array.size.into()),
            job_attempts: live.retry_strategy.map(|retry| retry.attempts.into()),
            job_definition: Some(live.job_definition),
            job_name: Some(live.job_name),
        })
    }
}

impl ToSdk<sdk::BatchParameters> for Batch {
    fn to_sdk(&self) -> Result<sdk::BatchParameters, Unfit> {
        let size: Option<i32> = outgoing(&self.array_size, "array_size")?;
        let attempts: Option<i32> = outgoing(&self.job_attempts, "job_attempts")?;
        sdk::BatchParameters::builder()
            .set_array_properties(size.map(|size| sdk::BatchArrayProperties::builder().size(size).build()))
            .set_job_definition(self.job_definition.clone())
            .set_job_name(self.job_name.clone())
            .set_retry_strategy(attempts.map(|times| sdk::BatchRetryStrategy::builder().attempts(times).build()))
            .build()
            .built()
    }
}
