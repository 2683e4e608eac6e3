//! `aws_vpc_endpoint`

mod modify;

use std::collections::HashMap;

use aws_sdk_ec2::operation::create_vpc_endpoint::builders::CreateVpcEndpointFluentBuilder;
use aws_sdk_ec2::types::{DnsOptionsSpecification, PrefixList};

use super::describe::{by_filter, by_id};
use super::prelude::*;
use super::{checks, unsuccessful};
use crate::connection::call::gone_is_fine;

updates! {
    pub enum VpcEndpointUpdate {
        Endpoint => [ModifyVpcEndpoint],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = VpcEndpointUpdate)]
#[sdk(from = sdk::VpcEndpoint, create = CreateVpcEndpointFluentBuilder)]
pub struct VpcEndpoint {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The ranges of the service behind a gateway endpoint.
    #[field(computed, by_hand)]
    cidr_blocks: Option<Vec<String>>,
    /// The names under which an interface endpoint is reached.
    #[field(computed, changed_by = ["Endpoint"], sdk = dns_entries)]
    dns_entry: Option<Vec<DnsEntry>>,
    /// How the service's names resolve.
    #[field(update = Endpoint, aws_default, changed_by = ["Endpoint"])]
    dns_options: Option<DnsOptions>,
    /// The endpoint's id.
    #[field(computed, sdk = vpc_endpoint_id)]
    id: Option<String>,
    /// The address families.
    #[field(update = Endpoint, aws_default, one_of = ["ipv4", "dualstack", "ipv6"])]
    ip_address_type: Option<String>,
    /// The interfaces of an interface endpoint.
    #[field(computed, changed_by = ["Endpoint"])]
    network_interface_ids: Option<Vec<String>>,
    /// The account that owns the endpoint.
    #[field(computed)]
    owner_id: Option<String>,
    /// Who may do what through the endpoint; without one, everybody everything.
    #[field(update = Endpoint, aws_default, policy, filled, sdk = policy_document)]
    policy: Option<String>,
    /// The prefix list of the service behind a gateway endpoint.
    #[field(computed, by_hand)]
    prefix_list_id: Option<String>,
    /// Whether the service's own names lead to the endpoint.
    #[field(update = Endpoint, aws_default)]
    private_dns_enabled: Option<bool>,
    /// Whether a service manages the endpoint.
    #[field(computed)]
    requester_managed: Option<bool>,
    /// The resource configuration of VPC Lattice that the endpoint leads to.
    #[field(immutable, filled)]
    resource_configuration_arn: Option<String>,
    /// The route tables that get a route to a gateway endpoint.
    #[field(update = Endpoint, aws_default, set, filled)]
    route_table_ids: Option<Vec<String>>,
    /// The security groups of an interface endpoint.
    #[field(update = Endpoint, aws_default, set, filled, read_by_hand)]
    security_group_ids: Option<Vec<String>>,
    /// The service, such as `com.amazonaws.eu-west-1.s3`.
    #[field(immutable, filled)]
    service_name: Option<String>,
    /// The service network of VPC Lattice that the endpoint leads to.
    #[field(immutable, filled)]
    service_network_arn: Option<String>,
    /// The region of the service.
    #[field(immutable, aws_default, filled)]
    service_region: Option<String>,
    /// AWS's word for the status.
    #[field(computed, read_by_hand)]
    state: Option<String>,
    /// Addresses for the interfaces, per subnet.
    #[field(update = Endpoint, write_only, set, filled, sent_as = subnet_configurations)]
    subnet_configuration: Option<Vec<SubnetConfiguration>>,
    /// The subnets of an interface endpoint, at most one per zone.
    #[field(update = Endpoint, aws_default, set, filled)]
    subnet_ids: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The kind of endpoint.
    #[field(
        immutable,
        default = "Gateway",
        one_of = ["Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"]
    )]
    vpc_endpoint_type: Option<String>,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
    /// AWS's word for the status, with its reason for a failure.
    #[field(computed)]
    _status: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DnsEntry)]
pub struct DnsEntry {
    /// The name.
    dns_name: Option<String>,
    /// The Route 53 zone of the name.
    #[field(filled)]
    hosted_zone_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(from = sdk::DnsOptions, into = DnsOptionsSpecification)]
pub struct DnsOptions {
    /// The kind of records.
    #[field(aws_default, one_of = ["ipv4", "dualstack", "ipv6", "service-defined"])]
    dns_record_ip_type: Option<String>,
    /// Whether only resolver endpoints for queries from elsewhere get the private names.
    #[field(aws_default)]
    private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(block)]
#[sdk(into = sdk::SubnetConfiguration)]
pub struct SubnetConfiguration {
    /// The IPv4 address.
    ipv4: Option<String>,
    /// The IPv6 address.
    ipv6: Option<String>,
    /// The subnet.
    subnet_id: Option<String>,
}

#[async_trait]
impl Described for VpcEndpoint {
    type Live = sdk::VpcEndpoint;
    const ID_FILTER: &'static str = "vpc-endpoint-id";
    const TAG_KIND: ResourceType = ResourceType::VpcEndpoint;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::VpcEndpoint>, CloudError> {
        describe(aws, None, Some(filters)).await
    }

    async fn by_ids(aws: &Aws, ids: &[String]) -> Result<Vec<sdk::VpcEndpoint>, CloudError> {
        by_id(ids, |ids| describe(aws, Some(ids), None)).await
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::VpcEndpoint) -> Self {
        self.state = live.state.as_ref().map(|state| lower_first(state.as_str()));
        let reason = live.last_error.as_ref().and_then(|error| text(&error.message)).or(text(&live.failure_reason));
        self._status = match (self.state.as_deref(), reason) {
            (Some(state @ ("failed" | "rejected" | "expired")), Some(reason)) => Some(format!("{state}: {reason}")),
            (state, _) => state.map(String::from),
        };
        let groups = live.groups().iter().filter_map(|group| group.group_id.clone());
        self.security_group_ids = Some(groups.collect());
        for list in [&mut self.network_interface_ids, &mut self.route_table_ids, &mut self.subnet_ids] {
            list.get_or_insert_default();
        }
        self.dns_entry.get_or_insert_default();
        self
    }

    async fn complete(aws: &Aws, found: &mut [Self], wanted: &[ReadRequest]) -> Result<(), CloudError> {
        let asked = wanted.iter().filter(|request| asks_for(request, &["cidr_blocks", "prefix_list_id"]));
        let asked: Vec<&str> = asked.map(|request| request.id.as_str()).collect();
        let asks = |endpoint: &Self| endpoint.is_gateway() && endpoint.id().is_some_and(|id| asked.contains(&id));
        let services: Vec<String> = found
            .iter()
            .filter(|endpoint| asks(endpoint))
            .filter_map(|endpoint| endpoint.service_name.clone())
            .collect();
        if services.is_empty() {
            return Ok(());
        }
        let (batch, handle) = (aws.batch::<PrefixList>("ec2:prefix-lists"), aws.clone());
        let lists = batch.load(services, move |services| prefix_lists(handle, services)).await?;
        for endpoint in found.iter_mut().filter(|endpoint| asks(endpoint)) {
            if let Some(list) = endpoint.service_name.as_ref().and_then(|service| lists.get(service)) {
                endpoint.prefix_list_id.clone_from(&list.prefix_list_id);
                endpoint.cidr_blocks = Some(list.cidrs().to_vec());
            }
        }
        Ok(())
    }
}

impl VpcEndpoint {
    fn is_gateway(&self) -> bool {
        self.vpc_endpoint_type.as_deref().is_none_or(|kind| kind == "Gateway")
    }
}

/// The API's documentation has capitals where its replies have none.
fn lower_first(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Without the deleted ones, which AWS lists for a while.
async fn describe(
    aws: &Aws,
    ids: Option<Vec<String>>,
    filters: Option<Vec<sdk::Filter>>,
) -> Result<Vec<sdk::VpcEndpoint>, CloudError> {
    let request = aws.read().ec2().describe_vpc_endpoints().set_vpc_endpoint_ids(ids).set_filters(filters);
    let mut found = aws.pages(request, |page| page.vpc_endpoints).await?;
    found.retain(|endpoint| endpoint.state.as_ref().is_none_or(|state| lower_first(state.as_str()) != "deleted"));
    Ok(found)
}

/// The prefix lists of AWS's services, by service name.
async fn prefix_lists(aws: Aws, services: Vec<String>) -> Result<HashMap<String, PrefixList>, CloudError> {
    let found = by_filter("prefix-list-name", &services, |filters| {
        let request = aws.read().ec2().describe_prefix_lists().set_filters(Some(filters)).max_results(1000);
        aws.pages(request, |page| page.prefix_lists)
    });
    Ok(found.await?.into_iter().filter_map(|list| Some((list.prefix_list_name.clone()?, list))).collect())
}

#[async_trait]
impl Resource for VpcEndpoint {
    const TYPE: &'static str = "aws_vpc_endpoint";
    const DOC: &'static str = "A way from a VPC to a service that does not leave AWS's network.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateVpcEndpoint];
    const DELETE_CALLS: Calls = calls![DeleteVpcEndpoints];
    const LAGS: &'static [LagReply] = lags::VPC_ENDPOINT;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "VPC_ENDPOINT_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id", "service_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
service_name: com.amazonaws.eu-west-1.s3
route_table_ids: [\"${private_routes.id}\"]
";
    const UNSUPPORTED: Refused =
        &[("auto_accept", "a connection is accepted on the side of the endpoint service, which is not managed here")];
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["resource_configuration_arn", "service_name", "service_network_arn"]];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 60;

    type Update = VpcEndpointUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_vpc_endpoint())?.client_token(operation.id.as_str());
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.vpc_endpoint?.vpc_endpoint_id).await
    }

    async fn update(aws: &Aws, call: VpcEndpointUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            VpcEndpointUpdate::Endpoint => modify::modify(aws, change.id, change.want).await,
            VpcEndpointUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        const CALL: &str = "ec2:DeleteVpcEndpoints";
        let deleted = aws.send(aws.write().ec2().delete_vpc_endpoints().vpc_endpoint_ids(id.as_str())).await;
        gone_is_fine(deleted.and_then(|reply| unsuccessful::check(aws, CALL, reply.unsuccessful())))
    }

    fn readiness(&self) -> Readiness {
        match (self.state.as_deref(), self._status.as_deref()) {
            (Some("pending"), _) => Readiness::Pending("pending".into()),
            (Some("deleting"), _) => Readiness::Deleting,
            (Some("failed" | "rejected" | "expired"), Some(status)) => Readiness::Failed(status.into()),
            // The owner of the service has to accept: nothing that waiting here brings about.
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let given = |name: &&&str| properties.get(name).is_some_and(|value| !value.is_empty());
        let (kind, of_others): (&str, &[&str]) =
            match properties.get("vpc_endpoint_type").map_or(Some("Gateway"), |kind| kind.as_str()) {
                Some("Gateway") => ("a gateway endpoint", &["subnet_ids", "security_group_ids", "private_dns_enabled"]),
                Some("Interface") => ("an interface endpoint", &["route_table_ids"]),
                _ => return Vec::new(),
            };
        let problem = |name: &&str| {
            let help = (kind == "a gateway endpoint").then(|| "vpc_endpoint_type: Interface".to_string());
            checks::problem(*name, format!("{kind} takes no {name}"), help)
        };
        of_others.iter().filter(given).map(problem).collect()
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(super::keys::endpoint(properties))
    }
}

#[cfg(test)]
mod tests;
