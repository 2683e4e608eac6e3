//! `aws_eip`

use std::collections::HashMap;

use aws_sdk_ec2::operation::allocate_address::builders::AllocateAddressFluentBuilder;
use aws_sdk_ec2::types::{AddressAttributeName, DomainType};

use super::prelude::*;

updates! {
    pub enum EipUpdate {
        Association => [AssociateAddress, DisassociateAddress],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = EipUpdate)]
#[sdk(from = sdk::Address, create = AllocateAddressFluentBuilder)]
pub struct Eip {
    /// The address to take, from a pool of one's own.
    #[field(immutable, write_only)]
    address: Option<String>,
    /// The allocation's id.
    #[field(computed)]
    allocation_id: Option<String>,
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The private address to associate with, where an interface has several.
    #[field(update = Association, after_create, write_only, forms = Ipv4, needs = ["instance", "network_interface"])]
    associate_with_private_ip: Option<String>,
    /// The association with an interface.
    #[field(computed, filled, changed_by = ["Association"])]
    association_id: Option<String>,
    /// The address in a carrier's network.
    #[field(computed, filled)]
    carrier_ip: Option<String>,
    /// The address in an Outpost's pool.
    #[field(computed, filled)]
    customer_owned_ip: Option<String>,
    /// The Outpost's pool that the address comes from.
    #[field(immutable, filled)]
    customer_owned_ipv4_pool: Option<String>,
    /// Where the address can be used; `vpc` is the only answer today.
    #[field(immutable, aws_default, one_of = ["vpc"], sent_by_hand)]
    domain: Option<String>,
    /// The allocation's id.
    #[field(computed, by_hand)]
    id: Option<String>,
    /// The instance that has the address.
    #[field(update = Association, after_create, aws_default, filled, sdk = instance_id, conflicts = ["network_interface"], changed_by = ["Association"])]
    instance: Option<String>,
    /// The IPAM pool that the address comes from.
    #[field(immutable, write_only, aws_default)]
    ipam_pool_id: Option<String>,
    /// The zone group from which the address is announced.
    #[field(immutable, aws_default, filled)]
    network_border_group: Option<String>,
    /// The interface that has the address.
    #[field(update = Association, after_create, aws_default, filled, sdk = network_interface_id, conflicts = ["instance"], changed_by = ["Association"])]
    network_interface: Option<String>,
    /// The DNS name of the private address.
    #[field(computed, by_hand, changed_by = ["Association"])]
    private_dns: Option<String>,
    /// The private address that the interface has.
    #[field(computed, filled, sdk = private_ip_address, changed_by = ["Association"])]
    private_ip: Option<String>,
    /// The name that the address resolves back to.
    #[field(computed, by_hand)]
    ptr_record: Option<String>,
    /// The DNS name of the address.
    #[field(computed, by_hand)]
    public_dns: Option<String>,
    /// The address.
    #[field(computed, filled)]
    public_ip: Option<String>,
    /// The pool that the address comes from.
    #[field(immutable, aws_default, filled)]
    public_ipv4_pool: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
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

#[async_trait]
impl Described for Eip {
    type Live = sdk::Address;
    const ID_FILTER: &'static str = "allocation-id";
    const TAG_KIND: ResourceType = ResourceType::ElasticIp;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// This call has no pages.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::Address>, CloudError> {
        let reply = aws.send(aws.read().ec2().describe_addresses().set_filters(Some(filters))).await?;
        Ok(reply.addresses.unwrap_or_default())
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn finish(mut self, _live: &sdk::Address) -> Self {
        self.id.clone_from(&self.allocation_id);
        self
    }

    async fn complete(aws: &Aws, found: &mut [Self], wanted: &[ReadRequest]) -> Result<(), CloudError> {
        let asked = wanted.iter().any(|request| asks_for(request, &["ptr_record"]));
        let mut names = if asked && !found.is_empty() { ptr_records(aws, found).await? } else { HashMap::new() };
        for eip in found {
            dns_names(eip, aws.region(), aws.partition());
            eip.ptr_record = eip.id.as_deref().and_then(|id| names.remove(id));
        }
        Ok(())
    }
}

async fn ptr_records(aws: &Aws, addresses: &[Eip]) -> Result<HashMap<String, String>, CloudError> {
    let ids = addresses.iter().filter_map(|eip| eip.id.clone()).collect();
    let request = aws.read().ec2().describe_addresses_attribute().set_allocation_ids(Some(ids));
    let found = aws.pages(request.attribute(AddressAttributeName::DomainName), |page| page.addresses).await?;
    Ok(found.into_iter().filter_map(|item| Some((item.allocation_id?, item.ptr_record?))).collect())
}

async fn described(aws: &Aws, id: &PhysicalId) -> Result<Option<sdk::Address>, CloudError> {
    let found = Eip::by_ids(aws, &[id.to_string()]).await?;
    Ok(found.into_iter().find(|address| address.allocation_id.as_deref() == Some(id.as_str())))
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
    match (text(&want.instance), text(&want.network_interface)) {
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
    let Some(association) = filled(association) else { return Ok(()) };
    aws.gone(aws.write().ec2().disassociate_address().association_id(association)).await
}

async fn associate(aws: &Aws, id: &PhysicalId, want: &Eip) -> Result<(), CloudError> {
    let Some(live) = described(aws, id).await? else {
        return Err(CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")));
    };
    // Associating with what has the address already changes nothing, so that a repetition is harmless.
    let request = aws.write().ec2().associate_address().allocation_id(id.as_str()).allow_reassociation(true);
    let request = match target(want, &live) {
        Target::Nothing => return disassociate(aws, live.association_id).await,
        Target::Instance(instance) => request.instance_id(instance),
        Target::Interface(interface) => request.network_interface_id(interface),
    };
    aws.done(request.set_private_ip_address(want.associate_with_private_ip.clone())).await
}

#[async_trait]
impl Resource for Eip {
    const TYPE: &'static str = "aws_eip";
    const DOC: &'static str = "A public IPv4 address that stays.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![AllocateAddress];
    const DELETE_CALLS: Calls = calls![DisassociateAddress, ReleaseAddress];
    const LAGS: &'static [LagReply] = lags::EIP;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "ALLOCATION_ID";
    const EXAMPLE: &'static str = "\
domain: vpc
tags: {Name: nat-a}
";
    const UNSUPPORTED: Refused = &[("vpc", "deprecated: write `domain: vpc`")];

    type Update = EipUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().allocate_address())?.domain(DomainType::Vpc);
        aws.made(request.set_tag_specifications(want.tag_specification()), |reply| reply.allocation_id).await
    }

    async fn update(aws: &Aws, call: EipUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            EipUpdate::Association => associate(aws, change.id, change.want).await,
            EipUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some(live) = described(aws, id).await? else { return Ok(()) };
        if live.service_managed.is_none() {
            disassociate(aws, live.association_id).await?;
        }
        aws.gone(aws.write().ec2().release_address().allocation_id(id.as_str())).await
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
