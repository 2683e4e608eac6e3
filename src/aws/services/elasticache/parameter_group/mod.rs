//! `aws_elasticache_parameter_group`

#[cfg(test)]
mod recorded;

use aws_sdk_elasticache::operation::create_cache_parameter_group::builders::CreateCacheParameterGroupFluentBuilder;

use super::prelude::*;

updates! {
    pub enum ParameterGroupUpdate {
        Parameters => [ModifyCacheParameterGroup, ResetCacheParameterGroup],
        Tags => [AddTagsToResource, RemoveTagsFromResource],
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, Fields, Sdk)]
#[serde(default)]
#[fields(update = ParameterGroupUpdate)]
#[sdk(from = sdk::CacheParameterGroup, create = CreateCacheParameterGroupFluentBuilder)]
pub struct ParameterGroup {
    /// The ARN.
    #[field(computed)]
    arn: Option<String>,
    /// What the group is for.
    #[field(immutable, aws_default)]
    description: Option<String>,
    /// The engine and version that the parameters are for, such as `valkey8`.
    #[field(immutable, required, sdk = cache_parameter_group_family)]
    family: Option<String>,
    /// The group's name.
    #[field(computed, sdk = cache_parameter_group_name)]
    id: Option<String>,
    /// The name, in lower case, unique in the region.
    #[field(immutable, required, forms = Case, sdk = cache_parameter_group_name)]
    name: Option<String>,
    /// The parameters that differ from the family's defaults.
    #[field(update = Parameters, after_create, set, by_hand)]
    parameter: Option<Vec<Parameter>>,
    #[serde(flatten)]
    #[field(tags = Tags, read_by_hand)]
    tags: Tagged,
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
    /// From ElastiCache's reply. Parameters without a name or value are ElastiCache's own, and are skipped.
    fn from_sdk(parameter: sdk::Parameter) -> Option<Self> {
        Some(Self { name: Some(parameter.parameter_name?), value: Some(parameter.parameter_value?) })
    }
}

impl parameters::Parameter for Parameter {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// A portion of a modify or reset call.
fn to_sdk(parameters: &[Parameter]) -> Option<Vec<sdk::ParameterNameValue>> {
    let one = |parameter: &Parameter| {
        sdk::ParameterNameValue::builder()
            .set_parameter_name(parameter.name.clone())
            .set_parameter_value(parameter.value.clone())
            .build()
    };
    Some(parameters.iter().map(one).collect())
}

#[async_trait]
impl Group for ParameterGroup {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn tags_all(&self) -> Option<&Tags> {
        self.tags.all.as_ref()
    }

    async fn describe(aws: Aws, name: Option<String>) -> Result<Vec<Self>, CloudError> {
        let request = aws.read().elasticache().describe_cache_parameter_groups();
        let request = request.set_max_records(name.is_none().then_some(100)).set_cache_parameter_group_name(name);
        let found = aws.pages(request, |page| page.cache_parameter_groups).await?;
        Ok(found.into_iter().map(Self::from_sdk).collect::<Result<_, _>>()?)
    }

    async fn add_parameters(&mut self, aws: &Aws) -> Result<(), CloudError> {
        let Some(name) = self.name.as_deref() else { return Ok(()) };
        // The hundreds that no user set are the family's defaults.
        let request = aws.read().elasticache().describe_cache_parameters().source("user").max_records(100);
        let found = aws.pages(request.cache_parameter_group_name(name), |page| page.parameters).await?;
        let found: Vec<_> = found.into_iter().filter_map(Parameter::from_sdk).collect();
        self.parameter = Some(found).filter(|found| !found.is_empty());
        Ok(())
    }

    async fn add_tags(&mut self, aws: &Aws) -> Result<(), CloudError> {
        if let Some(arn) = self.arn.as_deref() {
            self.tags.all = tagging::list(aws, arn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl parameters::ParameterGroup for ParameterGroup {
    type Parameter = Parameter;

    fn parameters(&self) -> Option<&Vec<Parameter>> {
        self.parameter.as_ref()
    }

    async fn modify(aws: &Aws, name: &str, portion: Vec<Parameter>) -> Result<(), CloudError> {
        let request = aws.write().elasticache().modify_cache_parameter_group().cache_parameter_group_name(name);
        aws.done(request.set_parameter_name_values(to_sdk(&portion))).await
    }

    async fn reset(aws: &Aws, name: &str, portion: Vec<Parameter>) -> Result<(), CloudError> {
        let request = aws.write().elasticache().reset_cache_parameter_group().cache_parameter_group_name(name);
        aws.done(request.set_parameter_name_values(to_sdk(&portion))).await
    }
}

#[async_trait]
impl Resource for ParameterGroup {
    const TYPE: &'static str = "aws_elasticache_parameter_group";
    const DOC: &'static str = "Settings of the engine for caches.";
    const CREATE_ONCE: CreateOnce = CreateOnce::NaturalName;
    const CREATE_CALLS: Calls = calls![CreateCacheParameterGroup];
    const DELETE_CALLS: Calls = calls![DeleteCacheParameterGroup];
    const LAGS: &'static [LagReply] = lags::PARAMETER_GROUP;
    const IMPORT_ID: &'static str = "NAME";
    const RELATIONS: Relations = Relations {
        identity: &["name"],
        held_by: &[("aws_elasticache_replication_group", "parameter_group_name")],
        ..Relations::NONE
    };
    const TAGS_TAKE_A_CALL: bool = true;
    const EXAMPLE: &'static str = "\
name: sessions
family: valkey8
parameter:
  - {name: maxmemory-policy, value: volatile-lru}
";

    type Update = ParameterGroupUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        read_groups(aws, wanted).await
    }

    async fn find(aws: &Aws, recover: &Recover, _wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        find_group::<Self>(aws, recover).await
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let request = want.fill(aws.write().elasticache().create_cache_parameter_group())?;
        // The API wants some text.
        aws.done(request.description(want.description.as_deref().unwrap_or("Managed by wildfire"))).await?;
        Ok(lower_case_name(want.name.as_deref()))
    }

    async fn update(aws: &Aws, call: ParameterGroupUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        let &Change { want, prior, .. } = change;
        match call {
            ParameterGroupUpdate::Parameters => parameters::bring(aws, change).await,
            ParameterGroupUpdate::Tags => {
                let arn = prior.arn.as_deref().or(want.arn.as_deref());
                tagging::update(aws, arn, prior.tags.all.as_ref(), want.tags.all.as_ref()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let request = aws.write().elasticache().delete_cache_parameter_group().cache_parameter_group_name(id.as_str());
        aws.gone(request).await
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        lower_case_id(properties, "name")
    }
}
