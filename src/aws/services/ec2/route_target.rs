//! Where a route leads: the properties that inline routes and `aws_route` have in common.

use aws_sdk_ec2::operation::create_route::builders::CreateRouteFluentBuilder;
use aws_sdk_ec2::operation::replace_route::builders::ReplaceRouteFluentBuilder;
use aws_sdk_ec2::types as sdk;
use wildfire_derive::Sdk;

use crate::kind::convert::filled;

/// What traffic a route is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Destination {
    Ipv4(String),
    Ipv6(String),
    PrefixList(String),
}

impl Destination {
    /// From the three properties, of which one is set.
    pub(super) fn of(ipv4: Option<&str>, ipv6: Option<&str>, prefix_list: Option<&str>) -> Option<Self> {
        let filled = |text: &&str| !text.is_empty();
        (ipv4.filter(filled).map(|text| Self::Ipv4(text.into())))
            .or_else(|| ipv6.filter(filled).map(|text| Self::Ipv6(text.into())))
            .or_else(|| prefix_list.filter(filled).map(|text| Self::PrefixList(text.into())))
    }

    pub(super) fn of_route(route: &sdk::Route) -> Option<Self> {
        Self::of(
            route.destination_cidr_block(),
            route.destination_ipv6_cidr_block(),
            route.destination_prefix_list_id(),
        )
    }

    /// From the destination in an import id.
    pub(super) fn parse(text: &str) -> Self {
        match text {
            list if list.starts_with("pl-") => Self::PrefixList(list.into()),
            range if range.contains(':') => Self::Ipv6(range.into()),
            range => Self::Ipv4(range.into()),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Ipv4(text) | Self::Ipv6(text) | Self::PrefixList(text) => text,
        }
    }

    pub(super) fn ipv4(&self) -> Option<String> {
        if let Self::Ipv4(text) = self { Some(text.clone()) } else { None }
    }

    pub(super) fn ipv6(&self) -> Option<String> {
        if let Self::Ipv6(text) = self { Some(text.clone()) } else { None }
    }

    pub(super) fn prefix_list(&self) -> Option<String> {
        if let Self::PrefixList(text) = self { Some(text.clone()) } else { None }
    }
}

/// Where a route leads; one of them is set, and a NAT gateway or an instance shows its interface too.
#[derive(Clone, Debug, Default, PartialEq, Sdk)]
#[sdk(create = CreateRouteFluentBuilder, create(Replace) = ReplaceRouteFluentBuilder)]
pub(super) struct Target {
    pub carrier_gateway_id: Option<String>,
    pub core_network_arn: Option<String>,
    #[field(sdk = egress_only_internet_gateway_id)]
    pub egress_only_gateway_id: Option<String>,
    pub gateway_id: Option<String>,
    pub local_gateway_id: Option<String>,
    pub nat_gateway_id: Option<String>,
    pub network_interface_id: Option<String>,
    pub transit_gateway_id: Option<String>,
    pub vpc_endpoint_id: Option<String>,
    pub vpc_peering_connection_id: Option<String>,
}

impl From<&sdk::Route> for Target {
    fn from(route: &sdk::Route) -> Self {
        let filled = |text: &Option<String>| filled(text.clone());
        // AWS returns a Gateway Load Balancer endpoint as a gateway.
        let gateway = filled(&route.gateway_id);
        let is_endpoint = gateway.as_ref().is_some_and(|gateway| gateway.starts_with("vpce-"));
        let (vpc_endpoint_id, gateway_id) = if is_endpoint { (gateway, None) } else { (None, gateway) };
        Self {
            carrier_gateway_id: filled(&route.carrier_gateway_id),
            core_network_arn: filled(&route.core_network_arn),
            egress_only_gateway_id: filled(&route.egress_only_internet_gateway_id),
            gateway_id,
            local_gateway_id: filled(&route.local_gateway_id),
            nat_gateway_id: filled(&route.nat_gateway_id),
            network_interface_id: filled(&route.network_interface_id),
            transit_gateway_id: filled(&route.transit_gateway_id),
            vpc_endpoint_id,
            vpc_peering_connection_id: filled(&route.vpc_peering_connection_id),
        }
    }
}

impl Target {
    /// The one that is meant. The interface counts only where nothing else is set: AWS fills it in.
    pub(super) fn only(self) -> Self {
        let others = Self { network_interface_id: None, ..self.clone() };
        if others == Self::default() { self } else { others }
    }

    /// True when a live route leads where this one is meant to.
    pub(super) fn is_met_by(&self, live: &Self) -> bool {
        let same = |want: &Option<String>, have: &Option<String>| want.is_none() || want == have;
        let want = self.clone().only();
        same(&want.carrier_gateway_id, &live.carrier_gateway_id)
            && same(&want.core_network_arn, &live.core_network_arn)
            && same(&want.egress_only_gateway_id, &live.egress_only_gateway_id)
            && same(&want.gateway_id, &live.gateway_id)
            && same(&want.local_gateway_id, &live.local_gateway_id)
            && same(&want.nat_gateway_id, &live.nat_gateway_id)
            && same(&want.network_interface_id, &live.network_interface_id)
            && same(&want.transit_gateway_id, &live.transit_gateway_id)
            && same(&want.vpc_endpoint_id, &live.vpc_endpoint_id)
            && same(&want.vpc_peering_connection_id, &live.vpc_peering_connection_id)
    }
}
