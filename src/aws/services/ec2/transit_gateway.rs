//! `aws_ec2_transit_gateway`

use aws_sdk_ec2::types::{ModifyTransitGatewayOptions, TransitGatewayRequestOptions, TransitGatewayState};

use super::prelude::*;
use crate::kind::convert::{ToSdk, outgoing, problem};
use crate::kind::diff::added;

updates! {
    pub enum TransitGatewayUpdate {
        Modify => [ModifyTransitGateway],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TransitGatewayUpdate)]
#[sdk(from = sdk::TransitGateway)]
pub struct TransitGateway {
    /// The autonomous system number of Amazon's side: 64512 to 65534, or 4200000000 to 4294967294.
    #[field(immutable, default = 64512, range = 1..=9223372036854775807, sdk = options.amazon_side_asn)]
    amazon_side_asn: Option<i64>,
    /// The ARN.
    #[field(computed, sdk = transit_gateway_arn)]
    arn: Option<String>,
    /// The route table that attachments are associated with by themselves.
    #[field(computed, changed_by = ["Modify"], sdk = options.association_default_route_table_id)]
    association_default_route_table_id: Option<String>,
    /// Whether attachments of other accounts are accepted by themselves.
    #[field(update = Modify, default = "disable", one_of = ["enable", "disable"])]
    #[field(sdk = options.auto_accept_shared_attachments)]
    auto_accept_shared_attachments: Option<String>,
    /// Whether attachments are associated with a route table by themselves.
    #[field(update = Modify, default = "enable", one_of = ["enable", "disable"])]
    #[field(sdk = options.default_route_table_association)]
    default_route_table_association: Option<String>,
    /// Whether attachments tell a route table their routes by themselves.
    #[field(update = Modify, default = "enable", one_of = ["enable", "disable"])]
    #[field(sdk = options.default_route_table_propagation)]
    default_route_table_propagation: Option<String>,
    /// What the gateway is for.
    #[field(update = Modify, filled)]
    description: Option<String>,
    /// Whether names of a VPC resolve to private addresses from another one.
    #[field(update = Modify, default = "enable", one_of = ["enable", "disable"], sdk = options.dns_support)]
    dns_support: Option<String>,
    /// The gateway's id.
    #[field(computed, sdk = transit_gateway_id)]
    id: Option<String>,
    /// Whether the gateway takes part in multicast.
    #[field(immutable, default = "disable", one_of = ["enable", "disable"], sdk = options.multicast_support)]
    multicast_support: Option<String>,
    /// The account of the gateway.
    #[field(computed)]
    owner_id: Option<String>,
    /// The route table that attachments tell their routes by themselves.
    #[field(computed, changed_by = ["Modify"], sdk = options.propagation_default_route_table_id)]
    propagation_default_route_table_id: Option<String>,
    /// Whether security groups may name groups of other VPCs.
    #[field(update = Modify, default = "disable", one_of = ["enable", "disable"])]
    #[field(sdk = options.security_group_referencing_support)]
    security_group_referencing_support: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// Ranges of the gateway itself, for Connect.
    #[field(update = Modify, set, filled, forms = Cidr, sdk = options.transit_gateway_cidr_blocks)]
    transit_gateway_cidr_blocks: Option<Vec<String>>,
    /// Whether traffic is spread over several tunnels of VPNs.
    #[field(update = Modify, default = "enable", one_of = ["enable", "disable"], sdk = options.vpn_ecmp_support)]
    vpn_ecmp_support: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

impl TransitGateway {
    fn options(&self) -> Result<TransitGatewayRequestOptions, CloudError> {
        Ok(TransitGatewayRequestOptions::builder()
            .set_amazon_side_asn(self.amazon_side_asn)
            .set_auto_accept_shared_attachments(outgoing(&self.auto_accept_shared_attachments, "")?)
            .set_default_route_table_association(outgoing(&self.default_route_table_association, "")?)
            .set_default_route_table_propagation(outgoing(&self.default_route_table_propagation, "")?)
            .set_dns_support(outgoing(&self.dns_support, "")?)
            .set_multicast_support(outgoing(&self.multicast_support, "")?)
            .set_security_group_referencing_support(outgoing(&self.security_group_referencing_support, "")?)
            .set_transit_gateway_cidr_blocks(filled(self.transit_gateway_cidr_blocks.clone()))
            .set_vpn_ecmp_support(outgoing(&self.vpn_ecmp_support, "")?)
            .build())
    }

    /// What differs, and only that.
    fn changes(&self, prior: &Self) -> Result<ModifyTransitGatewayOptions, CloudError> {
        fn new<T: for<'a> From<&'a str>>(
            want: &Option<String>,
            prior: &Option<String>,
        ) -> Result<Option<T>, CloudError> {
            Ok(want.as_ref().filter(|_| want != prior).map(ToSdk::to_sdk).transpose()?)
        }
        let ranges = |of: &Self, than: &Self| added(&of.transit_gateway_cidr_blocks, &than.transit_gateway_cidr_blocks);
        Ok(ModifyTransitGatewayOptions::builder()
            .set_auto_accept_shared_attachments(new(
                &self.auto_accept_shared_attachments,
                &prior.auto_accept_shared_attachments,
            )?)
            .set_default_route_table_association(new(
                &self.default_route_table_association,
                &prior.default_route_table_association,
            )?)
            .set_default_route_table_propagation(new(
                &self.default_route_table_propagation,
                &prior.default_route_table_propagation,
            )?)
            .set_dns_support(new(&self.dns_support, &prior.dns_support)?)
            .set_security_group_referencing_support(new(
                &self.security_group_referencing_support,
                &prior.security_group_referencing_support,
            )?)
            .set_add_transit_gateway_cidr_blocks(ranges(self, prior))
            .set_remove_transit_gateway_cidr_blocks(ranges(prior, self))
            .set_vpn_ecmp_support(new(&self.vpn_ecmp_support, &prior.vpn_ecmp_support)?)
            .build())
    }
}

#[async_trait]
impl Described for TransitGateway {
    type Live = sdk::TransitGateway;
    const ID_FILTER: &'static str = "transit-gateway-id";
    const TAG_KIND: ResourceType = ResourceType::TransitGateway;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for a while.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let request = aws.read().ec2().describe_transit_gateways().set_filters(Some(filters));
        let mut gateways = aws.pages(request, |page| page.transit_gateways).await?;
        gateways.retain(|gateway| gateway.state != Some(TransitGatewayState::Deleted));
        Ok(gateways)
    }

    fn finish(mut self, _live: &Self::Live) -> Self {
        // What EC2 leaves out is off.
        for switch in [&mut self.multicast_support, &mut self.security_group_referencing_support] {
            switch.get_or_insert_with(|| "disable".into());
        }
        self
    }
}

#[async_trait]
impl Resource for TransitGateway {
    const TYPE: &'static str = "aws_ec2_transit_gateway";
    const DOC: &'static str = "A router between VPCs, VPNs and other gateways of a region.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateTransitGateway];
    const DELETE_CALLS: Calls = calls![DeleteTransitGateway];
    const LAGS: &'static [LagReply] = lags::TRANSIT_GATEWAY;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "TRANSIT_GATEWAY_ID";
    const EXAMPLE: &'static str = "\
description: Between all networks
amazon_side_asn: 64520
default_route_table_association: disable
default_route_table_propagation: disable
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 120;
    const POLL_SECONDS: u32 = 10;

    type Update = TransitGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws.write().ec2().create_transit_gateway().options(want.options()?);
        let request = request.set_description(filled(want.description.clone()));
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.transit_gateway?.transit_gateway_id).await
    }

    async fn update(aws: &Aws, call: TransitGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            TransitGatewayUpdate::Modify => {
                let request = aws.write().ec2().modify_transit_gateway().transit_gateway_id(id.as_str());
                let request = request.options(want.changes(prior)?);
                let text =
                    (want.description != prior.description).then(|| want.description.clone().unwrap_or_default());
                aws.done(request.set_description(text)).await
            }
            TransitGatewayUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_transit_gateway().transit_gateway_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(word @ ("pending" | "modifying")) => Readiness::Pending(word.into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let number = properties.get("amazon_side_asn").and_then(Value::as_int);
        let wrong = number.filter(|number| !matches!(number, 64_512..=65_534 | 4_200_000_000..=4_294_967_294));
        let message = "this is a private number: 64512 to 65534, or 4200000000 to 4294967294";
        wrong.map(|_| problem("amazon_side_asn", message)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_sent() {
        let ranges = |ranges: &[&str]| Some(ranges.iter().map(ToString::to_string).collect());
        let prior = TransitGateway {
            dns_support: Some("enable".into()),
            vpn_ecmp_support: Some("enable".into()),
            transit_gateway_cidr_blocks: ranges(&["10.0.0.0/24", "10.0.1.0/24"]),
            ..TransitGateway::default()
        };
        let want = TransitGateway {
            dns_support: Some("disable".into()),
            transit_gateway_cidr_blocks: ranges(&["10.0.1.0/24", "10.0.2.0/24"]),
            ..prior.clone()
        };
        let changes = want.changes(&prior).expect("they can be sent");
        assert_eq!(changes.dns_support, Some(sdk::DnsSupportValue::Disable));
        assert_eq!(changes.vpn_ecmp_support, None);
        assert_eq!(changes.add_transit_gateway_cidr_blocks(), ["10.0.2.0/24"]);
        assert_eq!(changes.remove_transit_gateway_cidr_blocks(), ["10.0.0.0/24"]);
    }

    #[test]
    fn public_as_numbers_are_refused() {
        let problems = |asn: i64| TransitGateway::validate(&[("amazon_side_asn", Value::Int(asn))].into()).len();
        assert_eq!((problems(64_512), problems(4_200_000_000), problems(15_169)), (0, 0, 1));
    }
}
