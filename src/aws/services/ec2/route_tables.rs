//! The one describe call that route tables, routes and associations share.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aws_sdk_ec2::types::{Filter, RouteTable, RouteTableAssociation, RouteTableAssociationStateCode};
use wildfire_engine::model::CloudError;

use super::describe::by_filter;
use crate::Aws;

/// Route tables by id.
pub(super) type Tables = Arc<HashMap<String, RouteTable>>;

/// Reads tables by any of three ids: their own, or that of a subnet or gateway which is associated with them. What is
/// asked within a moment goes in one call; subnets and gateways cost a further one only where none of the tables named
/// has them.
pub(super) async fn load(aws: &Aws, ids: impl IntoIterator<Item = String>) -> Result<Tables, CloudError> {
    let batch = aws.batch::<RouteTable>("ec2:route-tables");
    let aws = aws.clone();
    batch.load(ids, move |ids| async move { fetch(&aws, ids).await }).await
}

async fn fetch(aws: &Aws, ids: Vec<String>) -> Result<HashMap<String, RouteTable>, CloudError> {
    let (tables, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| id.starts_with("rtb-"));
    let mut found = HashMap::new();
    add(&mut found, by_filter("route-table-id", &tables, |filters| describe(aws, filters)).await?);
    let known: HashSet<String> = found.values().flat_map(associated).map(str::to_string).collect();
    let missing = others.into_iter().filter(|id| !known.contains(id));
    let (subnets, gateways): (Vec<_>, Vec<_>) = missing.partition(|id| id.starts_with("subnet-"));
    add(&mut found, by_filter("association.subnet-id", &subnets, |filters| describe(aws, filters)).await?);
    add(&mut found, by_filter("association.gateway-id", &gateways, |filters| describe(aws, filters)).await?);
    Ok(found)
}

fn add(found: &mut HashMap<String, RouteTable>, tables: Vec<RouteTable>) {
    found.extend(tables.into_iter().filter_map(|table| Some((table.route_table_id.clone()?, table))));
}

pub(super) async fn describe(aws: &Aws, filters: Vec<Filter>) -> Result<Vec<RouteTable>, CloudError> {
    let request = aws.read().ec2().describe_route_tables().set_filters(Some(filters)).max_results(100);
    aws.pages(request, |page| page.route_tables).await
}

/// Associations that are there or on their way; the implicit one of a main table has neither subnet nor gateway.
pub(super) fn associations(table: &RouteTable) -> impl Iterator<Item = &RouteTableAssociation> {
    let there = |association: &&RouteTableAssociation| {
        let state = association.association_state.as_ref().and_then(|state| state.state.as_ref());
        !matches!(
            state,
            Some(
                RouteTableAssociationStateCode::Disassociated
                    | RouteTableAssociationStateCode::Disassociating
                    | RouteTableAssociationStateCode::Failed
            )
        )
    };
    table.associations().iter().filter(there)
}

/// The subnet or gateway of an association.
pub(super) fn member(association: &RouteTableAssociation) -> Option<&str> {
    let filled = |id: &&str| !id.is_empty();
    association.subnet_id().filter(filled).or(association.gateway_id().filter(filled))
}

fn associated(table: &RouteTable) -> impl Iterator<Item = &str> {
    associations(table).filter_map(member)
}
