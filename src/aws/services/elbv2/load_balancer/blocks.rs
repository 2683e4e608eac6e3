//! The blocks of a load balancer.

use super::super::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Logs {
    /// The bucket.
    #[field(required)]
    pub(super) bucket: Option<String>,
    /// Whether anything is logged.
    #[field(default = false)]
    pub(super) enabled: Option<bool>,
    /// What the keys of the objects begin with.
    pub(super) prefix: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::IpamPools, into = sdk::IpamPools)]
pub struct IpamPools {
    /// The pool of IPv4 addresses.
    #[field(required)]
    ipv4_ipam_pool_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::MinimumLoadBalancerCapacity, into = sdk::MinimumLoadBalancerCapacity)]
pub struct Capacity {
    /// Units of capacity.
    #[field(required)]
    capacity_units: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::SubnetMapping, filled)]
pub struct SubnetMapping {
    /// The Elastic IP address, by its allocation.
    #[field(aws_default)]
    allocation_id: Option<String>,
    /// The IPv6 address.
    #[field(aws_default, forms = Ipv6)]
    ipv6_address: Option<String>,
    /// The Outpost.
    #[field(computed)]
    outpost_id: Option<String>,
    /// The private address of an internal one.
    #[field(aws_default, forms = Ipv4)]
    private_ipv4_address: Option<String>,
    /// The subnet.
    #[field(required)]
    subnet_id: Option<String>,
}

impl SubnetMapping {
    /// What a description tells of a zone. There is one address of each kind in it.
    pub(super) fn of_zone(zone: &sdk::AvailabilityZone) -> Self {
        let addresses = zone.load_balancer_addresses();
        let first = |of: fn(&sdk::LoadBalancerAddress) -> &Option<String>| {
            addresses.iter().find_map(|address| filled(of(address).clone()))
        };
        Self {
            allocation_id: first(|address| &address.allocation_id),
            ipv6_address: first(|address| &address.ipv6_address),
            outpost_id: filled(zone.outpost_id.clone()),
            private_ipv4_address: first(|address| &address.private_ipv4_address),
            subnet_id: zone.subnet_id.clone(),
        }
    }
}
