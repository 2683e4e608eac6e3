//! `aws_db_subnet_group`

use async_trait::async_trait;
use aws_sdk_rds::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use super::tagging;
use crate::Aws;
use crate::connection::call::gone_is_fine;
use crate::connection::pages::pages;
use crate::kind::by_name::{Group, find_group, lower_case_id, read_groups};
use crate::kind::resource::{Change, Read, Resource};
use crate::kind::tags::Tags;
use crate::services::rds::lags;
use crate::updates;

updates! {
    pub enum SubnetGroupUpdate {
        Modify => ["rds:ModifyDBSubnetGroup"],
        Tags => ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = SubnetGroupUpdate)]
pub struct SubnetGroup {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// What the group is for.
    #[field(update = Modify, aws_default)]
    description: Option<String>,
    /// The group's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case)]
    name: Option<String>,
    /// The subnets, in two zones at least.
    #[field(update = Modify, required, set)]
    subnet_ids: Option<Vec<String>>,
    /// Whether the subnets have IPv4, or IPv6 too.
    #[field(computed, set, changed_by = ["Modify"])]
    supported_network_types: Option<Vec<String>>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
    /// The VPC of the subnets.
    #[field(computed)]
    vpc_id: Option<String>,
}

impl From<sdk::DbSubnetGroup> for SubnetGroup {
    fn from(group: sdk::DbSubnetGroup) -> Self {
        let subnets = group.subnets.unwrap_or_default();
        Self {
            arn: group.db_subnet_group_arn,
            description: group.db_subnet_group_description,
            id: group.db_subnet_group_name.clone(),
            name: group.db_subnet_group_name,
            subnet_ids: Some(subnets.into_iter().filter_map(|subnet| subnet.subnet_identifier).collect()),
            supported_network_types: group.supported_network_types,
            tags: None,
            tags_all: None,
            vpc_id: group.vpc_id,
        }
    }
}

#[async_trait]
impl Group for SubnetGroup {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags_all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let found = pages(|marker| {
            let request = aws.read().rds().describe_db_subnet_groups().set_db_subnet_group_name(name.clone());
            let request = request.set_max_records(name.is_none().then_some(100)).set_marker(marker);
            let aws = &aws;
            async move {
                let page = aws.call("rds:DescribeDBSubnetGroups", request.send()).await?;
                Ok((page.db_subnet_groups, page.marker))
            }
        });
        Ok(found.await?.into_iter().map(Self::from).collect())
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags_all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for SubnetGroup {
    const TYPE: &'static str = "aws_db_subnet_group";
    const DOC: &'static str = "The subnets that databases may be in.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["rds:CreateDBSubnetGroup"];
    const DELETE_CALLS: &'static [&'static str] = &["rds:DeleteDBSubnetGroup"];
    const LAGS: &'static [LagReply] = lags::SUBNET_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        held_by: &[("aws_rds_cluster", "db_subnet_group_name"), ("aws_rds_cluster_instance", "db_subnet_group_name")],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: databases
subnet_ids: ${values(private).map(subnet, subnet.id)}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "a random name cannot be recognised after a crash: write `name`")];

    type Update = SubnetGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_groups(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_group::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .rds()
            .create_db_subnet_group()
            .set_db_subnet_group_name(want.name.clone())
            // The API wants some text.
            .db_subnet_group_description(want.description.as_deref().unwrap_or("Managed by wildfire"))
            .set_subnet_ids(want.subnet_ids.clone())
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("rds:CreateDBSubnetGroup", request.send()).await?;
        Ok(want.name.as_deref().unwrap_or_default().to_ascii_lowercase().into())
    }

    async fn update(aws: &Aws, call: SubnetGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            SubnetGroupUpdate::Modify => {
                let request = aws
                    .write()
                    .rds()
                    .modify_db_subnet_group()
                    .db_subnet_group_name(id.as_str())
                    .set_db_subnet_group_description(want.description.clone())
                    .set_subnet_ids(want.subnet_ids.clone());
                aws.call("rds:ModifyDBSubnetGroup", request.send()).await.map(|_| ())
            }
            SubnetGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().rds().delete_db_subnet_group().db_subnet_group_name(id.as_str());
        gone_is_fine(aws.call("rds:DeleteDBSubnetGroup", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "name")
    }
}
