//! `aws_route_table`

mod inline;

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as sdk, ResourceType};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, Inline, LagReply, Operation, PhysicalId, Problem, ReadRequest, Recover,
    Relations, Value,
};

use super::arn::arn;
use super::tagging;
use super::{describe, route_tables};
use crate::Aws;
use crate::connection::call::{gone_is_fine, missing};
use crate::kind::ownership::Candidate;
use crate::kind::resource::{Change, Read, Resource, all_failed};
use crate::kind::tags::Tags;
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum RouteTableUpdate {
        Propagation => ["ec2:EnableVgwRoutePropagation", "ec2:DisableVgwRoutePropagation"],
        Routes => ["ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"],
        Tags => ["ec2:CreateTags", "ec2:DeleteTags"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RouteTableUpdate)]
pub struct RouteTable {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// The route table's id.
    #[field(computed)]
    id: Option<String>,
    /// The account that owns the route table.
    #[field(computed)]
    owner_id: Option<String>,
    /// The VPN gateways whose routes the table takes over.
    #[field(update = Propagation, after_create, aws_default, set)]
    propagating_vgws: Option<Vec<String>>,
    /// All routes of the table, where none is an `aws_route` of its own.
    #[field(update = Routes, after_create, aws_default, set)]
    route: Option<Vec<inline::Route>>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The VPC.
    #[field(immutable, required)]
    vpc_id: Option<String>,
}

impl From<&sdk::RouteTable> for RouteTable {
    fn from(table: &sdk::RouteTable) -> Self {
        let gateways = table.propagating_vgws().iter().filter_map(|gateway| gateway.gateway_id.clone());
        Self {
            arn: None,
            id: table.route_table_id.clone(),
            owner_id: table.owner_id.clone(),
            propagating_vgws: Some(gateways.collect()),
            route: Some(inline::of_table(table)),
            tags: None,
            tags_all: tagging::from_sdk(table.tags.clone()),
            vpc_id: table.vpc_id.clone(),
        }
    }
}

async fn live(aws: &Aws, id: &PhysicalId) -> Result<RouteTable, CloudError> {
    let tables = route_tables::load(aws, [id.to_string()]).await?;
    let table = tables.get(id.as_str()).map(RouteTable::from);
    table.ok_or_else(|| CloudError::new(ErrorKind::NotFound, format!("{id} does not exist")))
}

async fn update_propagation(aws: &Aws, id: &PhysicalId, want: &RouteTable) -> Result<(), CloudError> {
    let have = live(aws, id).await?.propagating_vgws.unwrap_or_default();
    let want = want.propagating_vgws.clone().unwrap_or_default();
    for gateway in want.iter().filter(|gateway| !have.contains(gateway)) {
        let request = aws.write().ec2().enable_vgw_route_propagation().route_table_id(id.as_str()).gateway_id(gateway);
        aws.call("ec2:EnableVgwRoutePropagation", request.send()).await?;
    }
    for gateway in have.iter().filter(|gateway| !want.contains(gateway)) {
        let request = aws.write().ec2().disable_vgw_route_propagation().route_table_id(id.as_str()).gateway_id(gateway);
        gone_is_fine(aws.call("ec2:DisableVgwRoutePropagation", request.send()).await)?;
    }
    Ok(())
}

#[async_trait]
impl Resource for RouteTable {
    const TYPE: &'static str = "aws_route_table";
    const DOC: &'static str = "The routes of subnets.";
    const CREATE_ONCE: CreateOnce = CreateOnce::ClientToken;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:CreateRouteTable"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DeleteRouteTable"];
    const LAGS: &'static [LagReply] = lags::ROUTE_TABLE;
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
        let tables = match route_tables::load(aws, describe::ids(wanted)).await {
            Ok(tables) => tables,
            Err(error) => return all_failed(wanted, &error),
        };
        let one = async |request: &ReadRequest| -> Read<Self> {
            let Some(mut table) = tables.get(request.id.as_str()).map(RouteTable::from) else { return Ok(None) };
            table.arn = Some(arn(aws, table.owner_id.as_deref(), "route-table", request.id.as_str()).await?);
            Ok(Some(table))
        };
        join_all(wanted.iter().map(one)).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let candidate = |table: sdk::RouteTable| Candidate::new(table.route_table_id, tagging::from_sdk(table.tags));
        tagging::find(recover, |filters| route_tables::describe(aws, filters), candidate).await
    }

    async fn create(aws: &Aws, want: &Self, operation: &Operation) -> Result<PhysicalId, CloudError> {
        const CALL: &str = "ec2:CreateRouteTable";
        let request = aws
            .write()
            .ec2()
            .create_route_table()
            .client_token(operation.id.as_str())
            .set_vpc_id(want.vpc_id.clone())
            .set_tag_specifications(tagging::specification(ResourceType::RouteTable, want.tags_all.as_ref()));
        let reply = aws.call(CALL, request.send()).await?;
        let id = reply.route_table.and_then(|table| table.route_table_id);
        Ok(id.ok_or_else(|| missing(CALL, "RouteTableId"))?.into())
    }

    async fn update(aws: &Aws, call: RouteTableUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            RouteTableUpdate::Propagation => update_propagation(aws, id, want).await,
            RouteTableUpdate::Routes => {
                let have = live(aws, id).await?.route.unwrap_or_default();
                let want = want.route.as_deref().unwrap_or_default();
                inline::update(aws, id.as_str(), want, &have).await
            }
            RouteTableUpdate::Tags => tagging::update(aws, id, prior.tags_all.as_ref(), want.tags_all.as_ref()).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().ec2().delete_route_table().route_table_id(id.as_str());
        gone_is_fine(aws.call("ec2:DeleteRouteTable", request.send()).await)
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        inline::validate(properties.get("route"))
    }
}
