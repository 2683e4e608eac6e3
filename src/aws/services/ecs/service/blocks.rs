//! The blocks of a service.

use crate::services::ecs::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DeploymentAlarms, into = sdk::DeploymentAlarms)]
pub struct Alarms {
    /// The names of the alarms.
    #[field(required, set)]
    pub alarm_names: Option<Vec<String>>,
    /// Whether a deployment heeds them.
    #[field(required)]
    pub enable: Option<bool>,
    /// Whether it is taken back when one goes off.
    #[field(required)]
    pub rollback: Option<bool>,
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DeploymentCircuitBreaker, into = sdk::DeploymentCircuitBreaker)]
pub struct CircuitBreaker {
    /// Whether a deployment whose tasks do not come up is given up.
    #[field(required)]
    pub enable: Option<bool>,
    /// Whether it is taken back then.
    #[field(required)]
    pub rollback: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DeploymentController, into = sdk::DeploymentController)]
pub struct Controller {
    /// Who replaces tasks: ECS, CodeDeploy or somebody else.
    #[field(default = "ECS", one_of = ["ECS", "CODE_DEPLOY", "EXTERNAL"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LoadBalancer, into = sdk::LoadBalancer)]
pub struct LoadBalancer {
    /// The container.
    #[field(required)]
    pub container_name: Option<String>,
    /// Its port.
    #[field(required, range = 0..=65535)]
    pub container_port: Option<i64>,
    /// The name of a classic load balancer.
    #[field(filled, sdk = load_balancer_name)]
    pub elb_name: Option<String>,
    /// The ARN of a target group.
    #[field(filled)]
    pub target_group_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Network {
    /// Whether tasks get a public address.
    #[field(default = false)]
    pub assign_public_ip: Option<bool>,
    /// Security groups; without any, the default one of the VPC.
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
    #[field(filled, forms = Case)]
    pub field: Option<String>,
    /// The kind.
    #[field(required, one_of = ["random", "spread", "binpack"])]
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ServiceRegistry, into = sdk::ServiceRegistry)]
pub struct Registry {
    /// The container.
    #[field(filled)]
    pub container_name: Option<String>,
    /// Its port.
    #[field(filled, range = 0..=65535)]
    pub container_port: Option<i64>,
    /// The port, where the records have one.
    #[field(filled, range = 0..=65535)]
    pub port: Option<i64>,
    /// The ARN of the service in Cloud Map.
    #[field(required)]
    pub registry_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::VpcLatticeConfiguration, into = sdk::VpcLatticeConfiguration)]
pub struct Lattice {
    /// The name of the port in the task definition.
    #[field(required)]
    pub port_name: Option<String>,
    /// The role with which ECS registers targets.
    #[field(required)]
    pub role_arn: Option<String>,
    /// The ARN of the target group.
    #[field(required)]
    pub target_group_arn: Option<String>,
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
