//! What AWS makes together with a VPC: its default security group, main route table and default network ACL.

use std::collections::HashMap;

use aws_sdk_ec2::types as sdk;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::services::ec2::route_tables;
use crate::services::ec2::tagging::{FILTER_VALUES, filter};

/// Ids of VPCs, each with that of the companion.
type Pairs = Vec<(Option<String>, Option<String>)>;

/// A kind of companion.
#[derive(Clone, Copy)]
pub(in crate::services::ec2) enum Companion {
    NetworkAcl,
    RouteTable,
    SecurityGroup,
}

/// The companion of a VPC: one call per 200 VPCs.
pub(in crate::services::ec2) async fn of_vpc(
    aws: &Aws,
    kind: Companion,
    vpc: &str,
) -> Result<Option<String>, CloudError> {
    let handle = aws.clone();
    let fetch = move |vpcs: Vec<String>| async move {
        let mut found = HashMap::new();
        for chunk in vpcs.chunks(FILTER_VALUES) {
            let of_vpcs = filter("vpc-id", chunk.iter().cloned());
            let pairs = match kind {
                Companion::NetworkAcl => network_acls(&handle, of_vpcs).await?,
                Companion::RouteTable => main_route_tables(&handle, of_vpcs).await?,
                Companion::SecurityGroup => security_groups(&handle, of_vpcs).await?,
            };
            found.extend(pairs.into_iter().filter_map(|(vpc, id)| Some((vpc?, id?))));
        }
        Ok(found)
    };
    let batch = match kind {
        Companion::NetworkAcl => "ec2:default-network-acls",
        Companion::RouteTable => "ec2:main-route-tables",
        Companion::SecurityGroup => "ec2:default-security-groups",
    };
    let found = aws.batch::<String>(batch).load([vpc.to_string()], fetch).await?;
    Ok(found.get(vpc).cloned())
}

async fn network_acls(aws: &Aws, of_vpcs: sdk::Filter) -> Result<Pairs, CloudError> {
    let request = aws.read().ec2().describe_network_acls().filters(of_vpcs).max_results(1000);
    let request = request.filters(filter("default", ["true".to_string()]));
    let acls = aws.pages(request, |page| page.network_acls).await?;
    let default = acls.into_iter().filter(|acl| acl.is_default == Some(true));
    Ok(default.map(|acl| (acl.vpc_id, acl.network_acl_id)).collect())
}

async fn main_route_tables(aws: &Aws, of_vpcs: sdk::Filter) -> Result<Pairs, CloudError> {
    let filters = vec![of_vpcs, filter("association.main", ["true".to_string()])];
    let tables = route_tables::describe(aws, filters).await?;
    let is_main = |table: &sdk::RouteTable| table.associations().iter().any(|of| of.main == Some(true));
    Ok(tables.into_iter().filter(is_main).map(|table| (table.vpc_id, table.route_table_id)).collect())
}

async fn security_groups(aws: &Aws, of_vpcs: sdk::Filter) -> Result<Pairs, CloudError> {
    let request = aws.read().ec2().describe_security_groups().filters(of_vpcs).max_results(1000);
    let request = request.filters(filter("group-name", ["default".to_string()]));
    let groups = aws.pages(request, |page| page.security_groups).await?;
    let default = groups.into_iter().filter(|group| group.group_name.as_deref() == Some("default"));
    Ok(default.map(|group| (group.vpc_id, group.group_id)).collect())
}
