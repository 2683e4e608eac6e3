//! `aws_vpc_dhcp_options`

use super::prelude::*;
use crate::kind::convert::problem;

updates! {
    pub enum DhcpOptionsUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DhcpOptionsUpdate)]
#[sdk(from = sdk::DhcpOptions)]
pub struct DhcpOptions {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The domain that names without one are completed with.
    #[field(immutable, by_hand)]
    domain_name: Option<String>,
    /// The servers for DNS, by address; `AmazonProvidedDNS` for AWS's.
    #[field(immutable, by_hand)]
    domain_name_servers: Option<Vec<String>>,
    /// The set's id.
    #[field(computed, sdk = dhcp_options_id)]
    id: Option<String>,
    /// Seconds for which an IPv6 address is leased.
    #[field(immutable, forms = Number, by_hand)]
    ipv6_address_preferred_lease_time: Option<String>,
    /// The servers for NetBIOS names, by address.
    #[field(immutable, forms = Ipv4, by_hand)]
    netbios_name_servers: Option<Vec<String>>,
    /// How NetBIOS names are looked up: 1, 2, 4 or 8.
    #[field(immutable, one_of = ["1", "2", "4", "8"], by_hand)]
    netbios_node_type: Option<String>,
    /// The servers for the time, by address.
    #[field(immutable, by_hand)]
    ntp_servers: Option<Vec<String>>,
    /// The account that owns it.
    #[field(computed)]
    owner_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
}

impl DhcpOptions {
    /// The options by the names that DHCP has for them; those that are not written are left out.
    fn options(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        let all = |values: &Option<Vec<String>>| values.clone().unwrap_or_default();
        let options = [
            ("domain-name", one(&self.domain_name)),
            ("domain-name-servers", all(&self.domain_name_servers)),
            ("ipv6-address-preferred-lease-time", one(&self.ipv6_address_preferred_lease_time)),
            ("netbios-name-servers", all(&self.netbios_name_servers)),
            ("netbios-node-type", one(&self.netbios_node_type)),
            ("ntp-servers", all(&self.ntp_servers)),
        ];
        options.into_iter().filter(|(_, values)| values.iter().any(|value| !value.is_empty())).collect()
    }
}

#[async_trait]
impl Described for DhcpOptions {
    type Live = sdk::DhcpOptions;
    const ID_FILTER: &'static str = "dhcp-options-id";
    const TAG_KIND: ResourceType = ResourceType::DhcpOptions;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::DhcpOptions>, CloudError> {
        let request = aws.read().ec2().describe_dhcp_options().set_filters(Some(filters));
        aws.pages(request, |page| page.dhcp_options).await
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::DhcpOptions) -> Self {
        for option in live.dhcp_configurations() {
            let values: Vec<String> = option.values().iter().filter_map(|value| value.value.clone()).collect();
            let one = values.first().cloned();
            match option.key.as_deref() {
                Some("domain-name") => self.domain_name = one,
                Some("domain-name-servers") => self.domain_name_servers = filled(Some(values)),
                Some("ipv6-address-preferred-lease-time") => self.ipv6_address_preferred_lease_time = one,
                Some("netbios-name-servers") => self.netbios_name_servers = filled(Some(values)),
                Some("netbios-node-type") => self.netbios_node_type = one,
                Some("ntp-servers") => self.ntp_servers = filled(Some(values)),
                _ => {}
            }
        }
        self
    }
}

#[async_trait]
impl Resource for DhcpOptions {
    const TYPE: &'static str = "aws_vpc_dhcp_options";
    const DOC: &'static str = "What the instances of a VPC learn by DHCP.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateDhcpOptions];
    const DELETE_CALLS: Calls = calls![DeleteDhcpOptions];
    const LAGS: &'static [LagReply] = lags::DHCP_OPTIONS;
    const IMPORT_ID: &'static str = "DHCP_OPTIONS_ID";
    const RELATIONS: Relations =
        Relations { held_by: &[("aws_vpc_dhcp_options_association", "dhcp_options_id")], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
domain_name: shop.internal
domain_name_servers: [AmazonProvidedDNS]
";

    type Update = DhcpOptionsUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let option = |(key, values)| sdk::NewDhcpConfiguration::builder().key(key).set_values(Some(values)).build();
        let options = want.options().into_iter().map(option).collect();
        let request = aws.write().ec2().create_dhcp_options().set_dhcp_configurations(Some(options));
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.dhcp_options?.dhcp_options_id).await
    }

    async fn update(aws: &Aws, call: DhcpOptionsUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            DhcpOptionsUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_dhcp_options().dhcp_options_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let names = [
            "domain_name",
            "domain_name_servers",
            "ipv6_address_preferred_lease_time",
            "netbios_name_servers",
            "netbios_node_type",
            "ntp_servers",
        ];
        match names.iter().all(|name| properties.get(name).is_none_or(Value::is_null)) {
            true => vec![problem("domain_name", "a set has one option at least")],
            false => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_back_as_they_were_sent() {
        let want = DhcpOptions {
            domain_name: Some("shop.internal".into()),
            domain_name_servers: Some(vec!["10.0.0.2".into(), "10.0.0.3".into()]),
            netbios_node_type: Some("2".into()),
            ..DhcpOptions::default()
        };
        let value = |value: String| sdk::AttributeValue::builder().value(value).build();
        let option = |(key, values): (&str, Vec<String>)| {
            let values = values.into_iter().map(value).collect();
            sdk::DhcpConfiguration::builder().key(key).set_values(Some(values)).build()
        };
        let options = want.options().into_iter().map(option).collect();
        let live = sdk::DhcpOptions::builder().set_dhcp_configurations(Some(options)).build();
        let back: DhcpOptions = of_live(&live).unwrap();
        assert_eq!(back.options(), want.options());
        assert_eq!(want.options().len(), 3);
    }
}
