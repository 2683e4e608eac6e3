//! `aws_elasticache_parameter_group`

use async_trait::async_trait;
use aws_sdk_elasticache::types as sdk;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use wildfire_derive::Fields;
use wildfire_engine::model::{CloudError, CreateOnce, Operation, PhysicalId, ReadRequest, Recover, Value};

use super::tagging;
use crate::call::{absent_is_none, gone_is_fine};
use crate::named::read_named;
use crate::resource::{Read, Resource, asks_for};
use crate::tags::{Tags, made_by};
use crate::{Aws, updates};

updates! {
    pub enum ParameterGroupUpdate {
        Parameters => ["elasticache:ModifyCacheParameterGroup", "elasticache:ResetCacheParameterGroup"],
        Tags => ["elasticache:AddTagsToResource", "elasticache:RemoveTagsFromResource"],
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
    /// The engine and version that the parameters are for, such as `valkey8`.
    #[field(immutable, required)]
    family: Option<String>,
    /// The group's name.
    #[field(computed)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, ignore_case)]
    name: Option<String>,
    /// The parameters that differ from the family's defaults.
    #[field(update = Parameters, after_create, set)]
    parameter: Option<Vec<Parameter>>,
    /// Tags of this resource alone.
    #[field(update = Tags)]
    tags: Option<Tags>,
    /// All tags, the stage's too.
    #[field(computed)]
    tags_all: Option<Tags>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(block)]
pub struct Parameter {
    /// The name.
    #[field(required)]
    name: Option<String>,
    /// The value.
    #[field(required)]
    value: Option<String>,
}

impl Parameter {
    /// As ElastiCache returns it; one without a name or value is none of the user's.
    fn from_sdk(parameter: sdk::Parameter) -> Option<Self> {
        Some(Self { name: Some(parameter.parameter_name?), value: Some(parameter.parameter_value?) })
    }

    fn to_sdk(&self) -> sdk::ParameterNameValue {
        sdk::ParameterNameValue::builder()
            .set_parameter_name(self.name.clone())
            .set_parameter_value(self.value.clone())
            .build()
    }
}

/// A modify or reset call takes this many parameters.
const PER_CALL: usize = 20;

type Portions = Vec<Vec<sdk::ParameterNameValue>>;

/// What to modify and what to reset, in the portions that a call takes.
fn change(prior: Option<&Vec<Parameter>>, want: Option<&Vec<Parameter>>) -> (Portions, Portions) {
    let (prior, want) = (prior.map_or(&[][..], Vec::as_slice), want.map_or(&[][..], Vec::as_slice));
    let set: Vec<_> = want.iter().filter(|parameter| !prior.contains(parameter)).map(Parameter::to_sdk).collect();
    let wanted = |old: &Parameter| want.iter().any(|parameter| parameter.name == old.name);
    let reset: Vec<_> = prior.iter().filter(|old| !wanted(old)).map(Parameter::to_sdk).collect();
    let portions = |all: Vec<sdk::ParameterNameValue>| all.chunks(PER_CALL).map(<[_]>::to_vec).collect();
    (portions(set), portions(reset))
}

impl From<sdk::CacheParameterGroup> for ParameterGroup {
    fn from(group: sdk::CacheParameterGroup) -> Self {
        Self {
            arn: group.arn,
            description: group.description,
            family: group.cache_parameter_group_family,
            id: group.cache_parameter_group_name.clone(),
            name: group.cache_parameter_group_name,
            parameter: None,
            tags: None,
            tags_all: None,
        }
    }
}

async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<ParameterGroup>, CloudError> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = aws
            .read()
            .elasticache()
            .describe_cache_parameter_groups()
            .set_cache_parameter_group_name(name.clone())
            .set_max_records(name.is_none().then_some(100))
            .set_marker(marker);
        let page = aws.call("elasticache:DescribeCacheParameterGroups", request.send()).await?;
        found.extend(page.cache_parameter_groups.unwrap_or_default().into_iter().map(ParameterGroup::from));
        marker = page.marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}

/// The parameters that a user set; the hundreds of others are the family's defaults.
async fn user_parameters(aws: &Aws, name: &str) -> Result<Vec<Parameter>, CloudError> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = aws
            .read()
            .elasticache()
            .describe_cache_parameters()
            .cache_parameter_group_name(name)
            .source("user")
            .max_records(100)
            .set_marker(marker);
        let page = aws.call("elasticache:DescribeCacheParameters", request.send()).await?;
        found.extend(page.parameters.unwrap_or_default().into_iter().filter_map(Parameter::from_sdk));
        marker = page.marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(found);
        }
    }
}

/// Adds what the description lacks, each for a call of its own.
async fn complete(
    aws: &Aws,
    mut group: ParameterGroup,
    with_parameters: bool,
    with_tags: bool,
) -> Read<ParameterGroup> {
    if with_parameters && let Some(name) = group.name.as_deref() {
        match absent_is_none(user_parameters(aws, name).await)? {
            Some(found) => group.parameter = Some(found).filter(|found| !found.is_empty()),
            None => return Ok(None),
        }
    }
    if with_tags && let Some(arn) = group.arn.as_deref() {
        match absent_is_none(tagging::list(aws, arn).await)? {
            Some(tags) => group.tags_all = tags,
            None => return Ok(None),
        }
    }
    Ok(Some(group))
}

#[async_trait]
impl Resource for ParameterGroup {
    const TYPE: &'static str = "aws_elasticache_parameter_group";
    const DOC: &'static str = "Settings of the engine for caches.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: &'static [&'static str] = &["elasticache:CreateCacheParameterGroup"];
    const DELETE_CALLS: &'static [&'static str] = &["elasticache:DeleteCacheParameterGroup"];
    const IMPORT_ID: &'static str = "NAME";
    const EXAMPLE: &'static str = "\
name: sessions
family: valkey8
parameter:
  - {name: maxmemory-policy, value: volatile-lru}
";

    type Update = ParameterGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let handle = aws.clone();
        let found =
            read_named(wanted, |group: &Self| group.name.as_deref(), |name| describe(handle.clone(), name)).await;
        let answers = found.into_iter().zip(wanted).map(|(group, request)| async move {
            let Some(group) = group? else { return Ok(None) };
            let (parameters, tags) = (asks_for(request, &["parameter"]), asks_for(request, &["tags", "tags_all"]));
            complete(aws, group, parameters, tags).await
        });
        join_all(answers).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let Some(id) = Self::natural_id(&recover.wanted) else { return Ok(None) };
        let found = absent_is_none(describe(aws.clone(), Some(id.to_string())).await)?.unwrap_or_default();
        let Some(group) = found.into_iter().next() else { return Ok(None) };
        let live = complete(aws, group, false, true).await?;
        let ours = live.filter(|group| made_by(group.tags_all.as_ref(), recover.operation.id.as_str()));
        Ok(ours.map(|_| id))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = aws
            .write()
            .elasticache()
            .create_cache_parameter_group()
            .set_cache_parameter_group_name(want.name.clone())
            .set_cache_parameter_group_family(want.family.clone())
            // The API wants some text.
            .description(want.description.as_deref().unwrap_or("Managed by wildfire"))
            .set_tags(tagging::to_sdk(want.tags_all.as_ref()));
        aws.call("elasticache:CreateCacheParameterGroup", request.send()).await?;
        Ok(want.name.as_deref().unwrap_or_default().to_ascii_lowercase().into())
    }

    async fn update(
        aws: &Aws,
        id: &PhysicalId,
        call: ParameterGroupUpdate,
        want: &Self,
        prior: &Self,
        _operation: &Operation,
    ) -> Result<(), CloudError> {
        let (cache, name) = (aws.write().elasticache(), id.as_str());
        match call {
            ParameterGroupUpdate::Parameters => {
                let (set, reset) = change(prior.parameter.as_ref(), want.parameter.as_ref());
                for portion in set {
                    let request = cache
                        .modify_cache_parameter_group()
                        .cache_parameter_group_name(name)
                        .set_parameter_name_values(Some(portion));
                    aws.call("elasticache:ModifyCacheParameterGroup", request.send()).await?;
                }
                for portion in reset {
                    let request = cache
                        .reset_cache_parameter_group()
                        .cache_parameter_group_name(name)
                        .set_parameter_name_values(Some(portion));
                    aws.call("elasticache:ResetCacheParameterGroup", request.send()).await?;
                }
                Ok(())
            }
            ParameterGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags_all.as_ref(), want.tags_all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().elasticache().delete_cache_parameter_group().cache_parameter_group_name(id.as_str());
        gone_is_fine(aws.call("elasticache:DeleteCacheParameterGroup", request.send()).await)
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        Some(properties.get("name")?.as_str()?.to_ascii_lowercase().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_set_and_what_is_no_longer_wanted_is_reset() {
        let list = |pairs: &[(&str, &str)]| -> Vec<Parameter> {
            let one =
                |(name, value): &(&str, &str)| Parameter { name: Some((*name).into()), value: Some((*value).into()) };
            pairs.iter().map(one).collect()
        };
        let (prior, want) = (list(&[("a", "1"), ("b", "1"), ("c", "1")]), list(&[("b", "1"), ("c", "2"), ("d", "1")]));
        let (set, reset) = change(Some(&prior), Some(&want));
        let names = |portions: Portions| -> Vec<_> {
            portions.into_iter().flatten().filter_map(|parameter| parameter.parameter_name).collect()
        };
        assert_eq!(names(set), ["c", "d"]);
        assert_eq!(names(reset), ["a"]);
    }
}
