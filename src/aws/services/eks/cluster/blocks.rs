//! The blocks of a cluster, and how they go to EKS and come back.

use aws_sdk_eks::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

use crate::kind::diff::same_set;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::AccessConfigResponse, into = sdk::CreateAccessConfigRequest)]
pub struct AccessConfig {
    /// Where EKS looks up who may use the cluster; AWS only allows steps towards `API`.
    #[field(aws_default, one_of = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"])]
    pub authentication_mode: Option<String>,
    /// Whether whoever creates the cluster administers it; counts at creation only.
    #[field(local, aws_default, sent_as = bootstrap_cluster_creator_admin_permissions)]
    pub bootstrap_cluster_creator_admin_permissions: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ComputeConfigResponse, into = sdk::ComputeConfigRequest)]
pub struct ComputeConfig {
    /// Whether EKS Auto Mode runs the nodes.
    pub enabled: Option<bool>,
    /// The built-in node pools: `general-purpose`, `system`.
    // No pools are written as an empty list, and shown as none.
    #[field(set, read_by_hand)]
    pub node_pools: Option<Vec<String>>,
    /// The ARN of the role of Auto Mode's nodes.
    pub node_role_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::EncryptionConfig, into = sdk::EncryptionConfig)]
// `resources` is deprecated in the API, which now encrypts everything; it is still a required property.
#[allow(deprecated)]
pub struct EncryptionConfig {
    /// What the key encrypts: `secrets`.
    #[field(required, set)]
    pub resources: Option<Vec<String>>,
    /// The key.
    #[field(required)]
    pub provider: Option<Provider>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Provider, into = sdk::Provider)]
pub struct Provider {
    /// The ARN of the KMS key.
    #[field(required, forms = Arn)]
    pub key_arn: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::KubernetesNetworkConfigResponse, into = sdk::KubernetesNetworkConfigRequest)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ElasticLoadBalancing, into = sdk::ElasticLoadBalancing)]
#[sdk(from = sdk::BlockStorage, into = sdk::BlockStorage)]
#[sdk(from = sdk::ZonalShiftConfigResponse)]
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::StorageConfigResponse, into = sdk::StorageConfigRequest)]
pub struct StorageConfig {
    /// Block storage by EKS Auto Mode.
    pub block_storage: Option<Switch>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::UpgradePolicyResponse, into = sdk::UpgradePolicyRequest)]
pub struct UpgradePolicy {
    /// Whether the cluster stays on a version beyond its standard support, which costs more.
    #[field(aws_default, one_of = ["STANDARD", "EXTENDED"])]
    pub support_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::VpcConfigResponse, into = sdk::VpcConfigRequest)]
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
    #[field(aws_default, set, filled, forms = Cidr)]
    pub public_access_cidrs: Option<Vec<String>>,
    /// More security groups for the control plane's interfaces.
    #[field(set, filled)]
    pub security_group_ids: Option<Vec<String>>,
    /// The subnets of the control plane's interfaces, in two zones at least.
    #[field(required, set)]
    pub subnet_ids: Option<Vec<String>>,
    /// The VPC of the subnets.
    #[field(computed)]
    pub vpc_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::Certificate)]
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

impl VpcConfig {
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
