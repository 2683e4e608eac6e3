//! `aws_ec2_transit_gateway_vpc_attachment`

use aws_sdk_ec2::types::{
    CreateTransitGatewayVpcAttachmentRequestOptions, ModifyTransitGatewayVpcAttachmentRequestOptions,
    TransitGatewayAttachmentState,
};

use super::prelude::*;
use crate::kind::convert::outgoing;
use crate::kind::diff::added;

updates! {
    pub enum VpcAttachmentUpdate {
        Modify => [ModifyTransitGatewayVpcAttachment],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = VpcAttachmentUpdate)]
#[sdk(from = sdk::TransitGatewayVpcAttachment)]
pub struct VpcAttachment {
    /// Whether both directions of a connection take the way through one zone.
    #[field(update = Modify, default = "disable", one_of = ["enable", "disable"], sdk = options.appliance_mode_support)]
    appliance_mode_support: Option<String>,
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// Whether names of the VPC resolve to private addresses from another one.
    #[field(update = Modify, default = "enable", one_of = ["enable", "disable"], sdk = options.dns_support)]
    dns_support: Option<String>,
    /// The attachment's id.
    #[field(computed, sdk = transit_gateway_attachment_id)]
    id: Option<String>,
    /// Whether IPv6 passes.
    #[field(update = Modify, default = "disable", one_of = ["enable", "disable"], sdk = options.ipv6_support)]
    ipv6_support: Option<String>,
    /// Whether security groups of the VPC may name groups of other VPCs.
    #[field(update = Modify, aws_default, one_of = ["enable", "disable"])]
    #[field(sdk = options.security_group_referencing_support)]
    security_group_referencing_support: Option<String>,
    /// The subnets in which the gateway has an interface, one of a zone.
    #[field(update = Modify, required, set)]
    subnet_ids: Option<Vec<String>>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The gateway.
    #[field(immutable, required)]
    transit_gateway_id: Option<String>,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
    /// The account of the VPC.
    #[field(computed)]
    vpc_owner_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

#[async_trait]
impl Described for VpcAttachment {
    type Live = sdk::TransitGatewayVpcAttachment;
    const ID_FILTER: &'static str = "transit-gateway-attachment-id";
    const TAG_KIND: ResourceType = ResourceType::TransitGatewayAttachment;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for a while.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let request = aws.read().ec2().describe_transit_gateway_vpc_attachments().set_filters(Some(filters));
        let mut found = aws.pages(request, |page| page.transit_gateway_vpc_attachments).await?;
        found.retain(|attachment| attachment.state != Some(TransitGatewayAttachmentState::Deleted));
        Ok(found)
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.vpc_owner_id.as_deref()
    }
}

#[async_trait]
impl Resource for VpcAttachment {
    const TYPE: &'static str = "aws_ec2_transit_gateway_vpc_attachment";
    const DOC: &'static str = "A VPC at a transit gateway.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateTransitGatewayVpcAttachment];
    const DELETE_CALLS: Calls = calls![DeleteTransitGatewayVpcAttachment];
    const LAGS: &'static [LagReply] = lags::TRANSIT_GATEWAY_VPC_ATTACHMENT;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "TRANSIT_GATEWAY_ATTACHMENT_ID";
    const RELATIONS: Relations = Relations {
        identity: &["transit_gateway_id", "vpc_id"],
        part_of: &["transit_gateway_id", "vpc_id"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
transit_gateway_id: ${hub.id}
vpc_id: ${vpc.id}
subnet_ids: ${values(private).map(subnet, subnet.id)}
";
    const UNSUPPORTED: Refused = &[
        (
            "transit_gateway_default_route_table_association",
            "whether attachments are associated by themselves is for the gateway to say",
        ),
        (
            "transit_gateway_default_route_table_propagation",
            "whether attachments tell their routes by themselves is for the gateway to say",
        ),
    ];
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 60;
    const POLL_SECONDS: u32 = 10;

    type Update = VpcAttachmentUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let options = CreateTransitGatewayVpcAttachmentRequestOptions::builder()
            .set_appliance_mode_support(outgoing(&want.appliance_mode_support, "appliance_mode_support")?)
            .set_dns_support(outgoing(&want.dns_support, "dns_support")?)
            .set_ipv6_support(outgoing(&want.ipv6_support, "ipv6_support")?)
            .set_security_group_referencing_support(outgoing(
                &want.security_group_referencing_support,
                "security_group_referencing_support",
            )?);
        let request = aws
            .write()
            .ec2()
            .create_transit_gateway_vpc_attachment()
            .options(options.build())
            .set_subnet_ids(want.subnet_ids.clone())
            .set_transit_gateway_id(want.transit_gateway_id.clone())
            .set_vpc_id(want.vpc_id.clone())
            .set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.transit_gateway_vpc_attachment?.transit_gateway_attachment_id).await
    }

    async fn update(aws: &Aws, call: VpcAttachmentUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            VpcAttachmentUpdate::Modify => {
                // An earlier attempt may have moved it already, which AWS refuses to do again.
                let live = one::<Self>(aws, id).await?;
                let options = ModifyTransitGatewayVpcAttachmentRequestOptions::builder()
                    .set_appliance_mode_support(outgoing(&want.appliance_mode_support, "appliance_mode_support")?)
                    .set_dns_support(outgoing(&want.dns_support, "dns_support")?)
                    .set_ipv6_support(outgoing(&want.ipv6_support, "ipv6_support")?)
                    .set_security_group_referencing_support(outgoing(
                        &want.security_group_referencing_support,
                        "security_group_referencing_support",
                    )?);
                let request = aws.write().ec2().modify_transit_gateway_vpc_attachment();
                let request = request
                    .transit_gateway_attachment_id(id.as_str())
                    .options(options.build())
                    .set_add_subnet_ids(added(&want.subnet_ids, &live.subnet_ids))
                    .set_remove_subnet_ids(added(&live.subnet_ids, &want.subnet_ids));
                aws.done(request).await
            }
            VpcAttachmentUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_transit_gateway_vpc_attachment();
        aws.gone(request.transit_gateway_attachment_id(id.as_str())).await
    }

    /// The words are those of
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayVpcAttachment.html>.
    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            // Whose gateway it is has to accept it, and may take days.
            None | Some("available" | "pendingAcceptance") => Readiness::Ready,
            Some("deleting") => Readiness::Deleting,
            Some(word @ ("failed" | "rejected")) => Readiness::Failed(word.into()),
            Some(word) => Readiness::Pending(word.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, operation, response};

    #[tokio::test(start_paused = true)]
    async fn subnets_come_and_go_in_one_call() {
        let live = "<transitGatewayVpcAttachments><item><transitGatewayAttachmentId>tgw-attach-1\
                    </transitGatewayAttachmentId><state>available</state><subnetIds><item>subnet-1</item>\
                    <item>subnet-2</item></subnetIds></item></transitGatewayVpcAttachments>";
        let script = Replay::default()
            .on("DescribeTransitGatewayVpcAttachments", response(live))
            .on("ModifyTransitGatewayVpcAttachment", response(""));
        let subnets = Some(["subnet-2", "subnet-3"].map(String::from).to_vec());
        let want = VpcAttachment { subnet_ids: subnets, ..VpcAttachment::default() };
        let (id, prior, operation) = ("tgw-attach-1".into(), VpcAttachment::default(), operation());
        let change = Change { id: &id, want: &want, prior: &prior, operation: &operation };
        VpcAttachment::update(&script.aws(), VpcAttachmentUpdate::Modify, &change).await.unwrap();
        let sent = script.finish();
        assert_eq!(sent[1].parameter("AddSubnetIds.1"), Some("subnet-3"), "{}", sent[1].body);
        assert_eq!(sent[1].parameter("RemoveSubnetIds.1"), Some("subnet-1"));
    }

    #[test]
    fn what_others_have_to_accept_is_not_waited_for() {
        let readiness = |word: &str| VpcAttachment { _status: Some(word.into()), ..Default::default() }.readiness();
        assert_eq!(readiness("pendingAcceptance"), Readiness::Ready);
        assert_eq!(readiness("initiatingRequest"), Readiness::Pending("initiatingRequest".into()));
        assert_eq!(readiness("rejected"), Readiness::Failed("rejected".into()));
    }
}
