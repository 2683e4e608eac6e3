//! `aws_default_route_table`

use futures::future::try_join_all;
use wildfire_engine::model::{Inline, PropertyPath};

use super::super::prelude::*;
use super::super::vpc::companions::{Companion, of_vpc};
use super::super::{checks, route_tables, tagging};
use super::{inline, propagate};
use crate::kind::resource::all_failed;

updates! {
    pub enum DefaultRouteTableUpdate {
        Propagation => [EnableVgwRoutePropagation, DisableVgwRoutePropagation],
        Routes => [CreateRoute, ReplaceRoute, DeleteRoute],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = DefaultRouteTableUpdate)]
#[sdk(from = sdk::RouteTable)]
pub struct DefaultRouteTable {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The main route table of the VPC.
    #[field(immutable, required, sdk = route_table_id)]
    default_route_table_id: Option<String>,
    /// The route table's id.
    #[field(computed, sdk = route_table_id)]
    id: Option<String>,
    /// The account that owns the route table.
    #[field(computed)]
    owner_id: Option<String>,
    /// The VPN gateways whose routes the table takes over; none where none is written as the table is taken over.
    #[field(update = Propagation, aws_default, set, by_hand)]
    propagating_vgws: Option<Vec<String>>,
    /// All routes of the table, where none is an `aws_route` of its own; none where none is written as the table is taken over.
    #[field(update = Routes, aws_default, set, by_hand)]
    route: Option<Vec<inline::Route>>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(computed)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for DefaultRouteTable {
    type Live = sdk::RouteTable;
    const ID_FILTER: &'static str = "route-table-id";
    const TAG_KIND: ResourceType = ResourceType::RouteTable;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn tagged(&self) -> &Tagged {
        &self.tags
    }

    async fn describe(aws: &Aws, filters: Vec<sdk::Filter>) -> Result<Vec<sdk::RouteTable>, CloudError> {
        route_tables::describe(aws, filters).await
    }

    async fn by_ids(aws: &Aws, ids: &[String]) -> Result<Vec<sdk::RouteTable>, CloudError> {
        let tables = route_tables::load(aws, ids.to_vec()).await?;
        Ok(ids.iter().filter_map(|id| tables.get(id).cloned()).collect())
    }

    fn arn(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.arn)
    }

    fn owner(&self) -> Option<&str> {
        self.owner_id.as_deref()
    }

    fn finish(mut self, live: &sdk::RouteTable) -> Self {
        self.propagating_vgws = Some(propagate::gateways(live));
        self.route = Some(inline::of_table(live));
        self
    }
}

/// The table of an id. Terraform's import id is the VPC, whose main table is meant then.
async fn table(aws: &Aws, id: &PhysicalId) -> Result<PhysicalId, CloudError> {
    if !id.as_str().starts_with("vpc-") {
        return Ok(id.clone());
    }
    let found = of_vpc(aws, Companion::RouteTable, id.as_str()).await?;
    Ok(found.map_or_else(|| id.clone(), PhysicalId::from))
}

#[async_trait]
impl Resource for DefaultRouteTable {
    const TYPE: &'static str = "aws_default_route_table";
    const DOC: &'static str = "The main route table that AWS makes with a VPC, taken over. It goes with the VPC only.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![
        EnableVgwRoutePropagation,
        DisableVgwRoutePropagation,
        CreateRoute,
        ReplaceRoute,
        DeleteRoute,
        CreateTags,
        DeleteTags
    ];
    const DELETE_CALLS: Calls = calls![DeleteTags];
    const LAGS: &'static [LagReply] = lags::DEFAULT_ROUTE_TABLE;
    const IMPORT_ID: &'static str = "VPC_ID";
    const RELATIONS: Relations = Relations {
        identity: &["default_route_table_id"],
        inline: &[Inline { property: "route", type_name: "aws_route", parent: "route_table_id", only: None }],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
default_route_table_id: ${vpc.default_route_table_id}
route:
  - {cidr_block: 0.0.0.0/0, gateway_id: \"${internet.id}\"}
";
    const UNSUPPORTED: Refused =
        &[("route.instance_id", "AWS keeps the interface of the instance in its place: write network_interface_id")];

    type Update = DefaultRouteTableUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        match try_join_all(wanted.iter().map(|request| table(aws, &request.id))).await {
            Ok(tables) => {
                let asked = wanted.iter().zip(tables).map(|(request, id)| ReadRequest { id, ..request.clone() });
                read_described(aws, &asked.collect::<Vec<_>>()).await
            }
            Err(error) => all_failed(wanted, &error),
        }
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // The tags are what is put on it last.
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let id = PhysicalId::from(want.default_route_table_id.clone().unwrap_or_default());
        let found = one::<Self>(aws, &id).await?;
        // What is wanted and there already is left alone, so that its traffic flows on.
        propagate::update(aws, id.as_str(), &want.propagating_vgws, &found.propagating_vgws).await?;
        let (route, have) = (want.route.as_deref().unwrap_or_default(), found.route.unwrap_or_default());
        inline::update(aws, id.as_str(), route, &have).await?;
        tagging::take_over(aws, &id, found.tags.all.as_ref(), want.tags.all.as_ref()).await?;
        Ok(id)
    }

    async fn update(aws: &Aws, call: DefaultRouteTableUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let id = table(aws, change.id).await?;
        let change = Change { id: &id, ..*change };
        let want = change.want;
        match call {
            DefaultRouteTableUpdate::Propagation => {
                let have = one::<Self>(aws, &id).await?.propagating_vgws;
                propagate::update(aws, id.as_str(), &want.propagating_vgws, &have).await
            }
            DefaultRouteTableUpdate::Routes => {
                let have = one::<Self>(aws, &id).await?.route.unwrap_or_default();
                inline::update(aws, id.as_str(), want.route.as_deref().unwrap_or_default(), &have).await
            }
            DefaultRouteTableUpdate::Tags => retag(aws, &change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        // It stays as it is, without the tags that were put on it.
        let id = table(aws, id).await?;
        tagging::let_go(aws, &id, prior.tags.all.as_ref()).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let routes = properties.get("route");
        let mut found = inline::validate(routes);
        for (index, route) in routes.and_then(Value::as_list).unwrap_or_default().iter().enumerate() {
            for target in ["carrier_gateway_id", "local_gateway_id"] {
                if route.get(target).is_some_and(|value| !value.is_empty()) {
                    let message = "AWS does not let the main route table of a VPC lead there";
                    let at = PropertyPath::from("route").index(index).key(target);
                    found.push(checks::problem(at, message, Some("use an aws_route_table".into())));
                }
            }
        }
        found
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("default_route_table_id")?.as_str()?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::connection::replay::{Replay, Reply, operation, recover, request, response};
    use crate::kind::tags::Tags;

    fn described(more: &str) -> Reply {
        let local = "<item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId>\
                     <origin>CreateRouteTable</origin></item>";
        let written = "<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-1</gatewayId>\
                       <origin>CreateRoute</origin></item>";
        response(&format!(
            "<routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><ownerId>123456789012</ownerId>\
             <routeSet>{local}{written}</routeSet>\
             <associationSet><item><routeTableId>rtb-1</routeTableId><main>true</main></item></associationSet>\
             {more}</item></routeTableSet>"
        ))
    }

    fn want() -> DefaultRouteTable {
        let mut want =
            DefaultRouteTable { default_route_table_id: Some("rtb-1".into()), ..DefaultRouteTable::default() };
        want.tags.all = Some(Tags::from([("wildfire:op".to_string(), "01OURS".to_string())]));
        want
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_written_goes_as_the_table_is_taken_over_and_the_tags_come_last() {
        let gateways = "<propagatingVgwSet><item><gatewayId>vgw-1</gatewayId></item></propagatingVgwSet>";
        let script = Replay::default()
            .on("DescribeRouteTables", described(gateways))
            .on("DisableVgwRoutePropagation", response(""))
            .on("DeleteRoute", response(""))
            .on("CreateTags", response("<return>true</return>"));
        let id = DefaultRouteTable::create(&script.aws(), &want(), &operation()).await.unwrap();
        assert_eq!(id.as_str(), "rtb-1");
        let sent = script.finish();
        let calls: Vec<&str> = sent.iter().map(|sent| sent.what.as_str()).collect();
        assert_eq!(calls, ["DescribeRouteTables", "DisableVgwRoutePropagation", "DeleteRoute", "CreateTags"]);
        assert_eq!(sent[2].parameter("DestinationCidrBlock"), Some("0.0.0.0%2F0"));
        assert_eq!(sent[3].parameter("Tag.1.Value"), Some("01OURS"));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_read_by_its_own_id_and_by_that_of_its_vpc() {
        let script = Replay::default()
            .on("DescribeRouteTables", described(""))
            .on("DescribeRouteTables", described(""))
            .on("DescribeRouteTables", response("<routeTableSet/>"));
        let aws = script.aws();
        let read = DefaultRouteTable::read(&aws, &["rtb-1", "vpc-1"].map(|id| request(id, &[]))).await;
        for live in read {
            let live = live.unwrap().expect("it is there");
            assert_eq!((live.id.as_deref(), live.vpc_id.as_deref()), (Some("rtb-1"), Some("vpc-1")));
            assert_eq!(live.arn.as_deref(), Some("arn:aws:ec2:eu-west-1:123456789012:route-table/rtb-1"));
            assert_eq!(live.route.map(|routes| routes.len()), Some(1));
        }
        let gone = DefaultRouteTable::read(&aws, &[request("rtb-2", &[])]).await;
        assert!(matches!(gone[..], [Ok(None)]));
        script.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_ours_once_it_has_our_tag() {
        let tag = |op: &str| format!("<tagSet><item><key>wildfire:op</key><value>{op}</value></item></tagSet>");
        let script = Replay::default()
            .on("DescribeRouteTables", described(&tag("01OTHER")))
            .on("DescribeRouteTables", described(&tag("01OURS")));
        let aws = script.aws();
        let recover = recover(json!({"default_route_table_id": "rtb-1"}));
        assert_eq!(DefaultRouteTable::find(&aws, &recover, &want()).await, Ok(None));
        assert_eq!(DefaultRouteTable::find(&aws, &recover, &want()).await, Ok(Some("rtb-1".into())));
        script.finish();
    }

    #[test]
    fn some_targets_are_for_other_tables_only() {
        let route = json!({"cidr_block": "10.0.0.0/8", "carrier_gateway_id": "cagw-1"});
        let problems = DefaultRouteTable::validate(&Value::from_json(json!({"route": [route]})));
        assert_eq!(problems[0].path.to_string(), "route[0].carrier_gateway_id");
    }
}
