//! The one call that changes an endpoint: what is added and removed, and what has a new value.

use super::VpcEndpoint;
use crate::Aws;
use crate::kind::convert::{filled, outgoing};
use crate::services::ec2::prelude::*;

/// What a modify call sends for one list: what is wanted and not there, and what is there and not wanted. A list that is
/// not wanted at all stays as it is.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Change {
    pub add: Option<Vec<String>>,
    pub remove: Option<Vec<String>>,
}

pub(super) fn change(want: Option<&Vec<String>>, have: Option<&Vec<String>>) -> Change {
    let Some(want) = want else { return Change::default() };
    let have = have.map(Vec::as_slice).unwrap_or_default();
    let only = |these: &[String], those: &[String]| {
        let items: Vec<String> = these.iter().filter(|item| !those.contains(item)).cloned().collect();
        Some(items).filter(|items| !items.is_empty())
    };
    Change { add: only(want, have), remove: only(have, want) }
}

/// `value` where it is wanted and not there.
fn unless_same<T: PartialEq + Clone>(want: &Option<T>, have: &Option<T>) -> Option<T> {
    want.clone().filter(|want| have.as_ref() != Some(want))
}

/// Looks first, so that a repetition adds nothing twice.
pub(super) async fn modify(aws: &Aws, id: &PhysicalId, want: &VpcEndpoint) -> Result<(), CloudError> {
    let live: VpcEndpoint = one(aws, id).await?;
    let tables = change(want.route_table_ids.as_ref(), live.route_table_ids.as_ref());
    let subnets = change(want.subnet_ids.as_ref(), live.subnet_ids.as_ref());
    let groups = change(want.security_group_ids.as_ref(), live.security_group_ids.as_ref());
    let dns = unless_same(&want.dns_options, &live.dns_options);
    let family = unless_same(&want.ip_address_type, &live.ip_address_type);
    let request = aws
        .write()
        .ec2()
        .modify_vpc_endpoint()
        .vpc_endpoint_id(id.as_str())
        .set_add_route_table_ids(tables.add)
        .set_remove_route_table_ids(tables.remove)
        .set_add_subnet_ids(subnets.add)
        .set_remove_subnet_ids(subnets.remove)
        .set_add_security_group_ids(groups.add)
        .set_remove_security_group_ids(groups.remove)
        .set_policy_document(unless_same(&want.policy, &live.policy))
        .set_private_dns_enabled(unless_same(&want.private_dns_enabled, &live.private_dns_enabled))
        .set_ip_address_type(outgoing(&family, "ip_address_type")?)
        .set_dns_options(outgoing(&dns, "dns_options")?)
        .set_subnet_configurations(outgoing(&filled(want.subnet_configuration.clone()), "subnet_configuration")?);
    aws.done(request).await
}
