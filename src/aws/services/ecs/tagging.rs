//! Tags in ECS's shape, and their update.

use aws_sdk_ecs::types::Tag;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::kind::convert::{FromSdk, ToSdk, Unfit};
use crate::kind::tags::{Tags, arn_to_tag, from_list, retag};

impl FromSdk<Vec<Tag>> for Tags {
    fn from_sdk(live: Vec<Tag>) -> Result<Self, Unfit> {
        Ok(from_list(Some(live), |tag| (tag.key, tag.value)))
    }
}

impl ToSdk<Vec<Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<Tag>, Unfit> {
        Ok(self.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
    }
}

/// Brings the tags of what has the ARN from `prior` to `want`.
pub(super) async fn update(
    aws: &Aws,
    arn: Option<&str>,
    prior: Option<&Tags>,
    want: Option<&Tags>,
) -> Result<(), CloudError> {
    let (arn, ecs) = (arn_to_tag(arn)?, aws.write().ecs());
    let set =
        |tags: Tags| async move { aws.done(ecs.tag_resource().resource_arn(arn).set_tags(Some(tags.to_sdk()?))).await };
    let remove = |keys: Vec<String>| aws.done(ecs.untag_resource().resource_arn(arn).set_tag_keys(Some(keys)));
    retag(prior, want, set, remove).await
}
