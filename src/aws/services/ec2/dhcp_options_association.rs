//! `aws_vpc_dhcp_options_association`

use super::describe::{by_filter, ids};
use super::prelude::*;
use super::tagging::in_order;
use crate::kind::resource::all_failed;

updates! {
    pub enum DhcpOptionsAssociationUpdate {
        Options => [AssociateDhcpOptions],
    }
}

/// AWS's word for no set of options.
const NONE: &str = "default";

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DhcpOptionsAssociationUpdate)]
#[sdk(from = sdk::Vpc)]
pub struct DhcpOptionsAssociation {
    /// The set of options.
    #[field(update = Options, required)]
    dhcp_options_id: Option<String>,
    /// The set of options and the VPC: `DHCP_OPTIONS_ID-VPC_ID`.
    #[field(computed, by_hand, changed_by = ["Options"])]
    id: Option<String>,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
}

fn association(live: sdk::Vpc) -> Result<DhcpOptionsAssociation, CloudError> {
    let read = DhcpOptionsAssociation::from_sdk(live)?;
    let parts = read.dhcp_options_id.as_deref().zip(read.vpc_id.as_deref());
    let id = parts.map(|(options, vpc)| format!("{options}-{vpc}"));
    Ok(DhcpOptionsAssociation { id, ..read })
}

async fn fetch(aws: &Aws, vpcs: &[String]) -> Result<Vec<DhcpOptionsAssociation>, CloudError> {
    let describe = |filters| async move {
        aws.pages(aws.read().ec2().describe_vpcs().set_filters(Some(filters)), |page| page.vpcs).await
    };
    let found = by_filter("vpc-id", vpcs, describe).await?;
    let associated = found.into_iter().filter(|vpc| !matches!(vpc.dhcp_options_id.as_deref(), None | Some("" | NONE)));
    associated.map(association).collect()
}

async fn associate(aws: &Aws, vpc: &str, options: &str) -> Result<(), CloudError> {
    aws.done(aws.write().ec2().associate_dhcp_options().vpc_id(vpc).dhcp_options_id(options)).await
}

#[async_trait]
impl Resource for DhcpOptionsAssociation {
    const TYPE: &'static str = "aws_vpc_dhcp_options_association";
    const DOC: &'static str = "Which set of options the instances of a VPC get by DHCP.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![AssociateDhcpOptions];
    const DELETE_CALLS: Calls = calls![AssociateDhcpOptions];
    const LAGS: &'static [LagReply] = lags::DHCP_OPTIONS_ASSOCIATION;
    const IMPORT_ID: &'static str = "VPC_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id"], part_of: &["vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
dhcp_options_id: ${options.id}
";

    type Update = DhcpOptionsAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match fetch(aws, &ids(wanted)).await {
            Ok(found) => in_order(wanted, found, |association: &Self| association.vpc_id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(vpc) = wanted.vpc_id.clone() else { return Ok(None) };
        let found = fetch(aws, std::slice::from_ref(&vpc)).await?;
        // What is there counts only if it is what was sent; otherwise it is sent again, which does no harm.
        let same = |there: &Self| there.vpc_id == wanted.vpc_id && there.dhcp_options_id == wanted.dhcp_options_id;
        Ok(found.iter().any(same).then(|| vpc.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let vpc = want.vpc_id.as_deref().unwrap_or_default();
        associate(aws, vpc, want.dhcp_options_id.as_deref().unwrap_or_default()).await?;
        Ok(vpc.into())
    }

    async fn update(
        aws: &Aws,
        call: DhcpOptionsAssociationUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {
            DhcpOptionsAssociationUpdate::Options => {
                associate(aws, change.id.as_str(), change.want.dhcp_options_id.as_deref().unwrap_or_default()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().associate_dhcp_options().vpc_id(id.as_str()).dhcp_options_id(NONE)).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("vpc_id")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, request, response};

    #[tokio::test(start_paused = true)]
    async fn a_vpc_without_options_has_no_association() {
        let vpcs = "<vpcSet><item><vpcId>vpc-1</vpcId><dhcpOptionsId>default</dhcpOptionsId></item>\
                    <item><vpcId>vpc-2</vpcId><dhcpOptionsId>dopt-2</dhcpOptionsId></item></vpcSet>";
        let script = Replay::default().on("DescribeVpcs", response(vpcs));
        let found = DhcpOptionsAssociation::read(&script.aws(), &["vpc-1", "vpc-2"].map(|id| request(id, &[]))).await;
        let ids: Vec<_> = found.into_iter().map(|read| read.unwrap().and_then(|one| one.id)).collect();
        assert_eq!(ids, [None, Some("dopt-2-vpc-2".to_string())]);
        script.finish();
    }
}
