//! The blocks of a cluster, and how they go to EKS and come back.

use aws_sdk_eks::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use crate::kind::diff::same_set;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct AccessConfig {
    /// Where EKS looks up who may use the cluster; AWS only allows steps towards `API`.
    #[field(aws_default, one_of = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"])]
    pub authentication_mode: Option<String>,
    /// Whether whoever creates the cluster administers it; counts at creation only.
    #[field(local, aws_default)]
    pub bootstrap_cluster_creator_admin_permissions: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ComputeConfig {
    /// Whether EKS Auto Mode runs the nodes.
    pub enabled: Option<bool>,
    /// The built-in node pools: `general-purpose`, `system`.
    #[field(set)]
    pub node_pools: Option<Vec<String>>,
    /// The ARN of the role of Auto Mode's nodes.
    pub node_role_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EncryptionConfig {
    /// What the key encrypts: `secrets`.
    #[field(required, set)]
    pub resources: Option<Vec<String>>,
    /// The key.
    #[field(required)]
    pub provider: Option<Provider>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Provider {
    /// The ARN of the KMS key.
    #[field(required, forms = Arn)]
    pub key_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct KubernetesNetworkConfig {
    /// Whether pods and services get IPv4 or IPv6 addresses.
    #[field(immutable, aws_default, one_of = ["ipv4", "ipv6"])]
    pub ip_family: Option<String>,
    /// The range of service addresses.
    #[field(immutable, aws_default, forms = Cidr)]
    pub service_ipv4_cidr: Option<String>,
    /// The range that EKS took for services of an IPv6 cluster.
    #[field(computed)]
    pub service_ipv6_cidr: Option<String>,
    /// Load balancing by EKS Auto Mode.
    #[field(aws_default)]
    pub elastic_load_balancing: Option<Switch>,
}

/// A block that turns something on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Switch {
    /// Whether it is on.
    pub enabled: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct RemoteNetworkConfig {
    /// The ranges of hybrid nodes outside AWS.
    #[field(required)]
    pub remote_node_networks: Option<RemoteNetworks>,
    /// The ranges of pods on those nodes.
    pub remote_pod_networks: Option<RemoteNetworks>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct RemoteNetworks {
    /// The ranges.
    #[field(set, forms = Cidr)]
    pub cidrs: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct StorageConfig {
    /// Block storage by EKS Auto Mode.
    pub block_storage: Option<Switch>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct UpgradePolicy {
    /// Whether the cluster stays on a version beyond its standard support, which costs more.
    #[field(aws_default, one_of = ["STANDARD", "EXTENDED"])]
    pub support_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct VpcConfig {
    /// The security group that EKS made for the cluster and its nodes.
    #[field(computed)]
    pub cluster_security_group_id: Option<String>,
    /// Whether the API answers inside the VPC.
    #[field(default = false)]
    pub endpoint_private_access: Option<bool>,
    /// Whether the API answers on the internet.
    #[field(default = true)]
    pub endpoint_public_access: Option<bool>,
    /// The ranges that may reach the public endpoint.
    #[field(aws_default, set, forms = Cidr)]
    pub public_access_cidrs: Option<Vec<String>>,
    /// More security groups for the control plane's interfaces.
    #[field(set)]
    pub security_group_ids: Option<Vec<String>>,
    /// The subnets of the control plane's interfaces, in two zones at least.
    #[field(required, set)]
    pub subnet_ids: Option<Vec<String>>,
    /// The VPC of the subnets.
    #[field(computed)]
    pub vpc_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CertificateAuthority {
    /// The certificate in base64, for kubeconfig.
    #[field(computed)]
    pub data: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Identity {
    /// The cluster as an issuer of tokens.
    #[field(computed)]
    pub oidc: Option<Vec<Oidc>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Oidc {
    /// The URL of the issuer.
    #[field(computed)]
    pub issuer: Option<String>,
}

fn not_empty<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|list| !list.is_empty())
}

impl From<sdk::VpcConfigResponse> for VpcConfig {
    fn from(vpc: sdk::VpcConfigResponse) -> Self {
        Self {
            cluster_security_group_id: vpc.cluster_security_group_id,
            endpoint_private_access: Some(vpc.endpoint_private_access),
            endpoint_public_access: Some(vpc.endpoint_public_access),
            public_access_cidrs: not_empty(vpc.public_access_cidrs),
            security_group_ids: not_empty(vpc.security_group_ids),
            subnet_ids: vpc.subnet_ids,
            vpc_id: vpc.vpc_id,
        }
    }
}

impl VpcConfig {
    /// Everything, as the create call takes it.
    pub fn request(&self) -> sdk::VpcConfigRequest {
        sdk::VpcConfigRequest::builder()
            .set_subnet_ids(self.subnet_ids.clone())
            .set_security_group_ids(self.security_group_ids.clone())
            .set_endpoint_private_access(self.endpoint_private_access)
            .set_endpoint_public_access(self.endpoint_public_access)
            .set_public_access_cidrs(self.public_access_cidrs.clone())
            .build()
    }

    /// How the API is reached. One kind of change per update is all that EKS takes.
    pub fn endpoint_request(&self) -> sdk::VpcConfigRequest {
        sdk::VpcConfigRequest::builder()
            .set_endpoint_private_access(self.endpoint_private_access)
            .set_endpoint_public_access(self.endpoint_public_access)
            // EKS refuses ranges for an endpoint that is off.
            .set_public_access_cidrs(
                self.public_access_cidrs.clone().filter(|_| self.endpoint_public_access != Some(false)),
            )
            .build()
    }

    /// Where the control plane's interfaces are.
    pub fn network_request(&self) -> sdk::VpcConfigRequest {
        sdk::VpcConfigRequest::builder()
            .set_subnet_ids(self.subnet_ids.clone())
            .set_security_group_ids(Some(self.security_group_ids.clone().unwrap_or_default()))
            .build()
    }

    /// True when an update to `self` would not change how the API of `other` is reached.
    pub fn same_endpoint(&self, other: &Self) -> bool {
        self.endpoint_private_access == other.endpoint_private_access
            && self.endpoint_public_access == other.endpoint_public_access
            // Ranges that nobody wrote are left to AWS.
            && (self.public_access_cidrs.is_none() || same_set(&self.public_access_cidrs, &other.public_access_cidrs))
    }

    /// As [`Self::same_endpoint`], for subnets and security groups.
    pub fn same_network(&self, other: &Self) -> bool {
        same_set(&self.subnet_ids, &other.subnet_ids) && same_set(&self.security_group_ids, &other.security_group_ids)
    }
}

impl From<sdk::KubernetesNetworkConfigResponse> for KubernetesNetworkConfig {
    fn from(network: sdk::KubernetesNetworkConfigResponse) -> Self {
        Self {
            ip_family: network.ip_family.map(|family| family.as_str().to_string()),
            service_ipv4_cidr: network.service_ipv4_cidr,
            service_ipv6_cidr: network.service_ipv6_cidr,
            elastic_load_balancing: network.elastic_load_balancing.map(|elb| Switch { enabled: elb.enabled }),
        }
    }
}

impl KubernetesNetworkConfig {
    pub fn request(&self) -> sdk::KubernetesNetworkConfigRequest {
        sdk::KubernetesNetworkConfigRequest::builder()
            .set_ip_family(self.ip_family.as_deref().map(sdk::IpFamily::from))
            .set_service_ipv4_cidr(self.service_ipv4_cidr.clone())
            .set_elastic_load_balancing(self.elastic_load_balancing.as_ref().map(load_balancing))
            .build()
    }
}

fn load_balancing(switch: &Switch) -> sdk::ElasticLoadBalancing {
    sdk::ElasticLoadBalancing::builder().set_enabled(switch.enabled).build()
}

impl From<sdk::ComputeConfigResponse> for ComputeConfig {
    fn from(compute: sdk::ComputeConfigResponse) -> Self {
        Self {
            enabled: compute.enabled,
            node_pools: not_empty(compute.node_pools),
            node_role_arn: compute.node_role_arn,
        }
    }
}

impl ComputeConfig {
    pub fn request(&self) -> sdk::ComputeConfigRequest {
        sdk::ComputeConfigRequest::builder()
            .set_enabled(self.enabled)
            .set_node_pools(self.node_pools.clone())
            .set_node_role_arn(self.node_role_arn.clone())
            .build()
    }
}

impl From<sdk::StorageConfigResponse> for StorageConfig {
    fn from(storage: sdk::StorageConfigResponse) -> Self {
        Self { block_storage: storage.block_storage.map(|block| Switch { enabled: block.enabled }) }
    }
}

impl StorageConfig {
    pub fn request(&self) -> sdk::StorageConfigRequest {
        let block = |switch: &Switch| sdk::BlockStorage::builder().set_enabled(switch.enabled).build();
        sdk::StorageConfigRequest::builder().set_block_storage(self.block_storage.as_ref().map(block)).build()
    }
}

// `resources` is deprecated in the API, which now encrypts everything; it is still a required property.
#[allow(deprecated)]
impl From<sdk::EncryptionConfig> for EncryptionConfig {
    fn from(encryption: sdk::EncryptionConfig) -> Self {
        Self {
            resources: encryption.resources,
            provider: encryption.provider.map(|provider| Provider { key_arn: provider.key_arn }),
        }
    }
}

#[allow(deprecated)]
impl EncryptionConfig {
    pub fn request(&self) -> sdk::EncryptionConfig {
        let key = self.provider.as_ref().and_then(|provider| provider.key_arn.clone());
        sdk::EncryptionConfig::builder()
            .set_resources(self.resources.clone())
            .provider(sdk::Provider::builder().set_key_arn(key).build())
            .build()
    }
}

impl From<sdk::RemoteNetworkConfigResponse> for RemoteNetworkConfig {
    fn from(remote: sdk::RemoteNetworkConfigResponse) -> Self {
        let nodes = remote.remote_node_networks.unwrap_or_default();
        let pods = remote.remote_pod_networks.unwrap_or_default();
        let networks = |cidrs: Vec<String>| (!cidrs.is_empty()).then_some(RemoteNetworks { cidrs: Some(cidrs) });
        Self {
            remote_node_networks: networks(nodes.into_iter().flat_map(|network| network.cidrs).flatten().collect()),
            remote_pod_networks: networks(pods.into_iter().flat_map(|network| network.cidrs).flatten().collect()),
        }
    }
}

impl RemoteNetworkConfig {
    pub fn request(&self) -> sdk::RemoteNetworkConfigRequest {
        let nodes = self
            .remote_node_networks
            .as_ref()
            .map(|networks| vec![sdk::RemoteNodeNetwork::builder().set_cidrs(networks.cidrs.clone()).build()]);
        let pods = self
            .remote_pod_networks
            .as_ref()
            .map(|networks| vec![sdk::RemotePodNetwork::builder().set_cidrs(networks.cidrs.clone()).build()]);
        sdk::RemoteNetworkConfigRequest::builder()
            .set_remote_node_networks(Some(nodes.unwrap_or_default()))
            .set_remote_pod_networks(Some(pods.unwrap_or_default()))
            .build()
    }
}
