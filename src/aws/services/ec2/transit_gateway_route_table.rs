//! `aws_ec2_transit_gateway_route_table`

use aws_sdk_ec2::operation::create_transit_gateway_route_table::builders::CreateTransitGatewayRouteTableFluentBuilder;
use aws_sdk_ec2::types::TransitGatewayRouteTableState;

use super::prelude::*;

updates! {
    pub enum TransitGatewayRouteTableUpdate {
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = TransitGatewayRouteTableUpdate)]
#[sdk(from = sdk::TransitGatewayRouteTable, create = CreateTransitGatewayRouteTableFluentBuilder)]
pub struct TransitGatewayRouteTable {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// Whether attachments are associated with it by themselves.
    #[field(computed)]
    default_association_route_table: Option<bool>,
    /// Whether attachments tell it their routes by themselves.
    #[field(computed)]
    default_propagation_route_table: Option<bool>,
    /// The route table's id.
    #[field(computed, sdk = transit_gateway_route_table_id)]
    id: Option<String>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The gateway.
    #[field(immutable, required)]
    transit_gateway_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = state)]
    _status: Option<String>,
}

#[async_trait]
impl Described for TransitGatewayRouteTable {
    type Live = sdk::TransitGatewayRouteTable;
    const ID_FILTER: &'static str = "transit-gateway-route-table-id";
    const TAG_KIND: ResourceType = ResourceType::TransitGatewayRouteTable;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    /// Without the deleted ones, which AWS lists for a while.
    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<Self::Live>, CloudError> {
        let request = aws.read().ec2().describe_transit_gateway_route_tables().set_filters(Some(filters));
        let mut tables = aws.pages(request, |page| page.transit_gateway_route_tables).await?;
        tables.retain(|table| table.state != Some(TransitGatewayRouteTableState::Deleted));
        Ok(tables)
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }
}

#[async_trait]
impl Resource for TransitGatewayRouteTable {
    const TYPE: &'static str = "aws_ec2_transit_gateway_route_table";
    const DOC: &'static str = "A route table of a transit gateway.";
    const CREATE_ONCE: CreateOnce = CreateOnce::OpTag;
    const CREATE_CALLS: Calls = calls![CreateTransitGatewayRouteTable];
    const DELETE_CALLS: Calls = calls![DeleteTransitGatewayRouteTable];
    const LAGS: &'static [LagReply] = lags::TRANSIT_GATEWAY_ROUTE_TABLE;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "TRANSIT_GATEWAY_ROUTE_TABLE_ID";
    const RELATIONS: Relations = Relations { part_of: &["transit_gateway_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "transit_gateway_id: ${hub.id}\n";
    const WAITS_FOR_DELETION: bool = true;
    const USUAL_SECONDS: u32 = 60;

    type Update = TransitGatewayRouteTableUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_transit_gateway_route_table())?;
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.transit_gateway_route_table?.transit_gateway_route_table_id).await
    }

    async fn update(
        aws: &Aws,
        call: TransitGatewayRouteTableUpdate,
        change: &Change<'_, Self>,
    ) -> Result<(), CloudError> {
        match call {
            TransitGatewayRouteTableUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_transit_gateway_route_table();
        aws.gone(request.transit_gateway_route_table_id(id.as_str())).await
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some("pending") => Readiness::Pending("pending".into()),
            Some("deleting") => Readiness::Deleting,
            _ => Readiness::Ready,
        }
    }
}
