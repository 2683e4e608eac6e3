//! `aws_route_table_association`

use async_trait::async_trait;
use aws_sdk_ec2::types::{RouteTableAssociation as Association, RouteTableAssociationStateCode};
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, ErrorKind, LagReply, NaturalKey, Operation, PhysicalId, ReadRequest, Readiness, Recover,
    Relations, Value,
};

use super::route_tables::{self, Tables, associations, member};
use crate::Aws;
use crate::connection::call::gone_is_fine;
use crate::kind::resource::{Change, Read, Resource};
use crate::services::ec2::lags;
use crate::updates;

updates! {
    pub enum RouteTableAssociationUpdate {
        Table => ["ec2:ReplaceRouteTableAssociation"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = RouteTableAssociationUpdate)]
pub struct RouteTableAssociation {
    /// The internet or VPN gateway whose incoming traffic uses the table.
    #[field(immutable)]
    gateway_id: Option<String>,
    /// The association's id.
    #[field(computed, changed_by = ["Table"])]
    id: Option<String>,
    /// The route table.
    #[field(update = Table, required)]
    route_table_id: Option<String>,
    /// The subnet that uses the table.
    #[field(immutable)]
    subnet_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed)]
    _status: Option<String>,
}

impl From<&Association> for RouteTableAssociation {
    fn from(association: &Association) -> Self {
        let filled = |id: &Option<String>| id.clone().filter(|id| !id.is_empty());
        let state = association.association_state.as_ref().and_then(|state| state.state.as_ref());
        Self {
            gateway_id: filled(&association.gateway_id),
            id: association.route_table_association_id.clone(),
            route_table_id: association.route_table_id.clone(),
            subnet_id: filled(&association.subnet_id),
            _status: state.map(|state| state.as_str().to_string()),
        }
    }
}

/// `subnet-1/rtb-1`: the subnet or gateway says which association it is, as it has only one; the table is the one it
/// was made with, and stays in the id when another takes its place.
fn split(id: &PhysicalId) -> Result<(&str, &str), CloudError> {
    id.as_str().split_once('/').ok_or_else(|| {
        let message =
            format!("{id} is not an association: write SUBNET_ID/ROUTE_TABLE_ID or GATEWAY_ID/ROUTE_TABLE_ID");
        CloudError::new(ErrorKind::Rejected, message)
    })
}

async fn load(aws: &Aws, id: &PhysicalId) -> Read<RouteTableAssociation> {
    let (of, table) = split(id)?;
    let tables = route_tables::load(aws, [of.to_string(), table.to_string()]).await?;
    Ok(in_tables(&tables, of))
}

fn in_tables(tables: &Tables, of: &str) -> Option<RouteTableAssociation> {
    let mut all = tables.values().flat_map(associations);
    all.find(|association| member(association) == Some(of)).map(RouteTableAssociation::from)
}

async fn replace(aws: &Aws, id: &PhysicalId, want: &RouteTableAssociation) -> Result<(), CloudError> {
    let Some(live) = load(aws, id).await? else {
        return Err(CloudError::new(ErrorKind::NotFound, format!("the association {id} does not exist")));
    };
    // The replacement has a new id: a repetition would not find the old one.
    if live.route_table_id == want.route_table_id {
        return Ok(());
    }
    let request = aws
        .write()
        .ec2()
        .replace_route_table_association()
        .set_association_id(live.id)
        .set_route_table_id(want.route_table_id.clone());
    aws.call("ec2:ReplaceRouteTableAssociation", request.send()).await.map(|_| ())
}

#[async_trait]
impl Resource for RouteTableAssociation {
    const TYPE: &'static str = "aws_route_table_association";
    const DOC: &'static str = "Which route table a subnet or a gateway uses.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["ec2:AssociateRouteTable"];
    const DELETE_CALLS: &'static [&'static str] = &["ec2:DisassociateRouteTable"];
    const LAGS: &'static [LagReply] = lags::ROUTE_TABLE_ASSOCIATION;
    const IMPORT_ID: &'static str = "SUBNET_ID/ROUTE_TABLE_ID or GATEWAY_ID/ROUTE_TABLE_ID";
    const RELATIONS: Relations = Relations { identity: &["subnet_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
subnet_id: ${public.id}
route_table_id: ${public_routes.id}
";
    const EXACTLY_ONE: &'static [&'static [&'static str]] = &[&["gateway_id", "subnet_id"]];

    type Update = RouteTableAssociationUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let ids = wanted.iter().filter_map(|request| split(&request.id).ok());
        let tables = route_tables::load(aws, ids.flat_map(|(of, table)| [of.to_string(), table.to_string()])).await;
        let tables = match tables {
            Ok(tables) => tables,
            Err(error) => return wanted.iter().map(|_| Err(error.clone())).collect(),
        };
        let by_member: std::collections::HashMap<&str, &Association> = tables
            .values()
            .flat_map(associations)
            .filter_map(|association| Some((member(association)?, association)))
            .collect();
        let one = |request: &ReadRequest| {
            let (of, _) = split(&request.id)?;
            Ok(by_member.get(of).map(|association| RouteTableAssociation::from(*association)))
        };
        wanted.iter().map(one).collect()
    }

    async fn find(aws: &Aws, recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        // An association takes no tags: it is ours when it is with the table that the intent names.
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let live = load(aws, &id).await?;
        Ok(live.filter(|live| live.route_table_id == wanted.route_table_id).map(|_| id))
    }

    fn found_by_content(&self, _aws: &Aws) -> bool {
        true
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let of = want.subnet_id.as_deref().or(want.gateway_id.as_deref()).unwrap_or_default();
        let table = want.route_table_id.as_deref().unwrap_or_default();
        let request = aws
            .write()
            .ec2()
            .associate_route_table()
            .set_gateway_id(want.gateway_id.clone())
            .set_subnet_id(want.subnet_id.clone())
            .route_table_id(table);
        match aws.call("ec2:AssociateRouteTable", request.send()).await {
            Ok(_) => Ok(format!("{of}/{table}").into()),
            Err(mut error) => {
                if error.code.as_deref() == Some("Resource.AlreadyAssociated") {
                    error.kind = ErrorKind::AlreadyExists;
                }
                Err(error)
            }
        }
    }

    async fn update(aws: &Aws, call: RouteTableAssociationUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, .. } = change;
        match call {
            RouteTableAssociationUpdate::Table => replace(aws, id, want).await,
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        // State may remember the id from before a replacement.
        let Some(live) = load(aws, id).await? else { return Ok(()) };
        let request = aws.write().ec2().disassociate_route_table().set_association_id(live.id);
        gone_is_fine(aws.call("ec2:DisassociateRouteTable", request.send()).await)
    }

    fn readiness(&self) -> Readiness {
        match self._status.as_deref() {
            Some(status) if status == RouteTableAssociationStateCode::Associating.as_str() => {
                Readiness::Pending(status.into())
            }
            _ => Readiness::Ready,
        }
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let of = text("subnet_id").or_else(|| text("gateway_id"))?;
        Some(format!("{of}/{}", text("route_table_id")?).into())
    }

    fn natural_keys(properties: &Value) -> Option<Vec<NaturalKey>> {
        Some(
            ["subnet_id", "gateway_id"]
                .into_iter()
                .find_map(|name| NaturalKey::of(Self::TYPE, properties, &[name]))
                .into_iter()
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use aws_sdk_ec2::types::{RouteTable, RouteTableAssociationState};

    use super::*;

    #[test]
    fn an_association_is_known_by_its_subnet() {
        let association = |id: &str, subnet: &str, state: RouteTableAssociationStateCode| {
            let state = RouteTableAssociationState::builder().state(state).build();
            let association = Association::builder().route_table_association_id(id).subnet_id(subnet);
            association.route_table_id("rtb-2").association_state(state).build()
        };
        let table = RouteTable::builder()
            .route_table_id("rtb-2")
            .associations(Association::builder().route_table_association_id("main").main(true).build())
            .associations(association("old", "subnet-1", RouteTableAssociationStateCode::Disassociated))
            .associations(association("new", "subnet-1", RouteTableAssociationStateCode::Associated))
            .build();
        let tables: Tables = Arc::new(HashMap::from([("rtb-2".to_string(), table)]));
        let found = in_tables(&tables, "subnet-1").expect("it is there");
        assert_eq!((found.id.as_deref(), found.route_table_id.as_deref()), (Some("new"), Some("rtb-2")));
        assert!(in_tables(&tables, "subnet-2").is_none());
    }
}
