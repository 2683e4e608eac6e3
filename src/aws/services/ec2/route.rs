//! `aws_route`

use super::prelude::*;
use super::route_target::{Destination, Target};
use super::{checks, route_calls, route_tables};
use crate::kind::convert::Unfit;

updates! {
    pub enum RouteUpdate {
        Target => [ReplaceRoute],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RouteUpdate)]
#[sdk(filled, from = sdk::Route)]
pub struct Route {
    /// A carrier gateway as the target.
    #[field(update = Target)]
    carrier_gateway_id: Option<String>,
    /// A core network as the target.
    #[field(update = Target)]
    core_network_arn: Option<String>,
    /// The IPv4 range that the route is for.
    #[field(immutable, forms = Cidr, by_hand)]
    destination_cidr_block: Option<String>,
    /// The IPv6 range that the route is for.
    #[field(immutable, forms = Cidr, by_hand)]
    destination_ipv6_cidr_block: Option<String>,
    /// The prefix list that the route is for.
    #[field(immutable, by_hand)]
    destination_prefix_list_id: Option<String>,
    /// An egress-only internet gateway as the target.
    #[field(update = Target, sdk = egress_only_internet_gateway_id)]
    egress_only_gateway_id: Option<String>,
    /// An internet or VPN gateway as the target.
    #[field(update = Target, read_by_hand)]
    gateway_id: Option<String>,
    /// Terraform's id of the route.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The instance that the target interface belongs to.
    #[field(computed, changed_by = ["Target"])]
    instance_id: Option<String>,
    /// The account that owns that instance.
    #[field(computed, changed_by = ["Target"])]
    instance_owner_id: Option<String>,
    /// A local gateway of an Outpost as the target.
    #[field(update = Target)]
    local_gateway_id: Option<String>,
    /// A NAT gateway as the target.
    #[field(update = Target)]
    nat_gateway_id: Option<String>,
    /// A network interface as the target.
    #[field(update = Target, aws_default, changed_by = ["Target"])]
    network_interface_id: Option<String>,
    /// What made the route.
    #[field(computed)]
    origin: Option<String>,
    /// The route table.
    #[field(immutable, required, by_hand)]
    route_table_id: Option<String>,
    /// Whether the target is there: `active` or `blackhole`.
    #[field(computed, changed_by = ["Target"])]
    state: Option<String>,
    /// A transit gateway as the target.
    #[field(update = Target)]
    transit_gateway_id: Option<String>,
    /// A Gateway Load Balancer endpoint as the target.
    #[field(update = Target, read_by_hand)]
    vpc_endpoint_id: Option<String>,
    /// A peering connection as the target.
    #[field(update = Target)]
    vpc_peering_connection_id: Option<String>,
}

impl Route {
    fn new(table: &str, destination: &Destination, route: &sdk::Route) -> Result<Self, Unfit> {
        let target = Target::from(route);
        Ok(Self {
            destination_cidr_block: destination.ipv4(),
            destination_ipv6_cidr_block: destination.ipv6(),
            destination_prefix_list_id: destination.prefix_list(),
            gateway_id: target.gateway_id,
            id: Some(format!("r-{table}{}", crc32fast::hash(destination.as_str().as_bytes()))),
            route_table_id: Some(table.to_string()),
            vpc_endpoint_id: target.vpc_endpoint_id,
            ..Self::from_sdk(route.clone())?
        })
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

    /// The table and the destination that are wanted.
    fn key(&self) -> Result<(&str, Destination), CloudError> {
        let (ipv4, ipv6) = (self.destination_cidr_block.as_deref(), self.destination_ipv6_cidr_block.as_deref());
        let destination = Destination::of(ipv4, ipv6, self.destination_prefix_list_id.as_deref());
        match (self.route_table_id.as_deref(), destination) {
            (Some(table), Some(destination)) => Ok((table, destination)),
            _ => Err(CloudError::new(ErrorKind::Rejected, "a route needs a route table and a destination")),
        }
    }
}

/// `rtb-1_0.0.0.0/0`
fn split(id: &PhysicalId) -> Result<(&str, Destination), CloudError> {
    match id.as_str().split_once('_') {
        Some((table, destination)) => Ok((table, Destination::parse(destination))),
        None => {
            Err(CloudError::new(ErrorKind::Rejected, format!("{id} is not a route: write ROUTE_TABLE_ID_DESTINATION")))
        }
    }
}

fn in_tables(tables: &route_tables::Tables, id: &PhysicalId) -> Read<Route> {
    let (table, destination) = split(id)?;
    let Some(found) = tables.get(table) else { return Ok(None) };
    let route = found.routes().iter().find(|route| Destination::of_route(route).as_ref() == Some(&destination));
    Ok(route.map(|route| Route::new(table, &destination, route)).transpose()?)
}

#[async_trait]
impl Resource for Route {
    const TYPE: &'static str = "aws_route";
    const DOC: &'static str = "One route of a route table.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateRoute];
    const DELETE_CALLS: Calls = calls![DeleteRoute];
    const LAGS: &'static [LagReply] = lags::ROUTE;
    const IMPORT_ID: &'static str = "ROUTE_TABLE_ID_DESTINATION";
    const RELATIONS: Relations =
        Relations { identity: &["route_table_id", "destination_cidr_block"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
route_table_id: ${public_routes.id}
destination_cidr_block: 0.0.0.0/0
gateway_id: ${internet.id}
";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[
        &["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"],
        &[
            "carrier_gateway_id",
            "core_network_arn",
            "egress_only_gateway_id",
            "gateway_id",
            "local_gateway_id",
            "nat_gateway_id",
            "network_interface_id",
            "transit_gateway_id",
            "vpc_endpoint_id",
            "vpc_peering_connection_id",
        ],
    ];

    type Update = RouteUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().filter_map(|request| split(&request.id).ok()).map(|(table, _)| table.to_string());
        let tables = route_tables::load(aws, ids).await;
        wanted
            .iter()
            .map(|request| match &tables {
                Ok(tables) => in_tables(tables, &request.id),
                Err(error) => Err(error.clone()),
            })
            .collect()
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // A route takes no tags: it is ours when it leads where the intent says.
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let (table, _) = split(&id)?;
        let tables = route_tables::load(aws, [table.to_string()]).await?;
        let live = in_tables(&tables, &id)?;
        Ok(live.filter(|live| wanted.target().is_met_by(&live.target())).map(|_| id))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let (table, destination) = want.key()?;
        route_calls::create(aws, table, &destination, &want.target()).await?;
        Ok(format!("{table}_{}", destination.as_str()).into())
    }

    async fn update(aws: &Aws, call: RouteUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        let (table, destination) = split(id)?;
        match call {
            RouteUpdate::Target => route_calls::replace(aws, table, &destination, &want.target()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (table, destination) = split(id)?;
        route_calls::delete(aws, table, &destination).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        for name in ["destination_cidr_block", "destination_ipv6_cidr_block"] {
            checks::cidr(&name.into(), properties.get(name), &mut found);
        }
        found
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let destination = Destination::of(
            text("destination_cidr_block"),
            text("destination_ipv6_cidr_block"),
            text("destination_prefix_list_id"),
        )?;
        Some(format!("{}_{}", text("route_table_id")?, destination.as_str()).into())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(super::keys::route(properties))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_terraforms() {
        let route = sdk::Route::builder().destination_cidr_block("0.0.0.0/0").gateway_id("igw-1").build();
        let route = Route::new("rtb-1", &Destination::Ipv4("0.0.0.0/0".into()), &route).expect("it can be read");
        assert_eq!(route.id.as_deref(), Some("r-rtb-11080289494"));
        let id = PhysicalId::from("rtb-1_2001:db8::/56");
        assert_eq!(split(&id).expect("it has a destination").1, Destination::Ipv6("2001:db8::/56".into()));
        assert!(split(&PhysicalId::from("rtb-1")).is_err());
    }

    #[test]
    fn a_gateway_load_balancer_endpoint_is_no_gateway() {
        let route = sdk::Route::builder().destination_cidr_block("0.0.0.0/0").gateway_id("vpce-1").build();
        let target = Target::from(&route);
        assert_eq!((target.vpc_endpoint_id.as_deref(), target.gateway_id), (Some("vpce-1"), None));
    }

    #[test]
    fn the_intent_is_compared_with_what_is_there() {
        let nat = Target { nat_gateway_id: Some("nat-1".into()), ..Target::default() };
        let live = Target { network_interface_id: Some("eni-1".into()), ..nat.clone() };
        assert!(nat.is_met_by(&live));
        assert!(!nat.is_met_by(&Target { gateway_id: Some("igw-1".into()), ..Target::default() }));
    }
}
