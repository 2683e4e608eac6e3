//! `aws_elasticache_subnet_group`

use async_trait::async_trait;
use aws_sdk_elasticache::types as sdk;
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
use crate::services::elasticache::lags;
use crate::updates;

updates! {
    pub enum SubnetGroupUpdate {
        Modify => ["elasticache:ModifyCacheSubnetGroup"],
        Tags => ["elasticache:AddTagsToResource", "elasticache:RemoveTagsFromResource"],
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

impl From<sdk::CacheSubnetGroup> for SubnetGroup {
    fn from(group: sdk::CacheSubnetGroup) -> Self {
        let subnets = group.subnets.unwrap_or_default();
        Self {
            arn: group.arn,
            description: group.cache_subnet_group_description,
            id: group.cache_subnet_group_name.clone(),
            name: group.cache_subnet_group_name,
            subnet_ids: Some(subnets.into_iter().filter_map(|subnet| subnet.subnet_identifier).collect()),
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
            let request =
                aws.read().elasticache().describe_cache_subnet_groups().set_cache_subnet_group_name(name.clone());
            let request = request.set_max_records(name.is_none().then_some(100)).set_marker(marker);
            let aws = &aws;
            async move {
                let page = aws.call("elasticache:DescribeCacheSubnetGroups", request.send()).await?;
                Ok((page.cache_subnet_groups, page.marker))
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
    const TYPE: &'static str = "aws_elasticache_subnet_group";
    const DOC: &'static str = "The subnets that caches may be in.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["elasticache:CreateCacheSubnetGroup"];
    const DELETE_CALLS: &'static [&'static str] = &["elasticache:DeleteCacheSubnetGroup"];
    const LAGS: &'static [LagReply] = lags::SUBNET_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations { identity: &["name"], ..Relations::NONE };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: caches
subnet_ids: ${values(private).map(subnet, subnet.id)}
";

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
            .elasticache()
            .create_cache_subnet_group()
            .set_cache_subnet_group_name(want.name.clone())
            // The API wants some text.
            .cache_subnet_group_description(want.description.as_deref().unwrap_or("Managed by wildfire"))
            .set_subnet_ids(want.subnet_ids.clone())
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("elasticache:CreateCacheSubnetGroup", request.send()).await?;
        Ok(want.name.as_deref().unwrap_or_default().to_ascii_lowercase().into())
    }

    async fn update(aws: &Aws, call: SubnetGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { id, want, prior, .. } = change;
        match call {
            SubnetGroupUpdate::Modify => {
                let request = aws
                    .write()
                    .elasticache()
                    .modify_cache_subnet_group()
                    .cache_subnet_group_name(id.as_str())
                    .set_cache_subnet_group_description(want.description.clone())
                    .set_subnet_ids(want.subnet_ids.clone());
                aws.call("elasticache:ModifyCacheSubnetGroup", request.send()).await.map(|_| ())
            }
            SubnetGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().elasticache().delete_cache_subnet_group().cache_subnet_group_name(id.as_str());
        gone_is_fine(aws.call("elasticache:DeleteCacheSubnetGroup", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "name")
    }
}
