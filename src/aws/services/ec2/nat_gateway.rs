//! `aws_nat_gateway`

use aws_sdk_ec2::operation::create_nat_gateway::builders::CreateNatGatewayFluentBuilder;
use aws_sdk_ec2::types::{NatGatewayAddress, NatGatewayAddressStatus};

use super::checks;
use super::prelude::*;
use crate::kind::convert::int;
use crate::kind::diff::added;

updates! {
    pub enum NatGatewayUpdate {
        SecondaryAllocations => [AssociateNatGatewayAddress, DisassociateNatGatewayAddress],
        SecondaryPrivateAddresses => [AssignPrivateNatGatewayAddress, UnassignPrivateNatGatewayAddress],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = NatGatewayUpdate)]
#[sdk(from = sdk::NatGateway, create = CreateNatGatewayFluentBuilder)]
pub struct NatGateway {
    /// The address that a public gateway has.
    #[field(immutable, read_by_hand)]
    allocation_id: Option<String>,
    /// The association of that address.
    #[field(computed, by_hand)]
    association_id: Option<String>,
    /// Whether it leads to the internet or to other networks.
    #[field(immutable, default = "public", one_of = ["public", "private"])]
    connectivity_type: Option<String>,
    /// The gateway's id.
    #[field(computed, sdk = nat_gateway_id)]
    id: Option<String>,
    /// The gateway's interface.
    #[field(computed, by_hand)]
    network_interface_id: Option<String>,
    /// The private address.
    #[field(immutable, aws_default, forms = Ipv4, read_by_hand, sent_as = private_ip_address)]
    private_ip: Option<String>,
    /// The public address.
    #[field(computed, by_hand)]
    public_ip: Option<String>,
    /// Further addresses of a public gateway.
    #[field(update = SecondaryAllocations, set, filled, read_by_hand)]
    secondary_allocation_ids: Option<Vec<String>>,
    /// How many further private addresses AWS chooses for a private gateway.
    #[field(update = SecondaryPrivateAddresses, aws_default, by_hand)]
    #[field(conflicts = ["secondary_private_ip_addresses"])]
    #[field(changed_by = ["SecondaryAllocations", "SecondaryPrivateAddresses"])]
    secondary_private_ip_address_count: Option<i64>,
    /// Further private addresses.
    #[field(update = SecondaryPrivateAddresses, aws_default, set, filled, forms = Ipv4, read_by_hand)]
    #[field(conflicts = ["secondary_private_ip_address_count"], changed_by = ["SecondaryAllocations"])]
    secondary_private_ip_addresses: Option<Vec<String>>,
    /// The subnet.
    #[field(immutable, required)]
    subnet_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// AWS's word for the status, with its reason for a failure.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

/// The primary address and the others, without those that leave.
fn addresses(live: &sdk::NatGateway) -> (Option<&NatGatewayAddress>, Vec<&NatGatewayAddress>) {
    use NatGatewayAddressStatus::{Disassociating, Failed, Unassigning};
    let stays = |address: &&NatGatewayAddress| !matches!(address.status, Some(Disassociating | Unassigning | Failed));
    let mut staying: Vec<_> = live.nat_gateway_addresses().iter().filter(stays).collect();
    // Replies from before secondary addresses name no primary one.
    let primary = staying.iter().position(|address| address.is_primary == Some(true)).unwrap_or(0);
    let primary = (primary < staying.len()).then(|| staying.remove(primary));
    (primary, staying)
}

#[async_trait]
impl Described for NatGateway {
    type Live = sdk::NatGateway;
    const ID_FILTER: &'static str = "nat-gateway-id";
    const TAG_KIND: ResourceType = ResourceType::Natgateway;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for an hour.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::NatGateway>, CloudError> {
        let request = aws.read().ec2().describe_nat_gateways().set_filter(Some(filters)).max_results(1000);
        let mut found = aws.pages(request, |page| page.nat_gateways).await?;
        found.retain(|gateway| gateway.state != Some(sdk::NatGatewayState::Deleted));
        Ok(found)
    }

    fn finish(mut self, live: &sdk::NatGateway) -> Self {
        let (primary, others) = addresses(live);
        if let Some(primary) = primary {
            self.allocation_id = primary.allocation_id.clone();
            self.association_id = primary.association_id.clone();
            self.network_interface_id = primary.network_interface_id.clone();
            self.private_ip = primary.private_ip.clone();
            self.public_ip = primary.public_ip.clone();
        }
        let private: Vec<String> = others.iter().filter_map(|address| address.private_ip.clone()).collect();
        self.secondary_allocation_ids =
            Some(others.iter().filter_map(|address| address.allocation_id.clone()).collect());
        self.secondary_private_ip_address_count = i64::try_from(private.len()).ok();
        self.secondary_private_ip_addresses = Some(private);
        self.connectivity_type.get_or_insert_with(|| "public".into());
        let reason = [text(&live.failure_code), text(&live.failure_message)];
        let reason: Vec<&str> = reason.into_iter().flatten().collect();
        if self._status.as_deref() == Some("failed") && !reason.is_empty() {
            self._status = Some(format!("failed: {}", reason.join(": ")));
        }
        self
    }
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
    let live = NatGateway::by_ids(aws, &[id.to_string()]).await?.into_iter();
    let Some(live) = live.into_iter().find(|gateway| gateway.nat_gateway_id.as_deref() == Some(id.as_str())) else {
        return Err(CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")));
    };
    let (want, have) = (&want.secondary_allocation_ids, of_live::<NatGateway>(&live)?.secondary_allocation_ids);
    if let Some(add) = added(want, &have) {
        let request = aws.write().ec2().associate_nat_gateway_address().nat_gateway_id(id.as_str());
        aws.done(request.set_allocation_ids(Some(add))).await?;
    }
    let remove = added(&have, want).unwrap_or_default();
    let associations = live.nat_gateway_addresses().iter();
    let associations = associations
        .filter(|address| address.allocation_id.as_ref().is_some_and(|allocation| remove.contains(allocation)))
        .filter_map(|address| address.association_id.clone());
    if let Some(associations) = filled(Some(associations.collect::<Vec<_>>())) {
        let request = aws.write().ec2().disassociate_nat_gateway_address().nat_gateway_id(id.as_str());
        aws.done(request.set_association_ids(Some(associations))).await?;
    }
    Ok(())
}

async fn update_private_addresses(aws: &Aws, id: &PhysicalId, want: &NatGateway) -> Result<(), CloudError> {
    let have = one::<NatGateway>(aws, id).await?.secondary_private_ip_addresses;
    let assign = aws.write().ec2().assign_private_nat_gateway_address().nat_gateway_id(id.as_str());
    let (assign, remove) = match (&want.secondary_private_ip_addresses, want.secondary_private_ip_address_count) {
        // Which ones is left to AWS; those that came last go first.
        (None, Some(count)) => {
            let (more, remove) = counted(count, have.as_deref().unwrap_or_default())?;
            ((more > 0).then(|| assign.private_ip_address_count(more)), filled(Some(remove)))
        }
        (want, _) => {
            let add = added(want, &have);
            (add.map(|add| assign.set_private_ip_addresses(Some(add))), added(&have, want))
        }
    };
    if let Some(request) = assign {
        aws.done(request).await?;
    }
    if let Some(remove) = remove {
        let request = aws.write().ec2().unassign_private_nat_gateway_address().nat_gateway_id(id.as_str());
        aws.done(request.set_private_ip_addresses(Some(remove))).await?;
    }
    Ok(())
}

#[async_trait]
impl Resource for NatGateway {
    const TYPE: &'static str = "aws_nat_gateway";
    const DOC: &'static str = "Translates the addresses of private subnets on their way out.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateNatGateway];
    const DELETE_CALLS: Calls = calls![DeleteNatGateway];
    const LAGS: &'static [LagReply] = lags::NAT_GATEWAY;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
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
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let count = want.secondary_private_ip_address_count.filter(|count| *count > 0);
        let request = want.fill(aws.write().ec2().create_nat_gateway())?.client_token(operation.id.as_str());
        let request = request.set_secondary_private_ip_address_count(count.map(int));
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.nat_gateway?.nat_gateway_id).await
    }

    async fn update(aws: &Aws, call: NatGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            NatGatewayUpdate::SecondaryAllocations => update_allocations(aws, change.id, change.want).await,
            NatGatewayUpdate::SecondaryPrivateAddresses => update_private_addresses(aws, change.id, change.want).await,
            NatGatewayUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_nat_gateway().nat_gateway_id(id.as_str())).await
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
        let gateway: NatGateway = of_live(&gateway).expect("it can be read");
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
        let gateway: NatGateway = of_live(&gateway).expect("it can be read");
        assert_eq!(gateway.readiness(), Readiness::Failed(words.into()));
    }
}
