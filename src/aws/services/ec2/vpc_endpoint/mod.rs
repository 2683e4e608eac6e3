//! `aws_vpc_endpoint`

mod modify;

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    self as sdk, DnsOptionsSpecification, DnsRecordIpType, IpAddressType, PrefixList, ResourceType, VpcEndpointType,
};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, NaturalKey, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

use super::arn::arn;
use super::describe::{by_filter, by_id, ids, pages};
use super::tagging;
use super::{checks, unsuccessful};
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed, asks_for};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum VpcEndpointUpdate {
        Endpoint => ["ec2:ModifyVpcEndpoint"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = VpcEndpointUpdate)]
pub struct VpcEndpoint {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The ranges of the service behind a gateway endpoint.
    #[field(computed)]
    cidr_blocks: Option<Vec<String>>,
    /// The names under which an interface endpoint is reached.
    #[field(computed, changed_by = ["Endpoint"])]
    dns_entry: Option<Vec<DnsEntry>>,
    /// How the service's names resolve.
    #[field(update = Endpoint, aws_default, changed_by = ["Endpoint"])]
    dns_options: Option<DnsOptions>,
    /// The endpoint's id.
    #[field(computed)]
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
    #[field(update = Endpoint, aws_default, policy)]
    policy: Option<String>,
    /// The prefix list of the service behind a gateway endpoint.
    #[field(computed)]
    prefix_list_id: Option<String>,
    /// Whether the service's own names lead to the endpoint.
    #[field(update = Endpoint, aws_default)]
    private_dns_enabled: Option<bool>,
    /// Whether a service manages the endpoint.
    #[field(computed)]
    requester_managed: Option<bool>,
    /// The resource configuration of VPC Lattice that the endpoint leads to.
    #[field(immutable)]
    resource_configuration_arn: Option<String>,
    /// The route tables that get a route to a gateway endpoint.
    #[field(update = Endpoint, aws_default, set)]
    route_table_ids: Option<Vec<String>>,
    /// The security groups of an interface endpoint.
    #[field(update = Endpoint, aws_default, set)]
    security_group_ids: Option<Vec<String>>,
    /// The service, such as `com.amazonaws.eu-west-1.s3`.
    #[field(immutable)]
    service_name: Option<String>,
    /// The service network of VPC Lattice that the endpoint leads to.
    #[field(immutable)]
    service_network_arn: Option<String>,
    /// The region of the service.
    #[field(immutable, aws_default)]
    service_region: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    state: Option<String>,
    /// Addresses for the interfaces, per subnet.
    #[field(update = Endpoint, write_only, set)]
    subnet_configuration: Option<Vec<SubnetConfiguration>>,
    /// The subnets of an interface endpoint, at most one per zone.
    #[field(update = Endpoint, aws_default, set)]
    subnet_ids: Option<Vec<String>>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
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

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct DnsEntry {
    /// The name.
    dns_name: Option<String>,
    /// The Route 53 zone of the name.
    hosted_zone_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct DnsOptions {
    /// The kind of records.
    #[field(aws_default, one_of = ["ipv4", "dualstack", "ipv6", "service-defined"])]
    dns_record_ip_type: Option<String>,
    /// Whether only resolver endpoints for queries from elsewhere get the private names.
    #[field(aws_default)]
    private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct SubnetConfiguration {
    /// The IPv4 address.
    ipv4: Option<String>,
    /// The IPv6 address.
    ipv6: Option<String>,
    /// The subnet.
    subnet_id: Option<String>,
}

impl From<sdk::VpcEndpoint> for VpcEndpoint {
    fn from(endpoint: sdk::VpcEndpoint) -> Self {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let state = endpoint.state.map(|state| lower_first(state.as_str()));
        let reason = filled(endpoint.last_error.and_then(|error| error.message)).or(filled(endpoint.failure_reason));
        let groups = endpoint.groups.unwrap_or_default().into_iter().filter_map(|group| group.group_id);
        let entries = endpoint.dns_entries.unwrap_or_default().into_iter();
        Self {
            arn: None,
            cidr_blocks: None,
            dns_entry: Some(
                entries
                    .map(|entry| DnsEntry { dns_name: entry.dns_name, hosted_zone_id: filled(entry.hosted_zone_id) })
                    .collect(),
            ),
            dns_options: endpoint.dns_options.map(|options| DnsOptions {
                dns_record_ip_type: options.dns_record_ip_type.map(|kind| kind.as_str().to_string()),
                private_dns_only_for_inbound_resolver_endpoint: options.private_dns_only_for_inbound_resolver_endpoint,
            }),
            id: endpoint.vpc_endpoint_id,
            ip_address_type: endpoint.ip_address_type.map(|kind| kind.as_str().to_string()),
            network_interface_ids: Some(endpoint.network_interface_ids.unwrap_or_default()),
            owner_id: endpoint.owner_id,
            policy: filled(endpoint.policy_document),
            prefix_list_id: None,
            private_dns_enabled: endpoint.private_dns_enabled,
            requester_managed: endpoint.requester_managed,
            resource_configuration_arn: filled(endpoint.resource_configuration_arn),
            route_table_ids: Some(endpoint.route_table_ids.unwrap_or_default()),
            security_group_ids: Some(groups.collect()),
            service_name: filled(endpoint.service_name),
            service_network_arn: filled(endpoint.service_network_arn),
            service_region: filled(endpoint.service_region),
            subnet_configuration: None,
            subnet_ids: Some(endpoint.subnet_ids.unwrap_or_default()),
            tags: None,
            tags_all: tagging::from_sdk(endpoint.tags),
            vpc_endpoint_type: endpoint.vpc_endpoint_type.map(|kind| kind.as_str().to_string()),
            vpc_id: endpoint.vpc_id,
            _status: match (state.as_deref(), reason) {
                (Some(state @ ("failed" | "rejected" | "expired")), Some(reason)) => Some(format!("{state}: {reason}")),
                _ => state.clone(),
            },
            state,
        }
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
) -> Result<Vec<VpcEndpoint>, CloudError> {
    let request = aws.read().ec2().describe_vpc_endpoints().set_vpc_endpoint_ids(ids).set_filters(filters);
    let found = pages(|token| {
        let request = request.clone().set_next_token(token);
        async move {
            let page = aws.call("ec2:DescribeVpcEndpoints", request.send()).await?;
            Ok((page.vpc_endpoints, page.next_token))
        }
    })
    .await?;
    let mut endpoints: Vec<VpcEndpoint> = found.into_iter().map(VpcEndpoint::from).collect();
    endpoints.retain(|endpoint| endpoint.state.as_deref() != Some("deleted"));
    Ok(endpoints)
}

/// The prefix lists of AWS's services, by service name.
async fn prefix_lists(aws: Aws, services: Vec<String>) -> Result<HashMap<String, PrefixList>, CloudError> {
    let aws = &aws;
    let found = by_filter("prefix-list-name", &services, |filters| {
        let request = aws.read().ec2().describe_prefix_lists().set_filters(Some(filters)).max_results(1000);
        pages(move |token| {
            let request = request.clone().set_next_token(token);
            async move {
                let page = aws.call("ec2:DescribePrefixLists", request.send()).await?;
                Ok((page.prefix_lists, page.next_token))
            }
        })
    });
    Ok(found.await?.into_iter().filter_map(|list| Some((list.prefix_list_name.clone()?, list))).collect())
}

async fn complete(aws: &Aws, endpoint: Option<VpcEndpoint>, request: &ReadRequest) -> Read<VpcEndpoint> {
    let Some(mut endpoint) = endpoint else { return Ok(None) };
    if let Some(id) = endpoint.id.as_deref() {
        endpoint.arn = Some(arn(aws, endpoint.owner_id.as_deref(), "vpc-endpoint", id).await?);
    }
    let is_gateway = endpoint.vpc_endpoint_type.as_deref().is_none_or(|kind| kind == "Gateway");
    let wants_list = is_gateway && asks_for(request, &["cidr_blocks", "prefix_list_id"]);
    if let (true, Some(service)) = (wants_list, endpoint.service_name.clone()) {
        let batch = aws.batch::<PrefixList>("ec2:prefix-lists");
        let aws = aws.clone();
        let lists = batch.load([service.clone()], move |services| prefix_lists(aws, services)).await?;
        if let Some(list) = lists.get(&service) {
            endpoint.prefix_list_id.clone_from(&list.prefix_list_id);
            endpoint.cidr_blocks = Some(list.cidrs().to_vec());
        }
    }
    Ok(Some(endpoint))
}

fn sdk_dns_options(options: &DnsOptions) -> DnsOptionsSpecification {
    DnsOptionsSpecification::builder()
        .set_dns_record_ip_type(options.dns_record_ip_type.as_deref().map(DnsRecordIpType::from))
        .set_private_dns_only_for_inbound_resolver_endpoint(options.private_dns_only_for_inbound_resolver_endpoint)
        .build()
}

fn sdk_subnet_configurations(subnets: &[SubnetConfiguration]) -> Option<Vec<sdk::SubnetConfiguration>> {
    let one = |subnet: &SubnetConfiguration| {
        sdk::SubnetConfiguration::builder()
            .set_ipv4(subnet.ipv4.clone())
            .set_ipv6(subnet.ipv6.clone())
            .set_subnet_id(subnet.subnet_id.clone())
            .build()
    };
    Some(subnets.iter().map(one).collect()).filter(|subnets: &Vec<_>| !subnets.is_empty())
}

#[async_trait]
impl Resource for VpcEndpoint {
    const TYPE: &'static str = "aws_vpc_endpoint";
    const DOC: &'static str = "A way from a VPC to a service that does not leave AWS's network.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateVpcEndpoint"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DeleteVpcEndpoints"];
    const LAGS: &'static [LagReply] = lags::VPC_ENDPOINT;
    const IMPORT_ID: &'static str = "VPC_ENDPOINT_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id", "service_name"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
service_name: com.amazonaws.eu-west-1.s3
route_table_ids: [\"${private_routes.id}\"]
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("auto_accept", "a connection is accepted on the side of the endpoint service, which is not managed here")];
    const EXACTLY_ONE: &'static [&'static [&'static str]] =
        &[&["resource_configuration_arn", "service_name", "service_network_arn"]];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 60;

    type Update = VpcEndpointUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match by_id(&ids(wanted), |ids| describe(aws, Some(ids), None)).await {
            Ok(found) => {
                let found = tagging::in_order(wanted, found, |endpoint| endpoint.id.as_deref());
                let found = found.into_iter().zip(wanted);
                join_all(found.map(async |(endpoint, request)| complete(aws, endpoint?, request).await)).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |endpoint: Self| {
            let leaving = endpoint.state.as_deref() == Some("deleting");
            Candidate::new(endpoint.id, endpoint.tags_all).leaving(leaving)
        };
        tagging::find(recover, |filters| describe(aws, None, Some(filters)), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateVpcEndpoint";
        let some = |items: &Option<Vec<String>>| items.clone().filter(|items| !items.is_empty());
        let subnets = want.subnet_configuration.as_deref().unwrap_or_default();
        let request = aws
            .write()
            .ec2()
            .create_vpc_endpoint()
            .client_token(operation.id.as_str())
            .set_vpc_id(want.vpc_id.clone())
            .set_vpc_endpoint_type(want.vpc_endpoint_type.as_deref().map(VpcEndpointType::from))
            .set_service_name(want.service_name.clone())
            .set_service_region(want.service_region.clone())
            .set_service_network_arn(want.service_network_arn.clone())
            .set_resource_configuration_arn(want.resource_configuration_arn.clone())
            .set_policy_document(want.policy.clone())
            .set_route_table_ids(some(&want.route_table_ids))
            .set_subnet_ids(some(&want.subnet_ids))
            .set_security_group_ids(some(&want.security_group_ids))
            .set_subnet_configurations(sdk_subnet_configurations(subnets))
            .set_ip_address_type(want.ip_address_type.as_deref().map(IpAddressType::from))
            .set_dns_options(want.dns_options.as_ref().map(sdk_dns_options))
            .set_private_dns_enabled(want.private_dns_enabled)
            .set_tag_specifications(tagging::specification(ResourceType::VpcEndpoint, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.vpc_endpoint.and_then(|endpoint| endpoint.vpc_endpoint_id);
        Ok(id.ok_or_else(|| missing(CALL, "VpcEndpointId"))?.into())
    }

    async fn update(aws: &Aws, call: VpcEndpointUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            VpcEndpointUpdate::Endpoint => modify::modify(aws, id, want).await,
            VpcEndpointUpdate::Tags => tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        const CALL: &str = "ec2:DeleteVpcEndpoints";
        let request = aws.write().ec2().delete_vpc_endpoints().vpc_endpoint_ids(id.as_str());
        let deleted = aws.call(CALL, request.send()).await;
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
