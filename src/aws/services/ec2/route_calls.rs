//! Making, replacing and deleting routes.

use wildfire_engine::model::CloudError;

use super::route_target::{Destination, Target};
use crate::Aws;
use crate::connection::call::gone_is_fine;

/// Puts destination and target into a create or replace request; both have the same setters.
macro_rules! with_target {
    ($request:expr, $table:expr, $destination:expr, $target:expr) => {{
        let target = $target.clone().only();
        $request
            .route_table_id($table)
            .set_destination_cidr_block($destination.ipv4())
            .set_destination_ipv6_cidr_block($destination.ipv6())
            .set_destination_prefix_list_id($destination.prefix_list())
            .set_carrier_gateway_id(target.carrier_gateway_id)
            .set_core_network_arn(target.core_network_arn)
            .set_egress_only_internet_gateway_id(target.egress_only_gateway_id)
            .set_gateway_id(target.gateway_id)
            .set_local_gateway_id(target.local_gateway_id)
            .set_nat_gateway_id(target.nat_gateway_id)
            .set_network_interface_id(target.network_interface_id)
            .set_transit_gateway_id(target.transit_gateway_id)
            .set_vpc_endpoint_id(target.vpc_endpoint_id)
            .set_vpc_peering_connection_id(target.vpc_peering_connection_id)
    }};
}

/// Fails with `AlreadyExists` when the table has a route to the destination.
pub(super) async fn create(aws: &Aws, table: &str, to: &Destination, target: &Target) -> Result<(), CloudError> {
    let request = with_target!(aws.write().ec2().create_route(), table, to, target);
    aws.call("ec2:CreateRoute", request.send()).await.map(|_| ())
}

pub(super) async fn replace(aws: &Aws, table: &str, to: &Destination, target: &Target) -> Result<(), CloudError> {
    let request = with_target!(aws.write().ec2().replace_route(), table, to, target);
    aws.call("ec2:ReplaceRoute", request.send()).await.map(|_| ())
}

pub(super) async fn delete(aws: &Aws, table: &str, to: &Destination) -> Result<(), CloudError> {
    let request = aws
        .write()
        .ec2()
        .delete_route()
        .route_table_id(table)
        .set_destination_cidr_block(to.ipv4())
        .set_destination_ipv6_cidr_block(to.ipv6())
        .set_destination_prefix_list_id(to.prefix_list());
    gone_is_fine(aws.call("ec2:DeleteRoute", request.send()).await)
}
