//! `aws_subnet`

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttributeBooleanValue, HostnameType, ResourceType, SubnetCidrBlockStateCode};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, ReadRequest, Readiness, Recover,
    Relations, Value,
};

use super::tagging::{self, FILTER_VALUES, filter};
use crate::call::{gone_is_fine, missing};
use crate::ec2::lags;
use crate::ownership::Candidate;
use crate::resource::{Read, Resource, all_failed};
use crate::tags::Tags;
use crate::{Aws, updates};

updates! {
    pub enum SubnetUpdate {
        Ipv6 => ["ec2:AssociateSubnetCidrBlock", "ec2:DisassociateSubnetCidrBlock", "ec2:ModifySubnetAttribute"],
        AssignIpv6 => ["ec2:ModifySubnetAttribute"],
        MapPublicIp => ["ec2:ModifySubnetAttribute"],
        Dns64 => ["ec2:ModifySubnetAttribute"],
        DnsRecordA => ["ec2:ModifySubnetAttribute"],
        DnsRecordAaaa => ["ec2:ModifySubnetAttribute"],
        HostnameTypeOnLaunch => ["ec2:ModifySubnetAttribute"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = SubnetUpdate)]
pub struct Subnet {
    /// The ARN.
    #[field(computed)]
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
    enable_resource_name_dns_a_record_on_launch: Option<bool>,
    /// Whether the resource name resolves to an AAAA record.
    #[field(update = DnsRecordAaaa, after_create, default = false)]
    enable_resource_name_dns_aaaa_record_on_launch: Option<bool>,
    /// The subnet's id.
    #[field(computed)]
    id: Option<String>,
    /// The IPv6 range, a /64 of the VPC's.
    #[field(update = Ipv6, forms = Cidr)]
    ipv6_cidr_block: Option<String>,
    /// The association of the IPv6 range.
    #[field(computed, changes_on_update)]
    ipv6_cidr_block_association_id: Option<String>,
    /// Whether the subnet has IPv6 only.
    #[field(immutable, default = false)]
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
    private_dns_hostname_type_on_launch: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
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

impl From<sdk::Subnet> for Subnet {
    fn from(subnet: sdk::Subnet) -> Self {
        let ranges = subnet.ipv6_cidr_block_association_set.unwrap_or_default();
        let status = match subnet.state.map(|state| state.as_str().to_string()) {
            Some(status) if status == AVAILABLE => {
                ranges.iter().find_map(changing).map_or(status, str::to_string).into()
            }
            other => other,
        };
        let ipv6 = ranges.into_iter().find(is_current);
        let dns = subnet.private_dns_name_options_on_launch;
        let dns = dns.as_ref();
        Self {
            arn: subnet.subnet_arn,
            assign_ipv6_address_on_creation: subnet.assign_ipv6_address_on_creation,
            availability_zone: subnet.availability_zone,
            availability_zone_id: subnet.availability_zone_id,
            cidr_block: subnet.cidr_block,
            enable_dns64: subnet.enable_dns64,
            enable_resource_name_dns_a_record_on_launch: dns.and_then(|dns| dns.enable_resource_name_dns_a_record),
            enable_resource_name_dns_aaaa_record_on_launch: dns
                .and_then(|dns| dns.enable_resource_name_dns_aaaa_record),
            id: subnet.subnet_id,
            ipv6_cidr_block_association_id: ipv6.as_ref().and_then(|ipv6| ipv6.association_id.clone()),
            ipv6_cidr_block: ipv6.and_then(|ipv6| ipv6.ipv6_cidr_block),
            ipv6_native: subnet.ipv6_native,
            map_public_ip_on_launch: subnet.map_public_ip_on_launch,
            outpost_arn: subnet.outpost_arn,
            owner_id: subnet.owner_id,
            private_dns_hostname_type_on_launch: dns
                .and_then(|dns| dns.hostname_type.as_ref())
                .map(|kind| kind.as_str().to_string()),
            tags: None,
            tags_all: tagging::from_sdk(subnet.tags),
            vpc_id: subnet.vpc_id,
            _status: status,
        }
    }
}

async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Subnet>, CloudError> {
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let request = aws.read().ec2().describe_subnets().set_filters(Some(filters.clone())).max_results(1000);
        let page = aws.call("ec2:DescribeSubnets", request.set_next_token(token).send()).await?;
        found.extend(page.subnets.unwrap_or_default().into_iter().map(Subnet::from));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(found);
        }
    }
}

async fn one(aws: &Aws, id: &PhysicalId) -> Result<Subnet, CloudError> {
    let found = describe(aws, vec![filter("subnet-id", [id.to_string()])]).await?.into_iter().next();
    found.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")))
}

async fn assign_ipv6(aws: &Aws, id: &PhysicalId, assign: bool) -> Result<(), CloudError> {
    let request = aws.write().ec2().modify_subnet_attribute().subnet_id(id.as_str());
    let request = request.assign_ipv6_address_on_creation(flag(Some(assign)));
    aws.call("ec2:ModifySubnetAttribute", request.send()).await.map(|_| ())
}

/// Brings the IPv6 range to what is wanted. Looks first, so that a repetition does nothing twice. A subnet has one range:
/// the old one has to be gone before there can be another (`Busy` until then).
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html>
async fn ipv6(aws: &Aws, id: &PhysicalId, want: &Subnet) -> Result<(), CloudError> {
    let going = || CloudError::new(ErrorKind::Busy, format!("the earlier IPv6 range of {id} is still being given up"));
    let now = one(aws, id).await?;
    if now.ipv6_cidr_block != want.ipv6_cidr_block {
        if let Some(association) = now.ipv6_cidr_block_association_id {
            // A range from which new interfaces take their addresses is not let go.
            if now.assign_ipv6_address_on_creation == Some(true) {
                assign_ipv6(aws, id, false).await?;
            }
            let request = aws.write().ec2().disassociate_subnet_cidr_block().association_id(association);
            gone_is_fine(aws.call("ec2:DisassociateSubnetCidrBlock", request.send()).await)?;
        }
        let Some(range) = &want.ipv6_cidr_block else { return Ok(()) };
        if one(aws, id).await?._status.as_deref() == Some(DISASSOCIATING) {
            return Err(going());
        }
        let request = aws.write().ec2().associate_subnet_cidr_block().subnet_id(id.as_str()).ipv6_cidr_block(range);
        aws.call("ec2:AssociateSubnetCidrBlock", request.send()).await?;
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
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateSubnet"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DeleteSubnet"];
    const LAGS: &'static [LagReply] = lags::SUBNET;
    const IMPORT_ID: &'static str = "SUBNET_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const RELATIONS: Relations = Relations {
        identity: &["vpc_id", "cidr_block"],
        held_by: &[("aws_vpc_endpoint", "subnet_ids")],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
cidr_block: 10.20.0.0/20
availability_zone: eu-west-1a
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[
        ("customer_owned_ipv4_pool", "Outposts' address pools are not managed"),
        ("enable_lni_at_device_index", "Outposts' local network interfaces are not managed"),
        ("map_customer_owned_ip_on_launch", "Outposts' address pools are not managed"),
    ];

    type Update = SubnetUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let mut found = Vec::new();
        for chunk in wanted.chunks(FILTER_VALUES) {
            let ids = chunk.iter().map(|request| request.id.to_string());
            match describe(aws, vec![filter("subnet-id", ids)]).await {
                Ok(subnets) => found.extend(subnets),
                Err(error) => return all_failed(wanted, &error),
            }
        }
        tagging::in_order(wanted, found, |subnet| subnet.id.as_deref())
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |subnet: Self| Candidate::new(subnet.id, subnet.tags_all);
        tagging::find(recover, |filters| describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateSubnet";
        let request = aws
            .write()
            .ec2()
            .create_subnet()
            .set_vpc_id(want.vpc_id.clone())
            .set_cidr_block(want.cidr_block.clone())
            .set_ipv6_cidr_block(want.ipv6_cidr_block.clone())
            .set_availability_zone(want.availability_zone.clone())
            .set_availability_zone_id(want.availability_zone_id.clone())
            .set_outpost_arn(want.outpost_arn.clone())
            .set_ipv6_native(want.ipv6_native.filter(|native| *native))
            .set_tag_specifications(tagging::specification(ResourceType::Subnet, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.subnet.and_then(|subnet| subnet.subnet_id).ok_or_else(|| missing(CALL, "SubnetId"))?;
        Ok(id.into())
    }

    async fn update(
        aws: &Aws,
        id: &PhysicalId,
        call: SubnetUpdate,
        want: &Self,
        prior: &Self,
        _operation: &Operation,
    ) -> Result<(), CloudError> {
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
                want.private_dns_hostname_type_on_launch.as_deref().map(HostnameType::from),
            ),
            SubnetUpdate::Tags => {
                return tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await;
            }
        };
        aws.call("ec2:ModifySubnetAttribute", request.send()).await.map(|_| ())
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_subnet().subnet_id(id.as_str());
        gone_is_fine(aws.call("ec2:DeleteSubnet", request.send()).await)
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
