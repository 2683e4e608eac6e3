use aws_sdk_ec2::types::{VpcCidrBlockState, VpcCidrBlockStateCode, VpcIpv6CidrBlockAssociation};

use super::*;

fn range(id: &str, state: VpcCidrBlockStateCode, pool: &str) -> VpcIpv6CidrBlockAssociation {
    VpcIpv6CidrBlockAssociation::builder()
        .association_id(id)
        .ipv6_cidr_block("2001:db8::/56")
        .ipv6_cidr_block_state(VpcCidrBlockState::builder().state(state).build())
        .ipv6_pool(pool)
        .build()
}

#[test]
fn a_range_that_was_given_up_does_not_count() {
    let vpc = sdk::Vpc::builder()
        .ipv6_cidr_block_association_set(range("old", VpcCidrBlockStateCode::Disassociated, "Amazon"))
        .ipv6_cidr_block_association_set(range("new", VpcCidrBlockStateCode::Associated, "ipam-pool-1"))
        .build();
    let vpc: Vpc = of_live(&vpc).expect("it can be read");
    assert_eq!(vpc.ipv6_association_id.as_deref(), Some("new"));
    assert_eq!(vpc.assign_generated_ipv6_cidr_block, Some(false));
    assert_eq!(vpc.readiness(), Readiness::Ready);
}

#[test]
fn a_range_that_is_being_associated_is_waited_for() {
    let vpc = sdk::Vpc::builder()
        .ipv6_cidr_block_association_set(range("new", VpcCidrBlockStateCode::Associating, "Amazon"))
        .build();
    let vpc: Vpc = of_live(&vpc).expect("it can be read");
    assert_eq!(vpc.assign_generated_ipv6_cidr_block, Some(true));
    assert_eq!(vpc.readiness(), Readiness::Pending("associating-ipv6".into()));
}

#[test]
fn a_range_is_checked() {
    let messages = |block: &str| {
        let properties: Value = [("cidr_block", Value::from(block))].into();
        Vpc::validate(&properties).into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert!(messages("10.0.0.0/16").is_empty());
    assert_eq!(messages("10.0.0.0/8"), ["a VPC's range is from /16 to /28"]);
    assert_eq!(messages("10.0.1.0/16"), ["10.0.1.0/16 is not the first address of its block"]);
}
