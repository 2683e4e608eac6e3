//! What AWS makes together with a VPC: its default security group, main route table and default network ACL.

use std::collections::HashMap;

use futures::future::try_join3;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::ec2::describe::pages;
use crate::ec2::tagging::{FILTER_VALUES, filter};

/// The ids of what a VPC is born with.
#[derive(Clone, Debug, Default)]
pub(super) struct Companions {
    pub network_acl: Option<String>,
    pub route_table: Option<String>,
    pub security_group: Option<String>,
}

type Pairs = Vec<(Option<String>, Option<String>)>;

/// The companions per VPC: three calls per 200 VPCs.
pub(super) async fn of_vpcs(aws: Aws, vpcs: Vec<String>) -> Result<HashMap<String, Companions>, CloudError> {
    let mut found: HashMap<String, Companions> = HashMap::new();
    for chunk in vpcs.chunks(FILTER_VALUES) {
        let (acls, tables, groups) =
            try_join3(network_acls(&aws, chunk), main_route_tables(&aws, chunk), security_groups(&aws, chunk)).await?;
        let mut put = |pairs: Pairs, set: fn(&mut Companions, String)| {
            for (vpc, id) in pairs {
                if let (Some(vpc), Some(id)) = (vpc, id) {
                    set(found.entry(vpc).or_default(), id);
                }
            }
        };
        put(acls, |companions, id| companions.network_acl = Some(id));
        put(tables, |companions, id| companions.route_table = Some(id));
        put(groups, |companions, id| companions.security_group = Some(id));
    }
    Ok(found)
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
    Ok(acls.await?.into_iter().map(|acl| (acl.vpc_id, acl.network_acl_id)).collect())
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
    Ok(tables.await?.into_iter().map(|table| (table.vpc_id, table.route_table_id)).collect())
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
    Ok(groups.await?.into_iter().map(|group| (group.vpc_id, group.group_id)).collect())
}
