//! `aws_subnet`

use aws_sdk_ec2::operation::create_subnet::builders::CreateSubnetFluentBuilder;
use aws_sdk_ec2::types::{AttributeBooleanValue, SubnetCidrBlockStateCode};

use super::prelude::*;

updates! {
    pub enum SubnetUpdate {
        Ipv6 => [AssociateSubnetCidrBlock, DisassociateSubnetCidrBlock, ModifySubnetAttribute],
        AssignIpv6 => [ModifySubnetAttribute],
        MapPublicIp => [ModifySubnetAttribute],
        Dns64 => [ModifySubnetAttribute],
        DnsRecordA => [ModifySubnetAttribute],
        DnsRecordAaaa => [ModifySubnetAttribute],
        HostnameTypeOnLaunch => [ModifySubnetAttribute],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = SubnetUpdate)]
#[sdk(from = sdk::Subnet, create = CreateSubnetFluentBuilder)]
pub struct Subnet {
    /// The ARN.
    #[field(computed, sdk = subnet_arn)]
    arn: Option<String>,
    /// Whether interfaces in the subnet get an IPv6 address.
    #[field(update = AssignIpv6, after_create, default = false)]
    assign_ipv6_address_on_creation: Option<bool>,
    /// The zone, such as `eu-west-1a`.
    #[field(immutable, aws_default, conflicts = ["availability_zone_id"])]
    availability_zone: Option<String>,
    /// The zone's id, such as `euw1-az1`.
    #[field(immutable, aws_default, conflicts = ["availability_zone"])]
    availability_zone_id: Option<String>,
    /// The IPv4 range, within the VPC's.
    #[field(immutable)]
    cidr_block: Option<String>,
    /// Whether the resolver makes up IPv6 addresses for IPv4-only names.
    #[field(update = Dns64, after_create, default = false)]
    enable_dns64: Option<bool>,
    /// Whether the resource name resolves to an A record.
    #[field(update = DnsRecordA, after_create, default = false)]
    #[field(sdk = private_dns_name_options_on_launch.enable_resource_name_dns_a_record)]
    enable_resource_name_dns_a_record_on_launch: Option<bool>,
    /// Whether the resource name resolves to an AAAA record.
    #[field(update = DnsRecordAaaa, after_create, default = false)]
    #[field(sdk = private_dns_name_options_on_launch.enable_resource_name_dns_aaaa_record)]
    enable_resource_name_dns_aaaa_record_on_launch: Option<bool>,
    /// The subnet's id.
    #[field(computed, sdk = subnet_id)]
    id: Option<String>,
    /// The IPv6 range, a /64 of the VPC's.
    #[field(update = Ipv6, forms = Cidr, read_by_hand)]
    ipv6_cidr_block: Option<String>,
    /// The association of the IPv6 range.
    #[field(computed, changes_on_update, by_hand)]
    ipv6_cidr_block_association_id: Option<String>,
    /// Whether the subnet has IPv6 only.
    #[field(immutable, default = false, sent_by_hand)]
    ipv6_native: Option<bool>,
    /// Whether instances get a public IPv4 address.
    #[field(update = MapPublicIp, after_create, default = false)]
    map_public_ip_on_launch: Option<bool>,
    /// The Outpost that the subnet is on.
    #[field(immutable)]
    outpost_arn: Option<String>,
    /// The account that owns the subnet.
    #[field(computed)]
    owner_id: Option<String>,
    /// How instances are named in DNS.
    #[field(update = HostnameTypeOnLaunch, after_create, aws_default, one_of = ["ip-name", "resource-name"])]
    #[field(sdk = private_dns_name_options_on_launch.hostname_type)]
    private_dns_hostname_type_on_launch: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

const AVAILABLE: &str = "available";
const DISASSOCIATING: &str = "disassociating-ipv6";

fn state(range: &sdk::SubnetIpv6CidrBlockAssociation) -> Option<&SubnetCidrBlockStateCode> {
    range.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_ref())
}

/// Not one that was given up, which stays listed for a while.
fn is_current(range: &sdk::SubnetIpv6CidrBlockAssociation) -> bool {
    use SubnetCidrBlockStateCode::{Disassociated, Disassociating, Failed, Failing};
    !matches!(state(range), Some(Disassociated | Disassociating | Failed | Failing))
}

/// The status of a subnet whose IPv6 range is on its way, or going.
fn changing(range: &sdk::SubnetIpv6CidrBlockAssociation) -> Option<&'static str> {
    match state(range)? {
        SubnetCidrBlockStateCode::Associating => Some("associating-ipv6"),
        SubnetCidrBlockStateCode::Disassociating => Some(DISASSOCIATING),
        _ => None,
    }
}

#[async_trait]
impl Described for Subnet {
    type Live = sdk::Subnet;
    const ID_FILTER: &'static str = "subnet-id";
    const TAG_KIND: ResourceType = ResourceType::Subnet;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::Subnet>, CloudError> {
        aws.pages(aws.read().ec2().describe_subnets().set_filters(Some(filters)), |page| page.subnets).await
    }

    fn finish(mut self, live: &sdk::Subnet) -> Self {
        let ranges = live.ipv6_cidr_block_association_set();
        self._status = match live.state.as_ref().map(sdk::SubnetState::as_str) {
            Some(AVAILABLE) => Some(ranges.iter().find_map(changing).unwrap_or(AVAILABLE).into()),
            other => other.map(String::from),
        };
        if let Some(range) = ranges.iter().find(|range| is_current(range)) {
            self.ipv6_cidr_block = range.ipv6_cidr_block.clone();
            self.ipv6_cidr_block_association_id = range.association_id.clone();
        }
        self
    }
}

async fn assign_ipv6(aws: &Aws, id: &PhysicalId, assign: bool) -> Result<(), CloudError> {
    let request = aws.write().ec2().modify_subnet_attribute().subnet_id(id.as_str());
    let request = request.assign_ipv6_address_on_creation(flag(Some(assign)));
    aws.done(request).await
}

/// Brings the IPv6 range to what is wanted. Looks first, so that a repetition does nothing twice. A subnet has one range:
/// the old one has to be gone before there can be another (`Busy` until then).
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html>
async fn ipv6(aws: &Aws, id: &PhysicalId, want: &Subnet) -> Result<(), CloudError> {
    let going = || CloudError::new(ErrorKind::Busy, format!("the earlier IPv6 range of {id} is still being given up"));
    let now: Subnet = one(aws, id).await?;
    if now.ipv6_cidr_block != want.ipv6_cidr_block {
        if let Some(association) = now.ipv6_cidr_block_association_id {
            // A range from which new interfaces take their addresses is not let go.
            if now.assign_ipv6_address_on_creation == Some(true) {
                assign_ipv6(aws, id, false).await?;
            }
            let request = aws.write().ec2().disassociate_subnet_cidr_block().association_id(association);
            aws.gone(request).await?;
        }
        let Some(range) = &want.ipv6_cidr_block else { return Ok(()) };
        if one::<Subnet>(aws, id).await?._status.as_deref() == Some(DISASSOCIATING) {
            return Err(going());
        }
        let request = aws.write().ec2().associate_subnet_cidr_block().subnet_id(id.as_str()).ipv6_cidr_block(range);
        aws.done(request).await?;
    }
    match want.assign_ipv6_address_on_creation {
        // It was switched off for the change.
        Some(true) if want.ipv6_cidr_block.is_some() => assign_ipv6(aws, id, true).await,
        _ => Ok(()),
    }
}

fn flag(value: Option<bool>) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value.unwrap_or(false)).build()
}

#[async_trait]
impl Resource for Subnet {
    const TYPE: &'static str = "aws_subnet";
    const DOC: &'static str = "A range of a VPC's addresses in one availability zone.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateSubnet];
    const DELETE_CALLS: Calls = calls![DeleteSubnet];
    const LAGS: &'static [LagReply] = lags::SUBNET;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "SUBNET_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations {
        identity: &["vpc_id", "cidr_block"],
        held_by: &[("aws_vpc_endpoint", "subnet_ids")],
        network: Some(Network::Part { of: "vpc_id", block: "cidr_block", nouns: ["subnet", "VPC"] }),
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
cidr_block: 10.20.0.0/20
availability_zone: eu-west-1a
";
    const UNSUPPORTED: Refused = &[
        ("customer_owned_ipv4_pool", "Outposts' address pools are not managed"),
        ("enable_lni_at_device_index", "Outposts' local network interfaces are not managed"),
        ("map_customer_owned_ip_on_launch", "Outposts' address pools are not managed"),
    ];

    type Update = SubnetUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_subnet())?;
        let request = request.set_ipv6_native(want.ipv6_native.filter(|native| *native));
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.subnet?.subnet_id).await
    }

    async fn update(aws: &Aws, call: SubnetUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        // The API changes one attribute a call.
        let request = aws.write().ec2().modify_subnet_attribute().subnet_id(id.as_str());
        let request = match call {
            SubnetUpdate::Ipv6 => return ipv6(aws, id, want).await,
            SubnetUpdate::AssignIpv6 => {
                request.assign_ipv6_address_on_creation(flag(want.assign_ipv6_address_on_creation))
            }
            SubnetUpdate::MapPublicIp => request.map_public_ip_on_launch(flag(want.map_public_ip_on_launch)),
            SubnetUpdate::Dns64 => request.enable_dns64(flag(want.enable_dns64)),
            SubnetUpdate::DnsRecordA => request
                .enable_resource_name_dns_a_record_on_launch(flag(want.enable_resource_name_dns_a_record_on_launch)),
            SubnetUpdate::DnsRecordAaaa => request.enable_resource_name_dns_aaaa_record_on_launch(flag(
                want.enable_resource_name_dns_aaaa_record_on_launch,
            )),
            SubnetUpdate::HostnameTypeOnLaunch => request.set_private_dns_hostname_type_on_launch(
                want.private_dns_hostname_type_on_launch.as_deref().map(sdk::HostnameType::from),
            ),
            SubnetUpdate::Tags => return retag(aws, change).await,
        };
        aws.done(request).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_subnet().subnet_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(pending @ ("pending" | "associating-ipv6" | DISASSOCIATING)) => Readiness::Pending(pending.into()),
            Some(failed @ ("failed" | "failed-insufficient-capacity")) => Readiness::Failed(failed.into()),
            _ => Readiness::Ready,
        }
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(super::keys::subnet(properties))
    }
}

#[cfg(test)]
#[path = "subnet_tests.rs"]
mod tests;
