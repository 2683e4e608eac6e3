//! `aws_route_table`

mod default;
mod inline;
mod propagate;

use aws_sdk_ec2::operation::create_route_table::builders::CreateRouteTableFluentBuilder;
use wildfire_engine::model::Inline;

use super::prelude::*;
use super::route_tables;

pub(super) use self::default::DefaultRouteTable;

updates! {
    pub enum RouteTableUpdate {
        Propagation => [EnableVgwRoutePropagation, DisableVgwRoutePropagation],
        Routes => [CreateRoute, ReplaceRoute, DeleteRoute],
        Tags => [CreateTags, DeleteTags],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RouteTableUpdate)]
#[sdk(from = sdk::RouteTable, create = CreateRouteTableFluentBuilder)]
pub struct RouteTable {
    /// The ARN.
    #[field(computed, by_hand)]
    arn: Option<String>,
    /// The route table's id.
    #[field(computed, sdk = route_table_id)]
    id: Option<String>,
    /// The account that owns the route table.
    #[field(computed)]
    owner_id: Option<String>,
    /// The VPN gateways whose routes the table takes over.
    #[field(update = Propagation, after_create, aws_default, set, by_hand)]
    propagating_vgws: Option<Vec<String>>,
    /// All routes of the table, where none is an `aws_route` of its own.
    #[field(update = Routes, after_create, aws_default, set, by_hand)]
    route: Option<Vec<inline::Route>>,
    #[serde(flatten)]
    #[field(tags = Tags, sent_by_hand)]
    tags: Tagged,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
}

#[async_trait]
impl Described for RouteTable {
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

#[async_trait]
impl Resource for RouteTable {
    const TYPE: &'static str = "aws_route_table";
    const DOC: &'static str = "The routes of subnets.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: Calls = calls![CreateRouteTable];
    const DELETE_CALLS: Calls = calls![DeleteRouteTable];
    const LAGS: &'static [LagReply] = lags::ROUTE_TABLE;
    const TAGS_TOGETHER: TagsTogether = TagsTogether::ByIds;
    const IMPORT_ID: &'static str = "ROUTE_TABLE_ID";
    const RELATIONS: Relations = Relations {
        held_by: &[("aws_route_table_association", "route_table_id")],
        inline: &[Inline { property: "route", type_name: "aws_route", parent: "route_table_id", only: None }],
        ..Relations::NONE
    };
    const EXAMPLE: &'static str = "\
vpc_id: ${vpc.id}
tags: {Name: public}
";

    type Update = RouteTableUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_described(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_described::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().ec2().create_route_table())?.client_token(operation.id.as_str());
        let request = request.set_tag_specifications(want.tag_specification());
        aws.made(request, |reply| reply.route_table?.route_table_id).await
    }

    async fn update(aws: &Aws, call: RouteTableUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            RouteTableUpdate::Propagation => {
                let have = one::<Self>(aws, id).await?.propagating_vgws;
                propagate::update(aws, id.as_str(), &want.propagating_vgws, &have).await
            }
            RouteTableUpdate::Routes => {
                let have = one::<Self>(aws, id).await?.route.unwrap_or_default();
                inline::update(aws, id.as_str(), want.route.as_deref().unwrap_or_default(), &have).await
            }
            RouteTableUpdate::Tags => retag(aws, change).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        aws.gone(aws.write().ec2().delete_route_table().route_table_id(id.as_str())).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        inline::validate(properties.get("route"))
    }
}
