//! EC2: networks, security groups, launch templates.

mod arn;
mod checks;
mod describe;
mod eip;
mod internet_gateway;
mod nat_gateway;
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
];
