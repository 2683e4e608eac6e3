//! `aws_ec2_transit_gateway_route`

use aws_sdk_ec2::types::TransitGatewayRouteState;
use futures::future::join_all;

use super::prelude::*;
use super::tagging::filter;
use crate::connection::call::absent_is_none;
use crate::kind::convert::problem;

updates! {
    pub enum TransitGatewayRouteUpdate {}
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = TransitGatewayRouteUpdate)]
pub struct TransitGatewayRoute {
    /// Whether traffic to the range is dropped.
    #[field(immutable, default = false)]
    blackhole: Option<bool>,
    /// The range that the route is for.
    #[field(immutable, required, forms = Cidr)]
    destination_cidr_block: Option<String>,
    /// The route table and the range: `TABLE_RANGE`.
    #[field(computed)]
    id: Option<String>,
    /// The attachment that traffic goes to.
    #[field(immutable)]
    transit_gateway_attachment_id: Option<String>,
    /// The route table.
    #[field(immutable, required)]
    transit_gateway_route_table_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

fn joined(table: &str, range: &str) -> PhysicalId {
    format!("{table}_{range}").into()
}

fn split(id: &PhysicalId) -> Result<(&str, &str), CloudError> {
    let malformed = || {
        let message = format!("{:?} is not of the form {}", id.as_str(), TransitGatewayRoute::IMPORT_ID);
        CloudError::new(ErrorKind::Rejected, message)
    };
    id.as_str().split_once('_').ok_or_else(malformed)
}

/// The route that somebody has made, and none that an attachment tells.
async fn live(aws: &Aws, table: &str, range: &str) -> Read<TransitGatewayRoute> {
    let request = aws.read().ec2().search_transit_gateway_routes().transit_gateway_route_table_id(table);
    let filters = [("route-search.exact-match", range), ("type", "static")];
    let filters = filters.map(|(name, value)| filter(name, [value.to_string()])).to_vec();
    let request = request.set_filters(Some(filters));
    let routes = absent_is_none(aws.pages(request, |page| page.routes).await)?.unwrap_or_default();
    let there = |route: &sdk::TransitGatewayRoute| {
        let gone = [TransitGatewayRouteState::Deleted, TransitGatewayRouteState::Deleting];
        route.destination_cidr_block.as_deref() == Some(range)
            && route.r#type == Some(sdk::TransitGatewayRouteType::Static)
            && !route.state.as_ref().is_some_and(|state| gone.contains(state))
    };
    let Some(route) = routes.into_iter().find(there) else { return Ok(None) };
    let attachment =
        route.transit_gateway_attachments().iter().find_map(|one| one.transit_gateway_attachment_id.clone());
    Ok(Some(TransitGatewayRoute {
        // A route whose attachment is gone is a black hole too, and has the attachment still.
        blackhole: Some(attachment.is_none()),
        destination_cidr_block: Some(range.to_string()),
        id: Some(joined(table, range).to_string()),
        transit_gateway_attachment_id: attachment,
        transit_gateway_route_table_id: Some(table.to_string()),
        _status: route.state.map(|state| state.as_str().to_string()),
    }))
}

#[async_trait]
impl Resource for TransitGatewayRoute {
    const TYPE: &'static str = "aws_ec2_transit_gateway_route";
    const DOC: &'static str = "A route of a transit gateway.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateTransitGatewayRoute];
    const DELETE_CALLS: Calls = calls![DeleteTransitGatewayRoute];
    const LAGS: &'static [LagReply] = lags::TRANSIT_GATEWAY_ROUTE;
    const IMPORT_ID: &'static str = "TRANSIT_GATEWAY_ROUTE_TABLE_ID_DESTINATION";
    const RELATIONS: Relations = Relations {
        identity: &["transit_gateway_route_table_id", "destination_cidr_block"],
        part_of: &["transit_gateway_route_table_id"],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
transit_gateway_route_table_id: ${spokes.id}
destination_cidr_block: 0.0.0.0/0
transit_gateway_attachment_id: ${egress.id}
";
    const USUAL_SECONDS: u32 = 5;

    type Update = TransitGatewayRouteUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let one = |request: &ReadRequest| {
            let id = request.id.clone();
            async move {
                let (table, range) = split(&id)?;
                live(aws, table, range).await
            }
        };
        join_all(wanted.iter().map(one)).await
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let (Some(table), Some(range)) = (&wanted.transit_gateway_route_table_id, &wanted.destination_cidr_block)
        else {
            return Ok(None);
        };
        // Routes have no tags: one to the same place, where there was none before, is what the call made.
        let same = |live: &Self| live.transit_gateway_attachment_id == wanted.transit_gateway_attachment_id;
        Ok(live(aws, table, range).await?.filter(same).map(|_| joined(table, range)))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .ec2()
            .create_transit_gateway_route()
            .set_transit_gateway_route_table_id(want.transit_gateway_route_table_id.clone())
            .set_destination_cidr_block(want.destination_cidr_block.clone())
            .set_transit_gateway_attachment_id(filled(want.transit_gateway_attachment_id.clone()))
            .set_blackhole(want.blackhole.filter(|blackhole| *blackhole));
        aws.done(request).await?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(joined(&text(&want.transit_gateway_route_table_id), &text(&want.destination_cidr_block)))
    }

    async fn update(_aws: &Aws, call: TransitGatewayRouteUpdate, _change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {}
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let (table, range) = split(id)?;
        let request = aws.write().ec2().delete_transit_gateway_route().transit_gateway_route_table_id(table);
        aws.gone(request.destination_cidr_block(range)).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some("pending") => Readiness::Pending("pending".into()),
            _ => Readiness::Ready,
        }
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let attached = properties.get("transit_gateway_attachment_id").is_some_and(|value| !value.is_null());
        match properties.get("blackhole") {
            Some(Value::Bool(true)) if attached => {
                vec![problem("blackhole", "traffic that is dropped goes to no attachment")]
            }
            None | Some(Value::Null | Value::Bool(false)) if !attached => {
                let message = "a route goes to an attachment, or drops its traffic with blackhole: true";
                vec![problem("transit_gateway_attachment_id", message)]
            }
            _ => Vec::new(),
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str();
        Some(joined(text("transit_gateway_route_table_id")?, text("destination_cidr_block")?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::replay::{Replay, Reply, request, response};

    fn route(kind: &str, attachment: &str) -> Reply {
        response(&format!(
            "<routeSet><item><destinationCidrBlock>10.0.0.0/8</destinationCidrBlock><type>{kind}</type>\
             <state>active</state><transitGatewayAttachments>{attachment}</transitGatewayAttachments></item></routeSet>\
             <additionalRoutesAvailable>false</additionalRoutesAvailable>"
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_attachment_tells_is_no_route_of_ours() {
        let search = "SearchTransitGatewayRoutes";
        let attachment = "<item><transitGatewayAttachmentId>tgw-attach-1</transitGatewayAttachmentId></item>";
        let script = Replay::default()
            .on(search, route("propagated", attachment))
            .on(search, route("static", attachment))
            .on(search, route("static", ""))
            .on(search, Reply::Ec2Error(400, "InvalidRouteTableID.NotFound"));
        let (aws, asked) = (script.aws(), [request("tgw-rtb-1_10.0.0.0/8", &[])]);
        let read = async || TransitGatewayRoute::read(&aws, &asked).await.remove(0).unwrap();
        assert_eq!(read().await, None);
        let live = read().await.unwrap();
        assert_eq!(
            (live.transit_gateway_attachment_id.as_deref(), live.blackhole),
            (Some("tgw-attach-1"), Some(false))
        );
        assert_eq!(read().await.unwrap().blackhole, Some(true));
        assert_eq!(read().await, None);
        script.finish();
    }

    #[test]
    fn a_route_goes_somewhere_or_nowhere() {
        let problems =
            |properties: serde_json::Value| TransitGatewayRoute::validate(&Value::from_json(properties)).len();
        assert_eq!(problems(serde_json::json!({"transit_gateway_attachment_id": "tgw-attach-1"})), 0);
        assert_eq!(problems(serde_json::json!({"blackhole": true})), 0);
        assert_eq!(problems(serde_json::json!({"blackhole": true, "transit_gateway_attachment_id": "a"})), 1);
        assert_eq!(problems(serde_json::json!({})), 1);
    }
}
