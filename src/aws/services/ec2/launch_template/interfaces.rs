//! The network interfaces of a launch template.

use aws_sdk_ec2::types::builders::LaunchTemplateInstanceNetworkInterfaceSpecificationRequestBuilder as Builder;
use aws_sdk_ec2::types::{
    self as sdk, InstanceIpv6AddressRequest, Ipv4PrefixSpecificationRequest, Ipv6PrefixSpecificationRequest,
    LaunchTemplateInstanceNetworkInterfaceSpecification as Response,
    LaunchTemplateInstanceNetworkInterfaceSpecificationRequest as Request, PrivateIpAddressSpecification,
};
use serde::{Deserialize, Serialize};
use wildfire_derive::{Fields, Sdk};

use crate::kind::convert::{Fill, ToSdk, Unfit, filled};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = Response, create = Builder, filled)]
pub struct NetworkInterface {
    /// Whether the interface gets a carrier address: `true` or `false`.
    #[field(forms = Flag)]
    associate_carrier_ip_address: Option<String>,
    /// Whether the interface gets a public address: `true` or `false`.
    #[field(forms = Flag)]
    associate_public_ip_address: Option<String>,
    /// After how long idle connections are forgotten.
    connection_tracking_specification: Option<ConnectionTracking>,
    /// Whether the interface goes with the instance: `true` or `false`.
    #[field(forms = Flag)]
    delete_on_termination: Option<String>,
    /// What the interface is for.
    description: Option<String>,
    /// The interface's place, from 0.
    #[field(sent_by_hand)]
    device_index: Option<i64>,
    /// Packets over several paths.
    ena_srd_specification: Option<EnaSrd>,
    /// The kind, such as `efa`.
    interface_type: Option<String>,
    /// How many further private IPv4 addresses AWS chooses.
    #[field(sdk = secondary_private_ip_address_count)]
    ipv4_address_count: Option<i64>,
    /// The private IPv4 addresses.
    #[field(set, forms = Ipv4, by_hand)]
    ipv4_addresses: Option<Vec<String>>,
    /// How many IPv4 prefixes AWS chooses.
    ipv4_prefix_count: Option<i64>,
    /// The IPv4 prefixes.
    #[field(set, by_hand)]
    ipv4_prefixes: Option<Vec<String>>,
    /// How many IPv6 addresses AWS chooses.
    ipv6_address_count: Option<i64>,
    /// The IPv6 addresses.
    #[field(set, forms = Ipv6, by_hand)]
    ipv6_addresses: Option<Vec<String>>,
    /// How many IPv6 prefixes AWS chooses.
    ipv6_prefix_count: Option<i64>,
    /// The IPv6 prefixes.
    #[field(set, by_hand)]
    ipv6_prefixes: Option<Vec<String>>,
    /// The network card, from 0.
    network_card_index: Option<i64>,
    /// An interface that exists.
    network_interface_id: Option<String>,
    /// Whether the first IPv6 address is the primary one: `true` or `false`.
    #[field(forms = Flag)]
    primary_ipv6: Option<String>,
    /// The primary private address.
    #[field(forms = Ipv4)]
    private_ip_address: Option<String>,
    /// The security groups.
    #[field(set, sdk = groups)]
    security_groups: Option<Vec<String>>,
    /// The subnet.
    subnet_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::ConnectionTrackingSpecification, into = sdk::ConnectionTrackingSpecificationRequest)]
pub struct ConnectionTracking {
    /// Seconds, for TCP.
    tcp_established_timeout: Option<i64>,
    /// Seconds, for UDP with replies.
    udp_stream_timeout: Option<i64>,
    /// Seconds, for UDP in one direction.
    udp_timeout: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateEnaSrdSpecification, into = sdk::EnaSrdSpecificationRequest)]
pub struct EnaSrd {
    /// Whether it is on.
    ena_srd_enabled: Option<bool>,
    /// The same for UDP.
    ena_srd_udp_specification: Option<EnaSrdUdp>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::LaunchTemplateEnaSrdUdpSpecification, into = sdk::EnaSrdUdpSpecificationRequest)]
pub struct EnaSrdUdp {
    /// Whether it is on.
    ena_srd_udp_enabled: Option<bool>,
}

/// The elements of a list as the SDK takes them; none for an empty list.
fn each<T>(list: &Option<Vec<String>>, convert: impl Fn(&String) -> T) -> Option<Vec<T>> {
    filled(list.clone()).map(|list| list.iter().map(convert).collect())
}

/// The elements of a list as the vocabulary has them; none for an empty list.
fn shown<T>(list: &Option<Vec<T>>, text: impl Fn(&T) -> Option<String>) -> Option<Vec<String>> {
    filled(Some(list.iter().flatten().filter_map(text).collect()))
}

impl ToSdk<Request> for NetworkInterface {
    fn to_sdk(&self) -> Result<Request, Unfit> {
        let primary = self.private_ip_address.as_ref();
        let ipv4 = |address: &String| {
            let is_primary = primary.map(|primary| primary == address);
            PrivateIpAddressSpecification::builder().private_ip_address(address).set_primary(is_primary).build()
        };
        let ipv4_prefix = |prefix: &String| Ipv4PrefixSpecificationRequest::builder().ipv4_prefix(prefix).build();
        let ipv6 = |address: &String| InstanceIpv6AddressRequest::builder().ipv6_address(address).build();
        let ipv6_prefix = |prefix: &String| Ipv6PrefixSpecificationRequest::builder().ipv6_prefix(prefix).build();
        let request = self
            .fill(Request::builder())?
            // Every interface needs a place.
            .device_index(self.device_index.unwrap_or(0).to_sdk()?)
            .set_private_ip_addresses(each(&self.ipv4_addresses, ipv4))
            .set_ipv4_prefixes(each(&self.ipv4_prefixes, ipv4_prefix))
            .set_ipv6_addresses(each(&self.ipv6_addresses, ipv6))
            .set_ipv6_prefixes(each(&self.ipv6_prefixes, ipv6_prefix));
        Ok(request.build())
    }
}

impl NetworkInterface {
    /// Takes over the lists of addresses, each of which the SDK has in a block of its own.
    pub(super) fn take_addresses(&mut self, live: &Response) {
        self.ipv4_addresses = shown(&live.private_ip_addresses, |address| address.private_ip_address.clone());
        self.ipv4_prefixes = shown(&live.ipv4_prefixes, |prefix| prefix.ipv4_prefix.clone());
        self.ipv6_addresses = shown(&live.ipv6_addresses, |address| address.ipv6_address.clone());
        self.ipv6_prefixes = shown(&live.ipv6_prefixes, |prefix| prefix.ipv6_prefix.clone());
    }
}
