//! `aws_route_table_association`

use aws_sdk_ec2::operation::associate_route_table::builders::AssociateRouteTableFluentBuilder;
use aws_sdk_ec2::types::{RouteTableAssociation as Association, RouteTableAssociationStateCode};

use super::prelude::*;
use super::route_tables::{self, Tables, associations, member};

updates! {
    pub enum RouteTableAssociationUpdate {
        Table => [ReplaceRouteTableAssociation],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = RouteTableAssociationUpdate)]
#[sdk(from = Association, create = AssociateRouteTableFluentBuilder)]
pub struct RouteTableAssociation {
    /// The internet or VPN gateway whose incoming traffic uses the table.
    #[field(immutable, filled)]
    gateway_id: Option<String>,
    /// The association's id.
    #[field(computed, changed_by = ["Table"], sdk = route_table_association_id)]
    id: Option<String>,
    /// The route table.
    #[field(update = Table, required)]
    route_table_id: Option<String>,
    /// The subnet that uses the table.
    #[field(immutable, filled)]
    subnet_id: Option<String>,
    /// AWS's word for the status.
    #[field(computed, sdk = association_state.state)]
    _status: Option<String>,
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
    in_tables(&tables, of)
}

fn in_tables(tables: &Tables, of: &str) -> Read<RouteTableAssociation> {
    let mut all = tables.values().flat_map(associations);
    let found = all.find(|association| member(association) == Some(of));
    Ok(found.cloned().map(RouteTableAssociation::from_sdk).transpose()?)
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
    aws.done(request).await
}

#[async_trait]
impl Resource for RouteTableAssociation {
    const TYPE: &'static str = "aws_route_table_association";
    const DOC: &'static str = "Which route table a subnet or a gateway uses.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![AssociateRouteTable];
    const DELETE_CALLS: Calls = calls![DisassociateRouteTable];
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
            let found = by_member.get(of).map(|association| RouteTableAssociation::from_sdk((*association).clone()));
            Ok(found.transpose()?)
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
        match aws.done(want.fill(aws.write().ec2().associate_route_table())?).await {
            Ok(()) => Ok(format!("{of}/{table}").into()),
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
        aws.gone(request).await
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
        let found = in_tables(&tables, "subnet-1").expect("it can be read").expect("it is there");
        assert_eq!((found.id.as_deref(), found.route_table_id.as_deref()), (Some("new"), Some("rtb-2")));
        assert!(in_tables(&tables, "subnet-2").expect("it can be read").is_none());
    }
}
