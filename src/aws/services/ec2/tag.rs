//! `aws_ec2_tag`

use std::collections::HashMap;

use super::describe::by_filter;
use super::prelude::*;
use crate::kind::convert::problem;
use crate::kind::resource::found_by_id;
use crate::kind::vocabulary::reserved_tag;

updates! {
    pub enum TagUpdate {
        Value => [CreateTags],
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Fields)]
#[serde(default)]
#[fields(update = TagUpdate)]
pub struct Tag {
    /// `RESOURCE_ID,KEY`
    #[field(computed)]
    id: Option<String>,
    /// The key.
    #[field(immutable, required, length = 1..=128)]
    key: Option<String>,
    /// What has the tag, by its id.
    #[field(immutable, required)]
    resource_id: Option<String>,
    /// The value.
    #[field(update = Value, required, length = 0..=256)]
    value: Option<String>,
}

/// The resource and the key of an id. A key may have commas, an id has none.
fn split(id: &str) -> Option<(&str, &str)> {
    id.split_once(',')
}

/// The tags of these resources, by id.
async fn fetch(aws: &Aws, resources: &[String]) -> Result<HashMap<String, Tag>, CloudError> {
    let describe = |filters| async move {
        aws.pages(aws.read().ec2().describe_tags().set_filters(Some(filters)), |page| page.tags).await
    };
    let found = by_filter("resource-id", resources, describe).await?;
    let tag = |live: sdk::TagDescription| {
        let (resource, key) = (live.resource_id?, live.key?);
        let id = format!("{resource},{key}");
        let tag = Tag { id: Some(id.clone()), key: Some(key), resource_id: Some(resource), value: live.value };
        Some((id, Tag { value: tag.value.clone().or(Some(String::new())), ..tag }))
    };
    Ok(found.into_iter().filter_map(tag).collect())
}

async fn put(aws: &Aws, resource: &str, key: &str, value: &str) -> Result<(), CloudError> {
    let tag = sdk::Tag::builder().key(key).value(value).build();
    aws.done(aws.write().ec2().create_tags().resources(resource).tags(tag)).await
}

#[async_trait]
impl Resource for Tag {
    const TYPE: &'static str = "aws_ec2_tag";
    const DOC: &'static str = "A tag on something that is managed elsewhere.";
    const CREATE_ONCE: CreateOnce = CreateOnce::Upsert;
    const CREATE_CALLS: Calls = calls![CreateTags];
    const DELETE_CALLS: Calls = calls![DeleteTags];
    const LAGS: &'static [LagReply] = lags::TAG;
    const IMPORT_ID: &'static str = "RESOURCE_ID,KEY";
    const RELATIONS: Relations =
        Relations { identity: &["resource_id", "key"], part_of: &["resource_id"], ..Relations::NONE };
    const EXAMPLE: &'static str = "\
resource_id: subnet-0123456789abcdef0
key: kubernetes.io/role/elb
value: \"1\"
";

    type Update = TagUpdate;

    async fn read(aws: &Aws, wanted: &[ReadRequest]) -> Vec<Read<Self>> {
        let mut resources: Vec<String> =
            wanted.iter().filter_map(|request| Some(split(request.id.as_str())?.0.to_string())).collect();
        resources.sort();
        resources.dedup();
        found_by_id(wanted, fetch(aws, &resources).await)
    }

    async fn find(aws: &Aws, _recover: &Recover, wanted: &Self) -> Result<Option<PhysicalId>, CloudError> {
        let resource = wanted.resource_id.clone().unwrap_or_default();
        let id = format!("{resource},{}", wanted.key.as_deref().unwrap_or_default());
        let found = fetch(aws, &[resource]).await?;
        // What is there counts only if it is what was sent; otherwise it is sent again, which does no harm.
        Ok(found.get(&id).is_some_and(|tag| tag.value == wanted.value).then(|| id.into()))
    }

    async fn create(aws: &Aws, want: &Self, _operation: &Operation) -> Result<PhysicalId, CloudError> {
        let resource = want.resource_id.as_deref().unwrap_or_default();
        let key = want.key.as_deref().unwrap_or_default();
        put(aws, resource, key, want.value.as_deref().unwrap_or_default()).await?;
        Ok(format!("{resource},{key}").into())
    }

    async fn update(aws: &Aws, call: TagUpdate, change: &Change<'_, Self>) -> Result<(), CloudError> {
        match call {
            TagUpdate::Value => {
                let Some((resource, key)) = split(change.id.as_str()) else { return Ok(()) };
                put(aws, resource, key, change.want.value.as_deref().unwrap_or_default()).await
            }
        }
    }

    async fn delete(aws: &Aws, id: &PhysicalId, _prior: &Self) -> Result<(), CloudError> {
        let Some((resource, key)) = split(id.as_str()) else { return Ok(()) };
        let tag = sdk::Tag::builder().key(key).build();
        aws.gone(aws.write().ec2().delete_tags().resources(resource).tags(tag)).await
    }

    fn validate(properties: &Value) -> Vec<Problem> {
        let key = properties.get("key").and_then(Value::as_str).filter(|key| reserved_tag(key));
        key.map(|_| problem("key", "AWS and wildfire keep such keys for themselves")).into_iter().collect()
    }

    fn natural_id(properties: &Value) -> Option<PhysicalId> {
        let text = |name: &str| properties.get(name)?.as_str();
        Some(format!("{},{}", text("resource_id")?, text("key")?).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_commas() {
        assert_eq!(split("vpc-1,a,b"), Some(("vpc-1", "a,b")));
    }

    #[test]
    fn keys_of_our_own_are_refused() {
        let problems = |key: &str| Tag::validate(&Value::from([("key", Value::from(key))])).len();
        assert_eq!((problems("wildfire:op"), problems("aws:name"), problems("Name")), (1, 1, 0));
    }
}
