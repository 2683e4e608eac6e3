//! `aws_customer_gateway`

use aws_sdk_ec2::operation::create_customer_gateway::builders::CreateCustomerGatewayFluentBuilder;

use super::prelude::*;
use super::tagging::filter;
use crate::kind::convert::{outgoing_text, problem};
use crate::kind::tags::made_by;

updates! {
    pub enum CustomerGatewayUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = CustomerGatewayUpdate)]
#[sdk(from = sdk::CustomerGateway, create = CreateCustomerGatewayFluentBuilder)]
pub struct CustomerGateway {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The autonomous system number of the gateway, up to 2147483647.
    #[field(immutable, forms = Number, conflicts = ["bgp_asn_extended"], sent_by_hand)]
    bgp_asn: Option<String>,
    /// The same of a number above that.
    #[field(immutable, forms = Number, conflicts = ["bgp_asn"], sent_by_hand)]
    bgp_asn_extended: Option<String>,
    /// The certificate of the gateway.
    #[field(immutable, filled)]
    certificate_arn: Option<String>,
    /// What the device is called.
    #[field(immutable, filled, length = 0..=255)]
    device_name: Option<String>,
    /// The gateway's id.
    #[field(computed, sdk = customer_gateway_id)]
    id: Option<String>,
    /// The address of the gateway on the internet.
    #[field(immutable, forms = Cidr)]
    ip_address: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The kind of VPN.
    #[field(immutable, required, one_of = ["ipsec.1"])]
    r#type: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

/// Those that AWS would return in place of a new one: it makes no second one of the same type, address and number.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html>
async fn alike(aws: &Aws, want: &CustomerGateway) -> Result<Vec<sdk::CustomerGateway>, CloudError> {
    let Some(address) = want.ip_address.clone() else { return Ok(Vec::new()) };
    let number = want.bgp_asn.as_ref().or(want.bgp_asn_extended.as_ref()).cloned();
    let mut filters = vec![filter("ip-address", [address])];
    filters.extend(number.map(|number| filter("bgp-asn", [number])));
    filters.extend(want.r#type.clone().map(|kind| filter("type", [kind])));
    let found = CustomerGateway::describe(aws, filters).await?;
    // The reply is judged by itself: not every implementation of the API heeds a filter.
    let same = |live: &sdk::CustomerGateway| {
        live.ip_address == want.ip_address
            && live.r#type == want.r#type
            && live.bgp_asn.as_ref().or(live.bgp_asn_extended.as_ref())
                == want.bgp_asn.as_ref().or(want.bgp_asn_extended.as_ref())
            && live.state.as_deref() != Some("deleting")
    };
    Ok(found.into_iter().filter(same).collect())
}

#[async_trait]
impl Described for CustomerGateway {
    type Live = sdk::CustomerGateway;
    const ID_FILTER: &'static str = "customer-gateway-id";
    const TAG_KIND: ResourceType = ResourceType::CustomerGateway;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for a while. This call has no pages.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let reply = aws.send(aws.read().ec2().describe_customer_gateways().set_filters(Some(filters))).await?;
        let mut gateways = reply.customer_gateways.unwrap_or_default();
        gateways.retain(|gateway| gateway.state.as_deref() != Some("deleted"));
        Ok(gateways)
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }
}

#[async_trait]
impl Resource for CustomerGateway {
    const TYPE: &'static str = "aws_customer_gateway";
    const DOC: &'static str = "The other side of a VPN into AWS.";
    const CREATE_ONCE: CreateOnce = CreateOnce::SameRequest;
    const CREATE_CALLS: Calls = calls![CreateCustomerGateway];
    const DELETE_CALLS: Calls = calls![DeleteCustomerGateway];
    const LAGS: &'static [LagReply] = lags::CUSTOMER_GATEWAY;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "CUSTOMER_GATEWAY_ID";
    const RELATIONS: Relations =
        Relations { identity: &["ip_address", "bgp_asn", "bgp_asn_extended", "type"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
type: ipsec.1
ip_address: 198.51.100.10
bgp_asn: \"65010\"
";
    const WAITS_FOR_DELETION: bool = true;

    type Update = CustomerGatewayUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let ours = |live: &sdk::CustomerGateway| {
            let read = of_live::<Self>(live);
            read.is_ok_and(|live| made_by(live.tags.all.as_ref(), operation.id.as_str()))
        };
        let exists = |id: &str| CloudError::new(ErrorKind::AlreadyExists, format!("{id} is such a gateway already"));
        match alike(aws, want).await {
            Ok(found) => {
                if let Some(live) = found.iter().find(|live| !ours(live)) {
                    return Err(exists(live.customer_gateway_id.as_deref().unwrap_or_default()));
                }
            }
            Err(mut error) => {
                if error.kind == ErrorKind::Ambiguous {
                    error.kind = ErrorKind::NotSent;
                }
                return Err(error);
            }
        }
        let request = want
            .fill(aws.write().ec2().create_customer_gateway())?
            .set_bgp_asn(outgoing_text(&want.bgp_asn, "bgp_asn")?)
            .set_bgp_asn_extended(outgoing_text(&want.bgp_asn_extended, "bgp_asn_extended")?)
            .set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.customer_gateway?.customer_gateway_id).await
    }

    async fn update(aws: &Aws, call: CustomerGatewayUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            CustomerGatewayUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_customer_gateway().customer_gateway_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some("pending") => Readiness::Pending("pending".into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let fits = |name: &'static str, least: i64, most: i64| {
            let number = text(name).map(str::parse::<i64>);
            let wrong = number.filter(|number| !number.as_ref().is_ok_and(|number| (least..=most).contains(number)));
            wrong.map(|_| problem(name, format!("this is a whole number from {least} to {most}")))
        };
        let numbers = [fits("bgp_asn", 1, 2_147_483_647), fits("bgp_asn_extended", 2_147_483_648, 4_294_967_295)];
        numbers.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, operation, response};

    fn gateways(op: &str, number: &str) -> crate::connection::replay::Reply {
        response(&format!(
            "<customerGatewaySet><item><customerGatewayId>cgw-1</customerGatewayId><state>available</state>\
             <type>ipsec.1</type><ipAddress>198.51.100.10</ipAddress><bgpAsn>{number}</bgpAsn>\
             <tagSet><item><key>wildfire:op</key><value>{op}</value></item></tagSet></item></customerGatewaySet>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn a_gateway_that_is_there_is_not_taken_for_a_new_one() {
        let made = "<customerGateway><customerGatewayId>cgw-1</customerGatewayId></customerGateway>";
        let script = Replay::default()
            .on("DescribeCustomerGateways", gateways("01OTHER", "65010"))
            .on("DescribeCustomerGateways", gateways("01OURS", "65010"))
            .on("CreateCustomerGateway", response(made))
            .on("DescribeCustomerGateways", gateways("01OTHER", "65011"))
            .on("CreateCustomerGateway", response(made));
        let aws = script.aws();
        let want = CustomerGateway {
            bgp_asn: Some("65010".into()),
            ip_address: Some("198.51.100.10".into()),
            r#type: Some("ipsec.1".into()),
            ..CustomerGateway::default()
        };
        let create = async || CustomerGateway::create(&aws, &want, &operation()).await.map_err(|error| error.kind);
        assert_eq!(create().await, Err(ErrorKind::AlreadyExists));
        assert_eq!(create().await, Ok("cgw-1".into()));
        assert_eq!(create().await, Ok("cgw-1".into()));
        assert_eq!(script.finish()[2].parameter("BgpAsn"), Some("65010"));
    }

    #[test]
    fn numbers_are_in_the_property_of_their_size() {
        let problems =
            |name: &str, number: &str| CustomerGateway::validate(&[(name, Value::from(number))].into()).len();
        assert_eq!((problems("bgp_asn", "65010"), problems("bgp_asn", "4200000000")), (0, 1));
        assert_eq!((problems("bgp_asn_extended", "4200000000"), problems("bgp_asn_extended", "1.5")), (0, 1));
    }
}
