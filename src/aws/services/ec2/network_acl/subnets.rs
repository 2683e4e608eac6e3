//! Which subnets have an ACL. Each has one: it leaves an ACL by being given to another.

use aws_sdk_ec2::types::{NetworkAcl, NetworkAclAssociation};
use wildfire_engine::model::{CloudError, ErrorKind};

use crate::Aws;
use crate::services::ec2::describe::by_filter;
use crate::services::ec2::vpc::companions::{Companion, of_vpc};

/// The subnets of an ACL.
pub(super) fn of_acl(acl: &NetworkAcl) -> Vec<String> {
    acl.associations().iter().filter_map(|association| association.subnet_id.clone()).collect()
}

/// Gives subnets to the ACL `to`, whichever they have.
pub(super) async fn give(aws: &Aws, to: &str, subnets: &[String]) -> Result<(), CloudError> {
    let acls = by_filter("association.subnet-id", subnets, |filters| super::describe(aws, filters)).await?;
    for subnet in subnets {
        let of_subnet =
            |association: &&NetworkAclAssociation| association.subnet_id.as_deref() == Some(subnet.as_str());
        let Some(found) = acls.iter().flat_map(NetworkAcl::associations).find(of_subnet) else {
            return Err(CloudError::new(ErrorKind::NotFound, format!("{subnet} has no network ACL")));
        };
        if found.network_acl_id.as_deref() != Some(to) {
            let request = aws.write().ec2().replace_network_acl_association().network_acl_id(to);
            aws.done(request.set_association_id(found.network_acl_association_id.clone())).await?;
        }
    }
    Ok(())
}

/// Gives subnets of an ACL back to the default ACL of the VPC.
pub(super) async fn give_back(aws: &Aws, acl: &NetworkAcl, subnets: &[String]) -> Result<(), CloudError> {
    if subnets.is_empty() {
        return Ok(());
    }
    let default = of_vpc(aws, Companion::NetworkAcl, acl.vpc_id.as_deref().unwrap_or_default()).await?;
    let missing = || CloudError::new(ErrorKind::NotFound, "the VPC has no default network ACL".to_string());
    give(aws, &default.ok_or_else(missing)?, subnets).await
}
