//! EC2: networks, security groups, launch templates.

mod arn;
mod checks;
mod describe;
mod described;
mod eip;
mod flow_log;
mod gateway;
mod internet_gateway;
mod keys;
mod lags;
mod launch_template;
mod nat_gateway;
pub(crate) mod operations;
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
mod tagging;
mod unsuccessful;
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
    &Typed::<route_table::RouteTable>::new(),
    &Typed::<route::Route>::new(),
    &Typed::<route_table_association::RouteTableAssociation>::new(),
    &Typed::<vpc_endpoint::VpcEndpoint>::new(),
    &Typed::<flow_log::FlowLog>::new(),
    &Typed::<security_group::SecurityGroup>::new(),
    &Typed::<vpc_security_group_rule::VpcSecurityGroupRule<false>>::new(),
    &Typed::<vpc_security_group_rule::VpcSecurityGroupRule<true>>::new(),
    &Typed::<security_group_rule::SecurityGroupRule>::new(),
    &Typed::<launch_template::LaunchTemplate>::new(),
];

#[cfg(test)]
mod find_tests;
