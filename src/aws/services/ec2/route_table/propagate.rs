//! VPN gateways whose routes a table takes over.

use aws_sdk_ec2::types::RouteTable;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::kind::diff::added;

/// The gateways of a table, as it is shown.
pub(super) fn gateways(live: &RouteTable) -> Vec<String> {
    live.propagating_vgws().iter().filter_map(|gateway| gateway.gateway_id.clone()).collect()
}

/// Brings the gateways of a table from `have` to `want`.
pub(super) async fn update(
    aws: &Aws,
    table: &str,
    want: &Option<Vec<String>>,
    have: &Option<Vec<String>>,
) -> Result<(), CloudError> {
    for gateway in added(want, have).unwrap_or_default() {
        let request = aws.write().ec2().enable_vgw_route_propagation().route_table_id(table).gateway_id(gateway);
        aws.done(request).await?;
    }
    for gateway in added(have, want).unwrap_or_default() {
        let request = aws.write().ec2().disable_vgw_route_propagation().route_table_id(table).gateway_id(gateway);
        aws.gone(request).await?;
    }
    Ok(())
}
