//! `aws_vpc`

pub(super) mod companions;
mod ipv6;

use aws_sdk_ec2::operation::create_vpc::builders::CreateVpcFluentBuilder;
use aws_sdk_ec2::types::{AttributeBooleanValue, VpcAttributeName};
use futures::future::{join_all, try_join3};

use self::companions::Companion;
use super::prelude::*;
use super::{checks, tagging};
use crate::connection::call::absent_is_none;
use crate::kind::ownership::Candidate;

updates! {
    pub enum VpcUpdate {
        DnsSupport => [ModifyVpcAttribute],
        DnsHostnames => [ModifyVpcAttribute],
        AddressUsageMetrics => [ModifyVpcAttribute],
        Ipv6 => [AssociateVpcCidrBlock, DisassociateVpcCidrBlock],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = VpcUpdate)]
#[sdk(from = sdk::Vpc, create = CreateVpcFluentBuilder)]
pub struct Vpc {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// Whether the VPC gets a /56 of Amazon's IPv6 addresses.
    #[field(update = Ipv6, default = false, by_hand, conflicts = ["ipv6_ipam_pool_id"])]
    assign_generated_ipv6_cidr_block: Option<bool>,
    /// The IPv4 range, from /16 to /28.
    #[field(immutable, aws_default, conflicts = ["ipv4_netmask_length"])]
    cidr_block: Option<String>,
    /// The network ACL that AWS made with the VPC.
    #[field(computed, by_hand)]
    default_network_acl_id: Option<String>,
    /// The route table that AWS made with the VPC.
    #[field(computed, by_hand)]
    default_route_table_id: Option<String>,
    /// The security group that AWS made with the VPC.
    #[field(computed, by_hand)]
    default_security_group_id: Option<String>,
    /// The set of DHCP options.
    #[field(computed)]
    dhcp_options_id: Option<String>,
    /// Whether instances get public DNS names.
    #[field(update = DnsHostnames, after_create, by_hand, default = false)]
    enable_dns_hostnames: Option<bool>,
    /// Whether the VPC has Amazon's DNS resolver.
    #[field(update = DnsSupport, after_create, by_hand, default = true)]
    enable_dns_support: Option<bool>,
    /// Whether AWS counts the addresses in use for CloudWatch.
    #[field(update = AddressUsageMetrics, after_create, by_hand, default = false)]
    enable_network_address_usage_metrics: Option<bool>,
    /// The VPC's id.
    #[field(computed, sdk = vpc_id)]
    id: Option<String>,
    /// Whether instances run on hardware of their own.
    #[field(immutable, default = "default", one_of = ["default", "dedicated"])]
    instance_tenancy: Option<String>,
    /// The IPAM pool that the IPv4 range comes from.
    #[field(immutable, write_only)]
    ipv4_ipam_pool_id: Option<String>,
    /// The size of the range that the IPAM pool gives.
    #[field(immutable, write_only, conflicts = ["cidr_block"], range = 0..=32)]
    ipv4_netmask_length: Option<i64>,
    /// The association of the IPv6 range.
    #[field(computed, by_hand, changed_by = ["Ipv6"])]
    ipv6_association_id: Option<String>,
    /// The IPv6 range, from an IPAM pool.
    #[field(update = Ipv6, aws_default, forms = Cidr, read_by_hand, changed_by = ["Ipv6"])]
    #[field(conflicts = ["assign_generated_ipv6_cidr_block", "ipv6_netmask_length"])]
    ipv6_cidr_block: Option<String>,
    /// The zone group from which the IPv6 range is announced.
    #[field(update = Ipv6, aws_default, read_by_hand, changed_by = ["Ipv6"])]
    ipv6_cidr_block_network_border_group: Option<String>,
    /// The IPAM pool that the IPv6 range comes from.
    #[field(update = Ipv6, write_only, conflicts = ["assign_generated_ipv6_cidr_block"])]
    ipv6_ipam_pool_id: Option<String>,
    /// The size of the IPv6 range that the IPAM pool gives.
    #[field(update = Ipv6, write_only, conflicts = ["ipv6_cidr_block"], range = 0..=128)]
    ipv6_netmask_length: Option<i64>,
    /// The main route table, which subnets without an association use.
    #[field(computed, by_hand)]
    main_route_table_id: Option<String>,
    /// The account that owns the VPC.
    #[field(computed)]
    owner_id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// AWS's word for the status.
    #[field(computed, by_hand)]
    _status: Option<String>,
}

#[async_trait]
impl Described for Vpc {
    type Live = sdk::Vpc;
    const ID_FILTER: &'static str = "vpc-id";
    const TAG_KIND: ResourceType = ResourceType::Vpc;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::Vpc>, CloudError> {
        let request = aws.read().ec2().describe_vpcs().set_filters(Some(filters)).max_results(1000);
        aws.pages(request, |page| page.vpcs).await
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::Vpc) -> Self {
        let ipv6 = ipv6::current(live);
        self.assign_generated_ipv6_cidr_block = Some(ipv6.is_some_and(ipv6::is_amazons));
        self.ipv6_association_id = ipv6.and_then(|ipv6| ipv6.association_id.clone());
        self.ipv6_cidr_block = ipv6.and_then(|ipv6| ipv6.ipv6_cidr_block.clone());
        self.ipv6_cidr_block_network_border_group = ipv6.and_then(|ipv6| ipv6.network_border_group.clone());
        let status = match live.state.as_ref().map(sdk::VpcState::as_str) {
            Some(state) if state != "available" => state,
            // A range that is being associated is not usable yet.
            _ if ipv6.is_some_and(ipv6::is_changing) => "associating-ipv6",
            _ => "available",
        };
        self._status = Some(status.into());
        self
    }
}

/// Describe returns three attributes one VPC and one attribute a call; without a question they count as AWS's defaults.
async fn add_attributes(aws: &Aws, vpc: &mut Vpc, request: &ReadRequest) -> Result<bool, CloudError> {
    let ask = async |attribute: VpcAttributeName, property: &str, usual: bool| {
        if !asks_for(request, &[property]) {
            return Ok(Some(usual));
        }
        let call = aws.read().ec2().describe_vpc_attribute().vpc_id(request.id.as_str()).attribute(attribute);
        let Some(reply) = absent_is_none(aws.send(call).await)? else {
            return Ok(None);
        };
        let value = reply.enable_dns_support.or(reply.enable_dns_hostnames);
        let value = value.or(reply.enable_network_address_usage_metrics);
        Ok::<_, CloudError>(Some(value.and_then(|value| value.value).unwrap_or(usual)))
    };
    let (support, hostnames, metrics) = try_join3(
        ask(VpcAttributeName::EnableDnsSupport, "enable_dns_support", true),
        ask(VpcAttributeName::EnableDnsHostnames, "enable_dns_hostnames", false),
        ask(VpcAttributeName::EnableNetworkAddressUsageMetrics, "enable_network_address_usage_metrics", false),
    )
    .await?;
    vpc.enable_dns_support = support;
    vpc.enable_dns_hostnames = hostnames;
    vpc.enable_network_address_usage_metrics = metrics;
    Ok(support.is_some() && hostnames.is_some() && metrics.is_some())
}

/// What AWS made with the VPC takes one call for each kind.
async fn add_companions(aws: &Aws, vpc: &mut Vpc, request: &ReadRequest) -> Result<(), CloudError> {
    let id = request.id.as_str();
    let ask = async |properties: &[&str], kind: Companion| match asks_for(request, properties) {
        true => companions::of_vpc(aws, kind, id).await,
        false => Ok(None),
    };
    let (network_acl, route_table, security_group) = try_join3(
        ask(&["default_network_acl_id"], Companion::NetworkAcl),
        ask(&["default_route_table_id", "main_route_table_id"], Companion::RouteTable),
        ask(&["default_security_group_id"], Companion::SecurityGroup),
    )
    .await?;
    vpc.default_network_acl_id = network_acl;
    vpc.default_route_table_id.clone_from(&route_table);
    vpc.main_route_table_id = route_table;
    vpc.default_security_group_id = security_group;
    Ok(())
}

async fn complete(aws: &Aws, vpc: Option<Vpc>, request: &ReadRequest) -> Read<Vpc> {
    let Some(mut vpc) = vpc else { return Ok(None) };
    add_companions(aws, &mut vpc, request).await?;
    let still_there = add_attributes(aws, &mut vpc, request).await?;
    Ok(still_there.then_some(vpc))
}

fn flag(value: Option<bool>, usual: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value.unwrap_or(usual)).build()
}

#[async_trait]
impl Resource for Vpc {
    const TYPE: &'static str = "aws_vpc";
    const DOC: &'static str = "A private network.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const RELATIONS: Relations = Relations { network: Some(Network::Whole { block: "cidr_block" }), ..Relations::NONE };
    const CREATE_CALLS: Calls = calls![CreateVpc];
    const DELETE_CALLS: Calls = calls![DeleteVpc];
    const LAGS: &'static [LagReply] = lags::VPC;
    const APART: &'static [&'static str] = &[
        "enable_dns_support",
        "enable_dns_hostnames",
        "enable_network_address_usage_metrics",
        "default_network_acl_id",
        "default_route_table_id",
        "main_route_table_id",
        "default_security_group_id",
    ];
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "VPC_ID";
    const TERRAFORM_VERSION: u32 = 1;
    const EXAMPLE: &'static str = "\
cidr_block: 10.20.0.0/16
enable_dns_hostnames: true
tags: {Name: main}
";

    type Update = VpcUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let found = read_described(aws, wanted).await;
        join_all(found.into_iter().zip(wanted).map(async |(vpc, request)| complete(aws, vpc?, request).await)).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // Whatever its state is: a VPC has none in which it only leaves.
        let candidate = |vpc: sdk::Vpc| Candidate::new(vpc.vpc_id, tagging::from_sdk(vpc.tags));
        tagging::find(recover, |filters| Self::describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let amazons = want.assign_generated_ipv6_cidr_block.filter(|assign| *assign);
        let request = want.fill(aws.write().ec2().create_vpc())?.set_amazon_provided_ipv6_cidr_block(amazons);
        aws.made(request.set_tag_specifications(want.tag_specification()), |reply| reply.vpc?.vpc_id).await
    }

    async fn update(aws: &Aws, call: VpcUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        // The API changes one attribute a call.
        let request = aws.write().ec2().modify_vpc_attribute().vpc_id(id.as_str());
        let request = match call {
            VpcUpdate::DnsSupport => request.enable_dns_support(flag(want.enable_dns_support, true)),
            VpcUpdate::DnsHostnames => request.enable_dns_hostnames(flag(want.enable_dns_hostnames, false)),
            VpcUpdate::AddressUsageMetrics => {
                let metrics = flag(want.enable_network_address_usage_metrics, false);
                request.enable_network_address_usage_metrics(metrics)
            }
            VpcUpdate::Ipv6 => return ipv6::update(aws, id, want, prior).await,
            VpcUpdate::Tags => return retag(aws, change).await,
        };
        aws.done(request).await
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_vpc().vpc_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(pending @ ("pending" | "associating-ipv6")) => Readiness::Pending(pending.into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let mut found = Vec::new();
        let block = properties.get("cidr_block");
        checks::cidr(&"cidr_block".into(), block, &mut found);
        let length = block.and_then(Value::as_str).and_then(checks::prefix_length);
        if length.is_some_and(|length| !(16..=28).contains(&length)) {
            found.push(checks::problem("cidr_block", "a VPC's range is from /16 to /28", None));
        }
        checks::cidr(&"ipv6_cidr_block".into(), properties.get("ipv6_cidr_block"), &mut found);
        let given = |name: &str| properties.get(name).is_some_and(|value| !value.is_null());
        if !given("cidr_block") && !given("ipv4_ipam_pool_id") {
            let help = Some("for example cidr_block: 10.20.0.0/16".to_string());
            found.push(checks::problem("cidr_block", "a VPC needs cidr_block or ipv4_ipam_pool_id", help));
        }
        let off = properties.get("enable_dns_support").and_then(Value::as_bool) == Some(false);
        if off && properties.get("enable_dns_hostnames").and_then(Value::as_bool) == Some(true) {
            let message = "enable_dns_hostnames needs enable_dns_support";
            found.push(checks::problem("enable_dns_hostnames", message, None));
        }
        found
    }
}

#[cfg(test)]
mod tests;
