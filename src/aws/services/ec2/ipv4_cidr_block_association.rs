//! `aws_vpc_ipv4_cidr_block_association`

use aws_sdk_ec2::operation::associate_vpc_cidr_block::builders::AssociateVpcCidrBlockFluentBuilder;
use aws_sdk_ec2::types::VpcCidrBlockStateCode as Code;

use super::describe::{by_filter, ids};
use super::prelude::*;
use super::tagging::{filter, in_order};
use crate::kind::resource::all_failed;

updates! {
    pub enum Ipv4CidrBlockAssociationUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = Ipv4CidrBlockAssociationUpdate)]
#[sdk(create = AssociateVpcCidrBlockFluentBuilder)]
pub struct Ipv4CidrBlockAssociation {
    /// The range.
    #[field(immutable, required)]
    cidr_block: Option<String>,
    /// The association's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed, by_hand)]
    _status: Option<String>,
}

/// The further ranges of a VPC, the first one being its own.
fn of_vpc(vpc: sdk::Vpc) -> impl Iterator<Item = Ipv4CidrBlockAssociation> {
    let own = vpc.cidr_block.clone();
    let id = vpc.vpc_id.clone();
    let others =
        vpc.cidr_block_association_set.unwrap_or_default().into_iter().filter(move |one| one.cidr_block != own);
    others.filter_map(move |live| {
        let state = live.cidr_block_state.and_then(|state| state.state);
        let there = state != Some(Code::Disassociated);
        there.then(|| Ipv4CidrBlockAssociation {
            cidr_block: live.cidr_block,
            id: live.association_id,
            vpc_id: id.clone(),
            _status: state.map(|state| state.as_str().to_string()),
        })
    })
}

async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Ipv4CidrBlockAssociation>, CloudError> {
    let found = aws.pages(aws.read().ec2().describe_vpcs().set_filters(Some(filters)), |page| page.vpcs).await?;
    Ok(found.into_iter().flat_map(of_vpc).collect())
}

#[async_trait]
impl Resource for Ipv4CidrBlockAssociation {
    const TYPE: &'static str = "aws_vpc_ipv4_cidr_block_association";
    const DOC: &'static str = "Another range of addresses of a VPC.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![AssociateVpcCidrBlock];
    const DELETE_CALLS: Calls = calls![DisassociateVpcCidrBlock];
    const LAGS: &'static [LagReply] = lags::IPV4_CIDR_BLOCK_ASSOCIATION;
    const IMPORT_ID: &'static str = "ASSOCIATION_ID";
    const RELATIONS: Relations = Relations {
        identity: &["vpc_id", "cidr_block"],
        part_of: &["vpc_id"],
        network: Some(Network::Wider { of: "vpc_id", block: "cidr_block" }),
        ..Relations::NONE
    };
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 10;
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
cidr_block: 10.21.0.0/16
";
    const UNSUPPORTED: Refused = &[
        ("ipv4_ipam_pool_id", "after a lost reply nobody could tell which range the pool gave: write cidr_block"),
        ("ipv4_netmask_length", "after a lost reply nobody could tell which range the pool gave: write cidr_block"),
    ];

    type Update = Ipv4CidrBlockAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let find = |filters| describe(aws, filters);
        match by_filter("cidr-block-association.association-id", &ids(wanted), find).await {
            Ok(found) => in_order(wanted, found, |association: &Self| association.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(vpc), Some(block)) = (wanted.vpc_id.clone(), wanted.cidr_block.as_deref()) else { return Ok(None) };
        let found = describe(aws, vec![filter("vpc-id", [vpc])]).await?;
        let ours =
            |there: &Self| there.cidr_block.as_deref() == Some(block) && there.readiness() != Readiness::Deleting;
        Ok(found.into_iter().find(ours).and_then(|there| there.id).map(PhysicalId::from))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().associate_vpc_cidr_block())?;
        aws.made(request, |reply| reply.cidr_block_association?.association_id).await
    }

    async fn update(
        _aws: &Aws,
        call: Ipv4CidrBlockAssociationUpdate,
        _change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().disassociate_vpc_cidr_block().association_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(pending @ "associating") => Readiness::Pending(pending.into()),
            Some(failed @ ("failed" | "failing")) => Readiness::Failed(failed.into()),
            Some("disassociating") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vpc_s_own_range_is_none_of_the_others() {
        let range = |id: &str, block: &str| {
            sdk::VpcCidrBlockAssociation::builder().association_id(id).cidr_block(block).build()
        };
        let vpc = sdk::Vpc::builder()
            .vpc_id("vpc-1")
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(range("a-1", "10.0.0.0/16"))
            .cidr_block_association_set(range("a-2", "10.1.0.0/16"))
            .build();
        let ids: Vec<_> = of_vpc(vpc).map(|one| one.id.unwrap()).collect();
        assert_eq!(ids, ["a-2"]);
    }
}
