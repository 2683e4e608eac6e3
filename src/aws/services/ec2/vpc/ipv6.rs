//! The IPv6 range of a VPC: one at a time, associated and disassociated in place.

use aws_sdk_ec2::types::VpcCidrBlockStateCode;

use super::Vpc;
use crate::kind::convert::int;
use crate::services::ec2::prelude::*;

/// What AWS calls its own pool.
const AMAZON: &str = "Amazon";

fn state(association: &sdk::VpcIpv6CidrBlockAssociation) -> Option<&VpcCidrBlockStateCode> {
    association.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_ref())
}

/// The association that is there or on its way; those that were given up stay listed for a while.
pub(super) fn current(vpc: &sdk::Vpc) -> Option<&sdk::VpcIpv6CidrBlockAssociation> {
    let gone = |association: &&sdk::VpcIpv6CidrBlockAssociation| {
        !matches!(
            state(association),
            Some(
                VpcCidrBlockStateCode::Disassociated
                    | VpcCidrBlockStateCode::Disassociating
                    | VpcCidrBlockStateCode::Failed
                    | VpcCidrBlockStateCode::Failing
            )
        )
    };
    vpc.ipv6_cidr_block_association_set().iter().find(gone)
}

pub(super) fn is_amazons(association: &sdk::VpcIpv6CidrBlockAssociation) -> bool {
    association.ipv6_pool.as_deref() == Some(AMAZON)
}

pub(super) fn is_changing(association: &sdk::VpcIpv6CidrBlockAssociation) -> bool {
    matches!(state(association), Some(VpcCidrBlockStateCode::Associating))
}

/// Brings the range to what is wanted. Looks first, so that a repetition does nothing twice.
pub(super) async fn update(aws: &Aws, id: &PhysicalId, want: &Vpc, prior: &Vpc) -> Result<(), CloudError> {
    let found = Vpc::by_ids(aws, &[id.to_string()]).await?;
    let Some(vpc) = found.into_iter().find(|vpc| vpc.vpc_id.as_deref() == Some(id.as_str())) else {
        return Err(CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")));
    };
    let now = current(&vpc);
    let amazons = want.assign_generated_ipv6_cidr_block == Some(true);
    let pool = want.ipv6_ipam_pool_id.as_ref().filter(|_| !amazons);
    if let Some(now) = now {
        // The new range comes from elsewhere: first the old one has to go.
        let other_border = want.ipv6_cidr_block_network_border_group.is_some()
            && want.ipv6_cidr_block_network_border_group != now.network_border_group;
        let fits = match (amazons, pool) {
            (true, _) => is_amazons(now) && !other_border,
            (false, Some(pool)) => {
                let other_block = want.ipv6_cidr_block.is_some() && want.ipv6_cidr_block != now.ipv6_cidr_block;
                let other_pool = prior.ipv6_ipam_pool_id.as_ref().is_some_and(|prior| prior != pool);
                !is_amazons(now) && !other_block && !other_pool && !other_border
            }
            (false, None) => false,
        };
        if fits {
            return Ok(());
        }
        let request = aws.write().ec2().disassociate_vpc_cidr_block().set_association_id(now.association_id.clone());
        aws.gone(request).await?;
    }
    if !amazons && pool.is_none() {
        return Ok(());
    }
    let request = aws.write().ec2().associate_vpc_cidr_block().vpc_id(id.as_str());
    let request = match pool {
        None => request.amazon_provided_ipv6_cidr_block(true),
        Some(pool) => request
            .ipv6_ipam_pool_id(pool)
            .set_ipv6_cidr_block(want.ipv6_cidr_block.clone().filter(|_| want.ipv6_netmask_length.is_none()))
            .set_ipv6_netmask_length(want.ipv6_netmask_length.map(int)),
    };
    let border = want.ipv6_cidr_block_network_border_group.clone();
    aws.done(request.set_ipv6_cidr_block_network_border_group(border)).await
}
