//! Routes written inside a route table.

use aws_sdk_ec2::types::{self as sdk, RouteOrigin};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, ErrorKind, Problem, PropertyPath, Value};

use crate::Aws;
use crate::services::ec2::route_target::{Destination, Target};
use crate::services::ec2::{checks, route_calls};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Route {
    /// A carrier gateway as the target.
    carrier_gateway_id: Option<String>,
    /// The IPv4 range that the route is for.
    #[field(forms = Cidr)]
    cidr_block: Option<String>,
    /// A core network as the target.
    core_network_arn: Option<String>,
    /// The prefix list that the route is for.
    destination_prefix_list_id: Option<String>,
    /// An egress-only internet gateway as the target.
    egress_only_gateway_id: Option<String>,
    /// An internet or VPN gateway as the target.
    gateway_id: Option<String>,
    /// The IPv6 range that the route is for.
    #[field(forms = Cidr)]
    ipv6_cidr_block: Option<String>,
    /// A local gateway of an Outpost as the target.
    local_gateway_id: Option<String>,
    /// A NAT gateway as the target.
    nat_gateway_id: Option<String>,
    /// A network interface as the target.
    network_interface_id: Option<String>,
    /// A transit gateway as the target.
    transit_gateway_id: Option<String>,
    /// A Gateway Load Balancer endpoint as the target.
    vpc_endpoint_id: Option<String>,
    /// A peering connection as the target.
    vpc_peering_connection_id: Option<String>,
}

impl Route {
    fn destination(&self) -> Option<Destination> {
        let (ipv4, ipv6) = (self.cidr_block.as_deref(), self.ipv6_cidr_block.as_deref());
        Destination::of(ipv4, ipv6, self.destination_prefix_list_id.as_deref())
    }

    fn target(&self) -> Target {
        let route = self.clone();
        Target {
            carrier_gateway_id: route.carrier_gateway_id,
            core_network_arn: route.core_network_arn,
            egress_only_gateway_id: route.egress_only_gateway_id,
            gateway_id: route.gateway_id,
            local_gateway_id: route.local_gateway_id,
            nat_gateway_id: route.nat_gateway_id,
            network_interface_id: route.network_interface_id,
            transit_gateway_id: route.transit_gateway_id,
            vpc_endpoint_id: route.vpc_endpoint_id,
            vpc_peering_connection_id: route.vpc_peering_connection_id,
        }
    }

    fn new(destination: &Destination, target: Target) -> Self {
        Self {
            carrier_gateway_id: target.carrier_gateway_id,
            cidr_block: destination.ipv4(),
            core_network_arn: target.core_network_arn,
            destination_prefix_list_id: destination.prefix_list(),
            egress_only_gateway_id: target.egress_only_gateway_id,
            gateway_id: target.gateway_id,
            ipv6_cidr_block: destination.ipv6(),
            local_gateway_id: target.local_gateway_id,
            nat_gateway_id: target.nat_gateway_id,
            network_interface_id: target.network_interface_id,
            transit_gateway_id: target.transit_gateway_id,
            vpc_endpoint_id: target.vpc_endpoint_id,
            vpc_peering_connection_id: target.vpc_peering_connection_id,
        }
    }
}

/// The routes that somebody wrote: without those of the VPC itself, of a VPN gateway and of a gateway endpoint.
pub(super) fn of_table(table: &sdk::RouteTable) -> Vec<Route> {
    let written = |route: &&sdk::Route| {
        let gateway = route.gateway_id.as_deref().unwrap_or_default();
        let of_endpoint = gateway.starts_with("vpce-") && route.destination_prefix_list_id.is_some();
        let of_aws = matches!(
            route.origin,
            Some(RouteOrigin::CreateRouteTable | RouteOrigin::EnableVgwRoutePropagation | RouteOrigin::Advertisement)
        );
        gateway != "local" && !of_endpoint && !of_aws
    };
    let routes = table.routes().iter().filter(written);
    routes.filter_map(|route| Some(Route::new(&Destination::of_route(route)?, Target::from(route).only()))).collect()
}

/// What has to happen to one destination.
#[derive(Debug, PartialEq)]
enum Step {
    Create(Destination, Target),
    Replace(Destination, Target),
    Delete(Destination),
}

fn steps(want: &[Route], have: &[Route]) -> Vec<Step> {
    let mut steps = Vec::new();
    for route in want {
        let Some(destination) = route.destination() else { continue };
        match have.iter().find(|live| live.destination().as_ref() == Some(&destination)) {
            None => steps.push(Step::Create(destination, route.target())),
            Some(live) if !route.target().is_met_by(&live.target()) => {
                steps.push(Step::Replace(destination, route.target()));
            }
            Some(_) => {}
        }
    }
    for destination in have.iter().filter_map(Route::destination) {
        if !want.iter().any(|route| route.destination().as_ref() == Some(&destination)) {
            steps.push(Step::Delete(destination));
        }
    }
    steps
}

/// Brings the routes of a table from `have` to `want`.
pub(super) async fn update(aws: &Aws, table: &str, want: &[Route], have: &[Route]) -> Result<(), CloudError> {
    for step in steps(want, have) {
        match step {
            Step::Create(to, target) => match route_calls::create(aws, table, &to, &target).await {
                // Made by an earlier sending, and not seen by the read.
                Err(error) if error.kind == ErrorKind::AlreadyExists => {
                    route_calls::replace(aws, table, &to, &target).await?;
                }
                result => result?,
            },
            Step::Replace(to, target) => route_calls::replace(aws, table, &to, &target).await?,
            Step::Delete(to) => route_calls::delete(aws, table, &to).await?,
        }
    }
    Ok(())
}

pub(super) fn validate(routes: Option<&Value>) -> Vec<Problem> {
    let mut found = Vec::new();
    let routes = routes.and_then(Value::as_list).unwrap_or_default();
    for (index, route) in routes.iter().enumerate() {
        let at = PropertyPath::from("route").index(index);
        for name in ["cidr_block", "ipv6_cidr_block"] {
            checks::cidr(&at.key(name), route.get(name), &mut found);
        }
        let given = |name: &&&str| route.get(name).is_some_and(|value| !value.is_empty());
        let destinations = ["cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"];
        if route.as_map().is_some() && destinations.iter().filter(given).count() != 1 {
            let message = "a route has one of cidr_block, ipv6_cidr_block and destination_prefix_list_id";
            found.push(checks::problem(at, message, None));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(cidr: &str, gateway: &str) -> Route {
        Route { cidr_block: Some(cidr.into()), gateway_id: Some(gateway.into()), ..Route::default() }
    }

    #[test]
    fn only_written_routes_are_shown() {
        let live = |cidr: &str, gateway: &str, origin: RouteOrigin| {
            sdk::Route::builder().destination_cidr_block(cidr).gateway_id(gateway).origin(origin).build()
        };
        let endpoint = sdk::Route::builder()
            .destination_prefix_list_id("pl-1")
            .gateway_id("vpce-1")
            .origin(RouteOrigin::CreateRoute)
            .build();
        let table = sdk::RouteTable::builder()
            .routes(live("10.0.0.0/16", "local", RouteOrigin::CreateRouteTable))
            .routes(live("0.0.0.0/0", "igw-1", RouteOrigin::CreateRoute))
            .routes(live("10.9.0.0/16", "vgw-1", RouteOrigin::EnableVgwRoutePropagation))
            .routes(endpoint)
            .build();
        assert_eq!(of_table(&table), [route("0.0.0.0/0", "igw-1")]);
    }

    #[test]
    fn a_nat_route_shows_no_interface() {
        let live = sdk::Route::builder()
            .destination_cidr_block("0.0.0.0/0")
            .nat_gateway_id("nat-1")
            .network_interface_id("eni-1")
            .origin(RouteOrigin::CreateRoute)
            .build();
        let routes = of_table(&sdk::RouteTable::builder().routes(live).build());
        assert_eq!(routes[0].nat_gateway_id.as_deref(), Some("nat-1"));
        assert_eq!(routes[0].network_interface_id, None);
    }

    #[test]
    fn only_what_differs_is_sent() {
        let have = [route("10.1.0.0/16", "igw-1"), route("10.2.0.0/16", "igw-1"), route("10.3.0.0/16", "igw-1")];
        let want = [route("10.1.0.0/16", "igw-1"), route("10.2.0.0/16", "vgw-1"), route("10.4.0.0/16", "igw-1")];
        let target = |gateway: &str| Target { gateway_id: Some(gateway.into()), ..Target::default() };
        let expected = [
            Step::Replace(Destination::Ipv4("10.2.0.0/16".into()), target("vgw-1")),
            Step::Create(Destination::Ipv4("10.4.0.0/16".into()), target("igw-1")),
            Step::Delete(Destination::Ipv4("10.3.0.0/16".into())),
        ];
        assert_eq!(steps(&want, &have), expected);
        assert_eq!(steps(&have, &have), []);
    }
}
