//! `aws_eip`

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AddressAttributeName, DomainType, ResourceType};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover, Value,
};

use super::arn::arn;
use super::checks;
use super::describe::{by_filter, ids, pages};
use super::tagging::{self, filter};
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed, asks_for};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum EipUpdate {
        Association => ["ec2:AssociateAddress", "ec2:DisassociateAddress"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = EipUpdate)]
pub struct Eip {
    /// The address to take, from a pool of one's own.
    #[field(immutable, write_only)]
    address: Option<String>,
    /// The allocation's id.
    #[field(computed)]
    allocation_id: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The private address to associate with, where an interface has several.
    #[field(update = Association, after_create, write_only)]
    associate_with_private_ip: Option<String>,
    /// The association with an interface.
    #[field(computed, changed_by = ["Association"])]
    association_id: Option<String>,
    /// The address in a carrier's network.
    #[field(computed)]
    carrier_ip: Option<String>,
    /// The address in an Outpost's pool.
    #[field(computed)]
    customer_owned_ip: Option<String>,
    /// The Outpost's pool that the address comes from.
    #[field(immutable)]
    customer_owned_ipv4_pool: Option<String>,
    /// Where the address can be used; `vpc` is the only answer today.
    #[field(immutable, aws_default, one_of = ["vpc"])]
    domain: Option<String>,
    /// The allocation's id.
    #[field(computed)]
    id: Option<String>,
    /// The instance that has the address.
    #[field(update = Association, after_create, aws_default, changed_by = ["Association"])]
    instance: Option<String>,
    /// The IPAM pool that the address comes from.
    #[field(immutable, write_only, aws_default)]
    ipam_pool_id: Option<String>,
    /// The zone group from which the address is announced.
    #[field(immutable, aws_default)]
    network_border_group: Option<String>,
    /// The interface that has the address.
    #[field(update = Association, after_create, aws_default, changed_by = ["Association"])]
    network_interface: Option<String>,
    /// The DNS name of the private address.
    #[field(computed, changed_by = ["Association"])]
    private_dns: Option<String>,
    /// The private address that the interface has.
    #[field(computed, changed_by = ["Association"])]
    private_ip: Option<String>,
    /// The name that the address resolves back to.
    #[field(computed)]
    ptr_record: Option<String>,
    /// The DNS name of the address.
    #[field(computed)]
    public_dns: Option<String>,
    /// The address.
    #[field(computed)]
    public_ip: Option<String>,
    /// The pool that the address comes from.
    #[field(immutable, aws_default)]
    public_ipv4_pool: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
}

impl From<sdk::Address> for Eip {
    fn from(address: sdk::Address) -> Self {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            allocation_id: address.allocation_id.clone(),
            association_id: filled(address.association_id),
            carrier_ip: filled(address.carrier_ip),
            customer_owned_ip: filled(address.customer_owned_ip),
            customer_owned_ipv4_pool: filled(address.customer_owned_ipv4_pool),
            domain: address.domain.map(|domain| domain.as_str().to_string()),
            id: address.allocation_id,
            instance: filled(address.instance_id),
            network_border_group: filled(address.network_border_group),
            network_interface: filled(address.network_interface_id),
            private_ip: filled(address.private_ip_address),
            public_ip: filled(address.public_ip),
            public_ipv4_pool: filled(address.public_ipv4_pool),
            tags_all: tagging::from_sdk(address.tags),
            ..Self::default()
        }
    }
}

/// Names that AWS derives from addresses; no call returns them.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html#vpc-dns-hostnames>
fn dns_names(eip: &mut Eip, region: &str, partition: &str) {
    let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let (private, public) = match region {
        "us-east-1" => ("ec2.internal".to_string(), format!("compute-1.{suffix}")),
        region => (format!("{region}.compute.internal"), format!("{region}.compute.{suffix}")),
    };
    let dashed = |ip: &String| ip.replace('.', "-");
    eip.private_dns = eip.private_ip.as_ref().map(|ip| format!("ip-{}.{private}", dashed(ip)));
    eip.public_dns = eip.public_ip.as_ref().map(|ip| format!("ec2-{}.{public}", dashed(ip)));
}

/// This call has no pages.
async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::Address>, CloudError> {
    let request = aws.read().ec2().describe_addresses().set_filters(Some(filters));
    Ok(aws.call("ec2:DescribeAddresses", request.send()).await?.addresses.unwrap_or_default())
}

async fn describe_one(aws: &Aws, id: &PhysicalId) -> Result<Option<sdk::Address>, CloudError> {
    let found = describe(aws, vec![filter("allocation-id", [id.to_string()])]).await?;
    Ok(found.into_iter().find(|address| address.allocation_id.as_deref() == Some(id.as_str())))
}

async fn complete(aws: &Aws, found: Vec<sdk::Address>, wanted: &[ReadRequest]) -> Result<Vec<Eip>, CloudError> {
    let mut addresses: Vec<Eip> = found.into_iter().map(Eip::from).collect();
    let asked = wanted.iter().any(|request| asks_for(request, &["ptr_record"]));
    let mut names = if asked { ptr_records(aws, &addresses).await? } else { HashMap::new() };
    for eip in &mut addresses {
        dns_names(eip, aws.region(), aws.partition());
        if let Some(id) = eip.id.as_deref() {
            eip.arn = Some(arn(aws, None, "elastic-ip", id).await?);
            eip.ptr_record = names.remove(id);
        }
    }
    Ok(addresses)
}

async fn ptr_records(aws: &Aws, addresses: &[Eip]) -> Result<HashMap<String, String>, CloudError> {
    let request = aws
        .read()
        .ec2()
        .describe_addresses_attribute()
        .set_allocation_ids(Some(addresses.iter().filter_map(|eip| eip.id.clone()).collect()))
        .attribute(AddressAttributeName::DomainName);
    let found = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeAddressesAttribute", request.send()).await?;
            Ok((page.addresses, page.next_token))
        }
    });
    Ok(found.await?.into_iter().filter_map(|item| Some((item.allocation_id?, item.ptr_record?))).collect())
}

/// What to associate the address with: at most one of instance and interface. AWS returns both for an instance, so that
/// only the one that differs from what is there says what is meant.
#[derive(Debug, PartialEq)]
enum Target<'a> {
    Nothing,
    Instance(&'a str),
    Interface(&'a str),
}

fn target<'a>(want: &'a Eip, live: &sdk::Address) -> Target<'a> {
    let filled = |text: &'a Option<String>| text.as_deref().filter(|text| !text.is_empty());
    match (filled(&want.instance), filled(&want.network_interface)) {
        (None, None) => Target::Nothing,
        (Some(instance), None) => Target::Instance(instance),
        (None, Some(interface)) => Target::Interface(interface),
        (Some(instance), Some(interface)) => {
            if live.network_interface_id.as_deref() == Some(interface) {
                Target::Instance(instance)
            } else {
                Target::Interface(interface)
            }
        }
    }
}

async fn disassociate(aws: &Aws, association: Option<String>) -> Result<(), CloudError> {
    let Some(association) = association.filter(|association| !association.is_empty()) else { return Ok(()) };
    let request = aws.write().ec2().disassociate_address().association_id(association);
    gone_is_fine(aws.call("ec2:DisassociateAddress", request.send()).await)
}

async fn associate(aws: &Aws, id: &PhysicalId, want: &Eip) -> Result<(), CloudError> {
    let Some(live) = describe_one(aws, id).await? else {
        return Err(CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")));
    };
    // Associating with what has the address already changes nothing, so that a repetition is harmless.
    let request = aws.write().ec2().associate_address().allocation_id(id.as_str()).allow_reassociation(true);
    let request = match target(want, &live) {
        Target::Nothing => return disassociate(aws, live.association_id).await,
        Target::Instance(instance) => request.instance_id(instance),
        Target::Interface(interface) => request.network_interface_id(interface),
    };
    let request = request.set_private_ip_address(want.associate_with_private_ip.clone());
    aws.call("ec2:AssociateAddress", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for Eip {
    const TYPE: &'static str = "aws_eip";
    const DOC: &'static str = "A public IPv4 address that stays.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:AllocateAddress"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DisassociateAddress", "ec2:ReleaseAddress"];
    const LAGS: &'static [LagReply] = lags::EIP;
    const IMPORT_ID: &'static str = "ALLOCATION_ID";
    const EXAMPLE: &'static str = "\
domain: vpc
tags: {Name: nat-a}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] = &[("vpc", "deprecated: write `domain: vpc`")];

    type Update = EipUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let read = async {
            let found = by_filter("allocation-id", &ids(wanted), |filters| describe(aws, filters)).await?;
            complete(aws, found, wanted).await
        };
        match read.await {
            Ok(found) => tagging::in_order(wanted, found, |eip| eip.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |address: sdk::Address| Candidate::new(address.allocation_id, tagging::from_sdk(address.tags));
        tagging::find(recover, |filters| describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:AllocateAddress";
        let request = aws
            .write()
            .ec2()
            .allocate_address()
            .domain(DomainType::Vpc)
            .set_address(want.address.clone())
            .set_public_ipv4_pool(want.public_ipv4_pool.clone())
            .set_network_border_group(want.network_border_group.clone())
            .set_customer_owned_ipv4_pool(want.customer_owned_ipv4_pool.clone())
            .set_ipam_pool_id(want.ipam_pool_id.clone())
            .set_tag_specifications(tagging::specification(ResourceType::ElasticIp, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        Ok(reply.allocation_id.ok_or_else(|| missing(CALL, "AllocationId"))?.into())
    }

    async fn update(aws: &Aws, call: EipUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            EipUpdate::Association => associate(aws, id, want).await,
            EipUpdate::Tags => tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(live) = describe_one(aws, id).await? else { return Ok(()) };
        if live.service_managed.is_none() {
            disassociate(aws, live.association_id).await?;
        }
        let request = aws.write().ec2().release_address().allocation_id(id.as_str());
        gone_is_fine(aws.call("ec2:ReleaseAddress", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let given = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        let mut found = Vec::new();
        if given("instance") && given("network_interface") {
            let message = "an address belongs to an instance or to an interface, not to both";
            found.push(checks::problem("network_interface", message, None));
        }
        if given("associate_with_private_ip") && !given("instance") && !given("network_interface") {
            let message = "associate_with_private_ip needs instance or network_interface";
            found.push(checks::problem("associate_with_private_ip", message, None));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_addresses() {
        let mut eip =
            Eip { public_ip: Some("198.51.100.7".into()), private_ip: Some("10.0.1.2".into()), ..Eip::default() };
        dns_names(&mut eip, "eu-west-1", "aws");
        assert_eq!(eip.public_dns.as_deref(), Some("ec2-198-51-100-7.eu-west-1.compute.amazonaws.com"));
        assert_eq!(eip.private_dns.as_deref(), Some("ip-10-0-1-2.eu-west-1.compute.internal"));
        dns_names(&mut eip, "us-east-1", "aws");
        assert_eq!(eip.public_dns.as_deref(), Some("ec2-198-51-100-7.compute-1.amazonaws.com"));
        assert_eq!(eip.private_dns.as_deref(), Some("ip-10-0-1-2.ec2.internal"));
    }

    #[test]
    fn the_side_that_differs_is_meant() {
        let live = sdk::Address::builder().instance_id("i-1").network_interface_id("eni-1").build();
        let want = |instance: &str, interface: &str| Eip {
            instance: Some(instance.into()),
            network_interface: Some(interface.into()),
            ..Eip::default()
        };
        assert_eq!(target(&want("i-2", "eni-1"), &live), Target::Instance("i-2"));
        assert_eq!(target(&want("i-1", "eni-2"), &live), Target::Interface("eni-2"));
        assert_eq!(target(&want("", ""), &live), Target::Nothing);
    }
}
