//! `aws_db_parameter_group`

use async_trait::async_trait;
use aws_sdk_rds::types as sdk;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{
    CloudError, CreateOnce, LagReply, Operation, PhysicalId, ReadRequest, Recover, Relations, Value,
};

use super::parameter::{self, Parameter};
use super::tagging;
use crate::Aws;
use crate::connection::call::gone_is_fine;
use crate::connection::pages::pages;
use crate::kind::by_name::{Group, find_group, lower_case_id, read_groups};
use crate::kind::parameters;
use crate::kind::resource::{Change, Read, Resource};
use crate::kind::tags::Tags;
use crate::services::rds::lags;
use crate::updates;

updates! {
    pub enum ParameterGroupUpdate {
        Parameters => ["rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup"],
        Tags => ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = ParameterGroupUpdate)]
pub struct ParameterGroup {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// What the group is for.
    #[field(immutable, aws_default)]
    description: Option<String>,
    /// The engine and version that the parameters are for, such as `aurora-postgresql16`.
    #[field(immutable, required)]
    family: Option<String>,
    /// The group's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case)]
    name: Option<String>,
    /// The parameters that differ from the family's defaults.
    #[field(update = Parameters, after_create, set)]
    parameter: Option<Vec<Parameter>>,
    /// Whether a deletion leaves the group at AWS.
    #[field(local, default = false)]
    skip_destroy: Option<bool>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
}

impl From<sdk::DbParameterGroup> for ParameterGroup {
    fn from(group: sdk::DbParameterGroup) -> Self {
        Self {
            arn: group.db_parameter_group_arn,
            description: group.description,
            family: group.db_parameter_group_family,
            id: group.db_parameter_group_name.clone(),
            name: group.db_parameter_group_name,
            parameter: None,
            skip_destroy: None,
            tags: None,
            tags_all: None,
        }
    }
}

#[async_trait]
impl Group for ParameterGroup {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags_all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let found = pages(|marker| {
            let request = aws.read().rds().describe_db_parameter_groups().set_db_parameter_group_name(name.clone());
            let request = request.set_max_records(name.is_none().then_some(100)).set_marker(marker);
            let aws = &aws;
            async move {
                let page = aws.call("rds:DescribeDBParameterGroups", request.send()).await?;
                Ok((page.db_parameter_groups, page.marker))
            }
        });
        Ok(found.await?.into_iter().map(Self::from).collect())
    }

    async fn add_parameters(&mut self, aws: &Aws) -> Result<(), CloudError> {
        let Some(name) = self.name.as_deref() else { return Ok(()) };
        let found = pages(|marker| {
            let request = aws.read().rds().describe_db_parameters().db_parameter_group_name(name);
            // The hundreds that no user set are the family's defaults.
            let request = request.source("user").max_records(100).set_marker(marker);
            async move {
                let page = aws.call("rds:DescribeDBParameters", request.send()).await?;
                Ok((page.parameters, page.marker))
            }
        });
        let found: Vec<_> = found.await?.into_iter().filter_map(Parameter::from_sdk).collect();
        self.parameter = Some(found).filter(|found| !found.is_empty());
        Ok(())
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags_all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for ParameterGroup {
    const TYPE: &'static str = "aws_db_parameter_group";
    const DOC: &'static str = "Settings of the engine for database instances.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["rds:CreateDBParameterGroup"];
    const DELETE_CALLS: &'static [&'static str] = &["rds:DeleteDBParameterGroup"];
    const LAGS: &'static [LagReply] = lags::PARAMETER_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        held_by: &[("aws_rds_cluster_instance", "db_parameter_group_name")],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: orders-instances
family: aurora-postgresql16
parameter:
  - {name: log_min_duration_statement, value: \"500\"}
";
    const UNSUPPORTED: &'static [(&'static str, &'static str)] =
        &[("name_prefix", "a random name cannot be recognised after a crash: write `name`")];

    type Update = ParameterGroupUpdate;

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
            .create_db_parameter_group()
            .set_db_parameter_group_name(want.name.clone())
            .set_db_parameter_group_family(want.family.clone())
            // The API wants some text.
            .description(want.description.as_deref().unwrap_or("Managed by wildfire"))
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("rds:CreateDBParameterGroup", request.send()).await?;
        Ok(want.name.as_deref().unwrap_or_default().to_ascii_lowercase().into())
    }

    async fn update(aws: &Aws, call: ParameterGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        let (rds, name) = (aws.write().rds(), id.as_str());
        match call {
            ParameterGroupUpdate::Parameters => {
                let change = parameters::change(prior.parameter.as_ref(), want.parameter.as_ref());
                for portion in change.set {
                    let request = rds
                        .modify_db_parameter_group()
                        .db_parameter_group_name(name)
                        .set_parameters(parameter::to_sdk(&portion));
                    aws.call("rds:ModifyDBParameterGroup", request.send()).await?;
                }
                for portion in change.reset {
                    let request = rds
                        .reset_db_parameter_group()
                        .db_parameter_group_name(name)
                        .set_parameters(parameter::to_sdk(&portion));
                    aws.call("rds:ResetDBParameterGroup", request.send()).await?;
                }
                Ok(())
            }
            ParameterGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, prior: &Self) -> Result<(), CloudError> {
        if prior.skip_destroy == Some(true) {
            return Ok(());
        }
        let request = aws.write().rds().delete_db_parameter_group().db_parameter_group_name(id.as_str());
        gone_is_fine(aws.call("rds:DeleteDBParameterGroup", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "name")
    }
}
