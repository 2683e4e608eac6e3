//! `aws_vpn_gateway`

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, AttachmentStatus, GatewayType, ResourceType};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, Operation, PhysicalId, Problem, ReadRequest, Readiness, Recover,
    Relations, Value,
};

use super::arn::arn;
use super::checks;
use super::describe::{by_filter, ids};
use super::gateway::{Gateway, let_go, move_to};
use super::tagging::{self, filter};
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum VpnGatewayUpdate {
        Attachment => ["ec2:AttachVpnGateway", "ec2:DetachVpnGateway"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = VpnGatewayUpdate)]
pub struct VpnGateway {
    /// The autonomous system number of Amazon's side.
    #[field(immutable, aws_default)]
    amazon_side_asn: Option<String>,
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The zone of the gateway.
    #[field(immutable, write_only)]
    availability_zone: Option<String>,
    /// The gateway's id.
    #[field(computed)]
    id: Option<String>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The VPC that it is attached to.
    #[field(update = Attachment, after_create, aws_default)]
    vpc_id: Option<String>,
    /// AWS's word for the status, of the attachment while that changes.
    #[field(computed)]
    _status: Option<String>,
}

impl From<sdk::VpnGateway> for VpnGateway {
    fn from(gateway: sdk::VpnGateway) -> Self {
        // A detached VPC stays listed for a while.
        let attachment = gateway
            .vpc_attachments()
            .iter()
            .find(|attachment| !matches!(attachment.state, None | Some(AttachmentStatus::Detached)));
        let state = attachment.and_then(|attachment| attachment.state.clone());
        let vpc_id = attachment
            .filter(|attachment| attachment.state != Some(AttachmentStatus::Detaching))
            .and_then(|attachment| attachment.vpc_id.clone());
        let status = match state {
            Some(state @ (AttachmentStatus::Attaching | AttachmentStatus::Detaching)) => {
                Some(state.as_str().to_string())
            }
            _ => gateway.state.as_ref().map(|state| state.as_str().to_string()),
        };
        Self {
            amazon_side_asn: gateway.amazon_side_asn.map(|asn| asn.to_string()),
            arn: None,
            availability_zone: gateway.availability_zone.filter(|zone| !zone.is_empty()),
            id: gateway.vpn_gateway_id,
            tags: None,
            tags_all: tagging::from_sdk(gateway.tags),
            vpc_id,
            _status: status,
        }
    }
}

/// Without the deleted ones, which AWS lists for a while. This call has no pages.
async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<VpnGateway>, CloudError> {
    let request = aws.read().ec2().describe_vpn_gateways().set_filters(Some(filters));
    let reply = aws.call("ec2:DescribeVpnGateways", request.send()).await?;
    let mut gateways: Vec<VpnGateway> = reply.vpn_gateways.unwrap_or_default().into_iter().map(Into::into).collect();
    gateways.retain(|gateway| gateway._status.as_deref() != Some("deleted"));
    for gateway in &mut gateways {
        if let Some(id) = gateway.id.as_deref() {
            gateway.arn = Some(arn(aws, None, "vpn-gateway", id).await?);
        }
    }
    Ok(gateways)
}

#[async_trait]
impl Gateway for VpnGateway {
    // It takes a minute.
    const DETACHES_AT_ONCE: bool = false;

    async fn one(aws: &Aws, id: &PhysicalId) -> Result<Option<Self>, CloudError> {
        let found = describe(aws, vec![filter("vpn-gateway-id", [id.to_string()])]).await?;
        Ok(found.into_iter().find(|gateway| gateway.id.as_deref() == Some(id.as_str())))
    }

    fn vpc(&self) -> Option<&str> {
        self.vpc_id.as_deref()
    }

    async fn attach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        let request = aws.write().ec2().attach_vpn_gateway().vpn_gateway_id(id.as_str()).vpc_id(vpc);
        aws.call("ec2:AttachVpnGateway", request.send()).await.map(|_| ())
    }

    async fn detach(aws: &Aws, id: &PhysicalId, vpc: &str) -> Result<(), CloudError> {
        let request = aws.write().ec2().detach_vpn_gateway().vpn_gateway_id(id.as_str()).vpc_id(vpc);
        gone_is_fine(aws.call("ec2:DetachVpnGateway", request.send()).await)
    }
}

#[async_trait]
impl Resource for VpnGateway {
    const TYPE: &'static str = "aws_vpn_gateway";
    const DOC: &'static str = "The AWS side of a VPN into a VPC.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateVpnGateway"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DetachVpnGateway", "ec2:DeleteVpnGateway"];
    const LAGS: &'static [LagReply] = lags::VPN_GATEWAY;
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
        match by_filter("vpn-gateway-id", &ids(wanted), |filters| describe(aws, filters)).await {
            Ok(found) => tagging::in_order(wanted, found, |gateway| gateway.id.as_deref()),
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |gateway: Self| {
            let leaving = gateway._status.as_deref() == Some("deleting");
            Candidate::new(gateway.id, gateway.tags_all).leaving(leaving)
        };
        tagging::find(recover, |filters| describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateVpnGateway";
        let number = |asn: &str| {
            asn.parse::<i64>().map_err(|_| CloudError::new(ErrorKind::Rejected, "`amazon_side_asn` is no number"))
        };
        let asn = want.amazon_side_asn.as_deref().filter(|asn| !asn.is_empty()).map(number).transpose()?;
        let request = aws
            .write()
            .ec2()
            .create_vpn_gateway()
            .r#type(GatewayType::Ipsec1)
            .set_availability_zone(want.availability_zone.clone())
            .set_amazon_side_asn(asn)
            .set_tag_specifications(tagging::specification(ResourceType::VpnGateway, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.vpn_gateway.and_then(|gateway| gateway.vpn_gateway_id);
        Ok(id.ok_or_else(|| missing(CALL, "VpnGatewayId"))?.into())
    }

    async fn update(aws: &Aws, call: VpnGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            VpnGatewayUpdate::Attachment => move_to::<Self>(aws, id, want.vpc_id.as_deref()).await,
            VpnGatewayUpdate::Tags => tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        if !let_go::<Self>(aws, id).await? {
            return Ok(());
        }
        // Busy until the detachment has ended; then this is asked again.
        let request = aws.write().ec2().delete_vpn_gateway().vpn_gateway_id(id.as_str());
        gone_is_fine(aws.call("ec2:DeleteVpnGateway", request.send()).await)
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
    use aws_sdk_ec2::types::{VpcAttachment, VpnState};

    use super::*;

    fn attached(state: AttachmentStatus) -> VpnGateway {
        let attachment = VpcAttachment::builder().vpc_id("vpc-1").state(state).build();
        sdk::VpnGateway::builder().state(VpnState::Available).vpc_attachments(attachment).build().into()
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
