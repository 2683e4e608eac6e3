//! EC2: networks, security groups, launch templates.

mod arn;
mod checks;
mod crc32;
mod describe;
mod eip;
mod internet_gateway;
mod nat_gateway;
mod route;
mod route_calls;
mod route_table;
mod route_table_association;
mod route_tables;
mod route_target;
mod subnet;
mod tagging;
mod vpc;
mod vpn_gateway;

use crate::registry::{Kind, Typed};

/// The resource types of this service.
pub(crate) const KINDS: &[&dyn Kind] = &[
    &Typed::<vpc::Vpc>::new(),
    &Typed::<subnet::Subnet>::new(),
    &Typed::<internet_gateway::InternetGateway>::new(),
    &Typed::<eip::Eip>::new(),
    &Typed::<nat_gateway::NatGateway>::new(),
    &Typed::<vpn_gateway::VpnGateway>::new(),
    &Typed::<route_table::RouteTable>::new(),
    &Typed::<route::Route>::new(),
    &Typed::<route_table_association::RouteTableAssociation>::new(),
];
