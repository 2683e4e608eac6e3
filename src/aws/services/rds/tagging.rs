//! Tags in RDS's shape; RDS knows what it tags by ARN.

use aws_sdk_rds::types::Tag;
use wildfire_engine::model::CloudError;

use crate::Aws;
use crate::kind::convert::{FromSdk, ToSdk, Unfit};
use crate::kind::tags::{self, Tags, arn_to_tag, retag};

/// The tags of a create call.
pub(super) fn to_sdk(tags: Option<&Tags>) -> Option<Vec<Tag>> {
    tags::to_list(tags, |key, value| Tag::builder().key(key).value(value).build())
}

/// Tags as RDS returns them.
pub(super) fn from_sdk(tags: Option<Vec<Tag>>) -> Option<Tags> {
    Some(tags::from_list(tags, |tag| (tag.key, tag.value)))
}

/// The tags of what RDS describes without them: one call each.
pub(super) async fn list(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().rds().list_tags_for_resource().resource_name(arn);
    let reply = aws.send(request).await?;
    Ok(from_sdk(reply.tag_list))
}

/// Brings the tags from `prior` to `want`.
pub(super) async fn update(
    aws: &Aws,
    arn: Option<&str>,
    prior: Option<&Tags>,
    want: Option<&Tags>,
) -> Result<(), CloudError> {
    let arn = arn_to_tag(arn)?;
    let rds = aws.write().rds();
    let set = |tags: Tags| {
        let request = rds.add_tags_to_resource().resource_name(arn).set_tags(to_sdk(Some(&tags)));
        async move { aws.done(request).await }
    };
    let remove = |keys: Vec<String>| {
        let request = rds.remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(keys));
        async move { aws.done(request).await }
    };
    retag(prior, want, set, remove).await
}

impl FromSdk<Vec<Tag>> for Tags {
    fn from_sdk(live: Vec<Tag>) -> Result<Self, Unfit> {
        Ok(tags::pairs(live, |tag| (tag.key, tag.value)))
    }
}

impl ToSdk<Vec<Tag>> for Tags {
    fn to_sdk(&self) -> Result<Vec<Tag>, Unfit> {
        Ok(to_sdk(Some(self)).unwrap_or_default())
    }
}
