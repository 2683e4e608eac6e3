//! EC2: networks, security groups, launch templates, instances and their volumes.

mod arn;
mod checks;
mod customer_gateway;
mod describe;
mod described;
mod dhcp_options;
mod dhcp_options_association;
mod ebs_volume;
mod egress_only_internet_gateway;
mod eip;
mod eip_association;
mod flow_log;
mod gateway;
mod instance;
mod internet_gateway;
mod ipv4_cidr_block_association;
mod key_pair;
mod keys;
mod lags;
mod launch_template;
mod managed_prefix_list;
mod nat_gateway;
mod network_acl;
mod network_acl_entry;
mod network_acl_rule;
mod network_interface;
pub(crate) mod operations;
mod peering_connection;
mod placement_group;
mod prelude;
mod route;
mod route_calls;
mod route_table;
mod route_table_association;
mod route_tables;
mod route_target;
mod rules_together;
mod security_group;
mod security_group_rule;
mod security_group_rules;
mod subnet;
mod tag;
mod tagging;
mod transit_gateway;
mod transit_gateway_route;
mod transit_gateway_route_table;
mod transit_gateway_vpc_attachment;
mod unsuccessful;
mod volume_attachment;
mod vpc;
mod vpc_endpoint;
mod vpc_security_group_rule;
mod vpn_gateway;

use crate::kind::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<vpc::Vpc>::new(),
    &Typed::<subnet::Subnet>::new(),
    &Typed::<internet_gateway::InternetGateway>::new(),
    &Typed::<eip::Eip>::new(),
    &Typed::<nat_gateway::NatGateway>::new(),
    &Typed::<vpn_gateway::VpnGateway>::new(),
    &Typed::<egress_only_internet_gateway::EgressOnlyInternetGateway>::new(),
    &Typed::<ipv4_cidr_block_association::Ipv4CidrBlockAssociation>::new(),
    &Typed::<dhcp_options::DhcpOptions>::new(),
    &Typed::<dhcp_options_association::DhcpOptionsAssociation>::new(),
    &Typed::<peering_connection::PeeringConnection>::new(),
    &Typed::<route_table::RouteTable>::new(),
    &Typed::<route_table::DefaultRouteTable>::new(),
    &Typed::<route::Route>::new(),
    &Typed::<route_table_association::RouteTableAssociation>::new(),
    &Typed::<network_acl::NetworkAcl>::new(),
    &Typed::<network_acl::DefaultNetworkAcl>::new(),
    &Typed::<network_acl_rule::NetworkAclRule>::new(),
    &Typed::<vpc_endpoint::VpcEndpoint>::new(),
    &Typed::<flow_log::FlowLog>::new(),
    &Typed::<security_group::SecurityGroup>::new(),
    &Typed::<security_group::DefaultSecurityGroup>::new(),
    &Typed::<vpc_security_group_rule::VpcSecurityGroupRule<false>>::new(),
    &Typed::<vpc_security_group_rule::VpcSecurityGroupRule<true>>::new(),
    &Typed::<security_group_rule::SecurityGroupRule>::new(),
    &Typed::<launch_template::LaunchTemplate>::new(),
    &Typed::<key_pair::KeyPair>::new(),
    &Typed::<placement_group::PlacementGroup>::new(),
    &Typed::<network_interface::NetworkInterface>::new(),
    &Typed::<ebs_volume::EbsVolume>::new(),
    &Typed::<instance::Instance>::new(),
    &Typed::<volume_attachment::VolumeAttachment>::new(),
    &Typed::<eip_association::EipAssociation>::new(),
    &Typed::<tag::Tag>::new(),
    &Typed::<managed_prefix_list::ManagedPrefixList>::new(),
    &Typed::<customer_gateway::CustomerGateway>::new(),
    &Typed::<transit_gateway::TransitGateway>::new(),
    &Typed::<transit_gateway_vpc_attachment::VpcAttachment>::new(),
    &Typed::<transit_gateway_route_table::TransitGatewayRouteTable>::new(),
    &Typed::<transit_gateway_route::TransitGatewayRoute>::new(),
];

#[cfg(test)]
mod find_tests;
