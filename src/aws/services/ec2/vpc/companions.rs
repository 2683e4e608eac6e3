//! What AWS makes together with a VPC: its default security group, main route table and default network ACL.

use std::collections::HashMap;

use aws_sdk_ec2::types as sdk;
use futures::future::BoxFuture;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::services::ec2::describe::pages;
use crate::services::ec2::tagging::{FILTER_VALUES, filter};

type Pairs = Vec<(Option<String>, Option<String>)>;
type Found = Result<Option<String>, CloudError>;
type Listing = for<'a> fn(&'a Aws, &'a [String]) -> BoxFuture<'a, Result<Pairs, CloudError>>;

/// The default network ACL: one call per 200 VPCs.
pub(super) async fn network_acl(aws: &Aws, vpc: &str) -> Found {
    of_vpc(aws, "ec2:default-network-acls", vpc, |aws, vpcs| Box::pin(network_acls(aws, vpcs))).await
}

/// The main route table: one call per 200 VPCs.
pub(super) async fn route_table(aws: &Aws, vpc: &str) -> Found {
    of_vpc(aws, "ec2:main-route-tables", vpc, |aws, vpcs| Box::pin(main_route_tables(aws, vpcs))).await
}

/// The default security group: one call per 200 VPCs.
pub(super) async fn security_group(aws: &Aws, vpc: &str) -> Found {
    of_vpc(aws, "ec2:default-security-groups", vpc, |aws, vpcs| Box::pin(security_groups(aws, vpcs))).await
}

async fn of_vpc(aws: &Aws, batch: &'static str, vpc: &str, list: Listing) -> Found {
    let handle = aws.clone();
    let fetch = move |vpcs: Vec<String>| async move {
        let mut found = HashMap::new();
        for chunk in vpcs.chunks(FILTER_VALUES) {
            found.extend(list(&handle, chunk).await?.into_iter().filter_map(|(vpc, id)| Some((vpc?, id?))));
        }
        Ok(found)
    };
    let found = aws.batch::<String>(batch).load([vpc.to_string()], fetch).await?;
    Ok(found.get(vpc).cloned())
}

async fn network_acls(aws: &Aws, vpcs: &[String]) -> Result<Pairs, CloudError> {
    let filters = vec![filter("vpc-id", vpcs.iter().cloned()), filter("default", ["true".to_string()])];
    let request = aws.read().ec2().describe_network_acls().set_filters(Some(filters)).max_results(1000);
    let acls = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeNetworkAcls", request.send()).await?;
            Ok((page.network_acls, page.next_token))
        }
    });
    Ok(acls
        .await?
        .into_iter()
        .filter(|acl| acl.is_default == Some(true))
        .map(|acl| (acl.vpc_id, acl.network_acl_id))
        .collect())
}

async fn main_route_tables(aws: &Aws, vpcs: &[String]) -> Result<Pairs, CloudError> {
    let filters = vec![filter("vpc-id", vpcs.iter().cloned()), filter("association.main", ["true".to_string()])];
    let request = aws.read().ec2().describe_route_tables().set_filters(Some(filters)).max_results(100);
    let tables = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeRouteTables", request.send()).await?;
            Ok((page.route_tables, page.next_token))
        }
    });
    let is_main = |table: &sdk::RouteTable| table.associations().iter().any(|of| of.main == Some(true));
    Ok(tables.await?.into_iter().filter(is_main).map(|table| (table.vpc_id, table.route_table_id)).collect())
}

async fn security_groups(aws: &Aws, vpcs: &[String]) -> Result<Pairs, CloudError> {
    let filters = vec![filter("vpc-id", vpcs.iter().cloned()), filter("group-name", ["default".to_string()])];
    let request = aws.read().ec2().describe_security_groups().set_filters(Some(filters)).max_results(1000);
    let groups = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeSecurityGroups", request.send()).await?;
            Ok((page.security_groups, page.next_token))
        }
    });
    let is_default = |group: &sdk::SecurityGroup| group.group_name.as_deref() == Some("default");
    Ok(groups.await?.into_iter().filter(is_default).map(|group| (group.vpc_id, group.group_id)).collect())
}
