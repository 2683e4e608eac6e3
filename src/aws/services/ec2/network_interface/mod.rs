//! `aws_network_interface`

mod addresses;

use aws_sdk_ec2::operation::create_network_interface::builders::CreateNetworkInterfaceFluentBuilder;
use aws_sdk_ec2::types::{AttributeBooleanValue, AttributeValue};

use super::prelude::*;
use crate::kind::convert::{int, problem};

updates! {
    pub enum NetworkInterfaceUpdate {
        Description => [ModifyNetworkInterfaceAttribute],
        SecurityGroups => [ModifyNetworkInterfaceAttribute],
        SourceDestCheck => [ModifyNetworkInterfaceAttribute],
        PrivateIps => [UnassignPrivateIpAddresses, AssignPrivateIpAddresses],
        Ipv4Prefixes => [UnassignPrivateIpAddresses, AssignPrivateIpAddresses],
        Ipv6 => [UnassignIpv6Addresses, AssignIpv6Addresses],
        Ipv6Prefixes => [UnassignIpv6Addresses, AssignIpv6Addresses],
        PrimaryIpv6 => [ModifyNetworkInterfaceAttribute],
        Attachment => [DetachNetworkInterface, AttachNetworkInterface],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = NetworkInterfaceUpdate)]
#[sdk(from = sdk::NetworkInterface, create = CreateNetworkInterfaceFluentBuilder)]
pub struct NetworkInterface {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The instance that it is on.
    #[field(update = Attachment, after_create, aws_default, set, by_hand)]
    attachment: Option<Vec<Attachment>>,
    /// What it is for.
    #[field(update = Description, filled)]
    description: Option<String>,
    /// Whether its first IPv6 address stays for as long as it does.
    #[field(update = PrimaryIpv6, aws_default, read_by_hand)]
    enable_primary_ipv6: Option<bool>,
    /// The interface's id.
    #[field(computed, sdk = network_interface_id)]
    id: Option<String>,
    /// The kind of interface, such as `efa`.
    #[field(immutable, aws_default)]
    interface_type: Option<String>,
    /// How many IPv4 prefixes there are.
    #[field(update = Ipv4Prefixes, aws_default, range = 0..=64, read_by_hand, conflicts = ["ipv4_prefixes"])]
    #[field(changed_by = ["Ipv4Prefixes"])]
    ipv4_prefix_count: Option<i64>,
    /// The IPv4 prefixes, each a /28.
    #[field(update = Ipv4Prefixes, aws_default, set, forms = Cidr, by_hand, conflicts = ["ipv4_prefix_count"])]
    #[field(changed_by = ["Ipv4Prefixes"])]
    ipv4_prefixes: Option<Vec<String>>,
    /// How many IPv6 addresses there are.
    #[field(update = Ipv6, aws_default, range = 0..=64, read_by_hand, conflicts = ["ipv6_addresses"])]
    #[field(changed_by = ["Ipv6"])]
    ipv6_address_count: Option<i64>,
    /// The IPv6 addresses.
    #[field(update = Ipv6, aws_default, set, forms = Ipv6, by_hand, conflicts = ["ipv6_address_count"])]
    #[field(changed_by = ["Ipv6"])]
    ipv6_addresses: Option<Vec<String>>,
    /// How many IPv6 prefixes there are.
    #[field(update = Ipv6Prefixes, aws_default, range = 0..=64, read_by_hand, conflicts = ["ipv6_prefixes"])]
    #[field(changed_by = ["Ipv6Prefixes"])]
    ipv6_prefix_count: Option<i64>,
    /// The IPv6 prefixes, each a /80.
    #[field(update = Ipv6Prefixes, aws_default, set, forms = Cidr, by_hand, conflicts = ["ipv6_prefix_count"])]
    #[field(changed_by = ["Ipv6Prefixes"])]
    ipv6_prefixes: Option<Vec<String>>,
    /// The hardware's address.
    #[field(computed)]
    mac_address: Option<String>,
    /// The Outpost that it is on.
    #[field(computed, filled)]
    outpost_arn: Option<String>,
    /// The account that owns it.
    #[field(computed)]
    owner_id: Option<String>,
    /// The name of its first address in DNS.
    #[field(computed, filled)]
    private_dns_name: Option<String>,
    /// Its first address.
    #[field(immutable, aws_default, forms = Ipv4, sdk = private_ip_address, sent_by_hand)]
    private_ip: Option<String>,
    /// All of its IPv4 addresses, the first one included.
    #[field(update = PrivateIps, aws_default, set, forms = Ipv4, by_hand, conflicts = ["private_ips_count"])]
    #[field(changed_by = ["PrivateIps"])]
    private_ips: Option<Vec<String>>,
    /// How many addresses there are besides the first one.
    #[field(update = PrivateIps, aws_default, range = 0..=64, by_hand, conflicts = ["private_ips"])]
    #[field(changed_by = ["PrivateIps"])]
    private_ips_count: Option<i64>,
    /// The security groups; by default that of the VPC.
    #[field(update = SecurityGroups, aws_default, set, filled, read_by_hand, sent_as = groups)]
    security_groups: Option<Vec<String>>,
    /// Whether it takes only what is meant for it; routers and NAT do not.
    #[field(update = SourceDestCheck, after_create, default = true)]
    source_dest_check: Option<bool>,
    /// The subnet.
    #[field(immutable, required)]
    subnet_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sdk = tag_set, sent_by_hand)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, by_hand)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Attachment {
    /// The attachment's id.
    #[field(computed)]
    attachment_id: Option<String>,
    /// Its place among the interfaces of the instance.
    #[field(required, range = 0..=64)]
    device_index: Option<i64>,
    /// The instance.
    #[field(required)]
    instance: Option<String>,
}

fn count<T>(list: &[T]) -> Option<i64> {
    i64::try_from(list.len()).ok()
}

#[async_trait]
impl Described for NetworkInterface {
    type Live = sdk::NetworkInterface;
    const ID_FILTER: &'static str = "network-interface-id";
    const TAG_KIND: ResourceType = ResourceType::NetworkInterface;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::NetworkInterface>, CloudError> {
        let request = aws.read().ec2().describe_network_interfaces().set_filters(Some(filters));
        aws.pages(request, |page| page.network_interfaces).await
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::NetworkInterface) -> Self {
        let ips = live.private_ip_addresses();
        let ipv6 = live.ipv6_addresses();
        self.private_ips = Some(ips.iter().filter_map(|ip| ip.private_ip_address.clone()).collect());
        self.private_ips_count = count(ips).map(|all| (all - 1).max(0));
        self.ipv6_addresses = Some(ipv6.iter().filter_map(|ip| ip.ipv6_address.clone()).collect());
        self.ipv6_address_count = count(ipv6);
        self.enable_primary_ipv6 = Some(ipv6.iter().any(|ip| ip.is_primary_ipv6 == Some(true)));
        self.ipv4_prefixes =
            Some(live.ipv4_prefixes().iter().filter_map(|prefix| prefix.ipv4_prefix.clone()).collect());
        self.ipv4_prefix_count = count(live.ipv4_prefixes());
        self.ipv6_prefixes =
            Some(live.ipv6_prefixes().iter().filter_map(|prefix| prefix.ipv6_prefix.clone()).collect());
        self.ipv6_prefix_count = count(live.ipv6_prefixes());
        self.security_groups = Some(live.groups().iter().filter_map(|group| group.group_id.clone()).collect());
        let attached = live.attachment.as_ref().and_then(|attachment| {
            let instance = attachment.instance_id.clone()?;
            let index = attachment.device_index.map(Into::into);
            Some(Attachment {
                attachment_id: attachment.attachment_id.clone(),
                device_index: index,
                instance: Some(instance),
            })
        });
        self.attachment = Some(attached.into_iter().collect());
        self._status = live.status.as_ref().map(|status| status.as_str().to_string());
        self
    }
}

fn addresses_to_send(want: &NetworkInterface) -> Option<Vec<sdk::PrivateIpAddressSpecification>> {
    let addresses = want.private_ips.as_deref().filter(|addresses| !addresses.is_empty())?;
    let first = want.private_ip.as_ref().or(addresses.first());
    let one = |address: &String| {
        let primary = Some(address) == first;
        sdk::PrivateIpAddressSpecification::builder().primary(primary).private_ip_address(address).build()
    };
    Some(addresses.iter().map(one).collect())
}

/// Takes it off the instance. `Busy` until it is.
async fn detach(aws: &Aws, attachment: &str) -> Result<(), CloudError> {
    aws.gone(aws.write().ec2().detach_network_interface().attachment_id(attachment).force(true)).await?;
    Err(CloudError::new(ErrorKind::Busy, "the interface is being taken off the instance".to_string()))
}

async fn attach(aws: &Aws, id: &PhysicalId, want: &NetworkInterface) -> Result<(), CloudError> {
    let live: NetworkInterface = one(aws, id).await?;
    let wanted = want.attachment.iter().flatten().next();
    if let Some(there) = live.attachment.iter().flatten().next() {
        let same = |wanted: &Attachment| wanted.instance == there.instance && wanted.device_index == there.device_index;
        if wanted.is_some_and(same) {
            return Ok(());
        }
        detach(aws, there.attachment_id.as_deref().unwrap_or_default()).await?;
    }
    let Some(wanted) = wanted else { return Ok(()) };
    let request = aws.write().ec2().attach_network_interface().network_interface_id(id.as_str());
    let request = request.set_instance_id(wanted.instance.clone()).device_index(int(wanted.device_index.unwrap_or(1)));
    aws.done(request).await
}

#[async_trait]
impl Resource for NetworkInterface {
    const TYPE: &'static str = "aws_network_interface";
    const DOC: &'static str = "An interface of a subnet, which an instance can have.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateNetworkInterface];
    const DELETE_CALLS: Calls = calls![DetachNetworkInterface, DeleteNetworkInterface];
    const LAGS: &'static [LagReply] = lags::NETWORK_INTERFACE;
    const IMPORT_ID: &'static str = "NETWORK_INTERFACE_ID";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 5;
    const EXAMPLE: &'static str = "\
subnet_id: ${subnet.id}
private_ips: [10.20.0.10]
security_groups: [\"${web.id}\"]
";
    const UNSUPPORTED: Refused = &[
        ("ipv6_address_list", "AWS keeps no order: write ipv6_addresses"),
        ("ipv6_address_list_enabled", "AWS keeps no order: write ipv6_addresses"),
        ("private_ip_list", "AWS keeps no order but for the first address: write private_ip and private_ips"),
        ("private_ip_list_enabled", "AWS keeps no order but for the first address: write private_ip and private_ips"),
    ];

    type Update = NetworkInterfaceUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let addresses = addresses_to_send(want);
        let alone = want.private_ip.clone().filter(|_| addresses.is_none());
        let ipv6 = want.ipv6_addresses.iter().flatten();
        let ipv6 = ipv6.map(|ip| sdk::InstanceIpv6Address::builder().ipv6_address(ip).build()).collect();
        let prefixes4 = want.ipv4_prefixes.iter().flatten();
        let prefixes4 =
            prefixes4.map(|it| sdk::Ipv4PrefixSpecificationRequest::builder().ipv4_prefix(it).build()).collect();
        let prefixes6 = want.ipv6_prefixes.iter().flatten();
        let prefixes6 =
            prefixes6.map(|it| sdk::Ipv6PrefixSpecificationRequest::builder().ipv6_prefix(it).build()).collect();
        let request = want.fill(aws.write().ec2().create_network_interface())?.client_token(operation.id.as_str());
        let request = request
            .set_private_ip_address(alone)
            .set_private_ip_addresses(addresses)
            .set_secondary_private_ip_address_count(want.private_ips_count.filter(|more| *more > 0).map(int))
            .set_ipv6_addresses(filled(Some(ipv6)))
            .set_ipv4_prefixes(filled(Some(prefixes4)))
            .set_ipv6_prefixes(filled(Some(prefixes6)))
            .set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.network_interface?.network_interface_id).await
    }

    async fn update(aws: &Aws, call: NetworkInterfaceUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        // The API changes one attribute a call.
        let request = aws.write().ec2().modify_network_interface_attribute().network_interface_id(id.as_str());
        let request = match call {
            NetworkInterfaceUpdate::Description => {
                let text = want.description.clone().unwrap_or_default();
                request.description(AttributeValue::builder().value(text).build())
            }
            NetworkInterfaceUpdate::SecurityGroups => request.set_groups(want.security_groups.clone()),
            NetworkInterfaceUpdate::SourceDestCheck => {
                let check = want.source_dest_check.unwrap_or(true);
                request.source_dest_check(AttributeBooleanValue::builder().value(check).build())
            }
            NetworkInterfaceUpdate::PrimaryIpv6 => request.set_enable_primary_ipv6(want.enable_primary_ipv6),
            NetworkInterfaceUpdate::PrivateIps => return addresses::private(aws, id, want).await,
            NetworkInterfaceUpdate::Ipv4Prefixes => return addresses::ipv4_prefixes(aws, id, want).await,
            NetworkInterfaceUpdate::Ipv6 => return addresses::ipv6(aws, id, want).await,
            NetworkInterfaceUpdate::Ipv6Prefixes => return addresses::ipv6_prefixes(aws, id, want).await,
            NetworkInterfaceUpdate::Attachment => return attach(aws, id, want).await,
            NetworkInterfaceUpdate::Tags => return retag(aws, change).await,
        };
        aws.done(request).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let live = Self::by_ids(aws, &[id.to_string()]).await?;
        let Some(live) = live.iter().find(|one| one.network_interface_id.as_deref() == Some(id.as_str())) else {
            return Ok(());
        };
        // What a service has put on it, only the service takes off.
        if let Some(attachment) = live.attachment.as_ref().filter(|attachment| attachment.instance_id.is_some()) {
            detach(aws, attachment.attachment_id.as_deref().unwrap_or_default()).await?;
        }
        aws.gone(aws.write().ec2().delete_network_interface().network_interface_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(pending @ ("pending" | "attaching" | "detaching")) => Readiness::Pending(pending.into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let attachments = properties.get("attachment").and_then(Value::as_list).unwrap_or_default();
        let mut problems = Vec::new();
        if attachments.len() > 1 {
            problems.push(problem("attachment", "an interface is on one instance at most"));
        }
        let first = properties.get("private_ip").and_then(Value::as_str);
        let known = |value: &&[Value]| value.iter().all(Value::is_known);
        let all = properties.get("private_ips").and_then(Value::as_list).filter(known);
        if let (Some(first), Some(all)) = (first, all)
            && !all.iter().any(|address| address.as_str() == Some(first))
        {
            problems.push(problem("private_ip", "the first address is one of private_ips"));
        }
        problems
    }
}

#[cfg(test)]
mod tests;
