//! The network interfaces of a launch template.

use aws_sdk_ec2::types::{
    ConnectionTrackingSpecificationRequest, EnaSrdSpecificationRequest, EnaSrdUdpSpecificationRequest,
    InstanceIpv6AddressRequest, Ipv4PrefixSpecificationRequest, Ipv6PrefixSpecificationRequest,
    LaunchTemplateInstanceNetworkInterfaceSpecification as Response,
    LaunchTemplateInstanceNetworkInterfaceSpecificationRequest as Request, PrivateIpAddressSpecification,
};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;

use super::convert::{each, filled, flag, flag_text, int, long, shown};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
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
    device_index: Option<i64>,
    /// Packets over several paths.
    ena_srd_specification: Option<EnaSrd>,
    /// The kind, such as `efa`.
    interface_type: Option<String>,
    /// How many further private IPv4 addresses AWS chooses.
    ipv4_address_count: Option<i64>,
    /// The private IPv4 addresses.
    #[field(set)]
    ipv4_addresses: Option<Vec<String>>,
    /// How many IPv4 prefixes AWS chooses.
    ipv4_prefix_count: Option<i64>,
    /// The IPv4 prefixes.
    #[field(set)]
    ipv4_prefixes: Option<Vec<String>>,
    /// How many IPv6 addresses AWS chooses.
    ipv6_address_count: Option<i64>,
    /// The IPv6 addresses.
    #[field(set)]
    ipv6_addresses: Option<Vec<String>>,
    /// How many IPv6 prefixes AWS chooses.
    ipv6_prefix_count: Option<i64>,
    /// The IPv6 prefixes.
    #[field(set)]
    ipv6_prefixes: Option<Vec<String>>,
    /// The network card, from 0.
    network_card_index: Option<i64>,
    /// An interface that exists.
    network_interface_id: Option<String>,
    /// Whether the first IPv6 address is the primary one: `true` or `false`.
    #[field(forms = Flag)]
    primary_ipv6: Option<String>,
    /// The primary private address.
    private_ip_address: Option<String>,
    /// The security groups.
    #[field(set)]
    security_groups: Option<Vec<String>>,
    /// The subnet.
    subnet_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct ConnectionTracking {
    /// Seconds, for TCP.
    tcp_established_timeout: Option<i64>,
    /// Seconds, for UDP with replies.
    udp_stream_timeout: Option<i64>,
    /// Seconds, for UDP in one direction.
    udp_timeout: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EnaSrd {
    /// Whether it is on.
    ena_srd_enabled: Option<bool>,
    /// The same for UDP.
    ena_srd_udp_specification: Option<EnaSrdUdp>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct EnaSrdUdp {
    /// Whether it is on.
    ena_srd_udp_enabled: Option<bool>,
}

impl From<&NetworkInterface> for Request {
    fn from(interface: &NetworkInterface) -> Self {
        let primary = interface.private_ip_address.as_ref();
        let ipv4 = |address: &String| {
            let is_primary = primary.map(|primary| primary == address);
            PrivateIpAddressSpecification::builder().private_ip_address(address).set_primary(is_primary).build()
        };
        let tracking = interface.connection_tracking_specification.as_ref().map(|tracking| {
            ConnectionTrackingSpecificationRequest::builder()
                .set_tcp_established_timeout(int(tracking.tcp_established_timeout))
                .set_udp_stream_timeout(int(tracking.udp_stream_timeout))
                .set_udp_timeout(int(tracking.udp_timeout))
                .build()
        });
        let srd = interface.ena_srd_specification.as_ref().map(|srd| {
            let udp = srd.ena_srd_udp_specification.as_ref().map(|udp| {
                EnaSrdUdpSpecificationRequest::builder().set_ena_srd_udp_enabled(udp.ena_srd_udp_enabled).build()
            });
            let srd = EnaSrdSpecificationRequest::builder().set_ena_srd_enabled(srd.ena_srd_enabled);
            srd.set_ena_srd_udp_specification(udp).build()
        });
        Self::builder()
            .set_associate_carrier_ip_address(flag(interface.associate_carrier_ip_address.as_ref()))
            .set_associate_public_ip_address(flag(interface.associate_public_ip_address.as_ref()))
            .set_connection_tracking_specification(tracking)
            .set_delete_on_termination(flag(interface.delete_on_termination.as_ref()))
            .set_description(filled(interface.description.clone()))
            // Every interface needs a place.
            .set_device_index(int(interface.device_index).or(Some(0)))
            .set_ena_srd_specification(srd)
            .set_interface_type(filled(interface.interface_type.clone()))
            .set_secondary_private_ip_address_count(int(interface.ipv4_address_count))
            .set_private_ip_addresses(each(interface.ipv4_addresses.as_ref(), ipv4))
            .set_ipv4_prefix_count(int(interface.ipv4_prefix_count))
            .set_ipv4_prefixes(each(interface.ipv4_prefixes.as_ref(), |prefix| {
                Ipv4PrefixSpecificationRequest::builder().ipv4_prefix(prefix).build()
            }))
            .set_ipv6_address_count(int(interface.ipv6_address_count))
            .set_ipv6_addresses(each(interface.ipv6_addresses.as_ref(), |address| {
                InstanceIpv6AddressRequest::builder().ipv6_address(address).build()
            }))
            .set_ipv6_prefix_count(int(interface.ipv6_prefix_count))
            .set_ipv6_prefixes(each(interface.ipv6_prefixes.as_ref(), |prefix| {
                Ipv6PrefixSpecificationRequest::builder().ipv6_prefix(prefix).build()
            }))
            .set_network_card_index(int(interface.network_card_index))
            .set_network_interface_id(filled(interface.network_interface_id.clone()))
            .set_primary_ipv6(flag(interface.primary_ipv6.as_ref()))
            .set_private_ip_address(filled(interface.private_ip_address.clone()))
            .set_groups(each(interface.security_groups.as_ref(), String::clone))
            .set_subnet_id(filled(interface.subnet_id.clone()))
            .build()
    }
}

impl From<Response> for NetworkInterface {
    fn from(interface: Response) -> Self {
        let tracking = interface.connection_tracking_specification.map(|tracking| ConnectionTracking {
            tcp_established_timeout: long(tracking.tcp_established_timeout),
            udp_stream_timeout: long(tracking.udp_stream_timeout),
            udp_timeout: long(tracking.udp_timeout),
        });
        let srd = interface.ena_srd_specification.map(|srd| EnaSrd {
            ena_srd_enabled: srd.ena_srd_enabled,
            ena_srd_udp_specification: srd
                .ena_srd_udp_specification
                .map(|udp| EnaSrdUdp { ena_srd_udp_enabled: udp.ena_srd_udp_enabled }),
        });
        Self {
            associate_carrier_ip_address: flag_text(interface.associate_carrier_ip_address),
            associate_public_ip_address: flag_text(interface.associate_public_ip_address),
            connection_tracking_specification: tracking,
            delete_on_termination: flag_text(interface.delete_on_termination),
            description: filled(interface.description),
            device_index: long(interface.device_index),
            ena_srd_specification: srd,
            interface_type: filled(interface.interface_type),
            ipv4_address_count: long(interface.secondary_private_ip_address_count),
            ipv4_addresses: shown(interface.private_ip_addresses, |address| address.private_ip_address),
            ipv4_prefix_count: long(interface.ipv4_prefix_count),
            ipv4_prefixes: shown(interface.ipv4_prefixes, |prefix| prefix.ipv4_prefix),
            ipv6_address_count: long(interface.ipv6_address_count),
            ipv6_addresses: shown(interface.ipv6_addresses, |address| address.ipv6_address),
            ipv6_prefix_count: long(interface.ipv6_prefix_count),
            ipv6_prefixes: shown(interface.ipv6_prefixes, |prefix| prefix.ipv6_prefix),
            network_card_index: long(interface.network_card_index),
            network_interface_id: filled(interface.network_interface_id),
            primary_ipv6: flag_text(interface.primary_ipv6),
            private_ip_address: filled(interface.private_ip_address),
            security_groups: shown(interface.groups, Some),
            subnet_id: filled(interface.subnet_id),
        }
    }
}
