//! `aws_nat_gateway`

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, ConnectivityType, NatGatewayAddressStatus, ResourceType};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

use super::checks;
use super::describe::{by_filter, ids, pages};
use super::tagging::{self, filter};
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::convert::int;
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum NatGatewayUpdate {
        SecondaryAllocations => ["ec2:AssociateNatGatewayAddress", "ec2:DisassociateNatGatewayAddress"],
        SecondaryPrivateAddresses => ["ec2:AssignPrivateNatGatewayAddress", "ec2:UnassignPrivateNatGatewayAddress"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = NatGatewayUpdate)]
pub struct NatGateway {
    /// The address that a public gateway has.
    #[field(immutable)]
    allocation_id: Option<String>,
    /// The association of that address.
    #[field(computed)]
    association_id: Option<String>,
    /// Whether it leads to the internet or to other networks.
    #[field(immutable, default = "public", one_of = ["public", "private"])]
    connectivity_type: Option<String>,
    /// The gateway's id.
    #[field(computed)]
    id: Option<String>,
    /// The gateway's interface.
    #[field(computed)]
    network_interface_id: Option<String>,
    /// The private address.
    #[field(immutable, aws_default)]
    private_ip: Option<String>,
    /// The public address.
    #[field(computed)]
    public_ip: Option<String>,
    /// Further addresses of a public gateway.
    #[field(update = SecondaryAllocations, set)]
    secondary_allocation_ids: Option<Vec<String>>,
    /// How many further private addresses AWS chooses for a private gateway.
    #[field(update = SecondaryPrivateAddresses, aws_default, conflicts = ["secondary_private_ip_addresses"], changed_by = ["SecondaryAllocations", "SecondaryPrivateAddresses"])]
    secondary_private_ip_address_count: Option<i64>,
    /// Further private addresses.
    #[field(update = SecondaryPrivateAddresses, aws_default, set, conflicts = ["secondary_private_ip_address_count"], changed_by = ["SecondaryAllocations"])]
    secondary_private_ip_addresses: Option<Vec<String>>,
    /// The subnet.
    #[field(immutable, required)]
    subnet_id: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// AWS's word for the status, with its reason for a failure.
    #[field(computed)]
    _status: Option<String>,
}

impl From<sdk::NatGateway> for NatGateway {
    fn from(gateway: sdk::NatGateway) -> Self {
        let leaving = |address: &&sdk::NatGatewayAddress| {
            !matches!(
                address.status,
                Some(
                    NatGatewayAddressStatus::Disassociating
                        | NatGatewayAddressStatus::Unassigning
                        | NatGatewayAddressStatus::Failed
                )
            )
        };
        let addresses: Vec<&sdk::NatGatewayAddress> = gateway.nat_gateway_addresses().iter().filter(leaving).collect();
        // Replies from before secondary addresses name no primary one.
        let primary = addresses.iter().position(|address| address.is_primary == Some(true)).unwrap_or(0);
        let secondary =
            || addresses.iter().enumerate().filter(move |(index, _)| *index != primary).map(|(_, address)| address);
        let primary = addresses.get(primary);
        let connectivity = gateway.connectivity_type.as_ref().map_or("public", ConnectivityType::as_str);
        let private_addresses: Vec<String> = secondary().filter_map(|address| address.private_ip.clone()).collect();
        let status = gateway.state.as_ref().map(|state| state.as_str().to_string());
        let reason = [gateway.failure_code.as_deref(), gateway.failure_message.as_deref()];
        let reason: Vec<&str> = reason.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        Self {
            allocation_id: primary.and_then(|address| address.allocation_id.clone()),
            association_id: primary.and_then(|address| address.association_id.clone()),
            connectivity_type: Some(connectivity.to_string()),
            id: gateway.nat_gateway_id.clone(),
            network_interface_id: primary.and_then(|address| address.network_interface_id.clone()),
            private_ip: primary.and_then(|address| address.private_ip.clone()),
            public_ip: primary.and_then(|address| address.public_ip.clone()),
            secondary_allocation_ids: Some(secondary().filter_map(|address| address.allocation_id.clone()).collect()),
            secondary_private_ip_address_count: i64::try_from(private_addresses.len()).ok(),
            secondary_private_ip_addresses: Some(private_addresses),
            subnet_id: gateway.subnet_id.clone(),
            tags: None,
            tags_all: tagging::from_sdk(gateway.tags.clone()),
            _status: match status.as_deref() {
                Some("failed") if !reason.is_empty() => Some(format!("failed: {}", reason.join(": "))),
                _ => status,
            },
        }
    }
}

/// Without the deleted ones, which AWS lists for an hour.
async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::NatGateway>, CloudError> {
    let request = aws.read().ec2().describe_nat_gateways().set_filter(Some(filters)).max_results(1000);
    let mut found = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeNatGateways", request.send()).await?;
            Ok((page.nat_gateways, page.next_token))
        }
    })
    .await?;
    found.retain(|gateway| gateway.state != Some(sdk::NatGatewayState::Deleted));
    Ok(found)
}

async fn describe_one(aws: &Aws, id: &PhysicalId) -> Result<sdk::NatGateway, CloudError> {
    let found = describe(aws, vec![filter("nat-gateway-id", [id.to_string()])]).await?;
    let found = found.into_iter().find(|gateway| gateway.nat_gateway_id.as_deref() == Some(id.as_str()));
    found.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")))
}

/// What is wanted and not there, and what is there and not wanted.
fn difference(want: Option<&Vec<String>>, have: &[String]) -> (Vec<String>, Vec<String>) {
    let want = want.map(Vec::as_slice).unwrap_or_default();
    let missing = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|item| !those.contains(item)).cloned().collect()
    };
    (missing(want, have), missing(have, want))
}

/// How many addresses are missing for there to be `count`, and which are too many.
fn counted(count: i64, have: &[String]) -> Result<(i32, Vec<String>), CloudError> {
    let (Ok(count), Ok(keep)) = (i32::try_from(count), usize::try_from(count)) else {
        let message = format!("secondary_private_ip_address_count: {count} is no count of addresses");
        return Err(CloudError::new(ErrorKind::Rejected, message));
    };
    let there = i32::try_from(have.len()).unwrap_or(i32::MAX);
    Ok((count.saturating_sub(there).max(0), have.get(keep..).unwrap_or_default().to_vec()))
}

async fn update_allocations(aws: &Aws, id: &PhysicalId, want: &NatGateway) -> Result<(), CloudError> {
    let live = describe_one(aws, id).await?;
    let have = NatGateway::from(live.clone()).secondary_allocation_ids.unwrap_or_default();
    let (add, remove) = difference(want.secondary_allocation_ids.as_ref(), &have);
    if !add.is_empty() {
        let request =
            aws.write().ec2().associate_nat_gateway_address().nat_gateway_id(id.as_str()).set_allocation_ids(Some(add));
        aws.call("ec2:AssociateNatGatewayAddress", request.send()).await?;
    }
    let associations: Vec<String> = live
        .nat_gateway_addresses()
        .iter()
        .filter(|address| address.allocation_id.as_ref().is_some_and(|allocation| remove.contains(allocation)))
        .filter_map(|address| address.association_id.clone())
        .collect();
    if !associations.is_empty() {
        let request = aws
            .write()
            .ec2()
            .disassociate_nat_gateway_address()
            .nat_gateway_id(id.as_str())
            .set_association_ids(Some(associations));
        aws.call("ec2:DisassociateNatGatewayAddress", request.send()).await?;
    }
    Ok(())
}

async fn update_private_addresses(aws: &Aws, id: &PhysicalId, want: &NatGateway) -> Result<(), CloudError> {
    let live = NatGateway::from(describe_one(aws, id).await?);
    let have = live.secondary_private_ip_addresses.unwrap_or_default();
    let assign = aws.write().ec2().assign_private_nat_gateway_address().nat_gateway_id(id.as_str());
    let (assign, remove) = match (&want.secondary_private_ip_addresses, want.secondary_private_ip_address_count) {
        // Which ones is left to AWS; those that came last go first.
        (None, Some(count)) => {
            let (more, remove) = counted(count, &have)?;
            ((more > 0).then(|| assign.private_ip_address_count(more)), remove)
        }
        (addresses, _) => {
            let (add, remove) = difference(addresses.as_ref(), &have);
            ((!add.is_empty()).then(|| assign.set_private_ip_addresses(Some(add))), remove)
        }
    };
    if let Some(request) = assign {
        aws.call("ec2:AssignPrivateNatGatewayAddress", request.send()).await?;
    }
    if !remove.is_empty() {
        let request = aws.write().ec2().unassign_private_nat_gateway_address().nat_gateway_id(id.as_str());
        let request = request.set_private_ip_addresses(Some(remove));
        aws.call("ec2:UnassignPrivateNatGatewayAddress", request.send()).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for NatGateway {
    const TYPE: &'static str = "aws_nat_gateway";
    const DOC: &'static str = "Translates the addresses of private subnets on their way out.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateNatGateway"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DeleteNatGateway"];
    const LAGS: &'static [LagReply] = lags::NAT_GATEWAY;
    const IMPORT_ID: &'static str = "NAT_GATEWAY_ID";
    const RELATIONS: Relations = Relations { identity: &["allocation_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
allocation_id: ${nat_address.id}
subnet_id: ${public.id}
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 120;
    const POLL_SECONDS: u32 = 10;

    type Update = NatGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match by_filter("nat-gateway-id", &ids(wanted), |filters| describe(aws, filters)).await {
            Ok(found) => {
                let found = found.into_iter().map(NatGateway::from).collect();
                tagging::in_order(wanted, found, |gateway: &NatGateway| gateway.id.as_deref())
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |gateway: sdk::NatGateway| {
            let leaving = gateway.state == Some(sdk::NatGatewayState::Deleting);
            Candidate::new(gateway.nat_gateway_id, tagging::from_sdk(gateway.tags)).leaving(leaving)
        };
        tagging::find(recover, |filters| describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateNatGateway";
        let some = |items: &Option<Vec<String>>| items.clone().filter(|items| !items.is_empty());
        let count = want.secondary_private_ip_address_count.filter(|count| *count > 0);
        let request = aws
            .write()
            .ec2()
            .create_nat_gateway()
            .client_token(operation.id.as_str())
            .set_allocation_id(want.allocation_id.clone())
            .set_connectivity_type(want.connectivity_type.as_deref().map(ConnectivityType::from))
            .set_private_ip_address(want.private_ip.clone())
            .set_secondary_allocation_ids(some(&want.secondary_allocation_ids))
            .set_secondary_private_ip_addresses(some(&want.secondary_private_ip_addresses))
            .set_secondary_private_ip_address_count(count.map(int))
            .set_subnet_id(want.subnet_id.clone())
            .set_tag_specifications(tagging::specification(ResourceType::Natgateway, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.nat_gateway.and_then(|gateway| gateway.nat_gateway_id);
        Ok(id.ok_or_else(|| missing(CALL, "NatGatewayId"))?.into())
    }

    async fn update(aws: &Aws, call: NatGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            NatGatewayUpdate::SecondaryAllocations => update_allocations(aws, id, want).await,
            NatGatewayUpdate::SecondaryPrivateAddresses => update_private_addresses(aws, id, want).await,
            NatGatewayUpdate::Tags => tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_nat_gateway().nat_gateway_id(id.as_str());
        gone_is_fine(aws.call("ec2:DeleteNatGateway", request.send()).await)
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some("pending") => Readiness::Pending("pending".into()),
            Some("deleting") => Readiness::Deleting,
            Some(status) if status.starts_with("failed") => Readiness::Failed(status.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let given = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        match properties.get("connectivity_type").and_then(Value::as_str).unwrap_or("public") {
            "private" => ["allocation_id", "secondary_allocation_ids"]
                .into_iter()
                .filter(|name| given(name))
                .map(|name| checks::problem(name, "a private NAT gateway has no public address", None))
                .collect(),
            _ if !given("allocation_id") => {
                let help = Some("allocation_id: ${address.id}, of an aws_eip".to_string());
                vec![checks::problem("allocation_id", "a public NAT gateway needs an address", help)]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(allocation: &str, ip: &str, primary: bool) -> sdk::NatGatewayAddress {
        sdk::NatGatewayAddress::builder().allocation_id(allocation).private_ip(ip).is_primary(primary).build()
    }

    #[test]
    fn the_primary_address_is_apart_from_the_others() {
        let gateway = sdk::NatGateway::builder()
            .nat_gateway_addresses(address("eipalloc-2", "10.0.0.2", false))
            .nat_gateway_addresses(address("eipalloc-1", "10.0.0.1", true))
            .build();
        let gateway = NatGateway::from(gateway);
        assert_eq!(gateway.allocation_id.as_deref(), Some("eipalloc-1"));
        assert_eq!(gateway.private_ip.as_deref(), Some("10.0.0.1"));
        assert_eq!(gateway.secondary_allocation_ids, Some(vec!["eipalloc-2".to_string()]));
        assert_eq!(gateway.secondary_private_ip_addresses, Some(vec!["10.0.0.2".to_string()]));
        assert_eq!(gateway.secondary_private_ip_address_count, Some(1));
    }

    #[test]
    fn a_count_of_addresses_changes_in_place() {
        let have = ["10.0.0.1".to_string(), "10.0.0.2".to_string()];
        assert_eq!(counted(3, &have).unwrap(), (1, Vec::new()));
        assert_eq!(counted(2, &have).unwrap(), (0, Vec::new()));
        assert_eq!(counted(1, &have).unwrap(), (0, vec!["10.0.0.2".to_string()]));
        assert_eq!(counted(0, &have).unwrap(), (0, have.to_vec()));
        assert!(counted(-1, &have).is_err() && counted(1 << 40, &have).is_err());
    }

    #[test]
    fn a_failure_says_why() {
        let gateway = sdk::NatGateway::builder()
            .state(sdk::NatGatewayState::Failed)
            .failure_code("Gateway.NotAttached")
            .failure_message("Network vpc-1 has no Internet gateway attached")
            .build();
        let words = "failed: Gateway.NotAttached: Network vpc-1 has no Internet gateway attached";
        assert_eq!(NatGateway::from(gateway).readiness(), Readiness::Failed(words.into()));
    }
}
