//! `aws_eip_association`

use aws_sdk_ec2::operation::associate_address::builders::AssociateAddressFluentBuilder;

use super::describe::{by_filter, ids};
use super::prelude::*;
use super::tagging::{filter, in_order};
use crate::kind::resource::all_failed;

updates! {
    pub enum EipAssociationUpdate {}
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EipAssociationUpdate)]
#[sdk(from = sdk::Address, create = AssociateAddressFluentBuilder)]
pub struct EipAssociation {
    /// The address, by its allocation.
    #[field(immutable, aws_default, filled)]
    allocation_id: Option<String>,
    /// Whether it is taken from whoever has it.
    #[field(local, default = false)]
    allow_reassociation: Option<bool>,
    /// The association's id.
    #[field(computed, sdk = association_id)]
    id: Option<String>,
    /// The instance that gets the address.
    #[field(immutable, aws_default, filled, conflicts = ["network_interface_id"])]
    instance_id: Option<String>,
    /// The interface that gets the address.
    #[field(immutable, aws_default, filled, conflicts = ["instance_id"])]
    network_interface_id: Option<String>,
    /// The private address that it goes with, where an interface has several.
    #[field(immutable, aws_default, filled, forms = Ipv4)]
    private_ip_address: Option<String>,
    /// The address itself.
    #[field(immutable, aws_default, filled, conflicts = ["allocation_id"])]
    public_ip: Option<String>,
}

async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<EipAssociation>, CloudError> {
    // This call has no pages.
    let reply = aws.send(aws.read().ec2().describe_addresses().set_filters(Some(filters))).await?;
    let associated = |address: &sdk::Address| filled(address.association_id.clone()).is_some();
    let found = reply.addresses.unwrap_or_default().into_iter().filter(associated);
    Ok(found.map(EipAssociation::from_sdk).collect::<Result<_, _>>()?)
}

#[async_trait]
impl Resource for EipAssociation {
    const TYPE: &'static str = "aws_eip_association";
    const DOC: &'static str = "A public address on an instance or an interface.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![AssociateAddress];
    const DELETE_CALLS: Calls = calls![DisassociateAddress];
    const LAGS: &'static [LagReply] = lags::EIP_ASSOCIATION;
    const IMPORT_ID: &'static str = "ASSOCIATION_ID";
    const RELATIONS: Relations = Relations { identity: &["allocation_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
allocation_id: ${address.id}
instance_id: ${bastion.id}
";
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["allocation_id", "public_ip"], &["instance_id", "network_interface_id"]];

    type Update = EipAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match by_filter("association-id", &ids(wanted), |filters| describe(aws, filters)).await {
            Ok(found) => in_order(wanted, found, |association: &Self| association.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let filters = match (text(&wanted.allocation_id), text(&wanted.public_ip)) {
            (Some(allocation), _) => filter("allocation-id", [allocation.to_string()]),
            (None, Some(address)) => filter("public-ip", [address.to_string()]),
            (None, None) => return Ok(None),
        };
        // An interface of an instance comes with both: what is written is what counts.
        let same =
            |want: &Option<String>, have: &Option<String>| text(want).is_none_or(|want| text(have) == Some(want));
        let ours = |there: &Self| {
            same(&wanted.allocation_id, &there.allocation_id)
                && same(&wanted.public_ip, &there.public_ip)
                && same(&wanted.instance_id, &there.instance_id)
                && same(&wanted.network_interface_id, &there.network_interface_id)
                && same(&wanted.private_ip_address, &there.private_ip_address)
        };
        let found = describe(aws, vec![filters]).await?;
        Ok(found.into_iter().find(ours).and_then(|there| there.id).map(PhysicalId::from))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().associate_address())?;
        // Without a word VPC addresses are taken from whoever has them.
        let request = request.allow_reassociation(want.allow_reassociation.unwrap_or(false));
        aws.made(request, |reply| reply.association_id).await
    }

    async fn update(_aws: &Aws, call: EipAssociationUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().disassociate_address().association_id(id.as_str())).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, recover, response};

    #[tokio::test(start_paused = true)]
    async fn an_association_is_found_by_what_it_joins() {
        let address = || {
            response(
                "<addressesSet><item><allocationId>eipalloc-1</allocationId><associationId>eipassoc-1</associationId>\
                 <instanceId>i-1</instanceId><networkInterfaceId>eni-1</networkInterfaceId></item></addressesSet>",
            )
        };
        let script = Replay::default().on("DescribeAddresses", address()).on("DescribeAddresses", address());
        let want = |instance: &str| EipAssociation {
            allocation_id: Some("eipalloc-1".into()),
            instance_id: Some(instance.into()),
            ..EipAssociation::default()
        };
        let find = async |of| EipAssociation::find(&script.aws(), &recover(json!({})), &want(of)).await.unwrap();
        assert_eq!(find("i-1").await, Some("eipassoc-1".into()));
        assert_eq!(find("i-2").await, None);
        script.finish();
    }
}
