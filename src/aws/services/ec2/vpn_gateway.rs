//! `aws_vpn_gateway`

use aws_sdk_ec2::operation::create_vpn_gateway::builders::CreateVpnGatewayFluentBuilder;
use aws_sdk_ec2::types::{AttachmentStatus, GatewayType, VpnState};

use super::checks;
use super::gateway::{Gateway, detach, move_to};
use super::prelude::*;

updates! {
    pub enum VpnGatewayUpdate {
        Attachment => [AttachVpnGateway, DetachVpnGateway],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = VpnGatewayUpdate)]
#[sdk(from = sdk::VpnGateway, create = CreateVpnGatewayFluentBuilder)]
pub struct VpnGateway {
    /// The autonomous system number of Amazon's side.
    #[field(immutable, aws_default, forms = Number)]
    amazon_side_asn: Option<String>,
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The zone of the gateway.
    #[field(immutable, write_only)]
    availability_zone: Option<String>,
    /// The gateway's id.
    #[field(computed, sdk = vpn_gateway_id)]
    id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC that it is attached to.
    #[field(update = Attachment, after_create, aws_default, by_hand)]
    vpc_id: Option<String>,
    /// AWS's word for the status, of the attachment while that changes.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

#[async_trait]
impl Described for VpnGateway {
    type Live = sdk::VpnGateway;
    const ID_FILTER: &'static str = "vpn-gateway-id";
    const TAG_KIND: ResourceType = ResourceType::VpnGateway;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for a while. This call has no pages.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::VpnGateway>, CloudError> {
        let reply = aws.send(aws.read().ec2().describe_vpn_gateways().set_filters(Some(filters))).await?;
        let mut gateways = reply.vpn_gateways.unwrap_or_default();
        gateways.retain(|gateway| gateway.state != Some(VpnState::Deleted));
        Ok(gateways)
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn finish(mut self, live: &sdk::VpnGateway) -> Self {
        // A detached VPC stays listed for a while.
        let there =
            |attachment: &&sdk::VpcAttachment| !matches!(attachment.state, None | Some(AttachmentStatus::Detached));
        if let Some(attachment) = live.vpc_attachments().iter().find(there) {
            let detaching = attachment.state == Some(AttachmentStatus::Detaching);
            self.vpc_id = attachment.vpc_id.clone().filter(|_| !detaching);
            if let Some(state @ (AttachmentStatus::Attaching | AttachmentStatus::Detaching)) = &attachment.state {
                self._status = Some(state.as_str().into());
            }
        }
        self.availability_zone = filled(live.availability_zone.clone());
        self
    }
}

#[async_trait]
impl Gateway for VpnGateway {
    // It takes a minute.
    const DETACHES_AT_ONCE: bool = false;

    fn vpc(&self) -> Option<&str> {
        self.vpc_id.as_deref()
    }

    async fn attach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        aws.done(aws.write().ec2().attach_vpn_gateway().vpn_gateway_id(id.as_str()).vpc_id(vpc)).await
    }

    async fn detach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().detach_vpn_gateway().vpn_gateway_id(id.as_str()).vpc_id(vpc)).await
    }
}

#[async_trait]
impl Resource for VpnGateway {
    const TYPE: &'static str = "aws_vpn_gateway";
    const DOC: &'static str = "The AWS side of a VPN into a VPC.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateVpnGateway];
    const DELETE_CALLS: Calls = calls![DetachVpnGateway, DeleteVpnGateway];
    const LAGS: &'static [LagReply] = lags::VPN_GATEWAY;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "VPN_GATEWAY_ID";
    const RELATIONS: Relations = Relations { identity: &["vpc_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
amazon_side_asn: 64512
";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 5;

    type Update = VpnGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_vpn_gateway())?.r#type(GatewayType::Ipsec1);
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.vpn_gateway?.vpn_gateway_id).await
    }

    async fn update(aws: &Aws, call: VpnGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            VpnGatewayUpdate::Attachment => move_to::<Self>(aws, change.id, change.want.vpc_id.as_deref()).await,
            VpnGatewayUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        if !detach::<Self>(aws, id).await? {
            return Ok(());
        }
        // Busy until the detachment has ended; then this is asked again.
        aws.gone(aws.write().ec2().delete_vpn_gateway().vpn_gateway_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(pending @ ("pending" | "attaching" | "detaching")) => Readiness::Pending(pending.into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let asn = properties.get("amazon_side_asn").and_then(Value::as_str);
        let private = |asn: &str| {
            asn.parse::<u32>().is_ok_and(
                |asn| matches!(asn, 64512..=65534 | 4_200_000_000..=4_294_967_294 | 7224 | 9059 | 10124 | 17493),
            )
        };
        let help = Some("64512 to 65534, or 4200000000 to 4294967294".to_string());
        match asn {
            Some(asn) if !private(asn) => {
                vec![checks::problem("amazon_side_asn", format!("{asn} is not a private AS number"), help)]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::VpcAttachment;

    use super::*;

    fn attached(state: AttachmentStatus) -> VpnGateway {
        let attachment = VpcAttachment::builder().vpc_id("vpc-1").state(state).build();
        let live = sdk::VpnGateway::builder().state(VpnState::Available).vpc_attachments(attachment).build();
        of_live(&live).expect("it can be read")
    }

    #[test]
    fn an_attachment_that_changes_is_waited_for() {
        assert_eq!(attached(AttachmentStatus::Attached).readiness(), Readiness::Ready);
        assert_eq!(attached(AttachmentStatus::Attaching).readiness(), Readiness::Pending("attaching".into()));
        let detaching = attached(AttachmentStatus::Detaching);
        assert_eq!(detaching.readiness(), Readiness::Pending("detaching".into()));
        assert_eq!(detaching.vpc_id, None);
        assert_eq!(attached(AttachmentStatus::Detached).vpc_id, None);
    }

    #[test]
    fn public_as_numbers_are_refused() {
        let problems = |asn: &str| VpnGateway::validate(&[("amazon_side_asn", Value::from(asn))].into()).len();
        assert_eq!((problems("64512"), problems("7224"), problems("15169"), problems("x")), (0, 0, 1, 1));
    }
}
