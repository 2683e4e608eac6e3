//! `aws_vpc`

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, VpcAttributeName};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::CloudError;

use super::exactly_one;
use super::filter::{Filter, filters, tags};
use crate::Aws;
use crate::kind::resource::DataSource;
use crate::kind::tags::Tags;

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
pub struct Vpc {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The first IPv4 range.
    #[field(immutable, aws_default)]
    cidr_block: Option<String>,
    /// Every IPv4 range.
    #[field(computed)]
    cidr_block_associations: Option<Vec<CidrAssociation>>,
    /// Whether the region's default VPC is meant.
    #[field(immutable, aws_default)]
    default: Option<bool>,
    /// The DHCP options.
    #[field(immutable, aws_default)]
    dhcp_options_id: Option<String>,
    /// Whether instances get DNS names.
    #[field(computed)]
    enable_dns_hostnames: Option<bool>,
    /// Whether the VPC has a resolver.
    #[field(computed)]
    enable_dns_support: Option<bool>,
    /// Whether the usage of addresses is measured.
    #[field(computed)]
    enable_network_address_usage_metrics: Option<bool>,
    /// What the VPC has to match.
    #[field(immutable, set)]
    filter: Option<Vec<Filter>>,
    /// The VPC's id.
    #[field(immutable, aws_default)]
    id: Option<String>,
    /// Whether instances run on hardware of their own.
    #[field(computed)]
    instance_tenancy: Option<String>,
    /// The association of the IPv6 range.
    #[field(computed)]
    ipv6_association_id: Option<String>,
    /// The first IPv6 range.
    #[field(computed)]
    ipv6_cidr_block: Option<String>,
    /// The main route table.
    #[field(computed)]
    main_route_table_id: Option<String>,
    /// The account that owns the VPC.
    #[field(computed)]
    owner_id: Option<String>,
    /// The state that the VPC has to be in.
    #[field(immutable, aws_default)]
    state: Option<String>,
    /// Tags that the VPC has to have.
    #[field(immutable, aws_default)]
    tags: Option<Tags>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct CidrAssociation {
    /// The association's id.
    #[field(computed)]
    association_id: Option<String>,
    /// The range.
    #[field(computed)]
    cidr_block: Option<String>,
    /// AWS's word for its state.
    #[field(computed)]
    state: Option<String>,
}

async fn attribute(aws: &Aws, id: &str, name: VpcAttributeName) -> Result<Option<bool>, CloudError> {
    let request = aws.read().ec2().describe_vpc_attribute().vpc_id(id).attribute(name.clone());
    let reply = aws.call("ec2:DescribeVpcAttribute", request.send()).await?;
    let value = match name {
        VpcAttributeName::EnableDnsHostnames => reply.enable_dns_hostnames,
        VpcAttributeName::EnableDnsSupport => reply.enable_dns_support,
        _ => reply.enable_network_address_usage_metrics,
    };
    Ok(value.and_then(|value| value.value))
}

async fn main_route_table(aws: &Aws, id: &str) -> Result<Option<String>, CloudError> {
    let of = [("vpc-id", Some(id.to_string())), ("association.main", Some("true".to_string()))];
    let request = aws.read().ec2().describe_route_tables().set_filters(Some(filters(None, None, &of)));
    let reply = aws.call("ec2:DescribeRouteTables", request.send()).await?;
    Ok(reply.route_tables.unwrap_or_default().into_iter().find_map(|table| table.route_table_id))
}

fn association(association: sdk::VpcCidrBlockAssociation) -> CidrAssociation {
    CidrAssociation {
        association_id: association.association_id,
        cidr_block: association.cidr_block,
        state: association.cidr_block_state.and_then(|state| state.state).map(|state| state.as_str().to_string()),
    }
}

#[async_trait]
impl DataSource for Vpc {
    const TYPE: &'static str = "aws_vpc";
    const DOC: &'static str = "A VPC that somebody else manages.";
    const READ_CALLS: &'static [&'static str] =
        &["ec2:DescribeVpcs", "ec2:DescribeVpcAttribute", "ec2:DescribeRouteTables"];
    const EXAMPLE: &'static str = "tags: {Name: shared}\n";

    async fn read(aws: &Aws, arguments: &Self) -> Result<Self, CloudError> {
        let properties = [
            ("cidr", arguments.cidr_block.clone()),
            ("dhcp-options-id", arguments.dhcp_options_id.clone()),
            ("is-default", arguments.default.filter(|default| *default).map(|_| "true".to_string())),
            ("state", arguments.state.clone()),
        ];
        let filters = filters(arguments.filter.as_ref(), arguments.tags.as_ref(), &properties);
        let ids = arguments.id.clone().filter(|id| !id.is_empty()).map(|id| vec![id]);
        let request = aws.read().ec2().describe_vpcs().set_vpc_ids(ids);
        let request = request.set_filters(Some(filters).filter(|filters| !filters.is_empty()));
        let found = aws.pages(request, |page| page.vpcs).await?;
        let vpc = exactly_one(found, "VPC")?;
        let id = vpc.vpc_id.unwrap_or_default();
        let ipv6 = vpc.ipv6_cidr_block_association_set.unwrap_or_default().into_iter().next();
        let owner = vpc.owner_id.unwrap_or_default();
        Ok(Self {
            arn: Some(format!("arn:{}:ec2:{}:{owner}:vpc/{id}", aws.partition(), aws.region())),
            cidr_block: vpc.cidr_block,
            cidr_block_associations: vpc
                .cidr_block_association_set
                .map(|all| all.into_iter().map(association).collect()),
            default: vpc.is_default,
            dhcp_options_id: vpc.dhcp_options_id,
            enable_dns_hostnames: attribute(aws, &id, VpcAttributeName::EnableDnsHostnames).await?,
            enable_dns_support: attribute(aws, &id, VpcAttributeName::EnableDnsSupport).await?,
            enable_network_address_usage_metrics: attribute(
                aws,
                &id,
                VpcAttributeName::EnableNetworkAddressUsageMetrics,
            )
            .await?,
            filter: arguments.filter.clone(),
            instance_tenancy: vpc.instance_tenancy.map(|tenancy| tenancy.as_str().to_string()),
            ipv6_association_id: ipv6.as_ref().and_then(|ipv6| ipv6.association_id.clone()),
            ipv6_cidr_block: ipv6.and_then(|ipv6| ipv6.ipv6_cidr_block),
            main_route_table_id: main_route_table(aws, &id).await?,
            owner_id: Some(owner),
            state: vpc.state.map(|state| state.as_str().to_string()),
            tags: Some(tags(vpc.tags)),
            id: Some(id),
        })
    }
}
