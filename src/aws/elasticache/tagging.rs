//! Tags in ElastiCache's shape; ElastiCache knows what it tags by ARN.

use aws_sdk_elasticache::types::Tag;
use wildfire_engine::model::{CloudError, ErrorKind};

use crate::Aws;
use crate::tags::{Tags, tag_change};

/// The tags of a create call.
pub(super) fn to_sdk(tags: Option<&Tags>) -> Option<Vec<Tag>> {
    let tags = tags.filter(|tags| !tags.is_empty())?;
    Some(tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect())
}

/// Tags as ElastiCache returns them.
pub(super) fn from_sdk(tags: Option<Vec<Tag>>) -> Option<Tags> {
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    Some(tags.unwrap_or_default().into_iter().filter_map(pair).collect())
}

/// The tags of what ElastiCache describes without them: one call each.
pub(super) async fn list(aws: &Aws, arn: &str) -> Result<Option<Tags>, CloudError> {
    let request = aws.read().elasticache().list_tags_for_resource().resource_name(arn);
    let reply = aws.call("elasticache:ListTagsForResource", request.send()).await?;
    Ok(from_sdk(reply.tag_list))
}

/// Brings the tags from `prior` to `want`.
pub(super) async fn update(
    aws: &Aws,
    arn: Option<&str>,
    prior: Option<&Tags>,
    want: Option<&Tags>,
) -> Result<(), CloudError> {
    let arn = arn.ok_or_else(|| CloudError::new(ErrorKind::NotFound, "ElastiCache returned no ARN to tag"))?;
    let change = tag_change(prior, want);
    if !change.set.is_empty() {
        let request =
            aws.write().elasticache().add_tags_to_resource().resource_name(arn).set_tags(to_sdk(Some(&change.set)));
        aws.call("elasticache:AddTagsToResource", request.send()).await?;
    }
    if !change.remove.is_empty() {
        let request =
            aws.write().elasticache().remove_tags_from_resource().resource_name(arn).set_tag_keys(Some(change.remove));
        aws.call("elasticache:RemoveTagsFromResource", request.send()).await?;
    }
    Ok(())
}
