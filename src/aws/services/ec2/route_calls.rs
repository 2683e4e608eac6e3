//! Making, replacing and deleting routes.

use wildfire_engine::model::CloudError;

use super::route_target::{Destination, Target};
use crate::Aws;
use crate::kind::convert::Fill;

/// Fails with `AlreadyExists` when the table has a route to the destination.
pub(super) async fn create(aws: &Aws, table: &str, to: &Destination, target: &Target) -> Result<(), CloudError> {
    let request = target.clone().only().fill(aws.write().ec2().create_route())?;
    let request = request
        .route_table_id(table)
        .set_destination_cidr_block(to.ipv4())
        .set_destination_ipv6_cidr_block(to.ipv6())
        .set_destination_prefix_list_id(to.prefix_list());
    aws.done(request).await
}

pub(super) async fn replace(aws: &Aws, table: &str, to: &Destination, target: &Target) -> Result<(), CloudError> {
    let request = target.clone().only().fill(aws.write().ec2().replace_route())?;
    let request = request
        .route_table_id(table)
        .set_destination_cidr_block(to.ipv4())
        .set_destination_ipv6_cidr_block(to.ipv6())
        .set_destination_prefix_list_id(to.prefix_list());
    aws.done(request).await
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
    aws.gone(request).await
}
